"""Keeping the delivery days and hours that carriers name along with their news."""

import datetime as dt
from collections.abc import Iterable

from django.db.models import Max

from postpurchase.accounts.models import Merchant
from tracking.models import Checkpoint
from tracking.services.apply import ParcelNews
from tracking.services.promise import note_carrier_days
from tracking.times import times_of

# Days further away are a mistake in somebody's program.
FARTHEST = dt.timedelta(days=366)


def note_days_of_news(*, merchant: Merchant, news: Iterable[ParcelNews], now: dt.datetime) -> None:
    """Promise what the newest news of each parcel names. Needs the merchant's scope; comes after the news is applied.

    Older news than the parcel's newest says nothing any more, so repetitions change nothing.
    """
    naming = sorted((one for one in news if _names_days(one)), key=lambda one: one.item.occurred_at)
    if not naming:
        return
    heard = Checkpoint.objects.filter(shipment_id__in={one.shipment.id for one in naming})
    newest = dict(heard.values_list("shipment_id").annotate(newest=Max("occurred_at")))
    for one in {one.shipment.id: one for one in naming}.values():
        if one.item.occurred_at >= newest[one.shipment.id]:
            note_carrier_days(
                merchant=merchant,
                shipment=one.shipment,
                first=one.item.promised_from,
                last=one.item.promised_to,
                times=times_of(one.item.window_from, one.item.window_to),
                now=now,
            )


def _names_days(one: ParcelNews) -> bool:
    days = [day for day in (one.item.promised_from, one.item.promised_to) if day]
    days += [moment.date() for moment in (one.item.window_from, one.item.window_to) if moment]
    return bool(days) and all(abs(day - one.item.occurred_at.date()) <= FARTHEST for day in days)
