"""The day at a glance, and what needs a person."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from postpurchase.dashboard.access import Action, Member, member_page
from postpurchase.dashboard.case_rows import case_row
from postpurchase.dashboard.overview import overview
from postpurchase.events.dispatch import retry_parked
from postpurchase.lib import clock
from tracking.selectors.cases import queue

# As many problems as fit beside the newest orders; the list has all.
CASES_SHOWN = 6


@member_page(Action.VIEW)
def home(request: HttpRequest, member: Member) -> HttpResponse:
    """Show today's numbers and everything that waits for a person."""
    now = clock.now()
    context = {
        "member": member,
        "area": "home",
        "overview": overview(merchant=member.merchant, now=now),
        "cases": [case_row(case, now) for case in queue(now=now)[:CASES_SHOWN]],
    }
    return render(request, "dashboard/home.html", context)


@require_POST
@member_page(Action.RETRY)
def retry(request: HttpRequest, member: Member, delivery_id: uuid.UUID) -> HttpResponse:
    """Try a parked event again."""
    if not retry_parked(delivery_id=delivery_id, now=clock.now()):
        raise Http404
    messages.success(request, _("It is tried again now."))
    return redirect("dashboard:home")
