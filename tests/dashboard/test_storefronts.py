"""Further storefronts: opened, changed, removed, and seen by their merchant only."""

import pytest

from postpurchase.accounts.models import Store
from postpurchase.accounts.scoping import merchant_scope
from tests.messaging.making import make_order

NEW = {"name": "Lindenhof Wien", "slug": "at", "shop_url": "lindenhof.example.at", "language": "de-AT", "tone": "du"}


def stores(merchant) -> dict[str, Store]:
    with merchant_scope(merchant.id):
        return {store.slug: store for store in Store.objects.all()}


def test_a_storefront_begins_with_the_look_of_the_first_and_a_voice_of_its_own(world, manager):
    with merchant_scope(world.merchant.id):
        Store.objects.update(accent_colour="#1144aa", imprint="Lindenhof GmbH", reply_to="post@example.com")

    response = manager.post("/dashboard/brand/stores/", NEW)

    assert (response.status_code, response.url) == (302, "/dashboard/brand/stores/at/")
    found = stores(world.merchant)
    assert set(found) == {"default", "at"}
    new = found["at"]
    assert (new.name, new.shop_url, new.language, new.tone) == (
        "Lindenhof Wien",
        "https://lindenhof.example.at",
        "de-AT",
        "du",
    )
    assert (new.accent_colour, new.imprint, new.reply_to, new.sender_email) == (
        "#1144aa",
        "Lindenhof GmbH",
        "post@example.com",
        found["default"].sender_email,
    )
    assert (found["default"].name, found["default"].tone) == (world.store.name, "sie")


def test_each_storefront_is_changed_on_its_own(world, manager):
    manager.post("/dashboard/brand/stores/", NEW)

    changed = {**NEW, "accent_colour": "#aa1111", "sender_name": "Lindenhof Wien", "sender_email": "at@example.com"}
    response = manager.post("/dashboard/brand/stores/at/", changed)

    assert (response.status_code, response.url) == (302, "/dashboard/brand/stores/at/")
    found = stores(world.merchant)
    assert (found["at"].accent_colour, found["at"].sender_email) == ("#aa1111", "at@example.com")
    assert (found["default"].accent_colour, found["default"].sender_email) == (
        world.store.accent_colour,
        world.store.sender_email,
    )


@pytest.mark.parametrize("slug", ["default", "AT", "ä", "-at", "", "a" * 61])
def test_a_short_name_that_does_not_do_is_refused(world, owner, slug):
    response = owner.post("/dashboard/brand/stores/", {**NEW, "slug": slug})

    assert response.status_code == 422
    assert b'id="id_slug_error"' in response.content
    assert set(stores(world.merchant)) == {"default"}


def test_a_storefront_nobody_used_can_go_and_one_with_orders_stays(world, owner):
    owner.post("/dashboard/brand/stores/", NEW)
    owner.post("/dashboard/brand/stores/", {**NEW, "slug": "ch"})
    with merchant_scope(world.merchant.id):
        make_order(world.merchant, store=Store.objects.get(slug="ch"))

    gone = owner.post("/dashboard/brand/stores/at/remove/")
    kept = owner.post("/dashboard/brand/stores/ch/remove/")
    first = owner.post("/dashboard/brand/stores/default/remove/")

    assert (gone.url, kept.url, first.url) == (
        "/dashboard/brand/",
        "/dashboard/brand/stores/ch/",
        "/dashboard/brand/stores/default/",
    )
    assert set(stores(world.merchant)) == {"default", "ch"}


def test_a_stranger_finds_no_storefront_of_ours(world, owner, stranger):
    owner.post("/dashboard/brand/stores/", NEW)

    assert stranger.get("/dashboard/brand/stores/at/").status_code == 404
    assert stranger.post("/dashboard/brand/stores/at/", NEW).status_code == 404
    assert stranger.post("/dashboard/brand/stores/at/remove/").status_code == 404
    assert b"Lindenhof Wien" not in stranger.get("/dashboard/brand/").content
    assert set(stores(world.merchant)) == {"default", "at"}


def test_two_merchants_may_use_the_same_short_name(world, other_merchant, owner, stranger):
    assert owner.post("/dashboard/brand/stores/", NEW).status_code == 302
    assert stranger.post("/dashboard/brand/stores/", NEW).status_code == 302

    assert (set(stores(world.merchant)), set(stores(other_merchant))) == ({"default", "at"}, {"default", "at"})
