"""Products and customers by REST."""

from django.http import Http404
from rest_framework.request import Request

from orders.api.answers import (
    CustomerAnswer,
    ProductAnswer,
    ProductBatchAnswer,
    ProductBatchItemAnswer,
    customer_answer,
    product_answer,
)
from orders.inputs import CustomerInput, ProductInput
from orders.selectors import consents_of_customer, customer_by_external_id
from orders.services.customers import upsert_customer
from orders.services.products import ProductResult, upsert_product, upsert_products
from postpurchase.accounts.models import Scope
from postpurchase.api.batches import BatchShape, Items
from postpurchase.api.views import Answer, ApiView, merchant_of, operation
from postpurchase.lib import clock
from postpurchase.privacy.api.answers import ErasureAnswer, erasure_answer
from postpurchase.privacy.models import ErasureSource
from postpurchase.privacy.services.erase import request_erasure


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


class CustomerView(ApiView):
    """One customer."""

    @operation(
        "put_customer",
        "Create or update a customer",
        scope=Scope.CUSTOMERS_WRITE,
        answers={200: CustomerAnswer, 201: CustomerAnswer},
        named_by={"external_id": "external_id"},
    )
    def put(self, request: Request, external_id: str, body: CustomerInput) -> Answer:
        """The body is the whole customer: absent fields are emptied. Consents are only ever added."""
        result = upsert_customer(merchant=merchant_of(request), data=body, now=clock.now())
        consents = list(consents_of_customer(customer_id=result.customer.id))
        answer = customer_answer(result.customer, consents, changed=result.changed)
        return Answer(answer, status=201 if result.status == "created" else 200)

    @operation(
        "get_customer",
        "Read a customer",
        scope=Scope.CUSTOMERS_READ,
        answers={200: CustomerAnswer},
        refusals=(404,),
    )
    def get(self, request: Request, external_id: str) -> Answer:
        """Who they are, and every consent that was reported."""
        customer = customer_by_external_id(external_id=external_id)
        if customer is None:
            raise Http404
        return Answer(customer_answer(customer, list(consents_of_customer(customer_id=customer.id))))

    @operation(
        "erase_customer",
        "Erase a customer",
        scope=Scope.CUSTOMERS_WRITE,
        answers={202: ErasureAnswer},
        refusals=(404,),
    )
    def delete(self, request: Request, external_id: str) -> Answer:
        """Forgets the person everywhere; orders, sums, points and scores stay without them. From the answer on they
        cannot be found, the rest follows within seconds. `held`: a legal hold stands against it; it is carried out as
        soon as the hold is released.
        """
        customer = customer_by_external_id(external_id=external_id)
        if customer is None:
            raise Http404
        erasure = request_erasure(
            merchant=merchant_of(request), customer=customer, source=ErasureSource.API, now=clock.now()
        )
        return Answer(erasure_answer(erasure), status=202)
