"""From the shop's REST calls through the pipeline to the points the same API answers."""

from decimal import Decimal

import pytest
import time_machine

from loyalty.selectors import violations
from loyalty.services.badges import BadgeInput, declare_badge
from loyalty.services.programme import install_default_programme
from orders.models import Order
from postpurchase.accounts.models import PageKind
from postpurchase.accounts.page_links import page_token
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.events.dispatch import handle_subject
from postpurchase.lib import clock
from tests.orders.bodies import CONTRACT_ORDER

ORDER = "/api/v1/orders/1001"
LOYALTY = "/api/v1/customers/c-1/loyalty"


@pytest.fixture(autouse=True)
def days_later():
    """The contract's order was placed on 22 November."""
    with time_machine.travel("2026-11-25T12:00:00Z"):
        yield


@pytest.fixture
def shop(merchant, api):
    """Push the contract's order (45.00 for goods) and bring its points up to date after each call."""
    with merchant_scope(merchant.id):
        install_default_programme(merchant=merchant, now=clock.now(), hold_days=0)
    assert api.put(ORDER, CONTRACT_ORDER).status_code == 201
    return Shop(merchant, api)


class Shop:
    def __init__(self, merchant, api) -> None:
        self.merchant, self.api = merchant, api

    def handle(self) -> None:
        with merchant_scope(self.merchant.id):
            order = Order.objects.get()
        for subject_id in (order.id, order.customer_id):
            handle_subject(merchant_id=self.merchant.id, subject_id=subject_id)
            handle_subject(merchant_id=self.merchant.id, subject_id=subject_id)

    def deliver(self) -> None:
        self.api.put(
            f"{ORDER}/shipments/s-1", {"carrier": "dhl", "tracking_number": "00340434161094022115", "lines": []}
        )
        news = {
            "carrier": "dhl",
            "tracking_number": "00340434161094022115",
            "occurred_at": "2026-11-22T11:00:00+01:00",
            "status": "delivered",
        }
        answer = self.api.post("/api/v1/checkpoints/batch", {"checkpoints": [news]})
        assert [result["status"] for result in answer.json()["results"]] == ["recorded"]
        self.handle()

    def entries(self) -> list[tuple]:
        results = self.api.get(f"{LOYALTY}/entries").json()["results"]
        return [(row["kind"], row["points"], row["explanation"], row["order"]) for row in reversed(results)]

    def balance(self) -> int:
        return self.api.get(LOYALTY).json()["balance"]


def test_delivery_survey_refund_and_cancellation_end_in_the_ledger(client, merchant, stranger_api, shop):
    shop.handle()
    assert (shop.balance(), shop.entries()) == (0, [])

    shop.deliver()
    with merchant_scope(merchant.id):
        order_id = Order.objects.get().id
        token = page_token(merchant_id=merchant.id, kind=PageKind.SURVEY, subject_id=order_id, now=clock.now())
    client.post(f"/s/{token}", {"score": "0"})
    shop.handle()
    assert shop.balance() == 70

    shop.api.post(f"{ORDER}/refunds", {"external_id": "r-1", "amount": "10.00", "reason": "scratched"})
    shop.handle()
    assert shop.balance() == 60
    shop.api.post(f"{ORDER}/cancel", {"reason": "sent back"})
    shop.handle()

    assert shop.balance() == 25
    assert shop.entries() == [
        ("earn", 45, "purchase", "1001"),
        ("earn", 25, "survey", "1001"),
        ("reverse", -10, "order_refunded", "1001"),
        ("reverse", -35, "order_cancelled", "1001"),
    ]
    assert stranger_api.get(LOYALTY).status_code == 404
    with merchant_scope(merchant.id):
        assert list(violations(merchant=merchant)) == []


def test_pushing_and_delivering_again_earns_nothing_more(shop):
    shop.deliver()
    shop.api.put(ORDER, CONTRACT_ORDER)
    shop.api.put(ORDER, {**CONTRACT_ORDER, "attributes": {"gift": True}})
    shop.handle()

    assert shop.entries() == [("earn", 45, "purchase", "1001")]


def test_a_dearer_order_is_followed(shop):
    shop.deliver()
    shop.api.put(ORDER, {**CONTRACT_ORDER, "total": "104.90"})
    shop.handle()

    assert shop.entries() == [("earn", 45, "purchase", "1001"), ("adjust", 55, "order_changed", "1001")]


def test_a_parcel_and_an_answer_earn_badges_that_the_api_tells(client, merchant, stranger_api, shop):
    words = {"names": {"de": "Stammgast"}, "sentences": {"de": "Willkommen.", "de_du": "Hallo."}}
    with merchant_scope(merchant.id):
        for slug, rule in (("regular", "orders"), ("answerer", "answers")):
            data = BadgeInput(picture="heart", rule=rule, goal=Decimal(1), currency="", **words)
            declare_badge(merchant=merchant, slug=slug, data=data, now=clock.now())
    shop.handle()
    assert shop.api.get(f"{LOYALTY}/badges").json() == {"badges": []}

    shop.deliver()
    with merchant_scope(merchant.id):
        order_id = Order.objects.get().id
        token = page_token(merchant_id=merchant.id, kind=PageKind.SURVEY, subject_id=order_id, now=clock.now())
    client.post(f"/s/{token}", {"score": "2"})
    shop.handle()

    badges = shop.api.get(f"{LOYALTY}/badges").json()["badges"]
    assert [(badge["badge"], badge["cause"]) for badge in badges] == [
        ("answerer", "survey.answered"),
        ("regular", "shipment.status_changed"),
    ]
    assert badges[0].keys() == {"badge", "picture", "names", "sentences", "cause", "earned_at"}
    assert {name: badges[0][name] for name in words} == words
    assert shop.api.get(LOYALTY).json()["badges"] == ["answerer", "regular"]
    assert stranger_api.get(f"{LOYALTY}/badges").status_code == 404
