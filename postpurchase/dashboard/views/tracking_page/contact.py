"""Opening hours per language, and ways to get in touch besides mail and telephone."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from postpurchase.dashboard.access import Action, Member, member_page
from postpurchase.dashboard.views.brand import WebAddressField
from postpurchase.dashboard.views.tracking_page.frame import editor_of
from postpurchase.dashboard.views.tracking_page.texts import languages_of
from postpurchase.lib.phones import e164
from tracking.design.content import PageDesign


class ContactForm(forms.Form):
    """What stands in the block “Contact” besides the brand's mail address and telephone."""

    contact_url = WebAddressField(
        label=gettext_lazy("Contact page or chat"),
        required=False,
        max_length=500,
        validators=[URLValidator(schemes=["https"])],
    )
    whatsapp = forms.CharField(label=gettext_lazy("WhatsApp number"), required=False, max_length=40)

    def __init__(self, *args: Any, design: PageDesign, country: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.country = country
        self.languages = languages_of(design)
        self.initial = {"contact_url": design.contact_url, "whatsapp": design.whatsapp}
        for tag, name in self.languages:
            self.fields[f"hours-{tag}"] = forms.CharField(
                label=_("Opening hours, %(language)s") % {"language": name},
                required=False,
                max_length=500,
                initial=design.opening_hours.get(tag, ""),
                widget=forms.Textarea(attrs={"rows": 3, "lang": tag}),
            )

    def clean_whatsapp(self) -> str:
        """Return the number as the net writes it."""
        written: str = self.cleaned_data["whatsapp"]
        number = e164(written, self.country) if written else ""
        if number is None:
            raise ValidationError(_("This is no telephone number we can read."))
        return number

    @property
    def hours(self) -> list[forms.BoundField]:
        """The fields of the opening hours."""
        return [self[f"hours-{tag}"] for tag, _name in self.languages]

    @property
    def opening_hours(self) -> dict[str, str]:
        """What was written, by language."""
        written = {tag: self.cleaned_data[f"hours-{tag}"] for tag, _name in self.languages}
        return {tag: text for tag, text in written.items() if text}


@require_http_methods(["GET", "POST"])
@member_page(Action.EDIT_BRAND)
def contact(request: HttpRequest, member: Member, store_slug: str) -> HttpResponse:
    """Show opening hours and contact ways; a POST stores them."""
    editor = editor_of(member, store_slug)
    form = ContactForm(request.POST or None, design=editor.design, country=member.merchant.country)
    if request.method == "POST" and form.is_valid():
        editor.change(
            opening_hours=form.opening_hours,
            contact_url=form.cleaned_data["contact_url"],
            whatsapp=form.cleaned_data["whatsapp"],
        )
        return editor.saved(request, "page_contact")
    return editor.show(request, "contact.html", section="contact", form=form, status=422 if form.errors else 200)
