"""A customer's page says what belongs to them; merged records can be parted; attributes get a name and a type."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from messaging.services.permissions import grant
from orders.inputs import BehaviourInput, CustomerInput, MergeSource
from orders.models import AttributeDefinition, Customer, CustomerMerge, Order
from orders.services import attributes as learned
from orders.services.behaviours import record_behaviour
from orders.services.customers import upsert_customer
from orders.services.ingest import upsert_order
from orders.services.merges import merge_customers
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.lib.validation import read
from tests.conftest import NOW
from tests.orders.bodies import small_order_input


@pytest.fixture(autouse=True)
def _nothing_remembered():
    learned._memory.clear()
    yield
    learned._memory.clear()


def account(merchant, external_id: str, **fields) -> Customer:
    data = read({"external_id": external_id, **fields}, CustomerInput)
    return upsert_customer(merchant=merchant, data=data, now=NOW).customer


@pytest.fixture
def anna(merchant) -> Customer:
    """A company's buyer with something of everything."""
    with merchant_scope(merchant.id):
        anna = account(
            merchant,
            "c-1",
            email="anna@example.com",
            first_name="Anna",
            last_name="<b>Muster</b>",
            company="Muster GmbH",
            vat_id="DE123456789",
            attributes={"branch": "bakery", "staff": 12},
            machines=[{"external_id": "m", "name": "Oven 3000", "serial_number": "4711", "installed_at": "2025-03-01"}],
        )
        account(merchant, "c-2", email="other@example.com", first_name="Annika")
        for number in (1, 2):
            body = small_order_input(f"100{number}", customer={"external_id": f"c-{number}"})
            upsert_order(merchant=merchant, data=body, now=NOW)
        grant(
            merchant=merchant, customer=anna, channel="email", purpose="survey", source="checkout", wording="x", now=NOW
        )
        viewed = read({"name": "product.viewed", "customer": "c-1"}, BehaviourInput)
        record_behaviour(merchant=merchant, data=viewed, now=NOW)
        merge_customers(merchant=merchant, external_id="c-1", source=MergeSource(external_id="c-2"), now=NOW)
    return anna


def test_the_page_shows_everything_that_belongs_to_them(owner, anna) -> None:
    page = owner.get(reverse("dashboard:customer", args=[anna.id])).content.decode()

    for shown in (
        *("anna@example.com", "Muster GmbH", "DE123456789", "your number c-1", "Company"),
        *("1001", "1002", "bakery", "staff", "12", "Oven 3000", "4711", "product.viewed", "checkout"),
        *("Annika", "other@example.com", "merged by hand", "Undo"),
        "Anna &lt;b&gt;Muster&lt;/b&gt;",
    ):
        assert shown in page
    assert "<b>Muster" not in page


def test_the_order_leads_to_its_customer_and_a_merged_record_to_the_kept_one(owner, anna) -> None:
    with merchant_scope(anna.merchant_id):
        order, merged = Order.objects.get(external_id="1002"), Customer.objects.get(external_id="c-2")

    page = owner.get(reverse("dashboard:order", args=[order.id])).content.decode()
    response = owner.get(reverse("dashboard:customer", args=[merged.id]))

    assert reverse("dashboard:customer", args=[anna.id]) in page
    assert (response.status_code, response.url) == (302, reverse("dashboard:customer", args=[anna.id]))


def test_customers_are_found_by_what_people_remember_and_merged_ones_are_not_listed(owner, anna) -> None:
    def found(query: str) -> int:
        page = owner.get(reverse("dashboard:customers"), {"q": query}).content.decode()
        return page.count('href="/dashboard/customers/0')

    # Also by what a merged record went by.
    for query in ("", "anna", "ANNA muster", "muster gmbh", "c-1", "anna@example", "c-2", "other@example"):
        assert found(query) == 1, query
    for query in ("annika", "nobody", "100%", "anna nobody"):
        assert found(query) == 0, query


def test_undoing_a_merge_gives_the_other_customer_back(support, anna) -> None:
    with merchant_scope(anna.merchant_id):
        merge = CustomerMerge.objects.get()

    response = support.post(reverse("dashboard:customer_merge_undo", args=[merge.id]), follow=True)

    assert "They are two customers again" in response.content.decode()
    with merchant_scope(anna.merchant_id):
        assert CustomerMerge.objects.get().undone_at is not None
        assert Order.objects.get(external_id="1002").customer.external_id == "c-2"


def test_a_merge_under_another_one_says_what_to_undo_first(owner, anna) -> None:
    with merchant_scope(anna.merchant_id):
        inner = CustomerMerge.objects.get()
        account(anna.merchant, "c-3")
        merge_customers(merchant=anna.merchant, external_id="c-3", source=MergeSource(external_id="c-1"), now=NOW)

    response = owner.post(reverse("dashboard:customer_merge_undo", args=[inner.id]), follow=True)

    assert "Undo that first" in response.content.decode()
    with merchant_scope(anna.merchant_id):
        assert CustomerMerge.objects.get(pk=inner.pk).undone_at is None


def test_an_erased_customer_has_no_page(owner, anna) -> None:
    with merchant_scope(anna.merchant_id):
        Customer.objects.filter(pk=anna.pk).update(erased_at=NOW)

    assert owner.get(reverse("dashboard:customer", args=[anna.id])).status_code == 404


def test_attributes_are_listed_with_examples_named_and_typed(manager, anna) -> None:
    with merchant_scope(anna.merchant_id):
        definition = AttributeDefinition.objects.get(name="branch")
    page = manager.get(reverse("dashboard:attributes")).content.decode()
    for shown in ("branch", "bakery", "staff", "12", "a guess", "Of customers"):
        assert shown in page
    address = reverse("dashboard:attribute", args=[definition.id])

    wrong = manager.post(address, {"label": "Trade", "type": "colour"})
    saved = manager.post(address, {"label": "Trade", "type": "list"}, follow=True)

    assert (wrong.status_code, saved.status_code) == (422, 200)
    assert "Trade" in saved.content.decode()
    with merchant_scope(anna.merchant_id):
        definition.refresh_from_db()
        assert (definition.label, definition.type, definition.chosen_at is not None) == ("Trade", "list", True)
    assert "Trade" in manager.get(reverse("dashboard:customer", args=[anna.id])).content.decode()


def test_pages_cost_the_same_queries_however_many_rows(owner, merchant) -> None:
    def queries(name: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert owner.get(reverse(f"dashboard:{name}")).status_code == 200
        return len(captured)

    for name in ("customers", "attributes"):
        with merchant_scope(merchant.id):
            account(merchant, f"{name}-0", attributes={f"{name}-0": 1})
        queries(name)
        one = queries(name)
        with merchant_scope(merchant.id):
            for number in (1, 2):
                account(merchant, f"{name}-{number}", attributes={f"{name}-{number}": 1})
        assert queries(name) == one
