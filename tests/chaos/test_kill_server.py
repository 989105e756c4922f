"""A shop pushes orders in batches, and the web server dies in the middle, again and again.

The shop repeats a batch that got no answer, as every example of the documentation does. Afterwards every order is there
once, whole, with one ``order.placed`` each, however many of its batches were lost on the way in or on the way back. The
suite kills a few times; the whole test is

    CHAOS_BATCHES=40 CHAOS_SERVER_KILLS=25 python3 manage.py test tests/chaos/test_kill_server.py -s
"""

import http.client
import json
import os
import random
import subprocess
import threading
import time
import urllib.request
from collections import Counter
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from django.db.models import Count

from orders.models import Customer, Order, OrderLine
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.events.models import Event, EventDelivery
from postpurchase.events.record import handlers_of
from tests.chaos.processes import kill, process_group

pytestmark = [pytest.mark.chaos, pytest.mark.usefixtures("committed_db")]

BATCHES = int(os.environ.get("CHAOS_BATCHES", "8"))
ORDERS_PER_BATCH = 100
KILLS = int(os.environ.get("CHAOS_SERVER_KILLS", "5"))
SEED = int(os.environ.get("CHAOS_SEED", str(random.randrange(10**6))))


def web(port: int, log: Path) -> AbstractContextManager[subprocess.Popen[bytes]]:
    """The product's web server."""
    options = ["--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--workers", "2", "--no-access-log"]
    return process_group(["-W", "ignore", "-m", "granian", *options, "postpurchase.wsgi:application"], log)


def batch(number: int) -> list[dict[str, object]]:
    """Orders of three lines each; every tenth customer buys again in the next batch."""
    return [
        {
            "external_id": f"{number}-{index}",
            "placed_at": "2026-07-15T10:00:00+02:00",
            "currency": "EUR",
            "total": "6.00",
            "customer": {"email": f"shopper{index}@{'again' if index % 10 == 0 else number}.example.com"},
            "lines": [{"sku": f"s{line}", "quantity": 1, "unit_price": "2.00"} for line in range(3)],
        }
        for index in range(ORDERS_PER_BATCH)
    ]


class Shop(threading.Thread):
    """Pushes batch after batch; what gets no answer is pushed again."""

    def __init__(self, url: str, key: str) -> None:
        super().__init__()
        self.url, self.key = url, key
        self.answered: list[list[str]] = []
        self.cut = 0
        self.in_flight = threading.Event()

    def run(self) -> None:
        for number in range(BATCHES):
            body = json.dumps({"orders": batch(number)}).encode()
            while (statuses := self._push(body)) is None:
                time.sleep(0.1)
            self.answered.append(statuses)

    def _push(self, body: bytes) -> list[str] | None:
        request = urllib.request.Request(f"{self.url}/api/v1/orders/batch", body, method="POST")  # noqa: S310 - ours
        request.add_header("Authorization", f"Bearer {self.key}")
        request.add_header("Content-Type", "application/json")
        self.in_flight.set()
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 - ours
                return [result["status"] for result in json.load(answer)["results"]]
        except (OSError, http.client.HTTPException) as error:
            # Refused while no server runs; everything else is a batch that was cut off.
            self.cut += not isinstance(getattr(error, "reason", None), ConnectionRefusedError)
            return None
        finally:
            self.in_flight.clear()


def test_a_killed_server_loses_no_order_and_counts_none_twice(world, free_port, tmp_path, capsys) -> None:
    log, chance = tmp_path / "web.log", random.Random(SEED)
    shop = Shop(f"http://127.0.0.1:{free_port}", world.secret)
    shop.start()
    kills = 0
    while shop.is_alive():
        with web(free_port, log) as process:
            if kills == KILLS:
                shop.join(timeout=180)
                break
            pushed, deadline = len(shop.answered), time.monotonic() + 60
            while len(shop.answered) == pushed and shop.is_alive() and time.monotonic() < deadline:
                # Once this server has answered, it dies somewhere in the batch that follows.
                time.sleep(0.005)
            shop.in_flight.wait(5)
            time.sleep(chance.uniform(0, 0.2))
            kill(process)
            kills += 1
    shop.join(timeout=60)

    assert not shop.is_alive(), log.read_text(errors="replace")[-3000:]
    expected = {f"{number}-{index}" for number in range(BATCHES) for index in range(ORDERS_PER_BATCH)}
    with merchant_scope(world.merchant.id):
        stored = list(Order.objects.values_list("external_id", flat=True))
        lines = Counter(OrderLine.objects.values("order_id").annotate(n=Count("id")).values_list("n", flat=True))
        placed = list(Event.objects.filter(type="order.placed").values_list("data__order_id", flat=True))
        deliveries = EventDelivery.objects.filter(event__type="order.placed").count()
        customers = Customer.objects.count()
        handlers = len(handlers_of("order.placed"))
    with capsys.disabled():
        print(  # noqa: T201 - the figures are what this test is for
            f"\norders={len(expected)} kills={kills} seed={SEED} cut={shop.cut} "
            f"lost={len(expected - set(stored))} dup={len(stored) - len(set(stored))}"
        )
    assert set(stored) == expected
    assert len(stored) == len(expected)
    assert lines == {3: len(expected)}
    assert len(placed) == len(set(placed)) == len(expected)
    assert deliveries == len(expected) * handlers
    assert customers == ORDERS_PER_BATCH // 10 + BATCHES * (ORDERS_PER_BATCH - ORDERS_PER_BATCH // 10)
    assert shop.cut >= 1
    assert {status for statuses in shop.answered for status in statuses} <= {"created", "unchanged"}
