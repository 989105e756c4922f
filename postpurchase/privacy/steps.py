"""Which parts of the product forget a person, in this order. A new table with personal data joins by one line.

Each takes ``person`` and ``now``, works in the merchant's scope, may be run any number of times, and returns how many
rows it touched. ``tests/privacy/test_erasure_everywhere.py`` fails for a column that none of them reaches.
"""

import datetime as dt
from collections.abc import Callable

from loyalty.services.erase import erase_answers
from messaging.services.erase import erase_evidence, erase_messages
from orders.models import Order
from orders.services.erase import erase_consent_reports, erase_machines, erase_orders
from postpurchase.accounts.page_links import revoke_links_of
from postpurchase.api.erase import erase_stored_answers
from postpurchase.connectors.services.erase import erase_deliveries
from postpurchase.lib.personal_data import ErasedPerson
from postpurchase.privacy.services.holds import erase_hold_reasons
from tracking.services.erase import erase_parcels

EraseStep = Callable[..., int]


def _revoke_links(*, person: ErasedPerson, now: dt.datetime) -> int:
    orders = Order.objects.filter(customer_id__in=person.customer_ids).values_list("id", flat=True)
    return revoke_links_of(subject_ids=[*person.customer_ids, *orders], now=now)


STEPS: dict[str, EraseStep] = {
    "page_links": _revoke_links,
    "messages": erase_messages,
    "evidence": erase_evidence,
    "consent_reports": erase_consent_reports,
    "machines": erase_machines,
    "parcels": erase_parcels,
    "answers": erase_answers,
    "inbound_deliveries": erase_deliveries,
    "stored_answers": erase_stored_answers,
    "holds": erase_hold_reasons,
    # Last: the other parts find their rows by the orders.
    "orders": erase_orders,
}
