"""Taking a person out of stored answers."""

import datetime as dt
import re

import msgspec
from cryptography.fernet import InvalidToken

from orders.models import Order
from postpurchase.api.models import StoredAnswer
from postpurchase.lib import crypto
from postpurchase.lib.personal_data import ErasedPerson

_OUR_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_SHOPS_ID = re.compile(r'"external_id":("(?:[^"\\]|\\.)*")')


def erase_stored_answers(*, person: ErasedPerson, now: dt.datetime) -> int:
    """Forget the stored answers that speak of a person, by name or by one of their orders. Needs the merchant's scope.

    Answers are sealed, so each is opened; there are those of three days at most.
    """
    orders = Order.objects.filter(customer_id__in=person.customer_ids)
    ids = {str(value) for row in orders.values_list("id", "customer_id").iterator() for value in row}
    ids |= {msgspec.json.encode(name).decode() for name in orders.values_list("external_id", flat=True)}
    named = [
        row_id
        for row_id, key, content in StoredAnswer.objects.values_list("pk", "key", "content").iterator(chunk_size=200)
        if _speaks_of(person, ids, key, content)
    ]
    deleted, _ = StoredAnswer.objects.filter(pk__in=named).delete()
    return deleted


def _speaks_of(person: ErasedPerson, ids: set[str], key: str, sealed: bytes | memoryview) -> bool:
    try:
        content = crypto.unseal(sealed)
    except InvalidToken:
        return True  # its key is gone: it can be given to nobody any more
    if person.is_named_in(f"{key} {content}"):
        return True
    return not ids.isdisjoint(_OUR_ID.findall(content)) or not ids.isdisjoint(_SHOPS_ID.findall(content))
