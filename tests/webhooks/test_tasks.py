"""The doorbells: from an event to the receiver with a real worker and its clock."""

import time

from postpurchase.accounts.scoping import merchant_scope
from postpurchase.lib import clock
from postpurchase.webhooks.models import WebhookDelivery
from tests.webhooks.making import make_endpoint, read, record


def test_an_event_reaches_the_receiver_by_itself(committed_db, merchant, receiver, monkeypatch, request):
    server = receiver()
    monkeypatch.setenv("EGRESS_ALLOW", server.target)
    request.getfixturevalue("running_worker")
    with merchant_scope(merchant.id):
        make_endpoint(merchant, f"{server.url}/in", "order.*", now=clock.now())
        event = record(merchant, "order.placed", now=clock.now())

    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and not _delivered(merchant):
        time.sleep(0.1)

    assert _delivered(merchant) == 1
    assert [read(heard)[0]["webhook-id"] for heard in server.requests] == [f"msg_{event.id.hex}"]


def _delivered(merchant) -> int:
    with merchant_scope(merchant.id):
        return WebhookDelivery.objects.filter(state="delivered").count()
