"""Which columns hold what of people, and whom an erasure is about, as every part of the product is told.

Each app says for its tables in ``personal_data.py`` what every column of text is; ``postpurchase/privacy/registry.py``
collects it, erasure and the copy for a customer are proved against it, and a test fails for a column nobody spoke of.
"""

import uuid
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

# ``person`` of a table whose rows name an order or a customer by ``subject_id``; may stand at the end of a way.
SUBJECT = "subject_id"

# Reasons why a column is nobody's personal data.
CODE = "one of our own codes"
DIGEST = "a digest that cannot be read back"
KEYED = "a keyed digest, kept so that what a person refused outlives them"
OWN_IDS = "ids and codes of ours"
PROVIDERS = "a provider's or carrier's code"
SEALED = "sealed with the operator's keys"
SHOPS = "the shop's own number or name of a thing"
MERCHANTS = "the merchant's own words and settings"
PUBLIC = "the merchant's catalogue, the same for everybody"


@dataclass(frozen=True, slots=True)
class Table:
    """What a table's columns of text, JSON and bytes are.

    ``person`` is the way to the customer whose row it is (``order__customer``; several ways stand side by side),
    ``pk`` for customers themselves, ``SUBJECT``, or None where rows belong to nobody. Where no foreign key leads there,
    ``rows`` returns the rows of the customers whose ids it is given. ``section`` names the rows in a customer's copy.
    ``personal`` columns are emptied when the person is erased (or the row is deleted) and stand in the copy. ``plain``
    gives, for every reason, the columns that are nobody's; ``hidden`` likewise, for those that stay out of the copy
    besides, because they say nothing or are a secret.
    """

    person: str | None = None
    rows: Callable[[Collection[uuid.UUID]], Any] | None = None
    section: str = ""
    personal: str = ""
    plain: Mapping[str, str] = field(default_factory=dict)
    hidden: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_of_a_person(self) -> bool:
        return self.person is not None or self.rows is not None

    @property
    def personal_columns(self) -> tuple[str, ...]:
        return tuple(self.personal.split())

    @property
    def hidden_columns(self) -> frozenset[str]:
        return frozenset(name for names in self.hidden.values() for name in names.split())

    @property
    def named_columns(self) -> list[str]:
        """Every column somebody spoke of, as often as they did."""
        groups = [self.personal, *self.plain.values(), *self.hidden.values()]
        return [name for names in groups for name in names.split()]


@dataclass(frozen=True, slots=True)
class ErasedPerson:
    """``customer_ids`` are the rows that stood for the person, ``external_ids`` what their shop called them.

    ``words`` is what they can be recognised by in texts: an e-mail address, a telephone number, a whole name, long
    enough never to mean somebody else by chance. In the second round, which catches what was on its way during the
    first, words and the shop's ids are forgotten already.
    """

    merchant_id: uuid.UUID
    customer_ids: tuple[uuid.UUID, ...]
    words: tuple[str, ...] = ()
    external_ids: tuple[str, ...] = ()

    def is_named_in(self, text: str) -> bool:
        """Say whether ``text`` holds one of the person's words, in whatever case."""
        folded = text.casefold()
        return any(word.casefold() in folded for word in self.words)
