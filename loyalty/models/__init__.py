"""What shoppers say (surveys), what it and their purchases earn (programme), and the points themselves (ledger)."""

from loyalty.models.ledger import LedgerEntry, Lot, LotUse, PointsAccount
from loyalty.models.programme import EarningRule, Programme
from loyalty.models.survey import SurveyResponse

__all__ = ["EarningRule", "LedgerEntry", "Lot", "LotUse", "PointsAccount", "Programme", "SurveyResponse"]
