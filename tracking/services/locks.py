"""Holding tracking numbers, so that a parcel and the news about it cannot miss each other.

Registration looks for news that came first; news looks for a parcel. Without a lock both could look at the same moment
and find nothing. Whoever reads or writes what belongs to a number holds it until the transaction ends.
"""

import uuid
from collections.abc import Iterable

from postpurchase.lib.locks import keys_of, lock_keys


def hold_numbers(*, merchant_id: uuid.UUID, numbers: Iterable[str]) -> None:
    """Wait until nobody else works on these numbers of the merchant; empty ones are nobody's."""
    lock_keys(number_keys(merchant_id=merchant_id, numbers=numbers))


def number_keys(*, merchant_id: uuid.UUID, numbers: Iterable[str]) -> list[int]:
    """Return the locks that stand for the numbers, for who takes them together with something else."""
    return keys_of(realm=f"tracking-number:{merchant_id}", names=[number for number in numbers if number])
