"""Many bodies at once, each read by itself: one that is wrong does not stop the others."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from postpurchase.lib.strict_json import TooLarge
from postpurchase.lib.validation import Problem, Refused, pointer_part, read

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class BatchShape:
    """The name of the list in the body, and how many items it may have."""

    name: str
    most: int


@dataclass(frozen=True, slots=True)
class Items(Generic[T]):
    """The items by their place in the batch: those that could be read, and what is wrong with the others."""

    count: int
    good: Mapping[int, T]
    bad: Mapping[int, tuple[Problem, ...]]
    raw: list[Any]

    def named(self, index: int, field: str) -> str | None:
        """Return an item's text field as it came, None where there is none."""
        item = self.raw[index]
        value = item.get(field) if isinstance(item, dict) else None
        return value if isinstance(value, str) else None


def read_items(tree: Any, shape: BatchShape, type_: type[T]) -> Items[T]:
    """Read a batch. Raises ``Refused`` where it is no batch at all and ``TooLarge`` for too many items."""
    if not isinstance(tree, dict):
        raise Refused([Problem("", "type", "Expected an object.")])
    problems = [
        Problem(f"/{pointer_part(name)}", "unknown_field", "There is no such field.")
        for name in tree
        if name != shape.name
    ]
    raw = tree.get(shape.name)
    if not isinstance(raw, list):
        code = "type" if shape.name in tree else "required"
        problems.append(Problem(f"/{shape.name}", code, "A list of items is required."))
    if problems or not isinstance(raw, list):
        raise Refused(problems)
    if len(raw) > shape.most:
        raise TooLarge(f"A batch may have {shape.most:,} items.")
    good: dict[int, T] = {}
    bad: dict[int, tuple[Problem, ...]] = {}
    for index, item in enumerate(raw):
        try:
            good[index] = read(item, type_)
        except Refused as refused:
            bad[index] = refused.problems
    return Items(count=len(raw), good=good, bad=bad, raw=raw)
