"""The mails about a problem: it was heard, it was answered, it is over.

What a problem is and how it ended is said in the sentences of the order's page (``tracking/texts``), so that mail and
page agree. The shopper's own words are never repeated: whoever orders in a stranger's name could otherwise make the
shop send that stranger anything.
"""

from messaging.content.blocks import Block, Button, Highlight, Notice, Paragraph, Quote
from messaging.content.facts import CaseFacts, MessageFacts
from messaging.content.formats import Speech
from messaging.content.parts import (
    MissingFact,
    Written,
    closing,
    opening,
    order_label,
    order_number,
    require_case,
    with_contact,
)
from postpurchase.lib.texts import texts_for


def case_received(facts: MessageFacts, speech: Speech) -> Written:
    """We have heard it: what it is about, and by when there is more to say."""
    case = require_case(facts)
    hear_by = speech("case_received.hear_by", day=speech.day(case.hear_by)) if case.hear_by else ""
    blocks = opening(
        facts,
        speech,
        title=speech("case_received.title"),
        above=order_label(facts, speech),
        intro=speech.opening("case_received.intro"),
    )
    blocks.append(Notice(speech("case_received.about"), _page_says(f"about.{case.reason}", facts)))
    if hear_by:
        blocks.append(Paragraph(hear_by))
    blocks += _case_button(facts, speech)
    blocks.append(Paragraph(with_contact(speech("case_received.more"), facts, speech), quiet=True))
    blocks += closing(facts, speech, contact=False)
    return (
        speech("case_received.subject", number=order_number(facts)),
        hear_by or speech("case_received.preheader"),
        blocks,
    )


def case_answered(facts: MessageFacts, speech: Speech) -> Written:
    """What the team wrote, word for word, and that it is settled, where it is."""
    case = require_case(facts)
    if not case.reply:
        raise MissingFact("reply")
    blocks = opening(
        facts,
        speech,
        title=speech("case_answered.title"),
        above=order_label(facts, speech),
        intro=speech.opening("case_answered.intro", number=order_number(facts)),
    )
    blocks.append(Quote(speech("case_answered.reply"), case.reply))
    if case.outcome:
        blocks.append(Notice(speech("case_answered.over"), _outcome(case, facts)))
    blocks += _case_button(facts, speech)
    blocks += closing(facts, speech)
    return (
        speech("case_answered.subject", number=order_number(facts)),
        speech("case_answered.preheader"),
        blocks,
    )


def case_resolved(facts: MessageFacts, speech: Speech) -> Written:
    """It is over: how it ended, and what to do if it is not."""
    case = require_case(facts)
    if not case.outcome:
        raise MissingFact("outcome")
    outcome = _outcome(case, facts)
    blocks = opening(
        facts,
        speech,
        title=speech("case_resolved.title"),
        above=order_label(facts, speech),
        intro=speech.opening("case_resolved.intro", number=order_number(facts)),
    )
    blocks.append(Highlight(speech("case_resolved.outcome"), outcome))
    blocks += _case_button(facts, speech)
    blocks.append(
        Notice(speech("case_resolved.not_so_title"), with_contact(speech("case_resolved.not_so"), facts, speech))
    )
    blocks += closing(facts, speech, contact=False)
    return speech("case_resolved.subject", number=order_number(facts)), outcome, blocks


def _outcome(case: CaseFacts, facts: MessageFacts) -> str:
    return _page_says(f"outcome.{case.outcome}", facts)


def _page_says(key: str, facts: MessageFacts) -> str:
    return texts_for("tracking", language=facts.language, tone=facts.tone)(f"cases.{key}")


def _case_button(facts: MessageFacts, speech: Speech) -> list[Block]:
    return [Button(speech("buttons.case"), facts.links.case)] if facts.links.case else []
