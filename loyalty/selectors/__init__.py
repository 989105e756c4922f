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
from loyalty.selectors.purchases import running_programme
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
    "responses_of_order",
    "running_programme",
    "survey_reward",
    "upcoming",
    "violations",
]
