"""Journeys: on, off, and what they do, readable."""

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from messaging.models import Journey, JourneyVersion
from messaging.services.journeys import definition_of, set_active
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
            }
        )
    rows.sort(key=lambda row: (row["journey"].position, row["journey"].key))
    return render(request, "dashboard/journeys.html", {"member": member, "area": "journeys", "rows": rows})


@member_page(Action.VIEW)
def journey(request: HttpRequest, member: Member, key: str) -> HttpResponse:
    """Read one journey from top to bottom."""
    version = JourneyVersion.objects.filter(journey__key=key).select_related("journey").order_by("-number").first()
    if version is None:
        raise Http404
    definition = definition_of(version)
    language = preview_language()
    context = {
        "member": member,
        "area": "journeys",
        "journey": version.journey,
        "version": version,
        "name": definition.name.get(language, version.journey.name),
        "description": definition.description.get(language, ""),
        "steps": read_journey(
            definition=definition, merchant=member.merchant, store=Store.objects.get(slug=DEFAULT_STORE)
        ),
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
