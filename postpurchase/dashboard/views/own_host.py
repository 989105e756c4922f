"""A storefront's own host name: which one, what to set at the DNS, and whether it is there yet."""

from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from postpurchase.accounts.models import StoreHost
from postpurchase.accounts.services.store_hosts import ask_for_host, check_host, give_up_host, proof_name
from postpurchase.dashboard.access import Action, Member, member_page
from postpurchase.dashboard.views.brand import store_named, stores_in_order
from postpurchase.lib import clock

REFUSALS = {
    "not_a_host": gettext_lazy("This is no host name. Write it like track.your-shop.example, without https and path."),
    "ours": gettext_lazy("This is the installation's own name; choose one of yours."),
}
PROBLEMS = {
    "no_answer": gettext_lazy("The DNS did not answer. Please try again in a few minutes."),
    "no_record": gettext_lazy("There is no TXT record yet. New records can take up to an hour to be seen."),
    "other_record": gettext_lazy("There is a TXT record, but with another value."),
    "taken": gettext_lazy("The record is right, but another storefront uses this name already."),
}


class HostForm(forms.Form):
    """The name the merchant wants."""

    host = forms.CharField(
        label=gettext_lazy("Host name"),
        max_length=300,
        help_text=gettext_lazy("A name below your own domain that nothing else uses, like track.your-shop.example."),
        widget=forms.TextInput(attrs={"spellcheck": "false", "autocapitalize": "off", "autocomplete": "off"}),
    )


@require_http_methods(["GET", "POST"])
@member_page(Action.EDIT_BRAND)
def own_host(request: HttpRequest, member: Member, store_slug: str) -> HttpResponse:
    """Show the name with its records and state; a POST asks for a name."""
    store = store_named(store_slug)
    wanted = StoreHost.objects.filter(store=store).first()
    form = HostForm(request.POST or None, initial={"host": wanted.host if wanted else ""})
    if request.method == "POST" and form.is_valid():
        try:
            ask_for_host(merchant=member.merchant, store=store, host=form.cleaned_data["host"])
        except ValidationError as error:
            form.add_error("host", REFUSALS[error.code or ""])
        else:
            return redirect("dashboard:own_host", store.slug)
    context = {
        "member": member,
        "area": "brand",
        "stores": stores_in_order(),
        "store": store,
        "form": form,
        "wanted": wanted,
        "proof_name": proof_name(wanted.host) if wanted else "",
        "problem": PROBLEMS.get(wanted.problem, "") if wanted else "",
        "target": urlsplit(settings.BASE_URL).hostname,
    }
    return render(request, "dashboard/own_host.html", context, status=422 if form.errors else 200)


@require_POST
@member_page(Action.EDIT_BRAND)
def check(request: HttpRequest, member: Member, store_slug: str) -> HttpResponse:
    """Ask the DNS, after this request's transaction and before its answer; the page then says what was found."""
    store = store_named(store_slug)
    merchant_id, store_id = member.merchant.id, store.id
    transaction.on_commit(lambda: check_host(merchant_id=merchant_id, store_id=store_id, now=clock.now()))
    return redirect("dashboard:own_host", store.slug)


@require_POST
@member_page(Action.EDIT_BRAND)
def remove(request: HttpRequest, member: Member, store_slug: str) -> HttpResponse:
    """Go back to the installation's name."""
    store = store_named(store_slug)
    if give_up_host(store=store):
        messages.success(request, _("The name is gone. New links have the installation's name."))
    return redirect("dashboard:own_host", store.slug)
