"""A parcel that does not reach its shopper, from the carrier's news to the file for the carrier and the happy end."""

import csv
import datetime as dt
import io
import re

import pytest
from django.core.cache import cache, caches
from django.test import Client

from postpurchase.accounts.models import Role
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.events.dispatch import handle_subject
from postpurchase.events.models import Event
from tests.conftest import NOW
from tests.dashboard.conftest import sign_in
from tests.tracking.build import events_of
from tracking.models import Case

NUMBER = "00340434161094042557"
ORDER = {
    "number": "1001",
    "placed_at": "2026-07-13T10:00:00+02:00",
    "currency": "EUR",
    "total": "349.90",
    "language": "de",
    "customer": {"external_id": "c-1", "email": "anna@example.com", "first_name": "Anna", "last_name": "Muster"},
    "shipping_address": {
        "name": "Anna Muster",
        "street": "Hauptstr. 1",
        "postal_code": "10115",
        "city": "Berlin",
        "country": "DE",
    },
    "lines": [{"sku": "lamp", "name": "Lampe", "quantity": 1, "unit_price": "349.90"}],
}
HOUR = dt.timedelta(hours=1)


@pytest.fixture(autouse=True)
def still_clock(time_machine):
    time_machine.move_to(NOW, tick=False)
    cache.clear()
    caches["pages"].clear()


def happen(world) -> None:
    """Run every handler of every event there is."""
    for _ in range(3):  # handlers record events of their own
        with merchant_scope(world.merchant.id):
            subjects = set(Event.objects.values_list("subject_id", flat=True))
        for subject_id in subjects:
            handle_subject(merchant_id=world.merchant.id, subject_id=subject_id)


def news(api, world, status: str, at: dt.datetime, **more: str) -> None:
    checkpoint = {"carrier": "dhl", "tracking_number": NUMBER, "occurred_at": at.isoformat(), "status": status, **more}
    assert api.post("/api/v1/checkpoints/batch", {"checkpoints": [checkpoint]}).status_code == 200
    happen(world)


def read(client: Client, path: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", client.get(path).content.decode()))


def case_of(world, reason: str) -> Case:
    with merchant_scope(world.merchant.id):
        return Case.objects.select_related("order").get(reason=reason)


def test_nobody_at_home_somebody_at_home_another_day_delivered(world, api, time_machine):
    shopper, support = Client(), sign_in(world.merchant, Role.SUPPORT)
    path = api.put("/api/v1/orders/1001", ORDER).json()["tracking_url"].partition("/t/")[2]
    path = f"/t/{path}"
    assert api.put("/api/v1/orders/1001/shipments/p-1", {"tracking_number": NUMBER}).status_code == 201

    # The carrier says that nobody was there; the shopper was, and wants it on Friday.
    news(api, world, "attempt_failed", NOW - HOUR, substatus="attempt_failed_not_home")
    case = case_of(world, "failed_attempt")
    assert (case.is_high_value, case.due_at) == (True, NOW + 2 * HOUR)
    assert "Was sollen wir tun?" in read(shopper, path)
    shopper.post(f"{path}/cases/{case.id}/home", {"home": "yes"})
    shopper.post(f"{path}/cases/{case.id}/answer", {"choice": "new_date", "day": "2026-07-17"})
    happen(world)

    # The team sees both at the top of the queue, takes one and tells the carrier.
    queue = read(support, "/dashboard/problems/")
    assert queue.index("Delivery attempt failed") < queue.index("Tell the carrier what the shopper wants")
    assert "Doubtful delivery attempt" in queue
    assert "High value" in queue
    dispute = case_of(world, "false_attempt")
    support.post(f"/dashboard/problems/{case.id}/assign/", {"owner": "me"})
    told = {"carrier": "dhl", "case": [str(case.id), str(dispute.id)]}
    page = support.post("/dashboard/problems/files/", told, follow=True).content.decode()
    (address,) = set(re.findall(r"/dashboard/problems/files/[^\"]+\.csv", page))
    text = support.get(address).content.decode("utf-8-sig")
    rows = {row["What it is about"]: row for row in csv.DictReader(io.StringIO(text))}
    assert rows["Delivery attempt failed"]["New day"] == "2026-07-17"
    assert "The recipient was at home" in rows["Delivery attempt disputed"]["Evidence"]
    assert "Hauptstr" not in text

    # On Friday it comes: the first case is over by itself, the complaint is not.
    time_machine.move_to(NOW + 50 * HOUR, tick=False)
    news(api, world, "delivered", NOW + 49 * HOUR, substatus="delivered_to_recipient")
    assert (case_of(world, "failed_attempt").state, case_of(world, "failed_attempt").outcome) == (
        "resolved",
        "delivered",
    )
    assert case_of(world, "false_attempt").state == "open"
    page = read(shopper, path)
    assert "Das ist erledigt" in page
    assert "Ihr Paket ist angekommen." in page

    # The helpdesk ends the complaint; everything was told once.
    done = api.request(
        "PATCH",
        f"/api/v1/cases/{dispute.id}",
        {"state": "resolved", "outcome": "carrier_paid", "reply": "DHL hat sich entschuldigt."},
    )
    assert done.status_code == 200
    assert "DHL hat sich entschuldigt." in read(shopper, path)
    with merchant_scope(world.merchant.id):
        told = [
            (name, data["reason"])
            for name in ("case.opened", "case.answered", "case.resolved")
            for data in events_of(case.order, name)
        ]
    assert told == [
        ("case.opened", "failed_attempt"),
        ("case.opened", "false_attempt"),
        ("case.answered", "failed_attempt"),
        ("case.resolved", "failed_attempt"),
        ("case.resolved", "false_attempt"),
    ]
