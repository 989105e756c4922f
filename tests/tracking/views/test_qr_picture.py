"""The page's address as a picture of its own."""

import pytest
from django.test import Client

from postpurchase.accounts import own_places
from postpurchase.accounts.own_places import OwnPlace, OwnPlaces
from postpurchase.lib.tokens import page_token_digest
from tracking.page.qr import qr_code

TOKEN = "7Hq2vXbK9mTzR4wLs8NcYd"


def test_it_leads_to_the_page_and_asks_no_table(settings, db, django_assert_num_queries) -> None:
    settings.BASE_URL = "https://parcels.example.com"

    with django_assert_num_queries(0):
        response = Client().get(f"/t/{TOKEN}/qr.svg")

    assert f'd="{qr_code(f"https://parcels.example.com/t/{TOKEN}").path}"' in response.content.decode()
    assert response.headers["Content-Type"] == "image/svg+xml"
    assert response.headers["Cache-Control"] == "private, max-age=86400"
    assert response.headers["X-Robots-Tag"] == "noindex, nofollow"


@pytest.mark.parametrize("base", ["https://parcels.lindenhof.example", "https://lindenhof.example/parcels"])
def test_opened_by_a_stores_own_name_or_path_it_leads_there(world, monkeypatch, base) -> None:
    own = OwnPlace(base, world.merchant.id, world.merchant.slug, world.store.id, True, True)
    key = "k" * 22
    by_key = {page_token_digest(key).hex(): own}
    monkeypatch.setattr(own_places, "_read", lambda: OwnPlaces({"parcels.lindenhof.example": own}, by_key))
    own_places.forget()

    path = f"/via/{key}/t/{TOKEN}/qr.svg" if own.prefix else f"/t/{TOKEN}/qr.svg"
    response = Client(headers={"host": "localhost" if own.prefix else "parcels.lindenhof.example"}).get(path)
    own_places.forget()

    assert f'd="{qr_code(f"{base}/t/{TOKEN}").path}"' in response.content.decode()


@pytest.mark.parametrize("token", ["x" * 23, "x" * 5_000, "a%22b", "ä"])
def test_what_no_page_is_called_is_not_drawn(db, token) -> None:
    response = Client().get(f"/t/{token}/qr.svg")

    assert response.status_code == 404
    assert response.headers["Content-Type"].startswith("text/html")
