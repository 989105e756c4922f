"""The processes of the crash tests: real workers that die by SIGKILL, and servers that keep their own record.

A worker stands in a process group of its own, so that all of it dies at once: Celery's parent and its whole pool.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from postpurchase.celery import app

ROOT = Path(__file__).resolve().parent.parent.parent
# Every process of the pool may have one thing in hand.
POOL = 2

# Where the code of a child begins that ends itself at a crash point.
DYING = """
import os, signal, sys, uuid
import django
django.setup()

def die(*_args, **_kwargs):
    os.kill(os.getpid(), signal.SIGKILL)

def dies_after(function):
    def wrapped(*args, **kwargs):
        function(*args, **kwargs)
        die()
    return wrapped
"""


@contextmanager
def process_group(
    command: list[str], log: Path, environment: Mapping[str, str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """Run ``python`` with ``command`` until the end of the block; what it says is added to ``log``."""
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, *command],
            cwd=ROOT,
            env={**os.environ, **(environment or {})},
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        if process.poll() is None:
            kill(process)


def kill(process: subprocess.Popen[bytes]) -> None:
    """SIGKILL for ``process`` and all it has begun."""
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@contextmanager
def worker(log: Path, environment: Mapping[str, str] | None = None) -> Iterator[subprocess.Popen[bytes]]:
    """A Celery worker with its pool, as in production."""
    command = ["-m", "celery", "-A", "postpurchase", "worker", "-c", str(POOL), "-l", "WARNING"]
    with process_group(command, log, {"PYTHONWARNINGS": "ignore", **(environment or {})}) as process:
        yield process


@contextmanager
def recording_server(module: str, ledger: Path, *arguments: str) -> Iterator[int]:
    """Run ``tests.chaos.<module>``, which writes into ``ledger`` what it accepts; gives its port."""
    ledger.touch()
    server = subprocess.Popen(
        [sys.executable, "-m", f"tests.chaos.{module}", str(ledger), *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stdout is not None
        yield int(server.stdout.readline())
    finally:
        server.kill()
        server.wait()
        if server.stdout is not None:
            server.stdout.close()


def wait_until(condition: Callable[[], bool], *, ring: str, log: Path, seconds: float = 240) -> None:
    """Look until ``condition`` holds, asking for the task ``ring`` as the clock process does every few seconds."""
    deadline, next_ring = time.monotonic() + seconds, 0.0
    while not condition():
        if time.monotonic() > deadline:
            pytest.fail(f"waited {seconds} s in vain; the worker says:\n{log.read_text(errors='replace')[-3000:]}")
        if time.monotonic() > next_ring:
            app.send_task(ring, expires=30)
            next_ring = time.monotonic() + 1
        time.sleep(0.005)


def ending_of(code: str, *arguments: str, environment: Mapping[str, str] | None = None) -> int:
    """Run ``code`` in a child of its own and return how it ended (minus the signal's number, if by one)."""
    ended = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code, *arguments],
        cwd=ROOT,
        env={**os.environ, **(environment or {})},
        capture_output=True,
        timeout=120,
        check=False,
    )
    return ended.returncode
