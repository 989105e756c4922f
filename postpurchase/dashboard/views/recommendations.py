"""Recommendations: what is known, what a product or a customer gets and why, and whether history may be a reason."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from orders.recommendations.ask import Asked, NotKnown, answer
from orders.recommendations.overview import overview
from orders.services.recommendations import set_personal
from postpurchase.dashboard.access import Action, Member, member_page
from postpurchase.lib import clock

LONGEST = 200


@member_page(Action.VIEW)
def recommendations(request: HttpRequest, member: Member) -> HttpResponse:
    """Show what is known, and what somebody asked for gets."""
    asked = {name: request.GET.get(name, "").replace("\x00", "").strip()[:LONGEST] for name in ("product", "customer")}
    found, unknown = None, False
    if any(asked.values()):
        try:
            wanted = Asked(product=asked["product"], customer=asked["customer"], language=get_language() or "en")
            found = answer(asked=wanted, now=clock.now())
        except NotKnown:
            unknown = True
    context = {
        "member": member,
        "area": "recommendations",
        "known": overview(),
        "asked": asked,
        "found": found,
        "unknown": unknown,
    }
    return render(request, "dashboard/recommendations.html", context)


@require_POST
@member_page(Action.EDIT_RECOMMENDATIONS)
def switch_personal(request: HttpRequest, member: Member) -> HttpResponse:
    """Let history be a reason, or not."""
    personal = request.POST.get("personal") == "yes"
    set_personal(merchant=member.merchant, personal=personal, now=clock.now())
    messages.success(
        request,
        _("What customers bought may choose what they are shown.")
        if personal
        else _("What customers bought no longer chooses what they are shown."),
    )
    return redirect("dashboard:recommendations")
