"""Articles come in."""

from decimal import Decimal

import pytest

from orders.inputs import ProductInput
from orders.models import Product
from orders.services.products import upsert_product, upsert_products, withdraw_products
from postpurchase.lib.validation import Problem, Refused, read

pytestmark = pytest.mark.usefixtures("in_scope")


def product(sku: str, **fields: object) -> ProductInput:
    return read({"sku": sku, "name": "Heart T-light holder", **fields}, ProductInput)


def test_a_product_is_created_updated_and_left_alone(merchant, now) -> None:
    how_to = {"title": "Pflege", "url": "https://example.com/care"}
    body = product("85123A", price="2.55", currency="EUR", how_tos=[how_to], related=["84879"])

    statuses = [
        upsert_product(merchant=merchant, data=data, now=now).status
        for data in (body, body, product("85123A", price="2.95", currency="EUR"))
    ]

    assert statuses == ["created", "unchanged", "updated"]
    row = Product.objects.get()
    assert (row.sku, row.price, row.how_tos, row.related) == ("85123A", Decimal("2.95"), [], [])


def test_a_batch_goes_on_after_an_invalid_item_and_the_last_body_of_a_sku_counts(merchant, now) -> None:
    products = [product("A"), product("B", price="1"), product("A", name="Second")]

    results = upsert_products(merchant=merchant, products=products, now=now)

    assert [(result.sku, result.status) for result in results] == [
        ("A", "created"),
        ("B", "invalid"),
        ("A", "updated"),
    ]
    assert results[1].errors == (Problem("/currency", "required", "A price needs its currency."),)
    assert list(Product.objects.values_list("sku", "name")) == [("A", "Second")]


def test_a_single_invalid_product_is_refused(merchant, now) -> None:
    with pytest.raises(Refused):
        upsert_product(merchant=merchant, data=product("A", currency="XXX"), now=now)

    assert not Product.objects.exists()


def test_an_article_is_withdrawn_by_its_sku_or_all_of_a_product_by_the_shops_id(merchant, now) -> None:
    upsert_products(
        merchant=merchant,
        products=[
            product("RED", attributes={"product_id": "7"}),
            product("BLUE", attributes={"product_id": "7"}),
            product("CUP", attributes={"product_id": "8"}),
        ],
        now=now,
    )

    def available() -> set[str]:
        return set(Product.objects.filter(available=True).values_list("sku", flat=True))

    assert [row.sku for row in withdraw_products(merchant=merchant, product_id="7", now=now)] == ["BLUE", "RED"]
    assert available() == {"CUP"}
    assert [row.sku for row in withdraw_products(merchant=merchant, sku="CUP", now=now)] == ["CUP"]
    assert available() == set()
    assert withdraw_products(merchant=merchant, sku="NONE", now=now) == []
    assert withdraw_products(merchant=merchant, product_id="9", now=now) == []
    assert withdraw_products(merchant=merchant, now=now) == []
