"""Whose number it may be, and how sure that is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracking.carriers.detection import Certainty, detect
from tracking.carriers.registry import PROFILES, carrier_of_number
from tracking.enums import Carrier


def found(number: str) -> list[tuple[str, str]]:
    return [(one.courier, one.certainty.value) for one in detect(number)]


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("1Z879E930346834440", [("ups", "certain")]),
        ("RB123456785CH", [("swiss_post", "certain")]),
        ("RB123456785GB", [("s10", "certain")]),
        ("RB123456785XX", []),  # there is no such country
        ("TBA000000000000", [("amazon", "certain")]),
        ("YT2229521272164447", [("yunexpress", "certain")]),
        ("00340434161094042557", [("dhl", "possible"), ("usps", "possible")]),
        ("477179081230", [("fedex", "likely")]),
        ("60120172242323", [("dhl", "possible")]),
        ("JJD0002257639032011", [("yodel", "possible")]),
        ("C11031500001879", [("ontrac", "certain")]),
        ("C11031500001889", []),  # a wrong check digit
        ("KYV009956937", [("purolator", "possible")]),
        ("", []),
        ("HALLO", []),
    ],
)
def test_who_it_may_be(number, expected) -> None:
    assert found(number) == expected


def test_ours_come_before_others_and_the_surer_before_the_less_sure() -> None:
    several = detect("0307179000052348374" + "1")

    assert several[0].courier in {carrier.value for carrier in PROFILES}
    assert [one.certainty for one in several] == sorted((one.certainty for one in several), key=list(Certainty).index)


def test_a_courier_without_a_file_of_its_own_is_other() -> None:
    (amazon,) = detect("TBA000000000000")

    assert (amazon.carrier, amazon.name) == (Carrier.OTHER, "Amazon Logistics")


@given(st.text(alphabet="0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-", max_size=40))
def test_no_number_has_two_couriers_for_certain_or_alone_likely(number) -> None:
    candidates = detect(number)

    sure = [one for one in candidates if one.certainty != Certainty.POSSIBLE]
    assert len(sure) <= 1
    assert not sure or len(candidates) == 1
    assert len({one.courier for one in candidates}) == len(candidates)


@given(st.from_regex(r"[0-9]{10,22}", fullmatch=True))
def test_digits_alone_are_never_certain(number) -> None:
    assert all(one.certainty != Certainty.CERTAIN for one in detect(number))
    # Whom the shop's parcel is given to without asking is among the detected.
    assert carrier_of_number(number) in {Carrier.OTHER, *(one.carrier for one in detect(number))}
