"""The same news, in whatever order and however often, gives the same status."""

import datetime as dt
import itertools
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import NOW
from tracking.enums import SUBSTATUSES, ShipmentStatus
from tracking.status import RETURN_NEWS, News, ParcelState, state_of

S = ShipmentStatus


def heard(
    hours: float, status: ShipmentStatus | None, substatus: str = "", heard_after: float = 720, **fields: str
) -> News:
    """News of a moment, heard so many hours later (before, where its clock was ahead)."""
    occurred_at = NOW + dt.timedelta(hours=hours)
    return News(
        occurred_at=occurred_at,
        status=status,
        substatus=substatus,
        identity=f"{hours}{status}{substatus}{heard_after}{fields}".encode(),
        recorded_at=occurred_at + dt.timedelta(hours=heard_after),
        **fields,
    )


def standing(*news: News) -> tuple[str, str]:
    state = state_of(news)
    return str(state.status), state.substatus


any_news = st.builds(
    heard,
    hours=st.integers(min_value=0, max_value=6),
    status=st.sampled_from([None, *ShipmentStatus]),
    substatus=st.sampled_from(["", *itertools.chain.from_iterable(SUBSTATUSES.values())]),
    # At once, weeks late, from a clock that is a little ahead, and from one that is wrong.
    heard_after=st.sampled_from([0, 720, -2, -48]),
    signed_by=st.sampled_from(["", "Weber"]),
    proof_url=st.sampled_from(["", "https://proof.example.com/1"]),
    delivery_location=st.sampled_from(["", "neighbour", "letterbox"]),
)


# A busy machine makes examples slowly; that is no failure.
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(log=st.lists(any_news, max_size=8), data=st.data())
def test_any_permutation_and_duplication_of_a_log_gives_the_same_state(log: list[News], data: st.DataObject) -> None:
    repeated = log + data.draw(st.lists(st.sampled_from(log), max_size=4)) if log else log
    shuffled = data.draw(st.permutations(repeated))

    assert state_of(shuffled) == state_of(log)


# No return: whatever else a carrier says of a parcel it delivered, it stays delivered.
no_return = any_news.filter(lambda item: item.substatus not in RETURN_NEWS)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(before=st.lists(no_return, max_size=6), later=st.lists(no_return, max_size=6), data=st.data())
def test_after_a_delivery_only_a_return_changes_the_status(
    before: list[News], later: list[News], data: st.DataObject
) -> None:
    delivered = heard(7, S.DELIVERED)
    after = [replace(item, occurred_at=item.occurred_at + dt.timedelta(hours=8)) for item in later]
    known = state_of([*before, delivered])

    state = state_of(data.draw(st.permutations([*before, delivered, *after])))

    assert (state.status, state.delivered_at) == (S.DELIVERED, known.delivered_at)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(log=st.lists(any_news, max_size=6), back=st.sampled_from(RETURN_NEWS))
def test_a_return_after_a_delivery_is_told_and_keeps_its_moment(log: list[News], back: str) -> None:
    delivered = [*(item for item in log if item.substatus not in RETURN_NEWS), heard(7, S.DELIVERED)]
    state = state_of([*delivered, heard(9, S.EXCEPTION, back)])

    assert (state.status, state.substatus) == (S.EXCEPTION, back)
    assert state.delivered_at == state_of(delivered).delivered_at


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(log=st.lists(any_news, max_size=6), wrong=st.lists(any_news, max_size=3))
def test_clocks_far_ahead_change_nothing(log: list[News], wrong: list[News]) -> None:
    ahead = [replace(item, recorded_at=item.occurred_at - dt.timedelta(hours=25)) for item in wrong]

    assert state_of([*ahead, *log]) == state_of(log)


def test_no_news_is_pending() -> None:
    assert state_of([]) == ParcelState()


def test_the_usual_way_ends_with_who_got_it_and_when() -> None:
    state = state_of(
        [
            heard(0, S.INFO_RECEIVED),
            heard(5, S.IN_TRANSIT, "in_transit_accepted"),
            heard(20, S.OUT_FOR_DELIVERY),
            heard(24, S.DELIVERED, "delivered_to_neighbour", delivery_location="neighbour", signed_by="Weber"),
        ]
    )

    assert state == ParcelState(
        status=S.DELIVERED,
        substatus="delivered_to_neighbour",
        status_at=NOW + dt.timedelta(hours=24),
        delivered_at=NOW + dt.timedelta(hours=24),
        delivery_location="neighbour",
        signed_by="Weber",
    )


@pytest.mark.parametrize(
    ("log", "expected"),
    [
        pytest.param(
            [heard(1, S.OUT_FOR_DELIVERY), heard(2, S.IN_TRANSIT, "in_transit_arrived")],
            ("in_transit", "in_transit_arrived"),
            id="back in the depot after the tour",
        ),
        pytest.param(
            [heard(1, S.EXCEPTION, "exception_held"), heard(2, S.IN_TRANSIT, "in_transit_problem_resolved")],
            ("in_transit", "in_transit_problem_resolved"),
            id="problem resolved",
        ),
        pytest.param(
            [heard(1, S.DELIVERED), heard(2, S.IN_TRANSIT), heard(3, S.OUT_FOR_DELIVERY)],
            ("delivered", ""),
            id="nothing takes a delivery back",
        ),
        pytest.param(
            [heard(1, S.DELIVERED), heard(2, S.EXCEPTION, "exception_returning_to_sender")],
            ("exception", "exception_returning_to_sender"),
            id="except a return",
        ),
        pytest.param(
            [heard(1, S.EXCEPTION, "exception_returned"), heard(2, S.DELIVERED)],
            ("exception", "exception_returned"),
            id="returned is the end",
        ),
        pytest.param(
            [heard(1, S.EXCEPTION, "exception_returning_to_sender"), heard(2, S.IN_TRANSIT, "in_transit_arrived")],
            ("exception", "exception_returning_to_sender"),
            id="scans on the way back are not on the way here",
        ),
        pytest.param(
            [heard(1, S.IN_TRANSIT), heard(2, S.INFO_RECEIVED)],
            ("in_transit", ""),
            id="announced late",
        ),
        pytest.param(
            [heard(1, S.IN_TRANSIT, "in_transit_arrived"), heard(2, S.IN_TRANSIT)],
            ("in_transit", "in_transit_arrived"),
            id="less exact news says nothing new",
        ),
        pytest.param([heard(1, S.IN_TRANSIT), heard(2, None)], ("in_transit", ""), id="a code we do not know"),
        pytest.param(
            [heard(1, S.OUT_FOR_DELIVERY), heard(1, S.IN_TRANSIT)],
            ("out_for_delivery", ""),
            id="the later stage of the same second",
        ),
        pytest.param([heard(1, S.EXPIRED), heard(2, S.IN_TRANSIT)], ("in_transit", ""), id="a late scan re-opens"),
    ],
)
def test_rules(log: list[News], expected: tuple[str, str]) -> None:
    assert standing(*log) == expected
    assert standing(*reversed(log)) == expected


def test_further_delivery_news_fills_gaps_and_keeps_the_first_moment() -> None:
    state = state_of(
        [
            heard(1, S.DELIVERED, signed_by="Weber"),
            heard(2, S.DELIVERED, "delivered_signed", signed_by="Somebody Else"),
        ]
    )

    assert (state.delivered_at, state.substatus, state.signed_by) == (
        NOW + dt.timedelta(hours=1),
        "delivered_signed",
        "Weber",
    )


def test_news_from_a_clock_far_ahead_moves_nothing() -> None:
    wrong = News(NOW + dt.timedelta(days=3), S.DELIVERED, "", b"x", recorded_at=NOW)

    assert standing(heard(0, S.IN_TRANSIT), wrong) == ("in_transit", "")


def test_the_state_began_with_the_first_news_of_it() -> None:
    state = state_of([heard(1, S.IN_TRANSIT), heard(5, S.IN_TRANSIT)])

    assert state.status_at == NOW + dt.timedelta(hours=1)
