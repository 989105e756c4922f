"""Carriers' codes that nobody knows: how often they came, with what sentence, and what the merchant says they mean."""

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from postpurchase.dashboard.access import Action, Member, member_page
from postpurchase.lib import clock
from postpurchase.lib.texts import texts_for
from tracking.carriers.registry import name_of
from tracking.enums import STATUS_OF_SUBSTATUS, SUBSTATUSES, Carrier, ShipmentStatus
from tracking.models import CodeMeaning
from tracking.selectors.carrier_codes import chosen_meanings, unmapped_codes
from tracking.services.carrier_codes import MeaningRefused, choose_meaning, withdraw_meaning

NOTHING = "nothing"
# What a carrier can report; the others are ours.
STATUSES = [status for status in ShipmentStatus if status not in (ShipmentStatus.PENDING, ShipmentStatus.EXPIRED)]


class ExplainForm(forms.Form):
    """A code, and what it means."""

    carrier = forms.ChoiceField(choices=Carrier.choices, widget=forms.HiddenInput)
    code = forms.CharField(max_length=100, widget=forms.HiddenInput)
    meaning = forms.ChoiceField(
        label=gettext_lazy("What it means"),
        help_text=gettext_lazy("In the words shoppers read. If you are not sure, leave the code as it is."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("Please choose")), (NOTHING, _("Nothing about where the parcel is"))]
        self.fields["meaning"].choices = [*choices, *_meanings()]  # type: ignore[attr-defined]


@member_page(Action.VIEW)
def codes(request: HttpRequest, member: Member) -> HttpResponse:
    """List the codes nobody knows, and what was said of others."""
    unmapped = [{"code": one, "carrier": _carrier(one.carrier)} for one in unmapped_codes()]
    explained = [
        {"row": row, "carrier": _carrier(row.carrier), "meaning": _in_words(row.substatus or row.status)}
        for row in chosen_meanings()
    ]
    context = {"member": member, "area": "carrier_codes", "unmapped": unmapped, "explained": explained}
    return render(request, "dashboard/carrier_codes.html", context)


@require_http_methods(["GET", "POST"])
@member_page(Action.EXPLAIN_CODES)
def explain(request: HttpRequest, member: Member) -> HttpResponse:
    """Say what a code means."""
    form = ExplainForm(request.POST or None, initial={name: request.GET.get(name) for name in ("carrier", "code")})
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data["meaning"]
        substatus = chosen if chosen in STATUS_OF_SUBSTATUS else ""
        status = None if chosen == NOTHING else STATUS_OF_SUBSTATUS.get(substatus) or ShipmentStatus(chosen)
        carrier, code = form.cleaned_data["carrier"], form.cleaned_data["code"]
        try:
            choose_meaning(
                merchant=member.merchant,
                carrier=carrier,
                code=code,
                status=status,
                substatus=substatus,
                now=clock.now(),
            )
        except MeaningRefused:
            form.add_error("meaning", _("We know this code already, so it needs no explanation."))
        else:
            messages.success(request, _("Saved. News that is stored with this code is being read again."))
            return redirect("dashboard:carrier_codes")
    carrier, code = str(form["carrier"].value() or ""), str(form["code"].value() or "")
    if carrier not in Carrier.values or not code:
        raise Http404
    found = next((one for one in unmapped_codes() if (one.carrier, one.code) == (carrier, code)), None)
    context = {
        "member": member,
        "area": "carrier_codes",
        "form": form,
        "carrier": _carrier(carrier),
        "code": code,
        "found": found,
    }
    return render(request, "dashboard/carrier_code.html", context, status=422 if form.errors else 200)


@require_POST
@member_page(Action.EXPLAIN_CODES)
def withdraw(request: HttpRequest, member: Member, meaning_id: uuid.UUID) -> HttpResponse:
    """Take an explanation back."""
    meaning = CodeMeaning.objects.filter(pk=meaning_id, is_withdrawn=False).first()
    if meaning is None:
        raise Http404
    withdraw_meaning(meaning=meaning, now=clock.now())
    messages.success(request, _("Taken back. News that was understood by it is being read again."))
    return redirect("dashboard:carrier_codes")


def _carrier(carrier: str) -> str:
    return name_of(carrier) or _("Another carrier")


def _in_words(meaning: str | None) -> str:
    """Return a status or substatus as shoppers read it."""
    if meaning is None:
        return _("Nothing about where the parcel is")
    texts = texts_for("tracking", language=get_language() or "en", tone="sie")
    return str(texts(f"news.{meaning}")) if texts.has(f"news.{meaning}") else meaning


def _meanings() -> list[tuple[str, list[tuple[str, str]]]]:
    """All statuses and substatuses, grouped by status."""
    groups = []
    for status in STATUSES:
        members = [status.value, *SUBSTATUSES.get(status, ())]
        groups.append((_in_words(status.value), [(value, _in_words(value)) for value in members]))
    return groups
