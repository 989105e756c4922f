"""The warehouse asks what goes into a parcel."""

import pytest

from orders.inserts.edit import InsertInput, save_insert
from orders.inserts.rules import Conditions
from orders.models import Insert, Packing
from postpurchase.accounts.models import Scope
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.accounts.services.api_keys import create_api_key
from postpurchase.lib import clock
from tests.orders.bodies import order_body

PACKING = "/api/v1/orders/1001/packing"


def add_card(world) -> None:
    with merchant_scope(world.merchant.id):
        data = InsertInput(name="Card", sku="C-1", note="On top", conditions=Conditions(countries=["DE"]), stock=1)
        save_insert(merchant=world.merchant, data=data, now=clock.now())


def test_reading_says_that_nothing_is_decided_yet_and_changes_nothing(api, world) -> None:
    add_card(world)
    api.put("/api/v1/orders/1001", order_body())

    for _ in range(2):
        answer = api.get(PACKING).json()
        assert (answer["inserts"], answer["decided_at"], len(answer["lines"])) == ([], None, 1)
    with merchant_scope(world.merchant.id):
        assert (Packing.objects.count(), Insert.objects.get().stock) == (0, 1)


def test_who_packs_first_decides_and_the_same_answer_follows(api, world) -> None:
    add_card(world)
    body = order_body()
    assert api.put("/api/v1/orders/1001", body).status_code == 201

    first, again, read = api.post(PACKING, {}), api.post(PACKING, {}), api.get(PACKING)

    assert first.status_code == 200, first.content
    assert first.json() == again.json() == read.json()
    answer = first.json()
    assert (answer["order"], answer["gift"]) == ("1001", False)
    assert [(line["line"], line["quantity"]) for line in answer["lines"]] == [
        (str(position), line["quantity"]) for position, line in enumerate(body["lines"], start=1)
    ]
    assert [{**one, "id": ""} for one in answer["inserts"]] == [
        {"id": "", "name": "Card", "sku": "C-1", "quantity": 1, "note": "On top", "reasons": ["countries"]}
    ]
    assert answer["decided_at"] is not None


def test_a_gift_says_so(api, world) -> None:
    api.put("/api/v1/orders/1001", {**order_body(), "recipient": {"name": "Oma"}})

    assert api.get(PACKING).json()["gift"] is True


def test_a_stranger_finds_no_order_and_decides_nothing(api, stranger_api, world) -> None:
    add_card(world)
    api.put("/api/v1/orders/1001", order_body())

    assert stranger_api.get(PACKING).status_code == 404
    assert stranger_api.post(PACKING, {}).status_code == 404
    with merchant_scope(world.merchant.id):
        assert Packing.objects.count() == 0


@pytest.mark.parametrize(
    ("scope", "reads", "packs"),
    [(Scope.PRODUCTS_WRITE, 403, 403), (Scope.ORDERS_READ, 200, 403), (Scope.ORDERS_WRITE, 403, 200)],
)
def test_reading_takes_a_key_that_reads_and_packing_one_that_writes(api, world, scope, reads, packs) -> None:
    api.put("/api/v1/orders/1001", order_body())
    with merchant_scope(world.merchant.id):
        api.secret = create_api_key(merchant=world.merchant, name="k", scopes=[scope], now=clock.now())[1]

    assert (api.get(PACKING).status_code, api.post(PACKING, {}).status_code) == (reads, packs)
