"""One order from beginning to end, as one list: what the shop pushed, what carriers reported, what was said and why,
what the shopper answered, and which points followed.

Everything is read here in a fixed number of queries; nothing is decided. Needs the merchant's scope.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from loyalty.models import LedgerEntry, SurveyResponse
from messaging.models import JourneyDecision, Message
from orders.models import Order
from postpurchase.dashboard import words
from postpurchase.events.models import Event
from tracking.models import Checkpoint

WENT_OUT = ("sending", "accepted", "delivered", "bounced", "complained", "unknown")
# Told by rows of their own, with more to say than the event.
TOLD_ELSEWHERE = ("message.", "survey.", "points.", "shipment.status_changed", "permission.")


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the story. ``tone`` is ok, warn, bad, info or empty; ``icon`` a name in icons.svg."""

    at: dt.datetime
    icon: str
    title: str
    detail: str = ""
    tone: str = ""
    url: str = ""
    state: str = ""


def story_of(order: Order) -> list[Entry]:
    """Return the story of an order, newest first."""
    entries = [
        *_events(order),
        *_checkpoints(order),
        *_messages(order),
        *_not_entered(order),
        *_answers(order),
        *_points(order),
    ]
    return sorted(entries, key=lambda entry: entry.at, reverse=True)


def _events(order: Order) -> Iterable[Entry]:
    for event in Event.objects.filter(subject_id=order.id).order_by("sequence"):
        if event.type.startswith(TOLD_ELSEWHERE):
            continue
        yield Entry(
            at=event.recorded_at,
            icon=EVENT_ICONS.get(event.type, "info"),
            title=words.in_words(words.EVENT, event.type),
            detail=_event_detail(event.data),
            tone="warn" if event.type in ALARMS else "",
            url=_case_page(event.data) if event.type.startswith("case.") else "",
        )


def _case_page(data: Mapping[str, object]) -> str:
    return reverse("dashboard:case", args=[data["case_id"]]) if data.get("case_id") else ""


ALARMS = (
    "order.not_sent",
    "promise.broken",
    "shipment.at_risk",
    "shipment.delayed",
    "shipment.disputed",
    "shipment.pickup_ending",
    "shipment.stalled",
)
EVENT_ICONS: Mapping[str, str] = {
    "order.placed": "bag",
    "order.updated": "bag",
    "order.paid": "check",
    "order.cancelled": "cross",
    "order.refunded": "return",
    "shipment.registered": "parcel",
    "shipment.delayed": "clock",
    "shipment.stalled": "clock",
    "delivery.denied": "alert",
    "delivery.attempt_disputed": "alert",
    "case.opened": "alert",
    "case.reopened": "alert",
    "case.answered": "chat",
    "case.replied": "send",
    "case.resolved": "check",
    "shipment.at_risk": "clock",
    "shipment.pickup_ending": "clock",
    "shipment.disputed": "alert",
    "order.not_sent": "clock",
    "promise.made": "flag",
    "promise.kept": "check",
    "promise.broken": "clock",
    "page.viewed": "search",
}


def _event_detail(data: Mapping[str, object]) -> str:
    changed = data.get("changed")
    if isinstance(changed, list):
        return ", ".join(dict.fromkeys(words.in_words(words.FIELD, str(name)) for name in changed))
    return _("Imported as history; nothing is sent.") if data.get("backfill") else ""


def _checkpoints(order: Order) -> Iterable[Entry]:
    rows = Checkpoint.objects.filter(shipment__order=order).select_related("shipment").order_by("occurred_at")
    for row in rows:
        status = row.status or ""
        yield Entry(
            at=row.occurred_at,
            icon="house" if status == "delivered" else "van",
            title=words.in_words(words.SHIPMENT_STATUS, status) if status else _("Carrier's news without a status"),
            detail=" · ".join(
                part for part in (row.message or row.code, row.city, row.shipment.tracking_number) if part
            ),
            tone=words.SHIPMENT_TONE.get(status, ""),
        )


def _messages(order: Order) -> Iterable[Entry]:
    rights = _rights(order)
    for message in Message.objects.filter(order=order).order_by("planned_at"):
        went_out = message.state in WENT_OUT
        yield Entry(
            at=message.state_at,
            icon=words.CHANNEL_ICON[message.channel],
            title=words.in_words(words.TEMPLATE, message.template),
            detail=" · ".join(
                part
                for part in (
                    words.in_words(words.CHANNEL, message.channel),
                    words.why(message.reason),
                    rights.get(str(message.id), "") if went_out else "",
                )
                if part
            ),
            tone=words.MESSAGE_TONE.get(message.state, ""),
            url=reverse("dashboard:message", args=[message.id]),
            state=words.in_words(words.MESSAGE_STATE, message.state),
        )


def _rights(order: Order) -> dict[str, str]:
    """By what right each message of the order was allowed, as the permission gate wrote it down last."""
    allowed = JourneyDecision.objects.filter(order=order, outcome="planned").order_by("decided_at", "id")
    return {
        str(decision.values.get("message_id")): words.in_words(words.BASIS, str(decision.values.get("basis", "")))
        for decision in allowed
    }


def _not_entered(order: Order) -> Iterable[Entry]:
    """What was never planned has no message row; its reason is all there is to show."""
    decisions = JourneyDecision.objects.filter(order=order, outcome="not_entered").select_related("journey")
    for decision in decisions.order_by("decided_at"):
        yield Entry(
            at=decision.decided_at,
            icon="stop",
            title=words.in_words(words.TEMPLATE, decision.journey.key),
            detail=words.why(decision.reason),
            state=_("Not sent"),
        )


def _answers(order: Order) -> Iterable[Entry]:
    for answer in SurveyResponse.objects.filter(order=order).order_by("answered_at"):
        if answer.kind == "nps":
            title = _("Would recommend the shop: %(score)s of 10") % {"score": answer.score}
            tone = "ok" if answer.score >= 9 else "bad" if answer.score <= 6 else ""
        else:
            title = _("About the delivery: %(words)s") % {"words": words.in_words(words.SENTIMENT, str(answer.score))}
            tone = {1: "bad", 3: "ok"}.get(answer.score, "")
        yield Entry(at=answer.answered_at, icon="chat", title=title, detail=answer.comment, tone=tone)


def _points(order: Order) -> Iterable[Entry]:
    for entry in LedgerEntry.objects.filter(order=order).order_by("occurred_at", "number"):
        yield Entry(
            at=entry.posted_at,
            icon="points",
            title=ngettext("%(points)s point", "%(points)s points", abs(entry.points))
            % {"points": f"{entry.points:+d}"},
            tone="ok" if entry.points > 0 else "",
        )
