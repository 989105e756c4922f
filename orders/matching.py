"""Which of the people we know is meant by what a body says. Pure: identities in, people out.

    told (id, e-mail, phone, last name)  +  everybody known under one of them  ─▶  who it is, and who else that is

1. The shop's own id decides.
2. Else the e-mail address: an account before a guest, the older before the younger. Somebody with an id of their own is
   never taken for somebody with another.
3. The phone number counts only where neither id, e-mail nor last name says otherwise, and where everybody with that
   number could be one person: families share telephones.

Whoever is found besides is the same person and is to be merged, with two exceptions that hold always: never two
accounts with different ids, never two different e-mail addresses by phone alone.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar


class Identity(Protocol):
    """What tells people apart. Empty means not known; e-mail and phone are in their normal spelling."""

    @property
    def external_id(self) -> str: ...

    @property
    def email(self) -> str: ...

    @property
    def phone(self) -> str: ...

    @property
    def last_name(self) -> str: ...


P = TypeVar("P", bound=Identity)


@dataclass(frozen=True, slots=True)
class Told:
    """What a body says of a person."""

    external_id: str = ""
    email: str = ""
    phone: str = ""
    last_name: str = ""


@dataclass(frozen=True, slots=True)
class Match(Generic[P]):
    """Who is meant (None: nobody we know), and the others who are proved to be the same person."""

    person: P | None
    same: tuple[P, ...] = ()


def match(told: Told, *, with_id: P | None, with_email: Sequence[P], with_phone: Sequence[P]) -> Match[P]:
    """Return who is meant. The sequences hold everybody known under the told e-mail or phone, the best first."""
    person, same = _by_email(told, with_id, with_email)
    found = [person, *same]
    by_phone = [
        one
        for one in with_phone
        if not any(one is other for other in found) and agree(told, one) and (person is None or agree(person, one))
    ]
    if not _one_person(by_phone):
        by_phone = []
    everybody = [one for one in (*found, *by_phone) if one is not None]
    if not everybody:
        return Match(None)
    # Accounts keep their id, so they are the ones that stay; ``sorted`` leaves the rest in the order of trust.
    kept = person if with_id is not None and person is not None else _accounts_first(everybody)[0]
    return Match(kept, tuple(one for one in everybody if one is not kept))


def agree(one: Identity, other: Identity) -> bool:
    """Say whether two identities could be one person's: nothing that both know is different."""
    return (
        _fit(one.external_id, other.external_id)
        and _fit(one.email, other.email)
        and _fit(one.last_name.casefold(), other.last_name.casefold())
    )


def _by_email(told: Told, with_id: P | None, with_email: Sequence[P]) -> tuple[P | None, list[P]]:
    guests = [one for one in with_email if not one.external_id and one is not with_id]
    if with_id is not None:
        return with_id, guests
    if told.external_id:
        return (guests[0], guests[1:]) if guests else (None, [])
    accounts = [one for one in with_email if one.external_id]
    if accounts:
        return accounts[0], guests
    return (guests[0], guests[1:]) if guests else (None, [])


def _one_person(people: Sequence[Identity]) -> bool:
    return all(agree(one, other) for index, one in enumerate(people) for other in people[:index])


def _accounts_first(people: Iterable[P]) -> list[P]:
    return sorted(people, key=lambda one: (not one.external_id, not one.email))


def _fit(one: str, other: str) -> bool:
    return not one or not other or one == other
