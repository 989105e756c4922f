"""An order's points follow the order: earned once, taken back with what is given back, whatever order news come in."""

import datetime as dt
from decimal import Decimal

import pytest

from loyalty.enums import SurveyKind
from loyalty.models import EarningRule, LedgerEntry, PointsAccount, Programme
from loyalty.selectors import balance, violations
from loyalty.services.earn import settle_order
from loyalty.services.ledger import post_entry
from loyalty.services.programme import install_default_programme
from loyalty.services.surveys import record_response
from orders.models import Order
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.events import dispatch
from postpurchase.events.models import Event, EventDelivery
from postpurchase.events.record import Subject, record_event
from tests.loyalty.making import deliver, make_customer, make_order, refund

DAY = dt.timedelta(days=1)


@pytest.fixture
def programme(merchant, in_scope, now):
    return install_default_programme(merchant=merchant, now=now)


@pytest.fixture
def customer(merchant, in_scope):
    return make_customer(merchant, email="anna@example.com")


@pytest.fixture
def order(merchant, programme, customer):
    return make_order(merchant, customer)


def _settle(merchant, order, cause, now):
    return settle_order(merchant=merchant, order_id=order.id, cause=cause, now=now)


def _entries(**where):
    rows = LedgerEntry.objects.filter(**where).order_by("number")
    return list(rows.values_list("kind", "points", "receivable", "explanation"))


def _change(order, **fields):
    Order.objects.filter(pk=order.pk).update(**fields)


def test_a_delivered_order_earns_one_point_per_euro_of_goods_held_for_a_fortnight(merchant, order, now):
    assert _settle(merchant, order, "placed", now) is None
    deliver(order, at=now - DAY)

    entry = _settle(merchant, order, "delivered", now).entry

    assert (entry.kind, entry.points, entry.explanation, entry.source_key) == (
        "earn",
        45,
        "purchase",
        f"purchase:{order.id}",
    )
    assert (entry.order_id, entry.rule.key) == (order.id, "purchase")
    assert (entry.occurred_at, entry.available_at, entry.posted_at) == (now - DAY, now + 13 * DAY, now)
    assert entry.details == {"points": 1, "per_amount": "1.00", "amount": "45.00", "currency": "EUR"}
    assert _settle(merchant, order, "delivered again", now) is None
    assert _entries() == [("earn", 45, 0, "purchase")]


def test_an_order_in_two_parcels_earns_with_the_last_one(merchant, order, now):
    first = deliver(order, external_id="1")
    second = deliver(order, external_id="2", status="in_transit", delivered_at=None)

    assert _settle(merchant, order, "first", now) is None
    type(second).objects.filter(pk=second.pk).update(status="delivered", delivered_at=now + DAY)
    posting = _settle(merchant, order, "second", now + DAY)

    assert posting.entry.occurred_at == now + DAY > first.delivered_at


def test_an_order_of_which_half_is_still_to_be_sent_does_not_earn(merchant, order, now):
    first, second = order.lines.order_by("position")
    parcel = deliver(order)
    parcel.lines.create(merchant=merchant, shipment=parcel, order_line=first, quantity=1)

    assert _settle(merchant, order, "half", now) is None
    other = deliver(order, external_id="2")
    other.lines.create(merchant=merchant, shipment=other, order_line=second, quantity=1)

    assert _settle(merchant, order, "all", now).entry.points == 45


def test_a_cancelled_order_loses_what_it_earned(merchant, order, now):
    deliver(order)
    _settle(merchant, order, "delivered", now)
    _change(order, status="cancelled")

    _settle(merchant, order, "cancelled", now)
    _settle(merchant, order, "cancelled again", now)

    assert _entries() == [("earn", 45, 0, "purchase"), ("reverse", -45, 0, "order_cancelled")]
    earned, reversal = LedgerEntry.objects.order_by("number")
    assert reversal.corrects_id == earned.id


def test_an_order_cancelled_before_its_points_came_never_earns(merchant, order, now):
    deliver(order)
    _change(order, status="cancelled")

    assert _settle(merchant, order, "delivered", now) is None
    assert _entries() == []


@pytest.mark.parametrize(
    ("amount", "lines", "kept"),
    [
        ("22.50", ((1, "22.50"),), 22),  # 22.5 to even
        ("27.40", ((1, "22.50"),), 22),  # with its shipping: the line counts
        ("10.00", (), 35),
        ("4.90", (), 40),  # a shop that does not say what for
        ("45.00", (), 0),
        ("49.90", (), 0),
        ("49.90", ((1, "22.50"),), 0),  # everything was given back, whatever lines it names
    ],
)
def test_a_refund_takes_its_share(merchant, order, now, amount, lines, kept):
    deliver(order)
    _settle(merchant, order, "delivered", now)
    refund(order, amount, lines=lines)

    _settle(merchant, order, "refunded", now)

    assert _entries() == [("earn", 45, 0, "purchase"), ("reverse", kept - 45, 0, "order_refunded")]


def test_many_small_refunds_add_up_without_drift(merchant, order, now):
    deliver(order)
    _settle(merchant, order, "delivered", now)
    for number in range(20):
        refund(order, "2.25", external_id=str(number))
        _settle(merchant, order, f"refund {number}", now)

    taken = sum(points for kind, points, _, _ in _entries() if kind == "reverse")
    assert taken == -45
    assert list(violations(merchant=merchant)) == []


def test_a_refund_of_spent_points_becomes_a_receivable_that_the_next_order_pays(merchant, customer, order, now):
    deliver(order, at=now - 20 * DAY)
    _settle(merchant, order, "delivered", now)
    post_entry(
        merchant=merchant,
        customer=customer,
        points=-40,
        kind="redeem",
        source_key="redeem",
        explanation="redeemed",
        now=now,
    )
    refund(order, "49.90")
    _settle(merchant, order, "refunded", now)
    after_refund = balance(merchant=merchant, customer=customer, now=now)
    following = make_order(merchant, customer)
    deliver(following)

    _settle(merchant, following, "delivered", now)

    assert (after_refund.points, after_refund.receivable) == (0, 40)
    assert _entries()[2:] == [
        ("reverse", -5, 40, "order_refunded"),
        ("earn", 45, 0, "purchase"),
        ("settle", -40, -40, "shortfall_settled"),
    ]
    assert balance(merchant=merchant, customer=customer, now=now).points == 5
    assert list(violations(merchant=merchant)) == []


def test_the_points_follow_a_corrected_total_under_the_terms_of_the_purchase(merchant, programme, order, now):
    deliver(order)
    _settle(merchant, order, "delivered", now)
    EarningRule.objects.filter(key="purchase").update(points=5)

    _change(order, total=Decimal("104.90"))
    _settle(merchant, order, "dearer", now)
    _change(order, total=Decimal("24.90"))
    _settle(merchant, order, "cheaper", now)

    assert _entries() == [
        ("earn", 45, 0, "purchase"),
        ("adjust", 55, 0, "order_changed"),
        ("reverse", -80, 0, "order_changed"),
    ]
    first, second, _ = LedgerEntry.objects.order_by("number")
    assert second.available_at == first.available_at
    assert list(violations(merchant=merchant)) == []


def test_an_order_taken_up_again_after_its_cancellation_gets_its_points_back(merchant, order, now):
    deliver(order)
    _settle(merchant, order, "delivered", now)
    for number, status in enumerate(["cancelled", "open", "cancelled"]):
        _change(order, status=status)
        _settle(merchant, order, f"change {number}", now)

    assert [points for _, points, _, _ in _entries()] == [45, -45, 45, -45]


@pytest.mark.parametrize("what", ["no programme", "programme off", "rule off", "guest", "erased"])
def test_nothing_is_earned_where_nothing_is_promised_or_nobody_is_there(merchant, in_scope, now, what):
    if what != "no programme":
        install_default_programme(merchant=merchant, now=now)
    if what == "programme off":
        Programme.objects.update(active=False)
    if what == "rule off":
        EarningRule.objects.update(active=False)
    buyer = None if what == "guest" else make_customer(merchant, erased_at=now if what == "erased" else None)
    order = make_order(merchant, buyer)
    deliver(order)

    assert _settle(merchant, order, "delivered", now) is None
    record_response(merchant=merchant, order=order, kind=SurveyKind.NPS, score=9, source="page", now=now)
    _run_handlers(merchant, order)

    assert _entries() == []


def test_imported_history_earns_only_where_the_programme_says_so_and_is_marked(merchant, programme, customer, now):
    order = make_order(merchant, customer, backfill=True)

    assert _settle(merchant, order, "placed", now) is None
    Programme.objects.update(earn_on_backfill=True)
    entry = _settle(merchant, order, "placed", now).entry

    assert (entry.points, entry.occurred_at) == (45, order.placed_at)
    assert Event.objects.get(type="points.posted").data["backfill"] is True


def test_an_order_that_cannot_earn_costs_three_queries_and_leaves_no_account(
    merchant, in_scope, customer, now, django_assert_num_queries
):
    order = make_order(merchant, customer)

    with django_assert_num_queries(3):
        assert _settle(merchant, order, "placed", now) is None

    assert PointsAccount.objects.count() == 0


def _run_handlers(merchant, order):
    """What the worker does after commit; here the test's transaction stands for it."""
    for delivery in EventDelivery.objects.filter(subject_id=order.id).order_by("sequence").select_related("event"):
        if delivery.handler.startswith("loyalty."):
            dispatch._call(delivery.handler, delivery.event)


def _happens(merchant, order, event_type, now, **data):
    record_event(merchant_id=merchant.id, type=event_type, subject=Subject.order(order.id), data=data, now=now)


@pytest.mark.parametrize("event_type", ["order.placed", "order.updated", "order.paid"])
def test_every_news_of_an_order_is_followed(merchant, programme, order, now, event_type):
    EarningRule.objects.filter(key="purchase").update(trigger="order.paid")

    _happens(merchant, order, event_type, now)
    _run_handlers(merchant, order)

    assert _entries() == [("earn", 45, 0, "purchase")]


def test_delivery_cancellation_and_refund_are_followed_by_events(merchant, order, now):
    deliver(order)
    _happens(merchant, order, "shipment.status_changed", now, to="out_for_delivery")
    _run_handlers(merchant, order)
    assert _entries() == []

    _happens(merchant, order, "shipment.status_changed", now, to="delivered")
    _run_handlers(merchant, order)
    refund(order, "10.00")
    _happens(merchant, order, "order.refunded", now)
    _run_handlers(merchant, order)
    _change(order, status="cancelled")
    _happens(merchant, order, "order.cancelled", now)
    _run_handlers(merchant, order)

    assert _entries() == [
        ("earn", 45, 0, "purchase"),
        ("reverse", -10, 0, "order_refunded"),
        ("reverse", -35, 0, "order_cancelled"),
    ]


def test_answering_earns_once_whatever_the_answer_and_however_often_it_changes(merchant, order, customer, now):
    for score in (0, 10, 3):
        record_response(merchant=merchant, order=order, kind=SurveyKind.NPS, score=score, source="page", now=now)
    record_response(merchant=merchant, order=order, kind=SurveyKind.SENTIMENT, score=3, source="tracking", now=now)

    _run_handlers(merchant, order)
    _run_handlers(merchant, order)

    assert _entries() == [("earn", 25, 0, "survey")]
    entry = LedgerEntry.objects.get()
    assert (entry.source_key, entry.details) == (f"survey:nps:{order.id}", {"survey": "nps"})
    assert balance(merchant=merchant, customer=customer, now=now).available == 25


def test_the_other_merchants_orders_are_out_of_reach(merchant, other_merchant, order, now):
    deliver(order)

    with merchant_scope(other_merchant.id), pytest.raises(Order.DoesNotExist):
        _settle(other_merchant, order, "delivered", now)

    assert _entries() == []
