"""The page within the merchant's own sites, and nowhere else: by script (``test_embedded.py``), in a frame."""

import pytest
from django.core.cache import caches
from django.test import Client
from django.utils.html import escape

from postpurchase.accounts.models import Store
from postpurchase.accounts.scoping import merchant_scope
from tests.conftest import NOW
from tests.tracking.build import make_order
from tests.tracking.views.test_page import path_of

ADDRESS = "/dashboard/tracking-page/default/embedding/"


@pytest.fixture
def order(world, time_machine):
    time_machine.move_to(NOW, tick=False)
    caches["pages"].clear()
    with merchant_scope(world.merchant.id):
        return make_order(world)


def ancestors(path: str) -> str:
    response = Client().get(path)
    assert "X-Frame-Options" not in response.headers
    (directive,) = [
        one.strip()
        for one in response.headers["Content-Security-Policy"].split(";")
        if one.strip().startswith("frame-ancestors")
    ]
    return directive


def test_only_the_named_sites_may_embed_and_with_the_next_request(world, manager, order):
    page = path_of(world, order)
    assert ancestors(page) == ancestors(f"/{world.merchant.slug}/track") == "frame-ancestors 'self'"

    response = manager.post(ADDRESS, {"sites": "www.shop.example\nhttps://Shop.example:8443/x www.shop.example"})

    assert (response.status_code, response.url) == (302, ADDRESS)
    allowed = "frame-ancestors 'self' https://www.shop.example https://shop.example:8443"
    assert ancestors(page) == ancestors(page) == ancestors(f"/{world.merchant.slug}/track") == allowed
    assert ancestors("/dashboard/") == ancestors("/accounts/login/") == "frame-ancestors 'self'"
    assert ancestors("/t/aaaaaaaaaaaaaaaaaaaaaa") == "frame-ancestors 'self'"
    assert Client().get(page).cookies == {}
    body = manager.get(ADDRESS).content.decode()
    assert f"/{world.merchant.slug}/track&quot;" in body or f'/{world.merchant.slug}/track"' in body
    manager.post(ADDRESS, {"sites": ""})
    assert ancestors(page) == "frame-ancestors 'self'"


@pytest.mark.parametrize(
    "sites", ["https://*.shop.example", "http://shop.example", "'unsafe-inline'", "; script-src *", "*"]
)
def test_what_is_no_site_is_refused_and_nothing_stored(world, manager, sites):
    response = manager.post(ADDRESS, {"sites": f"https://shop.example {sites}"})

    assert response.status_code == 422
    assert "sites" in response.context["form"].errors
    with merchant_scope(world.merchant.id):
        assert Store.objects.get().embedded_by == []


def test_more_than_ten_sites_are_refused(world, manager):
    sites = " ".join(f"https://s{number}.example" for number in range(11))

    assert manager.post(ADDRESS, {"sites": sites}).status_code == 422


def test_a_row_that_was_changed_elsewhere_adds_nothing_to_the_header(world, order):
    with merchant_scope(world.merchant.id):
        Store.objects.update(embedded_by=["*", "https://a.example; script-src *", "https://b.example"])

    assert ancestors(path_of(world, order)) == "frame-ancestors 'self' https://b.example"


def test_a_stranger_opens_nothing_of_ours(world, other_world, stranger, order):
    stranger.post(ADDRESS, {"sites": "https://evil.example"})

    assert ancestors(path_of(world, order)) == "frame-ancestors 'self'"


def test_the_code_to_copy_is_shown_and_that_a_site_is_missing(world, manager, settings):
    before = manager.get(ADDRESS).content.decode()
    assert escape(f'<script src="{settings.BASE_URL}/lindenhof/embed.js" defer></script>') in before
    assert "Name your site above first" in before

    manager.post(ADDRESS, {"sites": "https://www.shop.example"})

    after = manager.get(ADDRESS).content.decode()
    assert escape(f'<postpurchase-tracking><a href="{settings.BASE_URL}/lindenhof/track">') in after
    assert "Name your site above first" not in after
