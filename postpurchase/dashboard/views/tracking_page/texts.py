"""The merchant's own words: any text of the page, in any language, with its placeholders checked."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from postpurchase.dashboard import page_words
from postpurchase.dashboard.access import Action, Member, member_page
from postpurchase.dashboard.views.tracking_page.frame import PageEditor, editor_of
from postpurchase.lib.texts import LANGUAGES, texts_for
from tracking.design.content import PageDesign
from tracking.design.texts import (
    LONGEST,
    MOST_LANGUAGES,
    editable_keys,
    groups,
    keys_of,
    language_problem,
    placeholders,
    text_problem,
)
from tracking.languages import language_name


class TextsForm(forms.Form):
    """One group of texts in one language; an empty field means our words."""

    def __init__(self, *args: Any, design: PageDesign, group: str, language: str, tone: str, **options: Any) -> None:
        super().__init__(*args, **options)
        own = design.texts.get(language, {})
        ours = texts_for("tracking", language=language, tone=tone).entries
        for key in keys_of(group, language=language):
            names = ", ".join(f"{{{name}}}" for name in sorted(placeholders(key)))
            field = forms.CharField(
                label=ours.get(key) or key,
                required=False,
                initial=own.get(key, ""),
                max_length=LONGEST,
                validators=[_checked(key)],
                help_text=_("May hold %(names)s.") % {"names": names} if names else "",
                widget=forms.Textarea(attrs={"rows": 2, "lang": language}),
            )
            self.fields[key] = field


@require_http_methods(["GET", "POST"])
@member_page(Action.EDIT_BRAND)
def texts(request: HttpRequest, member: Member, store_slug: str) -> HttpResponse:
    """Show one group of texts in one language; a POST stores what was written."""
    editor = editor_of(member, store_slug)
    language = request.GET.get("language", "")
    if language_problem(language):
        language = editor.store.language.split("-")[0]
    group = request.GET.get("group", "")
    if group not in groups():
        group = groups()[0]
    form = TextsForm(request.POST or None, design=editor.design, group=group, language=language, tone=editor.store.tone)
    if request.method == "POST" and form.is_valid():
        return _store(request, editor, form.cleaned_data, language=language, group=group)
    return _show(request, editor, form, language=language, group=group)


@require_POST
@member_page(Action.EDIT_BRAND)
def language(request: HttpRequest, member: Member, store_slug: str) -> HttpResponse:
    """Go to a language of the merchant's choice; it begins to exist with its first text."""
    editor = editor_of(member, store_slug)
    tag = request.POST.get("language", "").strip()
    problem = language_problem(tag)
    if problem:
        messages.error(request, page_words.LANGUAGE_PROBLEMS[problem])
        return redirect("dashboard:page_texts", editor.store.slug)
    return redirect(_address(editor, tag, groups()[0]))


def languages_of(design: PageDesign) -> list[tuple[str, str]]:
    """Return the languages a page speaks, with their own names: ours, then those with texts of the merchant's."""
    tags = dict.fromkeys((*LANGUAGES, *sorted(tag for tag, texts in design.texts.items() if texts)))
    return [(tag, language_name(tag).name) for tag in tags if not language_problem(tag)]


def _store(
    request: HttpRequest, editor: PageEditor, written: dict[str, str], *, language: str, group: str
) -> HttpResponse:
    stored = {**editor.design.texts.get(language, {}), **written}
    by_language = {**editor.design.texts, language: {key: text for key, text in stored.items() if text}}
    kept = {tag: texts for tag, texts in by_language.items() if texts}
    if len(kept) > MOST_LANGUAGES:
        messages.error(request, _("A page speaks at most %(count)s languages.") % {"count": MOST_LANGUAGES})
        return redirect(_address(editor, language, group))
    editor.change(texts=kept)
    messages.success(request, _("Saved as a draft. Shoppers see it once you publish."))
    return redirect(_address(editor, language, group))


def _show(request: HttpRequest, editor: PageEditor, form: TextsForm, *, language: str, group: str) -> HttpResponse:
    own = editor.design.texts.get(language, {})
    languages = dict(languages_of(editor.design)) | {language: language_name(language).name}
    return editor.show(
        request,
        "texts.html",
        section="texts",
        status=422 if form.errors else 200,
        form=form,
        chosen=language,
        languages=list(languages.items()),
        is_added=language.split("-")[0] not in LANGUAGES,
        group=group,
        groups=[(name, page_words.TEXT_GROUPS.get(name, name)) for name in groups()],
        own_count=len(own),
        count=len(editable_keys()),
    )


def _address(editor: PageEditor, language: str, group: str) -> str:
    query = urlencode({"language": language, "group": group})
    return f"{reverse('dashboard:page_texts', args=[editor.store.slug])}?{query}"


def _checked(key: str) -> Any:
    def check(text: str) -> None:
        if problem := text_problem(key, text):
            raise ValidationError(str(page_words.TEXT_PROBLEMS[problem]))

    return check
