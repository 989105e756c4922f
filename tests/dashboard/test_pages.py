"""Every page answers, in both languages, for a merchant with a row in every table and for one with nothing."""

import pytest
from django.urls import reverse

from postpurchase.accounts.models import Role
from tests.dashboard.conftest import sign_in

LISTS = [
    "home",
    "orders",
    "parcels",
    "inserts",
    "free_shipping",
    "insert_new",
    "watch",
    "watch_settings",
    "customers",
    "attributes",
    "recommendations",
    "messages",
    "journeys",
    "brand",
    "api_keys",
    "export",
    "imports",
    "webhooks",
    "webhook_new",
    "data_care",
    "notice",
    "team",
    "shops",
    "inbound_deliveries",
]


@pytest.mark.parametrize("name", LISTS)
def test_an_empty_merchant_sees_every_page(owner, name):
    response = owner.get(reverse(f"dashboard:{name}"))

    assert response.status_code == 200, response.content[:500]
    assert response.headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("name", LISTS)
def test_a_busy_merchant_sees_every_page(busy, name, language):
    owner = sign_in(busy.merchant, Role.OWNER)

    response = owner.get(reverse(f"dashboard:{name}"), headers={"accept-language": language})

    assert response.status_code == 200, response.content[:500]
    assert f'<html lang="{language}">'.encode() in response.content


def test_nobody_gets_in_without_signing_in(client, db):
    for name in LISTS:
        response = client.get(reverse(f"dashboard:{name}"))

        assert (response.status_code, response.url) == (
            302,
            f"/accounts/login/?next={reverse(f'dashboard:{name}')}",
        )
