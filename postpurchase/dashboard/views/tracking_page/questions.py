"""The merchant's own questions and answers, each in one language."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from postpurchase.dashboard.access import Action, Member, member_page
from postpurchase.dashboard.views.tracking_page.frame import PageEditor, editor_of
from postpurchase.dashboard.views.tracking_page.texts import languages_of
from tracking.design.content import OwnQuestion

MOST_QUESTIONS = 60


class QuestionForm(forms.Form):
    """One question; left empty, it is gone."""

    language = forms.ChoiceField(label=gettext_lazy("Language"))
    question = forms.CharField(label=gettext_lazy("Question"), max_length=200, required=False)
    answer = forms.CharField(
        label=gettext_lazy("Answer"), max_length=3_000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, languages: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["language"].choices = languages  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Ask for both halves."""
        data = super().clean() or {}
        for name, other in (("question", "answer"), ("answer", "question")):
            if data.get(other) and not data.get(name) and name not in self.errors:
                self.add_error(name, _("Please write this too, or empty both."))
        return data


class QuestionsForm(forms.Form):
    """What holds for all of them."""

    only_own_questions = forms.BooleanField(
        label=gettext_lazy("Only mine, without those of ours that fit the parcel"), required=False
    )


@require_http_methods(["GET", "POST"])
@member_page(Action.EDIT_BRAND)
def questions(request: HttpRequest, member: Member, store_slug: str) -> HttpResponse:
    """Show the merchant's questions with an empty one to fill in; a POST stores them in the order of their numbers."""
    editor = editor_of(member, store_slug)
    languages = languages_of(editor.design)
    form_set_class = forms.formset_factory(
        QuestionForm, extra=1, can_order=True, max_num=MOST_QUESTIONS, absolute_max=MOST_QUESTIONS + 1
    )
    form_set = form_set_class(
        request.POST or None,
        prefix="q",
        initial=[
            {"language": one.language, "question": one.question, "answer": one.answer}
            for one in editor.design.questions
        ],
        form_kwargs={"languages": languages},
    )
    for one in form_set.forms:
        one.fields["ORDER"].label = _("Place in the queue")
    form = QuestionsForm(request.POST or None, initial={"only_own_questions": editor.design.only_own_questions})
    if request.method == "POST" and form.is_valid() and form_set.is_valid():
        return _store(request, editor, form_set, only_own=form.cleaned_data["only_own_questions"])
    status = 422 if request.method == "POST" else 200
    return editor.show(request, "questions.html", section="questions", form=form, form_set=form_set, status=status)


def _store(request: HttpRequest, editor: PageEditor, form_set: Any, *, only_own: bool) -> HttpResponse:
    # Who gave no number comes last.
    filled = [form.cleaned_data for form in form_set.forms if form.cleaned_data.get("question")]
    filled.sort(key=lambda data: data["ORDER"] if data.get("ORDER") is not None else len(filled) + 1)
    editor.change(
        questions=tuple(OwnQuestion(data["language"], data["question"], data["answer"]) for data in filled),
        only_own_questions=only_own,
    )
    return editor.saved(request, "page_questions")
