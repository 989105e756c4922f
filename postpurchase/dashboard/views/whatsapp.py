"""WhatsApp for a storefront: the number it writes from, the texts to have approved, and their Content SIDs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from messaging.content.examples import example_facts
from messaging.content.whatsapp import WHATSAPP_TEMPLATES, compose_whatsapp, wording_of
from messaging.enums import Template
from messaging.journeys.definition import Send
from messaging.journeys.standard import standard_journeys
from messaging.models import WhatsAppSender
from messaging.services.journeys import definition_of, live_versions
from messaging.services.mail_context import store_facts
from messaging.services.phone_news import can_send_sms
from messaging.services.whatsapp import CONTENT_SID, can_send_whatsapp, set_up_whatsapp
from postpurchase.accounts.models import Merchant, Store
from postpurchase.dashboard import words
from postpurchase.dashboard.access import Action, Member, member_page
from postpurchase.dashboard.views.brand import stores_in_order
from postpurchase.lib import clock
from postpurchase.lib.phones import e164
from tracking.services.codes import VALID_FOR

LANGUAGES = {"de": gettext_lazy("German"), "en": gettext_lazy("English")}


@dataclass(frozen=True, slots=True)
class Draft:
    """One template as it is handed in: ``text`` with its gaps, ``samples`` of what fills them.

    The text of a code is WhatsApp's own, so its draft has none. ``is_used``: a journey sends it to phones.
    """

    wording: str
    template: str
    text: str
    samples: Sequence[tuple[str, str]]
    is_used: bool

    @property
    def field(self) -> str:
        """The name of the field that takes its Content SID."""
        return f"{self.wording}.{self.template}"

    @property
    def name(self) -> str:
        """What it is called at Twilio: small letters, digits and underscores."""
        return f"{self.template}_{self.wording}".replace("-", "_")

    @property
    def title(self) -> str:
        """What it is about."""
        return words.in_words(words.TEMPLATE, self.template)


class WhatsAppForm(forms.Form):
    """The number and one Content SID for each draft."""

    number = forms.CharField(
        label=gettext_lazy("Your sender's number at WhatsApp"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("With country code, as it is registered at Twilio. Empty: no WhatsApp."),
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, merchant: Merchant, drafts: Sequence[Draft], **options: Any) -> None:
        super().__init__(*args, **options)
        self._country, self._drafts = merchant.country, drafts
        for draft in drafts:
            self.fields[draft.field] = forms.RegexField(
                f"^{CONTENT_SID.pattern}$",
                label=_("Content SID"),
                required=False,
                strip=True,
                error_messages={"invalid": _("A Content SID is HX and 32 digits or letters from a to f.")},
                widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
            )

    def clean(self) -> None:
        """Bring the number into one spelling; Content SIDs without a number are of no use."""
        written = self.cleaned_data.get("number") or ""
        number = e164(written, self._country) if written else ""
        if number is None:
            self.add_error("number", _("This is no telephone number."))
        elif not number and any(self.cleaned_data.get(draft.field) for draft in self._drafts):
            self.add_error("number", _("Without a number nothing can be sent."))
        self.cleaned_data["number"] = number

    def content_sids(self) -> dict[str, dict[str, str]]:
        """Return what was filled in, by wording and template."""
        filled: dict[str, dict[str, str]] = {}
        for draft in self._drafts:
            filled.setdefault(draft.wording, {})[draft.template] = self.cleaned_data[draft.field]
        return filled


@require_http_methods(["GET", "POST"])
@member_page(Action.EDIT_BRAND)
def whatsapp(request: HttpRequest, member: Member, store_slug: str) -> HttpResponse:
    """Show what to hand in, and take number and Content SIDs."""
    store = Store.objects.filter(slug=store_slug).first()
    if store is None:
        raise Http404
    drafts = {language: _drafts(member.merchant, store, language) for language in LANGUAGES}
    everything = [draft for of_language in drafts.values() for draft in of_language]
    form = WhatsAppForm(
        request.POST or None, merchant=member.merchant, drafts=everything, initial=_known(store, everything)
    )
    if request.method == "POST" and form.is_valid():
        set_up_whatsapp(
            merchant=member.merchant,
            store=store,
            number=form.cleaned_data["number"],
            content_sids=form.content_sids(),
            now=clock.now(),
        )
        messages.success(request, _("Saved."))
        return redirect("dashboard:whatsapp", store.slug)
    context = {
        "member": member,
        "area": "brand",
        "stores": stores_in_order(),
        "store": store,
        "form": form,
        "languages": [
            {
                "name": name,
                "code": language,
                "is_offered": can_send_whatsapp(store=store, language=language),
                "drafts": [(draft, form[draft.field]) for draft in drafts[language]],
            }
            for language, name in LANGUAGES.items()
        ],
        "has_account": can_send_sms(),
        "minutes": int(VALID_FOR.total_seconds() // 60),
    }
    return render(request, "dashboard/whatsapp.html", context, status=422 if form.errors else 200)


def _known(store: Store, drafts: Sequence[Draft]) -> dict[str, str]:
    sender = WhatsAppSender.objects.filter(store=store).first()
    if sender is None:
        return {}
    known = {draft.field: sender.content_sids.get(draft.wording, {}).get(draft.template, "") for draft in drafts}
    return {"number": sender.number, **known}


def _drafts(merchant: Merchant, store: Store, language: str) -> list[Draft]:
    used = _said_on_phones(merchant)
    drafts = []
    for template in WHATSAPP_TEMPLATES:
        facts = example_facts(
            template,
            language=language,
            tone=store.tone,
            base_url=settings.BASE_URL,
            store=store_facts(merchant=merchant, store=store),
        )
        said = compose_whatsapp(template, facts)
        is_code = template == Template.ONE_TIME_CODE
        drafts.append(
            Draft(
                wording=wording_of(language=language, tone=store.tone),
                template=template,
                text="" if is_code else said.pattern,
                samples=[] if is_code else [(f"{{{{{gap}}}}}", value) for gap, value in said.variables.items()],
                is_used=is_code or template in used,
            )
        )
    return drafts


def _said_on_phones(merchant: Merchant) -> set[str]:
    """The templates that the merchant's journeys send to phones."""
    definitions = [definition_of(version) for version in live_versions(merchant.id)] or standard_journeys()
    return {
        step.template
        for definition in definitions
        for step in definition.steps
        if isinstance(step, Send) and step.channel == "sms"
    }
