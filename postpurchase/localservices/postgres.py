"""The private PostgreSQL: made, started, with the roles of a real installation."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

from postpurchase import lifeline
from postpurchase.lifeline import Identity
from postpurchase.localservices.places import own_directory, write_private
from postpurchase.localservices.programs import LocalServicesError, Programs, postgres_version, program_name
from postpurchase.localservices.server import environment, start_server

DATABASE = "postpurchase"
SUPERUSER = "postgres"
OWNER_ROLE = "postpurchase_owner"
PRODUCT_ROLE = "postpurchase"
READ_ROLE = "postpurchase_read"

# Tests throw their data away; nothing of it has to survive a power cut.
FAST_AND_FORGETFUL = ("-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off")


def create_cluster(home: Path, programs: Programs, identity: Identity | None, password: str, *, durable: bool) -> None:
    """Make an empty cluster below ``home``, whose superuser has ``password``. What was there before is removed."""
    data = home / "postgres"
    shutil.rmtree(data, ignore_errors=True)
    own_directory(data, identity)
    password_file = data.with_name("superuser")
    write_private(password_file, password, identity)
    command = [
        str(programs.initdb), "--pgdata", str(data), "--username", SUPERUSER, "--pwfile", str(password_file),
        "--auth", "scram-sha-256", "--encoding", "UTF8", "--no-locale", *(() if durable else ("--no-sync",)),
    ]  # fmt: skip
    try:
        answer = subprocess.run(
            command,
            env=environment(),
            cwd="/",
            user=identity.uid if identity else None,
            group=identity.gid if identity else None,
            extra_groups=[] if identity else None,
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        password_file.unlink()
    if answer.returncode != 0:
        raise LocalServicesError(f"initdb failed:\n{answer.stdout}{answer.stderr}")


def start(
    home: Path, programs: Programs, identity: Identity | None, ending: contextlib.ExitStack, *, durable: bool
) -> tuple[subprocess.Popen[bytes], int]:
    """Start the server on the cluster below ``home``; returns its process and port. Its end is put on ``ending``."""
    data = home / "postgres"
    _check_same_server(data, programs, identity)
    _clear_stale_lock(data / "postmaster.pid")

    def is_ready(process: subprocess.Popen[bytes], _port: int) -> bool:
        # The eighth line of the server's own file says when it takes connections.
        try:
            lines = (data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return False
        return len(lines) >= 8 and lines[0] == str(process.pid) and lines[7].strip() == "ready"

    return start_server(
        "PostgreSQL",
        lambda port: [
            str(programs.postgres), "-D", str(data), "-p", str(port), "-c", "listen_addresses=127.0.0.1",
            "-c", "unix_socket_directories=", "-c", "max_connections=200", "-c", "timezone=UTC",
            "-c", "log_timezone=UTC", "-c", "max_locks_per_transaction=256", *(() if durable else FAST_AND_FORGETFUL),
        ],
        is_ready,
        home / "postgres.log",
        identity,
        ending,
        signal.SIGINT,  # the fast shutdown; SIGTERM would wait for clients to leave
    )  # fmt: skip


def _check_same_server(data: Path, programs: Programs, identity: Identity | None) -> None:
    """Say early what PostgreSQL would only say in its log: other version, other user."""
    made_by, found = (
        (data / "PG_VERSION").read_text().strip(),
        str(postgres_version(programs.postgres)),
    )
    if made_by != found:
        raise LocalServicesError(
            f"{data} was made by PostgreSQL {made_by} and this is {found}. Start over with --fresh, or give "
            "another place with --data DIR."
        )
    owner = data.stat().st_uid
    if owner != (identity.uid if identity else os.geteuid()):
        raise LocalServicesError(
            f"{data} belongs to another user ({owner}): the demo was last run by somebody else. Give another "
            "place with --data DIR."
        )


def _clear_stale_lock(file: Path) -> None:
    """Remove the lock a killed server left behind.

    PostgreSQL only looks whether a process of that number exists. After a restart of a machine or a container
    it may well be somebody else. A real one is the previous start's server on its way out; wait for it.
    """
    deadline = time.monotonic() + lifeline.GRACE + 5
    while True:
        try:
            pid = int(file.read_text().split("\n", 1)[0])
        except (FileNotFoundError, ValueError):
            break
        if "postgres" not in program_name(pid):
            break
        if time.monotonic() > deadline:
            raise LocalServicesError(f"A PostgreSQL (process {pid}) still runs on {file.parent}; stop it first.")
        time.sleep(0.1)
    file.unlink(missing_ok=True)


def create_roles(port: int, keys: dict[str, str]) -> None:
    """The owner, the product's role and the reader, as a real installation has them."""
    import psycopg2

    def run(database: str, *statements: str) -> None:
        connection = psycopg2.connect(
            host="127.0.0.1", port=port, dbname=database, user=SUPERUSER, password=keys[SUPERUSER]
        )
        connection.autocommit = True
        with contextlib.closing(connection), connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)

    on_new = f"ALTER DEFAULT PRIVILEGES FOR ROLE {OWNER_ROLE} GRANT"
    run(
        # Every database is a copy of template1, so those that tests create have the same privileges.
        "template1",
        f"CREATE ROLE {OWNER_ROLE} LOGIN CREATEDB NOBYPASSRLS PASSWORD '{keys[OWNER_ROLE]}'",
        f"CREATE ROLE {PRODUCT_ROLE} LOGIN NOCREATEDB NOBYPASSRLS PASSWORD '{keys[PRODUCT_ROLE]}'",
        f"CREATE ROLE {READ_ROLE} LOGIN NOCREATEDB BYPASSRLS PASSWORD '{keys[READ_ROLE]}'",
        f"ALTER ROLE {READ_ROLE} SET default_transaction_read_only = on",
        f"{on_new} SELECT, INSERT, UPDATE, DELETE ON TABLES TO {PRODUCT_ROLE}",
        f"{on_new} USAGE, SELECT ON SEQUENCES TO {PRODUCT_ROLE}",
        f"{on_new} SELECT ON TABLES TO {READ_ROLE}",
        f"{on_new} SELECT ON SEQUENCES TO {READ_ROLE}",
    )
    run("postgres", f"CREATE DATABASE {DATABASE} OWNER {OWNER_ROLE}")
