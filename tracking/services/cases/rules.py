"""What comes first for a merchant, and when their team works."""

import datetime as dt
from decimal import Decimal
from zoneinfo import ZoneInfo

from postpurchase.accounts.models import Merchant
from tracking.business_days import Where
from tracking.cases.due import WorkingHours
from tracking.cases.priority import FirstRules, values_of
from tracking.models import CaseRules
from tracking.selectors.delivery import delivery_choices


def rules_of(*, merchant: Merchant, now: dt.datetime) -> CaseRules:
    """Return a merchant's rules: the stored ones, else an unsaved row with what applies without a choice."""
    stored = CaseRules.objects.first()
    if stored is not None:
        return stored
    return CaseRules(
        merchant=merchant,
        high_value_from=Decimal(250),
        works_from=dt.time(9),
        works_until=dt.time(17),
        updated_at=now,
    )


def working_hours(*, merchant: Merchant, rules: CaseRules) -> WorkingHours:
    """Return when the merchant's team works."""
    return WorkingHours(
        begin=rules.works_from,
        end=rules.works_until,
        time_zone=ZoneInfo(merchant.time_zone),
        place=team_place(merchant=merchant),
    )


def team_place(*, merchant: Merchant) -> Where:
    """Return where the team works: where the merchant sends from, if that is in their own country."""
    warehouse = delivery_choices(merchant=merchant).warehouse
    return warehouse.place if warehouse.country == merchant.country else merchant.country


def first_rules(rules: CaseRules) -> FirstRules:
    """Return what comes first."""
    return FirstRules(
        high_value_from=rules.high_value_from,
        vip_attribute=rules.vip_attribute,
        vip_values=values_of(rules.vip_values),
    )
