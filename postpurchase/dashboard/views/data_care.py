"""Data care: people who want their copy or want to be forgotten, legal holds, and how long things are kept."""

import uuid

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from messaging.models import PermissionEvidence
from orders.models import Customer, Order
from orders.selectors import ids_of_customer
from postpurchase.dashboard import care_words, words
from postpurchase.dashboard.access import Action, Member, member_page
from postpurchase.lib import clock
from postpurchase.lib.validation import Refused
from postpurchase.privacy.models import Erasure, ErasureSource, ErasureState, LegalHold, RetentionRun
from postpurchase.privacy.retention.classes import CLASSES
from postpurchase.privacy.selectors.copy import as_json, as_zip, copy_of_customer
from postpurchase.privacy.selectors.people import find_people
from postpurchase.privacy.services.erase import request_erasure, retry_erasure
from postpurchase.privacy.services.holds import hold_against_erasing, place_hold, release_hold
from postpurchase.privacy.services.retain import period_of, set_periods

SEARCH_LENGTH = 200
MOST_ROWS = 25


class PeriodsForm(forms.Form):
    """How many days each class of data is kept, for those that may be shortened."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        for key, one in CLASSES.items():
            if one.is_fixed or one.least == one.days:
                continue
            title, since = care_words.KEPT[key]
            self.fields[key] = forms.IntegerField(
                label=str(title),
                min_value=one.least,
                max_value=one.days,
                initial=period_of(key=key).days,
                help_text=_("%(since)s. %(least)s to %(most)s days.")
                % {"since": str(since), "least": one.least, "most": one.days},
            )


class HoldForm(forms.Form):
    """Why something must not be deleted."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=300,
        help_text=gettext_lazy("Everybody in your team can read it: a court's file number, not the story."),
    )


@require_safe
@member_page(Action.CARE_FOR_DATA)
def data_care(request: HttpRequest, member: Member) -> HttpResponse:
    """Look somebody up, see erasures and holds, and choose periods."""
    return _overview(request, member, PeriodsForm())


@require_POST
@member_page(Action.CARE_FOR_DATA)
def periods(request: HttpRequest, member: Member) -> HttpResponse:
    """Keep things for so many days from now on."""
    form = PeriodsForm(request.POST)
    if not form.is_valid():
        return _overview(request, member, form)
    set_periods(merchant=member.merchant, days=form.cleaned_data)
    messages.success(request, _("Saved. What is past its time now goes with the next run."))
    return redirect("dashboard:data_care")


def _overview(request: HttpRequest, member: Member, form: PeriodsForm) -> HttpResponse:
    query = request.GET.get("q", "").replace("\x00", "").strip()[:SEARCH_LENGTH]
    run = RetentionRun.objects.filter(finished_at__isnull=False).order_by("-day").first()
    context = {
        "member": member,
        "area": "data_care",
        "query": query,
        "people": find_people(query=query, country=member.merchant.country),
        "erasures": [_erasure_row(row) for row in Erasure.objects.order_by("-requested_at", "-id")[:MOST_ROWS]],
        "holds": LegalHold.objects.filter(released_at__isnull=True)
        .select_related("customer", "order")
        .order_by("-placed_at"),
        "form": form,
        "fixed": [
            (*care_words.KEPT[key], one.days) for key, one in CLASSES.items() if one.is_fixed or one.least == one.days
        ],
        "run": run,
        "removed": [(care_words.KEPT[key][0], count) for key, count in (run.removed if run else {}).items() if count],
    }
    return render(request, "dashboard/data_care.html", context, status=422 if form.errors else 200)


def _erasure_row(erasure: Erasure) -> dict[str, object]:
    return {
        "erasure": erasure,
        "state": words.in_words(care_words.ERASURE_STATE, erasure.state),
        "tone": care_words.ERASURE_TONE.get(erasure.state, ""),
        "source": words.in_words(care_words.ERASURE_SOURCE, erasure.source),
        "failed": erasure.state == ErasureState.FAILED,
    }


@require_safe
@member_page(Action.CARE_FOR_DATA)
def customer(request: HttpRequest, member: Member, customer_id: uuid.UUID) -> HttpResponse:
    """Show one person: their copy, what they agreed to, holds, and the way to forget them."""
    return _customer_page(request, member, _customer(customer_id), HoldForm())


@require_safe
@member_page(Action.CARE_FOR_DATA)
def copy(request: HttpRequest, member: Member, customer_id: uuid.UUID, format: str) -> HttpResponse:
    """Hand over everything known of one person, as one document or as an archive with tables."""
    found = copy_of_customer(customer=_customer(customer_id), merchant=member.merchant, now=clock.now())
    match format:
        case "json":
            response = HttpResponse(as_json(found), content_type="application/json")
        case "zip":
            response = HttpResponse(as_zip(found), content_type="application/zip")
        case _:
            raise Http404
    response["Content-Disposition"] = f'attachment; filename="customer-{customer_id}.{format}"'
    return response


@require_POST
@member_page(Action.CARE_FOR_DATA)
def erase(request: HttpRequest, member: Member, customer_id: uuid.UUID) -> HttpResponse:
    """Forget one person, after the box was ticked."""
    found = _customer(customer_id)
    if request.POST.get("sure") != "yes":
        messages.error(request, _("Please tick the box: an erasure cannot be undone."))
        return redirect("dashboard:data_care_customer", found.id)
    erasure = request_erasure(merchant=member.merchant, customer=found, source=ErasureSource.DASHBOARD, now=clock.now())
    if erasure.state == ErasureState.HELD:
        messages.warning(request, _("A legal hold stands against it. The erasure waits until the hold is released."))
    else:
        messages.success(request, _("The person is erased. The last traces go within minutes."))
    return redirect("dashboard:data_care")


@require_POST
@member_page(Action.CARE_FOR_DATA)
def hold_customer(request: HttpRequest, member: Member, customer_id: uuid.UUID) -> HttpResponse:
    """Keep everything of one person, for a reason."""
    found, form = _customer(customer_id), HoldForm(request.POST)
    if not form.is_valid():
        return _customer_page(request, member, found, form)
    place_hold(merchant=member.merchant, customer=found, reason=form.cleaned_data["reason"], now=clock.now())
    messages.success(request, _("Held. Nothing of this person is deleted until you release it."))
    return redirect("dashboard:data_care_customer", found.id)


@require_POST
@member_page(Action.CARE_FOR_DATA)
def hold_order(request: HttpRequest, member: Member, order_id: uuid.UUID) -> HttpResponse:
    """Keep one order and what belongs to it, for a reason."""
    order = Order.objects.filter(pk=order_id).first()
    if order is None:
        raise Http404
    try:
        reason = request.POST.get("reason", "").replace("\x00", "")[:300]
        place_hold(merchant=member.merchant, order=order, reason=reason, now=clock.now())
    except Refused:
        messages.error(request, _("A hold needs a reason."))
    else:
        messages.success(request, _("Held. Nothing of this order is deleted until you release it."))
    return redirect("dashboard:data_care_customer", order.customer_id) if order.customer_id else _back()


@require_POST
@member_page(Action.CARE_FOR_DATA)
def release(request: HttpRequest, member: Member, hold_id: uuid.UUID) -> HttpResponse:
    """End a hold; what waited for it goes on."""
    hold = LegalHold.objects.filter(pk=hold_id).first()
    if hold is None:
        raise Http404
    release_hold(hold=hold, now=clock.now())
    messages.success(request, _("Released. An erasure that waited for it goes on within minutes."))
    return _back()


@require_POST
@member_page(Action.CARE_FOR_DATA)
def retry(request: HttpRequest, member: Member, erasure_id: uuid.UUID) -> HttpResponse:
    """Try an erasure again that failed too often."""
    erasure = Erasure.objects.filter(pk=erasure_id).first()
    if erasure is None:
        raise Http404
    if retry_erasure(erasure=erasure, now=clock.now()):
        messages.success(request, _("It is tried again."))
    return _back()


@require_safe
@member_page(Action.CARE_FOR_DATA)
def evidence(request: HttpRequest, member: Member, evidence_id: uuid.UUID) -> HttpResponse:
    """Show all that is kept of one declaration, ready to be printed."""
    found = (
        PermissionEvidence.objects.select_related("customer", "consent_report__notice_version", "consent_report__order")
        .filter(pk=evidence_id)
        .first()
    )
    if found is None:
        raise Http404
    context = {
        "member": member,
        "area": "data_care",
        "evidence": found,
        "report": found.consent_report,
        "status": words.in_words(care_words.PERMISSION_STATUS, found.status),
        "channel": words.in_words(words.CHANNEL, found.channel),
        "purpose": words.in_words(words.MESSAGE_CLASS, found.purpose),
        "basis": words.in_words(words.BASIS, found.basis),
        "now": clock.now(),
    }
    return render(request, "dashboard/evidence.html", context)


def _customer_page(request: HttpRequest, member: Member, found: Customer, form: HoldForm) -> HttpResponse:
    ids = ids_of_customer(customer_id=found.id)
    declarations = PermissionEvidence.objects.filter(customer_id__in=ids).order_by("-recorded_at", "-id")[:MOST_ROWS]
    context = {
        "member": member,
        "area": "data_care",
        "customer": found,
        "orders": Order.objects.filter(customer_id__in=ids).order_by("-placed_at", "-id")[:MOST_ROWS],
        "evidence": [
            {
                "row": row,
                "what": f"{words.in_words(words.MESSAGE_CLASS, row.purpose)} · "
                f"{words.in_words(words.CHANNEL, row.channel)}",
                "status": words.in_words(care_words.PERMISSION_STATUS, row.status),
            }
            for row in declarations
        ],
        "hold": LegalHold.objects.filter(customer=found, released_at__isnull=True).first(),
        "against": hold_against_erasing(customer=found),
        "form": form,
    }
    return render(request, "dashboard/data_care_customer.html", context, status=422 if form.errors else 200)


def _customer(customer_id: uuid.UUID) -> Customer:
    found = Customer.objects.filter(pk=customer_id, erased_at__isnull=True).first()
    if found is None:
        raise Http404
    return found


def _back() -> HttpResponse:
    return redirect("dashboard:data_care")
