"""Made-up orders in the states a preview shows. Nothing of them is stored."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from tracking.enums import Carrier, ShipmentStatus
from tracking.models import PromiseSource
from tracking.page.facts import LineFacts, NewsFacts, OrderFacts, ParcelFacts
from tracking.promise import Window

S = ShipmentStatus

NUMBER = "1001"
# DHL's own example number: https://developer.dhl.com/api-reference/shipment-tracking
TRACKING_NUMBER = "00340434161094022115"


@dataclass(frozen=True, slots=True)
class ExampleNews:
    """Something that happened to the parcel, some hours before the preview is looked at."""

    hours_ago: float
    status: ShipmentStatus
    substatus: str = ""
    city: str = ""


_ANNOUNCED = (ExampleNews(52, S.INFO_RECEIVED),)
_ON_THE_WAY = (
    *_ANNOUNCED,
    ExampleNews(28, S.IN_TRANSIT, "in_transit_accepted", "Hamburg"),
    ExampleNews(9, S.IN_TRANSIT, "in_transit_arrived", "Leipzig"),
)
_OUT = (*_ON_THE_WAY, ExampleNews(4, S.OUT_FOR_DELIVERY, "", "Berlin"))
# What a merchant can look at, with the news that makes it. Without news there is no parcel yet.
STATES: dict[str, tuple[ExampleNews, ...]] = {
    "ordered": (),
    "announced": _ANNOUNCED,
    "on_the_way": _ON_THE_WAY,
    "failed_attempt": (*_OUT, ExampleNews(1, S.ATTEMPT_FAILED, "attempt_failed_not_home", "Berlin")),
    "delivered": (*_OUT, ExampleNews(1, S.DELIVERED, "delivered_to_recipient", "Berlin")),
}
FIRST_STATE = "on_the_way"


@dataclass(frozen=True, slots=True)
class ExampleArticle:
    """An article of the made-up order; best one of the merchant's own."""

    name: str
    sku: str = ""
    image: str = ""
    url: str = ""


def example_order(
    state: str, *, articles: Sequence[ExampleArticle], language: str, country: str, now: dt.datetime
) -> OrderFacts:
    """Return a made-up order in one of ``STATES``. Raises ``KeyError`` for any other."""
    news = STATES[state]
    earliest, likely, latest = ((now + dt.timedelta(days=days)).date() for days in (0, 1, 2))
    window = Window(PromiseSource.CARRIER, earliest, likely, latest)
    return OrderFacts(
        id=uuid.UUID(int=0),
        number=NUMBER,
        placed_at=now - dt.timedelta(days=3),
        status="open",
        payment_status="paid",
        currency="EUR",
        language=language,
        destination=country,
        lines=tuple(_line(position, article) for position, article in enumerate(articles, start=1)),
        parcels=(_parcel(news, window, now),) if news else (),
        promise=window,
        private_words=frozenset(),
    )


def _line(position: int, article: ExampleArticle) -> LineFacts:
    return LineFacts(
        id=uuid.UUID(int=position),
        sku=article.sku,
        name=article.name,
        quantity=position,
        total=Decimal("19.90") * position,
        image=article.image,
        url=article.url,
    )


def _parcel(news: tuple[ExampleNews, ...], window: Window, now: dt.datetime) -> ParcelFacts:
    newest = news[-1]
    reached = now - dt.timedelta(hours=newest.hours_ago)
    return ParcelFacts(
        id=uuid.UUID(int=0),
        carrier=Carrier.DHL,
        carrier_word="",
        tracking_number=TRACKING_NUMBER,
        tracking_url="",
        shipped_at=now - dt.timedelta(hours=news[0].hours_ago),
        created_at=now - dt.timedelta(hours=news[0].hours_ago),
        status=newest.status,
        substatus=newest.substatus,
        status_at=reached,
        delivered_at=reached if newest.status == S.DELIVERED else None,
        delivery_location="",
        delivery_location_text="",
        signed_by="",
        contents={},
        news=tuple(_news(one, now) for one in reversed(news)),
        promise=window,
    )


def _news(one: ExampleNews, now: dt.datetime) -> NewsFacts:
    return NewsFacts(
        occurred_at=now - dt.timedelta(hours=one.hours_ago),
        status=one.status,
        substatus=one.substatus,
        message="",
        city=one.city,
        country="DE" if one.city else "",
    )
