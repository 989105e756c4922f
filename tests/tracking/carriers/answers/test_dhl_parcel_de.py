"""DHL Parcel DE's XML becomes news; made up here after the answers its documentation shows."""

import datetime as dt
from typing import Any
from xml.sax.saxutils import quoteattr
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracking.carriers.answers import dhl_parcel_de
from tracking.carriers.answers.base import CarrierTrouble, Heard, Trouble
from tracking.enums import ShipmentStatus
from tracking.reading import read

BERLIN = ZoneInfo("Europe/Berlin")
NUMBER = "00340434161094015902"
PIECE = {
    "name": "piece-shipment",
    "error-status": "0",
    "piece-id": "a5ae",
    "piece-code": NUMBER,
    "recipient-name": "Kraemer",
    "delivery-event-flag": "1",
}
EVENTS = [
    {
        "name": "piece-event",
        "event-timestamp": "18.03.2026 10:02",
        "event-status": "Die Sendung wurde erfolgreich zugestellt.",
        "ice": "DLVRD",
        "ric": "OTHER",
        "standard-event-code": "ZU",
        "event-location": "Bonn",
        "event-country": "Deutschland",
        "ruecksendung": "false",
    },
    {
        "name": "piece-event",
        "event-timestamp": "17.03.2026 11:44",
        "event-status": "Posted at a PACKSTATION",
        "ice": "SHRCU",
        "ric": "PCKST",
        "standard-event-code": "ES",
        "event-location": "Wien",
        "event-country": "Austria",
    },
    {
        "name": "piece-event",
        "event-timestamp": "18.03.2026 09:02",
        "event-status": "In Zustellung",
        "ice": "SRTED",
        "ric": "NRQRD",
        "standard-event-code": "PO",
    },
]


def data(attributes: dict[str, str], *children: str) -> str:
    told = " ".join(f"{name}={quoteattr(value)}" for name, value in attributes.items())
    return f"<data {told}>{''.join(children)}</data>"


def answer(piece: dict[str, str], events: list[dict[str, str]]) -> str:
    listed = data({"name": "piece-event-list", "piece-id": "a5ae"}, *map(data, events))
    return data({"name": "piece-shipment-list", "code": "0"}, data(piece, listed))


def ask(body: str, status: int = 200, **headers: str) -> list[Heard]:
    whole = f'<?xml version="1.0" encoding="UTF-8"?>{body}'.encode()
    return dhl_parcel_de.read(status, headers, whole, zone=BERLIN)


def news(heard: Heard) -> list[tuple[Any, ...]]:
    return [
        (
            item.occurred_at.astimezone(dt.UTC).strftime("%d %H:%M"),
            item.code,
            str(read(item, carrier="dhl").status),
            item.city,
            item.country,
            item.signed_by,
        )
        for item in heard.checkpoints
    ]


WHOLE_WAY = [
    ("17 10:44", "SHRCU-PCKST-ES", "in_transit", "Wien", "AT", None),
    ("18 08:02", "SRTED-NRQRD-PO", "out_for_delivery", None, None, None),
    ("18 09:02", "DLVRD-OTHER-ZU", "delivered", "Bonn", "DE", "Kraemer"),
]


def test_events_are_told_oldest_first_in_german_time_with_who_took_it() -> None:
    (heard,) = ask(answer(PIECE, EVENTS))

    assert (heard.tracking_number, heard.promised_to) == (NUMBER, None)
    assert news(heard) == WHOLE_WAY


def test_a_list_beside_its_piece_is_found_too() -> None:
    body = data(
        {"name": "piece-shipment-list", "code": "0"},
        data(PIECE),
        data({"name": "pieceeventlist", "piece-id": "other"}, data(EVENTS[0])),
        data(
            {"name": "pieceeventlist", "piece-id": "a5ae"}, *(data(event | {"name": "pieceevent"}) for event in EVENTS)
        ),
    )
    (heard,) = ask(body)

    assert news(heard) == WHOLE_WAY


def test_the_day_dhl_names() -> None:
    (heard,) = ask(answer(PIECE | {"delivery-date": "19.03.2026"}, []))

    assert (heard.promised_from, heard.promised_to) == (dt.date(2026, 3, 19), dt.date(2026, 3, 19))


def test_on_the_way_back_delivered_means_returned_and_nobody_signed() -> None:
    (heard,) = ask(answer(PIECE, [event | {"ruecksendung": "true"} for event in EVENTS]))

    assert [read(item, carrier="dhl").substatus for item in heard.checkpoints] == [
        "exception_returning_to_sender",
        "exception_returning_to_sender",
        "exception_returned",
    ]
    assert {item.signed_by for item in heard.checkpoints} == {None}


def test_events_without_time_or_code_are_left_out() -> None:
    (heard,) = ask(answer(PIECE, [EVENTS[0] | {"event-timestamp": "bald"}, EVENTS[0] | {"ice": ""}, EVENTS[2]]))

    assert [item.code for item in heard.checkpoints] == ["SRTED-NRQRD-PO"]


def test_a_piece_nobody_knows_is_left_out_beside_one_that_is_known() -> None:
    unknown = data({"name": "piece-shipment", "error-status": "100", "piece-code": "1", "status": "Keine Daten"})
    known = answer(PIECE, EVENTS)
    both = known.replace("</data></data></data></data>", f"</data></data></data>{unknown}</data>")

    assert [heard.tracking_number for heard in ask(both)] == [NUMBER]
    with pytest.raises(CarrierTrouble) as caught:
        ask(data({"name": "piece-shipment-list", "code": "0"}, unknown))
    assert (caught.value.trouble, caught.value.detail) == (Trouble.NOT_FOUND, "100 Keine Daten")


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("5", Trouble.REFUSED),
        ("6", Trouble.REFUSED),
        ("100", Trouble.NOT_FOUND),
        ("41", Trouble.NOT_FOUND),
        ("-1000", Trouble.AWAY),
        ("-3", Trouble.NONSENSE),
        ("", Trouble.NONSENSE),
    ],
)
def test_an_error_is_no_news(code: str, expected: Trouble) -> None:
    with pytest.raises(CarrierTrouble) as caught:
        ask(data({"name": "piece-shipment-list", "code": code, "error": "Fehler"}))

    assert caught.value.trouble == expected


@pytest.mark.parametrize(
    ("status", "expected"),
    [(401, Trouble.REFUSED), (429, Trouble.TOO_FAST), (503, Trouble.AWAY), (400, Trouble.NONSENSE)],
)
def test_an_http_error_is_no_news_whatever_its_body(status: int, expected: Trouble) -> None:
    with pytest.raises(CarrierTrouble) as caught:
        ask(answer(PIECE, EVENTS), status)

    assert caught.value.trouble == expected


ODD = st.sampled_from(["", "x" * 3000, "00.00.0000 99:99", "31.12.9999 23:59", "\u202e", "-", "0", "true", "🚚"])


@given(st.data())
def test_whatever_is_wrong_in_an_answer_it_is_news_or_trouble(draw: st.DataObject) -> None:
    piece, events = dict(PIECE), [dict(event) for event in EVENTS]
    for _ in range(draw.draw(st.integers(1, 4))):
        place = draw.draw(st.sampled_from([piece, *events]))
        place[draw.draw(st.sampled_from(sorted(place)))] = draw.draw(ODD)
    try:
        found = ask(answer(piece, events))
    except CarrierTrouble:
        return
    for heard in found:
        assert heard.tracking_number
        delivered = [item for item in heard.checkpoints if read(item, carrier="dhl").status == ShipmentStatus.DELIVERED]
        assert len(delivered) <= 1
