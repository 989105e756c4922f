"""Keeps the product's processes running on one machine; the demo is built on it.

    with stop_on_signals(), localservices.start(data, durable=True) as services:
        environment = {**os.environ, "DATABASE_URL": services.database_url, ...}
        with Supervisor(environment=environment, log_directory=data / "logs", say=print) as supervisor:
            supervisor.start(web_server(port=8000))
            supervisor.start(task_worker())
            supervisor.start(scheduler())
            healthy = "http://127.0.0.1:8000/healthz"
            supervisor.wait_until(lambda: answers(healthy), seconds=60, what="The web server")
            ...                   # print addresses, push orders; supervisor.pids holds the process ids
            supervisor.run()      # until Ctrl-C, SIGTERM or SIGHUP

What it promises:

* A child that ends is started again, at once the first time, then after growing pauses.
* Leaving the `with` block ends all children within seconds, politely first. The first signal unwinds whatever
  the main thread is doing; further ones are ignored while it cleans up.
* A supervisor killed with SIGKILL leaves no process behind (`lifeline.py`).
* Each child writes to `<log_directory>/<name>.log`; when it dies, the end of that is shown.

Everything runs in the main thread: call `start`, `check`, `wait_until` and `run` there. A loop of your own
calls `check()` about every second instead of `run()`.

A real installation runs the same processes in containers or under systemd; see docker-compose.yml.
"""

from __future__ import annotations

import contextlib
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from postpurchase import lifeline

ROOT = Path(__file__).resolve().parent.parent

LONGEST_PAUSE = 30.0  # seconds between two starts of a child that keeps dying
HEALTHY_AFTER = 60.0  # seconds after which an earlier death no longer counts
GIVE_UP_AFTER = 3  # deaths in a row after which waiting for readiness is pointless


class StartError(Exception):
    """A child did not become ready; the message holds the end of its log, for the person at the terminal."""


class StopRequested(BaseException):
    """Ctrl-C, SIGTERM or SIGHUP arrived. Not an Exception: nothing on the way may swallow it."""


@dataclass(frozen=True)
class Child:
    """A process to keep running: its name in logs and `pids`, its command, what it needs beside the
    environment."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    stop_within: float = 8.0
    """Seconds from the polite signal to SIGKILL."""


def web_server(*, port: int, host: str = "127.0.0.1", threads: int = 4) -> Child:
    """granian with one process. (A real installation has several, of one thread each.)"""
    return Child(
        name="web",
        command=(
            sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port),
            "--workers", "1", "--blocking-threads", str(threads), "--log-level", "warning",
            "postpurchase.wsgi:application",
        ),
    )  # fmt: skip


def task_worker(*, processes: int = 2) -> Child:
    """Celery's worker for all queues. On macOS with threads: its system libraries do not survive a fork."""
    pool = "threads" if sys.platform == "darwin" else "prefork"
    return Child(
        name="worker",
        command=(
            sys.executable, "-m", "celery", "--app", "postpurchase", "--quiet", "worker", "--pool", pool,
            "--concurrency", str(processes), "--without-gossip", "--without-mingle", "--loglevel", "INFO",
        ),
        environment={
            # SIGTERM then ends the worker after the running task, or puts a long one back.
            "REMAP_SIGTERM": "SIGQUIT",
            # Celery warns root about pickle, which is not accepted here.
            "PYTHONWARNINGS": "ignore:You're running the worker with superuser privileges",
        },
    )  # fmt: skip


def scheduler() -> Child:
    """Celery's beat with the plain scheduler: it keeps no file, because every sweep may run twice."""
    return Child(
        name="beat",
        command=(
            sys.executable, "-m", "celery", "--app", "postpurchase", "--quiet", "beat",
            "--scheduler", "celery.beat:Scheduler", "--pidfile=", "--loglevel", "INFO",
        ),
        stop_within=3.0,
    )  # fmt: skip


@contextlib.contextmanager
def stop_on_signals() -> Iterator[None]:
    """Turn the first Ctrl-C, SIGTERM or SIGHUP into StopRequested, end the block quietly, ignore further
    ones."""
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def request(_number: int, _frame: object) -> None:
        for number in numbers:
            signal.signal(number, signal.SIG_IGN)
        raise StopRequested

    before = {number: signal.signal(number, request) for number in numbers}
    try:
        with contextlib.suppress(StopRequested):
            yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@dataclass
class _Running:
    """A child's current process, or its death and the moment of its next start."""

    child: Child
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    deaths: int = 0
    next_start: float = 0.0


class Supervisor:
    """Starts children, watches them, ends them. Use it as a context manager."""

    def __init__(
        self,
        *,
        environment: Mapping[str, str],
        log_directory: Path | None = None,
        say: Callable[[str], None] = lambda _sentence: None,
        on_restart: Callable[[Supervisor], None] = lambda _supervisor: None,
    ) -> None:
        """`environment` is complete: what it lacks, children lack.

        Without `log_directory` children write where the supervisor writes. `say` takes sentences for the
        person at the terminal, `on_restart` is called after a child got a new process (and so a new pid).
        """
        self._environment = dict(environment)
        self._log_directory = log_directory
        self._say = say
        self._on_restart = on_restart
        self._children: dict[str, _Running] = {}
        if log_directory is not None:
            log_directory.mkdir(parents=True, exist_ok=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.stop()

    @property
    def pids(self) -> dict[str, int]:
        """Process ids of the children that are running now."""
        return {name: running.process.pid for name, running in self._children.items() if running.process is not None}

    def start(self, child: Child) -> None:
        """Start a child; its log begins anew. The name must be free."""
        if child.name in self._children:
            raise ValueError(f"there already is a child named {child.name}")
        log = self._log_of(child)
        if log is not None:
            log.write_bytes(b"")
        running = _Running(child=child)
        self._children[child.name] = running
        self._launch(running)

    def check(self) -> None:
        """Notice children that ended, and start again those whose pause is over."""
        for running in self._children.values():
            if running.process is not None and running.process.poll() is not None:
                self._note_death(running, running.process)
            if running.process is None and time.monotonic() >= running.next_start:
                self._launch(running)
                self._on_restart(self)

    def wait_until(self, is_ready: Callable[[], bool], *, seconds: float, what: str) -> None:
        """Wait until `is_ready()`; keep children running meanwhile.

        Raises StartError when the time is over, or as soon as a child has died three times in a row.
        """
        deadline = time.monotonic() + seconds
        while not is_ready():
            self.check()
            dying = [running.child for running in self._children.values() if running.deaths >= GIVE_UP_AFTER]
            if dying:
                raise StartError(f"{dying[0].name} cannot be started.\n{self._end_of_log(dying[0])}")
            if time.monotonic() > deadline:
                raise StartError(f"{what} was not ready after {seconds:.0f} seconds.")
            time.sleep(0.05)

    def run(self) -> None:
        """Keep the children running until StopRequested (or KeyboardInterrupt) unwinds this call."""
        while True:
            self.check()
            time.sleep(0.2)

    def stop(self) -> None:
        """End all children: all get their polite signal at once, each has its own time until SIGKILL."""
        living = [
            (running.child, running.process) for running in self._children.values() if running.process is not None
        ]
        for _child, process in living:
            process.terminate()
        asked = time.monotonic()
        for child, process in living:
            lifeline.stop(process, within=max(0.0, asked + child.stop_within - time.monotonic()))
        self._children.clear()

    def _log_of(self, child: Child) -> Path | None:
        return None if self._log_directory is None else self._log_directory / f"{child.name}.log"

    def _launch(self, running: _Running) -> None:
        child, log = running.child, self._log_of(running.child)
        with contextlib.ExitStack() as files:
            output = files.enter_context(log.open("ab")) if log is not None else None
            running.process = lifeline.spawn(
                child.command,
                env={**self._environment, **child.environment},
                cwd=ROOT,
                stdout=output,
                stderr=subprocess.STDOUT if output is not None else None,
            )
        running.started = time.monotonic()

    def _note_death(self, running: _Running, process: subprocess.Popen[bytes]) -> None:
        # The dead process may have left children of its own; they must not work beside their successors.
        code = lifeline.stop(process, within=0)
        now = time.monotonic()
        running.process = None
        running.deaths = 1 if now - running.started > HEALTHY_AFTER else running.deaths + 1
        pause = 0.0 if running.deaths == 1 else min(LONGEST_PAUSE, 0.5 * 2.0 ** (running.deaths - 2))
        running.next_start = now + pause
        ending = signal.Signals(-code).name if code < 0 else f"exit code {code}"
        self._say(
            f"{running.child.name} ended ({ending}); it is started again in {pause:g} s.\n"
            f"{self._end_of_log(running.child)}".rstrip()
        )

    def _end_of_log(self, child: Child) -> str:
        log = self._log_of(child)
        if log is None:
            return ""
        lines = log.read_text(errors="replace").splitlines()[-12:]
        return "\n".join([f"The end of {log}:", *(f"    {line}" for line in lines)]) if lines else ""


def answers(url: str) -> bool:
    """Whether a page of a server on this machine answers with 2xx, for `wait_until`."""
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310 - our own address
            return 200 <= int(answer.status) < 300
    except (OSError, urllib.error.URLError):
        return False
