"""What the page says: the day and why, the way's stations, the order of parcels. Pure, so made from facts by hand."""

import datetime as dt
import uuid
from dataclasses import replace
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from orders.enums import OrderStatus
from postpurchase.lib.texts import texts_for
from tests.conftest import NOW
from tracking.enums import ShipmentStatus as S
from tracking.models import PromiseSource
from tracking.page.build import build_page
from tracking.page.facts import LineFacts, NewsFacts, OrderFacts, ParcelFacts
from tracking.promise import Window, timed_window
from tracking.times import Times

LAMP, CUP = uuid.UUID(int=1), uuid.UUID(int=2)
# NOW is Wednesday, 15 July 2026, half past twelve in Berlin; before noon things may still come today.
MORNING = NOW - dt.timedelta(hours=3)


def window(source, earliest, likely, latest):
    return Window(PromiseSource(source), *(dt.date(2026, 7, day) for day in (earliest, likely, latest)))


def heard(hours_ago, status, substatus="", **fields):
    values = {"message": "", "city": "", "country": ""} | fields
    return NewsFacts(NOW - dt.timedelta(hours=hours_ago), status, substatus, **values)


def parcel(status=S.IN_TRANSIT, substatus="", **fields):
    values = {
        "id": uuid.uuid4(),
        "carrier": "dhl",
        "carrier_word": "",
        "tracking_number": "0034",
        "tracking_url": "",
        "shipped_at": NOW - dt.timedelta(days=1),
        "created_at": NOW - dt.timedelta(days=1),
        "status": status,
        "substatus": substatus,
        "status_at": NOW - dt.timedelta(hours=2),
        "delivered_at": NOW - dt.timedelta(hours=2) if status == S.DELIVERED else None,
        "delivery_location": "",
        "delivery_location_text": "",
        "signed_by": "",
        "contents": {},
        "news": (),
        "promise": None,
    }
    return ParcelFacts(**(values | fields))


def order(*parcels, **fields):
    values = {
        "id": uuid.uuid4(),
        "number": "1001",
        "placed_at": NOW - dt.timedelta(days=2),
        "status": "open",
        "payment_status": "paid",
        "currency": "EUR",
        "language": "de",
        "destination": "DE",
        "lines": (
            LineFacts(LAMP, "lamp", "Lampe", 2, Decimal(45), "", ""),
            LineFacts(CUP, "cup", "Tasse", 1, Decimal(5), "", ""),
        ),
        "parcels": parcels,
        "promise": None,
        "private_words": frozenset(),
    }
    return OrderFacts(**(values | fields))


def page(facts, *, language="de", now=NOW):
    texts = texts_for("tracking", language=language)
    return build_page(facts, shop="Lindenhof", texts=texts, now=now, time_zone=ZoneInfo("Europe/Berlin"))


def plain(text):
    return text.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("promise", "now", "when", "reason"),
    [
        (
            window("estimate", 15, 16, 17),
            MORNING,
            "Voraussichtlich morgen, Donnerstag, 16. Juli",
            "Frühestens heute, spätestens Freitag, 17. Juli. Geschätzt aus dem Versandtag und der üblichen Laufzeit.",
        ),
        (
            window("estimate", 15, 17, 20),
            NOW,
            "Voraussichtlich Freitag, 17. Juli",
            "Frühestens morgen, spätestens Montag, 20. Juli. Geschätzt aus dem Versandtag und der üblichen Laufzeit.",
        ),
        (
            window("estimate", 13, 14, 16),
            NOW,
            "Voraussichtlich bis morgen, Donnerstag, 16. Juli",
            "Geschätzt aus dem Versandtag und der üblichen Laufzeit.",
        ),
        (
            window("shop", 17, 17, 17),
            NOW,
            "Zugesagt für Freitag, 17. Juli",
            "Diesen Tag hat Lindenhof zugesagt.",
        ),
        (
            window("shop", 16, 20, 20),
            NOW,
            "Zugesagt bis Montag, 20. Juli",
            "Diesen Tag hat Lindenhof zugesagt.",
        ),
        (
            window("carrier", 16, 16, 16),
            NOW,
            "Zugesagt für morgen, Donnerstag, 16. Juli",
            "Diesen Tag nennt der Zustelldienst.",
        ),
        (window("estimate", 10, 13, 14), NOW, "Sollte bis gestern, Dienstag, 14. Juli da sein", ""),
        (None, NOW, "", ""),
    ],
)
def test_the_day_is_named_with_its_reason(promise, now, when, reason) -> None:
    saying = page(order(parcel(promise=promise)), now=now).saying

    assert (plain(saying.when), plain(saying.reason)) == (when, reason)


def test_english_names_days_its_own_way() -> None:
    facts = order(parcel(promise=window("shop", 17, 17, 17)))

    assert plain(page(facts, language="en").saying.when) == "Promised for Friday 17 July"
    assert plain(page(facts, language="en-US").saying.when) == "Promised for Friday, July 17"


def test_a_promised_day_that_passed_makes_the_parcel_late() -> None:
    card = page(order(parcel(promise=window("shop", 13, 13, 13)))).parcels[0]

    assert (card.saying.title, card.way.warn) == ("Ihr Paket kommt später", True)


@pytest.mark.parametrize("status", [S.EXCEPTION, S.ATTEMPT_FAILED, S.OUT_FOR_DELIVERY, S.AVAILABLE_FOR_PICKUP])
def test_no_day_is_named_where_it_would_mislead(status) -> None:
    saying = page(order(parcel(status, promise=window("shop", 17, 17, 17)))).saying

    assert saying.when == ""
    assert "17. Juli" not in plain(saying.reason)


def test_our_own_estimate_is_silent_once_the_carrier_reports_a_delay() -> None:
    late = parcel(substatus="in_transit_delayed", promise=window("estimate", 16, 17, 18))

    assert page(order(late)).saying.when == ""


def test_a_day_promised_before_a_delay_is_called_what_it_was_until_a_later_one_is_named() -> None:
    late = parcel(substatus="in_transit_delayed", promise=window("shop", 17, 17, 17))

    before, moved = page(order(late)).saying, page(order(replace(late, promise_moved=True))).saying

    assert (plain(before.when), before.reason) == ("Zugesagt war Freitag, 17. Juli", "")
    assert plain(moved.when) == "Zugesagt für Freitag, 17. Juli"
    named = replace(late, promise=window("carrier", 17, 17, 17))
    assert plain(page(order(named)).saying.when) == "Zugesagt für Freitag, 17. Juli"


def test_places_name_their_country_once_a_parcel_has_left_one() -> None:
    hamburg = heard(20, S.IN_TRANSIT, city="Hamburg", country="DE")
    basel = heard(2, S.IN_TRANSIT, city="Basel", country="CH")
    border = heard(1, S.IN_TRANSIT, country="CH")

    def places(*news: NewsFacts) -> list[str]:
        return [entry.where for entry in page(order(parcel(news=news))).parcels[0].recent]

    assert places(hamburg) == ["Hamburg"]
    assert places(border, basel, hamburg) == ["Schweiz", "Basel, Schweiz", "Hamburg, Deutschland"]


def test_out_for_delivery_is_today_only_on_its_day() -> None:
    today = parcel(S.OUT_FOR_DELIVERY)
    yesterday = replace(today, status_at=NOW - dt.timedelta(days=1))

    assert page(order(today)).saying.title == "Ihr Paket kommt heute"
    assert page(order(yesterday)).saying.title == "Ihr Paket ist in der Zustellung"


def test_the_way_dates_each_station_it_has_reached() -> None:
    news = (heard(2, S.IN_TRANSIT, "in_transit_arrived"), heard(14, S.IN_TRANSIT), heard(30, S.INFO_RECEIVED))

    way = page(order(parcel(news=news))).parcels[0].way

    assert way.at == 2
    assert [(stop.label, stop.note) for stop in way.stops] == [
        ("Bestellt", "13.7."),
        ("Gepackt", "14.7."),
        ("Auf dem Weg", "14.7."),
        ("Fast da", ""),
        ("Da", ""),
    ]


def test_a_hand_over_named_for_tomorrow_is_not_drawn_as_done_tomorrow() -> None:
    early = parcel(S.PENDING, shipped_at=NOW + dt.timedelta(days=1))

    assert page(order(early)).parcels[0].way.stops[1].note == "15.7."


@pytest.mark.parametrize(
    ("status", "substatus", "news", "stop"),
    [
        (S.EXCEPTION, "exception_address_incorrect", (heard(1, S.OUT_FOR_DELIVERY),), 3),
        (S.EXCEPTION, "exception_held", (heard(1, S.IN_TRANSIT),), 2),
        (S.EXCEPTION, "exception_returning_to_sender", (heard(1, S.OUT_FOR_DELIVERY),), 2),
        (S.EXCEPTION, "exception_returned", (heard(1, S.OUT_FOR_DELIVERY),), 1),
        (S.ATTEMPT_FAILED, "", (), 3),
        (S.EXPIRED, "", (heard(1, S.INFO_RECEIVED),), 1),
    ],
)
def test_with_a_problem_the_parcel_is_drawn_where_it_is(status, substatus, news, stop) -> None:
    way = page(order(parcel(status, substatus, news=news))).parcels[0].way

    assert (way.at, way.warn) == (stop, True)


@pytest.mark.parametrize(
    ("substatus", "news", "stations"),
    [
        ("exception_returning_to_sender", S.OUT_FOR_DELIVERY, ["Bestellt", "Gepackt", "Zurück", "Fast da"]),
        ("exception_returned", S.OUT_FOR_DELIVERY, ["Bestellt", "Zurück", "Auf dem Weg", "Fast da"]),
        ("exception_refused", S.OUT_FOR_DELIVERY, ["Bestellt", "Gepackt", "Auf dem Weg", "Zurück"]),
        ("exception_lost", S.IN_TRANSIT, ["Bestellt", "Gepackt", "Auf dem Weg", "Fast da"]),
    ],
)
def test_a_parcel_that_goes_back_is_not_called_packed_or_nearly_there(substatus, news, stations) -> None:
    way = page(order(parcel(S.EXCEPTION, substatus, news=(heard(30, news),)))).parcels[0].way

    assert [stop.label for stop in way.stops][:4] == stations
    assert [stop.note for stop in way.stops if stop.label == "Zurück"] == ["15.7."] * ("Zurück" in stations)


def test_what_the_shop_calls_sent_is_drawn_on_its_way() -> None:
    assert page(order(status=OrderStatus.FULFILLED)).way.at == 2
    assert page(order()).way.at == 0


@pytest.mark.parametrize(
    ("carrier", "language", "name"),
    [
        ("swiss_post", "de", "Die Post"),
        ("swiss_post", "en", "Swiss Post"),
        ("dhl", "en", "DHL"),
        ("other", "de", "Kurt"),
    ],
)
def test_a_carrier_is_called_what_the_reader_calls_it(carrier, language, name) -> None:
    sent = order(parcel(carrier=carrier, carrier_word="Kurt"))

    assert page(sent, language=language).parcels[0].carrier == name


def test_several_parcels_are_counted_and_the_one_to_act_on_stands_first() -> None:
    there, waiting = parcel(S.DELIVERED), parcel(S.AVAILABLE_FOR_PICKUP)

    shown = page(order(there, parcel(), waiting))

    assert (shown.saying.title, [card.heading for card in shown.parcels]) == (
        "1 von 3 Paketen ist da",
        ["Paket 3 von 3", "Paket 2 von 3", "Paket 1 von 3"],
    )
    assert page(order(parcel(), parcel())).saying.title == "Ihre Bestellung kommt in 2 Paketen"
    assert page(order(there, there)).saying.title == "Ihre 2 Pakete sind da"
    assert page(order(there, there, waiting)).saying.title == "2 von 3 Paketen sind da"


def test_of_several_parcels_trouble_is_told_first() -> None:
    there, refused, failed = parcel(S.DELIVERED), parcel(S.EXCEPTION, "exception_refused"), parcel(S.ATTEMPT_FAILED)

    assert page(order(there, refused)).saying.title == "Mit einem von 2 Paketen stimmt etwas nicht"
    assert page(order(there, refused, failed)).saying.title == "Mit 2 von 3 Paketen stimmt etwas nicht"
    assert page(order(there, failed), language="en").saying.title == "One of your 2 parcels has run into a problem"


def test_contents_and_what_is_missing_are_told_apart() -> None:
    shown = page(order(parcel(contents={LAMP: 1}), parcel(contents={CUP: 1})))

    assert [[(item.name, item.quantity) for item in card.contents] for card in shown.parcels] == [
        [("Lampe", 1)],
        [("Tasse", 1)],
    ]
    assert [(item.name, item.quantity) for item in shown.unsent] == [("Lampe", 1)]
    assert shown.items == ()


def test_a_parcel_that_does_not_tell_its_contents_may_hold_everything() -> None:
    shown = page(order(parcel(contents={LAMP: 1}), parcel()))

    assert shown.unsent == ()
    assert [item.name for item in shown.items] == ["Lampe", "Tasse"]


def test_delivered_means_everything_is_there() -> None:
    assert page(order(parcel(S.DELIVERED))).is_delivered
    assert not page(order(parcel(S.DELIVERED, contents={LAMP: 2}))).is_delivered
    assert not page(order(parcel(S.DELIVERED), parcel())).is_delivered
    assert not page(order()).is_delivered


def test_a_carrier_we_do_not_know_is_called_one() -> None:
    unknown = parcel(S.PENDING, carrier="other", carrier_word="", tracking_number="")

    card = page(order(unknown)).parcels[0]

    assert card.saying.next == "Als Nächstes holt der Zustelldienst es bei uns ab. Sie müssen nichts tun."
    assert (card.carrier, card.live_url) == ("", "")


def test_the_shops_own_address_for_following_comes_first_unless_it_is_none() -> None:
    own = parcel(tracking_url="https://track.example.com/1")

    assert page(order(own)).parcels[0].live_url == "https://track.example.com/1"
    assert (
        page(order(replace(own, tracking_url="javascript:alert(1)")))
        .parcels[0]
        .live_url.startswith("https://www.dhl.de/")
    )


def test_carriers_sentences_are_shown_only_for_codes_we_do_not_know_and_without_people() -> None:
    news = (
        heard(1, None, message="An Frau Muster übergeben"),
        heard(2, None, message="Sortierung"),
        heard(3, S.DELIVERED, "delivered_signed", message="Signed by JESSICA"),
    )
    facts = order(parcel(news=news), private_words=frozenset({"muster"}))

    entries = page(facts).parcels[0].recent

    assert [(entry.title, entry.detail) for entry in entries] == [
        ("Meldung des Zustelldienstes", ""),
        ("Meldung des Zustelldienstes", "Sortierung"),
        ("Gegen Unterschrift übergeben", ""),
    ]


def timed(source, begins, ends):
    """A window of hours, told in the time of Berlin."""
    zone = ZoneInfo("Europe/Berlin")
    begins, ends = (dt.datetime.fromisoformat(moment).replace(tzinfo=zone) for moment in (begins, ends))
    return timed_window(Times(begins, ends), zone, PromiseSource(source))


@pytest.mark.parametrize(
    ("language", "when"),
    [
        ("de", "Heute zwischen 14:10 und 15:10 Uhr"),
        ("de-CH", "Heute zwischen 14:10 und 15:10 Uhr"),
        ("de-AT", "Heute zwischen 14:10 und 15:10 Uhr"),
        ("en", "Today between 14:10 and 15:10"),
    ],
)
def test_a_parcel_in_the_van_is_said_to_come_within_its_hours(language, when) -> None:
    hours = timed("carrier", "2026-07-15T14:10", "2026-07-15T15:10")

    (card,) = page(order(parcel(S.OUT_FOR_DELIVERY, promise=hours)), language=language).parcels

    assert card.saying.when == when
    assert card.saying.reason == (
        "This time comes from the carrier." if language == "en" else "Diese Zeit nennt der Zustelldienst."
    )


@pytest.mark.parametrize(
    ("begins", "ends", "when"),
    [
        ("2026-07-16T08:00", "2026-07-16T10:00", "Morgen, Donnerstag, 16. Juli, zwischen 08:00 und 10:00 Uhr"),
        ("2026-07-17T08:00", "2026-07-17T08:00", "Freitag, 17. Juli, gegen 08:00 Uhr"),
        ("2026-07-15T23:30", "2026-07-16T00:30", "Zwischen heute, 23:30 Uhr und morgen, 00:30 Uhr"),
        ("2026-07-15T22:00", "2026-07-16T00:00", "Zwischen heute, 22:00 Uhr und morgen, 00:00 Uhr"),
    ],
)
def test_hours_on_other_days_name_the_day(begins, ends, when) -> None:
    (card,) = page(order(parcel(promise=timed("shop", begins, ends)))).parcels

    assert plain(card.saying.when) == when
    assert card.saying.reason == "Diese Zeit hat Lindenhof genannt."


@pytest.mark.parametrize(
    ("begins", "ends", "when"),
    [
        # 02:40 in summer is before 02:10 in winter: the clock would say it backwards.
        ("2026-10-25T00:40+00:00", "2026-10-25T01:10+00:00", "Zugesagt für heute, Sonntag, 25. Oktober"),
        ("2026-10-25T00:30+00:00", "2026-10-25T01:30+00:00", "Zugesagt für heute, Sonntag, 25. Oktober"),
        ("2026-10-25T00:10+00:00", "2026-10-25T01:30+00:00", "Heute zwischen 02:10 und 02:30 Uhr"),
        ("2026-10-25T12:00+00:00", "2026-10-25T13:00+00:00", "Heute zwischen 13:00 und 14:00 Uhr"),
    ],
)
def test_in_the_night_of_winter_time_hours_are_said_only_where_they_read_right(begins, ends, when) -> None:
    zone = ZoneInfo("Europe/Berlin")
    times = Times(dt.datetime.fromisoformat(begins), dt.datetime.fromisoformat(ends))
    facts = order(parcel(promise=timed_window(times, zone, PromiseSource.CARRIER)))

    (card,) = page(facts, now=dt.datetime(2026, 10, 24, 23, 0, tzinfo=dt.UTC)).parcels

    assert plain(card.saying.when) == when


def test_hours_that_are_over_leave_the_day() -> None:
    over = timed("carrier", "2026-07-15T10:00", "2026-07-15T12:30")

    (on_the_way,) = page(order(parcel(promise=over))).parcels
    (in_the_van,) = page(order(parcel(S.OUT_FOR_DELIVERY, promise=over))).parcels

    assert plain(on_the_way.saying.when) == "Zugesagt für heute, Mittwoch, 15. Juli"
    assert (in_the_van.saying.title, in_the_van.saying.when) == ("Ihr Paket kommt heute", "")


@pytest.mark.parametrize("status", [S.DELIVERED, S.EXCEPTION, S.ATTEMPT_FAILED, S.AVAILABLE_FOR_PICKUP])
def test_what_does_not_come_any_more_has_no_hours(status) -> None:
    hours = timed("carrier", "2026-07-15T14:10", "2026-07-15T15:10")

    (card,) = page(order(parcel(status, promise=hours))).parcels

    assert "15:10" not in card.saying.when


def test_a_parcel_that_comes_today_is_not_said_to_come_tomorrow_too() -> None:
    hours = timed("carrier", "2026-07-16T14:10", "2026-07-16T15:10")

    (card,) = page(order(parcel(S.OUT_FOR_DELIVERY, promise=hours))).parcels

    assert (card.saying.title, card.saying.when) == ("Ihr Paket kommt heute", "")
