"""The notice of § 7 (3) UWG: its words by storefront and language, and what a shop copies into its checkout."""

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from orders.models import NoticeVersion
from orders.services.notices import LANGUAGES, LONGEST_TEXT, current_notice, publish_notice
from postpurchase.accounts.models import Store
from postpurchase.accounts.models.store import DEFAULT_STORE, Tone
from postpurchase.dashboard.access import Action, Member, member_page
from postpurchase.lib import clock
from postpurchase.privacy.wording import ready_wording

NAMES = {"de": gettext_lazy("German"), "en": gettext_lazy("English")}


class NoticeForm(forms.Form):
    """The notice's words."""

    text = forms.CharField(
        label=gettext_lazy("The notice's words"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy(
            "It must say that the address is used for offers of similar goods, and that objecting is possible at any "
            "time and costs nothing beyond the basic rates."
        ),
    )


@require_http_methods(["GET", "POST"])
@member_page(Action.CARE_FOR_DATA)
def notice(request: HttpRequest, member: Member) -> HttpResponse:
    """Show and publish the notice of a storefront in a language; ``store`` and ``language`` say which."""
    stores = list(Store.objects.order_by("slug"))
    store = next((one for one in stores if one.slug == request.GET.get("store", DEFAULT_STORE)), stores[0])
    asked = request.GET.get("language", store.language[:2])
    language = asked if asked in LANGUAGES else LANGUAGES[0]
    current = current_notice(store=store, language=language)
    words = current.text if current else ready_wording(shop=store.name, language=language, tone=Tone(store.tone))
    form = NoticeForm(request.POST or None, initial={"text": words})
    if request.method == "POST" and form.is_valid():
        published = publish_notice(
            merchant=member.merchant, store=store, language=language, text=form.cleaned_data["text"], now=clock.now()
        )
        messages.success(request, _("Version %(number)s is shown from now on.") % {"number": published.number})
        return redirect(request.get_full_path())
    context = {
        "member": member,
        "area": "data_care",
        "form": form,
        "store": store,
        "stores": stores,
        "language": language,
        "languages": list(NAMES.items()),
        "current": current,
        "versions": NoticeVersion.objects.filter(store=store, language=language).order_by("-number"),
        "address": f"{settings.BASE_URL}/{member.merchant.slug}/notice",
        "query": f"?store={store.slug}&language={language}",
    }
    return render(request, "dashboard/notice.html", context, status=422 if form.errors else 200)
