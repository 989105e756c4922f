"""A worker is killed (SIGKILL) in the middle of an erasure: the next goes on, repeating and leaving out nothing."""

import datetime as dt
import signal

import pytest

from orders.models import Order
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.lib import clock
from postpurchase.privacy.models import ErasureStep
from postpurchase.privacy.services.erase import LEASE, due_erasures, request_erasure, run_erasure
from postpurchase.privacy.steps import STEPS
from tests.chaos.processes import DYING, ending_of
from tests.orders.bodies import order_body
from tests.privacy.residues import columns_that_hold

pytestmark = pytest.mark.chaos

# Its work is done and not yet committed.
KILLED_IN = f"""{DYING}
from postpurchase.lib import clock
from postpurchase.privacy.services import erase

name, merchant, erasure = sys.argv[1:]
step = erase.STEPS[name]

def dies(*, person, now):
    step(person=person, now=now)
    die()

erase.STEPS[name] = dies
erase.run_erasure(merchant_id=uuid.UUID(merchant), erasure_id=uuid.UUID(erasure), now=clock.now())
"""


@pytest.mark.parametrize("name", [next(iter(STEPS)), "parcels", list(STEPS)[-1]])
def test_an_erasure_survives_its_worker(committed_db, api, merchant, name) -> None:
    customer = {**order_body()["customer"], "email": "kanarienvogel@example.org"}
    address = {**order_body()["shipping_address"], "name": "Kanarienvogel"}
    assert api.put("/api/v1/orders/1", order_body(customer=customer, shipping_address=address)).status_code == 201
    with merchant_scope(merchant.id):
        person = Order.objects.select_related("customer").get().customer
        erasure = request_erasure(merchant=merchant, customer=person, source="api", now=clock.now())

    assert ending_of(KILLED_IN, name, str(merchant.id), str(erasure.id)) == -signal.SIGKILL
    before = list(STEPS)[: list(STEPS).index(name)]
    with merchant_scope(merchant.id):
        assert list(ErasureStep.objects.order_by("id").values_list("name", flat=True)) == before
    now = clock.now() + LEASE + dt.timedelta(seconds=1)
    assert due_erasures(now=now) == [(merchant.id, erasure.id)]

    assert run_erasure(merchant_id=merchant.id, erasure_id=erasure.id, now=now)

    with merchant_scope(merchant.id):
        assert list(ErasureStep.objects.order_by("id").values_list("name", flat=True)) == list(STEPS)
    assert columns_that_hold("kanarienvogel") == set()
