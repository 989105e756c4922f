"""The app of a Shopware shop: what the merchant uploads, how the shop registers itself, and the keys it hands over.

Requests and answers as in Shopware's guide "App Registration & Backend Setup"
(developer.shopware.com/docs/guides/plugins/apps/lifecycle/app-registration-setup.html); the vectors are those of
shopware/app-php-sdk, tests/Authentication/RequestVerifierTest.php.
"""

import datetime as dt
import io
import json
import zipfile
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from orders.models import Order
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.connectors.base import Handover, WrongSignature
from postpurchase.connectors.models import Connection, InboundDelivery
from postpurchase.connectors.services.connections import connect_shop, credentials_of
from postpurchase.connectors.services.process import process_batch
from postpurchase.connectors.shops.shopware import CONNECTOR
from postpurchase.connectors.shops.shopware.app import (
    NAME,
    app_secret,
    app_zip,
    handed_over,
    register,
    shop_secret,
)
from postpurchase.connectors.signatures import hex_signature
from tests.api.rows import digest_of
from tests.connectors.shops.shopware.bodies import ORDER, event

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
HOOK = "https://postpurchase.example.com/hooks/lindenhof/shopware/"
QUERY = urlencode({"shop-id": "KIPf0Fz6BUkN", "shop-url": "https://my.shop.example.com", "timestamp": "1592392787"})
KEYS = {
    "apiKey": "SWIARXBSDJRWEMJONFK2OHBNWA",
    "secretKey": "Q1QyaUg3ZHpnZURPeDV3ZkpncXdSRzJpNjdBeWM1WWhWYWd0NE0",
    "timestamp": "1592398983",
    "shopUrl": "https://my.shop.example.com",
    "shopId": "KIPf0Fz6BUkN",
}


@pytest.mark.parametrize(
    ("secret", "query", "signature"),
    [
        ("secret", "test=1", "9dd645162c4599f510a88a716a3aac9934c46d2964811e3efcdc53b4b672fe1c"),
        (
            "my-secret",
            "shop-id=123&shop-url=https://my-shop.com&timestamp=1234567890",
            "96c91f86c822e11444b7a57b54ef125ed86b1a639c5360d45c5397daa8c3f70b",
        ),
    ],
)
def test_queries_are_signed_as_in_the_published_vectors(secret: str, query: str, signature: str):
    assert hex_signature(secret, query.encode()) == signature


def test_the_app_is_a_manifest_for_one_connection():
    with zipfile.ZipFile(io.BytesIO(app_zip(HOOK + "?a=1&b=2", SECRET))) as archive:
        assert archive.namelist() == [f"{NAME}/manifest.xml"]
        manifest = ElementTree.fromstring(archive.read(f"{NAME}/manifest.xml"))  # noqa: S314 - our own text

    assert manifest.findtext("meta/name") == NAME
    assert manifest.findtext("setup/registrationUrl") == HOOK + "?a=1&b=2"
    assert manifest.findtext("setup/secret") == app_secret(SECRET)
    webhooks = {hook.get("event"): hook.get("url") for hook in manifest.findall("webhooks/webhook")}
    assert {"checkout.order.placed", "state_enter.order_delivery.state.shipped"} < set(webhooks)
    assert set(webhooks.values()) == {HOOK + "?a=1&b=2"}
    assert len({hook.get("name") for hook in manifest.findall("webhooks/webhook")}) == len(webhooks)
    assert "order" in [read.text for read in manifest.findall("permissions/read")]


def test_no_secret_tells_another():
    secrets = {SECRET, app_secret(SECRET), shop_secret(SECRET)}

    assert len(secrets) == 3
    # Shopware wants 64 to 255 characters.
    assert len(shop_secret(SECRET)) == 64


def test_the_proof_is_over_id_address_and_name():
    headers = {"shopware-app-signature": hex_signature(app_secret(SECRET), QUERY.encode())}

    registration = register(SECRET, headers, QUERY, HOOK)

    proved = f"KIPf0Fz6BUkNhttps://my.shop.example.com{NAME}".encode()
    assert registration.address == "https://my.shop.example.com"
    assert registration.answer == {
        "proof": hex_signature(app_secret(SECRET), proved),
        "secret": shop_secret(SECRET),
        "confirmation_url": HOOK,
    }


@pytest.mark.parametrize(
    ("secret", "query"),
    [(SECRET, QUERY + "&x=1"), (SECRET, QUERY.replace("my.shop", "evil.shop")), (SECRET + "x", QUERY), (SECRET, "")],
)
def test_nobody_else_is_registered(secret: str, query: str):
    headers = {"shopware-app-signature": hex_signature(app_secret(SECRET), QUERY.encode())}

    with pytest.raises(WrongSignature):
        register(secret, headers, query, HOOK)
    with pytest.raises(WrongSignature):
        register(SECRET, {}, QUERY, HOOK)


def test_keys_are_found_in_a_confirmation_only():
    assert handed_over(json.dumps(KEYS).encode()) == Handover(
        "https://my.shop.example.com", {"access_key": KEYS["apiKey"], "secret_key": KEYS["secretKey"]}
    )
    for other in (b"", b"[]", b'{"apiKey": 1, "secretKey": [], "shopUrl": null}', json.dumps(event("a", {})).encode()):
        assert handed_over(other) is None


@pytest.fixture
def connection(world, now) -> Connection:
    return connect(world, now)


def connect(world: Any, now: dt.datetime, **options: Any) -> Connection:
    with merchant_scope(world.merchant.id):
        return connect_shop(
            merchant=world.merchant, connector=CONNECTOR, store=world.store, secret=SECRET, now=now, **options
        ).connection


def ask_to_register(slug: str = "lindenhof", query: str = QUERY, secret: str = SECRET, path: str = "shopware/") -> Any:
    headers = {"shopware-app-signature": hex_signature(app_secret(secret), query.encode())}
    return Client().get(f"/hooks/{slug}/{path}?{query}", headers=headers)


def post(body: Any, secret: str) -> Any:
    raw = json.dumps(body).encode()
    headers = {"shopware-shop-signature": hex_signature(secret, raw)}
    return Client().post("/hooks/lindenhof/shopware/", raw, content_type="application/json", headers=headers)


def test_a_shop_registers_hands_over_its_keys_and_pushes(world, connection, now) -> None:
    registered = ask_to_register()
    assert registered.status_code == 200
    assert registered["Cache-Control"] == "no-store"
    answer = registered.json()

    confirmed = post(KEYS, answer["secret"])
    pushed = post(event("checkout.order.placed", {"order": ORDER}), answer["secret"])
    process_batch(merchant_id=world.merchant.id)

    assert answer["confirmation_url"].endswith("/hooks/lindenhof/shopware/")
    assert (confirmed.status_code, confirmed.json()) == (200, {"status": "connected"})
    assert (pushed.status_code, pushed.json()["status"]) == (202, "stored")
    with merchant_scope(world.merchant.id):
        connection.refresh_from_db()
        assert connection.address == "https://my.shop.example.com"
        assert credentials_of(connection) == {"access_key": KEYS["apiKey"], "secret_key": KEYS["secretKey"]}
        assert connection.next_poll_at is not None
        # The keys stand nowhere as they came.
        assert [bytes(delivery.body).count(b"apiKey") for delivery in InboundDelivery.objects.all()] == [0]
        assert Order.objects.get().number == "10077"


def test_registering_needs_the_apps_secret(world, other_world, connection, now) -> None:
    before = digest_of(world.merchant), digest_of(other_world.merchant)

    answers = [
        ask_to_register(secret="another"),
        Client().get(f"/hooks/lindenhof/shopware/?{QUERY}"),
        ask_to_register(slug="stranger"),
        ask_to_register(path="shopware/ch/"),
        ask_to_register(path="magento/"),
        post(KEYS, app_secret(SECRET)),
    ]

    assert [one.status_code for one in answers] == [401, 401, 404, 404, 405, 401]
    assert all("secret" not in one.content.decode().replace("secret_key", "") for one in answers)
    assert (digest_of(world.merchant), digest_of(other_world.merchant)) == before


def test_a_copy_of_the_shop_does_not_take_its_place(world, now) -> None:
    connect(world, now, address="https://www.example.com", credentials={"access_key": "a", "secret_key": "b"})
    before = digest_of(world.merchant)

    registered, confirmed = ask_to_register(), post(KEYS, shop_secret(SECRET))

    assert "belongs to another shop" in registered.json()["error"]
    assert confirmed.status_code == 422
    assert digest_of(world.merchant) == before


def test_an_address_that_may_not_be_asked_is_refused(world, connection) -> None:
    before = digest_of(world.merchant)

    answer = post(KEYS | {"shopUrl": "http://my.shop.example.com"}, shop_secret(SECRET))

    assert answer.status_code == 422
    assert digest_of(world.merchant) == before


def test_the_command_writes_the_app(world, connection, tmp_path, capsys) -> None:
    file = tmp_path / "postpurchase.zip"

    call_command("shopware_app", "lindenhof", str(file))

    with zipfile.ZipFile(file) as archive:
        manifest = archive.read(f"{NAME}/manifest.xml").decode()
    assert app_secret(SECRET) in manifest
    assert SECRET not in manifest
    assert "upload it in the shop" in capsys.readouterr().out


def test_without_a_connection_there_is_no_app(world, connection, tmp_path) -> None:
    with pytest.raises(CommandError, match="Connect Shopware 6"):
        call_command("shopware_app", "lindenhof", str(tmp_path / "app.zip"), store="ch")

    assert list(tmp_path.iterdir()) == []
