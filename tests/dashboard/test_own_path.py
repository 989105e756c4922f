"""The page on which a merchant sets a path of their own site."""

import re
from html import unescape
from pathlib import Path

import pytest
from django.conf import settings

from postpurchase.accounts import own_places
from postpurchase.accounts.models import StorePath
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.accounts.services.store_paths import key_of

DOCUMENTATION = Path(__file__).parents[2] / "templates" / "docs" / "tracking-page.md"
PAGE = "/dashboard/brand/stores/default/path/"
ADDRESS = "https://shop.example/parcels"


def stored(merchant):
    with merchant_scope(merchant.id):
        return StorePath.objects.first()


def check(client, callbacks):
    with callbacks(execute=True):
        response = client.post(f"{PAGE}check/")
    assert (response.status_code, response.url) == (302, PAGE)
    return client.get(PAGE).content.decode()


def test_from_an_address_to_its_proof_and_back(world, manager, site, django_capture_on_commit_callbacks):
    assert PAGE in manager.get("/dashboard/brand/").content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        assert manager.post(PAGE, {"address": "https://Shop.example/parcels/"}).status_code == 302
    page = manager.get(PAGE).content.decode()
    site.key = key_of(stored(world.merchant))
    for recipe in (
        f"proxy_pass {settings.BASE_URL}/via/{site.key}/;",
        f"rewrite * /via/{site.key}{{uri}}",
        f"ProxyPass &quot;{settings.BASE_URL}/via/{site.key}/&quot;",
    ):
        assert recipe in page or recipe.replace("&quot;", '"') in page
    assert "Not checked yet" in page

    site.is_away = True
    assert "Nobody answers there by https" in check(manager, django_capture_on_commit_callbacks)
    site.is_away = False
    proved = check(manager, django_capture_on_commit_callbacks)

    assert "Your pages have been there since" in proved
    assert f"{PAGE}check/" not in proved
    assert own_places.pages_base(merchant_id=world.merchant.id, store_id=None) == ADDRESS
    with django_capture_on_commit_callbacks(execute=True):
        manager.post(f"{PAGE}remove/")
    assert stored(world.merchant) is None


@pytest.mark.parametrize("address", ["http://shop.example/x", "https://shop.example", "", "https://testserver/x"])
def test_what_does_not_do_is_refused_beside_the_field(world, manager, address):
    response = manager.post(PAGE, {"address": address})

    assert response.status_code == 422
    assert b'id="id_address_error"' in response.content
    assert stored(world.merchant) is None


def test_a_stranger_touches_nothing_of_ours(world, manager, stranger, site, django_capture_on_commit_callbacks):
    manager.post(PAGE, {"address": ADDRESS})
    ours = stored(world.merchant)

    page = stranger.get(PAGE).content.decode()
    stranger.post(PAGE, {"address": ADDRESS})
    check(stranger, django_capture_on_commit_callbacks)
    stranger.post(f"{PAGE}remove/")

    assert key_of(ours) not in page
    assert (stored(world.merchant).key_digest, stored(world.merchant).checked_at) == (ours.key_digest, None)
    assert stranger.get("/dashboard/brand/stores/at/path/").status_code == 404


def test_a_place_that_fails_is_on_the_first_page(world, manager, now):
    manager.post(PAGE, {"address": ADDRESS})
    assert ADDRESS not in manager.get("/dashboard/").content.decode()
    with merchant_scope(world.merchant.id):
        StorePath.objects.update(verified_at=now, checked_at=now, failing_since=now, problem="no_answer")
    failing = manager.get("/dashboard/").content.decode()
    with merchant_scope(world.merchant.id):
        StorePath.objects.update(verified_at=None, lapsed_at=now)
    lapsed = manager.get("/dashboard/").content.decode()

    assert f"Something is wrong with {ADDRESS}" in failing
    assert f"pages no longer lead to {ADDRESS}" in lapsed
    assert f'href="{PAGE}"' in lapsed
    assert "New links have the installation" in manager.get(PAGE).content.decode()


def test_the_documentation_has_the_same_recipes(world, manager, settings):
    settings.BASE_URL = "https://parcels.example.com"
    manager.post(PAGE, {"address": "https://your-shop.example/parcels"})
    key = key_of(stored(world.merchant))
    page = unescape(manager.get(PAGE).content.decode()).replace(key, "YOUR-KEY")

    shown = re.findall(r"<h3>(?:nginx|Caddy|Apache)</h3>\s*<pre[^>]*><code>(.*?)</code>", page, re.DOTALL)

    written = DOCUMENTATION.read_text(encoding="utf-8")
    assert len(shown) == 3
    assert [recipe for recipe in shown if recipe not in written] == []
