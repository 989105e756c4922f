"""Delivery: from which day promises start, how often they came true, and the script for product pages."""

import datetime as dt
from itertools import permutations
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from postpurchase.dashboard import delivery_words, words
from postpurchase.dashboard.access import Action, Member, member_page
from postpurchase.lib import clock
from postpurchase.lib.countries import COUNTRIES
from tracking.carriers.registry import name_of
from tracking.enums import Carrier
from tracking.models import PromiseSource
from tracking.selectors.delivery import stored_settings
from tracking.selectors.hit_rate import LATELY, HitRate, HitRateBy, estimate_coverage, hit_rates, whole_hit_rate
from tracking.services.delivery import MOST_PROCESSING_DAYS, DeliveryInput, DeliveryRefused, choose_delivery
from tracking.snippet import delivery_day_code
from tracking.transit import TARGET

MOST_ROWS = 20


class DeliveryForm(forms.Form):
    """What estimates start from."""

    cut_off = forms.TimeField(
        label=gettext_lazy("Cut-off"),
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
        help_text=gettext_lazy("An order placed then or later leaves a working day later. Your local time."),
    )
    processing_days = forms.IntegerField(
        label=gettext_lazy("Processing days"),
        min_value=0,
        max_value=MOST_PROCESSING_DAYS,
        help_text=gettext_lazy("Working days from the order to the hand-over; 0 means the same day."),
    )
    working_days = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Parcels leave on"), coerce=int, choices=list(delivery_words.WEEKDAYS.items())
    )
    origin_country = forms.ChoiceField(
        label=gettext_lazy("Country of the warehouse"), choices=[(code, code) for code in sorted(COUNTRIES)]
    )
    origin_postal_code = forms.CharField(
        label=gettext_lazy("Postal code of the warehouse"),
        max_length=20,
        required=False,
        help_text=gettext_lazy("For the public holidays of its Land or canton."),
    )
    sources = forms.ChoiceField(
        label=gettext_lazy("Whose day comes first"),
        help_text=gettext_lazy("The first that names a day is shown to shoppers."),
    )
    carrier = forms.ChoiceField(
        label=gettext_lazy("Usual carrier"),
        required=False,
        help_text=gettext_lazy("For orders without a parcel yet, and on product pages."),
    )
    service = forms.CharField(label=gettext_lazy("Usual service"), max_length=100, required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        names = delivery_words.SOURCES
        self.fields["sources"].choices = [  # type: ignore[attr-defined]
            (",".join(order), ", ".join(str(names[source]) for source in order))
            for order in permutations(PromiseSource.values)
        ]
        self.fields["carrier"].choices = [("", _("It varies"))] + [  # type: ignore[attr-defined]
            (carrier.value, name_of(carrier)) for carrier in Carrier if carrier != Carrier.OTHER
        ]

    def choice(self) -> DeliveryInput:
        """Return what was chosen, as the service takes it."""
        data = self.cleaned_data
        return DeliveryInput(
            cut_off=data["cut_off"],
            processing_days=data["processing_days"],
            working_days=tuple(data["working_days"]),
            origin_country=data["origin_country"],
            origin_postal_code=data["origin_postal_code"],
            sources=tuple(data["sources"].split(",")),
            carrier=data["carrier"],
            service=data["service"].strip(),
        )


@require_http_methods(["GET", "POST"])
@member_page(Action.VIEW)
def delivery(request: HttpRequest, member: Member) -> HttpResponse:
    """Show how promises fared and what they start from; owner and manager choose it."""
    if request.method == "POST" and not member.may(Action.CHOOSE_DELIVERY):
        return render(request, "403.html", {"reason": _("Your role does not allow this.")}, status=403)
    form = DeliveryForm(request.POST) if request.method == "POST" else DeliveryForm(initial=_stored(member))
    if form.is_bound and form.is_valid():
        try:
            choose_delivery(merchant=member.merchant, data=form.choice(), now=clock.now())
        except DeliveryRefused as refused:
            form.add_error(refused.field, str(words.in_words(delivery_words.REFUSED, refused.field)))
        else:
            messages.success(request, _("Saved. It holds for what is promised from now on."))
            return redirect("dashboard:delivery")
    today = clock.now().date()
    first = today - LATELY
    chosen = [str(day) for day in form["working_days"].value() or []]
    context = {
        "member": member,
        "area": "delivery",
        "form": form,
        "chosen_days": chosen,
        "may_choose": member.may(Action.CHOOSE_DELIVERY),
        "target": round(TARGET * 100),
        "whole": _row(whole_hit_rate(first=first, last=today), ""),
        "tables": _tables(first, today),
        "causes": _causes(first, today),
        "coverage": [
            {"name": name_of(one.group) or one.group, "parcels": one.parcels, "rate": _percent(one.rate)}
            for one in estimate_coverage(first=first, last=today)
        ],
        "code": delivery_day_code(merchant=member.merchant),
    }
    return render(request, "dashboard/delivery.html", context, status=422 if form.errors else 200)


def _stored(member: Member) -> dict[str, object]:
    row = stored_settings(merchant=member.merchant)
    return {
        "cut_off": row.cut_off,
        "processing_days": row.processing_days,
        "working_days": row.working_days,
        "origin_country": row.origin_country or member.merchant.country,
        "origin_postal_code": row.origin_postal_code,
        "sources": ",".join(row.sources),
        "carrier": row.carrier,
        "service": row.service,
    }


def _tables(first: dt.date, last: dt.date) -> list[dict[str, object]]:
    """The hit rate by carrier, region, month and source; tables without rows are left out."""
    found = []
    for by, title in delivery_words.TABLES.items():
        rates = hit_rates(by=HitRateBy(by), first=first, last=last)[:MOST_ROWS]
        rows = [_row(rate, _group_name(by, rate.group)) for rate in rates]
        if rows:
            found.append({"title": title, "first_column": delivery_words.FIRST_COLUMN[by], "rows": rows})
    return found


def _group_name(by: str, group: str) -> str:
    if by == HitRateBy.CARRIER:
        return name_of(group) or _("Other")
    return str(delivery_words.SOURCES[group]) if by == HitRateBy.SOURCE else group


def _causes(first: dt.date, last: dt.date) -> list[tuple[str, int]]:
    rates = hit_rates(by=HitRateBy.CAUSE, first=first, last=last)
    return [(str(delivery_words.CAUSES[rate.group]), rate.parcels) for rate in rates if rate.group]


def _row(rate: HitRate, name: str) -> dict[str, object]:
    return {
        "name": name,
        "parcels": rate.parcels,
        "on_time": _percent(rate.on_time_rate),
        "within": _percent(rate.within_rate),
        "exact": _percent(rate.exact_rate),
    }


def _percent(rate: float) -> int:
    return round(rate * 100)
