"""Carriers: who is asked with the merchant's own keys, who pushes by itself, and how that goes."""

import datetime as dt
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from postpurchase.connectors.registry import AGGREGATORS
from postpurchase.connectors.selectors import connections
from postpurchase.dashboard.access import Action, Member, member_page
from postpurchase.dashboard.carrier_guides import CREDENTIALS, GUIDES, PROBLEM, TROUBLE, about, usual_quota
from postpurchase.dashboard.words import in_words
from postpurchase.lib import clock
from postpurchase.lib.validation import Refused
from tracking.models import CarrierAccount
from tracking.polling.clients.base import Client
from tracking.polling.clients.registry import CLIENTS
from tracking.polling.services.accounts import LIMITS, connect_account, credentials_of, try_account
from tracking.selectors.carrier_accounts import (
    Parcels,
    carrier_account,
    carrier_accounts,
    parcels_by_account,
    quota_today,
)


class AccountForm(forms.Form):
    """A merchant's keys and limits. What is stored is not shown; an empty key leaves it."""

    quota_per_day = forms.IntegerField(
        label=gettext_lazy("Questions a day"),
        min_value=0,
        max_value=10_000_000,
        required=False,
        help_text=gettext_lazy("Only if the carrier has granted you another number than usual."),
    )
    seconds_between = forms.IntegerField(
        label=gettext_lazy("Seconds between two questions"),
        min_value=0,
        max_value=86_400,
        required=False,
        help_text=gettext_lazy("Only if the carrier has told you another number."),
    )

    def __init__(self, client: Client, account: CarrierAccount | None, data: Any = None) -> None:
        initial = {name: getattr(account, name) for name in LIMITS} if account else {}
        super().__init__(data, initial=initial)
        stored = credentials_of(account) if account else {}
        self.names = {f"key_{name}": name for name in client.credentials}
        for field, name in self.names.items():
            self.fields[field] = forms.CharField(
                label=str(CREDENTIALS.get(client.credentials[name], client.credentials[name])),
                max_length=500,
                required=name not in stored,
                help_text=gettext_lazy("Stored. Leave it empty to keep it.") if name in stored else "",
                widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
            )
        self.order_fields([*self.names, *LIMITS])

    @property
    def credentials(self) -> dict[str, str]:
        """What was typed, by the client's names."""
        return {name: self.cleaned_data[field] for field, name in self.names.items() if self.cleaned_data[field]}

    def add_refusal(self, refused: Refused) -> None:
        """Show what the service found wrong at the fields it names."""
        for problem in refused.problems:
            field = f"key_{problem.pointer.rpartition('/')[2]}"
            words = str(PROBLEM.get(problem.code, problem.message))
            self.add_error(field if field in self.fields else None, words)


@member_page(Action.CONNECT_CARRIERS)
def carriers(request: HttpRequest, member: Member) -> HttpResponse:
    """List which carriers are asked, which aggregators push, and what can be connected."""
    now = clock.now()
    parcels = parcels_by_account(now=now)
    accounts = {account.client: account for account in carrier_accounts()}
    asked = [
        {
            "client": client,
            "about": about(client),
            "account": account,
            "state": _state(account) if account else None,
            "quota": quota_today(account, now=now) if account else None,
            "parcels": parcels.get(account.id, Parcels()) if account else None,
        }
        for name, client in CLIENTS.items()
        for account in [accounts.get(name)]
    ]
    connected = {one.connector: one for one in connections().filter(connector__in=AGGREGATORS)}
    pushing = [{"aggregator": one, "connection": connected.get(name)} for name, one in AGGREGATORS.items()]
    context = {"member": member, "area": "carriers", "asked": asked, "pushing": pushing}
    return render(request, "dashboard/carriers.html", context)


@member_page(Action.CONNECT_CARRIERS)
def carrier(request: HttpRequest, member: Member, client: str) -> HttpResponse:
    """Show how one carrier is asked; by POST take keys and limits, which are tried out at once."""
    known = _client(client)
    account = carrier_account(client=client)
    form = AccountForm(known, account, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            connect_account(
                merchant=member.merchant,
                client=known,
                credentials=form.credentials,
                limits={name: form.cleaned_data[name] for name in LIMITS},
                now=clock.now(),
            )
        except Refused as refused:
            form.add_refusal(refused)
        else:
            messages.success(request, _("Saved."))
            return redirect("dashboard:carrier", client)
    now = clock.now()
    context = {
        "member": member,
        "area": "carriers",
        "client": known,
        "about": about(known),
        "steps": GUIDES[client].steps,
        "usual_quota": usual_quota(known),
        "form": form,
        "account": account,
        "state": _state(account) if account else None,
        "trouble": in_words(TROUBLE, account.trouble) if account and account.trouble else "",
        "rests": account is not None and account.next_request_at > now + dt.timedelta(minutes=1),
        "quota": quota_today(account, now=now) if account else None,
        "parcels": parcels_by_account(now=now).get(account.id, Parcels()) if account else None,
        "yields": _yields_to(known),
    }
    return render(request, "dashboard/carrier.html", context, status=422 if form.errors else 200)


@require_POST
@member_page(Action.CONNECT_CARRIERS)
def try_out(request: HttpRequest, member: Member, client: str) -> HttpResponse:
    """Ask the carrier one question now."""
    try_account(account=_account(client), now=clock.now())
    messages.success(request, _("We are asking the carrier. Look again in a few seconds."))
    return redirect("dashboard:carrier", client)


@require_POST
@member_page(Action.CONNECT_CARRIERS)
def switch(request: HttpRequest, member: Member, client: str) -> HttpResponse:
    """Ask the carrier, or do not."""
    _account(client)
    active = request.POST.get("active") == "on"
    connect_account(merchant=member.merchant, client=_client(client), active=active, now=clock.now())
    messages.success(request, _("Switched on.") if active else _("Switched off. The carrier is not asked any more."))
    return redirect("dashboard:carrier", client)


def _client(name: str) -> Client:
    known = CLIENTS.get(name)
    if known is None:
        raise Http404
    return known


def _account(name: str) -> CarrierAccount:
    account = carrier_account(client=name)
    if account is None:
        raise Http404
    return account


def _yields_to(client: Client) -> str:
    """Return which other account of the same carrier is asked instead, empty where none is."""
    names = [one.name for one in CLIENTS.values() if one.carrier == client.carrier]
    before = names[: names.index(client.name)]
    first = CarrierAccount.objects.filter(client__in=before, active=True).first()
    return CLIENTS[first.client].title if first else ""


def _state(account: CarrierAccount) -> dict[str, str]:
    """How an account is, in a word and its tone."""
    if not account.active:
        return {"words": _("switched off"), "tone": ""}
    if account.trouble:
        return {"words": _("needs a look"), "tone": "bad"}
    if account.probe_wanted_at or account.answered_at is None:
        return {"words": _("being tried out"), "tone": "warn"}
    return {"words": _("connected"), "tone": "ok"}
