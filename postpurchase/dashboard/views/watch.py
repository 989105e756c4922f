"""The watch list: what gave cause for alarm, evidence for carriers, and how long a merchant waits."""

import uuid
from collections.abc import Sequence

from django import forms
from django.contrib import messages
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from postpurchase.dashboard import watch_words, words
from postpurchase.dashboard.access import Action, Member, member_page
from postpurchase.dashboard.paging import page_of
from postpurchase.lib import clock
from postpurchase.lib.spreadsheets import csv_line
from tracking.enums import Carrier
from tracking.models import AlarmKind, ShipmentAlarm
from tracking.selectors.evidence import HEADINGS, evidence_rows
from tracking.selectors.patience import patience
from tracking.services.alarms import end_alarm
from tracking.services.patience import set_patience
from tracking.watching.patience import LIMITS, SWITCHABLE


class PatienceForm(forms.Form):
    """Hours and days, and which silence is of no interest."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        chosen = patience()
        for name, limits in LIMITS.items():
            label, about = watch_words.NUMBER[name]
            span = _("%(least)s to %(most)s.") % {"least": limits.least, "most": limits.most}
            self.fields[name] = forms.IntegerField(
                label=str(label),
                min_value=limits.least,
                max_value=limits.most,
                initial=getattr(chosen, name),
                help_text=f"{about} {span}",
            )
        self.fields["watched"] = forms.MultipleChoiceField(
            label=gettext_lazy("Raise an alarm when"),
            choices=[(kind.value, watch_words.KIND[kind]) for kind in SWITCHABLE],
            initial=[kind.value for kind in SWITCHABLE if chosen.watches(kind)],
            required=False,
        )


@require_safe
@member_page(Action.VIEW)
def watch(request: HttpRequest, member: Member) -> HttpResponse:
    """List alarms, newest first: open ones or all; ``kind`` and ``carrier`` filter."""
    kind, carrier = request.GET.get("kind", ""), request.GET.get("carrier", "")
    show_all = request.GET.get("show") == "all"
    alarms = ShipmentAlarm.objects.all() if show_all else ShipmentAlarm.objects.filter(ended_at=None)
    counts = dict(alarms.values_list("kind").annotate(Count("id")))
    page = page_of(
        _filtered(alarms, kind, carrier).select_related("order", "shipment"),
        newest_by="raised_at",
        cursor=request.GET.get("after", ""),
    )
    context = {
        "member": member,
        "area": "watch",
        "rows": [_row(alarm) for alarm in page.rows],
        "next": page.next_cursor,
        "kind": kind,
        "kinds": [(key, watch_words.KIND[key], counts[key]) for key in AlarmKind.values if key in counts],
        "total": sum(counts.values()),
        "carrier": carrier,
        "carriers": Carrier.choices,
        "show_all": show_all,
        "has_evidence": AlarmKind.FALSE_ATTEMPT in counts,
    }
    return render(request, "dashboard/watch.html", context)


def _filtered(alarms: QuerySet[ShipmentAlarm], kind: str, carrier: str) -> QuerySet[ShipmentAlarm]:
    if kind in AlarmKind.values:
        alarms = alarms.filter(kind=kind)
    if carrier in Carrier.values:
        alarms = alarms.filter(shipment__carrier=carrier)
    return alarms


def _row(alarm: ShipmentAlarm) -> dict[str, object]:
    parcel = alarm.shipment
    return {
        "alarm": alarm,
        "kind": watch_words.KIND[alarm.kind],
        "tone": "" if alarm.ended_at else watch_words.TONE.get(alarm.kind, ""),
        "reason": watch_words.reason(alarm.detail),
        "carrier": words.carrier_of(parcel) if parcel else "",
        "status": words.in_words(words.SHIPMENT_STATUS, parcel.status) if parcel else _("not sent yet"),
    }


@require_POST
@member_page(Action.SEE_TO_ALARMS)
def done(request: HttpRequest, member: Member, alarm_id: uuid.UUID) -> HttpResponse:
    """Note that somebody has seen to an alarm."""
    if not ShipmentAlarm.objects.filter(pk=alarm_id).exists():
        raise Http404
    if end_alarm(alarm_id=alarm_id, now=clock.now()):
        messages.success(request, _("Done: it is off the list."))
    return redirect("dashboard:watch")


@require_safe
@member_page(Action.SEE_TO_ALARMS)
def evidence(request: HttpRequest, member: Member) -> HttpResponse:
    """Hand out the probable false attempts as a file for the carrier; ``carrier`` filters."""
    rows = evidence_rows(merchant=member.merchant, carrier=request.GET.get("carrier", ""))
    lines = [
        csv_line(_(heading) for heading in HEADINGS),
        *(csv_line([*row.cells, _signs(row.signs)]) for row in rows),
    ]
    name = f"attempts-{clock.now():%Y-%m-%d}.csv"
    response = HttpResponse("\ufeff" + "".join(lines), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _signs(signs: Sequence[str]) -> str:
    return "; ".join(str(watch_words.SIGN.get(sign, sign)) for sign in signs)


@member_page(Action.EDIT_WATCH)
def settings(request: HttpRequest, member: Member) -> HttpResponse:
    """Choose how long to wait before silence is an alarm."""
    form = PatienceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        set_patience(
            merchant=member.merchant,
            numbers={name: form.cleaned_data[name] for name in LIMITS},
            switched_off={kind.value for kind in SWITCHABLE} - set(form.cleaned_data["watched"]),
            now=clock.now(),
        )
        messages.success(request, _("Saved. It holds from the next minute on; alarms that were raised stay."))
        return redirect("dashboard:watch_settings")
    return render(
        request,
        "dashboard/watch_settings.html",
        {
            "member": member,
            "area": "watch",
            "form": form,
            "numbers": [form[name] for name in LIMITS],
            "watched": form["watched"].value(),
        },
        status=422 if form.errors else 200,
    )
