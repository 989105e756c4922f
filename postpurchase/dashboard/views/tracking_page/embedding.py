"""Which of the merchant's own sites may show the page, with the code to put there."""

from urllib.parse import urlsplit

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from postpurchase.accounts.brand import look_up_path
from postpurchase.accounts.own_places import pages_base
from postpurchase.accounts.services.stores import MOST_SITES, let_embed
from postpurchase.dashboard.access import Action, Member, member_page
from postpurchase.dashboard.views.tracking_page.frame import editor_of
from tracking.snippet import embed_code

PROBLEMS = {
    "not_an_origin": gettext_lazy("One of these is no address by https; wildcards are not taken."),
    "too_many": gettext_lazy("These are too many sites."),
}


class SitesForm(forms.Form):
    """Addresses, one to a line."""

    sites = forms.CharField(
        label=gettext_lazy("Your sites"),
        required=False,
        max_length=3_000,
        help_text=gettext_lazy("One to a line, like https://www.shop.example; at most ten."),
        widget=forms.Textarea(attrs={"rows": MOST_SITES // 2, "spellcheck": "false", "autocapitalize": "off"}),
    )


@require_http_methods(["GET", "POST"])
@member_page(Action.EDIT_BRAND)
def embedding(request: HttpRequest, member: Member, store_slug: str) -> HttpResponse:
    """Show the sites and the code; a POST stores the sites at once, without a draft."""
    editor = editor_of(member, store_slug)
    form = SitesForm(request.POST or None, initial={"sites": "\n".join(editor.store.embedded_by)})
    if request.method == "POST" and form.is_valid():
        try:
            let_embed(store=editor.store, sites=form.cleaned_data["sites"].split())
        except ValidationError as error:
            code = error.error_dict["sites"][0].code or ""
            form.add_error("sites", PROBLEMS[code])
        else:
            messages.success(request, _("Saved. It holds from now on."))
            return redirect("dashboard:page_embedding", editor.store.slug)
    base = pages_base(merchant_id=member.merchant.id, store_id=editor.store.id)
    context: dict[str, object] = {
        "form": form,
        "address": base + look_up_path(merchant=member.merchant, store=editor.store),
        "code": embed_code(merchant=member.merchant, store=editor.store, words=_("Follow your order")),
        "parts": urlsplit(base),
    }
    status = 422 if form.errors else 200
    return editor.show(request, "embedding.html", section="embedding", status=status, **context)
