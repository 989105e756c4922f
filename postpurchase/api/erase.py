"""Taking a person out of stored answers."""

import datetime as dt
import re

from orders.models import Order
from postpurchase.api.models import StoredAnswer
from postpurchase.lib import crypto
from postpurchase.lib.personal_data import ErasedPerson

_OUR_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def erase_stored_answers(*, person: ErasedPerson, now: dt.datetime) -> int:
    """Forget the stored answers that speak of a person, by name or by one of their orders. Needs the merchant's scope.

    Answers are sealed, so each is opened; there are those of three days at most.
    """
    orders = Order.objects.filter(customer_id__in=person.customer_ids)
    ids = {str(value) for row in orders.values_list("id", "customer_id").iterator() for value in row}
    named = [
        row_id
        for row_id, key, content in StoredAnswer.objects.values_list("pk", "key", "content").iterator(chunk_size=200)
        if _speaks_of(person, ids, key, crypto.unseal(content))
    ]
    deleted, _ = StoredAnswer.objects.filter(pk__in=named).delete()
    return deleted


def _speaks_of(person: ErasedPerson, ids: set[str], key: str, content: str) -> bool:
    return person.is_named_in(f"{key} {content}") or not ids.isdisjoint(_OUR_ID.findall(content))
