"""Which parts of the product forget a person, in this order. A new table with personal data joins by one line.

Each takes ``person`` and ``now``, works in the merchant's scope, may be run any number of times, and returns how many
rows it touched. ``tests/privacy/test_erasure_everywhere.py`` fails for a column that none of them reaches.
"""

import datetime as dt
import uuid
from collections.abc import Callable

from loyalty.services.erase import erase_answers, erase_awards
from messaging.services.erase import erase_evidence, erase_messages
from orders.models import Order
from orders.services.erase import erase_behaviours, erase_consent_reports, erase_machines, erase_orders
from postpurchase.accounts.models import Merchant
from postpurchase.accounts.page_links import revoke_links_of
from postpurchase.api.erase import erase_stored_answers
from postpurchase.connectors.services.erase import erase_deliveries
from postpurchase.imports.services.erase import erase_imported_rows
from postpurchase.lib.personal_data import ErasedPerson
from postpurchase.privacy.services.holds import erase_hold_reasons
from postpurchase.webhooks.services.forget import forget_answers
from tracking.services.erase import erase_cases, erase_parcels

EraseStep = Callable[..., int]


def _subjects(person: ErasedPerson) -> list[uuid.UUID]:
    """The ids by which links and events speak of a person: theirs, and those of their orders."""
    orders = Order.objects.filter(customer_id__in=person.customer_ids).values_list("id", flat=True)
    return [*person.customer_ids, *orders]


def _revoke_links(*, person: ErasedPerson, now: dt.datetime) -> int:
    return revoke_links_of(subject_ids=_subjects(person), now=now)


def _forget_receivers_answers(*, person: ErasedPerson, now: dt.datetime) -> int:
    return forget_answers(merchant=Merchant.objects.get(pk=person.merchant_id), subject_ids=_subjects(person))


STEPS: dict[str, EraseStep] = {
    "page_links": _revoke_links,
    "messages": erase_messages,
    "evidence": erase_evidence,
    "consent_reports": erase_consent_reports,
    "machines": erase_machines,
    "behaviours": erase_behaviours,
    # Before the parcels: carriers' news is found by their numbers.
    "inbound_deliveries": erase_deliveries,
    "parcels": erase_parcels,
    "cases": erase_cases,
    "answers": erase_answers,
    "badges": erase_awards,
    "webhook_answers": _forget_receivers_answers,
    "stored_answers": erase_stored_answers,
    "holds": erase_hold_reasons,
    "imported_rows": erase_imported_rows,
    # Last: the other parts find their rows by the orders.
    "orders": erase_orders,
}
