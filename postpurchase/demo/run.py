"""One run of the demo, from the tables to the last parcel.

    mailbox ─▶ tables ─▶ web, worker, beat ─▶ shops ─┬─▶ history, no faster than the worker handles it ─▶ ready
                                                     └─▶ live orders and their parcels (a thread of its own)

History waits for the worker after every few orders, so that the mails of today's orders never queue behind the past.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from postpurchase.demo import state as demo_state
from postpurchase.demo.bodies import Addresses
from postpurchase.demo.shops import SHOPS
from postpurchase.demo.state import DemoState
from postpurchase.demo.terminal import Terminal
from postpurchase.localservices import LocalServices
from postpurchase.supervisor import Child, Supervisor, answers, scheduler, task_worker, web_server

if TYPE_CHECKING:
    from postpurchase.demo.live import LivePush
    from postpurchase.demo.seed import SeededShop

HOST = "127.0.0.1"
_BACKLOG = 80  # deliveries of events that may wait before history pauses: about a second of work
_SETTLE_SECONDS = 120.0
_STAGE_SECONDS = 45.0


class Places:
    """Where the demo lives: its directory, its addresses, and what it remembers."""

    def __init__(self, data: Path, state: DemoState) -> None:
        self.data = data
        self.state = state
        self.base_url = f"http://{HOST}:{state.port}"
        self.mailbox_url = f"http://{HOST}:{state.mailbox_port}/"
        self.addresses = Addresses(product=self.base_url, outside=self.mailbox_url.rstrip("/"))
        self._lock = threading.Lock()

    def remember(self, **changes: object) -> None:
        """Change the state, in memory and on disk. May be called from any thread."""
        with self._lock:
            self.state = replace(self.state, **changes)  # type: ignore[arg-type]
            demo_state.save(self.data, self.state)


def mailbox_process(places: Places) -> Child:
    """The mail server, the telephone and the page that shows both."""
    return Child(
        name="mailbox",
        command=(
            sys.executable, "-m", "postpurchase.demo.mailbox", "--data", str(places.data / "mailbox"),
            "--port", str(places.state.mailbox_port), "--smtp-port", str(places.state.smtp_port),
            "--product-url", places.base_url,
        ),
        stop_within=3.0,
    )  # fmt: skip


class Info:
    """The file that tells programs where everything is. Written in one go, once everything is ready."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._content: dict[str, object] = {}
        self._server_pids: dict[str, int] = {}

    def forget_the_dead(self) -> None:
        """Delete what a demo left behind that was killed; the file of a running one stays."""
        if self._path is None or not self._path.exists():
            return
        try:
            pid = json.loads(self._path.read_text(encoding="utf-8"))["pids"]["supervisor"]
            os.kill(pid, 0)
        except (ValueError, LookupError, TypeError, OSError):
            self._path.unlink(missing_ok=True)

    @contextlib.contextmanager
    def kept_while_running(self) -> Iterator[None]:
        """Who finds the file finds a running demo: it goes when the demo ends."""
        try:
            yield
        finally:
            if self._path:
                self._path.unlink(missing_ok=True)

    def write(self, content: dict[str, object], server_pids: dict[str, int], supervisor: Supervisor) -> None:
        self._content, self._server_pids = content, server_pids
        self.update_pids(supervisor)

    def update_pids(self, supervisor: Supervisor) -> None:
        """After a process was started again its number is another one."""
        if self._path and self._content:
            content = {**self._content, "pids": {"supervisor": os.getpid(), **supervisor.pids, **self._server_pids}}
            self._path.parent.mkdir(parents=True, exist_ok=True)
            demo_state.write_private(self._path, json.dumps(content, indent=2))


@dataclass
class LiveDay:
    """Today's orders on a thread of their own: only HTTP, like a shop. `error` is what stopped it, if anything."""

    push: LivePush
    places: Places
    placed: threading.Event
    error: Exception | None = None

    def begin(self) -> None:
        threading.Thread(target=self._live, name="live orders", daemon=True).start()

    def _live(self) -> None:
        try:
            self._go_through_the_day()
        except Exception as error:  # noqa: BLE001 - the thread's edge: the main thread raises it
            self.error = error
        self.placed.set()

    def _go_through_the_day(self) -> None:
        from postpurchase.demo.live import travel_through

        self._place()
        self.places.remember(live_stage=max(self.places.state.live_stage, 1))
        self.placed.set()
        travel_through(
            self.push,
            from_stage=self.places.state.live_stage,
            wait=self._wait,
            told=lambda stage: self.places.remember(live_stage=stage),
        )

    def _place(self) -> None:
        """Place the orders; placing is safe to repeat where the web server is away for a moment."""
        deadline = time.monotonic() + _STAGE_SECONDS
        while True:
            try:
                self.push.place()
                return
            except OSError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(1)

    def _wait(self, is_ready: Callable[[], bool]) -> None:
        """Wait until something is so, but not for ever: a mail that is not sent must not hold up the parcels."""
        from postpurchase.demo.live import ApiError

        deadline = time.monotonic() + _STAGE_SECONDS
        while time.monotonic() < deadline:
            # The web server may be starting again, or say that it is too busy.
            with contextlib.suppress(OSError, ApiError):
                if is_ready():
                    return
            time.sleep(1)


class DemoRun:
    """Starts everything, fills it, and keeps it running."""

    def __init__(
        self,
        places: Places,
        services: LocalServices,
        supervisor: Supervisor,
        info: Info,
        terminal: Terminal,
        environment: dict[str, str],
    ) -> None:
        self.places, self.services, self.supervisor = places, services, supervisor
        self.info, self.terminal, self.environment = info, terminal, environment
        self._patience = _SETTLE_SECONDS

    def run(self) -> None:
        """Runs until the supervisor is told to stop."""
        self.supervisor.start(mailbox_process(self.places))
        self._prepare_tables()
        self._start_product()
        shops = self._open_shops()
        day = self._begin_live_day(shops)
        if not self.places.state.loaded:
            self._load_history(shops)
            self.places.remember(loaded=True)
        self._check_on(day)
        self.supervisor.wait_until(day.placed.is_set, seconds=60, what="The first of today's orders")
        self._check_on(day)
        self._announce(shops)
        while True:
            self.supervisor.check()
            self._check_on(day)
            time.sleep(0.2)

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
        self.supervisor.start(web_server(port=self.places.state.port))
        self.supervisor.start(task_worker())
        self.supervisor.start(scheduler())
        healthy = f"{self.places.base_url}/healthz"
        self.supervisor.wait_until(lambda: answers(healthy), seconds=60, what="The web server")
        self.terminal.step(f"The first page answers at {self.places.base_url}/dashboard/")
        healthy = f"{self.places.mailbox_url}healthz"
        self.supervisor.wait_until(lambda: answers(healthy), seconds=20, what="The mailbox")
        self.terminal.step(f"The mailbox is open at {self.places.mailbox_url}")

    def _open_shops(self) -> list[SeededShop]:
        from postpurchase.demo.approvals import seed_whatsapp
        from postpurchase.demo.seed import open_shop, seed_connections

        shops = []
        for shop in SHOPS:
            state = self.places.state
            seeded = open_shop(shop, state=state, addresses=self.places.addresses, now=datetime.now(UTC))
            seed_whatsapp(seeded.merchant, places=self.places, now=datetime.now(UTC))
            self.places.remember(api_keys={**state.api_keys, shop.key: seeded.api_key})
            shops.append(seeded)
        known = self.places.state.hook_secrets
        self.places.remember(hook_secrets=seed_connections(shops[0].merchant, secrets=known, now=datetime.now(UTC)))
        return shops

    def _begin_live_day(self, shops: list[SeededShop]) -> LiveDay:
        from postpurchase.demo.live import Api, LivePush

        live_at = self.places.state.live_at or datetime.now(UTC)
        self.places.remember(live_at=live_at)
        base_url = self.places.base_url
        apis: dict[str, Api] = {seeded.shop.key: Api(base_url=base_url, key=seeded.api_key) for seeded in shops}
        push = LivePush(apis=apis, addresses=self.places.addresses, live_at=live_at)
        day = LiveDay(push, self.places, threading.Event())
        day.begin()
        return day

    def _check_on(self, day: LiveDay) -> None:
        if day.error is not None:
            raise day.error

    def _load_history(self, shops: list[SeededShop]) -> None:
        from postpurchase.demo.seed import load_history

        for seeded in shops:
            what = f"{seeded.shop.name}: past orders with their parcels"
            started_at = self.places.state.started_at
            for done, total in load_history(seeded, started_at=started_at, now=datetime.now(UTC)):
                self.terminal.progress(what, done, total)
                self._let_the_worker_catch_up(_BACKLOG)
        self._let_the_worker_catch_up(0)

    def _let_the_worker_catch_up(self, backlog: int) -> None:
        """Pause while more events than that wait. All pauses together have a limit: what is left then is handled
        while the demo runs already."""
        from postpurchase.demo.seed import unhandled_events

        began = time.monotonic()
        self.supervisor.check()
        while unhandled_events() > backlog and time.monotonic() - began < self._patience:
            time.sleep(0.15)
            self.supervisor.check()
        self._patience -= time.monotonic() - began

    def _announce(self, shops: list[SeededShop]) -> None:
        from postpurchase.demo.live_orders import live_orders
        from postpurchase.demo.seed import page_links

        links = page_links(shops[0].merchant, order_number=live_orders()[0].number, now=datetime.now(UTC))
        content = self._info(shops, links)
        self.info.write(content, self.services.pids, self.supervisor)
        self.terminal.step("Everything is ready")
        self.terminal.addresses(content)

    def _info(self, shops: list[SeededShop], links: dict[str, str]) -> dict[str, object]:
        first, second = shops
        places, passwords = self.places, self.places.state.passwords
        return {
            "base_url": places.base_url,
            "dashboard_url": f"{places.base_url}/dashboard/",
            "api_docs_url": f"{places.base_url}/api/v1/docs/",
            "login": first.shop.login,
            "password": passwords[first.shop.key],
            "api_key": first.api_key,
            "merchant_slug": first.shop.slug,
            "second_merchant": {
                "slug": second.shop.slug,
                "api_key": second.api_key,
                "login": second.shop.login,
                "password": passwords[second.shop.key],
            },
            **links,
            "look_up_url": f"{places.base_url}/{first.shop.slug}/track",
            "mailbox_url": places.mailbox_url,
            "mailbox_json_url": f"{places.mailbox_url}mails.json",
            "sms_json_url": f"{places.mailbox_url}sms.json",
            "hook_secrets": places.state.hook_secrets,
            "database_url": self.services.database_url,
            "database_read_url": self.services.database_read_url,
            "redis_url": self.services.redis_url,
        }
