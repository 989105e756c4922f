"""Telling a merchant's owners that we switched an endpoint off."""

import datetime as dt
import uuid
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from postpurchase.accounts.models import Merchant
from postpurchase.accounts.scoping import all_merchants, merchant_scope
from postpurchase.accounts.services.owner_mails import owners_of_merchant, write_to_owners
from postpurchase.webhooks.models import DisabledReason, WebhookEndpoint

log = structlog.get_logger(__name__)


def tell_owners(*, now: dt.datetime) -> int:
    """Write to the owners of every endpoint we switched off and nobody was told of; returns how many endpoints.

    Taken in hand and committed before the mail goes out, so nobody gets it twice; a mail server that refuses gives it
    back for the next round. The dashboard shows it either way. Looks across merchants.
    """
    with all_merchants("find endpoints whose owners do not know yet"):
        untold = list(
            WebhookEndpoint.objects.filter(active=False, owners_told_at__isnull=True).values_list("merchant_id", "id")
        )
    return sum(_tell(merchant_id, endpoint_id, now) for merchant_id, endpoint_id in untold)


def _tell(merchant_id: uuid.UUID, endpoint_id: uuid.UUID, now: dt.datetime) -> int:
    with merchant_scope(merchant_id):
        untold = WebhookEndpoint.objects.filter(pk=endpoint_id, active=False, owners_told_at__isnull=True)
        if not untold.update(owners_told_at=now):
            return 0
        endpoint, merchant = WebhookEndpoint.objects.get(pk=endpoint_id), Merchant.objects.get()
        owners = owners_of_merchant()
    try:
        write_to_owners(owners, mail=lambda: _mail(endpoint, merchant))
    except OSError:
        log.exception("webhooks.notice_failed", endpoint=str(endpoint_id))
        with merchant_scope(merchant_id):
            WebhookEndpoint.objects.filter(pk=endpoint_id, owners_told_at=now).update(owners_told_at=None)
        return 0
    return 1


def _mail(endpoint: WebhookEndpoint, merchant: Merchant) -> tuple[str, str]:
    host = urlsplit(endpoint.url).hostname or endpoint.url
    if endpoint.disabled_reason == DisabledReason.GONE:
        cause = _("The receiver answered that it is gone for good (410).")
    else:
        cause = _("For seven days every delivery has failed.")
    page = settings.BASE_URL + reverse("dashboard:webhook", args=[endpoint.id])
    lines = [
        _("Hello,"),
        _("%(merchant)s no longer sends events to %(url)s: we have switched this webhook off.")
        % {"merchant": merchant.name, "url": endpoint.url},
        cause,
        _("Once the receiver works again, switch the webhook back on and have what it missed sent again:"),
        page,
    ]
    return _("Webhook to %(host)s is switched off") % {"host": host}, "\n\n".join(lines) + "\n"
