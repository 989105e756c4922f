"""Inserts are described in plain words; the slip is the shopper's."""

import pytest

from orders.models import Insert, Packing
from postpurchase.accounts.models import Store
from postpurchase.accounts.scoping import merchant_scope
from tests.tracking.build import make_order

FILLED = {
    "name": "Welcome card",
    "note": "On top",
    "priority": "5",
    "stock": "10",
    "order_from": "1",
    "order_until": "1",
    "value_from": "20.00",
    "currency": "eur",
    "skus": "lamp, cup,lamp",
    "countries": "de, at",
    "gifts": "never",
    "active": "on",
}


def test_what_is_filled_in_is_stored_and_shown_again(merchant, manager):
    assert manager.post("/dashboard/inserts/new/", FILLED).status_code == 302

    with merchant_scope(merchant.id):
        row = Insert.objects.get()
    assert (row.name, row.note, row.priority, row.stock, row.active, row.alone) == (
        *("Welcome card", "On top", 5, 10),
        *(True, False),
    )
    assert row.conditions == {
        "order_from": 1,
        "order_until": 1,
        "value_from": "20.00",
        "currency": "EUR",
        "skus": ["lamp", "cup"],
        "countries": ["DE", "AT"],
        "gifts": False,
    }
    page = manager.get(f"/dashboard/inserts/{row.id}/").content.decode()
    for shown in ('value="Welcome card"', 'value="lamp, cup"', 'value="20.00"', 'value="DE, AT"'):
        assert shown in page
    assert manager.post(f"/dashboard/inserts/{row.id}/", {"name": "Card", "priority": "0"}).status_code == 302
    with merchant_scope(merchant.id):
        row.refresh_from_db()
    assert (row.name, row.conditions, row.active, row.stock) == ("Card", {}, False, None)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"order_from": "3", "order_until": "2"}, "order_until"),
        ({"currency": ""}, "currency"),
        ({"currency": "€"}, "currency"),
        ({"countries": "Germany"}, "countries"),
        ({"first_day": "2026-02-02", "last_day": "2026-02-01"}, "last_day"),
        ({"attribute_values": "gold"}, "attribute"),
        ({"name": ""}, "name"),
    ],
)
def test_a_mistake_is_named_at_its_field_and_nothing_is_stored(merchant, manager, fields, field):
    response = manager.post("/dashboard/inserts/new/", {**FILLED, **fields})

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    with merchant_scope(merchant.id):
        assert Insert.objects.count() == 0


def test_it_can_be_removed(merchant, manager):
    manager.post("/dashboard/inserts/new/", FILLED)
    with merchant_scope(merchant.id):
        row = Insert.objects.get()

    assert manager.post(f"/dashboard/inserts/{row.id}/remove/").status_code == 302
    with merchant_scope(merchant.id):
        assert Insert.objects.count() == 0


def slip(client, order) -> str:
    """Press the button, and read what it leads to."""
    response = client.post(f"/dashboard/orders/{order.id}/packing-slip/", follow=True)
    assert response.status_code == 200
    return response.content.decode()


def test_looking_at_a_slip_decides_nothing(world, manager):
    with merchant_scope(world.merchant.id):
        order = make_order(world)

    response = manager.get(f"/dashboard/orders/{order.id}/packing-slip/")

    assert (response.status_code, response.url) == (302, f"/dashboard/orders/{order.id}/")
    with merchant_scope(world.merchant.id):
        assert Packing.objects.count() == 0


def test_the_slip_speaks_the_shoppers_language_and_shows_what_goes_along(world, manager):
    manager.post("/dashboard/inserts/new/", {"name": "Karte <b>", "note": "Obenauf", "priority": "0", "active": "on"})
    with merchant_scope(world.merchant.id):
        order = make_order(world)

    page = slip(manager, order)

    assert '<html lang="de">' in page
    assert "<h1>Packzettel</h1>" in page
    assert "Karte &lt;b&gt;" in page
    assert "Obenauf" in page
    assert "45,00\xa0€" in page
    assert "Vielen Dank für Ihre Bestellung." in page
    assert "<script" not in page
    assert "style=" not in page
    assert slip(manager, order).count("Karte") == 1


def test_a_gift_shows_no_prices(world, manager):
    with merchant_scope(world.merchant.id):
        Store.objects.update(tone="du")
        order = make_order(world, recipient={"name": "Oma Erna"}, language="en")

    page = slip(manager, order)

    assert "Oma Erna" in page
    assert "€" not in page
    assert "45" not in page
    assert "Price" not in page
    assert "Enjoy it!" in page
