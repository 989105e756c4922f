"""`manage.py demo`: the whole product with its demo shops, on this machine, without installing anything by hand.

    python3 manage.py demo                      http://127.0.0.1:8000, or the next free port
    python3 manage.py demo --port 9000          that port
    python3 manage.py demo --data DIR           where the demo keeps its data (default .demo/)
    python3 manage.py demo --fresh              forget everything and start over
    python3 manage.py demo --info FILE          write addresses, log-ins and keys as JSON when all is ready

    private servers ─▶ mailbox ─▶ tables ─▶ web, worker, beat ─▶ history ─▶ live orders ─▶ their parcels travel

It runs before Django's settings are read, because the settings need the servers' addresses. Ctrl-C ends everything; a
second start shows the same shops, the same orders and the same mails.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shutil
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from postpurchase import localservices
from postpurchase.demo import state as demo_state
from postpurchase.demo.bodies import Addresses
from postpurchase.demo.shops import SHOPS
from postpurchase.demo.state import DemoState
from postpurchase.demo.terminal import Terminal
from postpurchase.localprograms import LocalServicesError
from postpurchase.supervisor import (
    Child,
    StartError,
    Supervisor,
    answers,
    scheduler,
    stop_on_signals,
    task_worker,
    web_server,
)

if TYPE_CHECKING:
    from postpurchase.demo.live import LivePush
    from postpurchase.demo.seed import SeededShop

ROOT = Path(__file__).resolve().parent.parent.parent
HOST = "127.0.0.1"
USUAL_PORT = 8000
_SETTLE_SECONDS = 90.0


def main(arguments: Sequence[str]) -> int:
    """Run the demo until it is stopped. 0 after Ctrl-C or a signal, 1 with a sentence when it cannot start."""
    options = _options(arguments)
    terminal = Terminal(sys.stdout)
    code = 0
    with stop_on_signals():
        try:
            _run(options, terminal)
        except (LocalServicesError, StartError, DemoError) as error:
            sys.stderr.write(f"{error}\n")
            code = 1
    return code


class DemoError(Exception):
    """The demo cannot start; the message is for the person at the terminal."""


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="manage.py demo", description="Start the product with two demo shops and show what it does."
    )
    parser.add_argument("--port", type=_port, default=None, help="port of the product (default: 8000, or a free one)")
    parser.add_argument("--data", type=Path, default=ROOT / ".demo", metavar="DIR", help="where data is kept")
    parser.add_argument("--fresh", action="store_true", help="forget what an earlier start has stored")
    parser.add_argument("--info", type=Path, metavar="FILE", help="write addresses and keys as JSON when ready")
    options = parser.parse_args(arguments)
    options.data = options.data.resolve()
    return options


def _port(text: str) -> int:
    port = int(text)
    if not 0 <= port < 65536:
        raise argparse.ArgumentTypeError("a port is a number from 0 to 65535; 0 takes a free one")
    return port


def _run(options: argparse.Namespace, terminal: Terminal) -> None:
    data: Path = options.data
    if options.info:
        options.info.unlink(missing_ok=True)
    if options.fresh:
        forget(data)
    terminal.headline("postpurchase demo")
    with localservices.start(data / "servers", durable=True) as services:
        terminal.step("PostgreSQL and Valkey are running")
        state = demo_state.load(data, port=_wished_port(options.port, data), now=datetime.now(UTC))
        if options.port and not demo_state.is_free(options.port):
            raise DemoError(f"Port {options.port} is taken. Choose another: --port {options.port + 1}, or 0 for any.")
        environment = _environment(services, state)
        info = Info(options.info)
        with Supervisor(
            environment={**os.environ, **environment},
            log_directory=data / "logs",
            say=terminal.say,
            on_restart=info.update_pids,
        ) as supervisor:
            _Demo(data, state, services, supervisor, info, terminal, environment).run()


def forget(data: Path) -> None:
    """Delete what earlier starts have stored. Raises LocalServicesError while a demo is running on it."""
    localservices.remove_data(data / "servers")
    shutil.rmtree(data / "mailbox", ignore_errors=True)
    shutil.rmtree(data / "logs", ignore_errors=True)
    (data / demo_state.FILE).unlink(missing_ok=True)


def _wished_port(port: int | None, data: Path) -> int:
    """0 lets the state decide; a first start without a wish takes the usual port if it is free."""
    if port is not None:
        return port
    first_start = not (data / demo_state.FILE).exists()
    return USUAL_PORT if first_start and demo_state.is_free(USUAL_PORT) else 0


def _environment(services: localservices.LocalServices, state: DemoState) -> dict[str, str]:
    """What makes the product a demo: its servers, the mailbox as the whole world outside."""
    return {
        "DEMO": "1",
        "DJANGO_SETTINGS_MODULE": "postpurchase.settings",
        "BASE_URL": f"http://{HOST}:{state.port}",
        "ALLOWED_HOSTS": f"{HOST},localhost",
        "DATABASE_URL": services.database_url,
        "DATABASE_OWNER_URL": services.database_owner_url,
        "REDIS_URL": services.redis_url,
        "SMTP_HOST": HOST,
        "SMTP_PORT": str(state.smtp_port),
        "SMTP_TLS": "none",
        "TWILIO_ACCOUNT_SID": state.twilio_sid,
        "TWILIO_AUTH_TOKEN": state.twilio_token,
        "TWILIO_FROM": "+4917139200000",
        "TWILIO_BASE_URL": f"http://{HOST}:{state.mailbox_port}",
        "EGRESS_ALLOW": f"{HOST}:{state.mailbox_port}",
    }


def mailbox_process(data: Path, state: DemoState) -> Child:
    """The mail server, the telephone and the page that shows both."""
    return Child(
        name="mailbox",
        command=(
            sys.executable, "-m", "postpurchase.demo.mailbox", "--data", str(data / "mailbox"),
            "--port", str(state.mailbox_port), "--smtp-port", str(state.smtp_port),
            "--product-url", f"http://{HOST}:{state.port}",
        ),
        stop_within=3.0,
    )  # fmt: skip


class Info:
    """The file that tells programs where everything is. Written in one go, once everything is ready."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._content: dict[str, object] = {}
        self._server_pids: dict[str, int] = {}

    def write(self, content: dict[str, object], server_pids: dict[str, int], supervisor: Supervisor) -> None:
        self._content, self._server_pids = content, server_pids
        self.update_pids(supervisor)

    def update_pids(self, supervisor: Supervisor) -> None:
        """After a process was started again its number is another one."""
        if self._path and self._content:
            content = {**self._content, "pids": {**supervisor.pids, **self._server_pids}}
            self._path.parent.mkdir(parents=True, exist_ok=True)
            demo_state.write_private(self._path, json.dumps(content, indent=2))


class _Demo:
    """One run, from the servers to the last parcel."""

    def __init__(
        self,
        data: Path,
        state: DemoState,
        services: localservices.LocalServices,
        supervisor: Supervisor,
        info: Info,
        terminal: Terminal,
        environment: dict[str, str],
    ) -> None:
        self.data, self.state, self.services, self.supervisor = data, state, services, supervisor
        self.info, self.terminal, self.environment = info, terminal, environment
        self.base_url = f"http://{HOST}:{state.port}"
        self.mailbox_url = f"http://{HOST}:{state.mailbox_port}/"
        self.addresses = Addresses(product=self.base_url, outside=self.mailbox_url.rstrip("/"))

    def run(self) -> None:
        self.supervisor.start(mailbox_process(self.data, self.state))
        self._prepare_tables()
        self._start_product()
        shops = self._load()
        self.supervisor.start(scheduler())
        push = self._place_live_orders(shops)
        self.terminal.step("Everything is ready")
        self.terminal.addresses(self.info_content)
        self._let_parcels_travel(push)
        self.supervisor.run()

    def _prepare_tables(self) -> None:
        os.environ.update(self.environment)
        import django
        from django.core.management import call_command
        from django.db import connections

        django.setup()
        call_command("migrate", database="owner", verbosity=0, interactive=False)
        connections["owner"].close()
        self.terminal.step("Tables are prepared")

    def _start_product(self) -> None:
        self.supervisor.start(web_server(port=self.state.port))
        self.supervisor.start(task_worker())
        self.supervisor.wait_until(lambda: answers(f"{self.base_url}/healthz"), seconds=60, what="The web server")
        self.terminal.step(f"The first page answers at {self.base_url}/dashboard/")
        self.supervisor.wait_until(lambda: answers(f"{self.mailbox_url}healthz"), seconds=20, what="The mailbox")

    def _load(self) -> list[SeededShop]:
        """Fill the tables; on later starts only what depends on addresses is looked at again."""
        from postpurchase.demo.seed import seed_shop

        shops = []
        for shop in SHOPS:
            seeded = seed_shop(
                shop,
                state=self.state,
                addresses=self.addresses,
                with_history=not self.state.loaded,
                progress=self._progress(f"{shop.name}: past orders and parcels"),
                now=datetime.now(UTC),
            )
            shops.append(seeded)
            self._remember(api_keys={**self.state.api_keys, shop.key: seeded.api_key})
        if not self.state.loaded:
            self._settle()
        self._remember(loaded=True)
        return shops

    def _settle(self) -> None:
        """Let the worker finish with the past (points, promises, permissions) before today begins. The scheduler
        starts afterwards: its sweeps would only get in the worker's way."""
        from postpurchase.demo.seed import unhandled_events

        show = self._progress("Past events handled")
        total = unhandled_events()
        deadline = time.monotonic() + _SETTLE_SECONDS
        while (left := unhandled_events()) and time.monotonic() < deadline:
            show(max(total - left, 0), max(total, left))
            time.sleep(0.5)
        show(total, total)

    def _progress(self, what: str) -> Callable[[int, int], None]:
        def show(done: int, total: int) -> None:
            self.supervisor.check()
            self.terminal.progress(what, done, total)

        return show

    def _place_live_orders(self, shops: list[SeededShop]) -> LivePush:
        from postpurchase.demo.live import Api, LivePush
        from postpurchase.demo.seed import page_links

        if self.state.live_at is None:
            self._remember(live_at=datetime.now(UTC))
        assert self.state.live_at is not None  # noqa: S101 - just set; for the type checker
        push = LivePush(
            apis={seeded.shop.key: Api(base_url=self.base_url, key=seeded.api_key) for seeded in shops},
            addresses=self.addresses,
            live_at=self.state.live_at,
        )
        placed = push.place()
        self._remember(live_stage=max(self.state.live_stage, 1))
        links = page_links(shops[0].merchant, order_number=next(iter(placed)), now=datetime.now(UTC))
        self.info_content = self._info(shops, links)
        self.info.write(self.info_content, self.services.pids, self.supervisor)
        return push

    def _let_parcels_travel(self, push: LivePush) -> None:
        from postpurchase.demo.live import travel_through

        def told(stage: int) -> None:
            self._remember(live_stage=stage)

        travel_through(push, from_stage=self.state.live_stage, wait=self._wait, told=told)

    def _wait(self, is_ready: Callable[[], bool], seconds: float) -> None:
        """Wait until something is so, at most that long; keep processes running meanwhile."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError):  # the web server is being started again
                if is_ready():
                    return
            for _ in range(5):
                self.supervisor.check()
                time.sleep(0.2)

    def _remember(self, **changes: object) -> None:
        self.state = replace(self.state, **changes)  # type: ignore[arg-type]
        demo_state.save(self.data, self.state)

    def _info(self, shops: list[SeededShop], links: dict[str, str]) -> dict[str, object]:
        first, second = shops
        return {
            "base_url": self.base_url,
            "dashboard_url": f"{self.base_url}/dashboard/",
            "api_docs_url": f"{self.base_url}/api/v1/docs/",
            "login": first.shop.login,
            "password": self.state.passwords[first.shop.key],
            "api_key": first.api_key,
            "merchant_slug": first.shop.slug,
            "second_merchant": {
                "slug": second.shop.slug,
                "api_key": second.api_key,
                "login": second.shop.login,
                "password": self.state.passwords[second.shop.key],
            },
            **links,
            "look_up_url": f"{self.base_url}/{first.shop.slug}/track",
            "mailbox_url": self.mailbox_url,
            "mailbox_json_url": f"{self.mailbox_url}mails.json",
            "sms_json_url": f"{self.mailbox_url}sms.json",
            "hook_secrets": self.state.hook_secrets,
            "database_url": self.services.database_url,
            "database_read_url": self.services.database_read_url,
            "redis_url": self.services.redis_url,
        }
