"""Two records of one person become one, by themselves where a body proves it, and can be parted again."""

import datetime as dt

import pytest

from orders.inputs import CustomerInput, MergeSource
from orders.models import ConsentReport, Customer, CustomerMerge, MergedField, MergedRow, Order
from orders.selectors import customer_by_external_id, details_of_customers
from orders.services.customers import upsert_customer
from orders.services.ingest import upsert_order, upsert_orders
from orders.services.merges import UnknownCustomer, UnknownMerge, merge_customers, undo_merge
from postpurchase.events.models import Event
from postpurchase.lib.ids import uuid7
from postpurchase.lib.validation import Refused, read
from tests.orders.bodies import small_order_input

pytestmark = pytest.mark.usefixtures("in_scope")


def push(merchant, now, number: str, **customer) -> Order:
    """An order of somebody; returns it as it is stored."""
    upsert_order(merchant=merchant, data=small_order_input(number, customer=customer), now=now)
    return Order.objects.get(external_id=number)


def account(merchant, now, external_id: str, **fields) -> Customer:
    data = read({"external_id": external_id, **fields}, CustomerInput)
    return upsert_customer(merchant=merchant, data=data, now=now).customer


def who(number: str) -> str:
    """The id of an order's customer at the shop."""
    return Order.objects.select_related("customer").get(external_id=number).customer.external_id


def merges() -> list[tuple[str, bool]]:
    return [(merge.reason, merge.undone_at is not None) for merge in CustomerMerge.objects.order_by("id")]


def snapshot(*customers: Customer) -> list[dict]:
    """Everything that is stored about them, except when it changed."""
    rows = Customer.objects.filter(pk__in=[one.pk for one in customers]).order_by("id").values()
    return [{name: value for name, value in row.items() if name != "updated_at"} for row in rows]


def test_an_account_that_comes_with_a_guests_address_takes_the_guest_over(merchant, now) -> None:
    guest = push(merchant, now, "1", email="anna@example.com", first_name="Anna").customer
    anna = account(merchant, now, "c-1", email="old@example.com", company="Muster GmbH")

    order = push(merchant, now, "2", external_id="c-1", email="Anna@example.com")

    assert (order.customer_id, who("1")) == (anna.id, "c-1")
    anna.refresh_from_db()
    guest.refresh_from_db()
    assert (anna.email, anna.first_name, anna.company) == ("anna@example.com", "Anna", "Muster GmbH")
    assert (guest.merged_into_id, guest.email, guest.external_id) == (anna.id, "anna@example.com", "")
    merge = CustomerMerge.objects.get()
    assert (merge.customer_id, merge.merged_id, merge.reason, merge.undone_at) == (anna.id, guest.id, "email", None)
    assert list(MergedRow.objects.values_list("table", "row_id")) == [
        ("orders.Order", Order.objects.get(external_id="1").id)
    ]
    assert list(MergedField.objects.values_list("name", flat=True)) == ["first_name"]
    event = Event.objects.get(type="customer.merged")
    assert (event.subject_id, event.data) == (
        anna.id,
        {"merge_id": str(merge.id), "from_customer_id": str(guest.id), "reason": "email"},
    )


def test_an_accounts_own_body_takes_the_guest_over_too(merchant, now) -> None:
    push(merchant, now, "1", email="anna@example.com")
    account(merchant, now, "c-1", email="old@example.com")

    account(merchant, now, "c-1", email="anna@example.com")

    assert (who("1"), merges()) == ("c-1", [("email", False)])


def test_two_accounts_are_never_merged_by_themselves(merchant, now) -> None:
    account(merchant, now, "c-1", email="family@example.com", phone="+4915112345678")
    account(merchant, now, "c-2", email="family@example.com", phone="+4915112345678")
    push(merchant, now, "1", external_id="c-2", email="family@example.com", phone="+4915112345678")

    assert (who("1"), merges(), Customer.objects.count()) == ("c-2", [], 2)


def test_two_addresses_are_never_merged_by_phone_alone(merchant, now) -> None:
    push(merchant, now, "1", email="anna@example.com", phone="+4915112345678")
    push(merchant, now, "2", email="bert@example.com", phone="+4915112345678")
    push(merchant, now, "3", phone="0151 12345678")

    people = {order.customer_id for order in Order.objects.all()}
    assert (len(people), merges()) == (3, [])


def test_a_guest_without_address_is_known_by_phone(merchant, now) -> None:
    first = push(merchant, now, "1", phone="0151 12345678", last_name="Muster")
    push(merchant, now, "2", phone="+49 151 12345678", last_name="Muster")
    push(merchant, now, "3", external_id="c-1", email="anna@example.com", phone="+4915112345678")

    assert {order.customer_id for order in Order.objects.all()} == {first.customer_id}
    assert (who("1"), merges()) == ("c-1", [])


def test_a_number_that_cannot_be_read_means_nobody(merchant, now) -> None:
    push(merchant, now, "1", phone="ask Anna")
    push(merchant, now, "2", phone="ask Anna")

    assert Customer.objects.count() == 2


def test_address_and_phone_of_two_records_in_one_body_prove_that_they_are_one(merchant, now) -> None:
    push(merchant, now, "1", phone="+4915112345678")
    push(merchant, now, "2", email="anna@example.com")

    order = push(merchant, now, "3", email="anna@example.com", phone="+4915112345678")

    assert {one.customer_id for one in Order.objects.all()} == {order.customer_id}
    assert merges() == [("phone", False)]


def test_an_order_that_gets_a_name_takes_its_nameless_customer_along(merchant, now) -> None:
    account(merchant, now, "c-1", email="anna@example.com")
    push(merchant, now, "1", first_name="Anna")

    push(merchant, now, "1", external_id="c-1", first_name="Anna")

    assert (who("1"), merges()) == ("c-1", [("order", False)])


def test_within_one_batch_everybody_ends_at_the_right_one(merchant, now, django_assert_max_num_queries) -> None:
    bodies = [
        {"email": "anna@example.com"},
        {"external_id": "c-1", "email": "old@example.com"},
        {"external_id": "c-1", "email": "anna@example.com"},
        {"email": "anna@example.com"},
    ]
    orders = [small_order_input(str(number), customer=body) for number, body in enumerate(bodies)]

    upsert_orders(merchant=merchant, orders=orders, now=now)

    assert [who(str(number)) for number in range(4)] == ["c-1"] * 4
    assert merges() == [("email", False)]


def test_any_number_of_merges_costs_the_same_queries(merchant, now, django_assert_num_queries) -> None:
    def batch(start: int, count: int) -> list:
        return [
            small_order_input(f"b{number}", customer={"external_id": f"c-{number}", "email": f"{number}@example.com"})
            for number in range(start, start + count)
        ]

    for number in range(6):
        account(merchant, now, f"c-{number}", email=f"old-{number}@example.com")
        push(merchant, now, f"a{number}", email=f"{number}@example.com")
    with django_assert_num_queries(10):
        upsert_orders(merchant=merchant, orders=batch(0, 1), now=now)
    with django_assert_num_queries(10):
        upsert_orders(merchant=merchant, orders=batch(1, 5), now=now)

    assert CustomerMerge.objects.count() == 6


def test_merging_on_request_and_parting_gives_everybody_back_what_was_theirs(merchant, now) -> None:
    kept = account(merchant, now, "c-1", email="anna@example.com", attributes={"size": "M"})
    other = account(
        merchant,
        now,
        "c-2",
        email="a.muster@example.com",
        phone="+4915112345678",
        birth_date="1990-02-03",
        attributes={"size": "L", "colour": "red"},
        machines=[{"external_id": "m-1", "name": "Coffee maker"}],
    )
    push(merchant, now, "1", external_id="c-1")
    push(merchant, now, "2", external_id="c-2")
    before = snapshot(kept, other)

    result = merge_customers(
        merchant=merchant, external_id="c-1", source=MergeSource(external_id="c-2"), now=now + dt.timedelta(hours=1)
    )

    assert (result.changed, who("1"), who("2")) == (True, "c-1", "c-1")
    kept.refresh_from_db()
    assert (kept.email, kept.phone, kept.birth_date) == ("anna@example.com", "+4915112345678", dt.date(1990, 2, 3))
    assert kept.attributes == {"size": "M", "colour": "red"}
    assert [machine.name for machine in details_of_customers(customers=[kept])[kept.id].machines] == ["Coffee maker"]
    assert customer_by_external_id(external_id="c-2") == kept
    after_merge = push(merchant, now, "3", external_id="c-2", email="a.muster@example.com")
    kept.refresh_from_db()
    assert (after_merge.customer_id, kept.external_id, kept.email) == (kept.id, "c-1", "anna@example.com")

    undone = undo_merge(merchant=merchant, merge_id=result.merge.id, now=now + dt.timedelta(hours=2))

    assert undone.changed is True
    assert [who(number) for number in ("1", "2", "3")] == ["c-1", "c-2", "c-1"]
    assert snapshot(kept, other) == before
    assert customer_by_external_id(external_id="c-2") == other
    assert [event.type for event in Event.objects.filter(type__startswith="customer.").order_by("sequence")][-1] == (
        "customer.unmerged"
    )


def test_what_was_changed_since_the_merge_is_not_emptied_by_parting(merchant, now) -> None:
    kept = account(merchant, now, "c-1")
    account(merchant, now, "c-2", phone="+4915112345678", first_name="Anna", attributes={"size": "L", "colour": "red"})
    merge = merge_customers(merchant=merchant, external_id="c-1", source=MergeSource(external_id="c-2"), now=now).merge
    account(merchant, now, "c-1", phone="+4915112345678", first_name="Anne", attributes={"size": "XL", "colour": "red"})

    undo_merge(merchant=merchant, merge_id=merge.id, now=now)

    kept.refresh_from_db()
    assert (kept.phone, kept.first_name, kept.attributes) == ("", "Anne", {"size": "XL"})


def test_of_two_merges_the_one_that_remains_fills_what_the_other_leaves_empty(merchant, now) -> None:
    kept = account(merchant, now, "c-1")
    account(merchant, now, "c-2", first_name="Anna")
    account(merchant, now, "c-3", first_name="Annika")
    first, _second = (
        merge_customers(merchant=merchant, external_id="c-1", source=MergeSource(external_id=name), now=now).merge
        for name in ("c-2", "c-3")
    )

    undo_merge(merchant=merchant, merge_id=first.id, now=now)

    kept.refresh_from_db()
    assert kept.first_name == "Annika"


def test_repeating_a_merge_or_its_undoing_changes_nothing(merchant, now) -> None:
    account(merchant, now, "c-1")
    account(merchant, now, "c-2")
    source = MergeSource(external_id="c-2")
    first = merge_customers(merchant=merchant, external_id="c-1", source=source, now=now)
    again = merge_customers(merchant=merchant, external_id="c-1", source=source, now=now)
    assert (again.merge, again.changed) == (first.merge, False)
    undo_merge(merchant=merchant, merge_id=first.merge.id, now=now)
    events = Event.objects.count()

    assert undo_merge(merchant=merchant, merge_id=first.merge.id, now=now).changed is False

    assert (Event.objects.count(), merges()) == (events, [("request", True)])


def test_who_was_parted_is_not_merged_again_by_itself_but_on_request(merchant, now) -> None:
    push(merchant, now, "1", email="anna@example.com")
    account(merchant, now, "c-1", email="old@example.com")
    push(merchant, now, "2", external_id="c-1", email="anna@example.com")
    undo_merge(merchant=merchant, merge_id=CustomerMerge.objects.get().id, now=now)

    push(merchant, now, "3", external_id="c-1", email="anna@example.com")

    assert (who("1"), merges()) == ("", [("email", True)])
    merge_customers(merchant=merchant, external_id="c-1", source=MergeSource(email="anna@example.com"), now=now)
    assert (who("1"), merges()) == ("c-1", [("email", True), ("request", False)])


def test_a_merge_of_the_merged_goes_to_the_last_and_is_undone_from_the_end(merchant, now) -> None:
    for external_id in ("c-1", "c-2", "c-3"):
        account(merchant, now, external_id)
        push(merchant, now, external_id, external_id=external_id)
    inner = merge_customers(merchant=merchant, external_id="c-2", source=MergeSource(external_id="c-3"), now=now).merge
    outer = merge_customers(merchant=merchant, external_id="c-1", source=MergeSource(external_id="c-2"), now=now).merge
    assert [who(number) for number in ("c-1", "c-2", "c-3")] == ["c-1"] * 3
    assert customer_by_external_id(external_id="c-3").external_id == "c-1"

    with pytest.raises(Refused, match="undo that merge first"):
        undo_merge(merchant=merchant, merge_id=inner.id, now=now)
    undo_merge(merchant=merchant, merge_id=outer.id, now=now)
    assert [who(number) for number in ("c-1", "c-2", "c-3")] == ["c-1", "c-2", "c-2"]
    undo_merge(merchant=merchant, merge_id=inner.id, now=now)

    assert [who(number) for number in ("c-1", "c-2", "c-3")] == ["c-1", "c-2", "c-3"]


def test_a_body_under_a_merged_id_only_adds(merchant, now) -> None:
    kept = account(merchant, now, "c-1", email="anna@example.com", first_name="Anna")
    account(merchant, now, "c-2", email="other@example.com")
    merge_customers(merchant=merchant, external_id="c-1", source=MergeSource(external_id="c-2"), now=now)

    result = upsert_customer(
        merchant=merchant,
        data=read({"external_id": "c-2", "email": "x@example.com", "first_name": "X", "company": "Y"}, CustomerInput),
        now=now,
    )

    kept.refresh_from_db()
    assert (result.customer.id, result.status) == (kept.id, "updated")
    assert (kept.external_id, kept.email, kept.first_name, kept.company) == ("c-1", "anna@example.com", "Anna", "Y")


def test_consents_of_both_are_read_together_and_stay_where_they_were_written(merchant, now) -> None:
    consent = {
        "channel": "email",
        "purpose": "marketing",
        "basis": "consent",
        "obtained_at": "2026-07-01T10:00:00Z",
        "wording": "Yes",
    }
    kept = account(merchant, now, "c-1")
    other = account(merchant, now, "c-2", consents=[consent])
    merge_customers(merchant=merchant, external_id="c-1", source=MergeSource(external_id="c-2"), now=now)

    assert [report.wording for report in details_of_customers(customers=[kept])[kept.id].consents] == ["Yes"]
    assert ConsentReport.objects.get().customer_id == other.id


@pytest.mark.parametrize(
    ("source", "pointer", "code"),
    [
        (MergeSource(), "/from", "one_of"),
        (MergeSource(external_id="c-2", email="a@x.de"), "/from", "one_of"),
        (MergeSource(external_id="nobody"), "/from/external_id", "unknown_customer"),
        (MergeSource(email="nobody@x.de"), "/from/email", "unknown_customer"),
        (MergeSource(id=uuid7()), "/from/id", "unknown_customer"),
        (MergeSource(external_id="c-1"), "/from", "same_customer"),
        (MergeSource(email="anna@x.de"), "/from", "same_customer"),
        (MergeSource(email="two@x.de"), "/from/email", "ambiguous"),
    ],
)
def test_a_merge_that_names_nobody_or_several_is_refused(merchant, now, source, pointer, code) -> None:
    account(merchant, now, "c-1", email="anna@x.de")
    account(merchant, now, "c-2", email="two@x.de")
    account(merchant, now, "c-3", email="two@x.de")

    with pytest.raises(Refused) as refused:
        merge_customers(merchant=merchant, external_id="c-1", source=source, now=now)

    assert [(problem.pointer, problem.code) for problem in refused.value.problems] == [(pointer, code)]
    assert (merges(), Event.objects.filter(type="customer.merged").count()) == ([], 0)


def test_unknown_customers_and_merges_are_unknown(merchant, now) -> None:
    with pytest.raises(UnknownCustomer):
        merge_customers(merchant=merchant, external_id="nobody", source=MergeSource(external_id="c-1"), now=now)
    with pytest.raises(UnknownMerge):
        undo_merge(merchant=merchant, merge_id=uuid7(), now=now)


def test_nothing_is_parted_once_one_of_the_two_was_erased(merchant, now) -> None:
    account(merchant, now, "c-1")
    other = account(merchant, now, "c-2")
    merge = merge_customers(merchant=merchant, external_id="c-1", source=MergeSource(external_id="c-2"), now=now).merge
    Customer.objects.filter(pk=other.pk).update(erased_at=now)

    with pytest.raises(Refused, match="erased"):
        undo_merge(merchant=merchant, merge_id=merge.id, now=now)
