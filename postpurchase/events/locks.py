"""One at a time per subject: whoever records or claims its events holds it until the transaction ends."""

import uuid
from collections.abc import Iterable

from postpurchase.lib.locks import lock_keys


def wait_for_other_writers(subject_ids: Iterable[uuid.UUID]) -> None:
    """Hold the subjects until this transaction ends, so that a lower sequence is never committed after a higher one.

    In sorted order, lest two batches wait for each other.
    """
    lock_keys(subject_keys(subject_ids))


def subject_keys(subject_ids: Iterable[uuid.UUID]) -> list[int]:
    """Return the locks that stand for subjects, in the order in which they must be taken."""
    return sorted(subject_id.int & 0x7FFFFFFFFFFFFFFF for subject_id in subject_ids)
