"""Inserts and small gifts: the rules, and the packing slip of an order."""

import uuid
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from orders.inserts.decide import decide_packing, packing_list
from orders.inserts.edit import InsertInput, remove_insert, save_insert
from orders.inserts.rules import Conditions
from orders.models import Insert
from orders.selectors import order_by_id
from postpurchase.dashboard.access import Action, Member, member_page
from postpurchase.lib import clock
from postpurchase.lib.texts import texts_for
from postpurchase.lib.validation import Refused, read

FIELD_OF_POINTER = {
    "/name": "name",
    "/last_day": "last_day",
    "/stock": "stock",
    "/order_from": "order_from",
    "/order_until": "order_until",
    "/value_from": "value_from",
    "/currency": "currency",
    "/countries": "countries",
    "/attribute": "attribute",
    "/conditions/order_until": "order_until",
    "/conditions/currency": "currency",
    "/conditions/value_from": "value_from",
    "/conditions/attribute": "attribute",
}
GIFTS = {"": None, "only": True, "never": False}


def _list(text: str) -> list[str]:
    """Words with commas or line ends between."""
    return list(dict.fromkeys(word.strip() for word in text.replace("\n", ",").split(",") if word.strip()))


class InsertForm(forms.Form):
    """An insert in plain words; what is left empty is no condition."""

    name = forms.CharField(label=lazy("What goes along"), max_length=200)
    sku = forms.CharField(label=lazy("SKU, if it has one"), max_length=200, required=False)
    note = forms.CharField(
        label=lazy("Note for the packer"),
        max_length=500,
        required=False,
        help_text=lazy("“On top, with the writing up”"),
    )
    priority = forms.IntegerField(
        label=lazy("Priority"),
        initial=0,
        min_value=-1000,
        max_value=1000,
        help_text=lazy("Higher comes first. At most five go along with an order."),
    )
    stock = forms.IntegerField(
        label=lazy("Pieces left"),
        required=False,
        min_value=0,
        max_value=1_000_000,
        help_text=lazy("Empty: any number."),
    )
    first_day = forms.DateField(
        label=lazy("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    last_day = forms.DateField(
        label=lazy("Until"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    order_from = forms.IntegerField(
        label=lazy("From the customer's order number"),
        required=False,
        min_value=1,
        max_value=10_000,
        help_text=lazy("1 is the first order; guests nobody knows are left out."),
    )
    order_until = forms.IntegerField(
        label=lazy("Up to the customer's order number"),
        required=False,
        min_value=1,
        max_value=10_000,
        help_text=lazy("1 in both: first orders only."),
    )
    value_from = forms.DecimalField(label=lazy("Order value from"), required=False, min_value=0, decimal_places=2)
    currency = forms.CharField(label=lazy("Currency of the value"), required=False, max_length=3)
    skus = forms.CharField(
        label=lazy("With one of these SKUs"), required=False, max_length=5_000, help_text=lazy("Commas between.")
    )
    categories = forms.CharField(
        label=lazy("With one of these categories"), required=False, max_length=5_000, help_text=lazy("Commas between.")
    )
    countries = forms.CharField(
        label=lazy("To one of these countries"), required=False, max_length=800, help_text=lazy("Codes such as DE, AT.")
    )
    attribute = forms.CharField(
        label=lazy("Only where this attribute is set"),
        required=False,
        max_length=100,
        help_text=lazy("Of the order or the customer, for example vip."),
    )
    attribute_values = forms.CharField(
        label=lazy("To one of these values"), required=False, max_length=5_000, help_text=lazy("Empty: any but no.")
    )
    gifts = forms.ChoiceField(
        label=lazy("Parcels to somebody else (gifts)"),
        required=False,
        choices=[("", lazy("does not matter")), ("only", lazy("only those")), ("never", lazy("not those"))],
    )
    alone = forms.BooleanField(label=lazy("Never together with another insert"), required=False)
    active = forms.BooleanField(label=lazy("In use"), required=False, initial=True)

    def to_input(self) -> InsertInput:
        """Return what was filled in. Raises ``Refused`` where a condition is none."""
        said = self.cleaned_data
        conditions: dict[str, Any] = {
            "order_from": said["order_from"],
            "order_until": said["order_until"],
            "value_from": None if said["value_from"] is None else str(said["value_from"]),
            "currency": said["currency"].strip().upper() or None,
            "skus": _list(said["skus"]),
            "categories": _list(said["categories"]),
            "countries": [code.upper() for code in _list(said["countries"])],
            "attribute": said["attribute"].strip(),
            "attribute_values": _list(said["attribute_values"]),
            "gifts": GIFTS[said["gifts"]],
        }
        plain = ("name", "sku", "note", "priority", "alone", "active", "stock", "first_day", "last_day")
        return InsertInput(conditions=read(conditions, Conditions), **{name: said[name] for name in plain})


@require_safe
@member_page(Action.VIEW)
def inserts(request: HttpRequest, member: Member) -> HttpResponse:
    """List inserts in the order in which they are chosen, with how often each went along."""
    packed = Count("packed", filter=Q(packed__released_at=None))
    rows = Insert.objects.annotate(times=packed).order_by("-active", "-priority", "created_at", "id")
    return render(request, "dashboard/inserts.html", {"member": member, "area": "inserts", "rows": rows})


@member_page(Action.EDIT_INSERTS)
def new(request: HttpRequest, member: Member) -> HttpResponse:
    """Describe a new insert."""
    return _edit(request, member, None)


@member_page(Action.EDIT_INSERTS)
def edit(request: HttpRequest, member: Member, insert_id: uuid.UUID) -> HttpResponse:
    """Change an insert."""
    return _edit(request, member, _insert(insert_id))


@require_POST
@member_page(Action.EDIT_INSERTS)
def remove(request: HttpRequest, member: Member, insert_id: uuid.UUID) -> HttpResponse:
    """Remove an insert; orders it was packed for keep its name."""
    remove_insert(insert=_insert(insert_id))
    messages.success(request, _("Removed. Orders that it was decided for still get it."))
    return redirect("dashboard:inserts")


@require_http_methods(["GET", "HEAD", "POST"])
@member_page(Action.PACK)
def slip(request: HttpRequest, member: Member, order_id: uuid.UUID) -> HttpResponse:
    """Show an order's packing slip, ready to print, in the shopper's language; gifts show no prices.

    POST decides first what goes along. Until then there is no slip, so that none is printed without its inserts.
    """
    order = order_by_id(order_id=order_id)
    if order is None:
        raise Http404
    if request.method == "POST":
        decide_packing(merchant=member.merchant, order=order, now=clock.now())
        return redirect("dashboard:packing_slip", order_id=order.id)
    packing = packing_list(order=order)
    if packing.is_to_be_decided:
        return redirect("dashboard:order", order_id=order.id)
    store = order.store
    texts = texts_for("orders", language=order.language or store.language, tone=store.tone)
    context = {"packing": packing, "order": order, "store": store, "texts": texts, "language": texts.language}
    with translation.override(texts.language.partition("-")[0]):  # amounts and days as the shopper writes them
        return render(request, "dashboard/packing_slip.html", context)


def _edit(request: HttpRequest, member: Member, insert: Insert | None) -> HttpResponse:
    form = InsertForm(request.POST or None, initial=_initial(insert) if insert else None)
    if request.method == "POST" and form.is_valid():
        try:
            save_insert(merchant=member.merchant, data=form.to_input(), now=clock.now(), insert=insert)
        except Refused as refused:
            for problem in refused.problems:
                pointer = "/" + problem.pointer.strip("/").split("/")[0]
                field = FIELD_OF_POINTER.get(problem.pointer) or FIELD_OF_POINTER.get(pointer)
                form.add_error(field, problem.message)
        else:
            messages.success(request, _("Saved. It holds for orders that are packed from now on."))
            return redirect("dashboard:inserts")
    context = {"member": member, "area": "inserts", "form": form, "insert": insert}
    return render(request, "dashboard/insert_form.html", context, status=422 if form.errors else 200)


def _initial(insert: Insert) -> dict[str, Any]:
    said = insert.conditions
    plain = ("name", "sku", "note", "priority", "alone", "active", "stock", "first_day", "last_day")
    value = said.get("value_from")
    return {
        **{name: getattr(insert, name) for name in plain},
        **{name: said.get(name) for name in ("order_from", "order_until", "currency", "attribute")},
        **{name: ", ".join(said.get(name, ())) for name in ("skus", "categories", "countries", "attribute_values")},
        "value_from": None if value is None else Decimal(value),
        "gifts": next(key for key, meaning in GIFTS.items() if meaning is said.get("gifts")),
    }


def _insert(insert_id: uuid.UUID) -> Insert:
    insert = Insert.objects.filter(pk=insert_id).first()
    if insert is None:
        raise Http404
    return insert
