"""Orders as shops really push them: whatever is missing or strange, every handler gets through, nobody is bothered."""

import pytest

from messaging.models import Message
from messaging.services.journeys import install_standard_journeys
from postpurchase.accounts.models import Merchant
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.events.dispatch import handle_subject
from postpurchase.events.models import Event, EventDelivery
from postpurchase.lib import clock
from tests.flows.test_order_to_points import checkpoint, order_body

MINIMAL = {"currency": "EUR", "total": "5.00", "lines": [{"name": "Karte", "quantity": 1, "unit_price": "5.00"}]}


@pytest.fixture
def shop(merchant):
    with merchant_scope(merchant.id):
        Merchant.objects.update(quiet_from=None, quiet_until=None)
        install_standard_journeys(merchant=merchant, now=clock.now())
    return merchant


def _handle_everything(shop) -> None:
    for _ in range(5):
        with merchant_scope(shop.id):
            pending = EventDelivery.objects.filter(state="pending")
            subjects = set(pending.values_list("subject_id", flat=True))
        for subject_id in subjects:
            handle_subject(merchant_id=shop.id, subject_id=subject_id)


def _outcome(shop) -> tuple[set[str], list[str]]:
    """The states of all deliveries, and the templates of messages that may go out."""
    with merchant_scope(shop.id):
        states = set(EventDelivery.objects.values_list("state", flat=True))
        open_states = ("planned", "held", "ready")
        planned = Message.objects.filter(state__in=open_states).order_by("planned_at", "id")
        return states, list(planned.values_list("template", flat=True))


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"customer": None},
        {"customer": {"first_name": "Anna"}},
        {"customer": {"email": "anna@example.com"}, "backfill": True},
        {"customer": {"email": "anna@example.com"}, "payment_status": "pending"},
        {"customer": {"email": "anna@example.com"}, "status": "cancelled", "backfill": True},
    ],
    ids=["nobody", "null customer", "no address", "history", "unpaid", "cancelled history"],
)
def test_an_order_that_may_not_be_confirmed_is_handled_without_a_message(shop, api, more):
    pushed = api.put("/api/v1/orders/odd", {**MINIMAL, "placed_at": clock.now().isoformat(), **more})

    _handle_everything(shop)

    assert pushed.status_code == 201, pushed.content
    assert _outcome(shop) == ({"done"}, [])


def test_money_given_back_by_status_alone_is_told_once_and_breaks_nothing(shop, api):
    body = order_body(clock.now())
    api.put("/api/v1/orders/1001", body)
    _handle_everything(shop)

    api.put("/api/v1/orders/1001", {**body, "payment_status": "refunded"})
    api.put("/api/v1/orders/1001", {**body, "payment_status": "refunded"})
    _handle_everything(shop)

    with merchant_scope(shop.id):
        assert Event.objects.filter(type="order.refunded").count() == 1
    states, templates = _outcome(shop)
    assert states == {"done"}
    assert templates.count("order_refunded") <= 1
    assert templates[0] == "order_confirmation"


def test_a_cancelled_order_ends_what_was_still_to_be_said(shop, api):
    body = order_body(clock.now())
    api.put("/api/v1/orders/1001", body)
    api.put("/api/v1/orders/1001/shipments/p-1", {"carrier": "dhl", "tracking_number": "00340434161094015902"})
    news = [checkpoint("delivered", "Zugestellt", clock.now())]
    api.post("/api/v1/checkpoints/batch", {"checkpoints": news})
    _handle_everything(shop)

    assert api.post("/api/v1/orders/1001/cancel", {"reason": "customer"}).status_code == 200
    _handle_everything(shop)

    states, templates = _outcome(shop)
    assert states == {"done"}
    assert "nps_survey" not in templates
    assert templates.count("order_cancelled") == 1
