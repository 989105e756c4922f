"""A merchant with an account at a carrier that stands on loopback."""

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from orders.models import Order
from postpurchase.accounts.scoping import merchant_scope
from tests.conftest import World
from tests.tracking.build import make_order
from tests.tracking.polling.stand_in import StandIn, carrier
from tracking.inputs import ShipmentInput
from tracking.models import CarrierAccount, Checkpoint, ParcelPoll, Shipment
from tracking.polling.clients.registry import CLIENTS
from tracking.polling.services.accounts import connect_account
from tracking.polling.services.ask import ask_carrier
from tracking.polling.services.plan import plan_parcel
from tracking.services.register import register_shipment

NUMBER = "00340434161094042557"
OTHER = "00340434161094042564"
MINUTE, HOUR, DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)
IN_TRANSIT = ("2026-07-14T18:00:00", "transit")

KEYS = {
    "dhl": {"api_key": "k-1"},
    "dhl_parcel_de": {"api_key": "k-1", "api_secret": "s-1", "user": "zt12345", "password": "geheim"},
    "hermes": {"client_id": "id-1", "client_secret": "s-1", "user": "shop@example.com", "password": "geheim"},
    "dpd": {"partner_name": "Shop", "partner_token": "p-1", "user_id": "183864", "user_token": "u-1"},
    "dpd_ch": {"user": "shop", "password": "geheim"},
    "gls": {"client_id": "id-1", "client_secret": "s-1"},
    "ups": {"client_id": "id-1", "client_secret": "s-1"},
    "fedex": {"client_id": "id-1", "client_secret": "s-1"},
    "usps": {"client_id": "id-1", "client_secret": "s-1"},
    "austrian_post": {"user": "shop", "password": "geheim"},
}


@pytest.fixture
def stand_in(settings: Any) -> Iterator[StandIn]:
    with carrier() as standing:
        settings.EGRESS_ALLOW = [f"127.0.0.1:{standing.port}"]
        settings.CARRIER_URLS = dict.fromkeys(CLIENTS, standing.url)
        yield standing


@pytest.fixture
def connect(world: World, now: dt.datetime) -> Callable[..., CarrierAccount]:
    """Connect an account that nobody has to try out, and that has looked for parcels already."""

    def connected(client: str = "dhl", **options: Any) -> CarrierAccount:
        with merchant_scope(world.merchant.id):
            account = connect_account(
                merchant=world.merchant, client=CLIENTS[client], credentials=KEYS[client], now=now, **options
            ).account
            CarrierAccount.objects.filter(pk=account.pk).update(probe_wanted_at=None, planned_at=now)
            account.refresh_from_db()
        return account

    return connected


@pytest.fixture
def parcel(world: World, now: dt.datetime) -> Callable[..., Shipment]:
    """Register a parcel of a new order, and plan it to be asked about ``now``."""

    def registered(number: str, carrier_name: str = "dhl", *, at: dt.datetime = now, **order: Any) -> Shipment:
        with merchant_scope(world.merchant.id):
            made: Order = make_order(world, f"o-{number}", **order)
            shipment = register_shipment(
                merchant=world.merchant,
                order=made,
                data=ShipmentInput(external_id="p1", carrier=carrier_name, tracking_number=number),
                now=at,
            ).shipment
            plan_parcel(shipment=shipment, now=at)
            ParcelPoll.objects.filter(shipment=shipment).update(next_poll_at=at)
        return shipment

    return registered


def ask(account: CarrierAccount, now: dt.datetime) -> int:
    return ask_carrier(merchant_id=account.merchant_id, account_id=account.id, now=lambda: now)


def fresh(row: Any) -> Any:
    with merchant_scope(row.merchant_id):
        row.refresh_from_db()
    return row


def poll_of(shipment: Shipment) -> ParcelPoll:
    with merchant_scope(shipment.merchant_id):
        return ParcelPoll.objects.get(shipment=shipment)


def news_of(shipment: Shipment) -> list[str]:
    with merchant_scope(shipment.merchant_id):
        return list(Checkpoint.objects.filter(shipment=shipment).order_by("occurred_at").values_list("code", flat=True))
