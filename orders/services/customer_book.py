"""The customers of a batch: read once, changed and merged in memory in the order of the batch, written once."""

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from orders.enums import MergeReason
from orders.matching import Told, match
from orders.models import Customer, CustomerMerge
from orders.services.merge_rows import Merging, gaps_filled_by, store_merges
from postpurchase.accounts.models import Merchant
from postpurchase.accounts.rows import Writes, made, read_rows, row_of
from postpurchase.events.record import NewEvent, Subject
from postpurchase.lib.locks import keys_of, lock_keys

COLUMNS = (
    "external_id",
    "email",
    "phone",
    "first_name",
    "last_name",
    "company",
    "vat_id",
    "told_kind",
    "birth_date",
    "language",
    "accepts_marketing",
    "attributes",
    "merged_into_id",
    "updated_at",
)
# With what the partial indexes ask for, which PostgreSQL does not conclude from long lists.
MEANT = """
    (external_id = ANY(%(external_ids)s) AND external_id <> '') OR (email = ANY(%(emails)s) AND email <> '')
    OR (phone = ANY(%(phones)s) AND phone <> '') OR id = ANY(%(ids)s::uuid[])
"""


@dataclass(frozen=True, slots=True)
class Found:
    """Who is meant. ``told_as_merged`` names what of the told identity is a merged record's: it leads here, but is not
    what the customer goes by."""

    customer: Customer
    told_as_merged: frozenset[str] = frozenset()


@dataclass(slots=True)
class CustomerBook:
    """Locks the realm of customers (after that of orders, where both are needed)."""

    merchant: Merchant
    now: dt.datetime
    _by_id: dict[uuid.UUID, Customer] = field(default_factory=dict)
    _known: dict[tuple[str, str], list[Customer]] = field(default_factory=dict)
    _created: dict[uuid.UUID, Customer] = field(default_factory=dict)
    _changed: dict[uuid.UUID, set[str]] = field(default_factory=dict)
    _merged: list[Merging] = field(default_factory=list)
    _parted: set[tuple[uuid.UUID, uuid.UUID]] | None = None

    def open(self, *, told: Iterable[Told], ids: Iterable[uuid.UUID | None] = ()) -> None:
        """Lock and read everybody the batch may mean."""
        everybody = list(told)
        known = {customer_id for customer_id in ids if customer_id}
        self._read(
            f"({MEANT}) AND erased_at IS NULL",
            held=_keys_of(self.merchant, everybody),
            external_ids=[one.external_id for one in everybody if one.external_id],
            emails=[one.email for one in everybody if one.email],
            phones=[one.phone for one in everybody if one.phone],
            ids=list(known),
        )

    def find(self, told: Told, *, known_id: uuid.UUID | None = None) -> Found:
        """Return who is meant, a new customer if nobody is known; whoever else it proves to be is merged.

        ``known_id`` is the customer an order has already: it is meant where only that order knows them (no id, no
        e-mail).
        """
        matched = match(
            told,
            with_id=self.with_external_id(told.external_id),
            with_email=self._under("email", told.email),
            with_phone=self._under("phone", told.phone),
        )
        nameless = self._nameless(known_id)
        customer = matched.person or nameless or self._add()
        found = Found(customer, self._told_as_merged(told, customer))
        for other in (*matched.same, nameless):
            if other is not None and other is not customer and not self._were_parted(customer, other):
                self.merge(customer, other, _reason(told, other))
        return found

    def current(self, customer: Customer) -> Customer:
        """Return the customer this one was merged into, if so."""
        while customer.merged_into_id:
            customer = self._by_id[customer.merged_into_id]
        return customer

    def write(self, customer: Customer, columns: dict[str, Any]) -> None:
        """Change a customer in memory."""
        changed = {name for name, value in columns.items() if getattr(customer, name) != value}
        for name in changed:
            setattr(customer, name, columns[name])
        if changed and customer.id not in self._created:
            self._changed.setdefault(customer.id, set()).update(changed)
            customer.updated_at = self.now
        self._index(customer)

    def with_id(self, customer_id: uuid.UUID) -> Customer:
        """Return somebody whom ``open`` was asked for."""
        return self._by_id[customer_id]

    def with_external_id(self, external_id: str) -> Customer | None:
        """Return who has this id, or whose merged record has it."""
        return next(iter(self._under("external_id", external_id)), None)

    def merge(self, customer: Customer, other: Customer, reason: MergeReason) -> CustomerMerge:
        """Make ``other`` a second name of ``customer``; both are current."""
        gaps = gaps_filled_by(customer, other)
        self.write(customer, gaps.columns)
        self.write(other, {"merged_into_id": customer.id})
        merge = CustomerMerge(
            merchant=self.merchant, customer=customer, merged=other, reason=reason, merged_at=self.now
        )
        self._merged.append(Merging(merge, gaps.names))
        return merge

    def status(self, customer: Customer, *, also_changed: bool = False) -> str:
        """Say what became of a customer."""
        if customer.id in self._created:
            return "created"
        merged = any(merging.merge.customer_id == customer.id for merging in self._merged)
        return "updated" if customer.id in self._changed or merged or also_changed else "unchanged"

    def save(self, writes: Writes) -> list[NewEvent]:
        """Give everybody who is new or changed to ``writes``, store merges; return what there is to record."""
        writes.insert(Customer, [row_of(customer) for customer in self._created.values()])
        writes.update(Customer, [row_of(self._by_id[customer_id], COLUMNS) for customer_id in self._changed])
        if self._merged:
            writes.send()
        created = [NewEvent("customer.created", Subject.customer(customer_id), {}) for customer_id in self._created]
        updated = [
            NewEvent("customer.updated", Subject.customer(customer_id), {"changed": sorted(names)})
            for customer_id, names in self._changed.items()
            if names != {"merged_into_id"}
        ]
        return [*created, *updated, *store_merges(merchant=self.merchant, mergings=self._merged)]

    def _read(self, condition: str, *, held: Sequence[int] = (), **parameters: list[Any]) -> None:
        """Take people in, and whoever they were merged into; nobody else changes them until this transaction ends."""
        if not any(parameters.values()):
            return
        rows = read_rows(Customer, condition, parameters, held=held, end="ORDER BY id FOR NO KEY UPDATE")
        for customer in sorted(rows, key=lambda row: (row.created_at, row.id)):
            if customer.id not in self._by_id:
                self._index(customer)
        missing = {row.merged_into_id for row in self._by_id.values() if row.merged_into_id} - set(self._by_id)
        self._read("id = ANY(%(ids)s::uuid[])", ids=list(missing))

    def _index(self, customer: Customer) -> None:
        self._by_id[customer.id] = customer
        for name in ("external_id", "email", "phone"):
            if value := getattr(customer, name):
                same = self._known.setdefault((name, value), [])
                if customer not in same:
                    same.append(customer)

    def _under(self, name: str, value: str) -> Sequence[Customer]:
        """Return whom we know under an id, e-mail or phone: first those who go by it, then whose merged record did."""
        known = self._known.get((name, value), ()) if value else ()
        if not known:
            return ()
        going_by = [one for one in known if not one.merged_into_id and getattr(one, name) == value]
        second_names = [self.current(one) for one in known if one.merged_into_id]
        return list(dict.fromkeys([*going_by, *(one for one in second_names if not one.erased_at)]))

    def _told_as_merged(self, told: Told, customer: Customer) -> frozenset[str]:
        if told.external_id and told.external_id == customer.external_id:
            return frozenset()  # the account speaks for itself
        return frozenset(
            name
            for name in ("external_id", "email", "phone")
            if (value := getattr(told, name))
            and value != getattr(customer, name)
            and any(one.merged_into_id and self.current(one) is customer for one in self._known.get((name, value), ()))
        )

    def _nameless(self, customer_id: uuid.UUID | None) -> Customer | None:
        customer = self._by_id.get(customer_id) if customer_id else None
        if customer is None or customer.external_id or customer.email or customer.merged_into_id:
            return None
        return customer

    def _add(self) -> Customer:
        moments = {"created_at": self.now, "updated_at": self.now}
        customer = made(Customer, {"merchant_id": self.merchant.id, **moments})
        self._created[customer.id] = customer
        return customer

    def _were_parted(self, one: Customer, other: Customer) -> bool:
        """Say whether somebody has undone a merge of the two: they know better than we."""
        if self._parted is None:
            undone = CustomerMerge.objects.filter(undone_at__isnull=False, merged_id__in=list(self._by_id))
            self._parted = set(undone.values_list("customer_id", "merged_id"))
        return (one.id, other.id) in self._parted or (other.id, one.id) in self._parted


def hold_everybody(*, merchant: Merchant, told: Sequence[Told]) -> None:
    """Hold everybody a batch may mean until the transaction ends."""
    lock_keys(_keys_of(merchant, told))


def _keys_of(merchant: Merchant, told: Sequence[Told]) -> list[int]:
    names = {name for one in told for name in (one.external_id, one.email, one.phone) if name}
    return keys_of(realm=realm_of(merchant), names=names)


def realm_of(merchant: Merchant) -> str:
    """Return the realm of names that writers of a merchant's customers hold."""
    return f"{merchant.id}:customers"


def _reason(told: Told, other: Customer) -> MergeReason:
    if told.email and other.email == told.email:
        return MergeReason.EMAIL
    return MergeReason.PHONE if told.phone and other.phone == told.phone else MergeReason.ORDER
