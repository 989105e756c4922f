"""Four days by a moved clock, with a carrier that has good and bad hours, and two workers who both want to ask.

Counted at the carrier: nobody is asked about more often than the interval allows, the day's quota holds, a bad hour
costs a handful of requests, and in the end all news is there exactly once.
"""

import datetime as dt
import itertools
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from postpurchase.accounts.scoping import merchant_scope
from tests.tracking.polling.services.conftest import ask, fresh, news_of, poll_of
from tests.tracking.polling.stand_in import Asked, a_token, dhl_does_not_know, dhl_says, ups_says
from tracking.models import Checkpoint, ParcelPoll
from tracking.polling.services.ask import accounts_to_ask

pytestmark = pytest.mark.usefixtures("committed_db")

PARCELS = 12
MINUTE, HOUR, DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)
STEP = 10 * MINUTE
# Hours from the start in which the carrier is not itself.
TOO_FAST, AWAY, NONSENSE, REFUSED = range(20, 23), range(30, 36), range(50, 53), range(60, 62)


def number_of(parcel: int) -> str:
    return f"003404341610940{parcel:05}"


def what_happened(until: float) -> list[tuple[float, str]]:
    """The story of every parcel, in hours from the start, as far as it has come."""
    story = [(3.0, "transit"), (28.0, "transit"), (55.0, "transit"), (74.0, "transit"), (80.0, "delivered")]
    return [event for event in story if event[0] <= until]


def test_four_days_with_good_and_bad_hours(stand_in, connect, parcel, now) -> None:
    account = connect()
    shipments = [parcel(number_of(one)) for one in range(PARCELS)]
    local = now + 2 * HOUR  # DHL's times are local

    def says(asked: Asked):
        hours = (stand_in.now - now) / HOUR
        if int(hours) in TOO_FAST:
            return 429, {"Retry-After": "900"}, b""
        if int(hours) in AWAY:
            return 503, {}, b"away"
        if int(hours) in NONSENSE:
            return 200, {}, b'{"shipments": "soon"'
        if int(hours) in REFUSED:
            return 401, {}, b"{}"
        events = [((local + at * HOUR).strftime("%Y-%m-%dT%H:%M:%S"), code) for at, code in what_happened(hours)]
        return dhl_says(asked.numbers[0], *events) if events else dhl_does_not_know()

    stand_in.says = says
    while (stand_in.now or now) < now + 4 * DAY:
        stand_in.now = (stand_in.now or now) + STEP
        for _merchant, _account in accounts_to_ask(now=stand_in.now):
            ask(account, stand_in.now)  # one question, DHL wants five seconds between two
            ask(account, stand_in.now)  # a second worker comes too late

    for shipment in shipments:
        assert news_of(shipment) == [code for _, code in what_happened(96)]
        assert fresh(shipment).status == "delivered"
        assert poll_of(shipment).stopped == "final"
        times = [asked.at for asked in stand_in.asked if shipment.tracking_number in asked.numbers]
        assert len(times) <= 45
        assert all(later - earlier >= STEP for earlier, later in itertools.pairwise(times))
    moments = Counter(asked.at for asked in stand_in.asked)
    assert set(moments.values()) == {1}
    per_day = Counter(moment.date() for moment in moments)
    assert max(per_day.values()) <= 250
    in_hours = Counter(int((moment - now) / HOUR) for moment in moments)
    assert sum(in_hours[hour] for hour in TOO_FAST) <= 4 * len(TOO_FAST)
    assert sum(in_hours[hour] for hour in AWAY) <= 6 + len(AWAY)
    assert sum(in_hours[hour] for hour in NONSENSE) <= 6 + len(NONSENSE)
    assert sum(in_hours[hour] for hour in REFUSED) <= 1


def test_eight_workers_at_once_never_ask_about_a_parcel_twice(stand_in, connect, parcel, now) -> None:
    account = connect("ups")
    numbers = [f"1Z12345E02052{number:05}" for number in range(40)]
    for number in numbers:
        parcel(number, "ups")
    stand_in.says = lambda asked: (
        ups_says(asked.numbers[0], ("20260714", "180000", "I")) if asked.numbers else a_token()
    )

    def worker(_index: int) -> int:
        try:
            return sum(ask(account, now) for _ in range(6))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        asked = sum(pool.map(worker, range(8)))

    assert asked == len(stand_in.questions) <= len(numbers)
    assert max(Counter(number for one in stand_in.questions for number in one.numbers).values()) == 1
    ask(account, now)  # whoever came last found the account taken; what is left is asked about now
    assert Counter(number for one in stand_in.questions for number in one.numbers) == Counter(numbers)
    with merchant_scope(account.merchant_id):
        assert Checkpoint.objects.count() == len(numbers)
        assert ParcelPoll.objects.filter(attempts=1, answer="heard").count() == len(numbers)
