"""What a webhook was told, what it answered, and telling it again."""

import datetime as dt
import uuid

from django import forms
from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from postpurchase.dashboard import webhook_words, words
from postpurchase.dashboard.access import Action, Member, member_page
from postpurchase.dashboard.paging import page_of
from postpurchase.dashboard.views.webhooks import endpoint_or_404, endpoint_row
from postpurchase.lib import clock
from postpurchase.lib.validation import Refused
from postpurchase.webhooks import selectors
from postpurchase.webhooks.models import WebhookDelivery, WebhookState
from postpurchase.webhooks.services import replay

A_DAY = dt.timedelta(days=1)


class RangeForm(forms.Form):
    """From when until when, in the merchant's time zone."""

    start = forms.DateTimeField(
        label=gettext_lazy("From"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    end = forms.DateTimeField(
        label=gettext_lazy("Until"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )


@member_page(Action.MANAGE_WEBHOOKS)
def webhook(request: HttpRequest, member: Member, endpoint_id: uuid.UUID) -> HttpResponse:
    """Show an endpoint with its deliveries, newest first; ``state`` filters."""
    now = clock.now()
    initial = {"start": _since(request.GET.get("since", ""), now), "end": now + dt.timedelta(minutes=1)}
    return _show(request, member, endpoint_id, RangeForm(initial=initial))


@require_POST
@member_page(Action.MANAGE_WEBHOOKS)
def test(request: HttpRequest, member: Member, endpoint_id: uuid.UUID) -> HttpResponse:
    """Send a test, and lead to what became of it."""
    try:
        planned = replay.send_test(merchant=member.merchant, endpoint_id=endpoint_id, now=clock.now())
    except Refused as refused:
        messages.error(request, webhook_words.why(refused.problems[0].code))
        return redirect("dashboard:webhook", endpoint_id)
    if planned is None:
        raise Http404
    messages.success(request, _("A test is on its way. Look again in a few seconds."))
    return redirect("dashboard:webhook_delivery", planned.id)


@require_POST
@member_page(Action.MANAGE_WEBHOOKS)
def replay_time(request: HttpRequest, member: Member, endpoint_id: uuid.UUID) -> HttpResponse:
    """Send everything of a time range again."""
    endpoint_or_404(member, endpoint_id)
    form = RangeForm(request.POST)
    if form.is_valid():
        try:
            done = replay.replay_range(
                merchant=member.merchant,
                endpoint_id=endpoint_id,
                start=form.cleaned_data["start"],
                end=form.cleaned_data["end"],
                now=clock.now(),
            )
        except Refused as refused:
            (problem,) = refused.problems
            known = problem.code in webhook_words.REASON
            form.add_error(None, webhook_words.why(problem.code) if known else _("Too many events: choose less time."))
        else:
            if done is None:
                raise Http404
            text = ngettext("%(n)s event is sent again.", "%(n)s events are sent again.", done.planned)
            messages.success(request, text % {"n": done.planned})
            return redirect("dashboard:webhook", endpoint_id)
    return _show(request, member, endpoint_id, form)


@member_page(Action.MANAGE_WEBHOOKS)
def delivery(request: HttpRequest, member: Member, delivery_id: uuid.UUID) -> HttpResponse:
    """Show one delivery with its attempts."""
    rows = selectors.deliveries_with_attempts(merchant=member.merchant).select_related("endpoint")
    found = rows.filter(pk=delivery_id).first()
    if found is None:
        raise Http404
    context = {
        "member": member,
        "area": "webhooks",
        "row": _row(found),
        "endpoint": found.endpoint,
        "attempts": [{"row": row, "why": webhook_words.why(row.error)} for row in found.tries.all()],
        "watch": found.finished_at is None,
    }
    return render(request, "dashboard/webhook_delivery.html", context)


@require_POST
@member_page(Action.MANAGE_WEBHOOKS)
def replay_one(request: HttpRequest, member: Member, delivery_id: uuid.UUID) -> HttpResponse:
    """Send one event again."""
    try:
        again = replay.replay_delivery(merchant=member.merchant, delivery_id=delivery_id, now=clock.now())
    except Refused as refused:
        messages.error(request, webhook_words.why(refused.problems[0].code))
        return redirect("dashboard:webhook_delivery", delivery_id)
    if again is None:
        raise Http404
    messages.success(request, _("It is sent again now."))
    return redirect("dashboard:webhook_delivery", again.id)


def _show(request: HttpRequest, member: Member, endpoint_id: uuid.UUID, form: RangeForm) -> HttpResponse:
    endpoint = endpoint_or_404(member, endpoint_id)
    state = request.GET.get("state", "")
    found = WebhookDelivery.objects.filter(endpoint=endpoint)
    counts = dict(found.order_by().values_list("state").annotate(Count("id")))
    if state in WebhookState.values:
        found = found.filter(state=state)
    page = page_of(found, newest_by="planned_at", cursor=request.GET.get("after", ""))
    context = {
        "member": member,
        "area": "webhooks",
        "row": endpoint_row(endpoint),
        "endpoint": endpoint,
        "deliveries": [_row(row) for row in page.rows],
        "next": page.next_cursor,
        "state": state,
        "states": [(key, str(webhook_words.STATE[key]), counts[key]) for key in WebhookState.values if key in counts],
        "total": sum(counts.values()),
        "form": form,
        "now": clock.now(),
    }
    return render(request, "dashboard/webhook.html", context, status=422 if form.errors else 200)


def _row(row: WebhookDelivery) -> dict[str, object]:
    return {
        "delivery": row,
        "title": words.in_words(words.EVENT, row.event_type),
        "state": words.in_words(webhook_words.STATE, row.state),
        "tone": webhook_words.TONE.get(row.state, ""),
        "why": webhook_words.why(row.reason),
    }


def _since(text: str, now: dt.datetime) -> dt.datetime:
    """Return the moment the range begins with: where the endpoint stopped to hear, else a day ago."""
    if text.isascii() and text.isdigit() and len(text) <= 10:
        moment = dt.datetime.fromtimestamp(int(text), tz=dt.UTC)
        return max(moment, now - replay.LONGEST_RANGE + A_DAY)
    return now - A_DAY
