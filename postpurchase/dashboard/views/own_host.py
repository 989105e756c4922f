"""A storefront's own host name: which one, what to set at the DNS, and whether it is there yet."""

from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy

from postpurchase.accounts.models import StoreHost
from postpurchase.accounts.services.store_hosts import ask_for_host, check_host, give_up_host, proof_name
from postpurchase.dashboard.views.own_place import PlaceKind, views_of


class HostForm(forms.Form):
    """The name the merchant wants."""

    host = forms.CharField(
        label=gettext_lazy("Host name"),
        max_length=300,
        help_text=gettext_lazy("A name below your own domain that nothing else uses, like track.your-shop.example."),
        widget=forms.TextInput(attrs={"spellcheck": "false", "autocapitalize": "off", "autocomplete": "off"}),
    )


def _records(wanted: StoreHost) -> dict[str, object]:
    return {"proof_name": proof_name(wanted.host), "target": urlsplit(settings.BASE_URL).hostname}


own_host, check, remove = views_of(
    PlaceKind(
        page="own_host",
        field="host",
        model=StoreHost,
        form=HostForm,
        ask=ask_for_host,
        check=check_host,
        give_up=give_up_host,
        details=_records,
        refusals={
            "not_a_host": gettext_lazy(
                "This is no host name. Write it like track.your-shop.example, without https and path."
            ),
            "ours": gettext_lazy("This is the installation's own name; choose one of yours."),
        },
        problems={
            "no_answer": gettext_lazy("The DNS did not answer. Please try again in a few minutes."),
            "no_record": gettext_lazy("There is no TXT record yet. New records can take up to an hour to be seen."),
            "other_record": gettext_lazy("There is a TXT record, but with another value."),
            "taken": gettext_lazy("The record is right, but another storefront uses this name already."),
        },
        gone=gettext_lazy("The name is gone. New links have the installation's name."),
    )
)
