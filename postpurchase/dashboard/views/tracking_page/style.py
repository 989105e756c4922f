"""The merchant's own CSS variables. What could not be read is refused, with the nearest colour that can be."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from postpurchase.dashboard import page_words
from postpurchase.dashboard.access import Action, Member, member_page
from postpurchase.dashboard.views.tracking_page.frame import PageEditor, editor_of
from postpurchase.lib.page_style import (
    COLOURS,
    DARK,
    LIGHT,
    MOST_CHARACTERS,
    BadStyle,
    PageStyle,
    Unreadable,
    read_style,
    written,
)
from tracking.services.page_designs import NotReadable


class StyleForm(forms.Form):
    """Variables as text, one to a line."""

    light = forms.CharField(
        label=gettext_lazy("Light, and everywhere"),
        required=False,
        max_length=MOST_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false", "autocapitalize": "off"}),
    )
    dark = forms.CharField(
        label=gettext_lazy("Dark"),
        required=False,
        max_length=MOST_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "autocapitalize": "off"}),
    )
    style: PageStyle

    def clean(self) -> dict[str, Any]:
        """Read both fields, naming every line that is not allowed."""
        data = super().clean() or {}
        try:
            self.style = read_style(light=data.get("light", ""), dark=data.get("dark", ""))
        except BadStyle as bad:
            for problem in bad.problems:
                self.add_error(problem.scheme, ValidationError(page_words.style_problem(problem)))
        return data


@require_http_methods(["GET", "POST"])
@member_page(Action.EDIT_BRAND)
def style(request: HttpRequest, member: Member, store_slug: str) -> HttpResponse:
    """Show the variables of a store's page; a POST stores them where everybody could read the page."""
    editor = editor_of(member, store_slug)
    stored = editor.design.style
    initial = {scheme: written(stored.get(scheme, {})) for scheme in ("light", "dark")}
    form = StyleForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            editor.change(style={"light": dict(form.style.light), "dark": dict(form.style.dark)})
        except NotReadable as refused:
            return _show(request, editor, form, pairs=refused.pairs, status=422)
        return editor.saved(request, "page_style")
    return _show(request, editor, form, pairs=[], status=422 if form.errors else 200)


def _show(
    request: HttpRequest, editor: PageEditor, form: StyleForm, *, pairs: list[Unreadable], status: int
) -> HttpResponse:
    return editor.show(
        request,
        "style.html",
        section="style",
        status=status,
        form=form,
        pairs=pairs,
        colours=[(name, LIGHT[name], DARK[name]) for name in COLOURS],
    )
