"""Noting that a shopper looked at a page: at most once per link and day, so that a reload is not interest."""

import datetime as dt

from django.core.cache import cache, caches
from redis.exceptions import RedisError

from postpurchase.accounts.models import PageLink
from postpurchase.events.models import Event
from postpurchase.events.record import Subject, record_event

ONE_DAY_IN_SECONDS = 86_400


def note_page_view(*, link: PageLink, now: dt.datetime) -> bool:
    """Record ``page.viewed`` for the order, once per link and day (UTC). Needs the merchant's scope.

    The cache answers repeated views without a query, and this process what it was told a while ago; where the cache is
    away, a view goes unnoticed. The events themselves are asked before one is recorded, so an emptied cache does not
    count twice.
    """
    key, own = f"page-view:{link.id}:{now:%Y-%m-%d}", caches["pages"]
    if own.get(key):
        return False
    try:
        is_first = cache.add(key, True, ONE_DAY_IN_SECONDS)
    except RedisError:
        return False
    own.set(key, True)
    if not is_first:
        return False
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    views = Event.objects.filter(subject_id=link.subject_id, type="page.viewed", recorded_at__gte=midnight)
    if views.filter(data__link_id=str(link.id)).exists():
        return False
    record_event(
        merchant_id=link.merchant_id,
        type="page.viewed",
        subject=Subject.order(link.subject_id),
        data={"page": "tracking", "link_id": link.id},
        now=now,
    )
    return True
