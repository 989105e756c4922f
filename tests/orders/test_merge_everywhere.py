"""Every table that knows a customer says what becomes of its rows in a merge; a new one must say so, too."""

import threading

import pytest
from django.apps import apps
from django.db import connection

from orders.inputs import CustomerInput, MergeSource
from orders.models import Customer, CustomerMerge, Order
from orders.services.customers import upsert_customer
from orders.services.ingest import upsert_order
from orders.services.merges import merge_customers, undo_merge
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.lib.validation import Refused, read
from tests.orders.bodies import small_order_input

MOVE = "its rows move and are noted"
STAYS = "its rows stay and are read together with the kept customer's"
WHAT_BECOMES_OF = {
    "orders.Order": MOVE,
    "orders.Behaviour": MOVE,
    "messaging.Message": MOVE,
    "messaging.JourneyRun": MOVE,
    "loyalty.SurveyResponse": MOVE,
    "orders.ConsentReport": STAYS,
    "orders.Machine": STAYS,
    "orders.Customer": "the merge itself: merged_into",
    "orders.CustomerMerge": "the merge itself",
    "messaging.PermissionEvidence": "is only ever added to; what follows is written anew",
    "messaging.Permission": "combined by messaging/services/merging.py",
    "loyalty.LedgerEntry": "is only ever added to; points are transferred",
    "loyalty.BadgeAward": STAYS,
    "loyalty.PointsAccount": "the sums of the ledger",
    "loyalty.Lot": "the rests of the ledger",
    "privacy.Erasure": "an erasure takes everybody along who was merged",
    "privacy.LegalHold": "stands against whom it was placed on",
}


def test_every_table_that_knows_a_customer_is_thought_of() -> None:
    pointing = {
        model._meta.label
        for model in apps.get_models()
        for field in model._meta.local_fields
        if field.related_model is Customer
    }

    assert pointing == set(WHAT_BECOMES_OF)


def account(merchant, now, external_id: str, **fields) -> Customer:
    data = read({"external_id": external_id, **fields}, CustomerInput)
    return upsert_customer(merchant=merchant, data=data, now=now).customer


def at_once(merchant, *work) -> list[object]:
    """Run each in a thread and a transaction of its own, all starting together; return what came out, in order."""
    gate = threading.Barrier(len(work))
    outcomes: list[object] = [None] * len(work)

    def run(index: int, task) -> None:
        try:
            with merchant_scope(merchant.id):
                gate.wait(10)
                outcomes[index] = task()
        except Refused as refused:
            outcomes[index] = [problem.code for problem in refused.problems]
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=item) for item in enumerate(work)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return outcomes


@pytest.mark.parametrize("round_number", range(3))
def test_two_merges_into_each_other_at_once_leave_one_person(committed_db, merchant, now, round_number) -> None:
    with merchant_scope(merchant.id):
        for name in ("c-1", "c-2"):
            account(merchant, now, name)
            upsert_order(merchant=merchant, data=small_order_input(name, customer={"external_id": name}), now=now)

    outcomes = at_once(
        merchant,
        lambda: merge_customers(merchant=merchant, external_id="c-1", source=MergeSource(external_id="c-2"), now=now),
        lambda: merge_customers(merchant=merchant, external_id="c-2", source=MergeSource(external_id="c-1"), now=now),
    )

    assert sorted(getattr(outcome, "changed", outcome) == ["same_customer"] for outcome in outcomes) == [False, True]
    with merchant_scope(merchant.id):
        assert CustomerMerge.objects.count() == 1
        assert Customer.objects.filter(merged_into__isnull=True).count() == 1
        (kept,) = Customer.objects.filter(merged_into__isnull=True)
        assert set(Order.objects.values_list("customer_id", flat=True)) == {kept.id}


def test_one_merge_asked_for_twice_at_once_happens_once_and_is_undone_once(committed_db, merchant, now) -> None:
    with merchant_scope(merchant.id):
        for name in ("c-1", "c-2"):
            account(merchant, now, name)

    def merge():
        return merge_customers(merchant=merchant, external_id="c-1", source=MergeSource(external_id="c-2"), now=now)

    outcomes = at_once(merchant, merge, merge, merge)
    assert sorted(outcome.changed for outcome in outcomes) == [False, False, True]
    merge_id = outcomes[0].merge.id

    undone = at_once(merchant, *[lambda: undo_merge(merchant=merchant, merge_id=merge_id, now=now)] * 3)

    assert sorted(outcome.changed for outcome in undone) == [False, False, True]


@pytest.mark.parametrize("round_number", range(3))
def test_orders_that_come_in_while_their_customers_are_merged_end_at_the_kept_one(
    committed_db, merchant, now, round_number
) -> None:
    with merchant_scope(merchant.id):
        for number in (1, 2):
            account(merchant, now, f"c-{number}", email=f"{number}@example.com")

    def order(number: str, **customer):
        return lambda: upsert_order(merchant=merchant, data=small_order_input(number, customer=customer), now=now)

    at_once(
        merchant,
        order("1", external_id="c-2"),
        order("2", email="2@example.com"),
        lambda: merge_customers(merchant=merchant, external_id="c-1", source=MergeSource(external_id="c-2"), now=now),
        order("3", external_id="c-2", email="2@example.com"),
        order("4", external_id="c-1"),
    )

    with merchant_scope(merchant.id):
        kept = Customer.objects.get(external_id="c-1")
        assert set(Order.objects.values_list("customer_id", flat=True)) == {kept.id}
        assert Order.objects.count() == 4
