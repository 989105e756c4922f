"""Badges: declared with sense, earned once, kept whatever happens, gone with the person."""

import datetime as dt
import threading
from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.db.utils import ProgrammingError

from loyalty.enums import BadgeRule, SurveyKind
from loyalty.models import Badge, BadgeAward
from loyalty.selectors import badges_of_customer, loyalty_of_customer
from loyalty.services import award, earn
from loyalty.services.award import award_badges
from loyalty.services.badges import BadgeInput, WrongBadge, change_badge, declare_badge
from loyalty.services.erase import erase_awards
from loyalty.services.review import CUSTOMERS_PER_BATCH, review_all
from loyalty.services.surveys import record_response
from orders.inputs import MergeSource
from orders.models import Customer, OrderLine
from orders.services.merges import merge_customers, undo_merge
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.events.models import Event
from postpurchase.events.record import Subject, record_event
from postpurchase.lib.personal_data import ErasedPerson
from tests.conftest import NOW
from tests.loyalty.making import deliver, make_customer, make_order, refund
from tests.messaging.making import happen_to

DAY = dt.timedelta(days=1)
REGULAR = BadgeInput(
    picture="heart",
    rule="orders",
    goal=Decimal(2),
    currency="",
    names={"de": "Stammgast", "en": "Regular"},
    sentences={"de": "Schön, dass Sie wieder da sind.", "en": "  "},
)


@pytest.fixture(autouse=True)
def still(time_machine) -> None:
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def anna(merchant, in_scope) -> Customer:
    return make_customer(merchant, external_id="c-1")


def declare(merchant, slug="regular", **fields) -> Badge:
    return declare_badge(merchant=merchant, slug=slug, data=replace(REGULAR, **fields), now=NOW)


def buy(merchant, customer, **fields):
    order = make_order(merchant, customer, **fields)
    deliver(order)
    return order


def hear(order, type: str, handler, **data) -> Event:
    """Have one handler hear of what became of an order."""
    event = record_event(merchant_id=order.merchant_id, type=type, subject=Subject.order(order.id), data=data, now=NOW)
    handler(event=event)
    return event


def arrive(order, to: str = "delivered") -> Event:
    return hear(order, "shipment.status_changed", award.on_shipment_status_changed, to=to)


def slugs(customer) -> list[str]:
    return [one.badge.slug for one in badges_of_customer(merchant=customer.merchant, customer=customer)]


def earned_events() -> list[dict]:
    return list(Event.objects.filter(type="badge.earned").order_by("sequence").values_list("data", flat=True))


@pytest.mark.parametrize(
    ("fields", "field", "code"),
    [
        ({"rule": "karma"}, "rule", "rule_unknown"),
        ({"picture": "skull"}, "picture", "picture_unknown"),
        ({"goal": Decimal(0)}, "goal", "goal_range"),
        ({"goal": Decimal(-1)}, "goal", "goal_range"),
        ({"goal": Decimal("1000000.01")}, "goal", "goal_range"),
        ({"goal": Decimal("2.5")}, "goal", "goal_whole"),
        ({"currency": "EUR"}, "currency", "currency_needless"),
        ({"rule": "spent"}, "currency", "currency_shape"),
        ({"rule": "spent", "currency": "€"}, "currency", "currency_shape"),
        ({"names": {"de": " "}, "sentences": {}}, "names", "name_missing"),
        ({"names": {"de": "x" * 61}}, "names", "name_long"),
        ({"sentences": {"de": "x" * 201}}, "sentences", "sentence_long"),
        ({"sentences": {"fr": "Bonjour."}}, "names", "nameless_sentence"),
    ],
)
def test_a_badge_that_makes_no_sense_is_refused_at_its_field(merchant, in_scope, fields, field, code) -> None:
    with pytest.raises(WrongBadge) as wrong:
        declare(merchant, **fields)

    assert (wrong.value.field, wrong.value.code) == (field, code)
    assert not Badge.objects.exists()


@pytest.mark.parametrize("slug", ["", "Regular", "two--dashes", "-edge", "a b", "x" * 61])
def test_its_short_name_is_a_slug(merchant, in_scope, slug) -> None:
    with pytest.raises(WrongBadge, match="slug_shape"):
        declare(merchant, slug)


def test_its_short_name_is_used_once_at_a_merchant_and_free_at_the_next(merchant, other_merchant, in_scope) -> None:
    badge = declare(merchant)
    with pytest.raises(WrongBadge, match="slug_taken"):
        declare(merchant)

    assert (badge.names, badge.sentences) == (REGULAR.names, {"de": "Schön, dass Sie wieder da sind."})


def test_a_stranger_may_use_the_same_short_name(merchant, other_merchant) -> None:
    for one in (merchant, other_merchant):
        with merchant_scope(one.id):
            declare(one)
            assert Badge.objects.count() == 1


def test_the_second_parcel_that_arrives_earns_it_once_with_an_event(merchant, anna) -> None:
    badge = declare(merchant)
    arrive(buy(merchant, anna))
    assert slugs(anna) == []
    second = buy(merchant, anna)

    event = arrive(second)
    arrive(second)
    arrive(buy(merchant, anna))

    (given,) = BadgeAward.objects.all()
    assert (given.badge_id, given.customer_id) == (badge.id, anna.id)
    assert given.cause == f"shipment.status_changed:{event.id}"
    assert earned_events() == [
        {"award_id": str(given.id), "badge": "regular", "cause": "shipment.status_changed"},
    ]
    assert loyalty_of_customer(merchant=merchant, customer=anna, now=NOW).badges == ("regular",)


def test_other_news_of_a_parcel_and_an_order_of_nobody_earn_nothing(merchant, anna) -> None:
    declare(merchant, goal=Decimal(1))
    order = buy(merchant, anna)
    arrive(order, to="in_transit")
    arrive(buy(merchant, None))

    assert not BadgeAward.objects.exists()


def test_orders_on_their_way_cancelled_or_given_back_do_not_count(merchant, anna) -> None:
    declare(merchant)
    make_order(merchant, anna)
    deliver(make_order(merchant, anna), status="in_transit")
    buy(merchant, anna, status="cancelled")
    refund(buy(merchant, anna), "49.90")

    arrive(buy(merchant, anna))

    assert slugs(anna) == []


def test_what_is_given_back_in_part_counts_and_only_what_was_kept_is_spent(merchant, anna) -> None:
    declare(merchant, "spender", rule="spent", goal=Decimal("35.01"), currency="EUR")
    declare(merchant, "buyer", goal=Decimal(1))
    order = buy(merchant, anna)
    refund(order, "10.00")

    arrive(order)
    assert slugs(anna) == ["buyer"]
    arrive(buy(merchant, anna, total=Decimal("4.91")))

    assert slugs(anna) == ["spender", "buyer"]


def test_the_same_article_twice_is_one(merchant, anna) -> None:
    declare(merchant, rule="products", goal=Decimal(2))
    order = buy(merchant, anna)  # two lines of one name
    arrive(order)
    assert slugs(anna) == []

    OrderLine.objects.filter(order=order, position=2).update(sku="H-2")
    arrive(order)

    assert slugs(anna) == ["regular"]


def test_a_survey_answered_again_is_one_answer(merchant, anna) -> None:
    declare(merchant, "first", rule="answers", goal=Decimal(1))
    declare(merchant, "second", rule="answers", goal=Decimal(2))
    order = make_order(merchant, anna)

    for score in (0, 3):
        answer = record_response(
            merchant=merchant, order=order, kind=SurveyKind.NPS, score=score, source="page", now=NOW
        ).response
        hear(order, "survey.answered", award.on_survey_answered, response_id=str(answer.id))

    assert slugs(anna) == ["first"]


def test_a_refund_afterwards_takes_nothing_away(merchant, anna) -> None:
    declare(merchant, goal=Decimal(1))
    order = buy(merchant, anna)
    arrive(order)

    refund(order, "49.90")
    arrive(order)

    assert slugs(anna) == ["regular"]


def test_whoever_met_the_rule_before_it_was_declared_gets_it_and_is_not_looked_at_again(merchant, anna) -> None:
    other = make_customer(merchant, external_id="c-2")
    for customer in (anna, anna, other):
        buy(merchant, customer)
    declare(merchant)

    assert [review_all(now=NOW), review_all(now=NOW)] == [1, 0]

    assert (slugs(anna), slugs(other)) == (["regular"], [])
    assert [event["cause"] for event in earned_events()] == ["review"]
    assert Badge.objects.get().review_due_at is None


def test_a_review_goes_through_everybody_in_batches(merchant, in_scope, monkeypatch) -> None:
    monkeypatch.setattr("loyalty.services.review.CUSTOMERS_PER_BATCH", 2)
    monkeypatch.setattr("loyalty.services.review.BATCHES_PER_RUN", 2)
    for number in range(5):
        buy(merchant, make_customer(merchant, external_id=f"c-{number}"))
    declare(merchant, goal=Decimal(1))

    assert [review_all(now=NOW) for _ in range(3)] == [4, 1, 0]

    assert BadgeAward.objects.count() == 5
    assert CUSTOMERS_PER_BATCH == 200


def test_history_counts_once_it_was_paid_for_and_is_gone_through_when_it_has_settled(merchant, anna) -> None:
    badge = declare(merchant)
    review_all(now=NOW)
    make_order(merchant, anna, backfill=True, payment_status="pending")
    for _ in range(2):
        order = make_order(merchant, anna, backfill=True, payment_status="paid")
        hear(order, "order.placed", earn.on_order_placed, backfill=True)
        arrive(order)

    assert not BadgeAward.objects.exists()
    assert review_all(now=NOW + dt.timedelta(minutes=4)) == 0
    assert review_all(now=NOW + dt.timedelta(minutes=6)) == 1
    badge.refresh_from_db()
    assert (slugs(anna), badge.review_due_at) == (["regular"], None)


def test_a_review_under_way_begins_anew_when_history_comes_in(merchant, anna) -> None:
    declare(merchant, goal=Decimal(1))
    Badge.objects.update(reviewed_to=anna.id)  # it has passed her
    arrive(make_order(merchant, anna, backfill=True, payment_status="paid"))

    assert review_all(now=NOW + dt.timedelta(minutes=6)) == 1


def test_a_new_order_has_nobody_looked_at(merchant, anna) -> None:
    badge = declare(merchant)
    review_all(now=NOW)

    hear(make_order(merchant, anna), "order.placed", earn.on_order_placed, backfill=False)

    badge.refresh_from_db()
    assert badge.review_due_at is None


def test_years_are_looked_at_daily(merchant, anna) -> None:
    make_order(merchant, anna, placed_at=NOW - 365 * DAY)
    make_order(merchant, anna, placed_at=NOW - 900 * DAY, status="cancelled")
    declare(merchant, rule="years", goal=Decimal(2))

    assert review_all(now=NOW) == 0
    assert review_all(now=NOW + 364 * DAY) == 0
    assert review_all(now=NOW + 364 * DAY + dt.timedelta(hours=1)) == 0, "once a day"
    assert review_all(now=NOW + 365 * DAY + dt.timedelta(hours=1)) == 1

    assert slugs(anna) == ["regular"]


def test_switched_off_nobody_earns_it_and_whoever_has_it_keeps_it(merchant, anna) -> None:
    badge = declare(merchant, goal=Decimal(1))
    arrive(buy(merchant, anna))
    other = make_customer(merchant, external_id="c-2")
    change_badge(badge=badge, data=replace(REGULAR, goal=Decimal(1), active=False), now=NOW)

    arrive(buy(merchant, other))
    review_all(now=NOW)

    assert (slugs(anna), slugs(other)) == (["regular"], [])
    change_badge(badge=badge, data=replace(REGULAR, goal=Decimal(1)), now=NOW)
    review_all(now=NOW)
    assert slugs(other) == ["regular"]


def test_a_goal_that_became_harder_takes_nothing_away(merchant, anna) -> None:
    badge = declare(merchant, goal=Decimal(1))
    arrive(buy(merchant, anna))

    change_badge(badge=badge, data=replace(REGULAR, goal=Decimal(9)), now=NOW)
    review_all(now=NOW)

    assert slugs(anna) == ["regular"]


def merged(anna, guest):
    merge = merge_customers(merchant=anna.merchant, external_id="c-1", source=MergeSource(id=guest.id), now=NOW).merge
    happen_to(anna, "customer.merged", merge_id=merge.id, from_customer_id=guest.id)
    return merge


def test_merged_customers_have_what_either_had_from_the_earlier_day_on(merchant, anna) -> None:
    guest = make_customer(merchant, email="guest@example.com")
    declare(merchant, goal=Decimal(1))
    declare(merchant, "answerer", rule="answers", goal=Decimal(1))
    for customer, day in ((anna, NOW), (guest, NOW - 9 * DAY)):
        buy(merchant, customer)
        award_badges(merchant=merchant, customer=customer, cause="test", now=day)

    merge = merged(anna, guest)

    assert [(one.badge.slug, one.earned_at) for one in badges_of_customer(merchant=merchant, customer=anna)] == [
        ("regular", NOW - 9 * DAY)
    ]
    review_all(now=NOW)
    assert BadgeAward.objects.count() == 2
    undo_merge(merchant=merchant, merge_id=merge.id, now=NOW)
    happen_to(anna, "customer.unmerged", merge_id=merge.id, from_customer_id=guest.id)
    guest.refresh_from_db()
    assert [one.earned_at for one in badges_of_customer(merchant=merchant, customer=anna)] == [NOW]
    assert [one.earned_at for one in badges_of_customer(merchant=merchant, customer=guest)] == [NOW - 9 * DAY]


def test_two_histories_earn_together_and_parting_takes_nothing(merchant, anna) -> None:
    guest = make_customer(merchant, email="guest@example.com")
    declare(merchant)
    for customer in (anna, guest):
        buy(merchant, customer)

    merge = merged(anna, guest)
    assert slugs(anna) == ["regular"]
    undo_merge(merchant=merchant, merge_id=merge.id, now=NOW)
    happen_to(anna, "customer.unmerged", merge_id=merge.id, from_customer_id=guest.id)

    guest.refresh_from_db()
    assert (slugs(anna), slugs(guest)) == (["regular"], [])


def test_erasing_takes_them_away_and_nothing_brings_them_back(merchant, anna) -> None:
    other = make_customer(merchant, external_id="c-2")
    declare(merchant, goal=Decimal(1))
    for customer in (anna, other):
        arrive(buy(merchant, customer))
    person = ErasedPerson(merchant_id=merchant.id, customer_ids=(anna.id,))
    Customer.objects.filter(pk=anna.id).update(erased_at=NOW)
    anna.refresh_from_db()

    assert erase_awards(person=person, now=NOW) == 1
    award_badges(merchant=merchant, customer=anna, cause="test", now=NOW)
    Badge.objects.update(review_due_at=NOW)
    review_all(now=NOW)

    assert list(BadgeAward.objects.values_list("customer_id", flat=True)) == [other.id]


def test_an_award_is_never_changed(merchant, anna) -> None:
    declare(merchant, goal=Decimal(1))
    arrive(buy(merchant, anna))

    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        BadgeAward.objects.update(earned_at=NOW - DAY)


def test_a_strangers_badge_is_nobodys_here(merchant, other_merchant, anna) -> None:
    with merchant_scope(other_merchant.id):
        declare(other_merchant, goal=Decimal(1))

    arrive(buy(merchant, anna))
    review_all(now=NOW)

    assert slugs(anna) == []
    with merchant_scope(other_merchant.id):
        assert not BadgeAward.objects.exists()


def test_earned_twice_at_the_same_moment_it_is_given_once(committed_db, merchant) -> None:
    with merchant_scope(merchant.id):
        anna = make_customer(merchant, external_id="c-1")
        declare(merchant, goal=Decimal(1))
        buy(merchant, anna)
    gate = threading.Barrier(4)

    def work() -> None:
        try:
            with merchant_scope(merchant.id):
                gate.wait(10)
                award_badges(merchant=merchant, customer=anna, cause="test", now=NOW)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    with merchant_scope(merchant.id):
        assert BadgeAward.objects.count() == 1
        assert len(earned_events()) == 1


def test_every_rule_can_be_declared(merchant, in_scope) -> None:
    for rule in BadgeRule:
        declare(merchant, str(rule), rule=str(rule), currency="EUR" if rule == BadgeRule.SPENT else "")

    assert set(Badge.objects.values_list("rule", flat=True)) == set(BadgeRule.values)
