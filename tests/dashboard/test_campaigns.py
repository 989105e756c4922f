"""Campaigns: made in the dashboard, shown on the page, and explained for one order."""

import pytest
from django.core.cache import caches
from django.test import Client

from orders.models import Customer, Product
from postpurchase.accounts.models import Store
from postpurchase.accounts.scoping import merchant_scope
from tests.conftest import NOW
from tests.tracking.build import make_order, make_shipment, news
from tests.tracking.views.test_page import path_of, words
from tracking.models import Campaign, Case
from tracking.services.record import record_checkpoints

HOSTILE = "<script>alert(1)</script>"
NEW = {
    "name": "Sommer",
    "is_active": "on",
    "place": "5",
    "title": "Leuchtmittel dazu?",
    "text": "Zehn Prozent bis Sonntag.",
    "button": "Ansehen",
    "url": "https://lindenhof.example/licht",
}


@pytest.fixture(autouse=True)
def shop(world, time_machine):
    time_machine.move_to(NOW, tick=False)
    caches["pages"].clear()
    with merchant_scope(world.merchant.id):
        Store.objects.update(shop_url="https://lindenhof.example/")


@pytest.fixture
def order(world):
    with merchant_scope(world.merchant.id):
        customer = Customer.objects.create(
            merchant=world.merchant, email="anna@example.com", attributes={"vip": True}, created_at=NOW, updated_at=NOW
        )
        order = make_order(world, customer=customer)
        make_shipment(world, order)
        Product.objects.create(
            merchant=world.merchant, sku="lamp", name="Lampe", categories=["Licht"], created_at=NOW, updated_at=NOW
        )
    hear(world, news(1, "in_transit"))
    return order


def hear(world, *items):
    with merchant_scope(world.merchant.id):
        record_checkpoints(merchant=world.merchant, checkpoints=items, now=NOW)


def page(world, order, query=""):
    return words(Client().get(path_of(world, order) + query))


def test_a_campaign_is_on_the_page_with_its_label_and_reason_and_off_again(world, manager, order):
    before = page(world, order)
    response = manager.post("/dashboard/campaigns/new/", NEW | {"categories": "Licht\nKüche, Bad"})
    assert (response.status_code, response.url) == (302, "/dashboard/campaigns/")

    shown = page(world, order)

    assert "Leuchtmittel dazu?" not in before
    assert "Empfehlung des Shops Leuchtmittel dazu? Zehn Prozent bis Sonntag. Ansehen" in shown
    assert "weil es zu Ihrer Bestellung passt" in shown
    with merchant_scope(world.merchant.id):
        campaign = Campaign.objects.get()
    assert campaign.categories == ["Licht", "Küche", "Bad"]
    manager.post(f"/dashboard/campaigns/{campaign.id}/", NEW | {"is_active": ""})
    assert "Leuchtmittel dazu?" not in page(world, order)
    manager.post(f"/dashboard/campaigns/{campaign.id}/delete/")
    with merchant_scope(world.merchant.id):
        assert not Campaign.objects.exists()


def test_trouble_and_an_open_problem_silence_it(world, manager, order):
    manager.post("/dashboard/campaigns/new/", NEW)
    assert "Leuchtmittel dazu?" in page(world, order)

    hear(world, news(20, "attempt_failed", substatus="attempt_failed_not_home"))
    assert "Leuchtmittel dazu?" not in page(world, order)

    with merchant_scope(world.merchant.id):
        Campaign.objects.update(in_trouble=True)
    assert "Leuchtmittel dazu?" in page(world, order)


def test_why_this_banner_is_said_for_one_order(world, manager, order):
    for name, further in (
        ("Sommer", {"place": "2", "customers": "first"}),
        ("Winter", {"place": "1", "countries": "at, ch"}),
        ("Immer", {"place": "3"}),
    ):
        assert manager.post("/dashboard/campaigns/new/", NEW | {"name": name} | further).status_code == 302

    body = words(manager.get("/dashboard/campaigns/?order=1001"))

    assert "1 · Winter ✗ The order goes to another country." in body
    assert "2 · Sommer ✓ It is switched on." in body
    assert "✓ It is the customer&#x27;s first order. This one is shown" in body
    assert "Would fit, comes later" in body
    assert "There is no such order." in words(manager.get("/dashboard/campaigns/?order=nobody"))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("url", "https://evil.example/"),
        ("url", "http://lindenhof.example/"),
        ("url", "javascript:alert(1)"),
        ("image_url", "https://evil.example/pixel.png"),
        ("countries", "Germany"),
        ("language", "deutsch"),
        ("currency", "€"),
        ("place", "0"),
        ("place", "x"),
        ("statuses", "exception"),
        ("title", ""),
    ],
)
def test_what_does_not_do_is_refused_at_its_field(world, manager, field, value):
    response = manager.post("/dashboard/campaigns/new/", NEW | {field: value})

    assert response.status_code == 422
    assert set(response.context["form"].errors) == {field}
    with merchant_scope(world.merchant.id):
        assert not Campaign.objects.exists()


def test_the_form_speaks_in_words(world, manager):
    body = manager.get("/dashboard/campaigns/new/").content.decode()

    assert '<option value="returning">Who have ordered before</option>' in body


def test_what_belongs_together_is_checked(world, manager):
    crossed = {"starts_on": "2026-07-20", "ends_on": "2026-07-10", "value_from": "50", "value_to": "10"}
    response = manager.post("/dashboard/campaigns/new/", NEW | crossed | {"attribute_value": "true"})

    assert set(response.context["form"].errors) == {"ends_on", "value_to", "attribute"}
    manager.post("/dashboard/campaigns/new/", NEW)
    assert set(manager.post("/dashboard/campaigns/new/", NEW).context["form"].errors) == {"name"}


def test_whatever_is_written_is_text_and_a_host_that_is_not_the_shops_any_more_ends_it(world, manager, order):
    manager.post("/dashboard/campaigns/new/", NEW | {"name": HOSTILE, "title": HOSTILE, "text": HOSTILE})
    body = Client().get(path_of(world, order)).content.decode()
    assert "&lt;script&gt;alert(1)" in body
    assert HOSTILE not in body
    assert HOSTILE not in manager.get("/dashboard/campaigns/?order=1001").content.decode()

    with merchant_scope(world.merchant.id):
        Store.objects.update(shop_url="https://other.example/")

    assert "alert(1)" not in Client().get(path_of(world, order)).content.decode()


def test_a_strangers_campaign_is_never_on_our_page(world, other_world, order, stranger):
    with merchant_scope(other_world.merchant.id):
        Store.objects.update(shop_url="https://lindenhof.example/")
    assert stranger.post("/dashboard/campaigns/new/", NEW).status_code == 302

    assert "Leuchtmittel dazu?" not in page(world, order)
    with merchant_scope(world.merchant.id):
        assert (Campaign.objects.count(), Case.objects.count()) == (0, 0)
