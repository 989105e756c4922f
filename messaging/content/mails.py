"""Every mail as a list of blocks. A new mail is a function here, an entry in ``MAILS`` and its texts."""

from collections.abc import Callable
from dataclasses import replace

from messaging.content.blocks import Block, Button, Heading, Highlight, Mail, Notice, Paragraph, Picture, Score, Scores
from messaging.content.facts import LineFacts, MessageFacts, ParcelFacts
from messaging.content.formats import Speech, capitalised, subject_line
from messaging.content.parts import (
    MissingFact,
    articles,
    carrier_name,
    closing,
    footer,
    opening,
    order_button,
    order_label,
    order_number,
    parcel_details,
    problem_button,
    promise,
    require_order,
    require_parcel,
    totals,
    way,
    with_contact,
)
from postpurchase.lib.texts import texts_for

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


def compose(template: str, facts: MessageFacts) -> Mail:
    """Write the mail ``template`` about ``facts``.

    Raises ``UnknownTemplate`` for a template that is not in ``MAILS`` and ``MissingFact`` where what it is about is
    not among the facts.
    """
    try:
        write = MAILS[template]
    except KeyError:
        raise UnknownTemplate(template) from None
    texts = texts_for("messaging", language=facts.language, tone=facts.tone)
    speech = Speech(texts=texts, tone=facts.tone, today=facts.today)
    subject, preheader, blocks = write(facts, speech)
    return Mail(
        language=texts.language,
        subject=subject_line(subject),
        preheader=subject_line(preheader),
        blocks=(Picture(PICTURES[template]), *blocks),
        footer=footer(facts, speech),
    )


class UnknownTemplate(LookupError):
    """No mail or SMS has this name."""


Written = tuple[str, str, list[Block]]


def order_confirmation(facts: MessageFacts, speech: Speech) -> Written:
    """Thanks, what was bought, where it goes, when it comes."""
    order = require_order(facts)
    expected = promise(facts, speech)
    blocks = opening(
        facts,
        speech,
        title=speech("order_confirmation.title"),
        above=order_label(facts, speech),
        intro=speech.opening("order_confirmation.intro"),
    )
    blocks += expected
    blocks += order_button(facts, speech("buttons.order"))
    blocks += [Heading(speech("order_confirmation.items")), articles(order.lines, order, speech), totals(order, speech)]
    if order.address:
        blocks += [
            Heading(speech("order_confirmation.address")),
            Paragraph("\n".join(order.address)),
            Paragraph(speech("order_confirmation.address_help"), quiet=True),
        ]
    blocks += closing(facts, speech)
    preheader = (
        speech("order_confirmation.preheader_promised", when=expected[0].value)
        if expected and isinstance(expected[0], Highlight)
        else speech("order_confirmation.preheader")
    )
    return speech("order_confirmation.subject", number=order_number(facts)), preheader, blocks


def shipped(facts: MessageFacts, speech: Speech) -> Written:
    """The parcel left us: with whom, under which number, what is inside."""
    order, parcel = require_order(facts), require_parcel(facts)
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
    inside = parcel.lines or (() if parcel.partial else order.lines)
    if inside:
        blocks += [Heading(speech("shipped.items")), articles(_unpriced(inside), order, speech)]
    if parcel.partial:
        blocks.append(Paragraph(speech("shipped.rest"), quiet=True))
    blocks += closing(facts, speech)
    return (
        speech(f"shipped.subject{part}", number=order_number(facts)),
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
    blocks += order_button(facts, speech("buttons.track"))
    blocks += parcel_details(parcel, speech)
    blocks.append(Notice(speech("out_for_delivery.away_title"), speech("out_for_delivery.away")))
    blocks += closing(facts, speech)
    return (
        speech("out_for_delivery.subject", number=order_number(facts)),
        speech("out_for_delivery.preheader", day=day),
        blocks,
    )


def ready_for_pickup(facts: MessageFacts, speech: Speech) -> Written:
    """It waits somewhere: where, what to bring, how long."""
    parcel = require_parcel(facts)
    locker = parcel.substatus == "available_for_pickup_locker" or parcel.location == "locker"
    last_days = parcel.substatus == "available_for_pickup_last_days"
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
    bring = "locker" if locker else "number" if parcel.number else "shop"
    blocks.append(
        Paragraph(
            capitalised(
                speech(
                    f"ready_for_pickup.bring_{bring}",
                    number=parcel.number,
                    carrier=carrier_name(parcel, speech),
                )
            )
        )
    )
    hurry = speech(f"ready_for_pickup.hurry{urgent}")
    blocks.append(
        Notice(speech("ready_for_pickup.hurry_title_last_days"), hurry, tone="warn") if last_days else Paragraph(hurry)
    )
    blocks += order_button(facts, speech("buttons.pickup"))
    blocks += parcel_details(parcel, speech)
    blocks += closing(facts, speech)
    return (
        speech(f"ready_for_pickup.subject{urgent}", number=order_number(facts)),
        parcel.place or speech("ready_for_pickup.preheader"),
        blocks,
    )


def failed_attempt(facts: MessageFacts, speech: Speech) -> Written:
    """The carrier did not hand it over: what it says, what happens next, what to do if it is not true."""
    parcel = require_parcel(facts)
    because = FAILED_BECAUSE.get(parcel.substatus, "plain")
    final = because == "final"
    blocks = opening(
        facts,
        speech,
        title=speech("failed_attempt.title"),
        above=order_label(facts, speech),
        intro=speech.opening(
            f"failed_attempt.intro_{because}",
            carrier=carrier_name(parcel, speech),
            day=speech.day(parcel.event_on or facts.today),
        ),
    )
    blocks.append(way(speech, at=3, warn=True))
    blocks += [
        Heading(speech("failed_attempt.next_title")),
        Paragraph(speech("failed_attempt.next_final" if final else "failed_attempt.next")),
    ]
    blocks += order_button(facts, speech("buttons.track"))
    blocks += parcel_details(parcel, speech)
    if not final:
        disputed = with_contact(speech("failed_attempt.home"), facts, speech)
        blocks.append(Notice(speech("failed_attempt.home_title"), disputed))
    blocks += closing(facts, speech, contact=final)
    return (
        speech("failed_attempt.subject", number=order_number(facts)),
        speech("failed_attempt.preheader_final" if final else "failed_attempt.preheader"),
        blocks,
    )


def delayed(facts: MessageFacts, speech: Speech) -> Written:
    """It comes later: until when, or that nobody knows yet."""
    parcel = require_parcel(facts)
    blocks = opening(
        facts,
        speech,
        title=speech("delayed.title"),
        above=order_label(facts, speech),
        intro=speech.opening("delayed.intro"),
    )
    blocks.append(way(speech, at=2, warn=True))
    known = parcel.promise is not None and parcel.promise.latest >= facts.today
    if known and parcel.promise is not None:
        before = parcel.promise_before
        remark = speech("delayed.before", day=speech.day(before)) if before else ""
        when = speech.span(parcel.promise)
        blocks.append(Highlight(speech("delayed.when"), when, remark))
        preheader = speech("delayed.preheader_known", when=when)
    else:
        carrier = carrier_name(parcel, speech)
        blocks.append(Paragraph(speech("delayed.unknown", carrier=carrier)))
        preheader = speech("delayed.preheader")
    blocks.append(Paragraph(speech("delayed.next")))
    blocks += order_button(facts, speech("buttons.track"))
    blocks += parcel_details(parcel, speech)
    blocks.append(Notice(speech("delayed.too_late_title"), with_contact(speech("delayed.too_late"), facts, speech)))
    blocks += closing(facts, speech, contact=False)
    return speech("delayed.subject", number=order_number(facts)), preheader, blocks


def delivered(facts: MessageFacts, speech: Speech) -> Written:
    """It is there: where exactly, and whom to tell if something is wrong. A service mail: it asks for no rating."""
    order, parcel = require_order(facts), require_parcel(facts)
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
    inside = parcel.lines or (() if parcel.partial else order.lines)
    if inside:
        blocks += [Heading(speech("delivered.items")), articles(_unpriced(inside), order, speech)]
    blocks += closing(facts, speech)
    return (
        speech("delivered.subject", number=order_number(facts)),
        speech("delivered.preheader"),
        blocks,
    )


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


def nps_survey(facts: MessageFacts, speech: Speech) -> Written:
    """One question, eleven answers. The links only open the page with the number marked; nothing is stored by them."""
    if not facts.links.survey:
        raise MissingFact("survey")
    store = facts.store.name
    scores = tuple(
        Score(str(number), speech("nps_survey.spoken", number=number), f"{facts.links.survey}?score={number}")
        for number in range(11)
    )
    blocks = opening(
        facts,
        speech,
        title=speech("nps_survey.title"),
        above=order_label(facts, speech) if facts.order else "",
        intro=speech.opening("nps_survey.intro"),
    )
    blocks += [
        Heading(speech("nps_survey.question", store=store)),
        Scores(scores, low=speech("nps_survey.low"), high=speech("nps_survey.high")),
        Paragraph(speech("nps_survey.how"), quiet=True),
    ]
    blocks += closing(facts, speech)
    return speech("nps_survey.subject", store=store), speech("nps_survey.preheader"), blocks


def points_earned(facts: MessageFacts, speech: Speech) -> Written:
    """Points came in: how many, for what, and the balance."""
    if facts.points is None:
        raise MissingFact("points")
    earned, balance = speech.number(facts.points.earned), speech.number(facts.points.balance)
    for_what = facts.points.reason if facts.points.reason in ("purchase", "survey") else "other"
    if for_what == "purchase" and facts.order is None:
        for_what = "other"
    number = order_number(facts) if facts.order else ""
    title = speech("points_earned.title", count=facts.points.earned, points=earned)
    blocks = opening(
        facts,
        speech,
        title=title,
        above=order_label(facts, speech) if facts.order else "",
        intro=speech.opening(f"points_earned.intro_{for_what}", number=number),
    )
    blocks.append(
        Highlight(
            speech("points_earned.balance"),
            speech("points_earned.points", count=facts.points.balance, points=balance),
        )
    )
    if facts.links.points:
        blocks.append(Button(speech("buttons.points"), facts.links.points))
    blocks += closing(facts, speech)
    return (
        speech("points_earned.subject", count=facts.points.earned, points=earned),
        speech("points_earned.preheader", count=facts.points.balance, points=balance),
        blocks,
    )


def order_cancelled(facts: MessageFacts, speech: Speech) -> Written:
    """The order will not come, and what happens to the money."""
    order = require_order(facts)
    blocks = opening(
        facts,
        speech,
        title=speech("order_cancelled.title"),
        above=order_label(facts, speech),
        intro=speech.opening("order_cancelled.intro", number=order_number(facts), day=speech.day(order.placed_on)),
    )
    if order.has_parcels:
        blocks.append(Paragraph(speech("order_cancelled.under_way")))
    money = "order_cancelled.money_paid" if order.paid else "order_cancelled.money_open"
    blocks.append(Notice(speech("order_cancelled.money_title"), speech(money)))
    blocks += [Heading(speech("order_cancelled.items")), articles(order.lines, order, speech), totals(order, speech)]
    blocks += order_button(facts, speech("buttons.order"))
    blocks.append(Paragraph(with_contact(speech("order_cancelled.mistake"), facts, speech), quiet=True))
    blocks += closing(facts, speech, contact=False)
    return (
        speech("order_cancelled.subject", number=order_number(facts)),
        speech("order_cancelled.preheader_paid" if order.paid else "order_cancelled.preheader_open"),
        blocks,
    )


def order_refunded(facts: MessageFacts, speech: Speech) -> Written:
    """Money goes back: how much, which way, how long it takes."""
    order = require_order(facts)
    if facts.refund is None:
        raise MissingFact("refund")
    amount = speech.money(facts.refund.amount, order.currency)
    blocks = opening(
        facts,
        speech,
        title=speech("order_refunded.title"),
        above=order_label(facts, speech),
        intro=speech.opening("order_refunded.intro", number=order_number(facts)),
    )
    blocks += [
        Highlight(speech("order_refunded.amount"), amount),
        Paragraph(speech("order_refunded.way")),
    ]
    if facts.refund.lines:
        blocks += [Heading(speech("order_refunded.items")), articles(facts.refund.lines, order, speech)]
    blocks += order_button(facts, speech("buttons.order"))
    blocks += closing(facts, speech)
    return (
        speech("order_refunded.subject", number=order_number(facts), amount=amount),
        speech("order_refunded.preheader"),
        blocks,
    )


def _unpriced(lines: tuple[LineFacts, ...]) -> tuple[LineFacts, ...]:
    return tuple(replace(line, total=None) for line in lines)


MAILS: dict[str, Callable[[MessageFacts, Speech], Written]] = {
    "order_confirmation": order_confirmation,
    "shipped": shipped,
    "out_for_delivery": out_for_delivery,
    "ready_for_pickup": ready_for_pickup,
    "failed_attempt": failed_attempt,
    "delayed": delayed,
    "delivered": delivered,
    "nps_survey": nps_survey,
    "points_earned": points_earned,
    "order_cancelled": order_cancelled,
    "order_refunded": order_refunded,
}
# The illustration above each mail's title: ids in static/img/art.svg, drawn by ``manage.py draw_mail_pictures``.
PICTURES = {
    "order_confirmation": "thanks",
    "shipped": "on-its-way",
    "out_for_delivery": "on-its-way",
    "ready_for_pickup": "waiting",
    "failed_attempt": "problem",
    "delayed": "delayed",
    "delivered": "delivered",
    "nps_survey": "letters",
    "points_earned": "saved-points",
    "order_cancelled": "shelf",
    "order_refunded": "saved-points",
}
