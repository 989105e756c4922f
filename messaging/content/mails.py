"""Every mail as a list of blocks; those about a parcel are in ``parcel_mails.py``, about a problem ``case_mails.py``.

A new mail is a function, an entry in ``MAILS`` and ``PICTURES``, and its texts.
"""

from collections.abc import Callable

from messaging.content.blocks import Button, Heading, Highlight, Mail, Notice, Paragraph, Picture, Score, Scores
from messaging.content.case_mails import case_answered, case_received, case_resolved
from messaging.content.facts import MessageFacts
from messaging.content.formats import Speech, subject_line
from messaging.content.markup import ON_THE_WAY, parcel_delivery
from messaging.content.parcel_mails import (
    delayed,
    delivered,
    failed_attempt,
    out_for_delivery,
    ready_for_pickup,
    shipped,
)
from messaging.content.parts import (
    MissingFact,
    Written,
    articles,
    closing,
    footer,
    opening,
    order_button,
    order_label,
    order_number,
    promise,
    recommendations,
    require_order,
    totals,
    with_contact,
)
from messaging.content.several import BUNDLED, several_parcels
from postpurchase.lib.texts import texts_for


def compose(template: str, facts: MessageFacts) -> Mail:
    """Write the mail ``template`` about ``facts``.

    Raises ``UnknownTemplate`` for a template that is not in ``MAILS``, ``MissingFact`` where what it is about is not
    among the facts, and ``NothingToSay`` where it is better not sent.
    """
    try:
        write = MAILS[template]
    except KeyError:
        raise UnknownTemplate(template) from None
    texts = texts_for("messaging", language=facts.language, tone=facts.tone)
    speech = Speech(texts=texts, tone=facts.tone, today=facts.today)
    if len(facts.parcels) > 1 and template in BUNDLED:
        subject, preheader, blocks = several_parcels(template, facts, speech)
    else:
        subject, preheader, blocks = write(facts, speech)
    return Mail(
        language=texts.language,
        subject=subject_line(subject),
        preheader=subject_line(preheader),
        blocks=(Picture(PICTURES[template]), *blocks),
        footer=footer(facts, speech),
        markup=parcel_delivery(facts, speech) if template in ON_THE_WAY else {},
    )


class UnknownTemplate(LookupError):
    """No mail or SMS has this name."""


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


def one_time_code(facts: MessageFacts, speech: Speech) -> Written:
    """Six digits, how long they count, and what to do if somebody else asked for them."""
    if facts.code is None:
        raise MissingFact("code")
    code, minutes = facts.code.digits, speech.number(facts.code.minutes)
    blocks = opening(
        facts,
        speech,
        title=speech("one_time_code.title"),
        above=order_label(facts, speech),
        intro=speech.opening("one_time_code.intro", number=order_number(facts)),
    )
    blocks += [
        Highlight(speech("one_time_code.code"), code),
        Paragraph(speech("one_time_code.valid", minutes=minutes)),
        Notice(speech("one_time_code.not_you_title"), speech("one_time_code.not_you", store=facts.store.name)),
    ]
    blocks += closing(facts, speech)
    return (
        speech("one_time_code.subject", code=code, number=order_number(facts)),
        speech("one_time_code.preheader", minutes=minutes),
        blocks,
    )


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


def what_goes_with_it(facts: MessageFacts, speech: Speech) -> Written:
    """What may be wanted next, each article with its reason. Raises ``NothingToSay`` where nothing is good."""
    number = order_number(facts)
    shown = recommendations(facts)
    about = "recommendations.again" if facts.recommended[0].again else "recommendations.goes_with"
    blocks = opening(
        facts,
        speech,
        title=speech(f"{about}.title"),
        above=order_label(facts, speech),
        intro=speech.opening(f"{about}.intro", number=number),
    )
    blocks.append(shown)
    blocks += closing(facts, speech)
    preheader = speech("recommendations.preheader", name=shown.recommended[0].name)
    return speech(f"{about}.subject", number=number), preheader, blocks


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
    "case_received": case_received,
    "case_answered": case_answered,
    "case_resolved": case_resolved,
    "one_time_code": one_time_code,
    "recommendations": what_goes_with_it,
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
    "case_received": "problem",
    "case_answered": "letters",
    "case_resolved": "thanks",
    "one_time_code": "letters",
    "recommendations": "shelf",
}
