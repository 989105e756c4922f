"""Who is meant: the rules one by one, and that the order in which bodies arrive does not matter."""

from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.matching import Match, Told, agree, match


@dataclass
class Known:
    """Somebody we know; ``name`` tells them apart in the tests."""

    name: str
    external_id: str = ""
    email: str = ""
    phone: str = ""
    last_name: str = ""


def meant(told: Told, *people: Known) -> tuple[str | None, list[str]]:
    """Match against people given oldest first; return the name of who is meant, and of those who are the same."""
    found: Match[Known] = match(
        told,
        with_id=next((one for one in people if told.external_id and one.external_id == told.external_id), None),
        with_email=[one for one in people if told.email and one.email == told.email],
        with_phone=[one for one in people if told.phone and one.phone == told.phone],
    )
    return found.person and found.person.name, [one.name for one in found.same]


NOBODY = (None, [])


@pytest.mark.parametrize(
    ("told", "people", "expected"),
    [
        pytest.param(Told("c-1", "a@x.de"), [], NOBODY, id="nobody is known"),
        pytest.param(Told("c-1", "b@x.de"), [Known("anna", "c-1", "a@x.de")], ("anna", []), id="the id decides"),
        pytest.param(
            Told("c-1", "a@x.de"),
            [Known("anna", "c-1", "b@x.de"), Known("guest", "", "a@x.de")],
            ("anna", ["guest"]),
            id="an account comes with a guest's address",
        ),
        pytest.param(
            Told("c-1", "a@x.de"),
            [Known("anna", "c-1", "b@x.de"), Known("bert", "c-2", "a@x.de")],
            ("anna", []),
            id="two accounts are never one",
        ),
        pytest.param(Told("c-1", "a@x.de"), [Known("guest", "", "a@x.de")], ("guest", []), id="a guest gets an id"),
        pytest.param(
            Told("c-1", "a@x.de"), [Known("bert", "c-2", "a@x.de")], NOBODY, id="whose address has another id"
        ),
        pytest.param(
            Told("", "a@x.de"),
            [Known("guest", "", "a@x.de"), Known("anna", "c-1", "a@x.de")],
            ("anna", ["guest"]),
            id="an account before a guest",
        ),
        pytest.param(
            Told("", "a@x.de"),
            [Known("old", "c-1", "a@x.de"), Known("young", "c-2", "a@x.de")],
            ("old", []),
            id="the older of two accounts",
        ),
        pytest.param(Told(phone="+49151"), [Known("anna", phone="+49151")], ("anna", []), id="by phone alone"),
        pytest.param(
            Told("", "a@x.de", "+49151"),
            [Known("bert", "", "b@x.de", "+49151")],
            NOBODY,
            id="another address: the phone says nothing",
        ),
        pytest.param(
            Told("c-1", "", "+49151"), [Known("bert", "c-2", "", "+49151")], NOBODY, id="another id: so does it"
        ),
        pytest.param(
            Told("", "a@x.de", "+49151", "Muster"),
            [Known("bert", "", "", "+49151", "Beispiel")],
            NOBODY,
            id="another last name: so does it",
        ),
        pytest.param(
            Told("", "a@x.de", "+49151", "MUSTER"),
            [Known("anna", "", "", "+49151", "Muster")],
            ("anna", []),
            id="the same name in capitals is no other",
        ),
        pytest.param(
            Told(phone="+49151"),
            [Known("anna", "", "a@x.de", "+49151"), Known("bert", "", "b@x.de", "+49151")],
            NOBODY,
            id="a family's telephone",
        ),
        pytest.param(
            Told("c-1", "", "+49151"),
            [Known("account", "c-1"), Known("anna", "", "a@x.de", "+49151"), Known("bert", "", "b@x.de", "+49151")],
            ("account", []),
            id="a family's telephone merges nobody",
        ),
        pytest.param(
            Told("", "a@x.de", "+49151"),
            [Known("account", "c-1", "", "+49151"), Known("guest", "", "a@x.de")],
            ("account", ["guest"]),
            id="the account stays, though the address is the guest's",
        ),
        pytest.param(
            Told("", "a@x.de", "+49151"),
            [Known("guest", "", "a@x.de"), Known("by phone", "", "", "+49151")],
            ("guest", ["by phone"]),
            id="address and phone of two records",
        ),
    ],
)
def test_who_is_meant(told, people, expected) -> None:
    assert meant(told, *people) == expected


# Three people, each with an id, an address and a phone of their own; two share a last name.
PEOPLE = (
    Told("c-1", "a@x.de", "+491511", "Muster"),
    Told("c-2", "b@x.de", "+491512", "Muster"),
    Told("c-3", "c@x.de", "+491513", "Beispiel"),
)


def told_of(person: Told, parts: frozenset[str]) -> Told:
    """What a body says that knows only some of a person's names."""
    return replace(person, **{name: "" for name in ("external_id", "email", "phone", "last_name") if name not in parts})


bodies = st.lists(
    st.builds(
        told_of,
        st.sampled_from(PEOPLE),
        st.frozensets(st.sampled_from(("external_id", "email", "phone", "last_name"))),
    ).filter(lambda told: told.external_id or told.email or told.phone),
    min_size=1,
    max_size=8,
)


def records_after(told: list[Told]) -> set[tuple[str, ...]]:
    """Play bodies into an empty book; return, for each record at the end, the names it is known by."""
    people: list[Known] = []
    for number, one in enumerate(told):
        found: Match[Known] = match(
            one,
            with_id=next((known for known in people if one.external_id and known.external_id == one.external_id), None),
            with_email=[known for known in people if one.email and known.email == one.email],
            with_phone=[known for known in people if one.phone and known.phone == one.phone],
        )
        person = found.person
        if person is None:
            person = Known(str(number))
            people.append(person)
        for other in found.same:
            assert agree(person, other)
            people.remove(other)
        for source in (one, *found.same):
            for name in ("external_id", "email", "phone", "last_name"):
                setattr(person, name, getattr(source, name) or getattr(person, name))
    return {(known.external_id, known.email, known.phone) for known in people}


def joined(told: list[Told]) -> set[tuple[str, ...]]:
    """What must come out: bodies that share a name, directly or over others, are one record."""
    groups: list[list[Told]] = []
    for one in told:
        together = [group for group in groups if any(_share(one, other) for other in group)]
        groups = [group for group in groups if group not in together]
        groups.append([one, *(other for group in together for other in group)])
    return {
        tuple(next((getattr(one, name) for one in group if getattr(one, name)), "") for name in NAMES)
        for group in groups
    }


NAMES = ("external_id", "email", "phone")


def _share(one: Told, other: Told) -> bool:
    return any(getattr(one, name) and getattr(one, name) == getattr(other, name) for name in NAMES)


@given(bodies, st.randoms(use_true_random=False))
def test_whoever_comes_first_the_same_records_are_one_in_the_end(told, random) -> None:
    shuffled = list(told)
    random.shuffle(shuffled)

    assert records_after(told) == records_after(shuffled) == joined(told)
