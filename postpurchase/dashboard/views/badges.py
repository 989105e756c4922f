"""Badges: which there are and how many have them; declaring, changing and switching off."""

import uuid
from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods, require_safe

from loyalty.enums import BadgePicture, BadgeRule
from loyalty.models import Badge
from loyalty.selectors.badges import Reach, declared_badges, goal_of, reach_of, words_of
from loyalty.services.badges import (
    LARGEST_GOAL,
    LONGEST_NAME,
    LONGEST_SENTENCE,
    BadgeInput,
    WrongBadge,
    change_badge,
    checked_goal,
    declare_badge,
)
from postpurchase.accounts.models import Merchant, Store
from postpurchase.dashboard import badge_words
from postpurchase.dashboard.access import Action, Member, member_page
from postpurchase.lib import clock
from postpurchase.lib.texts import LANGUAGES, languages_with, primary_language
from tracking.design.texts import own_texts
from tracking.selectors.page_designs import published_design

# German that says du: only its sentence differs.
DU = "de_du"
SENTENCE_LABELS = {
    "de": lazy("Sentence in German (Sie)"),
    DU: lazy("Sentence in German (du)"),
    "en": lazy("Sentence in English"),
}
NAME_LABELS = {"de": lazy("Name in German"), "en": lazy("Name in English")}


class BadgeForm(forms.Form):
    """A badge in plain words. Names and sentences stand in the languages the shop's pages speak."""

    slug = forms.CharField(
        label=lazy("Short name"),
        max_length=60,
        help_text=lazy("As programs call it, like regular-guest. It stays as it is."),
    )
    rule = forms.ChoiceField(label=lazy("Earned by"), choices=list(badge_words.RULES.items()))
    goal = forms.DecimalField(
        label=lazy("How many, or how much"), min_value=0, max_value=LARGEST_GOAL, decimal_places=2, max_digits=9
    )
    currency = forms.CharField(
        label=lazy("Currency"), max_length=3, required=False, help_text=lazy("For money only, like EUR.")
    )
    picture = forms.ChoiceField(
        label=lazy("Picture"), choices=list(badge_words.PICTURES.items()), widget=forms.RadioSelect
    )
    active = forms.BooleanField(label=lazy("Can be earned"), required=False)

    def __init__(self, *args: Any, languages: Iterable[str], is_new: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        self.languages = tuple(languages)
        for language in self.languages:
            self._add(f"name_{language}", NAME_LABELS.get(language) or _("Name (%s)") % language, LONGEST_NAME)
            for key in (language, DU) if language == "de" else (language,):
                label = SENTENCE_LABELS.get(key) or _("Sentence (%s)") % key
                self._add(f"sentence_{key}", label, LONGEST_SENTENCE)
        if not is_new:
            del self.fields["slug"]

    def _add(self, name: str, label: Any, longest: int) -> None:
        self.fields[name] = forms.CharField(label=label, max_length=longest, required=False)

    @property
    def words(self) -> list[tuple[str, list[forms.BoundField]]]:
        """Each language with its fields: the name, then the sentences."""
        groups = []
        for language in self.languages:
            names = [f"name_{language}", f"sentence_{language}", *([f"sentence_{DU}"] if language == "de" else [])]
            groups.append((language, [self[name] for name in names]))
        return groups

    def to_input(self) -> BadgeInput:
        """Return what was filled in."""
        said = self.cleaned_data
        return BadgeInput(
            picture=said["picture"],
            rule=said["rule"],
            goal=said["goal"],
            currency=said["currency"].strip().upper(),
            names=self._said("name_"),
            sentences=self._said("sentence_"),
            active=said["active"],
        )

    def _said(self, beginning: str) -> dict[str, str]:
        return {
            name.removeprefix(beginning): text
            for name, text in self.cleaned_data.items()
            if name.startswith(beginning) and text
        }

    def refuse(self, wrong: WrongBadge) -> None:
        """Show what is wrong at its field; words are wrong at the first language."""
        first = {"names": f"name_{self.languages[0]}", "sentences": f"sentence_{self.languages[0]}"}
        self.add_error(first.get(wrong.field, wrong.field), str(badge_words.PROBLEMS[wrong.code]))


@require_safe
@member_page(Action.VIEW)
def badges(request: HttpRequest, member: Member) -> HttpResponse:
    """List the badges with how many have each."""
    rows = [
        {"badge": badge, "words": _words(badge), "goal": badge_words.goal_in_words(goal_of(badge))}
        for badge in declared_badges(merchant=member.merchant)
    ]
    return render(request, "dashboard/badges.html", {"member": member, "area": "badges", "rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@member_page(Action.EDIT_BADGES)
def new(request: HttpRequest, member: Member) -> HttpResponse:
    """Declare a badge."""
    return _edit(request, member, None)


@require_http_methods(["GET", "HEAD", "POST"])
@member_page(Action.EDIT_BADGES)
def badge(request: HttpRequest, member: Member, badge_id: uuid.UUID) -> HttpResponse:
    """Show a badge and change it."""
    found = declared_badges(merchant=member.merchant).filter(pk=badge_id).first()
    if found is None:
        raise Http404
    return _edit(request, member, found)


def _edit(request: HttpRequest, member: Member, badge: Badge | None) -> HttpResponse:
    form = BadgeForm(
        request.POST or None,
        initial=_initial(badge),
        languages=_languages(badge),
        is_new=badge is None,
    )
    context: dict[str, Any] = {"member": member, "area": "badges", "badge": badge, "form": form}
    if request.method == "POST" and form.is_valid():
        try:
            if request.POST.get("do") == "preview":
                context |= _preview(member.merchant, form.to_input())
            else:
                _save(member.merchant, form, badge)
                messages.success(request, _("Saved. Whoever meets the rule already gets it within minutes."))
                return redirect("dashboard:badges")
        except WrongBadge as wrong:
            form.refuse(wrong)
    context |= {"words": _words(badge) if badge else None}
    return render(request, "dashboard/badge.html", context, status=422 if form.errors else 200)


def _save(merchant: Merchant, form: BadgeForm, badge: Badge | None) -> None:
    if badge is None:
        declare_badge(merchant=merchant, slug=form.cleaned_data["slug"], data=form.to_input(), now=clock.now())
    else:
        change_badge(badge=badge, data=form.to_input(), now=clock.now())


def _preview(merchant: Merchant, data: BadgeInput) -> dict[str, Any]:
    """How shoppers would see it in each language, and how many would have it today."""
    goal = checked_goal(data)
    reach: Reach = reach_of(merchant=merchant, goal=goal, now=clock.now())
    looks = [
        {"picture": data.picture, "name": name, "sentence": data.sentences.get(language, ""), "language": language}
        for language, name in data.names.items()
    ]
    if DU in data.sentences:
        looks.append(
            {
                "picture": data.picture,
                "name": data.names.get("de", ""),
                "sentence": data.sentences[DU],
                "language": "de",
            }
        )
    return {"looks": looks, "reach": reach, "goal": badge_words.goal_in_words(goal)}


def _initial(badge: Badge | None) -> dict[str, Any]:
    if badge is None:
        return {"active": True, "picture": BadgePicture.HEART, "rule": BadgeRule.ORDERS}
    return {
        **{name: getattr(badge, name) for name in ("rule", "currency", "picture", "active")},
        "goal": badge.goal.normalize() if badge.goal == badge.goal.to_integral_value() else badge.goal,
        **{f"name_{language}": name for language, name in badge.names.items()},
        **{f"sentence_{language}": sentence for language, sentence in badge.sentences.items()},
    }


def _languages(badge: Badge | None) -> tuple[str, ...]:
    """Ours, those that the shop's pages speak besides, and those the badge has words in."""
    spoken = [*LANGUAGES]
    for store in Store.objects.order_by("slug"):
        spoken += languages_with(own_texts(published_design(store=store)))
    return tuple(dict.fromkeys([*spoken, *(badge.names if badge else ())]))


def _words(badge: Badge) -> Any:
    return words_of(badge=badge, language=primary_language(get_language() or "en"), tone="sie")
