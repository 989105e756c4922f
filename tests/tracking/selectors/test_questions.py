"""Questions about parcels, counted week by week in the merchant's time."""

import datetime as dt

import pytest

from orders.models import Behaviour
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.events.record import Subject, record_event
from tests.conftest import NOW
from tests.tracking.build import make_order, make_shipment
from tracking.models import Case, CaseReason, CaseSource, Shipment
from tracking.selectors.questions import Change, QuestionWeek, change_of, questions_by_week

MONDAY = dt.date(2026, 7, 13)  # of the week in which NOW is, a Wednesday


@pytest.fixture
def in_scope(world):
    with merchant_scope(world.merchant.id):
        yield


def ask(world, moment: dt.datetime, name: str = "contact.received", **properties: str) -> None:
    Behaviour.objects.create(
        merchant=world.merchant,
        name=name,
        told_customer="anna@example.com",
        occurred_at=moment,
        properties=properties,
        recorded_at=NOW,
    )


def weeks_of(world) -> dict[dt.date, QuestionWeek]:
    weeks = questions_by_week(merchant=world.merchant, now=NOW)
    assert [week.monday for week in weeks] == [MONDAY - dt.timedelta(days=7 * back) for back in range(12)]
    return {week.monday: week for week in weeks}


def test_each_thing_counts_in_its_own_week_and_nothing_else_does(world, in_scope) -> None:
    order = make_order(world)
    history = make_order(world, "history", backfill=True)
    for number in ("A1", "A2"):
        make_shipment(world, order, number, tracking_number=number)
    make_shipment(world, history, tracking_number="H1")
    Shipment.objects.filter(external_id="A2").update(created_at=NOW - dt.timedelta(days=7))
    record_event(
        merchant_id=world.merchant.id,
        type="page.viewed",
        subject=Subject.order(order.id),
        data={"page": "tracking"},
        now=NOW,
    )
    for source in (CaseSource.SHOPPER, CaseSource.CARRIER):
        Case.objects.create(
            merchant=world.merchant,
            order=order,
            reason=CaseReason.DAMAGED if source == CaseSource.SHOPPER else CaseReason.LOST,
            source=source,
            opened_at=NOW,
            due_at=NOW,
            updated_at=NOW,
        )
    ask(world, NOW)
    ask(world, NOW, about="delivery")
    ask(world, NOW, about="invoice")
    ask(world, NOW, name="product.viewed")
    ask(world, NOW - dt.timedelta(days=12 * 7))

    weeks = weeks_of(world)

    assert weeks[MONDAY] == QuestionWeek(MONDAY, parcels=1, page_views=1, questions=2, reports=1)
    assert weeks[MONDAY].rate == 200
    last = MONDAY - dt.timedelta(days=7)
    assert weeks[last] == QuestionWeek(last, parcels=1)
    assert all(week == QuestionWeek(day) for day, week in weeks.items() if day < last)


def test_a_week_begins_on_monday_in_the_merchants_time(world, in_scope) -> None:
    # Midnight in Berlin is 22:00 in Greenwich in summer.
    ask(world, dt.datetime(2026, 7, 12, 22, 0, tzinfo=dt.UTC))
    ask(world, dt.datetime(2026, 7, 12, 21, 59, tzinfo=dt.UTC))

    weeks = weeks_of(world)
    assert (weeks[MONDAY].questions, weeks[MONDAY - dt.timedelta(days=7)].questions) == (1, 1)


def test_other_merchants_questions_are_theirs(world, other_world, in_scope) -> None:
    with merchant_scope(other_world.merchant.id):
        ask(other_world, NOW)
    assert weeks_of(world)[MONDAY].questions == 0


def test_the_newer_half_is_compared_with_the_older() -> None:
    days = [MONDAY - dt.timedelta(days=7 * back) for back in range(4)]
    weeks = [
        QuestionWeek(days[0], parcels=100, questions=1),
        QuestionWeek(days[1], parcels=100, questions=2),
        QuestionWeek(days[2], parcels=50, questions=3),
        QuestionWeek(days[3]),
    ]
    assert change_of(weeks) == Change(before=6.0, lately=1.5)
    assert change_of([QuestionWeek(day, parcels=10) for day in days]) is None
    assert change_of(weeks[:2] + [QuestionWeek(day) for day in days[2:]]) is None
