"""Connections and inbound deliveries by REST."""

import pytest

from postpurchase.accounts.models import Scope, Store
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.accounts.services.api_keys import create_api_key
from postpurchase.connectors.models import Connection
from postpurchase.connectors.services.connections import credentials_of
from postpurchase.lib.standard_webhooks import live_secrets
from tests.connectors.corner_shop import cancelled, saved
from tests.connectors.services.inbox import bring, fate, lay, work

SHOWN = {
    *("id", "connector", "store", "active", "hook_url", "previous_secret_until", "address", "credentials"),
    *("polled_at", "next_poll_at", "poll_problem", "created_at", "last_delivery_at", "first_order_at"),
}


def test_a_shop_is_connected_and_its_secrets_are_never_shown(api, world, settings) -> None:
    answer = api.put(
        "/api/v1/connectors/corner",
        {"secret": "s3cret-word", "address": "https://shop.example.com/", "credentials": {"key": "k3y-word"}},
    )

    shown = answer.json()
    assert (answer.status_code, set(shown)) == (201, SHOWN)
    assert shown["hook_url"] == f"{settings.BASE_URL}/hooks/lindenhof/corner/"
    assert (shown["active"], shown["address"], shown["credentials"]) == (True, "https://shop.example.com", ["key"])
    assert shown["next_poll_at"] is not None
    texts = [
        answer.content,
        api.get("/api/v1/connectors").content,
        api.get("/api/v1/connectors/corner").content,
    ]
    assert [text for text in texts if b"s3cret" in text or b"k3y-word" in text] == []
    with merchant_scope(world.merchant.id):
        connection = Connection.objects.get()
        assert b"s3cret" not in bytes(connection.secret_sealed)
        assert b"k3y-word" not in bytes(connection.credentials_sealed)
        assert live_secrets(connection, connection.created_at) == ["s3cret-word"]
        assert credentials_of(connection) == {"key": "k3y-word"}


def test_what_is_absent_stays_as_it_is(api, connection, world, now) -> None:
    off = api.put("/api/v1/connectors/corner", {"active": False})
    rotated = api.put("/api/v1/connectors/corner", {"secret": "new"})
    same = api.put("/api/v1/connectors/corner", {"secret": "new", "active": True})

    assert [answer.status_code for answer in (off, rotated, same)] == [200, 200, 200]
    assert [answer.json()["active"] for answer in (off, rotated, same)] == [False, False, True]
    assert off.json()["previous_secret_until"] is None
    assert rotated.json()["previous_secret_until"] == same.json()["previous_secret_until"] is not None


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({}, "/secret", "required"),
        ({"secret": ""}, "/secret", "too_short"),
        ({"secret": "   "}, "/secret", "too_short"),
        ({"secret": "a\nb"}, "/secret", "format"),
        ({"secret": "s", "store": "nowhere"}, "/store", "unknown_store"),
        ({"secret": "s", "address": "http://shop.example.com"}, "/address", "not_https"),
        ({"secret": "s", "credentials": {"word": "x"}}, "/credentials/word", "unknown_field"),
        ({"secret": "s", "hook_url": "x"}, "/hook_url", "unknown_field"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_stored(api, world, body, pointer, code) -> None:
    answer = api.put("/api/v1/connectors/corner", body)

    assert answer.status_code == 422
    assert [(problem["pointer"], problem["code"]) for problem in answer.json()["errors"]] == [(pointer, code)]
    with merchant_scope(world.merchant.id):
        assert Connection.objects.count() == 0


def test_an_unknown_make_of_shop_is_not_there(api) -> None:
    assert api.put("/api/v1/connectors/nothing", {"secret": "s"}).status_code == 404
    assert api.get("/api/v1/connectors/nothing").status_code == 404
    assert api.get("/api/v1/connectors/corner").status_code == 404


def test_each_storefront_has_its_own_connection(api, connection, world, settings) -> None:
    with merchant_scope(world.merchant.id):
        Store.objects.create(merchant=world.merchant, slug="ch", name="Lindenhof")

    made = api.put("/api/v1/connectors/corner", {"secret": "s", "store": "ch"})

    assert (made.status_code, made.json()["store"]) == (201, "ch")
    assert made.json()["hook_url"] == f"{settings.BASE_URL}/hooks/lindenhof/corner/ch/"
    assert api.get("/api/v1/connectors/corner?store=ch").json() == made.json()
    listed = api.get("/api/v1/connectors").json()["results"]
    assert [one["store"] for one in listed] == ["default", "ch"]


def test_deliveries_are_listed_and_filtered(api, connection, now) -> None:
    bring(connection, saved("1001"), {"kind": "surprise"}, cancelled("1002"), {"kind": "weather"}, now=now)

    def listed(query: str = "") -> list[tuple]:
        rows = api.get(f"/api/v1/inbound-deliveries{query}").json()["results"]
        return [(row["state"], row["orders"], row["waits_for"]) for row in rows]

    everything = listed()
    assert everything == [
        ("ignored", [], None),
        ("waiting", ["1002"], "1002"),
        ("failed", [], None),
        ("processed", ["1001"], None),
    ]
    assert listed("?state=failed") == [everything[2]]
    assert listed("?order=1001") == [everything[3]]
    assert listed("?connector=corner&store=default") == everything
    assert listed("?connector=shopify") == listed("?store=ch") == listed("?delivery_id=nope") == []
    assert api.get("/api/v1/inbound-deliveries?state=lost").status_code == 422


def test_a_list_of_deliveries_costs_the_same_however_long(
    api, connection, now, django_assert_num_queries, django_assert_max_num_queries
) -> None:
    bring(connection, saved("1"), now=now)
    api.get("/api/v1/inbound-deliveries")  # notes when the key was used
    with django_assert_max_num_queries(20) as first:
        api.get("/api/v1/inbound-deliveries")
    bring(connection, saved("2"), saved("3"), now=now)

    with django_assert_num_queries(len(first.captured_queries)):
        assert len(api.get("/api/v1/inbound-deliveries").json()["results"]) == 3


def test_a_delivery_is_processed_again(api, connection, now) -> None:
    delivery = lay(connection, {"kind": "surprise"}, now=now)
    work(connection, now)
    assert fate(delivery)[0] == "failed"

    answer = api.post(f"/api/v1/inbound-deliveries/{delivery.id}/replay")

    assert (answer.status_code, answer.json()["state"], answer.json()["reason"]) == (200, "stored", "")
    assert api.post("/api/v1/inbound-deliveries/00000000-0000-7000-8000-000000000000/replay").status_code == 404


def test_it_takes_the_scope_for_settings(api, world, connection, now) -> None:
    with merchant_scope(world.merchant.id):
        scopes = [scope for scope in Scope if scope != Scope.SETTINGS_WRITE]
        _key, api.secret = create_api_key(merchant=world.merchant, name="x", scopes=scopes, now=now)

    answers = [
        api.get("/api/v1/connectors"),
        api.get("/api/v1/connectors/corner"),
        api.put("/api/v1/connectors/corner", {"active": False}),
        api.get("/api/v1/inbound-deliveries"),
        api.post(f"/api/v1/inbound-deliveries/{connection.id}/replay"),
    ]
    assert [answer.status_code for answer in answers] == [403] * 5
