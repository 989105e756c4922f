"""Connecting a shop on a page, and looking through what it sent."""

import datetime as dt
import io
import re
import zipfile

import pytest
from django.test import Client
from django.utils.html import escape

from postpurchase.accounts.models import Role, Store
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.connectors.models import Connection, InboundDelivery
from postpurchase.connectors.registry import CONNECTORS
from postpurchase.connectors.services import apply, poll, process
from postpurchase.connectors.services.connections import connect_shop, credentials_of
from postpurchase.connectors.services.erase import ERASED
from postpurchase.dashboard.shop_guides import CREDENTIALS, GUIDES
from postpurchase.dashboard.shop_words import REASON
from postpurchase.lib import clock
from postpurchase.lib.standard_webhooks import live_secrets
from tests.connectors.services.inbox import lay, work
from tests.dashboard.conftest import sign_in
from tests.orders.bodies import order_body

WOO, MAGENTO, SHOPIFY = (f"/dashboard/shops/{name}/default/" for name in ("woocommerce", "magento", "shopify"))


def connection_of(merchant) -> Connection:
    with merchant_scope(merchant.id):
        return Connection.objects.select_related("store").get()


@pytest.fixture
def own(world, now) -> Connection:
    """The merchant's own shop, connected."""
    with merchant_scope(world.merchant.id):
        return connect_shop(
            merchant=world.merchant, connector=CONNECTORS["own"], store=world.store, secret="s", now=now
        ).connection


def order(external_id: str = "1001", **changes) -> dict:
    return {"type": "order.saved", "data": {"external_id": external_id, **order_body(**changes)}}


@pytest.fixture
def failed(own, now) -> InboundDelivery:
    delivery = lay(own, {"type": "order.saved", "data": {"note": "<script>alert('x')</script> ü"}}, now=now)
    work(own, now)
    return delivery


def test_every_make_of_shop_has_its_own_words() -> None:
    assert set(GUIDES) == set(CONNECTORS)
    labels = {label for one in CONNECTORS.values() if one.poller for label in one.poller.credentials.values()}
    assert set(CREDENTIALS) == labels
    assert [name for name, one in CONNECTORS.items() if one.poller and not GUIDES[name].access_steps] == []


def test_the_sentences_of_the_services_are_known() -> None:
    sentences = {
        *(apply.OLDER, apply.UNKNOWN_PRODUCT, apply.UNKNOWN_PERSON, process.WORKER_LOST, process.NEVER_CAME),
        *(ERASED, poll.UNREACHABLE, poll.STUMBLED),
    }
    assert sentences <= set(REASON)


def test_a_secret_is_made_and_shown_this_once(merchant, manager, settings) -> None:
    before = manager.get(WOO).content.decode()
    assert f"{settings.BASE_URL}/hooks/lindenhof/woocommerce/" in before
    assert "Waiting for the first order" not in before

    shown = manager.post(f"{WOO}connect/")
    again = manager.get(WOO)

    connection = connection_of(merchant)
    (secret,) = live_secrets(connection, clock.now())
    assert shown.status_code == 200
    assert shown.content.decode().count(escape(secret)) == 2
    assert secret not in again.content.decode()
    assert re.fullmatch(r"whsec_[A-Za-z0-9+/]{43}=", secret)
    assert f'src="{WOO}status/"' in again.content.decode()


def test_a_shop_that_shows_its_own_key_is_connected_by_pasting_it(merchant, manager) -> None:
    empty = manager.post(f"{SHOPIFY}connect/", {"secret": ""})
    assert (empty.status_code, empty.context["secret_form"].errors.as_data().keys()) == (422, {"secret"})
    with merchant_scope(merchant.id):
        assert Connection.objects.count() == 0

    done = manager.post(f"{SHOPIFY}connect/", {"secret": " the-key-shopify-shows \n"})

    assert (done.status_code, done.url) == (302, SHOPIFY)
    assert live_secrets(connection_of(merchant), clock.now()) == ["the-key-shopify-shows"]
    assert "the-key-shopify-shows" not in manager.get(SHOPIFY).content.decode()


def test_a_new_secret_leaves_the_old_one_good_until_it_is_ended(merchant, manager) -> None:
    manager.post(f"{WOO}connect/")
    manager.post(f"{WOO}connect/")
    assert len(live_secrets(connection_of(merchant), clock.now())) == 2
    assert "The old secret is good until" in manager.get(WOO).content.decode()

    manager.post(f"{WOO}old-secret/")

    assert len(live_secrets(connection_of(merchant), clock.now())) == 1
    assert "The old secret is good until" not in manager.get(WOO).content.decode()


def test_a_shop_that_is_asked_needs_its_address_and_a_token(merchant, manager) -> None:
    wrong = manager.post(f"{MAGENTO}access/", {"address": "http://shop.example.com", "credential_token": "t-1"})
    assert wrong.status_code == 422
    assert wrong.context["access_form"].errors == {"address": ["The address must begin with https://."]}

    done = manager.post(f"{MAGENTO}access/", {"address": "https://shop.example.com/", "credential_token": "t-1"})

    connection = connection_of(merchant)
    assert (done.status_code, done.url) == (302, MAGENTO)
    assert (connection.address, credentials_of(connection)) == ("https://shop.example.com", {"token": "t-1"})
    assert connection.next_poll_at is not None
    page = manager.get(MAGENTO).content.decode()
    assert "t-1" not in page
    assert "Stored. Leave it empty to keep it." in page


def test_an_empty_field_keeps_what_is_stored(merchant, manager) -> None:
    manager.post(f"{MAGENTO}access/", {"address": "https://shop.example.com", "credential_token": "t-1"})
    manager.post(f"{MAGENTO}access/", {"address": "https://shop.example.com", "credential_token": ""})

    assert credentials_of(connection_of(merchant)) == {"token": "t-1"}


def test_a_problem_with_asking_stands_on_the_page_in_the_readers_language(merchant, manager) -> None:
    manager.post(f"{MAGENTO}access/", {"address": "https://shop.example.com", "credential_token": "t-1"})
    with merchant_scope(merchant.id):
        Connection.objects.update(poll_problem="The shop did not answer in time.", next_poll_at=clock.now())

    german = manager.get(MAGENTO, headers={"accept-language": "de"}).content.decode()

    assert "Der Shop hat nicht rechtzeitig geantwortet." in german
    assert "needs a look" in manager.get("/dashboard/shops/").content.decode()


def test_the_line_that_waits_looks_again_and_turns_green(merchant, manager, own, now) -> None:
    status = "/dashboard/shops/own/default/status/"
    waiting = manager.get(status)
    assert b'http-equiv="refresh" content="5"' in waiting.content
    assert b"notice-warn" in waiting.content
    assert waiting["X-Frame-Options"] == "SAMEORIGIN"
    assert b"http-equiv" not in manager.get(status, {"look": "off"}).content

    lay(own, order(placed_at=now.isoformat()), now=now)
    work(own, now)

    green = manager.get(status)
    assert b"http-equiv" not in green.content
    assert b"notice-ok" in green.content
    assert b"Order 1001" in green.content
    assert b"iframe" not in manager.get("/dashboard/shops/own/default/").content


def test_a_wrong_signature_is_told_while_waiting(merchant, manager) -> None:
    manager.post(f"{WOO}connect/")
    Client().post(
        f"/hooks/{merchant.slug}/woocommerce/",
        b"{}",
        content_type="application/json",
        headers={"X-WC-Webhook-Signature": "bm8=", "X-WC-Webhook-Topic": "order.created"},
    )

    assert b"its signature does not fit" in manager.get(f"{WOO}status/").content


def test_the_app_of_a_shopware_shop_is_handed_out_once_it_is_connected(merchant, manager, settings) -> None:
    address = "/dashboard/shops/shopware/default/"
    assert manager.get(f"{address}app/").status_code == 404
    assert f"{address}app/" not in manager.get(address).content.decode()

    manager.post(f"{address}connect/")
    answer = manager.get(f"{address}app/")

    assert (answer.status_code, answer["Content-Type"]) == (200, "application/zip")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        (manifest,) = [archive.read(name).decode() for name in archive.namelist() if name.endswith("manifest.xml")]
    assert f"{settings.BASE_URL}/hooks/lindenhof/shopware/" in manifest
    assert f"{address}app/" in manager.get(address).content.decode()
    assert manager.get("/dashboard/shops/own/default/app/").status_code == 404


def test_switching_off_and_on(merchant, manager, own) -> None:
    manager.post("/dashboard/shops/own/default/switch/", {"active": "off"})
    off = connection_of(merchant).active
    manager.post("/dashboard/shops/own/default/switch/", {"active": "on"})

    assert (off, connection_of(merchant).active) == (False, True)


def test_a_shop_is_asked_at_once_on_demand(merchant, manager) -> None:
    manager.post(f"{MAGENTO}access/", {"address": "https://shop.example.com", "credential_token": "t-1"})
    with merchant_scope(merchant.id):
        Connection.objects.update(next_poll_at=clock.now() + dt.timedelta(hours=1))

    manager.post(f"{MAGENTO}ask/")

    assert connection_of(merchant).next_poll_at <= clock.now()


def test_each_storefront_has_its_own_address(world, manager, settings) -> None:
    with merchant_scope(world.merchant.id):
        Store.objects.create(merchant=world.merchant, slug="ch", name="Lindenhof Schweiz")

    page = manager.get("/dashboard/shops/woocommerce/ch/").content.decode()

    assert f"{settings.BASE_URL}/hooks/lindenhof/woocommerce/ch/" in page
    assert "Lindenhof Schweiz" in page
    assert manager.get("/dashboard/shops/woocommerce/nowhere/").status_code == 404
    assert manager.get("/dashboard/shops/nothing/default/").status_code == 404


def test_what_came_is_listed_by_state_shop_and_order(manager, own, failed, now) -> None:
    lay(own, order(placed_at=now.isoformat()), now=now, topic="order.saved")
    work(own, now)

    def listed(**query: str) -> list[str]:
        return [row["delivery"].state for row in manager.get("/dashboard/shops/deliveries/", query).context["rows"]]

    assert sorted(listed()) == ["failed", "processed"]
    assert listed(state="failed") == ["failed"]
    assert listed(order="1001") == ["processed"]
    assert listed(shop="shopify") == listed(order="nope") == []
    assert sorted(listed(state="nonsense", after="broken")) == ["failed", "processed"]


def test_one_delivery_is_shown_whole_and_harmless(manager, failed) -> None:
    page = manager.get(f"/dashboard/shops/deliveries/{failed.id}/").content.decode()

    assert "<script>" not in page
    assert "&lt;script&gt;alert(&#x27;x&#x27;)&lt;/script&gt; ü" in page
    assert "Process again" in page


@pytest.mark.parametrize("body", [b"\xff\xfe", b"not json", b'{"a": "\\ud800"}', b"[" * 30_000])
def test_a_body_that_is_no_json_is_shown_as_it_is(manager, own, now, body) -> None:
    delivery = lay(own, body, now=now)
    work(own, now)

    assert manager.get(f"/dashboard/shops/deliveries/{delivery.id}/").status_code == 200


def test_it_is_processed_again_one_by_one_or_all_at_once(merchant, manager, failed, now) -> None:
    def state() -> str:
        with merchant_scope(merchant.id):
            return InboundDelivery.objects.get().state

    one = manager.post(f"/dashboard/shops/deliveries/{failed.id}/replay/")
    assert (one.status_code, state()) == (302, "stored")
    with merchant_scope(merchant.id):
        work(connection_of(merchant), clock.now())
    assert state() == "failed"

    manager.post("/dashboard/shops/deliveries/replay/")
    assert state() == "stored"


def test_bodies_are_for_owners_and_managers(merchant, failed) -> None:
    address = f"/dashboard/shops/deliveries/{failed.id}/"

    answers = {role: sign_in(merchant, role).get(address).status_code for role in Role}

    assert answers == {Role.OWNER: 200, Role.MANAGER: 200, Role.SUPPORT: 403, Role.READ_ONLY: 403}


def test_a_list_costs_the_same_however_long(manager, own, now, django_assert_num_queries) -> None:
    lay(own, order("1", placed_at=now.isoformat()), now=now)
    work(own, now)
    manager.get("/dashboard/shops/deliveries/")
    with django_assert_num_queries(13) as first:
        manager.get("/dashboard/shops/deliveries/")
    for number in ("2", "3"):
        lay(own, order(number, placed_at=now.isoformat()), now=now)
    work(own, now)

    with django_assert_num_queries(len(first.captured_queries)):
        assert len(manager.get("/dashboard/shops/deliveries/").context["rows"]) == 3
