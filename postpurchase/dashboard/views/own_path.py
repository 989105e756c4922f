"""A storefront's path on the shop's own site: which one, what its server is told, and whether it leads here yet."""

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

from postpurchase.accounts.models import StorePath
from postpurchase.accounts.services.store_paths import ask_for_path, check_path, give_up_path, key_of
from postpurchase.dashboard.access import Action, Member, member_page
from postpurchase.dashboard.views.brand import store_named, stores_in_order
from postpurchase.lib import clock

REFUSALS = {
    "not_an_address": gettext_lazy("Write it like https://your-shop.example/parcels: https, your site, and a path."),
    "ours": gettext_lazy("This is the installation's own name; choose a path on your site."),
}
PROBLEMS = {
    "no_answer": gettext_lazy("Nobody answers there by https."),
    "other_answer": gettext_lazy("Something answers there, but your server does not pass the question on to us."),
}


class PathForm(forms.Form):
    """The address the merchant wants."""

    address = forms.CharField(
        label=gettext_lazy("Address on your site"),
        max_length=300,
        help_text=gettext_lazy("A path that nothing else uses, like https://your-shop.example/parcels."),
        widget=forms.TextInput(
            attrs={"spellcheck": "false", "autocapitalize": "off", "autocomplete": "off", "inputmode": "url"}
        ),
    )


@require_http_methods(["GET", "POST"])
@member_page(Action.EDIT_BRAND)
def own_path(request: HttpRequest, member: Member, store_slug: str) -> HttpResponse:
    """Show the address with what the site's server needs, and its state; a POST asks for an address."""
    store = store_named(store_slug)
    wanted = StorePath.objects.filter(store=store).first()
    form = PathForm(request.POST or None, initial={"address": wanted.address if wanted else ""})
    if request.method == "POST" and form.is_valid():
        try:
            ask_for_path(merchant=member.merchant, store=store, address=form.cleaned_data["address"])
        except ValidationError as error:
            form.add_error("address", REFUSALS[error.code or ""])
        else:
            return redirect("dashboard:own_path", store.slug)
    context: dict[str, object] = {
        "member": member,
        "area": "brand",
        "stores": stores_in_order(),
        "store": store,
        "form": form,
        "wanted": wanted,
    }
    if wanted:
        context |= {
            "path": urlsplit(wanted.address).path,
            "target": settings.BASE_URL,
            "via": f"/via/{key_of(wanted)}",
            "host": urlsplit(settings.BASE_URL).netloc,
            "problem": PROBLEMS.get(wanted.problem, ""),
        }
    return render(request, "dashboard/own_path.html", context, status=422 if form.errors else 200)


@require_POST
@member_page(Action.EDIT_BRAND)
def check(request: HttpRequest, member: Member, store_slug: str) -> HttpResponse:
    """Ask the address now, once this request's own work is stored."""
    store = store_named(store_slug)
    merchant_id, store_id = member.merchant.id, store.id
    transaction.on_commit(lambda: check_path(merchant_id=merchant_id, store_id=store_id, now=clock.now()))
    return redirect("dashboard:own_path", store.slug)


@require_POST
@member_page(Action.EDIT_BRAND)
def remove(request: HttpRequest, member: Member, store_slug: str) -> HttpResponse:
    """Go back to the store's own name, else the installation's."""
    store = store_named(store_slug)
    if give_up_path(store=store):
        messages.success(request, _("The path is gone. New links do not have it any more."))
    return redirect("dashboard:own_path", store.slug)
