"""Thresholds are set and removed in the dashboard."""

from decimal import Decimal

import pytest

from orders.models import FreeShipping
from postpurchase.accounts.scoping import merchant_scope

FILLED = {"store": "default", "amount": "49.90", "currency": "eur", "country": "at"}


def rows(merchant) -> list[tuple[str, str, Decimal]]:
    with merchant_scope(merchant.id):
        return list(FreeShipping.objects.values_list("country", "currency", "amount"))


def test_one_is_set_changed_and_removed(merchant, manager):
    assert manager.post("/dashboard/free-shipping/add/", FILLED).status_code == 302
    assert manager.post("/dashboard/free-shipping/add/", {**FILLED, "amount": "60"}).status_code == 302
    assert rows(merchant) == [("AT", "EUR", Decimal(60))]
    assert "€60.00" in manager.get("/dashboard/free-shipping/").content.decode()

    with merchant_scope(merchant.id):
        row = FreeShipping.objects.get()
    assert manager.post(f"/dashboard/free-shipping/{row.id}/remove/").status_code == 302
    assert rows(merchant) == []
    assert manager.post(f"/dashboard/free-shipping/{row.id}/remove/").status_code == 404


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"amount": "0"}, "amount"),
        ({"amount": "1.999"}, "amount"),
        ({"currency": "€"}, "currency"),
        ({"country": "XX"}, "country"),
        ({"store": "nowhere"}, "store"),
    ],
)
def test_a_mistake_is_named_at_its_field(merchant, manager, fields, field):
    response = manager.post("/dashboard/free-shipping/add/", {**FILLED, **fields})

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert rows(merchant) == []


def test_who_only_reads_sees_no_form(merchant, reader):
    page = reader.get("/dashboard/free-shipping/").content.decode()

    assert "No amount is set" in page
    assert 'name="amount"' not in page
