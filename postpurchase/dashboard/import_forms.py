"""The forms of imports: a file, and what its columns hold."""

from collections.abc import Mapping, Sequence
from typing import Any, cast
from zoneinfo import available_timezones

import msgspec
from babel.numbers import get_territory_currencies
from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from postpurchase.accounts.models import Merchant, Store
from postpurchase.accounts.models.store import DEFAULT_STORE
from postpurchase.imports import words
from postpurchase.imports.enums import Kind
from postpurchase.imports.fields import GROUPS, Field, Group, fields_of
from postpurchase.imports.mapping import Settings, mapping_problems
from postpurchase.imports.tables.cells import Cell
from postpurchase.imports.uploads import TOO_LARGE
from postpurchase.lib.money import MINOR_UNITS

KIND_NAMES = {
    Kind.ORDERS: gettext_lazy("Orders"),
    Kind.PRODUCTS: gettext_lazy("Products"),
    Kind.CUSTOMERS: gettext_lazy("Customers"),
}
LONGEST_SAMPLE = 40


class UploadForm(forms.Form):
    """A file, and what is in it."""

    kind = forms.ChoiceField(label=gettext_lazy("What is in it?"), choices=list(KIND_NAMES.items()))
    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("CSV or XLSX, also packed as .csv.gz, at most 100 MB."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,.tsv,.gz,.xlsx"}),
        # An empty file is refused with all others that are no table.
        allow_empty_file=True,
    )

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request.POST or None, request.FILES or None)
        self._too_large = getattr(request, TOO_LARGE, False)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if self._too_large:
            self.errors.pop("file", None)
            self.add_error("file", str(words.FILE["too_large"]))
        return data

    @property
    def upload(self) -> "UploadedFile[bytes]":
        return cast("UploadedFile[bytes]", self.cleaned_data["file"])


class SettingsForm(forms.Form):
    """What the table itself does not say."""

    currency = forms.ChoiceField(
        label=gettext_lazy("Currency, where no column names it"), choices=[(code, code) for code in sorted(MINOR_UNITS)]
    )
    store = forms.ChoiceField(label=gettext_lazy("Storefront"))
    time_zone = forms.ChoiceField(
        label=gettext_lazy("Time zone of the dates"),
        choices=[(name, name.replace("_", " ")) for name in sorted(available_timezones()) if "/" in name],
    )
    date_format = forms.ChoiceField(
        label=gettext_lazy("What 03/04/2026 means"),
        choices=[("dmy", gettext_lazy("3 April")), ("mdy", gettext_lazy("March 4"))],
    )
    decimal_mark = forms.ChoiceField(
        label=gettext_lazy("How amounts are written"), choices=[(".", "1,234.50"), (",", "1.234,50")]
    )
    backfill = forms.BooleanField(label=gettext_lazy("These orders are history: send nothing for them"), required=False)
    cancelled_prefix = forms.CharField(
        label=gettext_lazy("Cancellations begin with"),
        required=False,
        max_length=20,
        help_text=gettext_lazy("They give back what earlier orders of the customer bought. Empty: there are none."),
    )
    left_out_prefix = forms.CharField(
        label=gettext_lazy("Leave out numbers that begin with"), required=False, max_length=20
    )

    def __init__(self, data: Any, *, kind: str, settings: Settings) -> None:
        super().__init__(data, initial=msgspec.to_builtins(settings))
        stores = Store.objects.order_by("name").values_list("slug", "name")
        cast(forms.ChoiceField, self.fields["store"]).choices = list(stores)
        if kind != Kind.ORDERS:
            for name in ("store", "backfill", "cancelled_prefix", "left_out_prefix"):
                del self.fields[name]

    def settings(self) -> Settings:
        """Return what was chosen."""
        return Settings(**{"store": DEFAULT_STORE, **self.cleaned_data})


class ColumnsForm:
    """For every column of the file, which field it holds. Not a Django form: its fields are the file's."""

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        *,
        kind: str,
        headings: Sequence[str],
        samples: Sequence[Sequence[Cell]],
        mapping: Mapping[str, int],
    ) -> None:
        self.kind, self.headings, self.samples = kind, headings, samples
        guesses = {position: name for name, position in mapping.items()}
        self.chosen = [
            str(data.get(f"column-{position}", "")) if data is not None else guesses.get(position, "")
            for position in range(len(headings))
        ]
        self.errors: list[str] = []

    def is_valid(self) -> bool:
        """Say whether every field has at most one column and nothing that is needed is missing."""
        fields = fields_of(self.kind)
        self.chosen = [name if name in fields else "" for name in self.chosen]
        twice = {name for name in self.chosen if name and self.chosen.count(name) > 1}
        self.errors = [_("Two columns cannot both be “%(field)s”.") % {"field": fields[name].label} for name in twice]
        for problem in mapping_problems(self.kind, self.mapping, len(self.headings)):
            field = fields[problem.pointer].label
            self.errors.append(_("Which column holds “%(field)s”?") % {"field": field})
        return not self.errors

    @property
    def mapping(self) -> dict[str, int]:
        return {name: position for position, name in enumerate(self.chosen) if name}

    @property
    def rows(self) -> list[dict[str, object]]:
        """What the page shows for each column."""
        return [
            {
                "name": f"column-{position}",
                "heading": heading,
                "samples": self._samples(position),
                "chosen": self.chosen[position],
            }
            for position, heading in enumerate(self.headings)
        ]

    @property
    def groups(self) -> list[tuple[str, list[tuple[str, str, bool]]]]:
        """The fields to choose from, in their groups."""
        labels = [str(field.label) for field in fields_of(self.kind).values()]

        def shown(field: Field, group: Group) -> str:
            # Two cities are told apart where the list is closed and its groups cannot be seen.
            label = str(field.label)
            return f"{label} ({group.label})" if labels.count(label) > 1 else label

        return [
            (str(group.label), [(field.name, shown(field, group), field.required) for field in group.fields])
            for group in GROUPS[self.kind]
        ]

    def _samples(self, position: int) -> list[str]:
        cells = (str(row[position]) for row in self.samples if position < len(row))
        shown = dict.fromkeys(" ".join(cell.split())[:LONGEST_SAMPLE] for cell in cells)
        return [text for text in shown if text][:3]


def first_settings(merchant: Merchant) -> Settings:
    """Return what is likely for a merchant's files."""
    currencies = get_territory_currencies(merchant.country)
    currency = next((code for code in currencies if code in MINOR_UNITS), "EUR")
    return Settings(currency=currency, time_zone=merchant.time_zone)
