"""Fills the demo's database: merchants with their people and keys, products, and the history of the sample.

Everything goes through the services that a shop's own pushes go through, and everything may run again: a second time
changes nothing. History comes in as backfill, so nobody is written to.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec

from loyalty.enums import SurveyKind
from loyalty.services.programme import install_default_programme
from loyalty.services.surveys import record_response
from messaging.services.journeys import install_standard_journeys
from orders.inputs import OrderInput, ProductInput
from orders.models import Order
from orders.services.ingest import upsert_orders
from orders.services.products import upsert_products
from postpurchase.accounts.models import Merchant, PageKind, Role, Scope, Store, User
from postpurchase.accounts.page_links import page_url
from postpurchase.accounts.scoping import all_merchants, merchant_scope
from postpurchase.accounts.services.api_keys import create_api_key, recognise_api_key
from postpurchase.accounts.services.merchants import add_member, create_merchant
from postpurchase.connectors.models import Connection
from postpurchase.connectors.registry import AGGREGATORS, CONNECTORS
from postpurchase.connectors.services.connections import connect_shop
from postpurchase.demo.answers import past_answer
from postpurchase.demo.bodies import (
    Addresses,
    Body,
    carrier_of,
    checkpoint_body,
    destination_of,
    heard_at,
    history_order,
    label_time,
    product_body,
    scenario_of,
    shipment_body,
    unknown_code_body,
)
from postpurchase.demo.catalogue import PICTURES, products_of
from postpurchase.demo.page_extras import seed_badges, seed_page_extras
from postpurchase.demo.parcel_extras import seed_parcel_extras
from postpurchase.demo.parcels import Scenario, tracking_number, travel
from postpurchase.demo.people import person_of
from postpurchase.demo.problems import seed_problems
from postpurchase.demo.sample import SampleOrder, read_sample
from postpurchase.demo.shops import DemoShop
from postpurchase.demo.state import DemoState
from postpurchase.events.models import DeliveryState, EventDelivery
from postpurchase.lib.standard_webhooks import live_secrets, new_secret
from tracking.carriers.registry import delivers_on_saturdays
from tracking.inputs import CheckpointInput, ShipmentInput
from tracking.models import Shipment
from tracking.services.record import RecordStatus, record_checkpoints
from tracking.services.register import register_shipment

_BATCH = 20  # orders at a time
# What takes days or minutes elsewhere takes seconds here.
WAITS = {"nps_survey.wait": timedelta(seconds=6), "case_answered.wait": timedelta(seconds=6)}


@dataclass(frozen=True, kw_only=True)
class SeededShop:
    """A demo merchant that is in the database."""

    shop: DemoShop
    merchant: Merchant
    api_key: str


class SeedRefused(Exception):
    """A service did not take what the demo brought: the demo and the product have drifted apart."""


def open_shop(shop: DemoShop, *, state: DemoState, addresses: Addresses, now: datetime) -> SeededShop:
    """Everything a shop needs before its first order: brand, owner, key, journeys, points programme, products,
    what goes into parcels, and what the tracking page looks like."""
    merchant = seed_merchant(shop, password=state.passwords[shop.key], addresses=addresses, now=now)
    seed_journeys(merchant, now=now)
    seed_programme(merchant, now=now)
    api_key = api_key_of(merchant, secret=state.api_keys.get(shop.key, ""), now=now)
    seed_products(merchant, shop, addresses=addresses, now=now)
    with merchant_scope(merchant.id):
        seed_parcel_extras(merchant, now=now)
        seed_page_extras(merchant, shop, addresses=addresses, now=now)
    return SeededShop(shop=shop, merchant=merchant, api_key=api_key)


def load_history(seeded: SeededShop, *, started_at: datetime, now: datetime) -> Iterator[tuple[int, int]]:
    """The shop's past up to `started_at`: orders with their parcels, a few at a time, then what people answered and
    reported, and the badges all that earns.

    Yields how many of how many orders are done, so that the caller can say so and let the worker breathe.
    """
    merchant, shop = seeded.merchant, seeded.shop
    orders = read_sample(shop.key)
    for start in range(0, len(orders), _BATCH):
        batch = orders[start : start + _BATCH]
        seed_orders(merchant, shop, batch, started_at=started_at, now=now)
        seed_parcels(merchant, shop, batch, started_at=started_at, now=now)
        if start + _BATCH < len(orders):
            yield start + _BATCH, len(orders)
    seed_answers(merchant, shop, orders, started_at=started_at)
    with merchant_scope(merchant.id):
        seed_problems(merchant, started_at=started_at)
        seed_badges(merchant, shop, now=now)
    yield len(orders), len(orders)


def unhandled_events() -> int:
    """How many deliveries of events to handlers are still to come, of all merchants."""
    with all_merchants("the demo waits until its history is handled"):
        return EventDelivery.objects.filter(state=DeliveryState.PENDING).count()


def page_links(merchant: Merchant, *, order_number: str, now: datetime) -> dict[str, str]:
    """Addresses of one shopper's pages, by the names of the demo's info file."""
    with merchant_scope(merchant.id):
        order = Order.objects.get(external_id=order_number)
        subjects = {
            "tracking_url": (PageKind.TRACKING, order.id),
            "survey_url": (PageKind.SURVEY, order.id),
            "points_url": (PageKind.POINTS, order.customer_id),
            "preferences_url": (PageKind.PREFERENCES, order.customer_id),
        }
        return {
            name: page_url(merchant_id=merchant.id, kind=kind, subject_id=subject, now=now)
            for name, (kind, subject) in subjects.items()
            if subject is not None
        }


def seed_merchant(shop: DemoShop, *, password: str, addresses: Addresses, now: datetime) -> Merchant:
    """The merchant with its brand, its owner and no quiet hours (that is this merchant's data, so that the demo
    also works at night)."""
    with all_merchants("the demo looks for its own merchants"):
        merchant = Merchant.objects.filter(slug=shop.slug).first()
    if merchant is None:
        merchant = create_merchant(
            slug=shop.slug,
            name=shop.name,
            sender_email=shop.address("post"),
            now=now,
            merchant_fields={
                "country": shop.country,
                "quiet_from": None,
                "quiet_until": None,
                "is_demo": True,
            },
            store_fields=_brand(shop, addresses),
        )
    with merchant_scope(merchant.id):
        # Addresses may have moved with the ports; what somebody changed in the dashboard stays.
        Store.objects.filter(slug="default").update(shop_url=addresses.shop_page(shop))
        owner = User.objects.filter(email=shop.login).first() or User.objects.create_user(
            shop.login,
            password,
            first_name=shop.owner_first_name,
            last_name=shop.owner.removeprefix(f"{shop.owner_first_name} "),
            language="de",
        )
        add_member(merchant=merchant, user=owner, role=Role.OWNER, now=now)
    return merchant


def seed_connections(merchant: Merchant, *, secrets: Mapping[str, str], now: datetime) -> dict[str, str]:
    """A connection for every make of shop and every aggregator of carriers' news, so that deliveries can be pushed at
    once. Answers the secret of each.

    `secrets` are those of last time; what somebody changed in the dashboard stays.
    """
    with merchant_scope(merchant.id):
        store = Store.objects.get(slug="default")
        found = {}
        for name, connector in (CONNECTORS | AGGREGATORS).items():
            connection = Connection.objects.filter(connector=name, store=store).first()
            if connection is None:
                secret = secrets.get(name) or new_secret()
                connection = connect_shop(
                    merchant=merchant, connector=connector, store=store, secret=secret, now=now
                ).connection
            found[name] = live_secrets(connection, now)[0]
    return found


def seed_journeys(merchant: Merchant, *, now: datetime) -> None:
    """All standard journeys, switched on; the survey follows at once instead of three days later."""
    with merchant_scope(merchant.id):
        install_standard_journeys(merchant=merchant, now=now, waits=WAITS)


def seed_programme(merchant: Merchant, *, now: datetime) -> None:
    """The points programme; what was bought before has earned, too."""
    with merchant_scope(merchant.id):
        install_default_programme(merchant=merchant, now=now, earn_on_backfill=True)


def api_key_of(merchant: Merchant, *, secret: str, now: datetime) -> str:
    """The demo's key of this merchant, with every scope and no limit: the known one, or a new one."""
    known = recognise_api_key(secret=secret, now=now) if secret else None
    if known is not None and known.merchant_id == merchant.id:
        return secret
    with merchant_scope(merchant.id):
        _, secret = create_api_key(
            merchant=merchant, name="Demo", scopes=list(Scope), now=now, requests_per_minute=None
        )
    return secret


def seed_products(merchant: Merchant, shop: DemoShop, *, addresses: Addresses, now: datetime) -> int:
    """All articles of a shop. Answers how many were new or different."""
    bodies = [product_body(product, addresses) for product in products_of(shop.key)]
    with merchant_scope(merchant.id):
        results = upsert_products(
            merchant=merchant, products=[msgspec.convert(body, ProductInput) for body in bodies], now=now
        )
    _insist(result for result in results if result.status == "invalid")
    return sum(result.changed for result in results)


def seed_orders(
    merchant: Merchant, shop: DemoShop, batch: list[SampleOrder], *, started_at: datetime, now: datetime
) -> None:
    """Past orders, as one batch call brings them."""
    bodies = [history_order(shop, order, first_start=started_at.date()) for order in batch]
    with merchant_scope(merchant.id):
        results = upsert_orders(
            merchant=merchant, orders=[msgspec.convert(body, OrderInput) for body in bodies], now=now
        )
    _insist(result for result in results if result.status == "invalid")


def seed_parcels(
    merchant: Merchant, shop: DemoShop, batch: list[SampleOrder], *, started_at: datetime, now: datetime
) -> None:
    """One parcel for each past order with what its carrier said up to `started_at`."""
    with merchant_scope(merchant.id):
        _seed_parcels_of(merchant, shop, batch, started_at=started_at, now=now)


def _seed_parcels_of(
    merchant: Merchant, shop: DemoShop, batch: list[SampleOrder], *, started_at: datetime, now: datetime
) -> None:
    numbers = [f"{shop.order_prefix}-{one.number}" for one in batch]
    stored = {order.external_id: order for order in Order.objects.filter(external_id__in=numbers)}
    checkpoints: list[CheckpointInput] = []
    for sample in batch:
        order = stored[f"{shop.order_prefix}-{sample.number}"]
        shipment, news = _parcel(sample, order, started_at)
        register_shipment(merchant=merchant, order=order, data=msgspec.convert(shipment, ShipmentInput), now=now)
        checkpoints += [msgspec.convert(body, CheckpointInput) for body in news]
    results = record_checkpoints(merchant=merchant, checkpoints=checkpoints, now=now)
    accepted = (RecordStatus.RECORDED, RecordStatus.DUPLICATE)
    _insist(result for result in results if result.status not in accepted)


def _parcel(sample: SampleOrder, order: Order, started_at: datetime) -> tuple[Body, list[Body]]:
    person = person_of(sample.customer)
    carrier = carrier_of(person, sample.number)
    number = tracking_number(carrier, int(sample.number))
    label = label_time(order.placed_at)
    scenario = scenario_of(sample.number)
    history = travel(
        carrier=carrier,
        scenario=scenario,
        destination=destination_of(person),
        language=person.language,
    )
    saturdays = delivers_on_saturdays(carrier, person.country)
    heard = [(heard_at(label, news.after, saturdays=saturdays), news) for news in history]
    told = [checkpoint_body(carrier, number, news, occurred_at=at) for at, news in heard if at <= started_at]
    if scenario == Scenario.DELAYED and told:
        told.append(unknown_code_body(carrier, number, occurred_at=label + timedelta(hours=1)))
    return {**shipment_body(carrier, number, shipped_at=label), "external_id": f"{order.external_id}-1"}, told


def seed_answers(merchant: Merchant, shop: DemoShop, orders: list[SampleOrder], *, started_at: datetime) -> None:
    """Past customers' answers to the survey, given a few days after their parcels came."""
    with merchant_scope(merchant.id):
        delivered = {
            shipment.order.external_id: shipment
            for shipment in Shipment.objects.filter(delivered_at__isnull=False).select_related("order")
        }
        for sample in orders:
            shipment = delivered.get(f"{shop.order_prefix}-{sample.number}")
            answer = past_answer(
                number=sample.number,
                scenario=scenario_of(sample.number),
                language=person_of(sample.customer).language,
            )
            if shipment is None or shipment.delivered_at is None or answer is None:
                continue
            answered_at = shipment.delivered_at + timedelta(days=answer.days_later)
            if answered_at <= started_at:
                record_response(
                    merchant=merchant,
                    order=shipment.order,
                    kind=SurveyKind.NPS,
                    source="demo history",
                    score=answer.score,
                    comment=answer.comment,
                    now=answered_at,
                )


def _brand(shop: DemoShop, addresses: Addresses) -> dict[str, Any]:
    return {
        "shop_url": addresses.shop_page(shop),
        "accent_colour": shop.accent_colour,
        "logo": (PICTURES / shop.logo).read_bytes(),
        "logo_type": "image/png",
        "tone": shop.tone,
        "language": "de",
        "reply_to": shop.address("hallo"),
        "support_email": shop.address("hallo"),
        "imprint": shop.imprint,
    }


def _insist(refused: Iterable[Any]) -> None:
    first = next(iter(refused), None)
    if first is not None:
        raise SeedRefused(repr(first))
