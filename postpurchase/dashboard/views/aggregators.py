"""Aggregators that push carriers' news: the address they send to, the secret that proves them, and what came."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from postpurchase.accounts.models import Store
from postpurchase.accounts.models.store import DEFAULT_STORE
from postpurchase.connectors.base import Connector
from postpurchase.connectors.registry import AGGREGATORS
from postpurchase.connectors.selectors import connection_of, deliveries_matching
from postpurchase.connectors.services.connections import connect_shop, hook_url
from postpurchase.connectors.services.refusals import last_refusal
from postpurchase.dashboard import carrier_guides, shop_words
from postpurchase.dashboard.access import Action, Member, member_page
from postpurchase.dashboard.views.shops import SecretForm
from postpurchase.lib import clock
from postpurchase.lib.standard_webhooks import new_secret

SHOWN_DELIVERIES = 6


@member_page(Action.CONNECT_CARRIERS)
def aggregator(request: HttpRequest, member: Member, name: str) -> HttpResponse:
    """Show what to enter where, and what has come."""
    return _page(request, member, _known(name))


@require_POST
@member_page(Action.CONNECT_CARRIERS)
def connect(request: HttpRequest, member: Member, name: str) -> HttpResponse:
    """Take the secret that was typed, else make one that is shown this once. A replaced one is good for a day."""
    known = _known(name)
    form = SecretForm(request.POST) if "secret" in request.POST or not known.makes_secret else None
    if form is not None and not form.is_valid():
        return _page(request, member, known, form=form)
    secret = new_secret() if form is None else form.cleaned_data["secret"]
    store = Store.objects.get(slug=DEFAULT_STORE)
    connect_shop(merchant=member.merchant, connector=known, store=store, secret=secret, now=clock.now())
    if form is not None:
        messages.success(request, _("Saved. News with this secret is taken from now on."))
        return redirect("dashboard:aggregator", name)
    return _page(request, member, known, secret=secret)


@require_POST
@member_page(Action.CONNECT_CARRIERS)
def switch(request: HttpRequest, member: Member, name: str) -> HttpResponse:
    """Take what the aggregator sends, or nothing of it."""
    known = _known(name)
    connection = connection_of(connector=name)
    if connection is None:
        raise Http404
    active = request.POST.get("active") == "on"
    connect_shop(merchant=member.merchant, connector=known, store=connection.store, active=active, now=clock.now())
    messages.success(request, _("Switched on.") if active else _("Switched off. What it sends is not taken."))
    return redirect("dashboard:aggregator", name)


def _known(name: str) -> Connector:
    known = AGGREGATORS.get(name)
    if known is None:
        raise Http404
    return known


def _page(
    request: HttpRequest, member: Member, known: Connector, *, secret: str = "", form: SecretForm | None = None
) -> HttpResponse:
    connection = connection_of(connector=known.name)
    refused_at = last_refusal(connection_id=connection.id) if connection else None
    newest = deliveries_matching(connector=known.name).order_by("-received_at", "-id")[:SHOWN_DELIVERIES]
    form = form or SecretForm()
    form.fields["secret"].label = _("Secret")
    context = {
        "member": member,
        "area": "carriers",
        "aggregator": known,
        "steps": carrier_guides.AGGREGATORS[known.name],
        "hook_url": hook_url(merchant=member.merchant, connector=known.name, store=DEFAULT_STORE),
        "connection": connection,
        "secret": secret,
        "form": form,
        "refused_at": refused_at,
        "deliveries": [shop_words.row_of(row) for row in newest] if connection else [],
    }
    return render(request, "dashboard/aggregator.html", context, status=422 if form.errors else 200)
