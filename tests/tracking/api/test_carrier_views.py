"""A number names every courier it may belong to, and how surely."""

from urllib.parse import urlencode

import pytest

from tests.api.test_hostile import assert_problem

ADDRESS = "/api/v1/carriers"


def asked(api, number: str) -> list[tuple[str, str, str]]:
    answer = api.get(f"{ADDRESS}?{urlencode({'tracking_number': number})}").json()
    assert answer["next"] is None
    return [(one["courier"], one["carrier"], one["certainty"]) for one in answer["results"]]


def test_a_number_names_its_couriers_the_likeliest_first(api) -> None:
    assert asked(api, "h974 6130018743501086") == [("hermes", "hermes", "possible")]
    assert asked(api, "9400100000000000000006") == [("usps", "usps", "likely")]
    assert asked(api, "RB123456785GB") == [("s10", "other", "certain")]
    assert asked(api, "00340434161094042557") == [("dhl", "dhl", "possible"), ("usps", "usps", "possible")]


@pytest.mark.parametrize("number", ["-", "x" * 100, "🎁", "'; drop table"])
def test_what_is_nobodys_number_has_no_candidates(api, number: str) -> None:
    assert asked(api, number) == []


@pytest.mark.parametrize("query", ["", "?tracking_number=", f"?tracking_number={'1' * 101}", "?number=1"])
def test_a_number_is_needed(api, query: str) -> None:
    assert_problem(api.get(f"{ADDRESS}{query}"), 422)
