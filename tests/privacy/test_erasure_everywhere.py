"""Nothing of an erased person is left anywhere: in no column of any table, not in the broker, not in the logs.

Two proofs. One fills every column of every table, whether anything ever writes it or not, and holds that erasure
reaches all that ``personal_data.py`` calls personal. The other lets a person live through the product by its own doors,
with their mark in every field it takes, and holds that nothing at all is left: so no column is called nobody's by
mistake.
"""

import base64
import datetime as dt
import io
import json
import logging
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from messaging.models import Message, Suppression
from messaging.services.deliver import deliver_batch
from messaging.services.feedback import connect_provider
from messaging.services.journeys import install_standard_journeys
from orders.models import Customer, Order
from postpurchase.accounts.models import Merchant, PageKind
from postpurchase.accounts.page_links import page_url
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.connectors.models import DeliveryReference
from postpurchase.events.dispatch import handle_subject
from postpurchase.events.models import Event
from postpurchase.imports.models import ImportEntry, ImportRow
from postpurchase.lib import clock
from postpurchase.operations import logs
from postpurchase.privacy.models import Erasure
from postpurchase.privacy.registry import tables, wordy_columns
from postpurchase.privacy.services.erase import SECOND_ROUND_AFTER, request_erasure, run_erasure
from postpurchase.webhooks.models import WebhookDelivery
from tests.messaging.making import FakeProvider, Outcome
from tests.privacy.residues import broker_keys_that_hold, columns_that_hold
from tests.tenancy.rows import fill_world

MARK = "Kanarienvogel"


def erase_fully(merchant: Merchant, customer: Customer) -> None:
    with merchant_scope(merchant.id):
        erasure = request_erasure(merchant=merchant, customer=customer, source="api", now=clock.now())
    now = clock.now() + dt.timedelta(seconds=1)
    assert run_erasure(merchant_id=merchant.id, erasure_id=erasure.id, now=now)
    assert run_erasure(merchant_id=merchant.id, erasure_id=erasure.id, now=now + SECOND_ROUND_AFTER)


# --- every column ----------------------------------------------------------------------------------------------------


@pytest.fixture
def full_tables(committed_db, merchant) -> Customer:
    """One row in every table, all of one living person, with the mark in every column that may hold words."""
    with merchant_scope(merchant.id):
        rows = fill_world(merchant, mark=MARK)
        for model, table in tables().items():
            changes = {
                name: _marked(model._meta.get_field(name))
                for name in table.personal_columns
                if isinstance(model._meta.get_field(name), models.JSONField | ArrayField)
            }
            if changes:
                model.objects.filter(pk=rows[model].pk).update(**changes)
        # What a shop sent refers to this person by their shop's id.
        DeliveryReference.objects.update(kind="customer", external_id=Customer.objects.get().external_id)
        WebhookDelivery.objects.update(subject_id=Order.objects.get().pk)
        # What was imported from a file is known by the order's number.
        number = Order.objects.get().number
        ImportEntry.objects.update(key=number, row_numbers=[ImportRow.objects.get().number])
        Customer.objects.update(erased_at=None)
        Order.objects.update(erased_at=None)
        Erasure.objects.all().delete()
        return Customer.objects.get()


def _marked(field: "models.Field[object, object]") -> object:
    return [MARK] if isinstance(field, ArrayField) else {"note": f"for {MARK}", "deep": [{"name": MARK}]}


def test_no_personal_column_keeps_anything(merchant, full_tables) -> None:
    personal = {
        f"{model._meta.db_table}.{model._meta.get_field(name).column}"
        for model, table in tables().items()
        for name in table.personal_columns
        if name in wordy_columns(model)
    }
    before = columns_that_hold(MARK)
    # The row of a column that holds nothing from the start would prove nothing.
    assert personal - before == set()

    erase_fully(merchant, full_tables)

    assert columns_that_hold(MARK) & personal == set()


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """Logging as in a real process, down to the finest level, into memory."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    logs.configure({"format": "json", "level": "DEBUG"})
    stream = io.StringIO()
    (handler,) = root.handlers
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(stream)
    yield stream
    root.handlers[:] = before
    root.setLevel(level)
    logs.configure(settings.LOGGING)


# --- a whole life ----------------------------------------------------------------------------------------------------

PERSON = {
    "external_id": f"c-{MARK}",
    "email": f"{MARK}@example.org",
    "phone": "+4915112345678",
    "first_name": f"{MARK}-Anna",
    "last_name": f"{MARK}-Muster",
    "company": f"{MARK} GmbH",
    "birth_date": "1980-02-03",
    "attributes": {MARK: {"note": MARK}},
    "consents": [
        {
            "channel": "email",
            "purpose": purpose,
            "basis": "consent",
            "obtained_at": "2026-01-01T10:00:00Z",
            "wording": f"Ja, ich, {MARK}, will das.",
            "source": f"form of {MARK}",
        }
        for purpose in ("marketing", "survey")
    ],
}
ADDRESS = {
    "name": MARK,
    "company": MARK,
    "street": f"{MARK}-Straße 1",
    "street2": MARK,
    "postal_code": "10115",
    "city": MARK,
    "region": MARK,
    "country": "DE",
}
NUMBER = "00340434161094042557"


def order_of_the_person(external_id: str, placed_at: dt.datetime) -> dict[str, object]:
    return {
        "external_id": external_id,
        "placed_at": placed_at.isoformat(),
        "currency": "EUR",
        "total": "20.00",
        "language": "de",
        "customer": PERSON,
        "recipient": {"name": MARK, "company": MARK, "email": f"{MARK}2@example.org", "phone": MARK},
        "shipping_address": ADDRESS,
        "billing_address": ADDRESS,
        "attributes": {"card": f"Alles Gute, {MARK}!"},
        "lines": [
            {
                "sku": "CUP",
                "name": "Tasse",
                "quantity": 2,
                "unit_price": "10.00",
                "product_url": f"https://shop.example/cup?for={MARK}",
                "image_url": f"https://shop.example/{MARK}.png",
                "attributes": {"engraving": MARK},
            }
        ],
    }


@pytest.fixture
def life(committed_db, api, client, merchant, world) -> Customer:
    """A person who ordered twice, got a parcel and mails, answered, complained, and whose data came in every way."""
    now = clock.now()
    with merchant_scope(merchant.id):
        Merchant.objects.update(quiet_from=None, quiet_until=None)
        install_standard_journeys(merchant=merchant, now=now)
        connect_provider(merchant=merchant, provider="postmark", secret="s3cret", now=now)
    pushed = api.post(
        "/api/v1/orders/batch",
        {"orders": [order_of_the_person("1001", now), order_of_the_person("1002", now)]},
        HTTP_IDEMPOTENCY_KEY=f"push-{MARK}",
    )
    assert [item["status"] for item in pushed.json()["results"]] == ["created", "created"]
    _parcel(api, now)
    _run_handlers(merchant)
    refused = Outcome("permanent", "550", f"no such user {MARK} here")
    deliver_batch(merchant_id=merchant.id, channels=FakeProvider(Outcome("accepted", "250", f"ok {MARK}"), refused))
    with merchant_scope(merchant.id):
        customer = Customer.objects.get()
        order = Order.objects.get(external_id="1001")
        links = {kind: _link(merchant, kind, order) for kind in PageKind}
        message = Message.objects.filter(channel="email").order_by("planned_at").first()
    _pages(client, links)
    _provider_speaks(client, message)
    cancelled = api.post(
        "/api/v1/orders/1002/cancel", {"reason": f"{MARK} rief an"}, HTTP_IDEMPOTENCY_KEY="cancel-1002"
    )
    refunded = api.post("/api/v1/orders/1001/refunds", {"external_id": "r", "amount": "1.00", "reason": f"für {MARK}"})
    assert (cancelled.status_code, refunded.status_code) == (200, 201)
    _run_handlers(merchant)
    return customer


def _parcel(api, now: dt.datetime) -> None:
    parcel = {"carrier": "dhl", "tracking_number": NUMBER, "tracking_url": f"https://dhl.example/?for={MARK}"}
    assert api.put("/api/v1/orders/1001/shipments/p-1", parcel).status_code == 201
    news = {
        "occurred_at": now.isoformat(),
        "status": "delivered",
        "substatus": "delivered_to_neighbour",
        "message": f"Bei {MARK} abgegeben",
        "city": MARK,
        "country": "DE",
        "delivery_location": "neighbour",
        "delivery_location_text": f"neben {MARK}",
        "signed_by": MARK,
        "proof_url": f"https://dhl.example/pod?for={MARK}",
    }
    unmatched = {**news, "signed_by": f"{MARK}-Anna {MARK}-Muster", "message": "", "city": ""}
    del unmatched["delivery_location_text"]
    answer = api.post(
        "/api/v1/checkpoints/batch",
        {"checkpoints": [{**news, "tracking_number": NUMBER}, {**unmatched, "tracking_number": "JJD000390007882"}]},
    )
    assert [item["status"] for item in answer.json()["results"]] == ["recorded", "unknown_shipment"]


def _run_handlers(merchant: Merchant) -> None:
    for _ in range(3):  # handlers record events of their own
        with merchant_scope(merchant.id):
            subjects = set(Event.objects.values_list("subject_id", flat=True))
        for subject_id in subjects:
            handle_subject(merchant_id=merchant.id, subject_id=subject_id)


def _link(merchant: Merchant, kind: PageKind, order: Order) -> str:
    about_order = kind in (PageKind.TRACKING, PageKind.SURVEY)
    subject_id = order.id if about_order else order.customer_id
    return page_url(merchant_id=merchant.id, kind=kind, subject_id=subject_id, now=clock.now())


def _pages(client, links: dict[PageKind, str]) -> None:
    for kind, url in links.items():
        assert client.get(url).status_code == 200, kind
    answered = client.post(links[PageKind.SURVEY], {"score": "9", "comment": f"{MARK} war sehr zufrieden"})
    assert answered.status_code in (200, 302, 303)
    client.post(links[PageKind.PREFERENCES], {"do": "save", "shown": ["survey.email"], "ticked": []})
    reported = client.post(f"{links[PageKind.TRACKING]}/report", {"reason": "damaged", "text": f"{MARK} ist traurig"})
    assert reported.status_code == 303
    looked_up = [
        client.post("/lindenhof/track", {"number": number, "second": f"{MARK}@example.org"}).status_code
        for number in ("1001", f"of {MARK}")
    ]
    assert looked_up == [303, 404]


def _provider_speaks(client, message: Message) -> None:
    body = {
        "RecordType": "SpamComplaint",
        "ID": 42,
        "Type": "SpamComplaint",
        "MessageID": "883953f4-6105-42a2-a16a-77a8eac79483",
        "Email": f"{MARK}@example.org",
        "BouncedAt": "2026-07-15T10:00:00Z",
        "Metadata": {"postpurchase_ref": str(message.id)},
        "Description": f"{MARK} complained",
    }
    login = base64.b64encode(b"postpurchase:s3cret").decode()
    answer = client.post(
        "/hooks/lindenhof/providers/postmark/",
        json.dumps(body),
        content_type="application/json",
        HTTP_AUTHORIZATION=f"Basic {login}",
    )
    assert answer.status_code == 202


def test_a_whole_life_leaves_nothing_but_sums(merchant, life) -> None:
    before = columns_that_hold(MARK)
    # Otherwise the life was too short to prove anything.
    assert before >= {
        "api_storedanswer.key",
        "loyalty_surveyresponse.comment",
        "messaging_deliveryattempt.detail",
        "messaging_message.recipient",
        "messaging_messagecontent.html",
        "messaging_messagecontent.text",
        "messaging_permissionevidence.source",
        "messaging_permissionevidence.wording",
        "orders_consentreport.source",
        "orders_consentreport.wording",
        "orders_customer.attributes",
        "orders_customer.company",
        "orders_customer.email",
        "orders_customer.external_id",
        "orders_customer.first_name",
        "orders_customer.last_name",
        "orders_order.attributes",
        "orders_order.billing_address",
        "orders_order.cancel_reason",
        "orders_order.recipient",
        "orders_order.shipping_address",
        "orders_orderline.attributes",
        "orders_orderline.image_url",
        "orders_orderline.product_url",
        "orders_refund.reason",
        "tracking_caseentry.text",
        "tracking_checkpoint.city",
        "tracking_checkpoint.delivery_location_text",
        "tracking_checkpoint.message",
        "tracking_checkpoint.proof_url",
        "tracking_checkpoint.signed_by",
        "tracking_shipment.delivery_location_text",
        "tracking_shipment.proof_url",
        "tracking_shipment.signed_by",
        "tracking_shipment.tracking_url",
        "tracking_unmatchedcheckpoint.content",
    }
    sums = _sums(merchant)

    erase_fully(merchant, life)

    assert columns_that_hold(MARK) == set()
    assert columns_that_hold("15112345678") == set()
    assert columns_that_hold(NUMBER) == set()
    assert broker_keys_that_hold(MARK) == []
    assert _sums(merchant) == sums
    with merchant_scope(merchant.id):
        assert Suppression.objects.filter(channel="email", reason="complaint").count() == 1


def test_a_life_and_its_end_are_not_in_the_logs(written, request) -> None:
    life = request.getfixturevalue("life")
    erase_fully(request.getfixturevalue("merchant"), life)

    log = written.getvalue()
    assert "privacy.erasure_accepted" in log
    assert MARK.lower() not in log.lower()
    assert "15112345678" not in log


def test_events_hold_ids_and_codes_only(merchant, life) -> None:
    """Not even while the person is there: that is why events may stay."""
    assert {name for name in columns_that_hold(MARK) if name.startswith(("events_", "messaging_journey"))} == set()


def _sums(merchant: Merchant) -> dict[str, object]:
    from loyalty.models import LedgerEntry, SurveyResponse
    from orders.models import OrderLine, Refund
    from tracking.models import Checkpoint, Shipment

    with merchant_scope(merchant.id):
        return {
            "orders": list(Order.objects.order_by("id").values_list("id", "total", "status", "customer_id")),
            "lines": list(OrderLine.objects.order_by("id").values_list("id", "sku", "quantity", "total")),
            "refunds": list(Refund.objects.order_by("id").values_list("id", "amount")),
            "parcels": list(Shipment.objects.order_by("id").values_list("id", "status", "delivered_at")),
            "news": list(Checkpoint.objects.order_by("id").values_list("id", "status", "occurred_at", "country")),
            "scores": list(SurveyResponse.objects.order_by("id").values_list("id", "score", "kind")),
            "points": list(LedgerEntry.objects.order_by("id").values_list("id", "points", "kind")),
            "messages": list(
                Message.objects.exclude(state__in=["planned", "held", "ready", "suppressed"])
                .order_by("id")
                .values_list("id", "template", "state", "attempt")
            ),
        }
