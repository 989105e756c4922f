"""Bodies like a given one, with parts of them left out, doubled, or replaced by something else."""

import copy
from collections.abc import Iterator
from typing import Any

import msgspec
from hypothesis import strategies as st

from orders.checks import order_problems
from orders.inputs import OrderInput
from postpurchase.connectors.base import Change, Connector, Context, OrderSaved, Unreadable

ODD: st.SearchStrategy[Any] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(min_value=-(2**63), max_value=2**63 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=50),
    st.sampled_from(
        [
            "-1",
            "0",
            "0000-00-00 00:00:00",
            "9999-12-31 23:59:59",
            "1,50",
            "1e9",
            "EUR",
            "XXX",
            "𓀀👩‍👩‍👧",
            "x" * 5000,
            "\x00",
        ]
    ),
    st.just([]),
    st.just({}),
    st.lists(st.one_of(st.none(), st.integers(), st.text(max_size=5)), max_size=3),
)


@st.composite
def bodies_like(draw: st.DrawFn, body: Any) -> Any:
    """Draw a body in which one to five places are not as they were."""
    changed = copy.deepcopy(body)
    for _ in range(draw(st.integers(1, 5))):
        places = list(_places(changed))
        if not places:
            return draw(ODD)
        container, key = draw(st.sampled_from(places))
        what = draw(st.sampled_from(["odd", "gone", "twice"]))
        if what == "gone":
            del container[key]
        elif what == "twice" and isinstance(container, list):
            container.append(copy.deepcopy(container[key]))
        else:
            container[key] = draw(ODD)
    return changed


def outcome(connector: Connector, topic: str, body: Any, context: Context) -> list[Change] | str:
    """Return the changes of a body, or what is said of one that cannot be read. Anything else escapes."""
    try:
        changes = list(connector.read(topic, body, context))
    except Unreadable as told:
        return str(told)
    for change in changes:
        if isinstance(change, OrderSaved):
            # What the service would refuse must have been named before.
            assert order_problems(change.order) == []
            assert msgspec.convert(msgspec.to_builtins(change.order), OrderInput) == change.order
    return changes


def _places(tree: Any) -> Iterator[tuple[Any, Any]]:
    if isinstance(tree, dict | list):
        for key, value in list(tree.items() if isinstance(tree, dict) else enumerate(tree)):
            yield tree, key
            yield from _places(value)
