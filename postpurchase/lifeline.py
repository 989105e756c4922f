"""Child processes that end with their parent, also when the parent is killed with SIGKILL.

Two ropes hold every child started by `spawn`:

    parent ──pipe──▶ watchdog     everywhere: when the pipe closes, it stops every child's process group,
                                  first politely, after GRACE seconds for good
    kernel ──PDEATHSIG──▶ child   Linux only, and only for children started by the main thread (the
                                  kernel takes that thread for the parent); holds where the watchdog was
                                  killed as well

Each child leads a session of its own. A Ctrl-C in the terminal therefore reaches only the parent, which stops
its children in the order it wants.

Standard library only: this file is also the watchdog's program.
"""

from __future__ import annotations

import atexit
import contextlib
import ctypes
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

GRACE = 6.0  # seconds between the polite signal and SIGKILL once the parent is gone

_PR_SET_PDEATHSIG = 1
# Loaded here and not in the child: between fork and exec nothing may be imported.
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


@dataclass(frozen=True)
class Identity:
    """The unprivileged user a child runs as. Only root can start children as somebody else."""

    uid: int
    gid: int


@dataclass
class _Watchdog:
    """The process that outlives us, and the pipe whose end tells it that we are gone."""

    process: subprocess.Popen[bytes]
    owner: int
    lock: threading.Lock = field(default_factory=threading.Lock)

    def tell(self, **message: object) -> None:
        pipe = self.process.stdin
        with self.lock, contextlib.suppress(BrokenPipeError):
            if pipe is not None:
                pipe.write(json.dumps(message).encode() + b"\n")
                pipe.flush()

    def dismiss(self) -> None:
        """At the end of a process: let the watchdog finish, which ends what nobody has stopped."""
        if self.owner == os.getpid() and self.process.stdin is not None:
            self.process.stdin.close()
            self.process.wait()


_watchdog: _Watchdog | None = None
_watchdog_lock = threading.Lock()


def _get_watchdog() -> _Watchdog:
    """Start this process's watchdog on first need; a forked process gets its own."""
    global _watchdog
    with _watchdog_lock:
        if _watchdog is None or _watchdog.owner != os.getpid() or _watchdog.process.poll() is not None:
            process = subprocess.Popen(
                [sys.executable, "-I", "-S", str(Path(__file__).resolve())],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
                cwd="/",
            )
            _watchdog = _Watchdog(process=process, owner=os.getpid())
            atexit.register(_watchdog.dismiss)
        return _watchdog


def spawn(
    arguments: Sequence[str],
    *,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    stdin: int | IO[bytes] = subprocess.DEVNULL,
    stdout: int | IO[bytes] | None = None,
    stderr: int | IO[bytes] | None = None,
    identity: Identity | None = None,
    stop_signal: signal.Signals = signal.SIGTERM,
) -> subprocess.Popen[bytes]:
    """Start a child that does not outlive this process. Call it from the main thread where you can.

    `stop_signal` is the child's polite signal, `identity` the user it runs as. Raises OSError where the
    program cannot be started. End the child with `stop`, or call `release` after it ended by itself.
    """
    watchdog = _get_watchdog()
    process = subprocess.Popen(
        list(arguments),
        env=None if env is None else dict(env),
        cwd=cwd,
        stdin=stdin,
        stdout=stdout,
        stderr=stderr,
        start_new_session=True,
        preexec_fn=_tie_to_parent(stop_signal),  # nothing but a system call loaded before
        user=identity.uid if identity else None,
        group=identity.gid if identity else None,
        extra_groups=[] if identity else None,
    )
    watchdog.tell(hold=process.pid, signal=int(stop_signal))
    return process


def _tie_to_parent(stop_signal: signal.Signals) -> Callable[[], None] | None:
    libc, parent = _libc, os.getpid()
    if libc is None or threading.current_thread() is not threading.main_thread():
        return None

    def tie() -> None:
        # Runs after the change of user, which would have cleared the setting again.
        libc.prctl(_PR_SET_PDEATHSIG, int(stop_signal), 0, 0, 0)
        if os.getppid() != parent:  # it died before the kernel knew
            os._exit(1)

    return tie


def stop(process: subprocess.Popen[bytes], *, within: float, stop_signal: signal.Signals = signal.SIGTERM) -> int:
    """End a child: its polite signal, after `within` seconds SIGKILL for its whole process group.

    Returns the exit code (negative: the signal that ended it).
    """
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(stop_signal)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=within)
    _signal_group(process.pid, signal.SIGKILL)
    code = process.wait()
    release(process)
    return code


def release(process: subprocess.Popen[bytes]) -> None:
    """Tell the watchdog that this child has ended and its number may belong to somebody else from now on."""
    _get_watchdog().tell(release=process.pid)


def remove_at_end(path: Path) -> None:
    """Have a temporary directory removed should this process be killed before it can do so itself."""
    _get_watchdog().tell(remove=str(path))


def _signal_group(group: int, number: int) -> None:
    # PermissionError: macOS answers it for a group that only has zombies left.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # somebody else's, which is alive all the same
        pass
    return True


def _watch(lines: IO[bytes]) -> None:
    """The watchdog's life: note what its parent holds, and clean up when the pipe closes."""
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    held: dict[int, int] = {}
    leftovers: list[str] = []
    for line in lines:
        message = json.loads(line)
        if "hold" in message:
            held[message["hold"]] = message["signal"]
        elif "release" in message:
            held.pop(message["release"], None)
        elif "remove" in message:
            leftovers.append(message["remove"])

    # Newest first: what was started last leans on what was started before.
    for group, number in reversed(held.items()):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(group, number)
    deadline = time.monotonic() + GRACE
    while any(_is_alive(pid) for pid in held) and time.monotonic() < deadline:
        time.sleep(0.05)
    for group in held:
        _signal_group(group, signal.SIGKILL)
    for path in leftovers:
        shutil.rmtree(path, ignore_errors=True)


if __name__ == "__main__":
    _watch(sys.stdin.buffer)
