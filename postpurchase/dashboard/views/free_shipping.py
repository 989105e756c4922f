"""From which amount on each storefront sends for nothing."""

import uuid

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_POST, require_safe

from orders.free_shipping.choose import remove_free_shipping, set_free_shipping
from orders.models import FreeShipping
from postpurchase.accounts.models import Store
from postpurchase.accounts.models.store import DEFAULT_STORE
from postpurchase.dashboard.access import Action, Member, member_page
from postpurchase.lib import clock
from postpurchase.lib.validation import Refused


class ThresholdForm(forms.Form):
    """One threshold."""

    store = forms.ChoiceField(label=lazy("Storefront"))
    amount = forms.DecimalField(label=lazy("Free from"), max_digits=11, decimal_places=4, min_value=0)
    currency = forms.CharField(label=lazy("Currency"), max_length=3, initial="EUR")
    country = forms.CharField(
        label=lazy("To this country only"),
        max_length=2,
        required=False,
        help_text=lazy("A code such as AT. Empty: all."),
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        stores = Store.objects.order_by("name").values_list("slug", "name")
        self.fields["store"].choices = list(stores)  # type: ignore[attr-defined]
        self.fields["store"].initial = DEFAULT_STORE


@require_safe
@member_page(Action.VIEW)
def free_shipping(request: HttpRequest, member: Member) -> HttpResponse:
    """List the thresholds, with a form for another one."""
    return _page(request, member, ThresholdForm())


@require_POST
@member_page(Action.EDIT_BRAND)
def add(request: HttpRequest, member: Member) -> HttpResponse:
    """Set a threshold, in the place of the one for the same country and currency."""
    form = ThresholdForm(request.POST)
    if form.is_valid():
        said = form.cleaned_data
        try:
            set_free_shipping(
                merchant=member.merchant,
                store=Store.objects.get(slug=said["store"]),
                country=said["country"].strip().upper(),
                currency=said["currency"].strip().upper(),
                amount=said["amount"],
                now=clock.now(),
            )
        except Refused as refused:
            for problem in refused.problems:
                form.add_error(problem.pointer.strip("/"), problem.message)
        else:
            messages.success(request, _("Saved. Tracking pages and baskets say so from now on."))
            return redirect("dashboard:free_shipping")
    return _page(request, member, form)


@require_POST
@member_page(Action.EDIT_BRAND)
def remove(request: HttpRequest, member: Member, threshold_id: uuid.UUID) -> HttpResponse:
    """Remove a threshold."""
    if not remove_free_shipping(threshold_id=threshold_id):
        raise Http404
    messages.success(request, _("Removed."))
    return redirect("dashboard:free_shipping")


def _page(request: HttpRequest, member: Member, form: ThresholdForm) -> HttpResponse:
    rows = FreeShipping.objects.select_related("store").order_by("store__name", "currency", "country")
    context = {"member": member, "area": "free_shipping", "rows": rows, "form": form}
    return render(request, "dashboard/free_shipping.html", context, status=422 if form.errors else 200)
