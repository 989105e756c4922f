"""The people who work for a merchant, and what each may do."""

import uuid

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from postpurchase.accounts.models import Membership, Role
from postpurchase.accounts.services.team import LastOwner, change_role, invite, remove_member
from postpurchase.dashboard.access import ROLE_NAMES, Action, Member, member_page
from postpurchase.lib import clock


class InviteForm(forms.Form):
    """Whom to invite, as what."""

    email = forms.EmailField(label=gettext_lazy("E-mail address"), max_length=254)
    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=list(ROLE_NAMES.items()), initial=Role.SUPPORT)


@require_http_methods(["GET", "POST"])
@member_page(Action.VIEW)
def team(request: HttpRequest, member: Member) -> HttpResponse:
    """List members; the owner invites."""
    form = InviteForm(request.POST or None)
    if request.method == "POST":
        if not member.may(Action.MANAGE_TEAM):
            return render(request, "403.html", {"reason": _("Your role does not allow this.")}, status=403)
        if form.is_valid():
            invite(
                merchant=member.merchant,
                email=form.cleaned_data["email"],
                role=Role(form.cleaned_data["role"]),
                now=clock.now(),
            )
            messages.success(request, _("Invited. They get a mail with a link to choose a password."))
            return redirect("dashboard:team")
    rows = Membership.objects.select_related("user").order_by("created_at", "id")
    context = {"member": member, "area": "team", "form": form, "roles": list(ROLE_NAMES.items())}
    context["rows"] = [{"row": row, "role_name": str(ROLE_NAMES[Role(row.role)])} for row in rows]
    return render(request, "dashboard/team.html", context, status=422 if form.errors else 200)


@require_POST
@member_page(Action.MANAGE_TEAM)
def member(request: HttpRequest, member: Member, membership_id: uuid.UUID) -> HttpResponse:
    """Change a member's role, or remove them. The last owner stays."""
    membership = Membership.objects.filter(pk=membership_id).first()
    if membership is None:
        raise Http404
    role = request.POST.get("role", "")
    try:
        if role == "remove":
            remove_member(merchant=member.merchant, membership=membership)
        elif role in Role.values:
            change_role(merchant=member.merchant, membership=membership, role=Role(role))
        else:
            raise Http404
    except LastOwner:
        messages.error(request, _("Somebody has to stay owner. Make another member owner first."))
    else:
        messages.success(request, _("Saved."))
    return redirect("dashboard:team")
