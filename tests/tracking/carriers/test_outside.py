"""Code lists and answers of carriers that nobody on this project wrote.

Every code means something that fits the carrier's class. Every answer gives the events a person counts in it, every
error a typed error and no event; a file nobody has read here fails. Run with ``OUTSIDE_DATA=<folder>``; without one
there is nothing to collect.
"""

import datetime as dt
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.lib.outside import outside_files, outside_json
from tracking.carriers.answers import dhl_unified, gls, ups
from tracking.carriers.answers.base import CarrierTrouble, Trouble
from tracking.carriers.base import Meaning
from tracking.carriers.free_text import classify
from tracking.carriers.registry import meaning_of
from tracking.enums import ShipmentStatus
from tracking.inputs import CheckpointInput
from tracking.reading import read

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
        for sentence in (row["de"], row["en"]):
            said = classify(sentence)
            assert said is None or (said.status == S.DELIVERED) == (meaning.status == S.DELIVERED)


BERLIN = ZoneInfo("Europe/Berlin")
READERS = {"gls": gls, "dhl_universal": dhl_unified, "ups": ups}
# What a person reads in each answer: number, events (UTC, code, city, country, status), the promised days.
ANSWERS: dict[str, tuple[str, list[tuple[str, ...]], tuple[str, str] | None]] = {
    "gls/TrackingResponse.json": (
        "36301917596",
        [
            ("2024-10-07 07:30:00", "INTIAL.PREADVICE", "None", "DE", "info_received"),
            ("2024-10-07 08:46:14", "INTIAL.NORMAL", "Berlin", "DE", "in_transit"),
        ],
        None,
    ),
    # The event's time is local to Amsterdam, an hour ahead of UTC in March. Its code says pre-transit, its free words
    # DELIVERED: the code counts.
    "dhl_universal/TrackingResponseJSON.json": (
        "7777777770",
        [("2018-03-02 06:53:47", "pre-transit", "Oderweg 2, AMSTERDAM", "NL", "info_received")],
        ("2018-08-03", "2018-08-03"),
    ),
    # The United States have several zones, so the time is read in the one that is asked for.
    "ups/TrackingResponseJSON.json": (
        "1Z023E2X0214323462",
        [("2021-02-10 06:13:56", "X-SR-003", "Wayne", "US", "in_transit")],
        None,
    ),
}
ERRORS = {
    "gls/ErrorResponse.json": Trouble.NOT_FOUND,
    "dhl_universal/TrackingErrorResponseJSON.json": Trouble.NOT_FOUND,
    "ups/AuthError.json": Trouble.REFUSED,
    "ups/InvalidTrackingNumberResponseJSON.json": Trouble.NOT_FOUND,
    "ups/TrackingNumberNotFoundResponseJSON.json": Trouble.NOT_FOUND,
}
# What is asked, and how another program read the answers.
NO_ANSWERS = ("Parsed", "TRACKING_PAYLOAD", "TrackingPayload", "TrackingRequest")


def name_of(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"


FILES = [
    path
    for folder in READERS
    for path in outside_files(f"carriers/{folder}/*.json")
    if not path.name.startswith(NO_ANSWERS)
]


def told(item: CheckpointInput) -> tuple[str, ...]:
    carrier = str(item.carrier)
    return (
        item.occurred_at.astimezone(dt.UTC).strftime("%Y-%m-%d %H:%M:%S"),
        str(item.code),
        str(item.city),
        str(item.country),
        str(read(item, carrier=carrier).status),
    )


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_an_outside_answer_is_read_as_a_person_reads_it(path: Path) -> None:
    reader, body = READERS[path.parent.name], path.read_bytes()
    if name_of(path) in ERRORS:
        with pytest.raises(CarrierTrouble) as caught:
            reader.read(200, {}, body, zone=BERLIN)
        assert caught.value.trouble == ERRORS[name_of(path)]
        return
    number, events, days = ANSWERS[name_of(path)]
    (heard,) = reader.read(200, {}, body, zone=BERLIN)

    assert heard.tracking_number == number
    assert [told(item) for item in heard.checkpoints] == events
    promised = heard.promised_from and heard.promised_to and (str(heard.promised_from), str(heard.promised_to))
    assert promised == days
