"""The page on which a merchant sets a host name of their own."""

import pytest

from postpurchase.accounts import own_places
from postpurchase.accounts.models import StoreHost
from postpurchase.accounts.scoping import merchant_scope
from tests.lib.dns_server import dns_server

ADDRESS = "/dashboard/brand/stores/default/host/"
HOST = "track.lindenhof.example"


@pytest.fixture
def dns(monkeypatch):
    with dns_server(monkeypatch) as server:
        yield server


def stored(merchant):
    with merchant_scope(merchant.id):
        return StoreHost.objects.first()


def check(client, callbacks):
    with callbacks(execute=True):
        response = client.post(f"{ADDRESS}check/")
    assert (response.status_code, response.url) == (302, ADDRESS)
    return client.get(ADDRESS).content.decode()


def test_from_a_name_to_its_proof_and_back(world, manager, dns, django_capture_on_commit_callbacks):
    assert ADDRESS in manager.get("/dashboard/brand/").content.decode()
    assert manager.post(ADDRESS, {"host": "Track.Lindenhof.example"}).status_code == 302
    page = manager.get(ADDRESS).content.decode()
    proof = stored(world.merchant).proof
    assert f"{HOST}. CNAME " in page
    assert f"_postpurchase.{HOST}. TXT &quot;{proof}&quot;" in page or f'_postpurchase.{HOST}. TXT "{proof}"' in page
    assert "Not checked yet" in page

    assert "There is no TXT record yet" in check(manager, django_capture_on_commit_callbacks)
    dns.texts[f"_postpurchase.{HOST}"] = ["something else"]
    assert "but with another value" in check(manager, django_capture_on_commit_callbacks)
    dns.texts[f"_postpurchase.{HOST}"].append(proof)
    proved = check(manager, django_capture_on_commit_callbacks)

    assert "The name is yours since" in proved
    assert f"{ADDRESS}check/" not in proved
    assert list(own_places.known_places().by_host) == [HOST]
    with django_capture_on_commit_callbacks(execute=True):
        manager.post(f"{ADDRESS}remove/")
    assert (stored(world.merchant), own_places.known_places().by_host) == (None, {})


@pytest.mark.parametrize("host", ["https://track.shop.example", "testserver", "", "a" * 301, "x\x00.shop.example"])
def test_what_does_not_do_is_refused_beside_the_field(world, manager, host):
    response = manager.post(ADDRESS, {"host": host})

    assert response.status_code == 422
    assert b'id="id_host_error"' in response.content
    assert stored(world.merchant) is None


def test_a_stranger_touches_nothing_of_ours(world, manager, stranger, dns, django_capture_on_commit_callbacks):
    manager.post(ADDRESS, {"host": HOST})
    ours = stored(world.merchant)
    dns.texts[f"_postpurchase.{HOST}"] = [ours.proof]

    page = stranger.get(ADDRESS).content.decode()
    stranger.post(ADDRESS, {"host": HOST})
    check(stranger, django_capture_on_commit_callbacks)
    stranger.post(f"{ADDRESS}remove/")

    assert ours.proof not in page
    assert own_places.known_places().by_host == {}
    assert (stored(world.merchant).proof, stored(world.merchant).checked_at) == (ours.proof, None)
    assert stranger.get("/dashboard/brand/stores/at/host/").status_code == 404
