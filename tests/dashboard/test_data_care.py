"""Data care by hand: copies, erasures, holds, periods, the notice, and the evidence to print."""

import io
import json
import re
import zipfile

import pytest

from orders.models import Customer, NoticeVersion, Order
from orders.services.notices import publish_notice
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.privacy.models import Erasure, LegalHold, RetentionPeriod
from postpurchase.privacy.retention.classes import CLASSES
from tests.conftest import NOW
from tests.messaging.making import make_customer, make_order, report_consent, set_permission

BASE = "/dashboard/data-care/"


@pytest.fixture
def anna(merchant) -> Customer:
    with merchant_scope(merchant.id):
        return make_customer(
            merchant, email="anna@example.com", last_name="Muster", external_id="c-1", phone="+49301234567"
        )


@pytest.fixture
def order(merchant, anna) -> Order:
    with merchant_scope(merchant.id):
        return make_order(merchant, anna, number="R-77")


def page_of(customer: Customer) -> str:
    return f"{BASE}customers/{customer.id}/"


@pytest.mark.parametrize("query", ["anna@example.com", " ANNA@example.com ", "c-1", "R-77", "030 1234567"])
def test_somebody_is_found_by_what_they_know_of_themselves(owner, anna, order, query) -> None:
    html = owner.get(BASE, {"q": query}).content.decode()

    assert page_of(anna) in html


@pytest.mark.parametrize("query", ["anna", "example.com", "", "\u0000x"[1:], "%"])
def test_people_are_looked_up_and_not_browsed(owner, anna, order, query) -> None:
    assert page_of(anna) not in owner.get(BASE, {"q": query}).content.decode()


def test_the_copy_comes_as_a_document_and_as_tables(owner, anna, order) -> None:
    document = owner.get(f"{page_of(anna)}copy.json")
    archive = owner.get(f"{page_of(anna)}copy.zip")

    assert json.loads(document.content)["sections"]["customer"][0]["email"] == "anna@example.com"
    assert document.headers["Content-Disposition"] == f'attachment; filename="customer-{anna.id}.json"'
    assert "orders.csv" in zipfile.ZipFile(io.BytesIO(archive.content)).namelist()
    assert owner.get(f"{page_of(anna)}copy.exe").status_code == 404


def test_an_erasure_needs_the_tick(owner, merchant, anna) -> None:
    owner.post(f"{page_of(anna)}erase/")
    with merchant_scope(merchant.id):
        assert (Erasure.objects.count(), Customer.objects.get().email) == (0, "anna@example.com")

    answer = owner.post(f"{page_of(anna)}erase/", {"sure": "yes"}, follow=True)

    assert "The person is erased." in answer.content.decode()
    assert "anna@example.com" not in answer.content.decode()
    with merchant_scope(merchant.id):
        assert Erasure.objects.get().source == "dashboard"
        assert Customer.objects.get().email == ""
    assert owner.get(page_of(anna)).status_code == 404


@pytest.mark.parametrize("of", ["customer", "order"])
def test_a_hold_is_seen_with_its_reason_and_stops_the_erasure(owner, merchant, anna, order, of) -> None:
    address = f"{page_of(anna)}hold/" if of == "customer" else f"{BASE}orders/{order.id}/hold/"
    owner.post(address, {"reason": "4 O 1/26"})
    with merchant_scope(merchant.id):
        hold = LegalHold.objects.get()
    assert "A legal hold keeps this person: 4 O 1/26" in owner.get(page_of(anna)).content.decode()
    assert "4 O 1/26" in owner.get(BASE).content.decode()

    answer = owner.post(f"{page_of(anna)}erase/", {"sure": "yes"}, follow=True)
    assert "The erasure waits until the hold is released." in answer.content.decode()
    assert "Held by a legal hold" in answer.content.decode()
    with merchant_scope(merchant.id):
        assert Customer.objects.get().email == "anna@example.com"

    owner.post(f"{BASE}holds/{hold.id}/release/")
    with merchant_scope(merchant.id):
        hold.refresh_from_db()
        assert hold.released_at is not None


def test_a_hold_without_a_reason_is_none(owner, merchant, anna, order) -> None:
    assert owner.post(f"{page_of(anna)}hold/", {"reason": " "}).status_code == 422
    assert "A hold needs a reason." in (
        owner.post(f"{BASE}orders/{order.id}/hold/", {"reason": " "}, follow=True).content.decode()
    )

    with merchant_scope(merchant.id):
        assert LegalHold.objects.count() == 0


def test_periods_can_be_shortened_within_their_limits(owner, merchant) -> None:
    usual = {key: one.days for key, one in CLASSES.items() if not one.is_fixed and one.least < one.days}

    refused = owner.post(f"{BASE}periods/", {**usual, "surveys": 5000})
    with merchant_scope(merchant.id):
        assert (refused.status_code, RetentionPeriod.objects.count()) == (422, 0)

    saved = owner.post(f"{BASE}periods/", {**usual, "surveys": 100})

    assert saved.status_code == 302
    with merchant_scope(merchant.id):
        assert list(RetentionPeriod.objects.values_list("key", "days")) == [("surveys", 100)]
    assert 'value="100"' in owner.get(BASE).content.decode()


def test_the_notice_begins_with_ready_words_and_keeps_every_version(owner, merchant, world) -> None:
    first = owner.get(f"{BASE}notice/").content.decode()
    assert "Lindenhof verwendet Ihre E-Mail-Adresse" in first
    assert "notice_proof" not in first
    assert re.findall(r'language=(..)" aria-current="true"', first) == ["de"]  # the words', not the dashboard's

    owner.post(f"{BASE}notice/", {"text": "Eins"})
    owner.post(f"{BASE}notice/", {"text": "Zwei"})
    html = owner.get(f"{BASE}notice/").content.decode()

    with merchant_scope(merchant.id):
        kept = list(NoticeVersion.objects.order_by("number").values_list("number", "text", "language"))
    assert kept == [(1, "Eins", "de"), (2, "Zwei", "de")]
    assert "/lindenhof/notice?store=default&amp;language=de" in html
    assert "Eins" in html
    assert "also uses the e-mail address" in owner.get(f"{BASE}notice/?language=en").content.decode()
    assert owner.post(f"{BASE}notice/", {"text": ""}).status_code == 422


def test_evidence_shows_everything_that_is_kept(owner, merchant, world, anna, order) -> None:
    with merchant_scope(merchant.id):
        version = publish_notice(merchant=merchant, store=world.store, language="de", text="Der Hinweis", now=NOW)
        report = report_consent(anna, order=order, notice_version=version, notice_proof="abc:def")
        permission = set_permission(anna, "marketing", "email", "granted", "existing_customer")
    with merchant_scope(merchant.id):
        from messaging.models import PermissionEvidence

        evidence = PermissionEvidence.objects.create(
            merchant=merchant,
            customer=anna,
            channel="email",
            purpose="marketing",
            status="granted",
            basis="existing_customer",
            obtained_at=NOW,
            wording="Was sie las",
            source="checkout",
            consent_report=report,
            recorded_at=NOW,
        )
    assert permission.evidence_id != evidence.id

    html = owner.get(f"{BASE}evidence/{evidence.id}/").content.decode()

    for words in (
        "anna@example.com",
        "Was sie las",
        "Der Hinweis",
        version.digest,
        "abc:def",
        "R-77",
        str(evidence.id),
    ):
        assert words in html
    assert f"{BASE}evidence/{evidence.id}/" in owner.get(page_of(anna)).content.decode()


def test_the_customers_page_leads_here_for_those_who_may(owner, support, anna) -> None:
    pages = [client.get(f"/dashboard/customers/{anna.id}/").content.decode() for client in (owner, support)]

    assert [page_of(anna) in html for html in pages] == [True, False]


def test_support_and_readers_do_not_get_in(support, reader, anna) -> None:
    for client in (support, reader):
        assert [client.get(address).status_code for address in (BASE, page_of(anna))] == [403, 403]
