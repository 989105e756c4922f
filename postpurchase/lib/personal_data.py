"""Whom an erasure is about, as every part of the product is told."""

import uuid
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ErasedPerson:
    """``customer_ids`` are the rows that stood for the person; ``words`` is what they can be recognised by in texts.

    Words are an e-mail address, a telephone number, a whole name: long enough never to mean somebody else by chance.
    In a later round, which catches what was on its way during the first, they are forgotten already.
    """

    merchant_id: uuid.UUID
    customer_ids: tuple[uuid.UUID, ...]
    words: tuple[str, ...] = ()

    def is_named_in(self, text: str) -> bool:
        """Say whether ``text`` holds one of the person's words, in whatever case."""
        folded = text.casefold()
        return any(word.casefold() in folded for word in self.words)
