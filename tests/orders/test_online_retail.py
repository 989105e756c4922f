"""The first 2,000 invoices of the Online Retail set, to the cent. Runs where the data is named:

    ONLINE_RETAIL=/path/to/online_retail.csv.gz python3 manage.py test tests/orders/test_online_retail.py

The recount reads the file by itself and shares no code with the importer.
"""

import csv
import gzip
import os
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

import msgspec

from orders.importers.order_lines import Settings, read_order_lines
from orders.models import Order
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.events.models import Event
from tests.conftest import ApiClient, World

PATH = os.environ.get("ONLINE_RETAIL")
INVOICES = 2_000
CENT = Decimal("0.01")


def rows() -> list[dict[str, str]]:
    with gzip.open(str(PATH), "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def recount() -> dict[str, Decimal]:
    totals: dict[str, Decimal] = {}
    for row in rows():
        if int(row["Quantity"]) <= 0 or row["InvoiceNo"].startswith("C"):
            continue
        if row["InvoiceNo"] not in totals and len(totals) == INVOICES:
            continue
        amount = (int(row["Quantity"]) * Decimal(row["UnitPrice"])).quantize(CENT, rounding=ROUND_HALF_UP)
        totals[row["InvoiceNo"]] = totals.get(row["InvoiceNo"], Decimal(0)) + amount
    return totals


def push_twice_and_recount(api: ApiClient, world: World) -> None:
    reading = read_order_lines(rows(), Settings(currency="GBP", time_zone=ZoneInfo("Europe/London")), INVOICES)

    def push() -> list[str]:
        statuses = []
        for start in range(0, len(reading.orders), 500):
            body = msgspec.json.encode({"orders": reading.orders[start : start + 500]})
            answer = api.post("/api/v1/orders/batch", raw=body)
            assert answer.status_code == 200
            statuses += [item["status"] for item in answer.json()["results"]]
        return statuses

    assert push() == ["created"] * INVOICES
    with merchant_scope(world.merchant.id):
        assert dict(Order.objects.values_list("external_id", "total")) == recount()
        events = Event.objects.count()
    assert push() == ["unchanged"] * INVOICES
    with merchant_scope(world.merchant.id):
        assert Event.objects.count() == events


if PATH:

    def test_every_total_to_the_cent_and_the_second_push_changes_nothing(api: ApiClient, world: World) -> None:
        push_twice_and_recount(api, world)
