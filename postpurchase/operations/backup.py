"""A copy of the whole database by PostgreSQL's own programs, and its way back into an empty one.

``pg_dump`` and ``pg_restore`` are looked for on the path and beside the PostgreSQL that demo and tests run. They must
be at least as new as the server.
"""

import contextlib
import os
import shutil
import subprocess
from pathlib import Path

from django.conf import settings
from django.db import connections

from postpurchase.localservices import programs
from postpurchase.localservices.programs import LocalServicesError
from postpurchase.operations.privileges import grant_nothing_on_new_tables

OWNER = "owner"
# Forced row-level security holds back the owner too. This opens all merchants' rows for the copy, and nothing else.
ALL_ROWS = "-c app.all_merchants=on"


class BackupError(Exception):
    """Nothing was changed; the text says why."""


def dump(path: Path) -> None:
    """Write the whole database to ``path``: PostgreSQL's custom format, of one moment, readable by us only.

    Raises ``BackupError``. An unfinished copy never has the final name.
    """
    part = path.with_name(f"{path.name}.part")
    try:
        part.touch(mode=0o600)
        _run("pg_dump", "--format=custom", "--enable-row-security", f"--file={part}")
        part.replace(path)
    except OSError as error:
        raise BackupError(f"{path} cannot be written: {error.strerror}.") from None
    finally:
        part.unlink(missing_ok=True)


def load(path: Path) -> None:
    """Fill the empty database from ``path``, all or nothing. Raises ``BackupError``, for a database with tables too."""
    if not path.is_file():
        raise BackupError(f"There is no file {path}.")
    if tables := connections[OWNER].introspection.table_names():
        raise BackupError(f"The database is not empty (it has {len(tables)} tables). Restore into a new one.")
    # Else append-only tables would begin with what the database grants by itself, and stay changeable.
    grant_nothing_on_new_tables(connections[OWNER], role=str(settings.DATABASES["default"]["USER"]))
    _run("pg_restore", "--single-transaction", "--exit-on-error", "--no-owner", str(path))


def _run(program: str, *arguments: str) -> None:
    if OWNER not in settings.DATABASES:
        raise BackupError("DATABASE_OWNER_URL is not set; only the owner of the tables can copy them.")
    database = settings.DATABASES[OWNER]
    environment = {
        **os.environ,
        # Not as an argument, which everybody on the machine could read.
        "PGPASSWORD": str(database["PASSWORD"]),
        "PGOPTIONS": ALL_ROWS,
    }
    command = [
        str(_find(program)),
        f"--host={database['HOST']}",
        f"--port={database['PORT'] or 5432}",
        f"--username={database['USER']}",
        f"--dbname={database['NAME']}",
        "--no-password",
        *arguments,
    ]
    connections[OWNER].close()
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BackupError(f"{program} failed: {done.stderr.strip()[-2000:]}")


def _find(program: str) -> Path:
    """Return the program of the server's own release where there is one, else the newest."""
    found = [Path(on_path)] if (on_path := shutil.which(program)) else []
    with contextlib.suppress(LocalServicesError):
        found.append(programs.find().postgres.with_name(program))
    versions = {path: programs.postgres_version(path) for path in found if path.exists()}
    if not versions:
        raise BackupError(
            f"There is no {program} on this machine. Install PostgreSQL's client programs (Debian and Ubuntu:"
            " postgresql-client), at least as new as the server."
        )
    server: int = connections[OWNER].cursor().connection.server_version // 10_000
    return max(versions, key=lambda path: (versions[path] == server, versions[path]))
