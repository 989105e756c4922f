"""Which events an endpoint wants, asked in Python and in SQL."""

import pytest

from postpurchase.accounts.scoping import merchant_scope
from postpurchase.events.models import Event
from postpurchase.webhooks.filters import as_condition, is_pattern, matches
from tests.webhooks.making import record

TYPES = ["order.placed", "order.cancelled", "orders.placed", "order", "shipment.status_changed", "shop.order.placed"]


@pytest.mark.parametrize(
    ("patterns", "wanted"),
    [
        (["*"], TYPES),
        (["order.*"], ["order.placed", "order.cancelled"]),
        (["order.placed"], ["order.placed"]),
        (["order.placed", "shipment.*"], ["order.placed", "shipment.status_changed"]),
        (["shop.order.*"], ["shop.order.placed"]),
        (["order"], ["order"]),
        (["invoice.*"], []),
    ],
)
def test_python_and_sql_agree(merchant, patterns, wanted):
    with merchant_scope(merchant.id):
        for name in TYPES:
            record(merchant, name)
        found = list(Event.objects.filter(as_condition(patterns)).order_by("sequence").values_list("type", flat=True))

    assert found == wanted
    assert [name for name in TYPES if matches(patterns, name)] == wanted


@pytest.mark.parametrize("text", ["*", "order.placed", "order.*", "shop.order.*", "cart-updated", "Order_1.x"])
def test_these_can_stand_in_a_filter(text):
    assert is_pattern(text)


@pytest.mark.parametrize(
    "text", ["", ".", "*.placed", "order*", "order.**", "order.", ".order", "a b", "ä.b", "order.placed\n", "x" * 61]
)
def test_these_cannot(text):
    assert not is_pattern(text)
