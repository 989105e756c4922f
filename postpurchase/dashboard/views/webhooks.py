"""Webhooks: the addresses that are told of events."""

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from postpurchase.dashboard import webhook_words
from postpurchase.dashboard.access import Action, Member, member_page
from postpurchase.lib import clock
from postpurchase.lib.validation import Refused
from postpurchase.webhooks import selectors
from postpurchase.webhooks.filters import is_pattern
from postpurchase.webhooks.models import WebhookEndpoint
from postpurchase.webhooks.services import endpoints

OFFERED = [pattern for pattern, _words in webhook_words.CHOICES]


class WebhookForm(forms.Form):
    """What a merchant sets about an endpoint."""

    url = forms.CharField(
        label=gettext_lazy("Address"),
        max_length=2000,
        widget=forms.URLInput(attrs={"inputmode": "url", "placeholder": "https://", "autocomplete": "off"}),
        help_text=gettext_lazy("Where your program listens: https, a public address."),
    )
    description = forms.CharField(label=gettext_lazy("Note"), max_length=200, required=False)
    events = forms.MultipleChoiceField(
        label=gettext_lazy("What it is told"), choices=webhook_words.CHOICES, required=False
    )
    more_events = forms.CharField(
        label=gettext_lazy("Single events"),
        required=False,
        max_length=3000,
        help_text=gettext_lazy("With spaces between, like order.paid shipment.delayed"),
    )
    include_personal_data = forms.BooleanField(
        label=gettext_lazy("Include names, addresses and contact data"), required=False
    )

    def clean(self) -> dict[str, Any]:
        """Put both kinds of events together."""
        data: dict[str, Any] = super().clean() or {}
        typed = data.get("more_events", "").replace(",", " ").split()
        if wrong := [name for name in typed if not is_pattern(name)]:
            self.add_error("more_events", _("“%(name)s” is no name of an event.") % {"name": wrong[0][:60]})
        data["patterns"] = list(dict.fromkeys([*data.get("events", []), *typed]))
        if not data["patterns"]:
            self.add_error("events", _("Choose at least one."))
        return data

    def add_refusal(self, refused: Refused) -> None:
        """Show why the service did not take it."""
        for problem in refused.problems:
            field = "url" if problem.pointer == "/url" else "more_events" if problem.pointer else None
            self.add_error(field, webhook_words.why(problem.code) if field == "url" else problem.message)


@member_page(Action.MANAGE_WEBHOOKS)
def webhooks(request: HttpRequest, member: Member) -> HttpResponse:
    """List endpoints."""
    found = selectors.endpoints_of(merchant=member.merchant).order_by("created_at", "id")
    context = {"member": member, "area": "webhooks", "rows": [endpoint_row(row) for row in found]}
    return render(request, "dashboard/webhooks.html", context)


@require_http_methods(["GET", "POST"])
@member_page(Action.MANAGE_WEBHOOKS)
def new(request: HttpRequest, member: Member) -> HttpResponse:
    """Make an endpoint, and show its secret this once."""
    form = WebhookForm(request.POST or None, initial={"events": ["*"]})
    if request.method == "POST" and form.is_valid():
        try:
            endpoint, secret = endpoints.create_endpoint(merchant=member.merchant, now=clock.now(), **_wanted(form))
        except Refused as refused:
            form.add_refusal(refused)
        else:
            return _show_secret(request, member, endpoint, secret)
    return _show_form(request, member, form, None)


@require_http_methods(["GET", "POST"])
@member_page(Action.MANAGE_WEBHOOKS)
def edit(request: HttpRequest, member: Member, endpoint_id: uuid.UUID) -> HttpResponse:
    """Change an endpoint."""
    endpoint = endpoint_or_404(member, endpoint_id)
    form = WebhookForm(request.POST or None, initial=_initial(endpoint))
    if request.method == "POST" and form.is_valid():
        try:
            endpoints.update_endpoint(
                merchant=member.merchant,
                endpoint_id=endpoint.id,
                active=endpoint.active,
                now=clock.now(),
                **_wanted(form),
            )
        except Refused as refused:
            form.add_refusal(refused)
        else:
            messages.success(request, _("Saved."))
            return redirect("dashboard:webhook", endpoint.id)
    return _show_form(request, member, form, endpoint)


@require_POST
@member_page(Action.MANAGE_WEBHOOKS)
def switch(request: HttpRequest, member: Member, endpoint_id: uuid.UUID) -> HttpResponse:
    """Switch an endpoint on or off."""
    before = endpoint_or_404(member, endpoint_id)
    active = request.POST.get("active") == "on"
    try:
        endpoints.set_active(merchant=member.merchant, endpoint_id=endpoint_id, active=active, now=clock.now())
    except Refused as refused:
        messages.error(request, webhook_words.why(refused.problems[0].code))
        return redirect("dashboard:webhook", endpoint_id)
    if not active:
        messages.success(request, _("Switched off. What was waiting is dropped."))
        return redirect("dashboard:webhook", endpoint_id)
    messages.success(request, _("Switched on. What it missed can be sent again below."))
    since = before.failing_since or before.disabled_at
    address = redirect("dashboard:webhook", endpoint_id)
    if since is not None:
        address["Location"] += f"?since={int(since.timestamp())}#replay"
    return address


@require_POST
@member_page(Action.MANAGE_WEBHOOKS)
def rotate(request: HttpRequest, member: Member, endpoint_id: uuid.UUID) -> HttpResponse:
    """Make a new secret and show it this once; the old one signs along for a day."""
    rotated = endpoints.rotate_secret(merchant=member.merchant, endpoint_id=endpoint_id, now=clock.now())
    if rotated is None:
        raise Http404
    return _show_secret(request, member, *rotated)


@require_POST
@member_page(Action.MANAGE_WEBHOOKS)
def delete(request: HttpRequest, member: Member, endpoint_id: uuid.UUID) -> HttpResponse:
    """Delete an endpoint and its log, once it is switched off."""
    endpoint = endpoint_or_404(member, endpoint_id)
    if endpoint.active:
        messages.error(request, _("Switch it off first."))
        return redirect("dashboard:webhook", endpoint_id)
    endpoints.delete_endpoint(merchant=member.merchant, endpoint_id=endpoint_id)
    messages.success(request, _("The webhook is deleted."))
    return redirect("dashboard:webhooks")


def endpoint_or_404(member: Member, endpoint_id: uuid.UUID) -> WebhookEndpoint:
    """Return the endpoint. Raises ``Http404``."""
    endpoint = selectors.endpoint_by_id(merchant=member.merchant, endpoint_id=endpoint_id)
    if endpoint is None:
        raise Http404
    return endpoint


def endpoint_row(endpoint: WebhookEndpoint) -> dict[str, object]:
    """Return an endpoint with its state in words."""
    if not endpoint.active:
        state, tone = _("Off"), "" if endpoint.disabled_reason == "by_hand" else "bad"
    elif endpoint.failing_since:
        state, tone = _("Failing"), "warn"
    else:
        state, tone = _("On"), "ok"
    return {
        "endpoint": endpoint,
        "state": state,
        "tone": tone,
        "why": str(webhook_words.DISABLED.get(endpoint.disabled_reason, "")),
    }


def _wanted(form: WebhookForm) -> dict[str, Any]:
    data = form.cleaned_data
    return {
        "url": data["url"],
        "description": data["description"],
        "events": data["patterns"],
        "include_personal_data": data["include_personal_data"],
    }


def _initial(endpoint: WebhookEndpoint) -> dict[str, Any]:
    return {
        "url": endpoint.url,
        "description": endpoint.description,
        "events": [pattern for pattern in endpoint.events if pattern in OFFERED],
        "more_events": " ".join(pattern for pattern in endpoint.events if pattern not in OFFERED),
        "include_personal_data": endpoint.include_personal_data,
    }


def _show_form(
    request: HttpRequest, member: Member, form: WebhookForm, endpoint: WebhookEndpoint | None
) -> HttpResponse:
    context = {
        "member": member,
        "area": "webhooks",
        "form": form,
        "endpoint": endpoint,
        "chosen": form["events"].value() or [],
    }
    return render(request, "dashboard/webhook_form.html", context, status=422 if form.errors else 200)


def _show_secret(request: HttpRequest, member: Member, endpoint: WebhookEndpoint, secret: str) -> HttpResponse:
    context = {"member": member, "area": "webhooks", "endpoint": endpoint, "secret": secret}
    return render(request, "dashboard/webhook_secret.html", context)
