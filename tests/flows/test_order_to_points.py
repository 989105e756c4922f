"""The whole product as one story, on real servers: a real worker on the real broker, ``on_commit`` really firing, a
real mail server. Read it beside ``postpurchase/pipeline.py``.
"""

import datetime as dt
import re
import time

from django.test import Client

from loyalty.models import LedgerEntry, SurveyResponse
from messaging.models import DeliveryAttempt, JourneyRun, Message
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.events.models import Event, EventDelivery
from postpurchase.lib import clock


def order_body(now: dt.datetime) -> dict:
    consent = {"channel": "email", "basis": "consent", "obtained_at": now.isoformat(), "source": "checkout"}
    wording = "Ja, ich möchte nach meiner Meinung gefragt werden und von meinen Punkten erfahren."
    return {
        "placed_at": now.isoformat(),
        "currency": "EUR",
        "total": "49.90",
        "shipping_total": "4.90",
        "language": "de",
        "customer": {
            "external_id": "c-1",
            "email": "anna@example.com",
            "first_name": "Anna",
            "last_name": "Muster",
            "consents": [{**consent, "purpose": purpose, "wording": wording} for purpose in ("survey", "marketing")],
        },
        "shipping_address": {
            "name": "Anna Muster",
            "street": "Hauptstr. 1",
            "postal_code": "10115",
            "city": "Berlin",
            "country": "DE",
        },
        "lines": [{"sku": "85123A", "name": "Teelichthalter Herz", "quantity": 2, "unit_price": "22.50"}],
    }


def checkpoint(status: str, message: str, at: dt.datetime, **more: str) -> dict:
    return {
        "carrier": "dhl",
        "tracking_number": "00340434161094015902",
        "occurred_at": at.isoformat(),
        "status": status,
        "message": message,
        **more,
    }


def _link(mail, kind: str) -> str:
    text = mail.get_body(("plain",)).get_content()
    return re.search(rf"https?://[^/\s]+(/{kind}/[\w-]{{22}})", text)[1]


def mail_with(mailbox, kind: str):
    """The first mail whose text links to a page of this kind."""
    return next((mail for mail in mailbox.mails if f"/{kind}/" in mail.get_body(("plain",)).get_content()), None)


def eventually(check, seconds: float = 30):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := check():
            return found
        time.sleep(0.1)
    raise AssertionError("it did not happen in time")


def test_a_pushed_order_becomes_mails_a_page_a_survey_and_points(mailbox, shop, running_worker, api):
    now = clock.now()
    shopper = Client(raise_request_exception=False)

    # The shop pushes an order: the confirmation follows.
    pushed = api.put("/api/v1/orders/1001", order_body(now))
    assert (pushed.status_code, pushed.json()["changed"]) == (201, True)
    (confirmation,) = mailbox.wait_for(1)
    assert confirmation["To"] == "anna@example.com"
    assert confirmation["List-Unsubscribe"] is None
    tracking_path = _link(confirmation, "t")

    # The same body again is no news for anybody.
    assert api.put("/api/v1/orders/1001", order_body(now)).json()["changed"] is False

    # A parcel is announced, travels, and arrives at the neighbour's, the news out of order.
    shipment = {"carrier": "dhl", "tracking_number": "00340434161094015902", "lines": [{"line": "1", "quantity": 2}]}
    assert api.put("/api/v1/orders/1001/shipments/p-1", shipment).status_code == 201
    mailbox.wait_for(2)
    minutes = [now + dt.timedelta(minutes=minute - 30) for minute in range(10)]
    first = [
        checkpoint("out_for_delivery", "In der Zustellung", minutes[3], city="Berlin"),
        checkpoint("in_transit", "Im Paketzentrum", minutes[1], city="Börnicke"),
    ]
    answer = api.post("/api/v1/checkpoints/batch", {"checkpoints": first})
    assert [result["status"] for result in answer.json()["results"]] == ["recorded", "recorded"]
    mailbox.wait_for(3)
    assert "Im Zustellfahrzeug" in shopper.get(tracking_path).content.decode()
    delivered = checkpoint("delivered", "Zugestellt", minutes[5], substatus="delivered_to_neighbour")
    repeated = api.post("/api/v1/checkpoints/batch", {"checkpoints": [delivered, first[0]]})
    assert [result["status"] for result in repeated.json()["results"]] == ["recorded", "duplicate"]

    # The delivery is told, then the survey comes, because she agreed to it; it can be ended by one click.
    survey = eventually(lambda: mail_with(mailbox, "s"), 60)
    assert survey["List-Unsubscribe"].startswith("<http")
    assert survey["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    survey_path = _link(survey, "s")

    # She looks at the page, taps a face, and answers the survey; looking alone records nothing.
    page = shopper.get(tracking_path)
    assert page.status_code == 200
    assert "Muster" not in page.content.decode()
    assert shopper.get(f"{survey_path}?score=9").status_code == 200
    with merchant_scope(shop.id):
        assert SurveyResponse.objects.count() == 0
    assert shopper.post(f"{tracking_path}/sentiment", {"score": "3"}).status_code == 303
    assert shopper.post(survey_path, {"score": "9"}).status_code in (200, 303)
    with merchant_scope(shop.id):
        answers = dict(SurveyResponse.objects.values_list("kind", "score"))
    assert answers == {"sentiment": 3, "nps": 9}

    # Points follow, a mail tells of them, and the page shows them.
    points_mail = eventually(lambda: mail_with(mailbox, "p"), 60)
    points_page = shopper.get(_link(points_mail, "p"))
    with merchant_scope(shop.id):
        posted = list(LedgerEntry.objects.values_list("points", flat=True))
    assert points_page.status_code == 200
    assert posted
    assert min(posted) > 0

    # Everything that was said was said once, and nothing waits or failed.
    eventually(lambda: _nothing_pending(shop))
    with merchant_scope(shop.id):
        messages = list(Message.objects.order_by("planned_at").values_list("template", "state"))
        assert EventDelivery.objects.exclude(state="done").count() == 0
        assert DeliveryAttempt.objects.count() == len(mailbox.mails)
        placed = Event.objects.filter(type="order.placed").count()
    assert {state for _, state in messages} <= {"accepted", "suppressed"}
    sent = [template for template, state in messages if state == "accepted"]
    about_the_order = [template for template in sent if template not in ("nps_survey", "points_earned")]
    assert about_the_order == ["order_confirmation", "shipped", "out_for_delivery", "delivered"]
    assert sent.count("nps_survey") == 1
    assert placed == 1

    # The merchant sees the whole story over the API, too.
    timeline = api.get("/api/v1/orders/1001/timeline")
    assert timeline.status_code == 200
    assert {"order.placed", "shipment.registered", "shipment.status_changed", "survey.answered"} <= {
        entry["type"] for entry in timeline.json()["results"]
    }


def _nothing_pending(shop) -> bool:
    with merchant_scope(shop.id):
        # In the order in which one makes the next: an event handled between two questions has left a message.
        return not any(
            rows.exists()
            for rows in (
                EventDelivery.objects.filter(state="pending"),
                JourneyRun.objects.filter(state="running"),
                EventDelivery.objects.filter(state="pending"),
                Message.objects.filter(state__in=("planned", "ready", "sending", "held")),
            )
        )
