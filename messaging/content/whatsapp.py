"""WhatsApp: texts with gaps that were approved beforehand, and what stands in the gaps.

WhatsApp sends a merchant's first word only as a template it has approved. So each text here exists twice: as it is
handed in, with numbered gaps (``{{1}}``), and as it reads for one parcel. What WhatsApp asks of a template: it neither
begins nor ends with a gap, no two gaps meet, and what fills a gap is one line and never empty
(https://www.twilio.com/docs/content/using-variables-with-content-api,
https://www.twilio.com/docs/api/errors/63013). The texts hold no ß and no quotation marks, so that one German approval
serves Germany, Austria and Switzerland.

The text of a one-time code is WhatsApp's own; its only gap is the code
(https://www.twilio.com/docs/content/whatsappauthentication).
"""

import string
from collections.abc import Mapping
from dataclasses import dataclass

from messaging.content.facts import MessageFacts
from messaging.content.formats import Speech, one_line
from messaging.content.mails import UnknownTemplate
from messaging.content.parts import MissingFact, expected_days, which_parcels
from messaging.enums import Template
from postpurchase.lib.texts import primary_language, texts_for

NEWS = (
    Template.SHIPPED,
    Template.OUT_FOR_DELIVERY,
    Template.READY_FOR_PICKUP,
    Template.FAILED_ATTEMPT,
    Template.DELAYED,
    Template.DELIVERED,
)
WHATSAPP_TEMPLATES = (Template.ONE_TIME_CODE, *NEWS)
LONGEST_VALUE = 255


@dataclass(frozen=True, slots=True)
class WhatsAppText:
    """A text as it reads, as it is approved (``pattern``), and what fills its gaps, by number from ``"1"`` on."""

    text: str
    pattern: str
    variables: Mapping[str, str]


def wording_of(*, language: str, tone: str) -> str:
    """Return which of our wordings a reader gets, and so which approval it takes: ``de-sie``, ``de-du`` or ``en``."""
    spoken = primary_language(texts_for("messaging", language=language).language)
    return f"{spoken}-{tone}" if spoken == "de" else spoken


def compose_whatsapp(template: str, facts: MessageFacts) -> WhatsAppText:
    """Write the WhatsApp message ``template`` about ``facts``.

    Raises ``UnknownTemplate`` for one that has none and ``MissingFact`` without what it is about.
    """
    if template not in WHATSAPP_TEMPLATES:
        raise UnknownTemplate(template)
    speech = Speech(
        texts=texts_for("messaging", language=facts.language, tone=facts.tone), tone=facts.tone, today=facts.today
    )
    values = _code_values(facts) if template == Template.ONE_TIME_CODE else _news_values(facts, speech)
    text = speech.texts.entries[f"whatsapp.{template}"]
    gaps = [name for _, name, _, _ in string.Formatter().parse(text) if name]
    return WhatsAppText(
        text=text.format_map(values),
        pattern=text.format_map({name: f"{{{{{number}}}}}" for number, name in enumerate(gaps, start=1)}),
        variables={str(number): values[name] for number, name in enumerate(gaps, start=1)},
    )


def _code_values(facts: MessageFacts) -> Mapping[str, str]:
    if facts.code is None:
        raise MissingFact("code")
    return {"code": facts.code.digits}


def _news_values(facts: MessageFacts, speech: Speech) -> Mapping[str, str]:
    if not facts.links.order:
        raise MissingFact("link")
    days = expected_days(facts)
    place = one_line(facts.parcel.place) if facts.parcel else ""
    return {
        "store": one_line(facts.store.name)[:LONGEST_VALUE],
        "number": which_parcels(facts, speech)[:LONGEST_VALUE],
        "when": speech.span(days) if days else speech("whatsapp.when_unknown"),
        "place": place[:LONGEST_VALUE] or speech("whatsapp.place_unknown"),
        "url": facts.links.order,
    }
