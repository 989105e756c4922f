"""Which order a cancellation takes articles back from."""

import datetime as dt
from decimal import Decimal

from postpurchase.imports.cancellations import BoughtLine, BoughtOrder, match
from postpurchase.imports.orders_from_rows import Cancellation, CancelledLine

DAY = dt.datetime(2026, 7, 1, tzinfo=dt.UTC)


def order(name: str, day: int, *lines: tuple[str, str, int], money: str = "100.00", **more) -> BoughtOrder:
    return BoughtOrder(
        name, DAY + dt.timedelta(days=day), "EUR", Decimal(money), [BoughtLine(*line) for line in lines], **more
    )


def cancellation(*lines: tuple[str, int, str], number: str = "C1", day: int = 10, customer: str = "7") -> Cancellation:
    taken = [CancelledLine(row, sku, many, Decimal(amount)) for row, (sku, many, amount) in enumerate(lines, 2)]
    return Cancellation(number, customer, DAY + dt.timedelta(days=day), tuple(taken))


def refunds(matched) -> dict[str, tuple[str, list[tuple[str, int, str]]]]:
    return {
        name: (refund.amount, [(line.line, line.quantity, line.amount) for line in refund.lines])
        for name, refund in matched.refunds
    }


def test_the_latest_earlier_order_with_enough_left():
    orders = [
        order("too late", 11, ("1", "A", 9)),
        order("same moment", 10, ("1", "A", 9)),
        order("too few", 9, ("1", "A", 2)),
        order("this", 8, ("1", "B", 9), ("2", "A", 3)),
        order("older", 7, ("1", "A", 9)),
    ]

    matched = match(cancellation(("A", 3, "7.50")), orders)

    assert refunds(matched) == {"this": ("7.50", [("2", 3, "7.50")])}
    assert (matched.findings, matched.known) == ((), 0)
    assert matched.refunds[0][1].external_id == "C1"


def test_what_was_taken_is_gone_for_the_next():
    orders = [order("new", 9, ("1", "A", 3)), order("old", 8, ("1", "A", 3))]

    first = match(cancellation(("A", 2, "2.00"), number="C1"), orders)
    second = match(cancellation(("A", 2, "2.00"), number="C2"), orders)
    third = match(cancellation(("A", 2, "2.00"), number="C3"), orders)

    assert [list(refunds(one)) for one in (first, second, third)] == [["new"], ["old"], []]
    assert [(finding.row, finding.code) for finding in third.findings] == [(2, "no_such_order")]


def test_lines_of_one_invoice_become_one_refund_per_order():
    orders = [order("new", 9, ("1", "A", 5), ("2", "B", 1)), order("old", 8, ("1", "C", 1))]

    matched = match(cancellation(("A", 2, "2.00"), ("C", 1, "9.99"), ("A", 1, "1.00"), ("B", 1, "0.50")), orders)

    assert refunds(matched) == {
        "new": ("3.50", [("1", 3, "3.00"), ("2", 1, "0.50")]),
        "old": ("9.99", [("1", 1, "9.99")]),
    }


def test_an_article_that_stands_in_several_lines_is_taken_from_all_and_the_cents_add_up():
    orders = [order("new", 9, ("1", "A", 1), ("2", "A", 1), ("3", "A", 1))]

    matched = match(cancellation(("A", 3, "10.00")), orders)

    assert refunds(matched) == {"new": ("10.00", [("1", 1, "3.33"), ("2", 1, "3.33"), ("3", 1, "3.34")])}


def test_never_more_than_was_paid():
    orders = [order("cheap", 9, ("1", "A", 3), money="5.00"), order("dear", 8, ("1", "A", 3), money="50.00")]

    matched = match(cancellation(("A", 1, "5.01"), ("A", 1, "50.01")), orders)

    assert refunds(matched) == {"dear": ("5.01", [("1", 1, "5.01")])}
    assert [(finding.row, finding.code) for finding in matched.findings] == [(3, "more_than_paid")]


def test_nobody_known():
    matched = match(cancellation(("A", 1, "1.00"), customer=""), [order("new", 9, ("1", "A", 3))])

    assert refunds(matched) == {}
    assert [(finding.row, finding.code) for finding in matched.findings] == [(2, "no_customer")]


def test_what_an_earlier_import_gave_back_is_not_given_back_again():
    orders = [order("new", 9, ("1", "A", 4), refunds={"C1": {"A": 2}}), order("old", 8, ("1", "A", 9))]

    matched = match(cancellation(("A", 2, "2.00"), ("Z", 1, "1.00")), orders)

    assert refunds(matched) == {}
    assert (matched.known, [(finding.row, finding.code) for finding in matched.findings]) == (1, [(3, "no_such_order")])
