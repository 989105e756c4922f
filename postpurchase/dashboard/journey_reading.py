"""A journey as a person reads it: from top to bottom, in words, with what each message says."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from messaging.content.examples import example_facts
from messaging.content.mails import compose
from messaging.content.plain import render_text
from messaging.content.sms import compose_sms
from messaging.journeys.definition import Branch, Condition, Definition, Send, Step, Wait, parse_duration
from messaging.services.mail_context import store_facts
from postpurchase.accounts.models import Merchant, Store
from postpurchase.dashboard import case_words, words

FACTS = {
    "order.status": lazy("the order"),
    "order.payment_status": lazy("the payment"),
    "order.age_days": lazy("the order's age in days"),
    "shipment.status": lazy("the parcel"),
    "shipment.substatus": lazy("the parcel's detail"),
    "event.to": lazy("the new status"),
    "event.source": lazy("who noticed it"),
    "event.by": lazy("who did it"),
}
# What is true or not true of a fact that has no other values.
TRUTHS = {
    "order.all_delivered": (lazy("every parcel has arrived"), lazy("a parcel is still missing")),
    "order.has_open_problem": (lazy("something is still wrong"), lazy("nothing is wrong any more")),
    "order.nps_answered": (lazy("the survey is answered already"), lazy("the survey is not answered yet")),
    "customer.accepts_sms": (lazy("news on the phone is wanted"), lazy("news on the phone is not wanted")),
    "case.is_open": (lazy("the problem is open"), lazy("the problem is not open any more")),
    "case.known_to_shopper": (lazy("the person knows of the problem"), lazy("the person does not know of the problem")),
    "case.answer_under_way": (lazy("an answer is on its way"), lazy("no answer is on its way")),
    "event.backfill": (lazy("imported as history"), lazy("not imported as history")),
}
TESTS = {
    "is": lazy("%(fact)s is “%(value)s”"),
    "is_not": lazy("%(fact)s is not “%(value)s”"),
    "in": lazy("%(fact)s is one of: %(value)s"),
    "not_in": lazy("%(fact)s is none of: %(value)s"),
    "at_least": lazy("%(fact)s is at least %(value)s"),
    "at_most": lazy("%(fact)s is at most %(value)s"),
}


@dataclass(frozen=True, slots=True)
class ReadStep:
    """One step in words. ``kind`` is entry, wait, send or branch; ``text`` what the message says."""

    kind: str
    icon: str
    title: str
    details: list[str] = field(default_factory=list)
    subject: str = ""
    text: str = ""


def read_journey(*, definition: Definition, merchant: Merchant, store: Store) -> list[ReadStep]:
    """Return the whole journey in the words of the current language; messages speak the store's."""
    entry = definition.entry
    start = ReadStep(
        kind="entry",
        icon="flag",
        title=" · ".join(words.in_words(words.EVENT, event) for event in entry.events),
        details=[condition_in_words(condition) for condition in entry.conditions],
    )
    stops = [_("Ends at once when %(condition)s.") % {"condition": _all(rule.conditions)} for rule in definition.stop]
    steps = [_step(step, definition, merchant, store) for step in definition.steps]
    end = ReadStep(kind="end", icon="check", title=_("The journey is finished."), details=stops)
    return [start, *steps, end]


def condition_in_words(condition: Condition) -> str:
    """Return a condition as half a sentence."""
    if isinstance(condition.value, bool) and condition.fact in TRUTHS:
        holds, fails = TRUTHS[condition.fact]
        return str(holds if condition.value == (condition.test == "is") else fails)
    fact = str(FACTS.get(condition.fact, condition.fact))
    values = condition.value if isinstance(condition.value, list) else [condition.value]
    return str(TESTS[condition.test]) % {"fact": fact, "value": ", ".join(_value(value) for value in values)}


def _value(value: str | int) -> str:
    for table in (words.SHIPMENT_STATUS, words.ORDER_STATUS, words.PAYMENT_STATUS, case_words.ACTOR):
        if str(value) in table:
            return str(table[str(value)])
    return str(value)


def _all(conditions: Sequence[Condition]) -> str:
    return _(" and ").join(condition_in_words(condition) for condition in conditions)


def _step(step: Step, definition: Definition, merchant: Merchant, store: Store) -> ReadStep:
    match step:
        case Wait():
            return ReadStep(kind="wait", icon="clock", title=_wait_in_words(step))
        case Branch():
            return ReadStep(
                kind="branch",
                icon="branch",
                title=_("Decide: %(condition)s?") % {"condition": _all(step.conditions)},
                details=[
                    _("yes: %(step)s") % {"step": _target(step.then, definition)},
                    _("no: %(step)s") % {"step": _target(step.otherwise, definition)},
                ],
            )
        case Send():
            return _send(step, merchant, store)


def _target(key: str, definition: Definition) -> str:
    """Where a branch leads, in the words of that step."""
    match definition.step(key):
        case Send() as send:
            return _send_in_words(send)
        case Wait() as wait:
            return _wait_in_words(wait)
        case Branch() as branch:
            return _("Decide: %(condition)s?") % {"condition": _all(branch.conditions)}
        case None:
            return _("The journey is finished.")


def _send_in_words(step: Send) -> str:
    return f"{words.in_words(words.CHANNEL, step.channel)}: {words.in_words(words.TEMPLATE, step.template)}"


def _send(step: Send, merchant: Merchant, store: Store) -> ReadStep:
    details = [words.in_words(words.MESSAGE_CLASS, step.message_class)]
    if step.only_if:
        details.append(_("Only if %(condition)s.") % {"condition": _all(step.only_if)})
    if step.throttle_days:
        details.append(
            ngettext("At most once a day per person.", "At most once in %(days)s days per person.", step.throttle_days)
            % {"days": step.throttle_days}
        )
    facts = example_facts(
        step.template,
        language=store.language,
        tone=store.tone,
        base_url=settings.BASE_URL,
        store=store_facts(merchant=merchant, store=store),
    )
    if step.channel == "sms":
        if step.message_class == "service":
            details.append(_("By WhatsApp to those who chose it."))
        return ReadStep("send", "phone", _send_in_words(step), details, text=compose_sms(step.template, facts))
    mail = compose(step.template, facts)
    return ReadStep("send", "envelope", _send_in_words(step), details, mail.subject, render_text(mail))


def _wait_in_words(step: Wait) -> str:
    span = parse_duration(step.duration)
    parts = []
    if span.days:
        parts.append(ngettext("%(count)s day", "%(count)s days", span.days) % {"count": span.days})
    seconds = int(span.clock.total_seconds())
    for size, one, many in (
        (3600, lazy("%(count)s hour"), lazy("%(count)s hours")),
        (60, lazy("%(count)s minute"), lazy("%(count)s minutes")),
        (1, lazy("%(count)s second"), lazy("%(count)s seconds")),
    ):
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(str(one if count == 1 else many) % {"count": count})
    waited = _("Wait %(time)s") % {"time": " ".join(parts)} if parts else _("Wait")
    if step.until_local_time:
        return _("%(waited)s, until %(hour)s in the shop's time") % {"waited": waited, "hour": step.until_local_time}
    return waited if parts else _("No wait")


def preview_language() -> str:
    """Return the language names of journeys are shown in."""
    return "de" if (get_language() or "de").startswith("de") else "en"
