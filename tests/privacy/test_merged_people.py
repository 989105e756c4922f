"""Who was merged is forgotten with the person they belong to, whichever of their names the wish comes under."""

import pytest

from orders.inputs import BehaviourInput, CustomerInput, MergeSource
from orders.models import Behaviour, Customer, Machine
from orders.services.behaviours import record_behaviour
from orders.services.customers import upsert_customer
from orders.services.merges import merge_customers
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.lib.validation import read
from postpurchase.privacy.models import Erasure, ErasureSource
from postpurchase.privacy.services.erase import request_erasure, run_erasure


@pytest.mark.parametrize("asked_as", ["c-1", "c-2"])
def test_all_records_of_a_person_are_emptied_together(committed_db, merchant, now, asked_as) -> None:
    with merchant_scope(merchant.id):
        for number in (1, 2):
            body = {
                "external_id": f"c-{number}",
                "email": f"anna{number}@example.com",
                "machines": [{"external_id": "m", "name": "Oven"}],
            }
            upsert_customer(merchant=merchant, data=read(body, CustomerInput), now=now)
        did = read({"name": "product.viewed", "customer": "c-2"}, BehaviourInput)
        record_behaviour(merchant=merchant, data=did, now=now)
        merge_customers(merchant=merchant, external_id="c-1", source=MergeSource(external_id="c-2"), now=now)
        kept, asked = Customer.objects.get(external_id="c-1"), Customer.objects.get(external_id=asked_as)

        erasure = request_erasure(merchant=merchant, customer=asked, source=ErasureSource.API, now=now)

        assert erasure.customer_id == kept.id
        rows = list(Customer.objects.values_list("external_id", "email", "erased_at"))
        assert rows == [("", "", now), ("", "", now)]
    assert run_erasure(merchant_id=merchant.id, erasure_id=erasure.id, now=now) is True
    with merchant_scope(merchant.id):
        assert (Machine.objects.count(), Behaviour.objects.count(), Erasure.objects.count()) == (0, 0, 1)
