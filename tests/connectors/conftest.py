"""The corner shop, connected."""

from typing import Any

import pytest
from django.test import Client

from postpurchase.accounts.models import Store
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.connectors.models import Connection
from postpurchase.connectors.registry import CONNECTORS
from postpurchase.connectors.services.connections import connect_shop
from tests.connectors import corner_shop


@pytest.fixture(autouse=True)
def corner(monkeypatch: pytest.MonkeyPatch) -> None:
    """The product knows the corner shop's make."""
    monkeypatch.setitem(CONNECTORS, "corner", corner_shop.CONNECTOR)


@pytest.fixture
def connection(world, now) -> Connection:
    """The merchant's corner shop, connected at ``now``."""
    return connect(world, now)


def connect(world, now, *, store: Store | None = None, secret: str = corner_shop.SECRET, **options: Any) -> Connection:
    """Connect a corner shop."""
    with merchant_scope(world.merchant.id):
        return connect_shop(
            merchant=world.merchant,
            connector=corner_shop.CONNECTOR,
            store=store or world.store,
            secret=secret,
            now=now,
            **options,
        ).connection


@pytest.fixture
def push(world):
    """Send a delivery as the shop does; returns the answer."""
    return pusher(world.merchant.slug)


def pusher(slug: str):
    client = Client(raise_request_exception=False)

    def send(body: Any, *, path: str = "corner/", headers: dict[str, str] | None = None, **options: Any):
        raw, proofs = corner_shop.signed(body, **options)
        return client.post(
            f"/hooks/{slug}/{path}", raw, content_type="application/json", headers={**proofs, **(headers or {})}
        )

    return send
