"""Products by REST."""

from django.http import Http404
from rest_framework.request import Request

from orders.api.answers import (
    ProductAnswer,
    ProductBatchAnswer,
    ProductBatchItemAnswer,
    product_answer,
)
from orders.inputs import ProductInput
from orders.services.products import ProductResult, upsert_product, upsert_products
from postpurchase.accounts.models import Scope
from postpurchase.api.batches import BatchShape, Items
from postpurchase.api.views import Answer, ApiView, merchant_of, operation
from postpurchase.lib import clock


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
            raise Http404
        answer = product_answer(result.product, changed=result.changed)
        return Answer(answer, status=201 if result.status == "created" else 200)


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
