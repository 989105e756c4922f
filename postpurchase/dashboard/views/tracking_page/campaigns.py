"""Banners on the tracking page: what they say, whom they are for, and for one order why this one."""

import re
import uuid
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from orders.models import Order
from postpurchase.accounts.models import Store
from postpurchase.dashboard import page_words
from postpurchase.dashboard.access import Action, Member, member_page
from postpurchase.lib import clock
from tracking.campaigns.links import leads_to_the_shop, shop_places
from tracking.models import Campaign
from tracking.selectors import own_image, page_of_order
from tracking.selectors.campaigns import JudgedCampaign, judged_campaigns

if TYPE_CHECKING:
    ModelForm = forms.ModelForm[Campaign]
else:
    ModelForm = forms.ModelForm

LISTS = ("skus", "categories")


class ListField(forms.CharField):
    """Several words, one to a line or separated by commas."""

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, **options)

    def prepare_value(self, value: Any) -> Any:
        """Show a list as people write it."""
        return ", ".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        """Return the words, each once, in their order."""
        words = (word.strip() for word in re.split(r"[,\n]", value or ""))
        return list(dict.fromkeys(word for word in words if word))


class CampaignForm(ModelForm):
    """A banner and its rules."""

    countries = ListField(label=gettext_lazy("Countries of delivery"), help_text=gettext_lazy("Like DE, AT, CH."))
    skus = ListField(label=gettext_lazy("One of these articles is in the order"), help_text=gettext_lazy("SKUs."))
    categories = ListField(label=gettext_lazy("An article of one of these categories is in the order"))
    statuses = forms.MultipleChoiceField(
        label=gettext_lazy("Status of the parcel"),
        required=False,
        choices=list(page_words.CAMPAIGN_STATUSES.items()),
        widget=forms.CheckboxSelectMultiple,
    )

    # Stores are known once the merchant is.
    store: "forms.ModelChoiceField[Store]" = forms.ModelChoiceField(
        label=gettext_lazy("Storefront"), queryset=None, required=False
    )

    class Meta:
        model = Campaign
        exclude = ("merchant", "store", "updated_at")
        labels = {
            "name": gettext_lazy("Name, for you"),
            "is_active": gettext_lazy("Switched on"),
            "place": gettext_lazy("Place in the queue"),
            "title": gettext_lazy("Title"),
            "text": gettext_lazy("Text"),
            "button": gettext_lazy("Words on the button"),
            "url": gettext_lazy("Where it leads"),
            "image_url": gettext_lazy("Picture"),
            "language": gettext_lazy("Language"),
            "starts_on": gettext_lazy("First day"),
            "ends_on": gettext_lazy("Last day"),
            "value_from": gettext_lazy("Value of the order from"),
            "value_to": gettext_lazy("Value of the order up to"),
            "currency": gettext_lazy("Currency of these values"),
            "customers": gettext_lazy("Customers"),
            "attribute": gettext_lazy("Attribute of the customer"),
            "attribute_value": gettext_lazy("Its value"),
            "in_trouble": gettext_lazy("Also while a parcel is in trouble or a problem is open"),
        }
        help_texts = {
            "place": gettext_lazy(
                "1 comes first. Where several fit, the first is shown, and of two with the same number the older one."
            ),
            "url": gettext_lazy("By https, and on a host of your shop as the brand names it."),
            "image_url": gettext_lazy(
                "A path on this host, like /static/…; pictures from elsewhere would tell others who reads the page."
            ),
            "language": gettext_lazy("The language these words are in, like de. Empty: every page shows them."),
            "attribute": gettext_lazy("As your shop names it, like vip."),
        }
        widgets = {
            "text": forms.Textarea(attrs={"rows": 3}),
            "starts_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "ends_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["customers"].choices = list(page_words.CAMPAIGN_CUSTOMERS.items())  # type: ignore[attr-defined]
        field = self.fields["store"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - the one above
        field.queryset = Store.objects.order_by("slug")
        field.empty_label = _("All")
        self.initial["store"] = self.instance.store_id

    def clean_countries(self) -> list[str]:
        """Return country codes in capitals."""
        codes = [code.upper() for code in self.cleaned_data["countries"]]
        if any(not re.fullmatch(r"[A-Z]{2}", code) for code in codes):
            raise ValidationError(_("Two letters each, please, like DE, AT, CH."))
        return codes

    def clean_language(self) -> str:
        """Return the first part of a language's tag."""
        language: str = self.cleaned_data["language"].lower()
        if language and not re.fullmatch(r"[a-z]{2,3}", language):
            raise ValidationError(str(page_words.LANGUAGE_PROBLEMS["shape"]))
        return language

    def clean_currency(self) -> str:
        """Return the currency in capitals."""
        currency: str = self.cleaned_data["currency"].upper()
        if currency and not re.fullmatch(r"[A-Z]{3}", currency):
            raise ValidationError(_("Three letters, please, like EUR."))
        return currency

    def clean_url(self) -> str:
        """Refuse every address that is not the shop's own."""
        url: str = self.cleaned_data["url"]
        places = shop_places(Store.objects.all())
        if not leads_to_the_shop(url, places=places):
            known = ", ".join(sorted(places.hosts)) or _("none; set the shop's address in the brand first")
            raise ValidationError(_("This is not on a host of your shop (%(hosts)s).") % {"hosts": known})
        return url

    def clean_image_url(self) -> str:
        """Return a path of our own host."""
        written: str = self.cleaned_data["image_url"]
        path = own_image(written) if written else ""
        if written and not path:
            raise ValidationError(_("The picture must lie on this host."))
        return path

    def clean(self) -> dict[str, Any]:
        """Check what belongs together."""
        data = super().clean() or {}
        for first, last, words in (
            ("starts_on", "ends_on", _("This day lies before the first one.")),
            ("value_from", "value_to", _("This is less than the value it begins with.")),
        ):
            if data.get(first) is not None and data.get(last) is not None and data[first] > data[last]:
                self.add_error(last, words)
        if data.get("attribute_value") and not data.get("attribute"):
            self.add_error("attribute", _("Please name the attribute too."))
        same_name = Campaign.objects.filter(name=data.get("name", "")).exclude(pk=self.instance.pk)
        if same_name.exists():
            self.add_error("name", _("There is a campaign of this name."))
        return data


@require_safe
@member_page(Action.EDIT_BRAND)
def campaigns(request: HttpRequest, member: Member) -> HttpResponse:
    """List the campaigns in the order in which they are considered; for an order's number, say why which one."""
    number = request.GET.get("order", "").strip()[:200].replace("\x00", "")
    order = Order.objects.filter(number=number).order_by("-placed_at").first() if number else None
    found = page_of_order(order_id=order.id) if order else None
    judged = judged_campaigns(found=found, language=_language(found.order), now=clock.now()) if found else []
    context = {
        "member": member,
        "area": "campaigns",
        "campaigns": Campaign.objects.select_related("store").order_by("place", "id"),
        "number": number,
        "is_unknown": bool(number) and order is None,
        "order": order,
        "judged": [_in_words(one) for one in judged],
    }
    return render(request, "dashboard/campaigns.html", context)


@require_http_methods(["GET", "POST"])
@member_page(Action.EDIT_BRAND)
def new(request: HttpRequest, member: Member) -> HttpResponse:
    """Make a campaign."""
    return _edit(request, member, Campaign(merchant=member.merchant))


@require_http_methods(["GET", "POST"])
@member_page(Action.EDIT_BRAND)
def campaign(request: HttpRequest, member: Member, campaign_id: uuid.UUID) -> HttpResponse:
    """Show a campaign and change it."""
    return _edit(request, member, _found(campaign_id))


@require_POST
@member_page(Action.EDIT_BRAND)
def delete(request: HttpRequest, member: Member, campaign_id: uuid.UUID) -> HttpResponse:
    """Take a campaign away."""
    _found(campaign_id).delete()
    messages.success(request, _("The campaign is gone."))
    return redirect("dashboard:campaigns")


def _edit(request: HttpRequest, member: Member, campaign: Campaign) -> HttpResponse:
    is_new = campaign._state.adding
    form = CampaignForm(request.POST or None, instance=campaign)
    if request.method == "POST" and form.is_valid():
        changed = form.save(commit=False)
        changed.store = form.cleaned_data["store"]
        changed.updated_at = clock.now()
        changed.save()
        messages.success(request, _("Saved. Pages show it from now on, where it fits."))
        return redirect("dashboard:campaigns")
    context = {"member": member, "area": "campaigns", "form": form, "campaign": campaign, "is_new": is_new}
    return render(request, "dashboard/campaign.html", context, status=422 if form.errors else 200)


def _found(campaign_id: uuid.UUID) -> Campaign:
    found = Campaign.objects.filter(pk=campaign_id).first()
    if found is None:
        raise Http404
    return found


def _language(order: Order) -> str:
    return order.language or order.store.language


def _in_words(one: JudgedCampaign) -> dict[str, object]:
    words = page_words.CAMPAIGN_RULES
    return {
        "campaign": one.campaign,
        "outcome": one.judgement.outcome,
        "title": page_words.CAMPAIGN_OUTCOMES[one.judgement.outcome],
        "held": [words[rule][0] for rule in one.judgement.held],
        "failed": [words[rule][1] for rule in one.judgement.failed],
    }
