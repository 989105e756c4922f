"""The problems desk: one queue for the team, and a case with everything that happened in it."""

import datetime as dt
import uuid
from collections.abc import Sequence

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from orders.models import OrderLine
from postpurchase.accounts.models import Membership
from postpurchase.dashboard import case_words, words
from postpurchase.dashboard.access import Action, Member, member_page
from postpurchase.dashboard.case_rows import case_row
from postpurchase.lib import clock
from tracking.cases.words import plain_words
from tracking.models import Case, CaseActor, CaseEntry, CaseOutcome, CaseReason, CaseState
from tracking.selectors.cases import case_by_id, queue, queue_counts, standing_answer
from tracking.services.cases.closing import AnotherIsOpen, reopen_case, resolve_case
from tracking.services.cases.entries import By
from tracking.services.cases.rules import rules_of
from tracking.services.cases.working import (
    WORKERS,
    NotInTheTeam,
    Rules,
    assign_case,
    reply_to_shopper,
    set_rules,
    write_note,
)

PAGE_SIZE = 40
LAST_PAGE = 250
LONGEST_TEXT = 2_000
VIEWS = ("open", "mine", "overdue", "unassigned", "resolved")


class RulesForm(forms.Form):
    """What comes first, and when the team works."""

    high_value_from = forms.DecimalField(
        label=gettext_lazy("High value from"),
        help_text=gettext_lazy("In the order's own currency. Leave it empty if no order comes first for its value."),
        required=False,
        min_value=0,
        max_digits=12,
        decimal_places=2,
    )
    vip_attribute = forms.CharField(
        label=gettext_lazy("Attribute of important customers"),
        help_text=gettext_lazy("The name your shop sends it under, for example vip or tier."),
        required=False,
        max_length=200,
    )
    vip_values = forms.CharField(
        label=gettext_lazy("Its values"),
        help_text=gettext_lazy("Separated by commas, for example gold, platinum. Leave it empty if it says yes or no."),
        required=False,
        max_length=500,
    )
    works_from = forms.TimeField(
        label=gettext_lazy("Your team works from"), widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"})
    )
    works_until = forms.TimeField(
        label=gettext_lazy("until"), widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"})
    )

    def clean(self) -> None:
        """A day has hours."""
        begin, end = self.cleaned_data.get("works_from"), self.cleaned_data.get("works_until")
        if begin and end and begin >= end:
            self.add_error("works_until", _("This must be later than the beginning."))


@member_page(Action.VIEW)
def cases(request: HttpRequest, member: Member) -> HttpResponse:
    """List cases in the order in which to look after them; ``view`` and ``reason`` filter, ``page`` turns."""
    now, me = clock.now(), _me(member)
    view = request.GET.get("view", "")
    view = view if view in VIEWS else "open"
    reason = request.GET.get("reason", "")
    reason = reason if reason in CaseReason.values else ""
    number = request.GET.get("page", "")
    page = min(int(number), LAST_PAGE) if number.isascii() and number.isdigit() and int(number[:9]) > 0 else 1
    found = queue(
        now=now,
        state=CaseState.RESOLVED if view == "resolved" else CaseState.OPEN,
        owner_id=me.id if view == "mine" else None,
        unassigned=view == "unassigned",
        overdue=view == "overdue",
        reason=reason,
    )
    rows = list(found[(page - 1) * PAGE_SIZE : page * PAGE_SIZE + 1])
    context = {
        "member": member,
        "area": "cases",
        "view": view,
        "counts": queue_counts(owner_id=me.id, now=now),
        "reason": reason,
        "reasons": list(case_words.REASON.items()),
        "rows": [case_row(case, now) for case in rows[:PAGE_SIZE]],
        "page": page,
        "has_more": len(rows) > PAGE_SIZE,
    }
    return render(request, "dashboard/cases.html", context)


@member_page(Action.VIEW)
def case(request: HttpRequest, member: Member, case_id: uuid.UUID) -> HttpResponse:
    """Show a case with its history, the parcel's facts, and what is best done next."""
    found = case_by_id(case_id=case_id)
    if found is None:
        raise Http404
    now = clock.now()
    entries = list(found.entries.all())
    answer = standing_answer(entries)
    team = list(Membership.objects.filter(role__in=WORKERS).select_related("user").order_by("user__email"))
    context = {
        "member": member,
        "area": "cases",
        "row": case_row(found, now),
        "entries": [_entry(entry, found, team) for entry in reversed(entries)],
        "answer": _answer(answer) if answer else None,
        "team": team,
        "me": _me(member),
        "outcomes": list(case_words.OUTCOME.items()),
        "parcel_status": words.in_words(words.SHIPMENT_STATUS, found.shipment.status) if found.shipment else "",
        "parcel_tone": words.SHIPMENT_TONE.get(found.shipment.status, "") if found.shipment else "",
    }
    return render(request, "dashboard/case.html", context)


@require_POST
@member_page(Action.WORK_CASES)
def assign(request: HttpRequest, member: Member, case_id: uuid.UUID) -> HttpResponse:
    """Give a case to ``owner`` (a member's id, ``me``, or empty for nobody)."""
    found = _found(case_id)
    told = request.POST.get("owner", "")
    owner = _me(member) if told == "me" else _member(told)
    if told and owner is None:
        raise Http404
    try:
        assign_case(case=found, owner=owner, by=_by(member), now=clock.now())
    except NotInTheTeam:
        messages.error(request, _("This member only looks. Give the case to somebody else."))
    else:
        messages.success(request, _("Saved."))
    return redirect("dashboard:case", case_id=case_id)


@require_POST
@member_page(Action.WORK_CASES)
def write(request: HttpRequest, member: Member, case_id: uuid.UUID) -> HttpResponse:
    """Add ``text``: a note for the team, or with ``to=shopper`` an answer that stands on the tracking page."""
    found = _found(case_id)
    text = plain_words(request.POST.get("text", ""), longest=LONGEST_TEXT)
    if not text:
        messages.error(request, _("There was nothing written."))
    elif request.POST.get("to") == "shopper":
        reply_to_shopper(case=found, text=text, by=_by(member), now=clock.now())
        messages.success(request, _("Your answer stands on the shopper's tracking page."))
    else:
        write_note(case=found, text=text, by=_by(member), now=clock.now())
        messages.success(request, _("Saved."))
    return redirect("dashboard:case", case_id=case_id)


@require_POST
@member_page(Action.WORK_CASES)
def resolve(request: HttpRequest, member: Member, case_id: uuid.UUID) -> HttpResponse:
    """End a case with ``outcome`` and, if any, a last note."""
    found = _found(case_id)
    outcome = request.POST.get("outcome", "")
    if outcome not in CaseOutcome.values:
        messages.error(request, _("Please choose how it ended."))
        return redirect("dashboard:case", case_id=case_id)
    text = plain_words(request.POST.get("text", ""), longest=LONGEST_TEXT)
    if resolve_case(case=found, outcome=CaseOutcome(outcome), by=_by(member), now=clock.now(), text=text):
        messages.success(request, _("The case is resolved."))
    else:
        messages.info(request, _("It had been resolved already."))
    return redirect("dashboard:cases")


@require_POST
@member_page(Action.WORK_CASES)
def reopen(request: HttpRequest, member: Member, case_id: uuid.UUID) -> HttpResponse:
    """Open a resolved case again."""
    found = _found(case_id)
    try:
        reopen_case(merchant=member.merchant, case=found, by=_by(member), now=clock.now())
    except AnotherIsOpen:
        messages.error(request, _("A newer case about the same is open."))
    else:
        messages.success(request, _("The case is open again."))
    return redirect("dashboard:case", case_id=case_id)


@require_http_methods(["GET", "POST"])
@member_page(Action.SET_CASE_RULES)
def rules(request: HttpRequest, member: Member) -> HttpResponse:
    """Show and change what comes first, and when the team works."""
    stored = rules_of(merchant=member.merchant, now=clock.now())
    form = RulesForm(request.POST or None, initial={name: getattr(stored, name) for name in Rules.__slots__})
    if request.method == "POST" and form.is_valid():
        set_rules(merchant=member.merchant, rules=Rules(**form.cleaned_data), now=clock.now())
        messages.success(request, _("Saved."))
        return redirect("dashboard:case_rules")
    context = {"member": member, "area": "cases", "form": form}
    return render(request, "dashboard/case_rules.html", context, status=422 if form.errors else 200)


def _found(case_id: uuid.UUID) -> Case:
    found = Case.objects.select_related("order", "shipment").filter(pk=case_id).first()
    if found is None:
        raise Http404
    return found


def _me(member: Member) -> Membership:
    return Membership.objects.select_related("user").get(user=member.user)


def _member(told: str) -> Membership | None:
    try:
        return Membership.objects.filter(pk=uuid.UUID(told)).first()
    except ValueError:
        return None


def _by(member: Member) -> By:
    return By(CaseActor.TEAM, _me(member))


def _entry(entry: CaseEntry, case: Case, team: Sequence[Membership]) -> dict[str, object]:
    """One line of the history."""
    data = entry.data
    details = [words.in_words(case_words.CHOICE, str(data["choice"]))] if data.get("choice") else []
    if "was_home" in data and entry.kind == "at_home":
        details.append(_("Yes, was at home") if data["was_home"] else _("No, was not at home"))
        if "was_rung" in data:
            details.append(_("Somebody rang") if data["was_rung"] else _("Nobody rang"))
    if data.get("outcome"):
        details.append(words.in_words(case_words.OUTCOME, str(data["outcome"])))
    if data.get("line"):
        details.append(_article(case, str(data["line"])))
    if entry.kind == "assigned":
        owner = next((one.user.email for one in team if str(one.id) == data.get("owner_id")), "")
        details.append(owner or _("Nobody"))
    who = entry.author.user.email if entry.author else words.in_words(case_words.ACTOR, entry.actor)
    return {
        "row": entry,
        "title": words.in_words(case_words.ENTRY, entry.kind),
        "icon": case_words.ENTRY_ICON.get(entry.kind, "info"),
        "who": who,
        "details": details,
        "file": data.get("hand_over_id"),
        "answer": _answer(entry) if entry.kind == "answered" else None,
    }


def _answer(entry: CaseEntry) -> dict[str, object]:
    """A shopper's choice with what goes with it."""
    day, address = entry.details.get("day"), entry.details.get("address") or {}
    lines = [address.get(name) for name in ("name", "street", "street2")]
    lines.append(f"{address.get('postal_code', '')} {address.get('city', '')}".strip())
    return {
        "choice": words.in_words(case_words.CHOICE, str(entry.data.get("choice") or "")),
        "day": dt.date.fromisoformat(day) if day else None,
        "address": [line for line in lines if line],
        "at": entry.happened_at,
    }


def _article(case: Case, external_id: str) -> str:
    line = OrderLine.objects.filter(order=case.order, external_id=external_id).first()
    return (line.name or line.sku) if line else external_id
