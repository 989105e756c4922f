"""What the frame around every page offers: another merchant, another language."""

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from postpurchase.dashboard.access import SESSION_KEY, Action, Member, member_page


@require_POST
@member_page(Action.VIEW)
def switch(request: HttpRequest, member: Member) -> HttpResponse:
    """Work for another of the user's merchants from now on; a slug that is not theirs changes nothing."""
    chosen = next((item for item in member.merchants if item.slug == request.POST.get("merchant")), member.merchant)
    request.session[SESSION_KEY] = str(chosen.id)
    return redirect("dashboard:home")


@require_POST
@login_required
def language(request: HttpRequest) -> HttpResponse:
    """Speak another language from now on, and go back to where the user was."""
    chosen = request.POST.get("language", "")
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}):
        target = reverse("dashboard:home")
    response = HttpResponseRedirect(target)
    if chosen in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            chosen,
            max_age=365 * 24 * 3600,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
        )
    return response
