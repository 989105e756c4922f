"""SMS: one line, the longest wording that fits one message."""

from messaging.content.facts import MessageFacts
from messaging.content.formats import Speech, one_line
from messaging.content.mails import UnknownTemplate
from messaging.content.parts import (
    MissingFact,
    expected_days,
    hours_of_today,
    is_one_of_several,
    order_number,
    parcel_words,
)
from postpurchase.lib.texts import texts_for

SMS_TEMPLATES = (
    "shipped",
    "out_for_delivery",
    "ready_for_pickup",
    "failed_attempt",
    "delayed",
    "delivered",
    "one_time_code",
)
STORE_NAME_LIMIT = 25

# GSM 03.38, the alphabet of SMS. A single character from outside makes the whole message UCS-2: 70 instead of 160.
GSM_7 = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_7_DOUBLE = frozenset("^{}\\[~]|€\f")
GSM_7_INSTEAD = str.maketrans(
    {
        "„": '"', "“": '"', "”": '"', "«": '"', "»": '"', "‘": "'", "’": "'", "‚": "'",
        "–": "-", "—": "-", "…": "...", "\u00a0": " ", "\u202f": " ", "·": "-", "×": "x",
    }
)  # fmt: skip


def compose_sms(template: str, facts: MessageFacts) -> str:
    """Write the SMS ``template`` about ``facts``: the first wording that fits one message, else the shortest.

    Raises ``UnknownTemplate`` for one that has no SMS and ``MissingFact`` without the order's page.
    """
    if template not in SMS_TEMPLATES:
        raise UnknownTemplate(template)
    if not facts.links.order:
        raise MissingFact("link")
    speech = Speech(
        texts=texts_for("messaging", language=facts.language, tone=facts.tone), tone=facts.tone, today=facts.today
    )
    name, values = _variant(template, facts, speech)
    store = one_line(facts.store.name)
    values |= {
        "store": store if len(store) <= STORE_NAME_LIMIT else store[: STORE_NAME_LIMIT - 1].rstrip() + ".",
        "number": order_number(facts),
        "parcels": parcel_words(facts, speech),
        "url": facts.links.order,
    }
    keys = [f"sms.{name}.{length}" for length in ("long", "medium", "short")]
    wordings = [sms_friendly(speech(key, count=None, **values)) for key in keys if speech.texts.has(key)]
    return next((wording for wording in wordings if segments(wording) == 1), wordings[-1])


def _variant(template: str, facts: MessageFacts, speech: Speech) -> tuple[str, dict[str, str]]:
    parcel = facts.parcel
    if is_one_of_several(facts):
        return f"of_several.{template}", {}
    if template == "one_time_code":
        if facts.code is None:
            raise MissingFact("code")
        return template, {"code": facts.code.digits, "minutes": str(facts.code.minutes)}
    if template == "shipped" and (span := expected_days(facts)):
        return "shipped_promised", {"when": speech.short_span(span)}
    if template == "out_for_delivery" and (span := hours_of_today(facts)):
        return "out_for_delivery_hours", {"hours": speech.hours(span)}
    if template == "delayed" and parcel and parcel.promise_stands and (span := expected_days(facts)):
        return "delayed_promised", {"when": speech.short_span(span)}
    if template == "ready_for_pickup" and parcel and parcel.place:
        return "ready_for_pickup_named", {"place": parcel.place}
    return template, {}


def sms_friendly(text: str) -> str:
    """Return ``text`` with typographic characters replaced by those that SMS has."""
    return text.translate(GSM_7_INSTEAD)


def segments(text: str) -> int:
    """Return how many SMS ``text`` takes: 160 characters of GSM-7 (153 each when several), or 70 (67) of UCS-2."""
    if all(letter in GSM_7 or letter in GSM_7_DOUBLE for letter in text):
        length, single, several = sum(2 if letter in GSM_7_DOUBLE else 1 for letter in text), 160, 153
    else:
        length, single, several = len(text.encode("utf-16-be")) // 2, 70, 67
    return 1 if length <= single else -(-length // several)
