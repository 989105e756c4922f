"""`manage.py test`: all tests on a private PostgreSQL and a private Valkey.

    python3 manage.py test                        everything, on as many cores as there are (four at most)
    python3 manage.py test tests/orders -x        further arguments go to pytest

The servers start before pytest does, because pytest-django reads the settings before any conftest.py. pytest
finds them in DATABASE_URL, DATABASE_OWNER_URL, DATABASE_READ_URL and REDIS_URL, and the browser in CHROMIUM.

Tests that need a program the machine does not have (Chromium, curl, PHP) are reported as NOT RUN and the exit code
does not suffer. Where CI is set it does: nobody reads the report of a machine that says "passed".
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from postpurchase import lifeline, localservices
from postpurchase.localservices import LocalServicesError

ROOT = Path(__file__).resolve().parent.parent
MOST_WORKERS = 4

BROWSERS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
BROWSERS_OF_MACOS = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)


@dataclass(frozen=True)
class Needed:
    """A program that some tests need and nobody can install with pip. ``marker`` is on those tests."""

    marker: str
    tests: str
    program: str
    how_to_get: str
    find: Callable[[], str | None]


def find_chromium() -> str | None:
    """The path of a Chromium or Chrome: CHROMIUM, the PATH, macOS' applications."""
    chosen = os.environ.get("CHROMIUM")
    if chosen:
        return chosen if os.access(chosen, os.X_OK) else None
    on_path = (shutil.which(name) for name in BROWSERS)
    in_applications = (path for path in BROWSERS_OF_MACOS if os.access(path, os.X_OK))
    return next((path for path in (*on_path, *in_applications) if path), None)


NEEDED = (
    Needed(
        "browser",
        "the browser tests",
        "Chromium",
        "Debian: `sudo apt-get install -y chromium fonts-liberation`, macOS: `brew install --cask chromium`; "
        "another place: CHROMIUM=/path/to/it",
        find_chromium,
    ),
    Needed(
        "curl",
        "the curl examples of the documentation",
        "curl",
        "Debian: `sudo apt-get install -y curl`, macOS has it",
        lambda: shutil.which("curl"),
    ),
    Needed(
        "php",
        "the PHP examples of the documentation",
        "PHP",
        "Debian: `sudo apt-get install -y php-cli`, macOS: `brew install php`",
        lambda: shutil.which("php"),
    ),
)


def main(arguments: Sequence[str]) -> int:
    """Run pytest with these arguments and hand back its exit code (0: everything that could run passed)."""
    missing = [needed for needed in NEEDED if needed.find() is None]
    try:
        with localservices.start(None, durable=False) as services:
            given = pytest_arguments(arguments, without=[needed.marker for needed in missing])
            code = _run_pytest(given, services, find_chromium())
    except LocalServicesError as error:
        print(error, file=sys.stderr)
        return 1
    for needed in missing:
        print(f"NOT RUN: {needed.tests}, because there is no {needed.program}. {needed.how_to_get}")
    if missing and os.environ.get("CI"):
        return code or 1
    return code


def pytest_arguments(arguments: Sequence[str], *, without: Sequence[str]) -> list[str]:
    """The caller's arguments; in parallel where that pays, without the tests that carry one of these markers."""
    given = list(arguments)
    if without:
        given = _without_tests(given, " and ".join(f"not {marker}" for marker in without))
    cores = os.cpu_count() or 1
    if cores > 1 and not _decides_itself(given):
        # One worker more than there are cores: many tests wait, for servers to start and for workers that were killed.
        workers = min(cores + 1, MOST_WORKERS)
        # Whoever has nothing left takes from the other's end; tests/order.py puts the longest tests at the beginning.
        given = ["-n", str(workers), "--dist", "worksteal", *given]
    return given


def _decides_itself(arguments: Sequence[str]) -> bool:
    """Whether the caller chose the number of processes, needs a single one, or names one file only."""
    options = re.compile(
        r"-n|--numprocesses|--dist|--pdb|--trace|-s$|--co(llect-only)?$|-h$|--help|--version|--fixtures|--markers"
    )
    files = [argument for argument in arguments if ".py" in argument and not argument.startswith("-")]
    return any(options.match(argument) for argument in arguments) or len(files) == 1


def _without_tests(arguments: list[str], rest: str) -> list[str]:
    """Add `rest` ("not browser") to the marker expression, which pytest takes only once."""
    for position, argument in enumerate(arguments):
        if argument == "-m" and position + 1 < len(arguments):
            expression = f"({arguments[position + 1]}) and {rest}"
            return [*arguments[:position], "-m", expression, *arguments[position + 2 :]]
    return ["-m", rest, *arguments]


def _run_pytest(arguments: list[str], services: localservices.LocalServices, chromium: str | None) -> int:
    environment = {
        **os.environ,
        "POSTPURCHASE_TESTING": "1",
        "DATABASE_URL": services.database_url,
        "DATABASE_OWNER_URL": services.database_owner_url,
        "DATABASE_READ_URL": services.database_read_url,
        "REDIS_URL": services.redis_url,
        **({"CHROMIUM": chromium} if chromium else {}),
    }
    pytest = lifeline.spawn(
        [sys.executable, "-m", "pytest", *arguments], env=environment, cwd=ROOT, stdin=sys.stdin.buffer
    )
    interrupted: list[int] = []

    def pass_on(number: int, _frame: object) -> None:
        interrupted.append(number)
        pytest.send_signal(signal.SIGINT)  # pytest then ends its tests in order and prints what it has

    before = {number: signal.signal(number, pass_on) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        code = pytest.wait()
    except BaseException:
        lifeline.stop(pytest, within=10)
        raise
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    lifeline.stop(pytest, within=0)
    return 128 + interrupted[0] if interrupted else code
