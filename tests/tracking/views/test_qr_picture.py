"""The page's address as a picture of its own."""

import pytest
from django.test import Client

from postpurchase.accounts import own_hosts
from postpurchase.accounts.own_hosts import OwnHost, OwnHosts
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


def test_opened_by_a_stores_own_name_it_leads_there(world, monkeypatch) -> None:
    own = OwnHost("parcels.lindenhof.example", world.merchant.id, world.merchant.slug, world.store.id, True)
    monkeypatch.setattr(own_hosts, "_read", lambda: OwnHosts({own.host: own}))
    own_hosts.forget()

    response = Client(headers={"host": own.host}).get(f"/t/{TOKEN}/qr.svg")
    own_hosts.forget()

    assert f'd="{qr_code(f"https://{own.host}/t/{TOKEN}").path}"' in response.content.decode()


@pytest.mark.parametrize("token", ["x" * 23, "x" * 5_000, "a%22b", "ä"])
def test_what_no_page_is_called_is_not_drawn(db, token) -> None:
    response = Client().get(f"/t/{token}/qr.svg")

    assert response.status_code == 404
    assert response.headers["Content-Type"].startswith("text/html")
