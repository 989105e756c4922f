"""The words for badges, as whoever declares them reads them."""

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from loyalty.badges import Goal
from loyalty.enums import BadgePicture, BadgeRule
from postpurchase.dashboard.templatetags.dashboard import money
from postpurchase.dashboard.words import Word

PICTURES: dict[BadgePicture, Word] = {
    BadgePicture.HEART: _("Heart"),
    BadgePicture.STAR: _("Star"),
    BadgePicture.LEAF: _("Leaf"),
    BadgePicture.CROWN: _("Crown"),
    BadgePicture.COMPASS: _("Compass"),
    BadgePicture.CHAT: _("Speech bubble"),
    BadgePicture.HOUSE: _("House"),
    BadgePicture.GIFT: _("Present"),
}
RULES: dict[BadgeRule, Word] = {
    BadgeRule.ORDERS: _("Orders that arrived"),
    BadgeRule.PRODUCTS: _("Different articles that arrived"),
    BadgeRule.ANSWERS: _("Surveys answered"),
    BadgeRule.YEARS: _("Years since the first order"),
    BadgeRule.SPENT: _("Money for goods that were kept"),
}
PROBLEMS: dict[str, Word] = {
    "slug_shape": _("Small letters, digits and single hyphens, please, like regular-guest."),
    "slug_taken": _("There is a badge of this name already."),
    "goal_range": _("More than nothing, please, and at most a million."),
    "goal_whole": _("A whole number, please."),
    "currency_shape": _("Three letters, please, like EUR."),
    "currency_needless": _("Only money has a currency."),
    "name_missing": _("A name in one language at least, please."),
    "name_long": _("Sixty characters at most, please."),
    "sentence_long": _("Two hundred characters at most, please."),
    "nameless_sentence": _("Where there is a sentence, the badge needs a name in that language too."),
    "picture_unknown": _("Choose one of the pictures, please."),
    "rule_unknown": _("Choose one of the rules, please."),
}


def goal_in_words(goal: Goal) -> str:
    """Return what a badge is for, such as “3 orders that arrived”."""
    number = int(goal.amount)
    if goal.rule == BadgeRule.SPENT:
        amount = money(goal.amount, goal.currency)
        return gettext("%(amount)s spent on goods that were kept") % {"amount": amount}
    if goal.rule == BadgeRule.ORDERS:
        words = ngettext("%(n)d order that arrived", "%(n)d orders that arrived", number)
    elif goal.rule == BadgeRule.PRODUCTS:
        words = ngettext("%(n)d article that arrived", "%(n)d different articles that arrived", number)
    elif goal.rule == BadgeRule.ANSWERS:
        words = ngettext("%(n)d survey answered", "%(n)d surveys answered", number)
    else:
        words = ngettext("%(n)d year since the first order", "%(n)d years since the first order", number)
    return words % {"n": number}
