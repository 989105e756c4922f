"""Code lists of carriers that nobody on this project wrote: every code means something that fits the carrier's class.

Run with ``OUTSIDE_DATA=<folder>``; without one there is nothing to collect.
"""

from typing import Any

import pytest

from tests.lib.outside import outside_json
from tracking.carriers.base import Meaning
from tracking.carriers.registry import meaning_of
from tracking.enums import ShipmentStatus

S = ShipmentStatus
# What a class of DHL may mean. What is worse than the class is told too: a bad address found while sorting (PO).
CLASSES = {
    "DD": {None},
    "GT": {None},
    "VA": {S.INFO_RECEIVED},
    "AN": {S.INFO_RECEIVED},
    "AE": {S.IN_TRANSIT},
    "ES": {S.IN_TRANSIT},
    "NB": {S.IN_TRANSIT},
    "AA": {S.IN_TRANSIT},
    "EE": {S.IN_TRANSIT},
    "ZO": {S.IN_TRANSIT, S.EXCEPTION},
    "PO": {S.IN_TRANSIT, S.OUT_FOR_DELIVERY, S.ATTEMPT_FAILED, S.EXCEPTION},
    "BV": {S.EXCEPTION},
    "ZN": {S.ATTEMPT_FAILED, S.EXCEPTION},
    "LA": {S.AVAILABLE_FOR_PICKUP},
    "ZF": {S.AVAILABLE_FOR_PICKUP},
    "ZU": {S.DELIVERED},
}
TROUBLE = ("nicht", "zurück", "fehlgeschlagen", "Schaden", "Rück", "wieder", "storniert", "verzögert", "umgeleitet")


def understood(carrier: str, code: str) -> Meaning:
    meaning = meaning_of(carrier, code)
    assert meaning is not None, f"{carrier} {code} is in no table"
    return meaning


@pytest.mark.parametrize("row", outside_json("carriers/dhl_status_codes_sample.json"), ids=lambda row: row["ice"])
def test_a_code_of_dhl_fits_its_class_with_and_without_it(row: dict[str, Any]) -> None:
    assert understood("dhl", f"{row['ice']}-{row['ric']}-{row['class']}").status in CLASSES[row["class"]]
    assert understood("dhl", f"{row['ice']}/{row['ric']}").status in CLASSES[row["class"]]


@pytest.mark.parametrize("row", outside_json("carriers/hermes_event_codes_sample.json"), ids=lambda row: row["code"])
def test_a_code_of_hermes_says_what_its_sentence_says(row: dict[str, Any]) -> None:
    for code in (row["code"], row["short"]):
        meaning = understood("hermes", code)
        if row["de"] == "Die Sendung wurde zugestellt.":
            assert meaning.status == S.DELIVERED
        else:
            assert meaning.status != S.DELIVERED
        if any(word in row["de"] for word in TROUBLE):
            assert meaning.status != S.OUT_FOR_DELIVERY
