"""A storefront's path on the shop's own site: which one, what its server is told, and whether it leads here yet."""

from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy

from postpurchase.accounts.models import StorePath
from postpurchase.accounts.services.store_paths import ask_for_path, check_path, give_up_path, key_of
from postpurchase.dashboard.views.own_place import PlaceKind, views_of


class PathForm(forms.Form):
    """The address the merchant wants."""

    address = forms.CharField(
        label=gettext_lazy("Address on your site"),
        max_length=300,
        help_text=gettext_lazy("A path that nothing else uses, like https://your-shop.example/parcels."),
        widget=forms.TextInput(
            attrs={"spellcheck": "false", "autocapitalize": "off", "autocomplete": "off", "inputmode": "url"}
        ),
    )


def _recipe(wanted: StorePath) -> dict[str, object]:
    return {
        "path": urlsplit(wanted.address).path,
        "target": settings.BASE_URL,
        "via": f"/via/{key_of(wanted)}",
        "host": urlsplit(settings.BASE_URL).netloc,
    }


own_path, check, remove = views_of(
    PlaceKind(
        page="own_path",
        field="address",
        model=StorePath,
        form=PathForm,
        ask=ask_for_path,
        check=check_path,
        give_up=give_up_path,
        details=_recipe,
        refusals={
            "not_an_address": gettext_lazy(
                "Write it like https://your-shop.example/parcels: https, your site, and a path."
            ),
            "ours": gettext_lazy("This is the installation's own name; choose a path on your site."),
        },
        problems={
            "no_answer": gettext_lazy("Nobody answers there by https."),
            "other_answer": gettext_lazy(
                "Something answers there, but your server does not pass the question on to us."
            ),
        },
        gone=gettext_lazy("The path is gone. New links do not have it any more."),
    )
)
