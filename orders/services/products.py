"""Articles come in, one by one or many at once."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Literal

from django.db.models import Q
from msgspec.structs import asdict

from orders.checks import product_problems
from orders.inputs import ProductInput
from orders.models import Product
from orders.services.attributes import attribute_warnings, learn_attributes, seen_in_product
from postpurchase.accounts.models import Merchant
from postpurchase.lib.locks import lock_names
from postpurchase.lib.validation import Problem, Refused

COLUMNS = (
    "name",
    "description",
    "url",
    "image_url",
    "price",
    "currency",
    "available",
    "categories",
    "related",
    "spare_parts",
    "how_tos",
    "replenish_days",
    "learning_days",
    "attributes",
)


@dataclass(frozen=True, slots=True)
class ProductResult:
    """What became of one article; ``product`` is None only where ``status`` is invalid."""

    sku: str
    status: Literal["created", "updated", "unchanged", "invalid"]
    product: Product | None
    errors: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()

    @property
    def changed(self) -> bool:
        return self.status in ("created", "updated")


def upsert_product(*, merchant: Merchant, data: ProductInput, now: dt.datetime) -> ProductResult:
    """Create or update one article. Raises ``Refused`` for wrong content. Needs the merchant's scope."""
    (result,) = upsert_products(merchant=merchant, products=[data], now=now)
    if result.status == "invalid":
        raise Refused(result.errors)
    return result


def withdraw_products(*, merchant: Merchant, now: dt.datetime, sku: str = "", product_id: str = "") -> list[Product]:
    """Mark articles as not available any more: the one with this SKU, else all that have this ``product_id`` among
    their attributes. Returns those, none where nobody knows them. Needs the merchant's scope.
    """
    if not sku and not product_id:
        return []
    meant = Q(sku=sku) if sku else Q(attributes__product_id=product_id)
    lock_names(realm=f"{merchant.id}:products", names=list(Product.objects.filter(meant).values_list("sku", flat=True)))
    products = list(Product.objects.filter(meant).order_by("sku"))
    for product in products:
        if product.available:
            product.available, product.updated_at = False, now
            product.save(update_fields=["available", "updated_at"])
    return products


def upsert_products(*, merchant: Merchant, products: Sequence[ProductInput], now: dt.datetime) -> list[ProductResult]:
    """Create or update many articles; results are in the order given, the last body of a SKU counts."""
    skus = [data.sku for data in products]
    lock_names(realm=f"{merchant.id}:products", names=skus)
    rows = {row.sku: row for row in Product.objects.filter(sku__in=skus)}
    created: dict[str, Product] = {}
    changed: dict[str, Product] = {}
    results: list[ProductResult] = []
    for data in products:
        problems = product_problems(data)
        if problems:
            results.append(ProductResult(data.sku, "invalid", None, errors=tuple(problems)))
            continue
        row, columns = rows.get(data.sku), _columns(data)
        if row is None:
            row = Product(merchant=merchant, sku=data.sku, created_at=now, updated_at=now, **columns)
            rows[data.sku] = created[data.sku] = row
            results.append(ProductResult(data.sku, "created", row))
        elif any(getattr(row, name) != value for name, value in columns.items()):
            for name, value in columns.items():
                setattr(row, name, value)
            row.updated_at = now
            if data.sku not in created:
                changed[data.sku] = row
            results.append(ProductResult(data.sku, "updated", row))
        else:
            results.append(ProductResult(data.sku, "unchanged", row))
    Product.objects.bulk_create(created.values())
    Product.objects.bulk_create(
        changed.values(), update_conflicts=True, unique_fields=["id"], update_fields=[*COLUMNS, "updated_at"]
    )
    seen = [seen_in_product(data) if result.product else [] for data, result in zip(products, results, strict=True)]
    learn_attributes(merchant=merchant, seen=[one for found in seen for one in found], now=now)
    return [
        replace(result, warnings=tuple(attribute_warnings(merchant=merchant, seen=found))) if found else result
        for found, result in zip(seen, results, strict=True)
    ]


def _columns(data: ProductInput) -> dict[str, Any]:
    columns = {name: getattr(data, name) for name in COLUMNS}
    columns["price"] = None if data.price is None else Decimal(data.price)
    columns["how_tos"] = [asdict(how_to) for how_to in data.how_tos]
    return columns
