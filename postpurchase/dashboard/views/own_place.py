"""What the pages about a storefront's own places have in common: name one, check it, give it up.

``own_host.py`` and ``own_path.py`` say what kind of place theirs is.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.views.decorators.http import require_http_methods, require_POST

from postpurchase.accounts.models import StoreHost, StorePath
from postpurchase.dashboard.access import Action, Member, member_page
from postpurchase.dashboard.views.brand import store_named, stores_in_order
from postpurchase.lib import clock

View = Callable[..., HttpResponseBase]


@dataclass(frozen=True, slots=True)
class PlaceKind:
    """A kind of place. ``page`` names its route and template, ``field`` what is asked for: in form, model and service.

    ``refusals`` and ``problems`` are the words for the codes of ``ask`` and of a check; ``details`` gives what the
    template shows of a place besides. ``gone`` is said when it was given up.
    """

    page: str
    field: str
    model: type[StoreHost] | type[StorePath]
    form: type[forms.Form]
    ask: Callable[..., object]
    check: Callable[..., bool]
    give_up: Callable[..., bool]
    details: Callable[[Any], dict[str, object]]
    refusals: Mapping[str, str | Promise]
    problems: Mapping[str, str | Promise]
    gone: str | Promise


def views_of(kind: PlaceKind) -> tuple[View, View, View]:
    """Return the pages of a kind of place: show and name it, check it now, give it up."""
    route = f"dashboard:{kind.page}"

    @require_http_methods(["GET", "POST"])
    @member_page(Action.EDIT_BRAND)
    def show(request: HttpRequest, member: Member, store_slug: str) -> HttpResponse:
        store = store_named(store_slug)
        wanted = kind.model.objects.filter(store=store).first()
        form = kind.form(request.POST or None, initial={kind.field: getattr(wanted, kind.field, "")})
        if request.method == "POST" and form.is_valid():
            try:
                kind.ask(merchant=member.merchant, store=store, **form.cleaned_data)
            except ValidationError as error:
                form.add_error(kind.field, str(kind.refusals[error.code or ""]))
            else:
                return redirect(route, store.slug)
        context: dict[str, object] = {
            "member": member,
            "area": "brand",
            "stores": stores_in_order(),
            "store": store,
            "form": form,
            "wanted": wanted,
        }
        if wanted:
            context |= kind.details(wanted) | {"problem": kind.problems.get(wanted.problem, "")}
        return render(request, f"dashboard/{kind.page}.html", context, status=422 if form.errors else 200)

    @require_POST
    @member_page(Action.EDIT_BRAND)
    def check(_request: HttpRequest, member: Member, store_slug: str) -> HttpResponse:
        # After this request's transaction and before its answer; the page then says what was found.
        store = store_named(store_slug)
        merchant_id, store_id = member.merchant.id, store.id
        transaction.on_commit(lambda: kind.check(merchant_id=merchant_id, store_id=store_id, now=clock.now()))
        return redirect(route, store.slug)

    @require_POST
    @member_page(Action.EDIT_BRAND)
    def remove(request: HttpRequest, _member: Member, store_slug: str) -> HttpResponse:
        store = store_named(store_slug)
        if kind.give_up(store=store):
            messages.success(request, str(kind.gone))
        return redirect(route, store.slug)

    return show, check, remove
