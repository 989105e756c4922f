"""Questions: how often people ask where their parcel is, and whether it becomes rarer."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from postpurchase.dashboard.access import Action, Member, member_page
from postpurchase.lib import clock
from tracking.selectors.questions import QUESTION, change_of, questions_by_week


@require_safe
@member_page(Action.VIEW)
def questions(request: HttpRequest, member: Member) -> HttpResponse:
    """Show the last twelve weeks."""
    weeks = questions_by_week(merchant=member.merchant, now=clock.now())
    context = {
        "member": member,
        "area": "watch",
        "weeks": weeks,
        "change": change_of(weeks),
        "is_told": any(week.questions for week in weeks),
        "event": QUESTION,
    }
    return render(request, "dashboard/questions.html", context)
