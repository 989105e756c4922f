"""A worker is killed with SIGKILL between a shop's delivery and what it says: nothing is missing, nothing is doubled.

Each crash point is a place in the code at which a child process ends itself, as K1 to K3 of the plan of crashes:

    stored      the delivery is committed, nobody has looked at it
    claimed     a worker has taken it in hand (the attempt is counted)
    applied     the order, its parcel and its events are written, not committed
    committed   everything is committed, the worker has not gone on

Afterwards another worker goes on, once the lease of the dead one is over.
"""

import datetime as dt
import signal

import pytest

from orders.models import Order
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.connectors.models import Connection, InboundDelivery
from postpurchase.connectors.registry import CONNECTORS
from postpurchase.connectors.services import process
from postpurchase.connectors.services.connections import connect_shop
from postpurchase.events.models import Event
from postpurchase.lib import clock
from tests.chaos.processes import DYING, ending_of
from tests.connectors.services.inbox import fate, lay, work
from tests.orders.bodies import order_body
from tracking.models import Shipment

pytestmark = [pytest.mark.chaos, pytest.mark.usefixtures("committed_db")]


# A worker that dies at the crash point its argument names.
WORKER = f"""{DYING}
from postpurchase.connectors.services import process

point, merchant_id = sys.argv[1:]
if point == "claimed":
    process._work = die
elif point == "applied":
    process._settle = dies_after(process._settle)
elif point == "committed":
    process._work = dies_after(process._work)
process.process_batch(merchant_id=uuid.UUID(merchant_id))
"""


@pytest.fixture
def connection(world) -> Connection:
    with merchant_scope(world.merchant.id):
        return connect_shop(
            merchant=world.merchant, connector=CONNECTORS["own"], store=world.store, secret="s", now=clock.now()
        ).connection


def killed_worker(point: str, connection: Connection) -> int:
    """Let a worker work until it dies; return how it ended."""
    return ending_of(WORKER, point, str(connection.merchant_id))


def what_there_is(connection: Connection) -> tuple[int, int, list[str]]:
    with merchant_scope(connection.merchant_id):
        types = Event.objects.order_by("sequence").values_list("type", flat=True)
        return Order.objects.count(), Shipment.objects.count(), list(types)


def lay_the_story(connection: Connection) -> list[InboundDelivery]:
    """A parcel before its order, and the order: the parcel waits, and is applied with the order."""
    now = clock.now()
    parcel = {"order": "1001", "external_id": "p-1", "carrier": "dhl", "tracking_number": "00340434161094042557"}
    order = {"external_id": "1001", **order_body(placed_at=now.isoformat())}
    deliveries = [lay(connection, {"type": "shipment.saved", "data": parcel}, now=now)]
    work(connection, now)
    return [*deliveries, lay(connection, {"type": "order.saved", "data": order}, now=now)]


@pytest.mark.parametrize("point", ["stored", "claimed", "applied", "committed"])
def test_nothing_is_missing_and_nothing_is_doubled(connection, point) -> None:
    parcel, order = lay_the_story(connection)
    assert fate(parcel)[0] == "waiting"

    if point != "stored":
        assert killed_worker(point, connection) == -signal.SIGKILL
    half = what_there_is(connection)
    work(connection, clock.now() + process.LEASE + dt.timedelta(seconds=1))

    assert half[:2] == ((1, 1) if point == "committed" else (0, 0))
    orders, shipments, events = what_there_is(connection)
    assert (orders, shipments) == (1, 1)
    assert (events.count("order.placed"), events.count("shipment.registered")) == (1, 1)
    assert [fate(parcel), fate(order)] == [("processed", ""), ("processed", "")]


def test_a_delivery_that_kills_three_workers_is_set_aside_and_the_others_go_on(connection) -> None:
    now = clock.now()
    poison = lay(connection, {"type": "weather.changed", "data": {}}, now=now)
    for _ in range(3):
        assert killed_worker("applied", connection) == -signal.SIGKILL
        with merchant_scope(connection.merchant_id):
            InboundDelivery.objects.update(next_attempt_at=now)  # its lease is over
    healthy = lay(connection, {"type": "weather.changed", "data": {"sun": True}}, now=now)

    work(connection, clock.now())

    assert fate(poison) == ("parked", process.WORKER_LOST)
    assert fate(healthy)[0] == "ignored"
