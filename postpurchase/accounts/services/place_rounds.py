"""The daily round over merchants' own places, and telling owners when one fails.

Places are asked for outside of any scope, one after the other; what was found is stored for each by itself, so a round
that is cut off goes on with those whose check is the oldest. Two rounds at once ask twice and store the same.
"""

import datetime as dt
import uuid
from collections.abc import Callable

import structlog
from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from postpurchase.accounts.models import Merchant, StoreHost, StorePath
from postpurchase.accounts.scoping import all_merchants, merchant_scope
from postpurchase.accounts.services.owner_mails import owners_of_merchant, write_to_owners
from postpurchase.accounts.services.place_checks import CHECKED_EVERY
from postpurchase.accounts.services.store_hosts import check_host
from postpurchase.accounts.services.store_paths import check_path

log = structlog.get_logger(__name__)

# Of each kind in one round; the next round takes those that are left.
MOST_CHECKS = 200
# Shorter than this, it may be the weather.
TOLD_AFTER = dt.timedelta(days=1)

Check = Callable[..., bool]
KINDS: tuple[tuple[type[StoreHost] | type[StorePath], Check], ...] = ((StoreHost, check_host), (StorePath, check_path))


def check_places(*, now: dt.datetime) -> int:
    """Check all places that were proved once and not asked for a day; returns how many. Looks across merchants."""
    was_proved = Q(verified_at__isnull=False) | Q(lapsed_at__isnull=False)
    checked = 0
    for model, check in KINDS:
        with all_merchants("find places to check"):
            due = model.objects.filter(was_proved, checked_at__lte=now - CHECKED_EVERY).order_by("checked_at")
            found = list(due.values_list("merchant_id", "store_id")[:MOST_CHECKS])
        for merchant_id, store_id in found:
            check(merchant_id=merchant_id, store_id=store_id, now=now)
        checked += len(found)
    return checked


def tell_owners(*, now: dt.datetime) -> int:
    """Write to the owners of places that have failed for a day or lapsed; returns for how many places.

    Noted and committed before the mail goes out, so nobody gets it twice; a mail server that refuses gives it back for
    the next round. The dashboard shows it either way. Looks across merchants.
    """
    fails = Q(failing_since__lte=now - TOLD_AFTER) | Q(lapsed_at__isnull=False)
    with all_merchants("find places whose owners do not know yet"):
        untold = [
            (model, *ids)
            for model, _check in KINDS
            for ids in model.objects.filter(fails, owners_told_at__isnull=True).values_list("merchant_id", "id")
        ]
    return sum(_tell(model, merchant_id, place_id, now) for model, merchant_id, place_id in untold)


def _tell(
    model: type[StoreHost] | type[StorePath], merchant_id: uuid.UUID, place_id: uuid.UUID, now: dt.datetime
) -> int:
    with merchant_scope(merchant_id):
        if not model.objects.filter(pk=place_id, owners_told_at__isnull=True).update(owners_told_at=now):
            return 0
        place, merchant = model.objects.select_related("store").get(pk=place_id), Merchant.objects.get()
        owners = owners_of_merchant()
    try:
        write_to_owners(owners, mail=lambda: _mail(place, merchant))
    except OSError:
        log.exception("accounts.place_notice_failed", place=str(place_id))
        with merchant_scope(merchant_id):
            model.objects.filter(pk=place_id, owners_told_at=now).update(owners_told_at=None)
        return 0
    return 1


def _mail(place: StoreHost | StorePath, merchant: Merchant) -> tuple[str, str]:
    named = {"place": str(place), "merchant": merchant.name}
    page = "dashboard:own_host" if isinstance(place, StoreHost) else "dashboard:own_path"
    if place.lapsed_at:
        subject = _("Links no longer lead to %(place)s") % named
        told = _(
            "For three days nothing has proved any more that %(place)s is yours. New links have the installation's name"
            " now. Links that were sent go on to work as far as they lead here."
        )
    else:
        subject = _("Something is wrong with %(place)s") % named
        told = _(
            "We check each day that %(place)s is yours, and since yesterday nothing has proved it. Everything goes on"
            " as before; if it stays so, new links will have the installation's name from the third day on."
        )
    lines = [
        _("Hello,"),
        _("this is about the pages for shoppers of %(merchant)s.") % named,
        told % named,
        _("What is missing stands here:"),
        settings.BASE_URL + reverse(page, args=[place.store.slug]),
    ]
    return subject, "\n\n".join(lines) + "\n"
