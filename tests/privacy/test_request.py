"""Asking to be forgotten: what is true at once, what follows, and what a shop may do afterwards."""

import datetime as dt

import pytest

from messaging.models import JourneyRun, Message, MessageContent, Permission, Suppression
from messaging.services.addresses import suppression_of
from orders.models import Customer, Order
from postpurchase.accounts.models import PageKind, PageLink
from postpurchase.accounts.page_links import page_url
from postpurchase.accounts.scoping import all_merchants, merchant_scope
from postpurchase.events.dispatch import handle_subject
from postpurchase.events.models import Event
from postpurchase.lib import clock
from postpurchase.privacy.models import Erasure, ErasureState, ErasureStep
from postpurchase.privacy.services import erase
from postpurchase.privacy.services.erase import SECOND_ROUND_AFTER, due_erasures, request_erasure, run_erasure
from postpurchase.privacy.services.holds import place_hold, release_hold
from postpurchase.privacy.steps import STEPS
from tests.messaging.making import make_message, make_order
from tests.orders.bodies import order_body

ADDRESS = "/api/v1/customers/c-1"
A_MOMENT = dt.timedelta(seconds=1)


@pytest.fixture
def order(api, merchant) -> Order:
    """The contract's order of Anna Muster (c-1), with news of its parcel and a page of its own."""
    assert api.put("/api/v1/orders/1001", order_body()).status_code == 201
    parcel = {"carrier": "dhl", "tracking_number": "00340434161094042557"}
    assert api.put("/api/v1/orders/1001/shipments/p-1", parcel).status_code == 201
    with merchant_scope(merchant.id):
        return Order.objects.select_related("customer").get()


def erased(api, merchant) -> Erasure:
    """Erase c-1 through the API and carry out both rounds."""
    answer = api.delete(ADDRESS)
    assert answer.status_code == 202
    with merchant_scope(merchant.id):
        erasure = Erasure.objects.get(pk=answer.json()["erasure_id"])
    now = clock.now() + A_MOMENT
    assert run_erasure(merchant_id=merchant.id, erasure_id=erasure.id, now=now)
    assert run_erasure(merchant_id=merchant.id, erasure_id=erasure.id, now=now + SECOND_ROUND_AFTER)
    return erasure


def test_the_answer_names_the_erasure_and_the_customer_is_gone_at_once(committed_db, api, merchant, order) -> None:
    answer = api.delete(ADDRESS)

    with merchant_scope(merchant.id):
        erasure = Erasure.objects.get()
        customer = Customer.objects.get()
    assert (answer.status_code, answer.json()) == (202, {"erasure_id": str(erasure.id), "status": "accepted"})
    assert [api.get(ADDRESS).status_code, api.delete(ADDRESS).status_code] == [404, 404]
    assert (customer.external_id, customer.email, customer.phone, customer.full_name) == ("", "", "", "")
    assert (erasure.state, erasure.source) == (ErasureState.WAITING, "api")


def test_both_rounds_take_every_step_once_and_keep_the_sums(committed_db, api, merchant, order) -> None:
    erasure = erased(api, merchant)

    with merchant_scope(merchant.id):
        erasure.refresh_from_db()
        after = Order.objects.get()
        steps = list(ErasureStep.objects.order_by("round", "id").values_list("round", "name"))
        told = list(Event.objects.filter(type="customer.erased").values_list("subject_id", "data"))
        line = after.lines.get()
        shipment = after.shipments.get()
    assert steps == [(number, name) for number in (1, 2) for name in STEPS]
    assert (erasure.state, erasure.words_sealed) == (ErasureState.DONE, None)
    assert told == [(order.customer_id, {"erasure_id": str(erasure.id)})]
    assert (after.customer_id, after.number, after.total, after.placed_at) == (
        order.customer_id,
        order.number,
        order.total,
        order.placed_at,
    )
    assert (after.recipient, after.shipping_address, after.billing_address) == (None, {"country": "DE"}, {})
    assert (line.sku, line.quantity, line.product_url, line.image_url) == ("85123A", 2, "", "")
    assert (shipment.external_id, shipment.carrier, shipment.tracking_number) == ("p-1", "dhl", "")


def test_a_stranger_erases_nobody(committed_db, stranger_api, merchant, order) -> None:
    assert stranger_api.delete(ADDRESS).status_code == 404

    with all_merchants("test"):
        assert (Erasure.objects.count(), Customer.objects.get().email) == (0, "anna@example.com")


def test_asked_twice_it_is_one_erasure(committed_db, merchant, order) -> None:
    for _ in range(2):
        with merchant_scope(merchant.id):
            request_erasure(merchant=merchant, customer=order.customer, source="shop", now=clock.now())

    with merchant_scope(merchant.id):
        assert Erasure.objects.count() == 1
        assert Event.objects.filter(type="customer.erased").count() == 1


def test_messages_journeys_and_links_end(committed_db, merchant, order, api) -> None:
    with merchant_scope(merchant.id):
        sent = make_message(order, state="accepted", dedupe_key="sent", provider_message_id="abc@provider")
        waiting = make_message(order, state="held", dedupe_key="waiting")
        MessageContent.objects.create(merchant=merchant, message=sent, text="Hallo Anna", rendered_at=clock.now())
        page_url(merchant_id=merchant.id, kind=PageKind.TRACKING, subject_id=order.id, now=clock.now())
        page_url(merchant_id=merchant.id, kind=PageKind.POINTS, subject_id=order.customer_id, now=clock.now())

    erased(api, merchant)

    with merchant_scope(merchant.id):
        rows = {row.pk: row for row in Message.objects.all()}
        assert (rows[sent.pk].state, rows[sent.pk].recipient, rows[sent.pk].provider_message_id) == ("accepted", "", "")
        assert (rows[waiting.pk].state, rows[waiting.pk].reason) == ("suppressed", "customer_erased")
        assert MessageContent.objects.count() == 0
        assert JourneyRun.objects.filter(state="running").count() == 0
        assert PageLink.objects.filter(revoked_at__isnull=True).count() == 0


def test_a_crash_between_two_steps_repeats_none_and_leaves_none_out(committed_db, merchant, order, monkeypatch) -> None:
    with merchant_scope(merchant.id):
        erasure = request_erasure(merchant=merchant, customer=order.customer, source="api", now=clock.now())
    now = clock.now() + A_MOMENT
    taken: list[str] = []

    def watched(name):
        def step(*, person, now):
            taken.append(name)
            if name == "parcels" and taken.count(name) == 1:
                raise KeyboardInterrupt  # the worker is killed
            return STEPS_AS_THEY_ARE[name](person=person, now=now)

        return step

    monkeypatch.setattr(erase, "STEPS", {name: watched(name) for name in STEPS_AS_THEY_ARE})
    with pytest.raises(KeyboardInterrupt):
        run_erasure(merchant_id=merchant.id, erasure_id=erasure.id, now=now)
    assert due_erasures(now=now) == []

    later = now + erase.LEASE
    assert due_erasures(now=later) == [(merchant.id, erasure.id)]
    assert run_erasure(merchant_id=merchant.id, erasure_id=erasure.id, now=later)

    assert taken == [*list(STEPS)[: list(STEPS).index("parcels") + 1], *list(STEPS)[list(STEPS).index("parcels") :]]


STEPS_AS_THEY_ARE = dict(STEPS)


def test_a_step_that_fails_is_tried_again_and_given_up_visibly(committed_db, merchant, order, monkeypatch) -> None:
    with merchant_scope(merchant.id):
        erasure = request_erasure(merchant=merchant, customer=order.customer, source="api", now=clock.now())

    def broken(*, person, now):
        raise ZeroDivisionError

    monkeypatch.setattr(erase, "STEPS", {**STEPS_AS_THEY_ARE, "answers": broken})
    now = clock.now() + A_MOMENT
    for attempt in range(erase.MOST_ATTEMPTS + 2):
        assert not run_erasure(merchant_id=merchant.id, erasure_id=erasure.id, now=now + attempt * erase.LEASE)
    with merchant_scope(merchant.id):
        erasure.refresh_from_db()
    assert (erasure.state, erasure.attempts) == (ErasureState.FAILED, erase.MOST_ATTEMPTS)
    assert due_erasures(now=now + dt.timedelta(days=9)) == []

    monkeypatch.setattr(erase, "STEPS", STEPS_AS_THEY_ARE)
    with merchant_scope(merchant.id):
        assert erase.retry_erasure(erasure=erasure, now=now)
    assert run_erasure(merchant_id=merchant.id, erasure_id=erasure.id, now=now)


@pytest.mark.parametrize("on", ["customer", "order"])
def test_a_hold_keeps_the_person_until_it_is_released(committed_db, api, merchant, order, on) -> None:
    with merchant_scope(merchant.id):
        subject = {"customer": order.customer} if on == "customer" else {"order": order}
        hold = place_hold(merchant=merchant, reason="Rechtsstreit 4 O 1/26", now=clock.now(), **subject)

    answer = api.delete(ADDRESS).json()
    now = clock.now() + A_MOMENT
    with merchant_scope(merchant.id):
        erasure = Erasure.objects.get()
    assert answer == {"erasure_id": str(erasure.id), "status": "held"}
    assert not run_erasure(merchant_id=merchant.id, erasure_id=erasure.id, now=now)
    assert api.get(ADDRESS).json()["email"] == "anna@example.com"
    assert api.delete(ADDRESS).json() == answer

    with merchant_scope(merchant.id):
        assert release_hold(hold=hold, now=now)
        assert not release_hold(hold=hold, now=now)
    assert run_erasure(merchant_id=merchant.id, erasure_id=erasure.id, now=now + erase.LEASE)
    assert api.get(ADDRESS).status_code == 404


def test_an_erased_order_takes_news_from_its_shop_but_no_person(committed_db, api, merchant, order) -> None:
    erased(api, merchant)

    same = api.put("/api/v1/orders/1001", order_body()).json()
    changed = api.put("/api/v1/orders/1001", order_body(status="fulfilled", attributes={"gift": "Anna"})).json()
    parcel = api.put("/api/v1/orders/1001/shipments/p-2", {"carrier": "dhl", "tracking_number": "JJD000390007882"})
    cancelled = api.post("/api/v1/orders/1001/cancel", {"reason": "Anna hat angerufen"})

    assert (same["changed"], same["customer"]["email"], same["customer"]["external_id"]) == (False, "", "")
    assert (changed["changed"], changed["status"], changed["attributes"]) == (True, "fulfilled", {})
    assert (parcel.status_code, cancelled.status_code) == (201, 200)
    with merchant_scope(merchant.id):
        after = Order.objects.get()
        assert after.customer_id == order.customer_id
        assert {value for value in after.shipping_address.values() if value} == {"DE"}
        assert set(after.shipments.values_list("tracking_number", flat=True)) == {""}
        assert (after.cancel_reason, Customer.objects.count()) == ("", 1)


def test_a_new_order_starts_a_new_customer_who_is_still_left_alone(committed_db, api, merchant, order) -> None:
    with merchant_scope(merchant.id):
        suppressed_before = Suppression.objects.count()
    erased(api, merchant)

    answer = api.put("/api/v1/orders/1002", order_body(number="1002"))

    assert answer.status_code == 201
    with merchant_scope(merchant.id):
        again = Customer.objects.get(email="anna@example.com")
        assert again.pk != order.customer_id
        purposes = {
            purpose: suppression_of(merchant_id=merchant.id, channel="email", address=again.email, purpose=purpose)
            for purpose in ("service", "survey", "marketing")
        }
        assert purposes == {"service": None, "survey": "objected", "marketing": "objected"}
        assert suppressed_before == 0


def handle_all(merchant) -> None:
    with merchant_scope(merchant.id):
        subjects = set(Event.objects.values_list("subject_id", flat=True))
    for subject_id in subjects:
        handle_subject(merchant_id=merchant.id, subject_id=subject_id)


def test_only_a_consent_from_after_the_erasure_counts(committed_db, api, merchant) -> None:
    def push(number: str, obtained_at: dt.datetime) -> None:
        customer = order_body()["customer"]
        customer["consents"][0]["obtained_at"] = obtained_at.isoformat()
        assert api.put(f"/api/v1/orders/{number}", order_body(number=number, customer=customer)).status_code == 201
        handle_all(merchant)

    def standing() -> list[str]:
        with merchant_scope(merchant.id):
            found = Permission.objects.filter(customer__email="anna@example.com", purpose="marketing")
            return list(found.values_list("status", flat=True))

    before = clock.now() - dt.timedelta(days=1)
    push("1001", before)
    assert standing() == ["granted"]

    erased(api, merchant)
    push("1002", before)
    assert standing() == []

    push("1003", clock.now())
    assert standing() == ["granted"]
    with merchant_scope(merchant.id):
        kept = Suppression.objects.filter(channel="email").values_list("purpose", "reason")
        assert list(kept) == [("survey", "objected")]


def test_other_people_keep_everything(committed_db, api, merchant, order) -> None:
    with merchant_scope(merchant.id):
        other = make_order(
            merchant, external_id="2001", number="2001", shipping_address={"city": "Wien", "country": "AT"}
        )
        kept = make_message(other)

    erased(api, merchant)

    with merchant_scope(merchant.id):
        other.refresh_from_db()
        kept.refresh_from_db()
        assert (other.erased_at, other.shipping_address["city"]) == (None, "Wien")
        assert (kept.state, kept.recipient) == ("ready", other.customer.email)
        assert other.customer.first_name == "Anna"
