"""Points and answers follow a merge; the ledger keeps its promises and gives everything back."""

import datetime as dt

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from loyalty.enums import EntryKind, Explanation, SurveyKind
from loyalty.models import LedgerEntry, Lot, SurveyResponse
from loyalty.selectors import balance, violations
from loyalty.services.earn import settle_order
from loyalty.services.ledger import post_entry
from loyalty.services.merging import return_points, transfer_points
from loyalty.services.programme import install_default_programme
from loyalty.services.surveys import record_response
from orders.inputs import MergeSource
from orders.models import Customer, CustomerMerge, Order
from orders.services.merges import merge_customers, undo_merge
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.events.models import Event
from tests.conftest import NOW
from tests.loyalty.making import deliver, make_customer, make_order
from tests.messaging.making import happen_to

pytestmark = pytest.mark.usefixtures("in_scope")

DAY = dt.timedelta(days=1)


@pytest.fixture
def anna(merchant, in_scope) -> Customer:
    return make_customer(merchant, external_id="c-1")


@pytest.fixture
def guest(merchant, in_scope) -> Customer:
    return make_customer(merchant, email="guest@example.com")


def post(customer: Customer, points: int, key: str, **options) -> LedgerEntry:
    kind = options.pop("kind", EntryKind.EARN if points > 0 else EntryKind.REDEEM)
    return post_entry(
        merchant=customer.merchant,
        customer=customer,
        points=points,
        kind=kind,
        source_key=key,
        explanation=Explanation.MANUAL,
        now=NOW,
        **options,
    ).entry


def merge(anna: Customer, guest: Customer) -> CustomerMerge:
    merge = merge_customers(merchant=anna.merchant, external_id="c-1", source=MergeSource(id=guest.id), now=NOW).merge
    happen_to(anna, "customer.merged", merge_id=merge.id, from_customer_id=guest.id)
    return merge


def part(merge: CustomerMerge) -> None:
    undo_merge(merchant=merge.merchant, merge_id=merge.id, now=NOW)
    happen_to(merge.customer, "customer.unmerged", merge_id=merge.id, from_customer_id=merge.merged_id)


def sums(customer: Customer) -> tuple[int, int, int]:
    found = balance(merchant=customer.merchant, customer=customer, now=NOW)
    return found.points, found.pending, found.receivable


def open_lots(customer: Customer) -> list[tuple[int, dt.datetime, dt.datetime | None]]:
    rows = Lot.objects.filter(customer=customer, remaining__gt=0).order_by("available_at", "expires_at", "remaining")
    return list(rows.values_list("remaining", "available_at", "expires_at"))


def broken(customer: Customer) -> list[object]:
    return list(violations(merchant=customer.merchant))


def test_points_go_over_lot_by_lot_with_their_days_and_come_back(merchant, anna, guest) -> None:
    post(anna, 100, "a")
    post(guest, 50, "b")
    post(guest, 30, "c", available_at=NOW + DAY)
    post(guest, 20, "d", expires_at=NOW + 30 * DAY)
    post(guest, -10, "e")
    before = open_lots(guest)
    entries = list(LedgerEntry.objects.filter(customer=guest).order_by("number").values())

    merged = merge(anna, guest)

    assert (sums(anna), sums(guest)) == ((190, 30, 0), (0, 0, 0))
    assert _by_day(open_lots(anna)) == _by_day([(100, NOW, None), *before])
    assert list(LedgerEntry.objects.filter(customer=guest).order_by("number").values())[: len(entries)] == entries
    assert broken(anna) == []
    part(merged)
    assert (sums(anna), sums(guest), open_lots(guest)) == ((100, 0, 0), (90, 30, 0), before)
    assert broken(anna) == []


def test_nobody_is_written_to_about_a_transfer(anna, guest) -> None:
    post(guest, 50, "b")
    merge(anna, guest)

    moved = Event.objects.filter(type="points.posted", data__kind="transfer").values_list("data__backfill", flat=True)
    assert list(moved) == [True, True]


def test_a_debt_goes_over_and_comes_back(anna, guest) -> None:
    post(anna, 100, "a", expires_at=NOW + 9 * DAY)
    earned = post(guest, 40, "b")
    post(guest, -40, "c")
    post(guest, -40, "d", kind=EntryKind.REVERSE, corrects=earned)
    assert sums(guest) == (0, 0, 40)

    merged = merge(anna, guest)
    assert (sums(anna), sums(guest)) == ((60, 0, 0), (0, 0, 0))
    part(merged)

    assert (sums(anna), sums(guest)) == ((100, 0, 0), (0, 0, 40))
    assert open_lots(anna) == [(40, NOW, NOW + 9 * DAY), (60, NOW, NOW + 9 * DAY)]
    assert broken(anna) == []


def test_a_debt_of_the_kept_one_is_paid_by_the_merged_ones_points_until_they_are_parted(anna, guest) -> None:
    earned = post(anna, 40, "a")
    post(anna, -40, "b")
    post(anna, -40, "c", kind=EntryKind.REVERSE, corrects=earned)
    post(guest, 100, "d")

    merged = merge(anna, guest)
    assert (sums(anna), sums(guest)) == ((60, 0, 0), (0, 0, 0))
    part(merged)

    assert (sums(anna), sums(guest)) == ((0, 0, 40), (100, 0, 0))
    assert broken(anna) == []


def test_what_was_spent_of_them_meanwhile_is_the_kept_ones_to_make_good(anna, guest) -> None:
    post(guest, 100, "a")
    merged = merge(anna, guest)
    post(anna, -70, "b")

    part(merged)

    assert (sums(anna), sums(guest)) == ((0, 0, 70), (100, 0, 0))
    assert broken(anna) == []


def test_a_cancelled_order_of_the_merged_one_takes_its_points_from_the_kept_one(merchant, anna, guest) -> None:
    install_default_programme(merchant=merchant, now=NOW)
    order = make_order(merchant, guest)
    deliver(order)
    settle_order(merchant=merchant, order_id=order.id, cause="delivered", now=NOW)
    (earned, _, _) = sums(guest)
    assert earned > 0
    merge(anna, guest)
    settle_order(merchant=merchant, order_id=order.id, cause="nothing happened", now=NOW)
    assert sums(anna)[0] == earned

    Order.objects.filter(pk=order.pk).update(status="cancelled")
    settle_order(merchant=merchant, order_id=order.id, cause="cancelled", now=NOW)

    assert (sums(anna), sums(guest)) == ((0, 0, 0), (0, 0, 0))
    assert broken(anna) == []


def test_answers_change_hands_and_come_back_and_are_thanked_for_where_the_person_is(merchant, anna, guest) -> None:
    install_default_programme(merchant=merchant, now=NOW)
    order = make_order(merchant, guest)
    response = record_response(
        merchant=merchant, order=order, kind=SurveyKind.NPS, source="page", now=NOW, score=9
    ).response
    merged = merge_customers(merchant=merchant, external_id="c-1", source=MergeSource(id=guest.id), now=NOW).merge
    # The answer's own news comes before that of the merge.
    happen_to(guest, "survey.answered", response_id=response.id)
    assert (sums(anna)[0] > 0, sums(guest)) == (True, (0, 0, 0))
    happen_to(anna, "customer.merged", merge_id=merged.id, from_customer_id=guest.id)
    assert SurveyResponse.objects.get().customer_id == anna.id

    part(merged)

    assert SurveyResponse.objects.get().customer_id == guest.id


moves = st.lists(
    st.tuples(
        st.sampled_from(("anna", "guest")),
        st.sampled_from(("earn", "earn_soon", "redeem", "reverse")),
        st.integers(1, 60),
    ),
    max_size=8,
)


@settings(max_examples=25, phases=[Phase.generate], suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=moves)
def test_whatever_was_there_parting_gives_both_back_what_they_had(merchant, before) -> None:
    with merchant_scope(merchant.id):
        anna, guest = (make_customer(merchant) for _ in range(2))
        merge = CustomerMerge.objects.create(
            merchant=merchant, customer=anna, merged=guest, reason="request", merged_at=NOW
        )
        for number, (name, kind, points) in enumerate(before):
            _play(anna if name == "anna" else guest, kind, points, f"{merge.id}:{number}")
        total = [sums(one) for one in (anna, guest)]
        lots = [open_lots(one) for one in (anna, guest)]

        transfer_points(merge=merge, taker=anna, now=NOW)
        transfer_points(merge=merge, taker=anna, now=NOW)
        merged = sums(anna)
        assert sums(guest) == (0, 0, 0)
        assert merged[0] - merged[2] == sum(points - owed for points, _, owed in total)
        return_points(merge=merge, now=NOW)
        return_points(merge=merge, now=NOW)

        assert [sums(one) for one in (anna, guest)] == total
        assert [_by_day(open_lots(one)) for one in (anna, guest)] == [_by_day(found) for found in lots]
        assert broken(anna) == []
        transaction.set_rollback(True)


def _play(customer: Customer, kind: str, points: int, key: str) -> None:
    if kind == "redeem":
        spendable = balance(merchant=customer.merchant, customer=customer, now=NOW).available
        if spendable:
            post(customer, -min(points, spendable), key)
    elif kind == "reverse":
        post(customer, -points, key, kind=EntryKind.REVERSE)
    else:
        post(customer, points, key, available_at=NOW + DAY if kind == "earn_soon" else NOW)


def _by_day(lots: list[tuple[int, dt.datetime, dt.datetime | None]]) -> dict[object, int]:
    days: dict[object, int] = {}
    for points, available_at, expires_at in lots:
        days[available_at, expires_at] = days.get((available_at, expires_at), 0) + points
    return days
