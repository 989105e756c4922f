"""Shops: which are connected, and the page on which each is set up."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST

from orders.models import Order
from postpurchase.accounts.models import Store
from postpurchase.connectors import selectors
from postpurchase.connectors.base import Connector
from postpurchase.connectors.models import Connection
from postpurchase.connectors.registry import CONNECTORS
from postpurchase.connectors.services.connections import (
    can_be_asked,
    connect_shop,
    credentials_of,
    forget_previous_secret,
    hook_url,
)
from postpurchase.connectors.services.poll import ask_soon
from postpurchase.connectors.services.refusals import last_refusal
from postpurchase.connectors.services.shopware_app import NotConnected, shopware_app
from postpurchase.dashboard import shop_words
from postpurchase.dashboard.access import Action, Member, member_page
from postpurchase.dashboard.shop_guides import credential_words, guide_for, title_of
from postpurchase.dashboard.views.brand import stores_in_order
from postpurchase.lib import clock
from postpurchase.lib.standard_webhooks import new_secret
from postpurchase.lib.validation import Refused

SHOWN_DELIVERIES = 6
SHOPWARE = "shopware"


@dataclass(frozen=True, slots=True)
class Place:
    """One make of shop at one storefront, connected or not."""

    connector: Connector
    store: Store
    connection: Connection | None


class SecretForm(forms.Form):
    """A secret that the shop shows, or that the merchant thought up."""

    secret = forms.CharField(
        label=gettext_lazy("The shop's key"),
        max_length=500,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class AccessForm(forms.Form):
    """Where the shop is and what lets us read there. What is stored is not shown; an empty field leaves it."""

    address = forms.CharField(label=gettext_lazy("The shop's address"), max_length=500)

    def __init__(self, place: Place, data: Any = None) -> None:
        connection = place.connection
        super().__init__(data, initial={"address": connection.address if connection else ""})
        self.fields["address"].widget.attrs |= {
            "inputmode": "url",
            "placeholder": guide_for(place.connector.name).address_example,
        }
        stored = credentials_of(connection) if connection else {}
        credentials = place.connector.poller.credentials if place.connector.poller else {}
        self.names = {f"credential_{name}": name for name in credentials}
        for field, name in self.names.items():
            self.fields[field] = forms.CharField(
                label=credential_words(credentials[name]),
                max_length=500,
                required=name not in stored,
                help_text=gettext_lazy("Stored. Leave it empty to keep it.") if name in stored else "",
                widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
            )

    @property
    def credentials(self) -> dict[str, str]:
        """What was typed, by the connector's names."""
        return {name: self.cleaned_data[field] for field, name in self.names.items() if self.cleaned_data[field]}

    def add_refusal(self, refused: Refused) -> None:
        """Show what the service found wrong at the fields it names."""
        for problem in refused.problems:
            self.add_error("address" if problem.pointer == "/address" else None, shop_words.problem(problem))


@member_page(Action.CONNECT_SHOPS)
def shops(request: HttpRequest, member: Member) -> HttpResponse:
    """List what is connected, and what can be."""
    counts = selectors.counts_by_connection()
    rows = [
        {
            "connection": connection,
            "title": title_of(connection.connector),
            "state": _state(connection),
            "trouble": counts[connection.id].in_trouble if connection.id in counts else 0,
        }
        for connection in selectors.connections().filter(connector__in=CONNECTORS).order_by("created_at", "id")
    ]
    makes = [
        {"name": name, "title": title_of(name), "about": guide_for(name).about}
        for name, connector in sorted(CONNECTORS.items(), key=lambda item: (item[0] == "own", item[1].title.lower()))
    ]
    context = {
        "member": member,
        "area": "shops",
        "rows": rows,
        "makes": makes,
        "several_stores": Store.objects.count() > 1,
    }
    return render(request, "dashboard/shops.html", context)


@member_page(Action.CONNECT_SHOPS)
def shop(request: HttpRequest, member: Member, connector: str, store_slug: str) -> HttpResponse:
    """Show what to paste where, and whether it works."""
    return _page(request, member, _place(connector, store_slug))


@xframe_options_sameorigin
@member_page(Action.CONNECT_SHOPS)
def status(request: HttpRequest, member: Member, connector: str, store_slug: str) -> HttpResponse:
    """The one line that looks for the first order by itself, in a frame of the set-up page."""
    place = _place(connector, store_slug)
    connection = place.connection
    if connection is None:
        raise Http404
    refused_at = last_refusal(connection_id=connection.id)
    heard = connection.last_delivery_at
    first = Order.objects.filter(source=connector, store=place.store).order_by("created_at", "id").first()
    context = {
        "connection": connection,
        "first": first,
        "refused_at": refused_at if refused_at and (heard is None or refused_at > heard) else None,
        "looking": connection.active and connection.first_order_at is None and request.GET.get("look") != "off",
    }
    return render(request, "dashboard/shop_status.html", context)


@require_POST
@member_page(Action.CONNECT_SHOPS)
def connect(request: HttpRequest, member: Member, connector: str, store_slug: str) -> HttpResponse:
    """Connect the shop, or replace its secret: by the one that was typed, else by one that is shown this once."""
    place = _place(connector, store_slug)
    form = SecretForm(request.POST) if "secret" in request.POST or not place.connector.makes_secret else None
    if form is not None and not form.is_valid():
        return _page(request, member, place, secret_form=form)
    secret = new_secret() if form is None else form.cleaned_data["secret"]
    connection = connect_shop(
        merchant=member.merchant, connector=place.connector, store=place.store, secret=secret, now=clock.now()
    ).connection
    if form is not None:
        messages.success(request, _("Saved. Deliveries signed with this key are taken from now on."))
        return _back(place)
    return _page(request, member, Place(place.connector, place.store, connection), secret=secret)


@require_POST
@member_page(Action.CONNECT_SHOPS)
def access(request: HttpRequest, member: Member, connector: str, store_slug: str) -> HttpResponse:
    """Take address and credentials; the shop is asked at once."""
    place = _place(connector, store_slug)
    if place.connector.poller is None:
        raise Http404
    form = AccessForm(place, request.POST)
    if form.is_valid():
        try:
            connect_shop(
                merchant=member.merchant,
                connector=place.connector,
                store=place.store,
                secret=None if place.connection else new_secret(),
                address=form.cleaned_data["address"],
                credentials=form.credentials,
                now=clock.now(),
            )
        except Refused as refused:
            form.add_refusal(refused)
        else:
            messages.success(request, _("Saved. We are asking the shop now."))
            return _back(place)
    return _page(request, member, place, access_form=form)


@member_page(Action.CONNECT_SHOPS)
def app(request: HttpRequest, member: Member, connector: str, store_slug: str) -> HttpResponse:
    """Hand out the app with which a Shopware shop pushes; it holds a secret of its own."""
    if connector != SHOPWARE:
        raise Http404
    try:
        content = shopware_app(merchant=member.merchant, store=store_slug, now=clock.now())
    except NotConnected:
        raise Http404 from None
    return HttpResponse(
        content,
        content_type="application/zip",
        headers={"Content-Disposition": 'attachment; filename="postpurchase.zip"'},
    )


@require_POST
@member_page(Action.CONNECT_SHOPS)
def ask(request: HttpRequest, member: Member, connector: str, store_slug: str) -> HttpResponse:
    """Ask the shop at the next opportunity."""
    ask_soon(connection=_connected(connector, store_slug), now=clock.now())
    messages.success(request, _("The shop is asked within half a minute."))
    return redirect("dashboard:shop", connector, store_slug)


@require_POST
@member_page(Action.CONNECT_SHOPS)
def switch(request: HttpRequest, member: Member, connector: str, store_slug: str) -> HttpResponse:
    """Take what the shop sends, or nothing of it."""
    place = _place(connector, store_slug)
    if place.connection is None:
        raise Http404
    active = request.POST.get("active") == "on"
    connect_shop(merchant=member.merchant, connector=place.connector, store=place.store, active=active, now=clock.now())
    messages.success(request, _("Switched on.") if active else _("Switched off. What the shop sends is not taken."))
    return _back(place)


@require_POST
@member_page(Action.CONNECT_SHOPS)
def forget_secret(request: HttpRequest, member: Member, connector: str, store_slug: str) -> HttpResponse:
    """Let the replaced secret end at once."""
    forget_previous_secret(connection=_connected(connector, store_slug))
    messages.success(request, _("The old secret is good for nothing any more."))
    return redirect("dashboard:shop", connector, store_slug)


def _place(connector: str, store_slug: str) -> Place:
    known = CONNECTORS.get(connector)
    store = Store.objects.filter(slug=store_slug).first()
    if known is None or store is None:
        raise Http404
    return Place(known, store, selectors.connection_of(connector=connector, store=store_slug))


def _connected(connector: str, store_slug: str) -> Connection:
    connection = _place(connector, store_slug).connection
    if connection is None:
        raise Http404
    return connection


def _back(place: Place) -> HttpResponse:
    return redirect("dashboard:shop", place.connector.name, place.store.slug)


def _page(
    request: HttpRequest,
    member: Member,
    place: Place,
    *,
    secret: str = "",
    secret_form: SecretForm | None = None,
    access_form: AccessForm | None = None,
) -> HttpResponse:
    connector, connection = place.connector, place.connection
    now = clock.now()
    rotating = connection and connection.previous_secret_until and connection.previous_secret_until > now
    context = {
        "member": member,
        "area": "shops",
        "connector": connector,
        "title": title_of(connector.name),
        "store": place.store,
        "stores": stores_in_order(),
        "connection": connection,
        "guide": guide_for(connector.name),
        "state": _state(connection) if connection else None,
        "hook_url": hook_url(merchant=member.merchant, connector=connector.name, store=place.store.slug),
        "secret": secret,
        "rotating": rotating,
        "secret_form": secret_form or SecretForm(),
        "access_form": (access_form or AccessForm(place)) if connector.poller else None,
        "is_asked": bool(connection and can_be_asked(connection)),
        "problem": shop_words.reason(connection.poll_problem) if connection else "",
        "deliveries": [shop_words.row_of(row) for row in _newest(place)] if connection else [],
    }
    failed = bool((secret_form and secret_form.errors) or (access_form and access_form.errors))
    return render(request, "dashboard/shop.html", context, status=422 if failed else 200)


def _newest(place: Place) -> Any:
    found = selectors.deliveries_matching(connector=place.connector.name, store=place.store.slug)
    return found.order_by("-received_at", "-id")[:SHOWN_DELIVERIES]


def _state(connection: Connection) -> dict[str, str]:
    """How a connection is, in a word and its tone."""
    if not connection.active:
        return {"words": _("switched off"), "tone": ""}
    if connection.poll_problem:
        return {"words": _("needs a look"), "tone": "bad"}
    if connection.first_order_at is None:
        return {"words": _("waiting for the first order"), "tone": "warn"}
    return {"words": _("connected"), "tone": "ok"}
