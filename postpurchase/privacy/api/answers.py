"""What the API says about erasures and copies."""

import datetime as dt
import uuid
from typing import Any

from msgspec import Struct

from postpurchase.privacy.models import Erasure, ErasureState
from postpurchase.privacy.selectors.copy import FORMAT, VERSION, CustomerCopy


class ErasureAnswer(Struct, frozen=True, kw_only=True):
    """``status`` is ``accepted``, or ``held`` where a legal hold stands against it."""

    erasure_id: uuid.UUID
    status: str


class CustomerCopyAnswer(Struct, frozen=True, kw_only=True):
    """``sections`` has one list of rows for each kind of thing that can be known of a customer."""

    format: str
    version: int
    exported_at: dt.datetime
    merchant: str
    sections: dict[str, list[dict[str, Any]]]


def erasure_answer(erasure: Erasure) -> ErasureAnswer:
    """Show an erasure."""
    status = "held" if erasure.state == ErasureState.HELD else "accepted"
    return ErasureAnswer(erasure_id=erasure.id, status=status)


def customer_copy_answer(copy: CustomerCopy) -> CustomerCopyAnswer:
    """Show a copy, with the same names as the file."""
    return CustomerCopyAnswer(
        format=FORMAT,
        version=VERSION,
        exported_at=copy.exported_at,
        merchant=copy.merchant,
        sections=copy.sections,
    )
