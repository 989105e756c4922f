"""Further storefronts: opened here, changed on their brand's page, removed while nothing has used them."""

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from postpurchase.accounts.models import Store
from postpurchase.accounts.models.store import DEFAULT_STORE, Tone
from postpurchase.accounts.services.stores import StoreInUse, close_store, open_store
from postpurchase.dashboard.access import Action, Member, member_page
from postpurchase.dashboard.views.brand import LANGUAGES, WebAddressField, stores_in_order


class StorefrontForm(forms.Form):
    """What a new storefront has of its own; colours, logo, sender and links begin as those of the first one."""

    name = forms.CharField(label=gettext_lazy("Name of the store"), max_length=120)
    slug = forms.SlugField(
        label=gettext_lazy("Short name"),
        max_length=60,
        help_text=gettext_lazy("Orders name it as “store”: at or ch, for example. It cannot be changed later."),
    )
    shop_url = WebAddressField(label=gettext_lazy("Address of the shop"), required=False)
    language = forms.ChoiceField(label=gettext_lazy("Language when an order names none"), choices=LANGUAGES)
    tone = forms.ChoiceField(label=gettext_lazy("Form of address in German"), choices=Tone.choices)


@require_http_methods(["GET", "POST"])
@member_page(Action.EDIT_BRAND)
def new(request: HttpRequest, member: Member) -> HttpResponse:
    """Open a storefront; its brand's page follows."""
    form = StorefrontForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        model = Store.objects.get(slug=DEFAULT_STORE)
        try:
            store = open_store(merchant=member.merchant, model=model, **form.cleaned_data)
        except ValidationError as error:
            if error.message_dict.get("slug"):
                form.add_error("slug", _("You have a storefront of this name, or it has capital letters."))
            else:
                form.add_error(None, error)
        else:
            opened = _("The storefront is open. Colours, logo and sender are those of your first one.")
            messages.success(request, opened)
            return redirect("dashboard:store", store.slug)
    context = {"member": member, "area": "brand", "form": form, "stores": stores_in_order()}
    return render(request, "dashboard/storefront_new.html", context, status=422 if form.errors else 200)


@require_POST
@member_page(Action.EDIT_BRAND)
def remove(request: HttpRequest, member: Member, store_slug: str) -> HttpResponse:
    """Remove a storefront that no order and no message names."""
    store = Store.objects.filter(slug=store_slug).first()
    if store is None:
        raise Http404
    try:
        close_store(store=store)
    except StoreInUse:
        messages.error(request, _("Orders or messages belong to this storefront, so it has to stay."))
        return redirect("dashboard:store", store_slug)
    messages.success(request, _("The storefront is gone."))
    return redirect("dashboard:brand")
