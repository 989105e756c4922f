"""Reading accounts at carriers. All need the merchant's scope."""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from tracking.models import CarrierAccount, ParcelPoll
from tracking.polling import quota
from tracking.polling.interval import Answer
from tracking.polling.services.accounts import quota_of


@dataclass(frozen=True, slots=True)
class Parcels:
    """How many parcels an account is asked about, how many wait for their turn, how many the carrier does not know."""

    asked_about: int = 0
    due: int = 0
    unknown: int = 0


@dataclass(frozen=True, slots=True)
class Quota:
    """What an account may ask on the carrier's day, and what is used and left of it; None where nobody counts."""

    per_day: int | None
    used: int
    left: int | None


def carrier_accounts() -> QuerySet[CarrierAccount]:
    """Return every account, oldest first."""
    return CarrierAccount.objects.order_by("created_at", "id")


def carrier_account(*, client: str) -> CarrierAccount | None:
    """Return the account at one interface, None where there is none."""
    return CarrierAccount.objects.filter(client=client).first()


def parcels_by_account(*, now: dt.datetime) -> dict[uuid.UUID, Parcels]:
    """Return how many parcels there are for each account that has any."""
    open_ones = ParcelPoll.objects.filter(next_poll_at__isnull=False).values_list("account_id")
    rows = open_ones.annotate(
        Count("id"),
        due=Count("id", filter=Q(next_poll_at__lte=now)),
        unknown=Count("id", filter=Q(answer=Answer.NOT_FOUND)),
    )
    return {account_id: Parcels(count, due, unknown) for account_id, count, due, unknown in rows}


def quota_today(account: CarrierAccount, *, now: dt.datetime) -> Quota:
    """Return the account's quota on the carrier's day, which begins at 00:00 GMT."""
    use = quota.Use(account.asked_on, account.asked)
    per_day = quota_of(account)
    return Quota(per_day, use.today(now), quota.left(per_day, use, now=now))
