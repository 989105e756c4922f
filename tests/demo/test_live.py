"""The orders placed while the demo runs: what they are, and that their day is in order."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from orders.checks import order_problems, order_warnings
from orders.inputs import OrderInput
from postpurchase.demo.bodies import Addresses
from postpurchase.demo.live import STAGES, Api, LivePush, travel_through
from postpurchase.demo.live_orders import live_orders
from postpurchase.demo.people import people
from tracking.inputs import CheckpointInput, ShipmentInput
from tracking.reading import problems_of

LIVE_AT = datetime(2026, 11, 22, 4, 30, tzinfo=UTC)


class Recorder(Api):
    """Stands where the product's API stands and writes down what is pushed."""

    def __init__(self, calls):
        super().__init__(base_url="", key="")
        object.__setattr__(self, "calls", calls)

    def _call(self, method, path, body):
        self.calls.append((method, path, body))
        if path == "checkpoints/batch":
            return {"results": [{"index": i, "status": "recorded"} for i in range(len(body["checkpoints"]))]}
        return {"results": []}


@pytest.fixture
def calls():
    return []


@pytest.fixture
def push(calls):
    return LivePush(
        apis={"haselstube": Recorder(calls), "wimpel": Recorder(calls)},
        addresses=Addresses(product="http://127.0.0.1:8000", outside="http://127.0.0.1:8001"),
        live_at=LIVE_AT,
    )


def told(push, calls):
    push.place()
    for stage in range(2, STAGES + 1):
        push.tell(stage)
    return calls


def test_the_days_stories_are_all_there():
    orders = {order.number: order for order in live_orders()}
    ends = {
        number: [[news.substatus or news.status for stage, at, news in order.news() if at == index][-1]
                 for index in range(len(order.parcels))]
        for number, order in orders.items()
    }  # fmt: skip

    assert ends == {
        "HS-2001": ["delivered_to_recipient"],
        "HS-2002": ["available_for_pickup_parcel_shop"],
        "HS-2003": ["in_transit_delayed"],
        "HS-2004": ["delivered_to_neighbour", "out_for_delivery"],
        "HS-2005": ["delivered_to_letterbox"],
        "HS-2006": ["delivered_to_safe_place"],
        "HS-2007": ["available_for_pickup_locker"],
        "HS-2008": [],
        "WW-2001": ["delivered_to_recipient"],
    }
    assert orders["HS-2005"].person.currency == "CHF"
    assert orders["HS-2006"].person.language == "en"
    assert [(number, order.phone_news) for number, order in orders.items() if order.phone_news] == [
        ("HS-2004", "whatsapp"),
        ("HS-2007", "sms"),
    ]
    assert "" not in (orders["HS-2004"].person.phone, orders["HS-2007"].person.phone)
    assert orders["WW-2001"].shop.tone == "du"


def test_buyers_are_regulars_except_the_one_with_the_wrong_address():
    known = {person.external_id for person in people().values()}
    new = [order.number for order in live_orders() if order.person.external_id not in known]

    assert new == ["HS-2008"]
    assert len({order.person.email for order in live_orders()}) == len(live_orders())


def test_everything_pushed_is_what_the_api_takes(push, calls):
    for _, path, body in told(push, calls):
        if path == "checkpoints/batch":
            items = msgspec.convert(body["checkpoints"], list[CheckpointInput])
            assert [problems_of(item) for item in items] == [[]] * len(items)
        elif "/shipments/" in path:
            msgspec.convert({"external_id": path.rpartition("/")[2], **body}, ShipmentInput)
        else:
            order = msgspec.convert({"external_id": body["number"], **body}, OrderInput)
            assert (order_problems(order), order_warnings(order)) == ([], [])


def test_news_is_fresh_in_order_and_never_ahead_of_the_clock(push, calls):
    history = {}
    for _, path, body in told(push, calls):
        for item in body["checkpoints"] if path == "checkpoints/batch" else ():
            history.setdefault(item["tracking_number"], []).append(datetime.fromisoformat(item["occurred_at"]))

    assert len(history) == 9
    for times in history.values():
        assert times == sorted(set(times))
        assert LIVE_AT - timedelta(hours=12) < times[0]
        assert times[-1] < LIVE_AT


def test_pushing_again_pushes_the_same(push, calls):
    first = list(told(push, calls))
    calls.clear()

    assert told(push, calls) == first


def test_stages_follow_each_other_and_a_later_start_goes_on(push, calls):
    waited, stages = [], []

    travel_through(push, from_stage=3, wait=waited.append, told=stages.append)

    assert stages == [4, 5]
    assert len(waited) == 2
    assert {path for _, path, _ in calls} == {"checkpoints/batch"}
