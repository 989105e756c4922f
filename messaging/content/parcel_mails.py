"""The mails about one parcel, from the moment it leaves to the moment it is there."""

from dataclasses import replace

from messaging.content.blocks import Block, Heading, Highlight, Notice, Paragraph
from messaging.content.facts import LineFacts, MessageFacts, ParcelFacts
from messaging.content.formats import Speech, capitalised
from messaging.content.parts import (
    Written,
    articles,
    carrier_name,
    closing,
    hours_of_today,
    is_one_of_several,
    opening,
    order_button,
    order_label,
    parcel_details,
    problem_button,
    promise,
    require_order,
    require_parcel,
    way,
    which_parcels,
    with_contact,
)

# Substatus or delivery location -> the sentence that tells it; anything else gets the plain sentence.
FAILED_BECAUSE = {
    "attempt_failed_not_home": "not_home",
    "attempt_failed_no_access": "no_access",
    "attempt_failed_second": "second",
    "attempt_failed_final": "final",
}
DELIVERED_TO = {
    "household": "household",
    "neighbour": "neighbour",
    "letterbox": "letterbox",
    "locker": "locker",
    "parcel_shop": "parcel_shop",
    "safe_place": "safe_place",
}
LOCATION_OF_SUBSTATUS = {
    "delivered_to_recipient": "household",
    "delivered_signed": "household",
    "delivered_to_neighbour": "neighbour",
    "delivered_to_letterbox": "letterbox",
    "delivered_to_parcel_locker": "locker",
    "delivered_to_parcel_shop": "parcel_shop",
    "delivered_to_safe_place": "safe_place",
    "delivered_picked_up": "picked_up",
}


def shipped(facts: MessageFacts, speech: Speech) -> Written:
    """The parcel left us: with whom, under which number, what is inside."""
    parcel = require_parcel(facts)
    part = "_part" if parcel.partial else ""
    blocks = opening(
        facts,
        speech,
        title=speech(f"shipped.title{part}"),
        above=order_label(facts, speech),
        intro=speech.opening("shipped.intro", carrier=carrier_name(parcel, speech, "dative")),
    )
    blocks.append(way(speech, at=2))
    blocks += promise(facts, speech)
    blocks += order_button(facts, speech("buttons.track"))
    blocks += parcel_details(parcel, speech)
    blocks += what_is_inside(parcel, facts, speech)
    if parcel.partial:
        blocks.append(Paragraph(speech("shipped.rest"), quiet=True))
    blocks += closing(facts, speech)
    return (
        speech(f"shipped.subject{part}", number=which_parcels(facts, speech)),
        speech("shipped.preheader"),
        blocks,
    )


def out_for_delivery(facts: MessageFacts, speech: Speech) -> Written:
    """It comes today, and what happens when nobody is at home."""
    parcel = require_parcel(facts)
    day = speech.day(parcel.event_on or facts.today)
    blocks = opening(
        facts,
        speech,
        title=speech("out_for_delivery.title"),
        above=order_label(facts, speech),
        intro=speech.opening("out_for_delivery.intro", carrier=carrier_name(parcel, speech), day=day),
    )
    blocks.append(way(speech, at=3))
    if hours_of_today(facts) and not is_one_of_several(facts):
        blocks += promise(facts, speech)
    blocks += order_button(facts, speech("buttons.track"))
    blocks += parcel_details(parcel, speech)
    if is_one_of_several(facts):
        blocks += what_is_inside(parcel, facts, speech)
    blocks.append(Notice(speech("out_for_delivery.away_title"), speech("out_for_delivery.away")))
    blocks += closing(facts, speech)
    return (
        speech("out_for_delivery.subject", number=which_parcels(facts, speech)),
        speech("out_for_delivery.preheader", day=day),
        blocks,
    )


def ready_for_pickup(facts: MessageFacts, speech: Speech) -> Written:
    """It waits somewhere: where, what to bring, how long."""
    parcel = require_parcel(facts)
    locker = _is_in_locker(parcel)
    last_days = parcel.goes_back_soon or parcel.substatus == "available_for_pickup_last_days"
    where = "locker" if locker else "shop" if parcel.substatus == "available_for_pickup_parcel_shop" else "somewhere"
    urgent = "_last_days" if last_days else ""
    blocks = opening(
        facts,
        speech,
        title=speech(f"ready_for_pickup.title{urgent}"),
        above=order_label(facts, speech),
        intro=speech.opening(f"ready_for_pickup.intro_{where}"),
    )
    blocks.append(way(speech, at=4, last="ready_for_pickup", warn=last_days))
    if parcel.place:
        blocks.append(Highlight(speech("ready_for_pickup.place"), parcel.place))
    blocks.append(Paragraph(bring_along(parcel, speech)))
    if parcel.last_day is not None:
        hurry = speech("ready_for_pickup.hurry_until", day=speech.day(parcel.last_day))
    else:
        hurry = speech(f"ready_for_pickup.hurry{urgent}")
    blocks.append(
        Notice(speech("ready_for_pickup.hurry_title_last_days"), hurry, tone="warn") if last_days else Paragraph(hurry)
    )
    blocks += order_button(facts, speech("buttons.pickup"))
    blocks += parcel_details(parcel, speech)
    if is_one_of_several(facts):
        blocks += what_is_inside(parcel, facts, speech)
    blocks += closing(facts, speech)
    return (
        speech(f"ready_for_pickup.subject{urgent}", number=which_parcels(facts, speech)),
        parcel.place or speech("ready_for_pickup.preheader"),
        blocks,
    )


def failed_attempt(facts: MessageFacts, speech: Speech) -> Written:
    """The carrier did not hand it over: what it says, what happens next, what to do if it is not true."""
    parcel = require_parcel(facts)
    final = FAILED_BECAUSE.get(parcel.substatus) == "final"
    blocks = opening(
        facts,
        speech,
        title=speech("failed_attempt.title"),
        above=order_label(facts, speech),
        intro=failure_sentence(parcel, facts, speech),
    )
    blocks.append(way(speech, at=3, warn=True))
    blocks += [
        Heading(speech("failed_attempt.next_title")),
        Paragraph(speech("failed_attempt.next_final" if final else "failed_attempt.next")),
    ]
    blocks += order_button(facts, speech("buttons.track"))
    blocks += parcel_details(parcel, speech)
    if is_one_of_several(facts):
        blocks += what_is_inside(parcel, facts, speech)
    if not final:
        disputed = with_contact(speech("failed_attempt.home"), facts, speech)
        blocks.append(Notice(speech("failed_attempt.home_title"), disputed))
    blocks += closing(facts, speech, contact=final)
    return (
        speech("failed_attempt.subject", number=which_parcels(facts, speech)),
        speech("failed_attempt.preheader_final" if final else "failed_attempt.preheader"),
        blocks,
    )


def delayed(facts: MessageFacts, speech: Speech) -> Written:
    """It comes later: why, where the carrier says so; until when, or that nobody knows yet."""
    parcel = require_parcel(facts)
    blocks = opening(
        facts,
        speech,
        title=speech("delayed.title"),
        above=order_label(facts, speech),
        intro=speech.opening("delayed.intro"),
    )
    blocks.append(way(speech, at=2, warn=True))
    known, preheader = new_day(parcel, facts, speech)
    blocks += known
    blocks.append(Paragraph(speech("delayed.next")))
    blocks += order_button(facts, speech("buttons.track"))
    blocks += parcel_details(parcel, speech)
    if is_one_of_several(facts):
        blocks += what_is_inside(parcel, facts, speech)
    blocks.append(Notice(speech("delayed.too_late_title"), with_contact(speech("delayed.too_late"), facts, speech)))
    blocks += closing(facts, speech, contact=False)
    return speech("delayed.subject", number=which_parcels(facts, speech)), preheader, blocks


def delivered(facts: MessageFacts, speech: Speech) -> Written:
    """It is there: where exactly, and whom to tell if something is wrong. A service mail: it asks for no rating."""
    parcel = require_parcel(facts)
    sentence = delivery_sentence(parcel, facts, speech)
    blocks = opening(
        facts,
        speech,
        title=speech("delivered.title"),
        above=order_label(facts, speech),
        intro=speech.opening(sentence[0], **sentence[1]),
    )
    blocks.append(way(speech, at=4))
    blocks += order_button(facts, speech("buttons.order"))
    blocks += [
        Heading(speech("delivered.ask_title")),
        Paragraph(speech("delivered.ask")),
        *problem_button(facts, speech("buttons.problem")),
    ]
    blocks += what_is_inside(parcel, facts, speech, title="delivered.items")
    blocks += closing(facts, speech)
    return (
        speech("delivered.subject", number=which_parcels(facts, speech)),
        speech("delivered.preheader"),
        blocks,
    )


def bring_along(parcel: ParcelFacts, speech: Speech) -> str:
    """Return what is needed to fetch a parcel."""
    bring = "locker" if _is_in_locker(parcel) else "number" if parcel.number else "shop"
    carrier = carrier_name(parcel, speech)
    return capitalised(speech(f"ready_for_pickup.bring_{bring}", number=parcel.number, carrier=carrier))


def failure_sentence(parcel: ParcelFacts, facts: MessageFacts, speech: Speech) -> str:
    """Return why a parcel was not handed over, as the carrier says; goes on after a salutation."""
    because = FAILED_BECAUSE.get(parcel.substatus, "plain")
    day = speech.day(parcel.event_on or facts.today)
    return speech.opening(f"failed_attempt.intro_{because}", carrier=carrier_name(parcel, speech), day=day)


def new_day(parcel: ParcelFacts, facts: MessageFacts, speech: Speech) -> tuple[list[Block], str]:
    """Return what a delay is due to and until when the parcel comes, as far as known; and the same for the inbox."""
    due_to: list[Block] = [Paragraph(speech(f"delayed.because_{parcel.late_because}"))] if parcel.late_because else []
    if parcel.promise is None or parcel.promise.latest < facts.today or not parcel.promise_stands:
        unknown = speech("delayed.unknown", carrier=carrier_name(parcel, speech))
        return [*due_to, Paragraph(unknown)], speech("delayed.preheader")
    before = parcel.promise_before
    remark = speech("delayed.before", day=speech.day(before)) if before else ""
    when = speech.span(parcel.promise)
    preheader = speech("delayed.preheader_known", when=when)
    return [*due_to, Highlight(speech("delayed.when"), when, remark)], preheader


def what_is_inside(
    parcel: ParcelFacts, facts: MessageFacts, speech: Speech, title: str = "shipped.items"
) -> list[Block]:
    """Return a parcel's articles: those it names, else all where the order has no other parcel."""
    order = require_order(facts)
    inside = parcel.lines or (() if parcel.partial else order.lines)
    return [Heading(speech(title)), articles(_unpriced(inside), order, speech)] if inside else []


def _is_in_locker(parcel: ParcelFacts) -> bool:
    return parcel.substatus == "available_for_pickup_locker" or parcel.location == "locker"


def delivery_sentence(parcel: ParcelFacts, facts: MessageFacts, speech: Speech) -> tuple[str, dict[str, object]]:
    """Return the key and the values of the sentence that says where the parcel was handed over."""
    where = LOCATION_OF_SUBSTATUS.get(parcel.substatus) or DELIVERED_TO.get(parcel.location, "plain")
    key = f"delivered.intro_{where}"
    if parcel.place and speech.texts.has(f"{key}_named"):
        key = f"{key}_named"
    return key, {
        "carrier": carrier_name(parcel, speech),
        "day": speech.day(parcel.event_on or facts.today),
        "place": parcel.place,
    }


def _unpriced(lines: tuple[LineFacts, ...]) -> tuple[LineFacts, ...]:
    return tuple(replace(line, total=None) for line in lines)
