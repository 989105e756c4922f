"""A worker is killed with SIGKILL while it asks a carrier: no news is lost, none counts twice.

claimed     the question is counted and committed, nobody has been asked
asked       the carrier has answered, nothing is stored
recorded    the news is written, not committed
committed   everything is committed, the worker has not gone on
"""

import datetime as dt
import signal

import pytest

from postpurchase.accounts.scoping import merchant_scope
from postpurchase.events.models import Event
from postpurchase.lib import clock
from tests.chaos.processes import DYING, ending_of
from tests.tracking.build import make_order, make_shipment
from tests.tracking.polling.stand_in import carrier, dhl_says
from tracking.models import CarrierAccount, Checkpoint, ParcelPoll
from tracking.polling.clients.registry import CLIENTS
from tracking.polling.services.accounts import connect_account
from tracking.polling.services.ask import LEASE, accounts_to_ask, ask_carrier
from tracking.polling.services.plan import plan_parcel

pytestmark = [pytest.mark.chaos, pytest.mark.usefixtures("committed_db")]

NUMBER = "00340434161094042557"

WORKER = f"""{DYING}
from tracking.polling.services import ask

point, merchant_id, account_id = sys.argv[1:]
if point == "claimed":
    ask.ask = die
elif point == "asked":
    ask.record = die
elif point == "recorded":
    ask._free = dies_after(ask._free)
elif point == "committed":
    ask.record = dies_after(ask.record)
ask.ask_carrier(merchant_id=uuid.UUID(merchant_id), account_id=uuid.UUID(account_id))
"""


@pytest.mark.parametrize("point", ["claimed", "asked", "recorded", "committed"])
def test_the_lease_brings_everything_back_once(world, settings, point: str) -> None:
    now = clock.now()
    with carrier() as stand_in:
        address = f"127.0.0.1:{stand_in.port}"
        settings.EGRESS_ALLOW, settings.CARRIER_URLS = [address], {"dhl": stand_in.url}
        at = (now - dt.timedelta(hours=5)).strftime("%Y-%m-%dT%H:%M:%S+00:00")
        stand_in.says = lambda _asked: dhl_says(NUMBER, (at, "transit"))
        with merchant_scope(world.merchant.id):
            account = connect_account(
                merchant=world.merchant, client=CLIENTS["dhl"], credentials={"api_key": "k"}, now=now
            ).account
            shipment = make_shipment(world, make_order(world), tracking_number=NUMBER, carrier="dhl")
            shipment.created_at = now
            shipment.save()
            plan_parcel(shipment=shipment, now=now)
            ParcelPoll.objects.update(next_poll_at=now)
            CarrierAccount.objects.update(probe_wanted_at=None, planned_at=now)

        environment = {"EGRESS_ALLOW": address, "CARRIER_URLS": f"dhl={stand_in.url}"}
        ended = ending_of(WORKER, point, str(world.merchant.id), str(account.id), environment=environment)
        assert ended == -signal.SIGKILL
        assert len(stand_in.asked) == (0 if point == "claimed" else 1)
        with merchant_scope(world.merchant.id):
            assert Checkpoint.objects.count() == (1 if point == "committed" else 0)

        soon, later = clock.now(), clock.now() + LEASE
        if point != "committed":
            assert accounts_to_ask(now=soon) == []
        ask_carrier(merchant_id=world.merchant.id, account_id=account.id, now=lambda: later)

        assert len(stand_in.asked) == {"claimed": 1, "asked": 2, "recorded": 2, "committed": 1}[point]
        with merchant_scope(world.merchant.id):
            assert Checkpoint.objects.count() == 1
            assert Event.objects.filter(type="shipment.status_changed").count() == 1
            poll = ParcelPoll.objects.get()
            assert (poll.answer, poll.attempts) == ("heard", 1 if point == "committed" else 2)
