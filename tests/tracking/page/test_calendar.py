"""The expected days as a calendar file that calendars accept."""

import re
from zoneinfo import ZoneInfo

import pytest

from postpurchase.lib.texts import texts_for
from tests.conftest import NOW
from tests.tracking.page.test_build import order, parcel, timed, window
from tracking.enums import ShipmentStatus as S
from tracking.page.calendar import calendar_file, expected_deliveries

BERLIN = ZoneInfo("Europe/Berlin")
URL = "https://parcels.example.com/t/7Hq2vXbK9mTzR4wLs8NcYd"
DE = texts_for("tracking", language="de")


def events(facts, shop="Lindenhof", texts=DE):
    """Read the file back: lines unfolded, properties of each event."""
    expected = expected_deliveries(facts, now=NOW, time_zone=BERLIN)
    content = calendar_file(facts, expected, shop=shop, url=URL, texts=texts, now=NOW)
    assert content.endswith("END:VCALENDAR\r\n")
    assert all(len(line.encode()) <= 75 for line in content.split("\r\n"))
    assert "\n" not in content.replace("\r\n", "")
    unfolded = content.replace("\r\n ", "").split("\r\n")
    found, event = [], None
    for line in unfolded:
        if line == "BEGIN:VEVENT":
            event = {}
        elif line == "END:VEVENT":
            found.append(event)
            event = None
        elif event is not None:
            name, _, value = line.partition(":")
            event[name] = value
    return found


def test_a_window_is_all_its_days_and_ends_on_the_day_after() -> None:
    facts = order(parcel(promise=window("carrier", 16, 17, 18)))

    (event,) = events(facts)

    assert (event["DTSTART;VALUE=DATE"], event["DTEND;VALUE=DATE"]) == ("20260716", "20260719")
    assert event["SUMMARY"] == "Paket von Lindenhof"
    assert event["DTSTAMP"] == "20260715T103000Z"
    assert (event["URL"], event["UID"]) == (URL, f"{facts.parcels[0].id}@postpurchase")


def test_each_parcel_has_its_own_event_and_number() -> None:
    facts = order(
        parcel(S.DELIVERED, promise=window("carrier", 14, 14, 15)),
        parcel(promise=window("carrier", 16, 16, 16)),
        parcel(promise=window("estimate", 17, 17, 17)),
    )

    assert [one["SUMMARY"] for one in events(facts)] == [
        "Paket 2 von 3 von Lindenhof",
        "Paket 3 von 3 von Lindenhof",
    ]


@pytest.mark.parametrize(
    "facts",
    [
        order(parcel(promise=None)),
        order(parcel(promise=window("carrier", 12, 13, 14))),
        order(parcel(S.EXCEPTION, promise=window("estimate", 16, 16, 16))),
        order(promise=window("shop", 16, 16, 16), status="cancelled"),
    ],
)
def test_without_a_day_to_come_there_is_nothing_for_the_calendar(facts) -> None:
    assert expected_deliveries(facts, now=NOW, time_zone=BERLIN) == ()


def test_before_anything_is_sent_the_orders_own_day_counts() -> None:
    (event,) = events(order(promise=window("shop", 17, 17, 17)))

    assert event["DTSTART;VALUE=DATE"] == "20260717"


def test_hostile_names_stay_text() -> None:
    shop = "Haus; Hof, \\ Garten\r\nEND:VEVENT\u2028ß" + "ü" * 80

    (event,) = events(order(parcel(promise=window("carrier", 16, 16, 16))), shop=shop)

    plain = re.sub(r"\\([;,\\])", r"\1", event["SUMMARY"].replace("\\n", "\n"))
    assert plain == "Paket von " + "\n".join(shop.splitlines())


@pytest.mark.parametrize("status", [S.IN_TRANSIT, S.OUT_FOR_DELIVERY])
def test_hours_are_moments_on_every_telephone(status) -> None:
    (event,) = events(order(parcel(status, promise=timed("carrier", "2026-07-15T14:10", "2026-07-15T15:10"))))

    assert (event["DTSTART"], event["DTEND"]) == ("20260715T121000Z", "20260715T131000Z")


def test_hours_that_are_over_leave_the_day_and_of_the_van_nothing() -> None:
    over = timed("carrier", "2026-07-15T10:00", "2026-07-15T12:30")

    (event,) = events(order(parcel(promise=over), parcel(S.OUT_FOR_DELIVERY, promise=over)))

    assert event["DTSTART;VALUE=DATE"] == "20260715"
