"""What the API says about erasures."""

import uuid

from msgspec import Struct

from postpurchase.privacy.models import Erasure, ErasureState


class ErasureAnswer(Struct, frozen=True, kw_only=True):
    """``status`` is ``accepted``, or ``held`` where a legal hold stands against it."""

    erasure_id: uuid.UUID
    status: str


def erasure_answer(erasure: Erasure) -> ErasureAnswer:
    """Show an erasure."""
    status = "held" if erasure.state == ErasureState.HELD else "accepted"
    return ErasureAnswer(erasure_id=erasure.id, status=status)
