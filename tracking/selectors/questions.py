"""How often people ask where their parcel is, week by week: what the page and the mails are to make rarer.

Helpdesks tell of a question as an event (``contact.received``); what shoppers report on the page is counted beside it.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, DateTimeField, Q, QuerySet
from django.db.models.functions import TruncWeek

from orders.models import Behaviour
from postpurchase.accounts.models import Merchant
from postpurchase.events.models import Event
from tracking.models import Case, CaseSource, Shipment

QUESTION = "contact.received"
"""The event a helpdesk pushes for each question; ``properties.about`` other than ``delivery`` is no such question."""
WEEKS = 12
ONE_WEEK = dt.timedelta(days=7)


@dataclass(frozen=True, slots=True)
class QuestionWeek:
    """One week from ``monday`` on, in the merchant's time. ``page_views`` count once per order and day."""

    monday: dt.date
    parcels: int = 0
    page_views: int = 0
    questions: int = 0
    reports: int = 0

    @property
    def rate(self) -> float | None:
        """Questions for each 100 parcels; None in a week without parcels."""
        return 100 * self.questions / self.parcels if self.parcels else None


@dataclass(frozen=True, slots=True)
class Change:
    """Questions for each 100 parcels in the older and the newer half of the weeks that were asked for."""

    before: float
    lately: float


def questions_by_week(*, merchant: Merchant, now: dt.datetime, weeks: int = WEEKS) -> list[QuestionWeek]:
    """Return the last weeks, the present one first. Four queries. Needs the merchant's scope.

    A parcel counts in the week in which it was announced; history that was imported does not count.
    """
    zone = ZoneInfo(merchant.time_zone)
    today = now.astimezone(zone).date()
    mondays = [today - dt.timedelta(days=today.weekday()) - ONE_WEEK * back for back in range(weeks)]
    since = dt.datetime.combine(mondays[-1], dt.time(), zone)
    about_parcels = Q(properties__about__isnull=True) | Q(properties__about="delivery")
    counts: dict[str, dict[dt.date, int]] = {
        "parcels": _weekly(Shipment.objects.filter(order__backfill=False), "created_at", since, zone),
        "page_views": _weekly(Event.objects.filter(type="page.viewed"), "recorded_at", since, zone),
        "questions": _weekly(Behaviour.objects.filter(about_parcels, name=QUESTION), "occurred_at", since, zone),
        "reports": _weekly(Case.objects.filter(source=CaseSource.SHOPPER), "opened_at", since, zone),
    }
    return [
        QuestionWeek(monday, **{name: found.get(monday, 0) for name, found in counts.items()}) for monday in mondays
    ]


def change_of(weeks: list[QuestionWeek]) -> Change | None:
    """Compare the newer half of the weeks with the older; None where a half has no parcels, or nobody told of any."""
    half = len(weeks) // 2
    lately, before = weeks[:half], weeks[half:]
    parcels = [sum(one.parcels for one in part) for part in (before, lately)]
    if not all(parcels) or not any(one.questions for one in weeks):
        return None
    questions = [sum(one.questions for one in part) for part in (before, lately)]
    return Change(before=100 * questions[0] / parcels[0], lately=100 * questions[1] / parcels[1])


def _weekly(rows: QuerySet[Any], field: str, since: dt.datetime, zone: ZoneInfo) -> dict[dt.date, int]:
    week = TruncWeek(field, tzinfo=zone, output_field=DateTimeField())
    found = rows.filter(**{f"{field}__gte": since}).values(week=week).annotate(count=Count("pk")).order_by()
    return {row["week"].astimezone(zone).date(): row["count"] for row in found}
