"""Watching for what does not happen, for all merchants, every minute (``tracking.watch``).

    orders and parcels ─▶ what is due (``selectors/due.py``, by the rules of ``tracking/watching``) ─▶ alarm and event
                                                                                                    once each

Alarms end by themselves when their reason is gone; parcels nobody heard of for long expire.
"""

import datetime as dt

from django.db.models import Exists, OuterRef, Q

from postpurchase.accounts.models import Merchant
from postpurchase.accounts.scoping import all_merchants, merchant_scope
from tracking.enums import ShipmentStatus
from tracking.models import AlarmKind, ShipmentAlarm, UnmatchedCheckpoint
from tracking.selectors import due
from tracking.selectors.patience import patience as patience_of_merchant
from tracking.services.alarms import end_settled, raise_and_tell
from tracking.services.apply import expire
from tracking.watching.patience import LIMITS

UNMATCHED_KEPT_FOR = dt.timedelta(days=30)
PARCELS_PER_RUN = due.PARCELS_PER_RUN

RULES = {
    AlarmKind.NOT_SENT: due.not_sent,
    AlarmKind.NOT_PICKED_UP: due.not_picked_up,
    AlarmKind.NO_NEWS: due.gone_quiet,
    AlarmKind.PROMISE_MISSED: due.promise_missed,
    AlarmKind.PROMISE_AT_RISK: due.promise_at_risk,
    AlarmKind.PICKUP_ENDING: due.pickup_ending,
}


def watch_all(*, now: dt.datetime) -> int:
    """Raise what is due for every merchant, and forget news that never found its parcel. Returns the alarms raised."""
    with all_merchants("watch parcels"):
        UnmatchedCheckpoint.objects.filter(recorded_at__lt=now - UNMATCHED_KEPT_FOR).delete()
        merchants = list(Merchant.objects.filter(_has_something_to_watch(now)))
    raised = 0
    for merchant in merchants:
        with merchant_scope(merchant.id):
            raised += watch(merchant=merchant, now=now)
    return raised


def _has_something_to_watch(now: dt.datetime) -> Q:
    mine = {"merchant_id": OuterRef("pk")}
    statuses = (*due.ANNOUNCED, *due.ON_THE_WAY, ShipmentStatus.AVAILABLE_FOR_PICKUP)
    least_patience = dt.timedelta(days=LIMITS["expires_after_days"].least)
    return (
        Exists(due.watched(now, statuses=statuses).filter(**mine))
        | Exists(due.unsent(now).filter(**mine))
        | Exists(due.silent(now, least_patience).filter(**mine))
        | Exists(ShipmentAlarm.objects.filter(ended_at=None, **mine))
    )


def watch(*, merchant: Merchant, now: dt.datetime) -> int:
    """Raise what is due for one merchant. Returns the alarms raised. Needs the merchant's scope."""
    patience = patience_of_merchant()
    end_settled(merchant=merchant, now=now)
    raised = sum(
        raise_and_tell(
            merchant_id=merchant.id, kind=kind, causes=rule(merchant=merchant, patience=patience, now=now), now=now
        )
        for kind, rule in RULES.items()
        if patience.watches(kind)
    )
    silence = dt.timedelta(days=patience.expires_after_days)
    silent = due.silent(now, silence).values_list("id", "tracking_number")[:PARCELS_PER_RUN]
    expire(merchant_id=merchant.id, numbers=dict(silent), now=now)
    return raised
