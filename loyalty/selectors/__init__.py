"""What other parts may ask of loyalty."""

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
    "Loyalty",
    "Nps",
    "PendingPoints",
    "SurveyReward",
    "Upcoming",
    "Violation",
    "balance",
    "current_answer",
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
]
