"""All of the Online Retail set, against a recount that shares no code with the import. Runs where the data is named:

    ONLINE_RETAIL=/path/to/online_retail.csv.gz python3 manage.py test tests/imports/test_online_retail.py -s

Orders, lines, every total, every refund to the cent, what could not be refunded, and that a second import changes
nothing.
"""

import csv
import gzip
import os
import time
from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from django.core.management import call_command
from django.db import connection

from postpurchase.accounts.scoping import merchant_scope

PATH = os.environ.get("ONLINE_RETAIL")
CENT = Decimal("0.01")


def rows() -> list[dict[str, str]]:
    with gzip.open(str(PATH), "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def cents(row: dict[str, str]) -> Decimal:
    return (abs(int(row["Quantity"])) * Decimal(row["UnitPrice"])).quantize(CENT, rounding=ROUND_HALF_UP)


class Recount:
    """Orders and refunds of the file, counted in the plainest way."""

    def __init__(self, table: list[dict[str, str]]) -> None:
        self.totals: dict[str, Decimal] = {}
        self.line_counts: dict[str, int] = defaultdict(int)
        orders: dict[str, dict] = {}
        cancellations: dict[str, list[dict[str, str]]] = {}
        for row in table:
            invoice = row["InvoiceNo"]
            if invoice[0] == "C":
                cancellations.setdefault(invoice, []).append(row)
            elif invoice[0] != "A" and int(row["Quantity"]) > 0:
                self.totals[invoice] = self.totals.get(invoice, Decimal(0)) + cents(row)
                self.line_counts[invoice] += 1
                order = orders.setdefault(
                    invoice, {"at": row["InvoiceDate"], "who": row["CustomerID"], "left": defaultdict(int)}
                )
                order["left"][" ".join(row["StockCode"].split())] += int(row["Quantity"])
        self.refunds: dict[tuple[str, str], Decimal] = {}
        self.listed: dict[str, int] = defaultdict(int)
        self._cancel(orders, cancellations)

    def _cancel(self, orders: dict[str, dict], cancellations: dict[str, list[dict[str, str]]]) -> None:
        money = dict(self.totals)
        by_customer: dict[str, list[str]] = defaultdict(list)
        for invoice, order in orders.items():
            by_customer[order["who"]].append(invoice)
        for invoices in by_customer.values():
            invoices.sort(key=lambda invoice: (orders[invoice]["at"], invoice), reverse=True)
        for number, lines in sorted(cancellations.items(), key=lambda item: item[1][0]["InvoiceDate"]):
            for row in lines:
                quantity, sku = -int(row["Quantity"]), " ".join(row["StockCode"].split())
                for invoice in by_customer[row["CustomerID"]] if row["CustomerID"] else ():
                    order = orders[invoice]
                    if (
                        order["at"] < lines[0]["InvoiceDate"]
                        and order["left"][sku] >= quantity
                        and money[invoice] >= cents(row)
                    ):
                        order["left"][sku] -= quantity
                        money[invoice] -= cents(row)
                        key = (invoice, number)
                        self.refunds[key] = self.refunds.get(key, Decimal(0)) + cents(row)
                        break
                else:
                    self.listed[number] += 1


def select(statement: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()


def everything() -> dict[str, object]:
    """What is stored, by plain SQL."""
    return {
        "totals": dict(select("SELECT external_id, total FROM orders_order")),
        "lines": dict(
            select(
                "SELECT o.external_id, count(*) FROM orders_orderline l JOIN orders_order o ON o.id = l.order_id"
                " GROUP BY o.external_id"
            )
        ),
        "line_totals": select("SELECT sum(total), sum(quantity), count(*) FROM orders_orderline"),
        "refunds": {
            (order, refund): amount
            for order, refund, amount in select(
                "SELECT o.external_id, r.external_id, r.amount FROM orders_refund r JOIN orders_order o"
                " ON o.id = r.order_id"
            )
        },
        "refund_lines": select("SELECT count(*), sum(amount), sum(quantity) FROM orders_refundline"),
        "overpaid": select(
            "SELECT o.external_id FROM orders_order o JOIN orders_refund r ON r.order_id = o.id"
            " GROUP BY o.id HAVING sum(r.amount) > o.total"
        ),
        "changed": select("SELECT max(updated_at) FROM orders_order"),
        "events": select("SELECT type, count(*) FROM events_event GROUP BY type ORDER BY type"),
    }


def listed(path: Path) -> dict[str, int]:
    """Cancellation → how many of its lines the file of problems names with a reason."""
    found: dict[str, int] = defaultdict(int)
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["InvoiceNo"].startswith("C") and row["reason"]:
                found[row["InvoiceNo"]] += 1
    return found


def imported(path: Path) -> float:
    started = time.monotonic()
    call_command(
        "import_orders",
        str(PATH),
        "--merchant=lindenhof",
        "--currency=GBP",
        "--time-zone=Europe/London",
        f"--left-out={path}",
    )
    return time.monotonic() - started


if PATH:

    def test_everything_agrees_with_the_recount_and_a_second_import_changes_nothing(
        committed_db, merchant, tmp_path, capsys
    ) -> None:
        recount = Recount(rows())

        with capsys.disabled():
            seconds = imported(tmp_path / "problems.csv")
        with merchant_scope(merchant.id):
            first = everything()
            assert select("SELECT count(*) FROM events_eventdelivery WHERE state = 'parked'") == [(0,)]
            assert select("SELECT count(*) FROM messaging_message") == [(0,)]

        assert first["totals"] == recount.totals
        assert first["lines"] == recount.line_counts
        assert first["refunds"] == recount.refunds
        assert first["overpaid"] == []
        assert listed(tmp_path / "problems.csv") == recount.listed

        with capsys.disabled():
            again = imported(tmp_path / "again.csv")
        with merchant_scope(merchant.id):
            second = everything()
        assert second == first
        assert listed(tmp_path / "again.csv") == recount.listed
        with capsys.disabled():
            print(  # noqa: T201 - the figures are what this test is for
                f"\norders={len(recount.totals)} lines={sum(recount.line_counts.values())}"
                f" total={sum(recount.totals.values())} refunds={len(recount.refunds)}"
                f" refunded={sum(recount.refunds.values())} lines_listed={sum(recount.listed.values())}"
                f" seconds={seconds:.0f} again={again:.0f} events={first['events']}"
            )
