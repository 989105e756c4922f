"""Hit rates by REST."""

import pytest

from postpurchase.accounts.scoping import merchant_scope
from tests.api.test_hostile import assert_problem
from tests.tracking.test_hit_rate import judged

ADDRESS = "/api/v1/promises/hit-rate"
SPRING = "from=2026-04-01&to=2026-06-30"


@pytest.fixture
def spring(world) -> None:
    with merchant_scope(world.merchant.id):
        judged(world, carrier="dhl", due="2026-04-10", kept=True, within=True, exact=True)
        judged(world, carrier="dhl", due="2026-05-10", kept=True)
        judged(world, carrier="dhl", due="2026-05-11", kept=False, destination="CH-30")


def test_rates_come_by_carrier(api, spring) -> None:
    assert api.get(f"{ADDRESS}?{SPRING}").json() == {
        "results": [
            {
                "group": "dhl",
                "parcels": 3,
                "on_time": 2,
                "within": 1,
                "exact": 1,
                "on_time_rate": 0.6667,
                "within_rate": 0.3333,
                "exact_rate": 0.3333,
            }
        ],
        "next": None,
    }


def test_rates_come_by_what_is_asked(api, spring) -> None:
    def groups(query: str) -> list[tuple[str, int]]:
        return [(one["group"], one["parcels"]) for one in api.get(f"{ADDRESS}?{SPRING}&{query}").json()["results"]]

    assert groups("by=region") == [("DE-80", 2), ("CH-30", 1)]
    assert groups("by=month") == [("2026-04", 1), ("2026-05", 2)]
    assert groups("by=cause") == [("", 2), ("carrier", 1)]
    assert groups("by=region&country=CH") == [("CH-30", 1)]


def test_without_days_it_is_the_last_ninety(api, spring, time_machine) -> None:
    time_machine.move_to("2026-07-10T12:00:00Z", tick=False)
    assert api.get(ADDRESS).json()["results"][0]["parcels"] == 2  # 10 April is 91 days ago


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("by=shopper", "/by"),
        ("from=2026-07-01&to=2026-06-01", "/from"),
        ("from=soon", "/from"),
        ("country=DEU", "/country"),
    ],
)
def test_what_is_wrong_is_named(api, query: str, pointer: str) -> None:
    assert [one["pointer"] for one in assert_problem(api.get(f"{ADDRESS}?{query}"), 422)["errors"]] == [pointer]


def test_a_stranger_sees_their_own(stranger_api, spring) -> None:
    assert stranger_api.get(f"{ADDRESS}?{SPRING}").json() == {"results": [], "next": None}
