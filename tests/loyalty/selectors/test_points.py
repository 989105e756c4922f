"""What a customer has and what is to come."""

import datetime as dt

import pytest

from loyalty.enums import EntryKind, Explanation
from loyalty.selectors import (
    Balance,
    Loyalty,
    PendingPoints,
    balance,
    entries_of_order,
    history,
    loyalty_of_customer,
    upcoming,
)
from loyalty.services.earn import settle_order
from loyalty.services.ledger import post_entry
from loyalty.services.programme import install_default_programme
from postpurchase.accounts.scoping import merchant_scope
from tests.loyalty.making import deliver, make_customer, make_order

DAY = dt.timedelta(days=1)


@pytest.fixture
def customer(merchant, in_scope):
    return make_customer(merchant)


@pytest.fixture
def post(merchant, customer, now):
    def _post(points, key, **options):
        kind = EntryKind.EARN if points > 0 else EntryKind.REDEEM
        values = {"kind": kind, "explanation": Explanation.MANUAL, "now": now, **options}
        return post_entry(merchant=merchant, customer=customer, points=points, source_key=key, **values).entry

    return _post


def test_somebody_new_has_nothing(merchant, customer, now):
    assert loyalty_of_customer(merchant=merchant, customer=customer, now=now) == Loyalty(
        balance=Balance(0, 0, 0), pending=(), expiring=(), tier=None, badges=(), progress=()
    )


def test_pending_and_expiring_points_are_told_with_their_day(merchant, customer, post, now):
    post(10, "free")
    post(45, "held", available_at=now + 14 * DAY)
    post(5, "held shorter", available_at=now + DAY)
    post(7, "ends soon", expires_at=now + 30 * DAY)
    post(8, "ends late", expires_at=now + 31 * DAY)

    found = loyalty_of_customer(merchant=merchant, customer=customer, now=now)

    assert found.balance == Balance(points=75, pending=50, receivable=0)
    assert found.balance.available == 25
    assert found.pending == (PendingPoints(5, now + DAY), PendingPoints(45, now + 14 * DAY))
    assert found.expiring == (PendingPoints(7, now + 30 * DAY),)


def test_the_balance_is_the_sum_of_the_history(merchant, customer, post, now):
    for number, points in enumerate((10, 45, -30, 8)):
        post(points, str(number), occurred_at=now + number * DAY)

    entries = list(history(merchant=merchant, customer=customer))

    assert [entry.points for entry in entries] == [8, -30, 45, 10]
    assert balance(merchant=merchant, customer=customer, now=now).points == sum(entry.points for entry in entries)


def test_what_is_to_come_is_listed_until_it_is_there(merchant, customer, now):
    install_default_programme(merchant=merchant, now=now)
    coming = make_order(merchant, customer)
    make_order(merchant, customer, status="cancelled")
    make_order(merchant, customer, backfill=True)
    make_order(merchant, customer, placed_at=now - 61 * DAY)
    make_order(merchant, make_customer(merchant))

    assert [
        (item.order.id, item.prospect.points, item.prospect.waits_for)
        for item in upcoming(merchant=merchant, customer=customer, now=now)
    ] == [(coming.id, 45, "order.delivered")]

    deliver(coming)
    settle_order(merchant=merchant, order_id=coming.id, cause="delivered", now=now)
    assert upcoming(merchant=merchant, customer=customer, now=now) == []
    assert [entry.points for entry in entries_of_order(merchant=merchant, order=coming)] == [45]


@pytest.mark.parametrize("count", [1, 3])
def test_what_is_to_come_takes_as_many_queries_for_three_orders_as_for_one(
    merchant, customer, now, count, django_assert_num_queries
):
    install_default_programme(merchant=merchant, now=now)
    for _ in range(count):
        make_order(merchant, customer)

    with django_assert_num_queries(6):
        assert len(upcoming(merchant=merchant, customer=customer, now=now)) == count


def test_the_other_merchant_sees_no_points(merchant, other_merchant, customer, post, now):
    post(10, "earned")

    with merchant_scope(other_merchant.id):
        assert balance(merchant=other_merchant, customer=customer, now=now) == Balance(0, 0, 0)
        assert list(history(merchant=other_merchant, customer=customer)) == []
