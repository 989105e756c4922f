"""What other parts may ask of loyalty."""

from loyalty.selectors.badges import EarnedBadge, badges_of_customer, declared_badges, words_of
from loyalty.selectors.points import (
    Balance,
    Loyalty,
    PendingPoints,
    Upcoming,
    balance,
    entries_of_order,
    history,
    loyalty_of_customer,
    upcoming,
)
from loyalty.selectors.purchases import programme_of, rules_in_force, running_programme
from loyalty.selectors.surveys import (
    Nps,
    SurveyReward,
    current_answer,
    nps,
    responses_of_order,
    survey_reward,
)
from loyalty.selectors.verification import Violation, violations

__all__ = [
    "Balance",
    "EarnedBadge",
    "Loyalty",
    "Nps",
    "PendingPoints",
    "SurveyReward",
    "Upcoming",
    "Violation",
    "badges_of_customer",
    "balance",
    "current_answer",
    "declared_badges",
    "entries_of_order",
    "history",
    "loyalty_of_customer",
    "nps",
    "programme_of",
    "responses_of_order",
    "rules_in_force",
    "running_programme",
    "survey_reward",
    "upcoming",
    "violations",
    "words_of",
]
