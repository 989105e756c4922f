"""The page that counts how often people ask where their parcel is."""

import datetime as dt

from orders.models import Behaviour
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.lib import clock
from tests.tracking.build import make_order, make_shipment
from tracking.models import Shipment


def test_without_a_helpdesk_it_says_how_to_tell(owner, world):
    response = owner.get("/dashboard/questions/")
    text = response.content.decode()
    assert "We do not see your mailbox." in text
    assert "&quot;name&quot;: &quot;contact.received&quot;" in text or '"name": "contact.received"' in text
    assert len(response.context["weeks"]) == 12
    assert "Questions for each 100 parcels" not in text


def test_questions_are_counted_and_compared(owner, world):
    now = clock.now()
    with merchant_scope(world.merchant.id):
        order = make_order(world)
        for number in range(8):
            parcel = make_shipment(world, order, f"p{number}", tracking_number=f"A{number}")
            Shipment.objects.filter(pk=parcel.pk).update(created_at=now - dt.timedelta(days=7 * number))
        for days in (0, 49, 49):
            Behaviour.objects.create(
                merchant=world.merchant,
                name="contact.received",
                told_customer="anna@example.com",
                occurred_at=now - dt.timedelta(days=days),
                recorded_at=now,
            )

    response = owner.get("/dashboard/questions/")

    change = response.context["change"]
    assert (round(change.lately, 1), round(change.before, 1)) == (16.7, 100.0)
    text = response.content.decode()
    assert "Your helpdesk tells of questions already." in text
    assert "16.7" in text
