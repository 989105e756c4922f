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
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import cast

from postpurchase.demo.bodies import (
    Addresses,
    Body,
    Item,
    checkpoint_body,
    order_body,
    shipment_body,
)
from postpurchase.demo.catalogue import by_sku
from postpurchase.demo.live_orders import LiveOrder, live_orders
from postpurchase.demo.parcels import tracking_number
from postpurchase.demo.shops import WIMPEL

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
                hours = self._hours() if parcel.names_hours and news.status == "out_for_delivery" else None
                yield checkpoint_body(
                    parcel.carrier, _number_of(order, index), news, occurred_at=occurred_at, hours=hours
                )

    def _hours(self) -> tuple[datetime, datetime]:
        """An hour from the next full ten minutes on that are an hour away: long enough to be seen on the page."""
        begins = self.live_at.replace(minute=self.live_at.minute // 10 * 10, second=0, microsecond=0)
        begins += timedelta(minutes=70)
        return begins, begins + timedelta(hours=1)


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
