"""Both sides, ready to be measured: two databases on one private PostgreSQL, two granian servers of one thread each.

The product runs as in a real installation: its own role behind row-level security, real secrets, the log to a file, its
broker. No worker runs, so that nothing else works while something is measured.
"""

import contextlib
import os
import secrets
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg2

from benchmarks.wire import Wire
from postpurchase import localservices
from postpurchase.localservices.postgres import DATABASE
from postpurchase.supervisor import ROOT, Child, Supervisor, answers

MERCHANT = "lindenhof"
# The limit is counted at every request, and never reached.
MANY_REQUESTS = 2_000_000_000


@dataclass(frozen=True, slots=True)
class Sides:
    """Where the two sides answer, and the databases behind."""

    product_port: int
    product_authorization: str
    peer_port: int
    peer_authorization: str
    read_url: str
    """Reads all rows of the product."""
    copies_url: str
    """A database with the product's tables, for the owner, whom row-level security does not hold there."""
    owner_urls: tuple[str, ...]
    """All databases, for their owner."""

    def product(self) -> Wire:
        """Open a connection to the product."""
        return Wire(port=self.product_port, authorization=self.product_authorization)

    def peer(self) -> Wire:
        """Open a connection to the peer."""
        return Wire(port=self.peer_port, authorization=self.peer_authorization)

    def analyze(self) -> None:
        """Have PostgreSQL count what is in all tables."""
        for url in self.owner_urls:
            with contextlib.closing(psycopg2.connect(url)) as connection, connection, connection.cursor() as cursor:
                cursor.execute("ANALYZE")


@contextlib.contextmanager
def running(application: str = "postpurchase.wsgi:application") -> Iterator[Sides]:
    """Start everything; it ends with the block, or with this process. ``application`` serves the product."""
    with contextlib.ExitStack() as ending:
        place = Path(ending.enter_context(tempfile.TemporaryDirectory(prefix="postpurchase-benchmark-")))
        services = ending.enter_context(localservices.start(None, durable=True))
        product_port, peer_port = _free_port(), _free_port()
        environment = product_environment(services, product_port, place)
        run_command(environment, "manage.py", "collectstatic", "--no-input", "--verbosity", "0")
        run_command(environment, "manage.py", "migrate", "--database", "owner", "--verbosity", "0")
        sender = ("--sender-email", "shop@example.com")
        run_command(environment, "manage.py", "create_merchant", MERCHANT, "Lindenhof", *sender)
        limit = ("--requests-per-minute", str(MANY_REQUESTS))
        secret = run_command(environment, "manage.py", "create_api_key", MERCHANT, "benchmark", *limit).strip()
        _create_database(services.database_owner_url, "copies", template=DATABASE)
        _let_the_owner_copy(_at(services.database_owner_url, "copies"))
        _create_database(services.database_owner_url, "peer")
        owner = {"PEER_DATABASE_URL": _at(services.database_owner_url, "peer")}
        token = run_command({**environment, **owner}, "-m", "benchmarks.peer.prepare").strip()
        supervisor = ending.enter_context(Supervisor(environment=environment, log_directory=place))
        supervisor.start(_web_server("product", product_port, application))
        supervisor.start(_web_server("peer", peer_port, "benchmarks.peer.wsgi:application"))
        product, peer = f"http://127.0.0.1:{product_port}/healthz", f"http://127.0.0.1:{peer_port}/hello/"
        supervisor.wait_until(lambda: answers(product) and answers(peer), seconds=60, what="A web server")
        yield Sides(
            product_port=product_port,
            product_authorization=f"Bearer {secret}",
            peer_port=peer_port,
            peer_authorization=f"Token {token}",
            read_url=services.database_read_url,
            copies_url=_at(services.database_owner_url, "copies"),
            owner_urls=tuple(_at(services.database_owner_url, name) for name in (DATABASE, "copies", "peer")),
        )


def _web_server(name: str, port: int, application: str) -> Child:
    return Child(
        name=name,
        command=(
            sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port),
            "--workers", "1", "--blocking-threads", "1", "--log-level", "warning", application,
        ),
    )  # fmt: skip


def product_environment(services: localservices.LocalServices, port: int, place: Path) -> dict[str, str]:
    """Return the settings of a real installation on these servers; ``place`` is for files that go afterwards."""
    static = place / "static"
    static.mkdir(exist_ok=True)
    made = {name: secrets.token_urlsafe(48) for name in ("SECRET_KEY", "API_KEY_HASH_KEY", "SUPPRESSION_HASH_KEY")}
    return {
        **{name: value for name, value in os.environ.items() if name not in ("DEMO", "POSTPURCHASE_TESTING")},
        **made,
        "FIELD_KEYS": secrets.token_urlsafe(48),
        "BASE_URL": f"http://127.0.0.1:{port}",
        "DATABASE_URL": services.database_url,
        "DATABASE_OWNER_URL": services.database_owner_url,
        "REDIS_URL": services.redis_url,
        "PEER_DATABASE_URL": _at(services.database_url, "peer"),
        "STATIC_ROOT": str(static),
        "PYTHONPATH": str(ROOT),
    }


def run_command(environment: Mapping[str, str], *command: str) -> str:
    """Run a Python program from the root, and return what it says."""
    answer = subprocess.run(
        [sys.executable, *command], env=environment, cwd=ROOT, capture_output=True, text=True, check=False
    )
    if answer.returncode != 0:
        raise RuntimeError(f"{' '.join(command)} failed:\n{answer.stdout}{answer.stderr}")
    return answer.stdout


def _create_database(owner_url: str, name: str, template: str = "template1") -> None:
    with contextlib.closing(psycopg2.connect(_at(owner_url, "template1"))) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')


def _let_the_owner_copy(url: str) -> None:
    """PostgreSQL refuses COPY into tables whose row-level security holds the caller."""
    with contextlib.closing(psycopg2.connect(url)) as connection, connection, connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relforcerowsecurity")
        for (table,) in cursor.fetchall():
            cursor.execute(f'ALTER TABLE "{table}" NO FORCE ROW LEVEL SECURITY')


def _at(url: str, database: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{database}"))


def _free_port() -> int:
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
