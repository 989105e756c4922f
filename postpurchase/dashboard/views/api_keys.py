"""API keys: made, shown once, revoked."""

import uuid

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from postpurchase.accounts.models import ApiKey, Scope
from postpurchase.accounts.services.api_keys import create_api_key, revoke_api_key
from postpurchase.dashboard import words
from postpurchase.dashboard.access import Action, Member, member_page
from postpurchase.lib import clock


class ApiKeyForm(forms.Form):
    """A key's name and what it may do."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=100, help_text=gettext_lazy("Which program uses it?"))
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("What it may do"),
        choices=[(scope.value, words.SCOPE[scope.value]) for scope in Scope],
        initial=[Scope.ORDERS_READ, Scope.ORDERS_WRITE, Scope.PRODUCTS_WRITE, Scope.SHIPMENTS_WRITE],
    )


@require_http_methods(["GET", "POST"])
@member_page(Action.MANAGE_KEYS)
def api_keys(request: HttpRequest, member: Member) -> HttpResponse:
    """List keys; make one and show its secret this once."""
    form = ApiKeyForm(request.POST or None)
    secret = ""
    if request.method == "POST" and form.is_valid():
        scopes = [Scope(scope) for scope in form.cleaned_data["scopes"]]
        _key, secret = create_api_key(
            merchant=member.merchant, name=form.cleaned_data["name"], scopes=scopes, now=clock.now()
        )
        form = ApiKeyForm()
    context = {
        "member": member,
        "area": "api_keys",
        "form": form,
        "secret": secret,
        "keys": ApiKey.objects.order_by("-created_at", "-id"),
        "now": clock.now(),
        "chosen": form["scopes"].value() or [],
    }
    return render(request, "dashboard/api_keys.html", context, status=422 if form.errors else 200)


@require_POST
@member_page(Action.MANAGE_KEYS)
def revoke(request: HttpRequest, member: Member, key_id: uuid.UUID) -> HttpResponse:
    """End a key at once."""
    key = ApiKey.objects.filter(pk=key_id).first()
    if key is None:
        raise Http404
    revoke_api_key(merchant=member.merchant, prefix=key.prefix, now=clock.now())
    messages.success(request, _("The key “%(name)s” is revoked.") % {"name": key.name})
    return redirect("dashboard:api_keys")
