"""Products by REST."""

import msgspec
from django.http import Http404
from msgspec import UNSET
from rest_framework.request import Request

from orders.api.answers import (
    ProductAnswer,
    ProductBatchAnswer,
    ProductBatchItemAnswer,
    product_answer,
)
from orders.inputs import Moment, ProductInput
from orders.selectors import products_by_sku, products_matching
from orders.services.products import ProductResult, upsert_product, upsert_products
from postpurchase.accounts.models import Scope
from postpurchase.api.batches import BatchShape, Items
from postpurchase.api.pagination import Page, PageQuery, page_of
from postpurchase.api.views import Answer, ApiView, merchant_of, operation
from postpurchase.lib import clock

NEWEST_FIRST = ("-created_at", "-id")
AS_THEY_CHANGED = ("updated_at", "id")


class ProductQuery(PageQuery, frozen=True, kw_only=True):
    """Which products. With ``updated_since`` they come in the order in which they changed, else newest first."""

    available: bool | msgspec.UnsetType = UNSET
    updated_since: Moment | msgspec.UnsetType = UNSET


class ProductsView(ApiView):
    """All products."""

    @operation("list_products", "List products", scope=Scope.ORDERS_READ, answers={200: Page[ProductAnswer]})
    def get(self, request: Request, query: ProductQuery) -> Answer:
        """Newest first; with `updated_since` in the order in which they changed, for programs that follow."""
        return Answer(
            page_of(
                rows=products_matching(
                    available=None if query.available is UNSET else query.available,
                    updated_since=query.updated_since or None,
                ),
                order=AS_THEY_CHANGED if query.updated_since else NEWEST_FIRST,
                query=query,
                request=request,
                show=lambda products: [product_answer(product) for product in products],
            )
        )


class ProductView(ApiView):
    """One product."""

    @operation(
        "put_product",
        "Create or update a product",
        scope=Scope.PRODUCTS_WRITE,
        answers={200: ProductAnswer, 201: ProductAnswer},
        named_by={"sku": "sku"},
    )
    def put(self, request: Request, sku: str, body: ProductInput) -> Answer:
        """The body is the whole product: an absent optional field means its default."""
        result = upsert_product(merchant=merchant_of(request), data=body, now=clock.now())
        if result.product is None:
            raise TypeError("a product that was not refused is stored")
        answer = product_answer(result.product, changed=result.changed, warnings=list(result.warnings))
        return Answer(answer, status=201 if result.status == "created" else 200)

    @operation("get_product", "Read a product", scope=Scope.ORDERS_READ, answers={200: ProductAnswer}, refusals=(404,))
    def get(self, request: Request, sku: str) -> Answer:
        """The product as it was last pushed."""
        product = products_by_sku(skus=[sku]).get(sku)
        if product is None:
            raise Http404
        return Answer(product_answer(product))


class ProductBatchView(ApiView):
    """Many products at once."""

    @operation(
        "push_products",
        "Create or update many products",
        scope=Scope.PRODUCTS_WRITE,
        answers={200: ProductBatchAnswer},
        batch=BatchShape("products", most=500),
    )
    def post(self, request: Request, items: Items[ProductInput]) -> Answer:
        """Up to 500 products. An invalid item never blocks the others."""
        results = upsert_products(merchant=merchant_of(request), products=list(items.good.values()), now=clock.now())
        by_index: dict[int, ProductResult] = dict(zip(items.good, results, strict=True))
        return Answer(
            ProductBatchAnswer(
                results=[
                    ProductBatchItemAnswer(
                        index=index,
                        sku=by_index[index].sku,
                        status=by_index[index].status,
                        errors=list(by_index[index].errors),
                    )
                    if index in by_index
                    else ProductBatchItemAnswer(
                        index=index, sku=items.named(index, "sku"), status="invalid", errors=list(items.bad[index])
                    )
                    for index in range(items.count)
                ]
            )
        )
