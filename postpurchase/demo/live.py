"""The orders that are placed while the demo runs: pushed through the public REST API, as a shop would.

    stage 1   all orders are placed                     confirmations
    stage 2   parcels are handed over                   shipped
    stage 3   parcels are on the van, one is late       out for delivery, delayed
    stage 4   delivered, or nobody was at home          delivered, failed attempt, points, a while later the survey
    stage 5   the missed parcel waits in a shop         ready for pick-up

A day on the road takes seconds here: carriers' news of the last hours is told in quick succession, each stage once
the mails of the one before are out. Everything is a function of the moment of the first start, so pushing a stage
again changes nothing.
"""

from __future__ import annotations

import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import cast

from postpurchase.demo.bodies import (
    Addresses,
    Body,
    Item,
    checkpoint_body,
    destination_of,
    order_body,
    shipment_body,
)
from postpurchase.demo.catalogue import by_sku
from postpurchase.demo.mailbox.smtp import UNKNOWN_DOMAIN
from postpurchase.demo.parcels import News, Scenario, tracking_number, travel
from postpurchase.demo.people import Person, people
from postpurchase.demo.sample import SampleOrder, read_sample
from postpurchase.demo.shops import HASELSTUBE, WIMPEL, DemoShop

STAGES = 5
_PLACED_BEFORE = timedelta(hours=22)
_HANDED_OVER_BEFORE = timedelta(hours=10)
# When the news of each stage happened, before the moment the live orders were placed.
_NEWS_BEFORE = {
    2: timedelta(hours=10),
    3: timedelta(hours=2, minutes=20),
    4: timedelta(minutes=12),
    5: timedelta(minutes=4),
}
_NEWS_WITHIN = {
    2: timedelta(hours=7),
    3: timedelta(minutes=30),
    4: timedelta(minutes=6),
    5: timedelta(minutes=2),
}
_STAGE_OF_STATUS = {
    "info_received": 2,
    "in_transit": 2,
    "out_for_delivery": 3,
    "attempt_failed": 4,
    "delivered": 4,
    "available_for_pickup": 4,
}


@dataclass(frozen=True, kw_only=True)
class LiveParcel:
    """A parcel and what is in it (positions of the order, empty: everything). It travels as far as `until`."""

    carrier: str
    scenario: Scenario
    positions: tuple[int, ...] = ()
    until: str = "delivered"


@dataclass(frozen=True, kw_only=True)
class LiveOrder:
    """One order: whose, of what (SKU and quantity), and its parcels; `phone_news` is sms, whatsapp or empty."""

    number: str
    shop: DemoShop
    person: Person
    basket: tuple[tuple[str, int], ...]
    parcels: tuple[LiveParcel, ...]
    phone_news: str = ""
    gets_mail: bool = True

    def news(self) -> Iterator[tuple[int, int, News]]:
        """(stage, number of the parcel, news) in the order in which they happen."""
        for index, parcel in enumerate(self.parcels):
            history = travel(
                carrier=parcel.carrier,
                scenario=parcel.scenario,
                destination=destination_of(self.person),
                language=self.person.language,
            )
            missed = False
            for news in history:
                stage = 3 if news.substatus == "in_transit_delayed" else _STAGE_OF_STATUS[news.status]
                yield stage + missed, index, news
                missed = missed or news.status == "attempt_failed"
                if parcel.until in (news.status, news.substatus):
                    break


def live_orders() -> tuple[LiveOrder, ...]:
    """All orders of the demo's day, oldest first. Their people have bought before."""
    germans, (swiss, *_), (english, *_) = (_regulars(HASELSTUBE, country) for country in ("DE", "CH", "GB"))
    with_phone = next(person for person in germans if person.phone)
    anna, beate, *_ = (person for person in germans if person is not with_phone)
    carla = next(person for person in people().values() if "🌻" in person.first_name)
    dora = max(people().values(), key=lambda person: len(person.name))
    young, *_ = _regulars(WIMPEL, "DE")
    mistyped = replace(germans[6], email=f"{germans[6].email.partition('@')[0]}@{UNKNOWN_DOMAIN}")
    mistyped = replace(mistyped, external_id=f"{mistyped.external_id}-gast")
    return (
        LiveOrder(
            number="HS-2001",
            shop=HASELSTUBE,
            person=anna,
            basket=(("85123A", 2), ("22423", 1), ("21080", 2)),
            parcels=(LiveParcel(carrier="dhl", scenario=Scenario.NORMAL),),
        ),
        LiveOrder(
            number="HS-2002",
            shop=HASELSTUBE,
            person=beate,
            basket=(("22720", 1), ("22960", 1)),
            parcels=(LiveParcel(carrier="hermes", scenario=Scenario.PARCEL_SHOP, until="available_for_pickup"),),
        ),
        LiveOrder(
            number="HS-2003",
            shop=HASELSTUBE,
            person=carla,
            basket=(("22193", 1), ("22727", 1)),
            parcels=(LiveParcel(carrier="gls", scenario=Scenario.DELAYED, until="in_transit_delayed"),),
        ),
        LiveOrder(
            number="HS-2004",
            shop=HASELSTUBE,
            person=dora,
            basket=(("22697", 2), ("22699", 2), ("85066", 1)),
            parcels=(
                LiveParcel(carrier="dhl", scenario=Scenario.NEIGHBOUR, positions=(1, 2)),
                LiveParcel(carrier="dpd", scenario=Scenario.NORMAL, positions=(3,), until="out_for_delivery"),
            ),
            phone_news="whatsapp",
        ),
        LiveOrder(
            number="HS-2005",
            shop=HASELSTUBE,
            person=swiss,
            basket=(("22624", 1), ("22138", 1)),
            parcels=(LiveParcel(carrier="swiss_post", scenario=Scenario.LETTERBOX),),
        ),
        LiveOrder(
            number="HS-2006",
            shop=HASELSTUBE,
            person=english,
            basket=(("21181", 1), ("84029G", 1), ("22570", 1)),
            parcels=(LiveParcel(carrier="dpd", scenario=Scenario.SAFE_PLACE),),
        ),
        LiveOrder(
            number="HS-2007",
            shop=HASELSTUBE,
            person=with_phone,
            basket=(("21731", 1), ("22457", 1)),
            parcels=(LiveParcel(carrier="dhl", scenario=Scenario.LOCKER, until="available_for_pickup"),),
            phone_news="sms",
        ),
        LiveOrder(
            number="HS-2008",
            shop=HASELSTUBE,
            person=mistyped,
            basket=(("22467", 1),),
            parcels=(),
            gets_mail=False,
        ),
        LiveOrder(
            number="WW-2001",
            shop=WIMPEL,
            person=young,
            basket=(("20726", 1), ("47566", 1), ("22326", 1)),
            parcels=(LiveParcel(carrier="hermes", scenario=Scenario.NORMAL),),
        ),
    )


def _regulars(shop: DemoShop, country: str) -> list[Person]:
    """Who has ordered most often at a shop, in a country; they like offers, so that points may be mailed."""
    orders = read_sample(shop.key)
    everybody = people()

    def rank(number: str) -> tuple[int, str]:
        return -sum(order.customer == number for order in orders), number

    numbers = sorted({_customer(order) for order in orders}, key=rank)
    return [
        person
        for number in numbers
        if (person := everybody[number]).country == country and person.likes_offers and person.first_name
    ]


def _customer(order: SampleOrder) -> str:
    return order.customer


class ApiError(Exception):
    """The product refused what the demo pushed; says what and why."""


@dataclass(frozen=True, kw_only=True)
class Api:
    """The public REST API, spoken with a shop's key."""

    base_url: str
    key: str

    def put(self, path: str, body: Body) -> Body:
        return self._call("PUT", path, body)

    def post(self, path: str, body: Body) -> Body:
        return self._call("POST", path, body)

    def get(self, path: str) -> Body:
        return self._call("GET", path, None)

    def _call(self, method: str, path: str, body: Body | None) -> Body:
        """Raises ApiError for a refusal, OSError where nobody answers."""
        request = urllib.request.Request(  # noqa: S310 - our own address
            f"{self.base_url}/api/v1/{path}",
            data=None if body is None else json.dumps(body).encode(),
            method=method,
            headers={"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310
                return cast(Body, json.load(answer))
        except urllib.error.HTTPError as refused:
            with refused:
                raise ApiError(f"{method} {path}: {refused.code} {refused.read().decode()[:600]}") from None


@dataclass(frozen=True, kw_only=True)
class LivePush:
    """Pushes the live orders. `live_at` is the moment they were first placed; `apis` are by shop."""

    apis: dict[str, Api]
    addresses: Addresses
    live_at: datetime

    def place(self) -> dict[str, Body]:
        """Stage 1: place all orders. Answers what the API said of each, by order number."""
        return {order.number: self._place(order) for order in live_orders()}

    def tell(self, stage: int) -> None:
        """Push what happens in a later stage: parcels in stage 2, carriers' news in every one."""
        for order in live_orders():
            if stage == 2:
                self._hand_over(order)
        for shop_key, api in self.apis.items():
            checkpoints = [
                body for order in live_orders() if order.shop.key == shop_key for body in self._news(order, stage)
            ]
            if checkpoints:
                answer = api.post("checkpoints/batch", {"checkpoints": checkpoints})
                wrong = [result for result in answer["results"] if result["status"] in ("invalid", "unknown_shipment")]
                if wrong:
                    raise ApiError(f"checkpoints of stage {stage}: {wrong}")

    def is_told(self, stage: int) -> bool:
        """Whether the mails that stage is about are on their way."""
        return all(
            any(message["journey"] in journeys and message["state"] in _OUT for message in self._messages(order))
            for order in live_orders()
            if order.gets_mail and (journeys := _journeys_of(order, stage))
        )

    def _messages(self, order: LiveOrder) -> list[Body]:
        query = urllib.parse.urlencode({"order": order.number, "limit": 100})
        return cast(list[Body], self.apis[order.shop.key].get(f"messages?{query}")["results"])

    def _place(self, order: LiveOrder) -> Body:
        catalogue = by_sku()
        items = [
            Item(
                sku=sku,
                name=catalogue[sku].name(order.person.language),
                quantity=quantity,
                unit_price=catalogue[sku].price,
            )
            for sku, quantity in order.basket
        ]
        body = order_body(
            order.shop,
            order.person,
            number=order.number,
            items=items,
            placed_at=self.live_at - _PLACED_BEFORE,
            shipping=Decimal("4.90"),
            phone_news=order.phone_news,
        )
        for line in body["lines"]:
            product = catalogue[line["sku"]]
            line["image_url"] = self.addresses.picture(product.picture)
            line["product_url"] = self.addresses.product_page(product)
        return self.apis[order.shop.key].put(f"orders/{order.number}", body)

    def _hand_over(self, order: LiveOrder) -> None:
        for index, parcel in enumerate(order.parcels):
            lines = [
                {"line": str(position), "quantity": order.basket[position - 1][1]} for position in parcel.positions
            ]
            body = shipment_body(
                parcel.carrier,
                _number_of(order, index),
                shipped_at=self.live_at - _HANDED_OVER_BEFORE,
                lines=lines,
            )
            path = f"orders/{order.number}/shipments/{order.number}-{index + 1}"
            self.apis[order.shop.key].put(path, body)

    def _news(self, order: LiveOrder, stage: int) -> Iterator[Body]:
        """What the carriers report in one stage, spread over its hours, oldest first."""
        for index, parcel in enumerate(order.parcels):
            told = [news for at, of, news in order.news() if (at, of) == (stage, index)]
            for place, news in enumerate(told):
                occurred_at = self.live_at - _NEWS_BEFORE[stage] + _NEWS_WITHIN[stage] * place / len(told)
                yield checkpoint_body(parcel.carrier, _number_of(order, index), news, occurred_at=occurred_at)


_OUT = ("accepted", "delivered", "failed", "unknown", "suppressed", "bounced", "expired")
_JOURNEY_OF_STATUS = {
    "out_for_delivery": "out_for_delivery",
    "attempt_failed": "failed_attempt",
    "available_for_pickup": "ready_for_pickup",
    "delivered": "delivered",
}


def _journeys_of(order: LiveOrder, stage: int) -> set[str]:
    """The journeys of which a stage makes an order's mail; empty where the order has no news in it."""
    if stage == 1:
        return {"order_confirmation"}
    journeys = set()
    for at, _, news in order.news():
        if at == stage:
            journeys.add(
                "delayed" if news.substatus == "in_transit_delayed" else _JOURNEY_OF_STATUS.get(news.status, "shipped")
            )
    return journeys


def _number_of(order: LiveOrder, index: int) -> str:
    """The parcel's tracking number: from the order's digits, apart from those of history."""
    serial = int(order.number.rpartition("-")[2]) * 10 + index + (5 if order.shop is WIMPEL else 0)
    return tracking_number(order.parcels[index].carrier, 9_000_000 + serial)


def travel_through(
    push: LivePush, *, from_stage: int, wait: Callable[[Callable[[], bool]], None], told: Callable[[int], None]
) -> None:
    """Tell the stages after `from_stage`, each when the mails of the one before are out.

    `wait(is_ready)` waits, but may give up; `told` is called after each stage.
    """
    for stage in range(max(from_stage, 1) + 1, STAGES + 1):
        wait(partial(push.is_told, stage - 1))
        push.tell(stage)
        told(stage)
