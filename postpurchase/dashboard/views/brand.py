"""The store's brand and voice, with the tracking page beside it as a shopper sees it."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from orders.models import Order
from postpurchase.accounts.models import PageKind, Store
from postpurchase.accounts.models.store import DEFAULT_STORE
from postpurchase.accounts.page_links import page_token
from postpurchase.dashboard.access import Action, Member, member_page
from postpurchase.lib import clock
from postpurchase.lib.colours import contrast, palette

LOGO_BYTES = 200_000
# First bytes of the pictures mail programs show. SVG is left out: it is a document that may hold scripts.
LOGO_TYPES = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}


class WebAddressField(forms.URLField):
    """An address typed without its scheme is taken to mean https."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"assume_scheme": "https", **options})


# Each in its own words.
LANGUAGES = [
    ("de", "Deutsch"),
    ("de-AT", "Deutsch (Österreich)"),
    ("de-CH", "Deutsch (Schweiz)"),
    ("en", "English"),
]
WEB_ADDRESSES = ("shop_url", "return_url", "withdrawal_url", "privacy_url", "imprint_url")

if TYPE_CHECKING:
    StoreForm = forms.ModelForm[Store]
else:
    StoreForm = forms.ModelForm


class BrandForm(StoreForm):
    """What a merchant sets about a store."""

    logo_file = forms.FileField(
        label=gettext_lazy("Logo"), required=False, help_text=gettext_lazy("PNG or JPEG, at most 200 kB.")
    )
    remove_logo = forms.BooleanField(label=gettext_lazy("Show the name instead of a logo"), required=False)

    class Meta:
        model = Store
        fields = (
            "name",
            "shop_url",
            "accent_colour",
            "tone",
            "language",
            "sender_name",
            "sender_email",
            "reply_to",
            "support_email",
            "support_phone",
            "return_url",
            "withdrawal_url",
            "privacy_url",
            "imprint_url",
            "imprint",
        )
        field_classes = dict.fromkeys(WEB_ADDRESSES, WebAddressField)
        labels = {
            "name": gettext_lazy("Name of the store"),
            "shop_url": gettext_lazy("Address of the shop"),
            "accent_colour": gettext_lazy("Accent colour"),
            "tone": gettext_lazy("Form of address in German"),
            "language": gettext_lazy("Language when an order names none"),
            "sender_name": gettext_lazy("Sender's name"),
            "sender_email": gettext_lazy("Sender's address"),
            "reply_to": gettext_lazy("Answers go to"),
            "support_email": gettext_lazy("E-mail for questions"),
            "support_phone": gettext_lazy("Telephone for questions"),
            "return_url": gettext_lazy("Page for returns"),
            "withdrawal_url": gettext_lazy("Page for withdrawal"),
            "privacy_url": gettext_lazy("Privacy notice"),
            "imprint_url": gettext_lazy("Imprint page"),
            "imprint": gettext_lazy("Imprint"),
        }
        help_texts = {"imprint": gettext_lazy("Stands under every page and mail, line by line.")}
        widgets = {
            "accent_colour": forms.TextInput(attrs={"type": "color"}),
            "language": forms.Select(choices=LANGUAGES),
            "imprint": forms.Textarea(attrs={"rows": 4}),
        }

    def clean_sender_name(self) -> str:
        """Refuse what could pass for another sender or end a mail header."""
        name: str = self.cleaned_data["sender_name"]
        if "@" in name or any(not character.isprintable() for character in name):
            raise ValidationError(_("No @ and no control characters, please."))
        return name

    def clean_logo_file(self) -> tuple[bytes, str] | None:
        """Return the picture's bytes and type, known by its first bytes and not by its name."""
        upload: UploadedFile[bytes] | None = self.cleaned_data.get("logo_file")
        if upload is None:
            return None
        if (upload.size or 0) > LOGO_BYTES:
            raise ValidationError(_("The picture is larger than 200 kB."))
        content = upload.read()
        for start, media_type in LOGO_TYPES.items():
            if content.startswith(start):
                return content, media_type
        raise ValidationError(_("This is neither a PNG nor a JPEG picture."))

    def save(self, commit: bool = True) -> Store:
        store = self.instance
        if self.cleaned_data.get("remove_logo"):
            store.logo, store.logo_type = None, ""
        elif self.cleaned_data.get("logo_file"):
            store.logo, store.logo_type = self.cleaned_data["logo_file"]
        return super().save(commit)


@require_http_methods(["GET", "POST"])
@member_page(Action.VIEW)
def brand(request: HttpRequest, member: Member, store_slug: str = DEFAULT_STORE) -> HttpResponse:
    """Show a storefront's brand and its newest order's tracking page; owner and manager change it."""
    store = store_named(store_slug)
    form = BrandForm(request.POST or None, request.FILES or None, instance=store)
    if request.method == "POST":
        if not member.may(Action.EDIT_BRAND):
            return render(request, "403.html", {"reason": _("Your role does not allow this.")}, status=403)
        if form.is_valid():
            form.save()
            messages.success(request, _("Saved. This is how shoppers see it from now on."))
            return redirect(request.path)
    stored = Store.objects.get(pk=store.pk)
    colours = palette(stored.accent_colour)
    context = {
        "member": member,
        "area": "brand",
        "form": form,
        "store": stored,
        "stores": stores_in_order(),
        "colours": colours,
        "contrast": round(contrast(colours.light.fill, colours.light.contrast), 1),
        "adjusted": colours.light.fill != stored.accent_colour.lower(),
        "preview": _preview_path(member, stored),
    }
    return render(request, "dashboard/brand.html", context, status=422 if form.errors else 200)


def store_named(slug: str) -> Store:
    """Return the merchant's storefront of this name. Raises ``Http404``."""
    store = Store.objects.filter(slug=slug).first()
    if store is None:
        raise Http404
    return store


def stores_in_order() -> list[Store]:
    """Return the merchant's storefronts, the default one first. Needs the scope."""
    return sorted(Store.objects.all(), key=lambda store: (store.slug != DEFAULT_STORE, store.slug))


def _preview_path(member: Member, store: Store) -> str:
    newest = Order.objects.filter(store=store).order_by("-placed_at", "-id").first()
    if newest is None:
        return ""
    token = page_token(merchant_id=member.merchant.id, kind=PageKind.TRACKING, subject_id=newest.id, now=clock.now())
    return f"/t/{token}"
