"""The sample that ships: what is in it, and that making it again gives the same."""

import csv
import gzip
import io
from collections import Counter
from decimal import Decimal

import pytest

from postpurchase.demo.catalogue import DATA, by_sku
from postpurchase.demo.sample import FIELDS, SAMPLE, choose, read_sample


def test_the_sample_holds_the_chosen_orders_to_the_cent():
    totals = {
        shop: (len(orders := read_sample(shop)), sum(len(o.lines) for o in orders), sum(o.total for o in orders))
        for shop in ("haselstube", "wimpel")
    }

    assert totals == {
        "haselstube": (240, 873, Decimal("10498.47")),
        "wimpel": (60, 155, Decimal("1631.68")),
    }


def test_every_order_is_one_a_household_places():
    orders = read_sample("haselstube") + read_sample("wimpel")

    assert {line.sku for order in orders for line in order.lines} <= set(by_sku())
    assert all(by_sku()[line.sku].shop == order.shop for order in orders for line in order.lines)
    assert max(len(order.lines) for order in orders) == 12
    assert {line.quantity for order in orders for line in order.lines} == {1, 2, 3, 4, 5, 6}
    assert max(order.total for order in orders) <= 180


def test_most_orders_come_from_people_who_came_back():
    orders = Counter(order.customer for order in read_sample("haselstube"))

    assert sum(count for count in orders.values() if count > 1) == 199


def test_orders_are_read_oldest_first():
    times = [order.placed_at for order in read_sample("haselstube")]

    assert times == sorted(times)
    assert [str(times[0]), str(times[-1])] == ["2010-12-01 08:34:00", "2011-08-30 16:53:00"]


def test_the_file_is_small_credited_and_has_no_time_in_its_header():
    packed = SAMPLE.read_bytes()

    assert len(packed) < 250_000
    assert packed[4:8] == b"\0\0\0\0"
    assert "Daqing Chen" in (DATA / "CREDITS.md").read_text(encoding="utf-8")
    assert "CC BY 4.0" in (DATA / "CREDITS.md").read_text(encoding="utf-8")


def test_choosing_from_the_sample_itself_changes_nothing():
    text = gzip.decompress(SAMPLE.read_bytes()).decode()
    rows = list(csv.DictReader(io.StringIO(text)))

    chosen = list(choose(iter([{field: row[field] for field in FIELDS[1:]} for row in rows])))

    # People of one shop are taken first by it, whatever the order of the source's lines.
    assert sorted(map(str, chosen)) == sorted(map(str, rows))


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"InvoiceNo": "C536365"}, "a cancellation"),
        ({"CustomerID": ""}, "nobody's order"),
        ({"Quantity": "-1"}, "a return"),
        ({"Quantity": "7"}, "a wholesaler's amount"),
        ({"UnitPrice": "0.00"}, "a gift"),
        ({"UnitPrice": "31.00"}, "more than a household spends"),
        ({"StockCode": "POST"}, "not a product of the shop"),
    ],
)
def test_choosing_leaves_out(change, why):
    row = {
        "InvoiceNo": "536365",
        "StockCode": "22423",
        "Quantity": "6",
        "InvoiceDate": "2010-12-01 08:26:00",
        "UnitPrice": "12.75",
        "CustomerID": "17850",
        "Country": "United Kingdom",
    }

    assert list(choose(iter([row]))) == [{"Shop": "haselstube", **row}]
    assert list(choose(iter([{**row, **change}]))) == [], why
