"""The programme a merchant starts with."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal

from loyalty.enums import SurveyKind, Trigger
from loyalty.models import EarningRule, Programme
from postpurchase.accounts.models import Merchant

Units = Mapping[str, Mapping[str, str]]

UNITS: Units = {"de": {"one": "Punkt", "other": "Punkte"}, "en": {"one": "point", "other": "points"}}


def install_default_programme(
    *,
    merchant: Merchant,
    now: dt.datetime,
    hold_days: int = 14,
    earn_on_backfill: bool = False,
    units: Units | None = None,
) -> Programme:
    """Give a merchant a simple programme: one point per whole unit of money on delivery, 25 for answering the survey.

    ``units`` names the unit per language where it is not simply points. Purchases' points are pending for
    ``hold_days``, the time in which everything may be sent back. A merchant that has a programme keeps it as it is.
    Needs the merchant's scope.
    """
    programme, created = Programme.objects.get_or_create(
        merchant=merchant,
        defaults={
            "name": merchant.name,
            "units": units or UNITS,
            "earn_on_backfill": earn_on_backfill,
            "created_at": now,
        },
    )
    if not created:
        return programme
    EarningRule.objects.create(
        merchant=merchant,
        programme=programme,
        key="purchase",
        trigger=Trigger.ORDER_DELIVERED,
        rank=10,
        points=1,
        per_amount=Decimal(1),
        hold_days=hold_days,
    )
    EarningRule.objects.create(
        merchant=merchant,
        programme=programme,
        key="survey",
        trigger=Trigger.SURVEY_ANSWERED,
        rank=20,
        points=25,
        conditions={"surveys": [SurveyKind.NPS.value]},
    )
    return programme


def switch_programme(*, merchant: Merchant, active: bool) -> bool:
    """Switch earning on or off; what was earned stays either way. Returns whether there is a programme."""
    return bool(Programme.objects.filter(merchant=merchant).update(active=active))
