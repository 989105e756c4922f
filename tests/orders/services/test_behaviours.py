"""What people do besides ordering: counted once, kept for those who are not known yet, told of without its content."""

import datetime as dt

import pytest

from orders.checks import OWN_PREFIXES
from orders.inputs import BehaviourInput, CustomerInput, MergeSource
from orders.models import AttributeDefinition, Behaviour, Customer
from orders.services.behaviours import attach_behaviours, record_behaviour, record_behaviours
from orders.services.customers import upsert_customer
from orders.services.merges import merge_customers, undo_merge
from postpurchase.accounts.scoping import all_merchants, merchant_scope
from postpurchase.events.models import Event
from postpurchase.lib.validation import Refused, read
from postpurchase.pipeline import HANDLERS
from tests.messaging.making import happen_to


def did(name: str = "product.viewed", customer: str = "c-1", **fields) -> BehaviourInput:
    return read({"name": name, "customer": customer, **fields}, BehaviourInput)


def account(merchant, now, external_id: str, **fields) -> Customer:
    data = read({"external_id": external_id, **fields}, CustomerInput)
    return upsert_customer(merchant=merchant, data=data, now=now).customer


def told() -> list[tuple[str, object, dict]]:
    events = Event.objects.exclude(type__startswith="customer.").order_by("sequence")
    return [(event.type, event.subject_id, event.data) for event in events]


@pytest.mark.usefixtures("in_scope")
class TestRecording:
    def test_it_is_stored_with_its_properties_and_told_of_without_them(self, merchant, now) -> None:
        anna = account(merchant, now, "c-1")
        occurred_at = now - dt.timedelta(hours=3)

        result = record_behaviour(
            merchant=merchant,
            data=did(properties={"sku": "A", "note": "for Bert"}, occurred_at=occurred_at.isoformat()),
            now=now,
        )

        row = Behaviour.objects.get()
        assert (result.status, result.behaviour) == ("recorded", row)
        assert (row.customer, row.properties, row.occurred_at) == (anna, {"sku": "A", "note": "for Bert"}, occurred_at)
        assert told() == [
            ("product.viewed", anna.id, {"behaviour_id": str(row.id), "occurred_at": occurred_at.isoformat()})
        ]
        assert set(AttributeDefinition.objects.values_list("kind", "name")) == {("event", "sku"), ("event", "note")}

    def test_an_address_means_whoever_goes_by_it_an_account_before_a_guest(self, merchant, now) -> None:
        anna = account(merchant, now, "c-1", email="anna@example.com")

        record_behaviour(merchant=merchant, data=did(customer=" Anna@Example.com".strip()), now=now)

        assert Behaviour.objects.get().customer == anna

    def test_the_same_key_counts_once_and_the_first_stays(self, merchant, now) -> None:
        account(merchant, now, "c-1")
        bodies = [did(dedupe_key="k", properties={"n": number}) for number in (1, 2)]

        results = record_behaviours(merchant=merchant, bodies=bodies, now=now)
        again = record_behaviour(merchant=merchant, data=bodies[1], now=now)

        assert [result.status for result in (*results, again)] == ["recorded", "duplicate", "duplicate"]
        assert again.behaviour == results[0].behaviour
        assert (Behaviour.objects.get().properties, len(told())) == ({"n": 1}, 1)

    def test_without_a_key_each_counts(self, merchant, now) -> None:
        record_behaviours(merchant=merchant, bodies=[did(), did()], now=now)

        assert Behaviour.objects.count() == 2

    @pytest.mark.parametrize("prefix", sorted(OWN_PREFIXES))
    def test_our_own_names_are_refused(self, merchant, now, prefix) -> None:
        for name in (prefix, f"{prefix}.anything"):
            with pytest.raises(Refused, match="product's own"):
                record_behaviour(merchant=merchant, data=did(name), now=now)

        assert (Behaviour.objects.count(), told()) == (0, [])

    @pytest.mark.parametrize("name", ["product.viewed", "cart.updated", "ordering_began", "wishlist", "shop.page-seen"])
    def test_names_that_only_look_alike_are_the_shops(self, merchant, now, name) -> None:
        assert record_behaviour(merchant=merchant, data=did(name), now=now).status == "recorded"

    @pytest.mark.parametrize("name", ["", "Viewed Product", "x y", ".x", "x.", "é", "x" * 61])
    def test_other_names_are_no_names(self, name) -> None:
        with pytest.raises(Refused):
            did(name)

    def test_a_clock_may_be_wrong_by_hours_but_not_by_days(self, merchant, now) -> None:
        ahead = now + dt.timedelta(hours=23)
        kept = record_behaviour(merchant=merchant, data=did(occurred_at=ahead.isoformat()), now=now)
        assert kept.behaviour.occurred_at == ahead

        with pytest.raises(Refused) as refused:
            too_far = (now + dt.timedelta(hours=25)).isoformat()
            record_behaviour(merchant=merchant, data=did(occurred_at=too_far), now=now)

        assert [problem.code for problem in refused.value.problems] == ["in_the_future"]
        assert Behaviour.objects.count() == 1

    def test_a_wrong_one_does_not_stop_the_others(self, merchant, now) -> None:
        results = record_behaviours(merchant=merchant, bodies=[did("order.placed"), did()], now=now)

        assert [result.status for result in results] == ["invalid", "recorded"]

    def test_any_number_costs_the_same_queries(self, merchant, now, django_assert_num_queries) -> None:
        for number in range(4):
            account(merchant, now, f"c-{number}")
        for count in (1, 4):
            bodies = [did(customer=f"c-{number}", dedupe_key=f"{count}:{number}") for number in range(count)]
            with django_assert_num_queries(6):
                record_behaviours(merchant=merchant, bodies=bodies, now=now)

    def test_what_they_did_follows_a_merge_and_comes_back(self, merchant, now) -> None:
        anna, guest = account(merchant, now, "c-1"), account(merchant, now, "c-2")
        record_behaviour(merchant=merchant, data=did(customer="c-2"), now=now)
        merge = merge_customers(
            merchant=merchant, external_id="c-1", source=MergeSource(external_id="c-2"), now=now
        ).merge
        happen_to(anna, "customer.merged", merge_id=merge.id, from_customer_id=guest.id)
        assert Behaviour.objects.get().customer == anna
        record_behaviour(merchant=merchant, data=did(customer="c-2"), now=now)

        undo_merge(merchant=merchant, merge_id=merge.id, now=now)
        happen_to(anna, "customer.unmerged", merge_id=merge.id, from_customer_id=guest.id)

        rows = Behaviour.objects.order_by("id").values_list("customer_id", flat=True)
        assert list(rows) == [guest.id, anna.id]


def test_whoever_comes_later_gets_what_they_did_before(committed_db, merchant, other_merchant, now) -> None:
    for one in (merchant, other_merchant):
        with merchant_scope(one.id):
            by_id = record_behaviour(merchant=one, data=did(customer="c-1"), now=now).behaviour
            by_email = record_behaviour(merchant=one, data=did(customer="Anna@example.com"), now=now).behaviour
            assert (by_id.customer, by_email.customer, told()) == (None, None, [])
    assert attach_behaviours(now=now) == 0
    with merchant_scope(merchant.id):
        anna = account(merchant, now, "c-1", email="anna@example.com")

    assert attach_behaviours(now=now) == 2
    assert attach_behaviours(now=now) == 0

    with merchant_scope(merchant.id):
        assert set(Behaviour.objects.values_list("customer_id", flat=True)) == {anna.id}
        assert [(type_, subject) for type_, subject, _ in told()] == [("product.viewed", anna.id)] * 2
    with merchant_scope(other_merchant.id):
        assert set(Behaviour.objects.values_list("customer_id", flat=True)) == {None}


def test_what_nobody_came_for_is_forgotten(merchant, now) -> None:
    with merchant_scope(merchant.id):
        account(merchant, now, "c-1")
        for customer in ("c-1", "nobody"):
            record_behaviour(merchant=merchant, data=did(customer=customer), now=now)

    attach_behaviours(now=now + dt.timedelta(days=29))
    with all_merchants("test"):
        assert Behaviour.objects.count() == 2
    attach_behaviours(now=now + dt.timedelta(days=31))

    with all_merchants("test"):
        assert [row.told_customer for row in Behaviour.objects.all()] == ["c-1"]


def test_every_event_with_a_handler_has_a_name_that_shops_cannot_use() -> None:
    assert {name.partition(".")[0] for name in HANDLERS} <= OWN_PREFIXES
