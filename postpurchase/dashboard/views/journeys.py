"""Journeys: on, off, and what they do, readable."""

import datetime as dt

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from messaging.models import Journey, JourneyVersion
from messaging.services.journeys import definition_of, set_active
from messaging.services.standard_journeys import NEW_FOR, keep_mine, newer_definition, take_newer
from postpurchase.accounts.models import Store
from postpurchase.accounts.models.store import DEFAULT_STORE
from postpurchase.dashboard.access import Action, Member, member_page
from postpurchase.dashboard.journey_reading import preview_language, read_journey
from postpurchase.lib import clock


@member_page(Action.VIEW)
def journeys(request: HttpRequest, member: Member) -> HttpResponse:
    """List the journeys with how many are on the way and were sent something."""
    language = preview_language()
    newest = JourneyVersion.objects.order_by("journey_id", "-number").distinct("journey_id").select_related("journey")
    counted = {
        row.pk: row
        for row in Journey.objects.annotate(
            running=Count("runs", filter=Q(runs__state="running"), distinct=True),
            sent=Count("runs__messages", filter=Q(runs__messages__state__in=("accepted", "delivered")), distinct=True),
        )
    }
    rows = []
    for version in newest:
        definition = definition_of(version)
        rows.append(
            {
                "journey": counted[version.journey_id],
                "name": definition.name.get(language, version.journey.name),
                "description": definition.description.get(language, ""),
                "has_newer": newer_definition(version) is not None,
            }
        )
    rows.sort(key=lambda row: (row["journey"].position, row["journey"].key))
    new = _new_ones(list(counted.values()), now=clock.now())
    context = {"member": member, "area": "journeys", "rows": rows, "new": new}
    return render(request, "dashboard/journeys.html", context)


@member_page(Action.VIEW)
def journey(request: HttpRequest, member: Member, key: str) -> HttpResponse:
    """Read one journey from top to bottom."""
    version = JourneyVersion.objects.filter(journey__key=key).select_related("journey").order_by("-number").first()
    if version is None:
        raise Http404
    definition, newer = definition_of(version), newer_definition(version)
    language = preview_language()
    store = Store.objects.get(slug=DEFAULT_STORE)
    context = {
        "member": member,
        "area": "journeys",
        "journey": version.journey,
        "version": version,
        "name": definition.name.get(language, version.journey.name),
        "description": definition.description.get(language, ""),
        "steps": read_journey(definition=definition, merchant=member.merchant, store=store),
        "newer_steps": read_journey(definition=newer, merchant=member.merchant, store=store) if newer else None,
    }
    return render(request, "dashboard/journey.html", context)


@require_POST
@member_page(Action.SWITCH_JOURNEYS)
def switch(request: HttpRequest, member: Member, key: str) -> HttpResponse:
    """Switch a journey on or off."""
    if not Journey.objects.filter(key=key).exists():
        raise Http404
    active = request.POST.get("active") == "on"
    set_active(merchant=member.merchant, key=key, active=active, now=clock.now())
    messages.success(
        request,
        _("Switched on. It starts with what happens from now on.")
        if active
        else _("Switched off. Nothing more is sent by it."),
    )
    return (
        redirect("dashboard:journey", key=key)
        if request.POST.get("from") == "journey"
        else redirect("dashboard:journeys")
    )


@require_POST
@member_page(Action.SWITCH_JOURNEYS)
def newer(request: HttpRequest, member: Member, key: str) -> HttpResponse:
    """Take the version that came with the product (``take=yes``), or keep the present one for good."""
    found = Journey.objects.filter(key=key).first()
    if found is None:
        raise Http404
    if request.POST.get("take") == "yes":
        if take_newer(journey=found, now=clock.now()):
            messages.success(request, _("The new version counts for whoever enters from now on."))
    elif keep_mine(journey=found, now=clock.now()):
        messages.success(request, _("Your version stays."))
    return redirect("dashboard:journey", key=key)


def _new_ones(journeys: list[Journey], *, now: dt.datetime) -> set[str]:
    """The keys of journeys that came lately, with a release: after the merchant's first ones."""
    first = min((one.created_at for one in journeys), default=now)
    return {one.key for one in journeys if one.created_at > first and one.created_at > now - NEW_FOR}
