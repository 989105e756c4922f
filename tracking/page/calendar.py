"""The days on which parcels are expected, as a calendar file (RFC 5545). Pure.

Days, where nobody named hours. A day is the merchant's, and as a date without a zone it is the same day on every
telephone; the end of an event is the first day after it (section 3.6.1). Hours are moments in UTC.
"""

import datetime as dt
from dataclasses import dataclass

from postpurchase.lib.texts import Texts
from tracking.page.facts import OrderFacts, ParcelFacts
from tracking.promise import Window, is_shown, may_name_hours
from tracking.times import Times

LONGEST_LINE = 75  # octets, without the line break (section 3.1)


@dataclass(frozen=True, slots=True)
class Expected:
    """One delivery that is still to come: its number among the order's parcels (0: the order as a whole)."""

    id: str
    number: int
    window: Window
    times: Times | None = None


def expected_deliveries(order: OrderFacts, *, now: dt.datetime, time_zone: dt.tzinfo) -> tuple[Expected, ...]:
    """Return the deliveries whose days or hours are told and not over; days are those of the merchant's ``time_zone``.

    Of a parcel in the van only hours are worth an entry.
    """
    if not order.parcels:
        told = [Expected(str(order.id), 0, order.promise)] if order.promise and order.status == "open" else []
    else:
        told = [
            Expected(str(parcel.id), number, parcel.promise, times)
            for number, parcel in enumerate(order.parcels, start=1)
            if parcel.promise and ((times := _times_to_come(parcel, now)) or is_shown(parcel.status))
        ]
    today = now.astimezone(time_zone).date()
    return tuple(one for one in told if one.window.latest >= today)


def _times_to_come(parcel: ParcelFacts, now: dt.datetime) -> Times | None:
    times = parcel.promise.times if parcel.promise and may_name_hours(parcel.status) else None
    return times if times and times.ends > now else None


def calendar_file(
    order: OrderFacts, expected: tuple[Expected, ...], *, shop: str, url: str, texts: Texts, now: dt.datetime
) -> str:
    """Return the calendar with an event for each delivery; ``url`` is the order's page."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//postpurchase//delivery//EN", "METHOD:PUBLISH"]
    several = len(order.parcels) > 1
    for one in expected:
        key = "calendar.parcel_of" if several else "calendar.parcel"
        title = texts(key, shop=shop, number=one.number, total=len(order.parcels))
        lines += [
            "BEGIN:VEVENT",
            f"UID:{one.id}@postpurchase",
            f"DTSTAMP:{_moment(now)}",
            *_span(one),
            f"SUMMARY:{_escaped(title)}",
            f"DESCRIPTION:{_escaped(texts('calendar.description', number=order.number, url=url))}",
            f"URL:{url}",
            "TRANSP:TRANSPARENT",
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _span(one: Expected) -> list[str]:
    if one.times:
        return [f"DTSTART:{_moment(one.times.begins)}", f"DTEND:{_moment(one.times.ends)}"]
    return [
        f"DTSTART;VALUE=DATE:{one.window.earliest:%Y%m%d}",
        f"DTEND;VALUE=DATE:{one.window.latest + dt.timedelta(days=1):%Y%m%d}",
    ]


def _moment(moment: dt.datetime) -> str:
    return f"{moment.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}"


def _escaped(text: str) -> str:
    """Section 3.3.11; line breaks of any kind become the one that is allowed."""
    for sign in ("\\", ";", ","):
        text = text.replace(sign, f"\\{sign}")
    return "\\n".join(text.splitlines())


def _folded(line: str) -> str:
    """Break a long line between characters, never inside one (section 3.1)."""
    parts, part, size = [], "", 0
    for sign in line:
        length = len(sign.encode())
        if size + length > LONGEST_LINE:
            parts.append(part)
            part, size = "", 1  # the blank at the beginning of what goes on counts
        part, size = part + sign, size + length
    return "\r\n ".join([*parts, part])
