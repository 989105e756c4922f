"""What every test may ask for.

``db``            pytest-django's: the test runs in a transaction that is rolled back.
``committed_db``  real commits, ``on_commit`` really fires; all tables are emptied afterwards.
``standing_db``   what a fixture of a module stores in it stands there for all tests of the module, unharmed by each.
``merchant``      a merchant with its default store; ``other_merchant`` is the stranger that must never be touched.
``in_scope``      opens ``merchant``'s scope for the whole test.

Tests work as the product's role, behind both walls. Each xdist worker has a database of its own.
"""

import contextlib
import datetime as dt
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import psycopg2
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connections, transaction
from psycopg2 import sql

from postpurchase.accounts import own_places
from postpurchase.accounts.models import ApiKey, Merchant, Scope, Store
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.accounts.services.api_keys import create_api_key
from postpurchase.accounts.services.merchants import create_merchant
from postpurchase.lib import http
from postpurchase.testrun import find_chromium
from tests.lib.site_server import SiteServer

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from pytest_django import DjangoDbBlocker

# A busy machine is slow, not wrong.
hypothesis.settings.register_profile("suite", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("suite")

# A Wednesday in summer time, shortly after noon in Berlin.
NOW = dt.datetime(2026, 7, 15, 10, 30, tzinfo=dt.UTC)

# So many are sooner deleted, with their foreign keys, than all tables truncated: that makes a new file for each table
# and each index, a thousand of them.
FEW_ROWS = 500

TEMPLATE = "test_template"
# Any number: who holds this lock is building the template.
TEMPLATE_LOCK = 7_315_001


@pytest.fixture(autouse=True)
def no_own_places() -> None:
    """Each test begins in a process that has read already that no store has a host name of its own."""
    own_places.remember(own_places.NONE)


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> SiteServer:
    """The web server of a shop's own site, to which our own requests lead too."""
    server = SiteServer()
    monkeypatch.setattr(http, "request", server.asked_by_us)
    return server


@pytest.fixture
def now() -> dt.datetime:
    """A fixed moment for decisions that take ``now``."""
    return NOW


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: "DjangoDbBlocker") -> Iterator[None]:
    """A migrated database per worker, copied from one template that the first worker builds.

    Its name is in the settings already (``tests/isolation.py``).
    """
    name = str(settings.DATABASES["default"]["NAME"])
    with closing(_maintenance_connection()) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [TEMPLATE_LOCK])
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [TEMPLATE])
        if cursor.fetchone() is None:
            cursor.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
            with django_db_blocker.unblock():
                call_command("migrate", database="owner", verbosity=0)
                connections.close_all()
            cursor.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(TEMPLATE), sql.Identifier(name))
            )
        else:
            cursor.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(TEMPLATE))
            )
        cursor.execute("SELECT pg_advisory_unlock(%s)", [TEMPLATE_LOCK])
    yield
    with django_db_blocker.unblock():
        connections.close_all()
    with (
        closing(_maintenance_connection()) as connection,
        connection.cursor() as cursor,
        contextlib.suppress(psycopg2.errors.ObjectInUse),
    ):
        # Not WITH (FORCE): the owner may not end the product's sessions. The server waits five seconds for those just
        # closed; where a killed process still has one, the database goes with the private server.
        cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))


def _maintenance_connection() -> "psycopg2.extensions.connection":
    connection = psycopg2.connect(os.environ["MAINTENANCE_DATABASE_URL"])
    connection.autocommit = True
    return connection


def _owner_connection() -> "psycopg2.extensions.connection":
    connection = psycopg2.connect(os.environ["DATABASE_OWNER_URL"])
    connection.autocommit = True
    return connection


@pytest.fixture
def owner_cursor(django_db_setup: None) -> Iterator["psycopg2.extensions.cursor"]:
    """The owner's own connection to the test database, past the product's role (still behind row-level security)."""
    with closing(_owner_connection()) as connection, connection.cursor() as cursor:
        yield cursor


@pytest.fixture
def committed_db(django_db_setup: None, django_db_blocker: "DjangoDbBlocker") -> Iterator[None]:
    """Real commits. Everything that was stored is gone afterwards."""
    with django_db_blocker.unblock():
        assert not transaction.get_connection().in_atomic_block, "nothing is committed within standing_db"
        try:
            yield
        finally:
            connections.close_all()
            _empty_all_tables()


@pytest.fixture(scope="module")
def standing_db(django_db_setup: None, django_db_blocker: "DjangoDbBlocker") -> Iterator["DjangoDbBlocker"]:
    """One transaction around a module's tests, for what is dear to make and only looked at by most of them.

    The module's own fixture fills it, while the blocker it gets here is unblocked. A test asks for ``db`` as well: its
    changes are rolled back to where it began. ``committed_db`` has no place in such a module.
    """
    around = transaction.atomic()
    around._from_testcase = True  # as Django's own: what must be outermost in the product may begin within it
    with django_db_blocker.unblock():
        around.__enter__()
    yield django_db_blocker
    with django_db_blocker.unblock():
        transaction.set_rollback(True)
        around.__exit__(None, None, None)


def _empty_all_tables() -> None:
    """Leave no row behind. Waits for sessions that still write, such as a killed process's last one."""
    with closing(_owner_connection()) as connection:
        connection.autocommit = False
        with connection, connection.cursor() as cursor:
            cursor.execute(
                "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
                " AND tablename NOT IN ('django_migrations', 'django_content_type', 'auth_permission')"
            )
            tables = [row[0] for row in cursor.fetchall()]
            every = sql.SQL(", ").join(map(sql.Identifier, tables))
            cursor.execute(sql.SQL("LOCK {} IN ACCESS EXCLUSIVE MODE").format(every))
            cursor.execute("SET LOCAL app.all_merchants = 'on'")
            rows = _rows_in(cursor, tables)
            if sum(rows.values()) > FEW_ROWS:
                cursor.execute(sql.SQL("TRUNCATE {} CASCADE").format(every))
            elif rows:
                # One statement, so that foreign keys are looked at when everything is gone.
                deleting = (sql.SQL("{0} AS (DELETE FROM {0})").format(sql.Identifier(table)) for table in rows)
                cursor.execute(sql.SQL("WITH {} SELECT").format(sql.SQL(", ").join(deleting)))


def _rows_in(cursor: "psycopg2.extensions.cursor", tables: list[str]) -> dict[str, int]:
    """How many rows are in each table that has any, counted no further than it matters."""
    counting = sql.SQL("(SELECT count(*) FROM (SELECT FROM {} LIMIT {}) AS few)")
    counts = (counting.format(sql.Identifier(table), sql.Literal(FEW_ROWS + 1)) for table in tables)
    cursor.execute(sql.SQL("SELECT {}").format(sql.SQL(", ").join(counts)))
    return {table: count for table, count in zip(tables, cursor.fetchone(), strict=True) if count}


@dataclass(frozen=True)
class World:
    """A merchant with what it has from the start, and a key with every scope."""

    merchant: Merchant
    store: Store
    api_key: ApiKey
    secret: str


def make_world(slug: str, **store_fields: object) -> World:
    """Store a merchant with its default store and an API key for everything."""
    merchant = create_merchant(
        slug=slug,
        name=slug.replace("-", " ").title(),
        sender_email=f"shop@{slug}.example.com",
        now=NOW,
        store_fields=dict(store_fields),
    )
    with merchant_scope(merchant.id):
        key, secret = create_api_key(
            merchant=merchant, name="tests", scopes=list(Scope), now=NOW, requests_per_minute=None
        )
        store = Store.objects.get()
    return World(merchant=merchant, store=store, api_key=key, secret=secret)


@pytest.fixture
def any_db(request: pytest.FixtureRequest) -> None:
    """The database the test asked for: ``committed_db`` where it is named, ``db`` otherwise."""
    if "committed_db" not in request.fixturenames:
        request.getfixturevalue("db")


@pytest.fixture
def world(request: pytest.FixtureRequest, any_db: None) -> World:
    if "committed_db" in request.fixturenames:
        request.getfixturevalue("committed_db")
    return make_world("lindenhof")


@pytest.fixture
def other_world(request: pytest.FixtureRequest, world: World) -> World:
    return make_world("stranger")


@pytest.fixture
def merchant(world: World) -> Merchant:
    return world.merchant


@pytest.fixture
def other_merchant(other_world: World) -> Merchant:
    return other_world.merchant


@pytest.fixture
def in_scope(merchant: Merchant) -> Iterator[None]:
    """Everything the test does is done for ``merchant``, in one transaction."""
    with merchant_scope(merchant.id):
        yield


# Synchronous Playwright runs an event loop in this thread; Django would refuse the database because of it.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")


@pytest.fixture(scope="module")
def browser() -> "Iterator[Browser]":
    """The system's Chromium; the test command says how to get it and leaves these tests out where it is missing.

    The only place that starts Playwright: a thread holds one at a time, and none is left open for other modules.
    """
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []  # Chromium refuses its sandbox to root
        browser = playwright.chromium.launch(
            executable_path=find_chromium(), args=[*sandbox, "--disable-dev-shm-usage", "--disable-gpu"]
        )
        yield browser
        browser.close()


class ApiClient:
    """Speaks to the API as a shop's program does. ``self.secret`` may be changed or set to None."""

    def __init__(self, secret: str | None) -> None:
        from django.test import Client

        self.secret = secret
        self._client = Client(raise_request_exception=False)

    def request(self, method: str, path: str, body: object = None, *, raw: bytes | None = None, **headers: str):
        import json

        if self.secret is not None:
            headers.setdefault("HTTP_AUTHORIZATION", f"Bearer {self.secret}")
        content = raw if raw is not None else b"" if body is None else json.dumps(body).encode()
        return self._client.generic(
            method, path, content, content_type=headers.pop("content_type", "application/json"), **headers
        )

    def get(self, path: str, **headers: str):
        return self.request("GET", path, **headers)

    def put(self, path: str, body: object = None, **kwargs):
        return self.request("PUT", path, body, **kwargs)

    def post(self, path: str, body: object = None, **kwargs):
        return self.request("POST", path, body, **kwargs)

    def delete(self, path: str, **kwargs):
        return self.request("DELETE", path, **kwargs)


@pytest.fixture
def api(world: World) -> ApiClient:
    """A client with ``merchant``'s key for everything."""
    return ApiClient(world.secret)


@pytest.fixture
def stranger_api(other_world: World) -> ApiClient:
    """A client with the other merchant's key for everything."""
    return ApiClient(other_world.secret)


@pytest.fixture
def running_worker(committed_db: None, tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A real Celery worker with beat, on the real broker, in a process of its own. Needs committed data."""
    log = (tmp_path / "worker.log").open("wb")
    command = ["-A", "postpurchase.celery", "worker", "-B", "-s", str(tmp_path / "beat"), "-c", "2", "-l", "WARNING"]
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "celery", *command, "--without-mingle", "--without-gossip"],
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        _wait_for_worker(process, tmp_path / "worker.log")
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(5)
        log.close()


def _wait_for_worker(process: subprocess.Popen[bytes], log: Path) -> None:
    from postpurchase.celery import app

    deadline = time.monotonic() + 40
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the worker ended:\n{log.read_text()}")
        if app.control.ping(timeout=0.5):
            return
    raise RuntimeError(f"the worker did not answer:\n{log.read_text()}")


@pytest.fixture(scope="session")
def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
        return port


@pytest.fixture
def base_url(free_port: int, monkeypatch: pytest.MonkeyPatch, settings) -> str:
    """Where the product will answer. Ask for it before any process that writes links."""
    url = f"http://127.0.0.1:{free_port}"
    monkeypatch.setenv("BASE_URL", url)
    settings.BASE_URL = url
    return url


@pytest.fixture
def web(base_url: str, free_port: int, committed_db: None, tmp_path: Path) -> Iterator[str]:
    """The product on its real web server, in a process of its own."""
    log = (tmp_path / "web.log").open("wb")
    command = ["--interface", "wsgi", "--host", "127.0.0.1", "--port", str(free_port), "--workers", "1"]
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "granian", *command, "--no-access-log", "postpurchase.wsgi:application"],
        stdout=log,
        stderr=subprocess.STDOUT,
    )
    try:
        _wait_for(f"{base_url}/healthz", process, tmp_path / "web.log")
        yield base_url
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(5)
        log.close()


def _wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the web server ended:\n{log.read_text()}")
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310 - our own address
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"the web server did not answer:\n{log.read_text()}")
