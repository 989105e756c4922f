"""Messages: what was said, what was not, and why."""

import uuid

from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.clickjacking import xframe_options_sameorigin

from messaging.enums import MessageState
from messaging.models import DeliveryAttempt, JourneyDecision, Message, MessageContent
from postpurchase.dashboard import words
from postpurchase.dashboard.access import Action, Member, member_page
from postpurchase.dashboard.paging import page_of

# A mail brings its own style attributes; nothing else may run or load, and it can reach nothing around it.
READER_POLICY = "default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox"


@member_page(Action.VIEW)
def messages(request: HttpRequest, member: Member) -> HttpResponse:
    """List messages, newest first; ``state`` filters."""
    state = request.GET.get("state", "")
    counts = dict(Message.objects.values_list("state").annotate(Count("id")))
    found = Message.objects.select_related("order", "customer")
    if state in MessageState.values:
        found = found.filter(state=state)
    page = page_of(found, newest_by="planned_at", cursor=request.GET.get("after", ""))
    context = {
        "member": member,
        "area": "messages",
        "rows": [_row(message) for message in page.rows],
        "next": page.next_cursor,
        "state": state,
        "states": [(key, str(words.MESSAGE_STATE[key]), counts[key]) for key in MessageState.values if key in counts],
        "total": sum(counts.values()),
    }
    return render(request, "dashboard/messages.html", context)


@member_page(Action.VIEW)
def message(request: HttpRequest, member: Member, message_id: uuid.UUID) -> HttpResponse:
    """Show one message: its text, its attempts, and why it was or was not sent."""
    found = Message.objects.select_related("order", "customer", "run").filter(pk=message_id).first()
    if found is None:
        raise Http404
    attempts = DeliveryAttempt.objects.filter(message=found).order_by("number")
    decisions = JourneyDecision.objects.filter(run=found.run, step_key=found.step_key) if found.run else None
    context = {
        "member": member,
        "area": "messages",
        "message_row": _row(found),
        "content": MessageContent.objects.filter(message=found).first(),
        "attempts": [{"row": row, "words": words.in_words(words.ATTEMPT, row.outcome)} for row in attempts],
        "decisions": [_decision(row) for row in decisions.order_by("decided_at", "id")] if decisions else [],
        "journey_name": words.in_words(words.TEMPLATE, found.journey_key),
        "class_words": words.in_words(words.MESSAGE_CLASS, found.message_class),
    }
    return render(request, "dashboard/message.html", context)


@xframe_options_sameorigin
@member_page(Action.VIEW)
def message_html(request: HttpRequest, member: Member, message_id: uuid.UUID) -> HttpResponse:
    """Return the mail as it was rendered, for the reader's frame."""
    content = MessageContent.objects.filter(message_id=message_id).exclude(html="").first()
    if content is None:
        raise Http404
    return HttpResponse(content.html, headers={"Content-Security-Policy": READER_POLICY})


def _decision(row: JourneyDecision) -> dict[str, object]:
    basis = str(row.values.get("basis") or "")
    return {
        "at": row.decided_at,
        "outcome": words.in_words(words.OUTCOME, row.outcome),
        "why": words.why(row.reason) or words.in_words(words.BASIS, basis),
    }


def _row(message: Message) -> dict[str, object]:
    return {
        "message": message,
        "title": words.in_words(words.TEMPLATE, message.template),
        "channel": words.in_words(words.CHANNEL, message.channel),
        "icon": words.CHANNEL_ICON[message.channel],
        "state": words.in_words(words.MESSAGE_STATE, message.state),
        "tone": words.MESSAGE_TONE.get(message.state, ""),
        "why": words.why(message.reason),
    }
