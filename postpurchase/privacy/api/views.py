"""A customer's copy by REST."""

from django.http import Http404
from rest_framework.request import Request

from orders.selectors import customer_by_external_id
from postpurchase.accounts.models import Scope
from postpurchase.api.views import Answer, ApiView, merchant_of, operation
from postpurchase.lib import clock
from postpurchase.privacy.api.answers import CustomerCopyAnswer, customer_copy_answer
from postpurchase.privacy.selectors.copy import copy_of_customer


class CustomerExportView(ApiView):
    """What is known of one customer."""

    @operation(
        "export_customer",
        "Export a customer",
        scope=Scope.CUSTOMERS_READ,
        answers={200: CustomerCopyAnswer},
        refusals=(404,),
    )
    def get(self, request: Request, external_id: str) -> Answer:
        """Everything known of the person, by sections: what a customer may ask for under Art. 15 and 20 GDPR.

        Sections are tables of the product with their columns; those without rows are empty lists.
        """
        customer = customer_by_external_id(external_id=external_id)
        if customer is None:
            raise Http404
        copy = copy_of_customer(customer=customer, merchant=merchant_of(request), now=clock.now())
        return Answer(customer_copy_answer(copy))
