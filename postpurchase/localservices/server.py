"""Starting one server: on a free port, tied to this process, until it answers."""

from __future__ import annotations

import contextlib
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from postpurchase import lifeline
from postpurchase.lifeline import Identity
from postpurchase.localservices.programs import LocalServicesError

START_SECONDS = 60.0  # a first start on a slow disk; usual is one second


def start_server(
    title: str,
    command: Callable[[int], list[str]],
    is_ready: Callable[[subprocess.Popen[bytes], int], bool],
    log: Path,
    identity: Identity | None,
    ending: contextlib.ExitStack,
    stop_signal: signal.Signals,
) -> tuple[subprocess.Popen[bytes], int]:
    """Start one server on a free port and wait until it answers; its end is put on `ending`."""
    for attempt in (1, 2, 3):
        port = _free_port()
        with log.open("wb") as output:
            process = lifeline.spawn(
                command(port),
                env=environment(),
                cwd=Path("/"),
                stdout=output,
                stderr=subprocess.STDOUT,
                identity=identity,
                stop_signal=stop_signal,
            )
        deadline = time.monotonic() + START_SECONDS
        while process.poll() is None and time.monotonic() < deadline:
            if is_ready(process, port):
                ending.callback(lifeline.stop, process, within=10, stop_signal=stop_signal)
                return process, port
            time.sleep(0.02)
        lifeline.stop(process, within=5, stop_signal=stop_signal)
        said = log.read_text(errors="replace")
        # Somebody took the port between our look and the server's start.
        if attempt == 3 or "in use" not in said:
            break
    raise LocalServicesError(f"{title} did not start. The end of its log ({log}):\n{said[-2000:]}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def environment() -> dict[str, str]:
    """A server's environment: nothing of ours, above all no secrets and no PG* variables."""
    return {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}
