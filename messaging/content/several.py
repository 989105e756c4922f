"""One mail about several parcels of an order that had the same news: together at the top, then one by one."""

from messaging.content.blocks import Block, Heading, Highlight, Notice, Paragraph
from messaging.content.facts import MessageFacts, ParcelFacts
from messaging.content.formats import Speech, capitalised
from messaging.content.parcel_mails import bring_along, delivery_sentence, failure_sentence, new_day, what_is_inside
from messaging.content.parts import (
    Written,
    closing,
    opening,
    order_button,
    order_label,
    order_number,
    parcel_details,
    problem_button,
    way,
    with_contact,
)
from messaging.enums import Template

# How far along the way they are, whether something is wrong, and what the button says.
_LOOK: dict[str, tuple[int, bool, str]] = {
    Template.SHIPPED: (2, False, "buttons.track"),
    Template.OUT_FOR_DELIVERY: (3, False, "buttons.track"),
    Template.READY_FOR_PICKUP: (4, False, "buttons.pickup"),
    Template.FAILED_ATTEMPT: (3, True, "buttons.track"),
    Template.DELAYED: (2, True, "buttons.track"),
    Template.DELIVERED: (4, False, "buttons.order"),
}
# The news that is told once for several parcels.
BUNDLED = frozenset(_LOOK)


def several_parcels(template: str, facts: MessageFacts, speech: Speech) -> Written:
    """Write the mail ``template``, one of ``BUNDLED``, about all ``facts.parcels``."""
    at, warn, button = _LOOK[template]
    told, number = f"several.{template}", speech.number(len(facts.parcels))
    day = speech.day(facts.today)
    blocks = opening(
        facts,
        speech,
        title=speech(f"{told}.title", parcels=number),
        above=order_label(facts, speech),
        intro=speech.opening(f"{told}.intro", parcels=number, day=day),
    )
    last = "ready_for_pickup" if template == Template.READY_FOR_PICKUP else "delivered"
    blocks.append(way(speech, at=at, warn=warn, last=last))
    blocks += order_button(facts, speech(button))
    for parcel in facts.parcels:
        blocks.append(Heading(speech("several.parcel", position=parcel.position)))
        blocks += _news_of(template, parcel, facts, speech)
        blocks += parcel_details(parcel, speech)
        blocks += what_is_inside(parcel, facts, speech)
    blocks += _afterwards(template, facts, speech)
    blocks += closing(facts, speech)
    return (
        speech(f"{told}.subject", parcels=number, number=order_number(facts)),
        speech(f"{told}.preheader", day=day),
        blocks,
    )


def _news_of(template: str, parcel: ParcelFacts, facts: MessageFacts, speech: Speech) -> list[Block]:
    """What is to say of this one parcel."""
    match template:
        case Template.READY_FOR_PICKUP:
            place: list[Block] = [Highlight(speech("ready_for_pickup.place"), parcel.place)] if parcel.place else []
            return [*place, Paragraph(bring_along(parcel, speech))]
        case Template.FAILED_ATTEMPT:
            return [Paragraph(capitalised(failure_sentence(parcel, facts, speech)))]
        case Template.DELAYED:
            return new_day(parcel, facts, speech)[0]
        case Template.DELIVERED:
            key, values = delivery_sentence(parcel, facts, speech)
            return [Paragraph(capitalised(speech(key, count=None, **values)))]
        case _:
            return []


def _afterwards(template: str, facts: MessageFacts, speech: Speech) -> list[Block]:
    """What is to say after all parcels."""
    match template:
        case Template.OUT_FOR_DELIVERY:
            return [Notice(speech("several.away_title"), speech("several.away"))]
        case Template.READY_FOR_PICKUP:
            return [Paragraph(speech("several.hurry"))]
        case Template.FAILED_ATTEMPT:
            home = with_contact(speech("failed_attempt.home"), facts, speech)
            return [Notice(speech("failed_attempt.home_title"), home)]
        case Template.DELAYED:
            sooner = with_contact(speech("delayed.too_late"), facts, speech)
            return [Notice(speech("several.too_late_title"), sooner)]
        case Template.DELIVERED:
            return [
                Heading(speech("delivered.ask_title")),
                Paragraph(speech("several.ask")),
                *problem_button(facts, speech("buttons.problem")),
            ]
        case _:
            return []
