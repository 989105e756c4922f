"""Orders and articles for tests about recommendations."""

import datetime as dt

from orders.models import Customer, Order, OrderLine, Product, Refund, RefundLine
from tests.conftest import NOW


def person(world, **fields):
    return Customer.objects.create(merchant=world.merchant, created_at=NOW, updated_at=NOW, **fields)


def bought(world, number, *skus, days_ago=5, **fields):
    order = Order.objects.create(
        **{
            "merchant": world.merchant,
            "store": world.store,
            "external_id": str(number),
            "number": str(number),
            "placed_at": NOW - dt.timedelta(days=days_ago),
            "currency": "EUR",
            "total": "1",
            "content_hash": b"",
            "created_at": NOW,
            "updated_at": NOW,
        }
        | fields
    )
    OrderLine.objects.bulk_create(
        OrderLine(
            merchant=world.merchant,
            order=order,
            external_id=str(position),
            position=position,
            sku=sku,
            name=sku,
            quantity=1,
            unit_price="1",
            total="1",
        )
        for position, sku in enumerate(skus, start=1)
    )
    return order


def gave_back(world, order, sku):
    """The article came back: its money was refunded."""
    refund = Refund.objects.create(merchant=world.merchant, order=order, external_id=sku, amount="1", created_at=NOW)
    line = OrderLine.objects.get(order=order, sku=sku)
    RefundLine.objects.create(merchant=world.merchant, refund=refund, order_line=line, quantity=1, amount="1")


def sells(world, *skus, **fields):
    for sku in skus:
        Product.objects.create(
            **{
                "merchant": world.merchant,
                "sku": sku,
                "name": sku.title(),
                "url": f"https://shop.example.com/{sku}",
                "created_at": NOW,
                "updated_at": NOW,
            }
            | fields
        )
