"""What shoppers say (surveys), what it and their purchases earn (programme, badges), and the points (ledger)."""

from loyalty.models.badges import Badge, BadgeAward
from loyalty.models.ledger import LedgerEntry, Lot, LotUse, PointsAccount
from loyalty.models.programme import EarningRule, Programme
from loyalty.models.survey import SurveyResponse

__all__ = [
    "Badge",
    "BadgeAward",
    "EarningRule",
    "LedgerEntry",
    "Lot",
    "LotUse",
    "PointsAccount",
    "Programme",
    "SurveyResponse",
]
