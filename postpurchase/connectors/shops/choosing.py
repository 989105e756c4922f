"""Which reader a body needs: its shape decides where it leaves no doubt, else the topic.

Topics stand in headers that nobody signs. Reading by shape first, nobody can turn an order that they overheard into an
erasure by sending it again under another word.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from postpurchase.connectors.base import Change, Context, Ignored
from postpurchase.connectors.reading import Part, whole

Reader = Callable[[Part, Context], Sequence[Change]]

NOTHING = "This is no order, parcel, refund, product or customer{but}. There is nothing to do."


@dataclass(frozen=True, slots=True)
class Readers:
    """The readers of one make of shop by the kind of body, and how the kind is found.

    ``wrappers`` are the names that may stand alone around a body or a list of bodies, as in ``{"order": {…}}``.
    ``shape_of`` returns a kind, or nothing where the shape leaves doubt.
    """

    by_kind: Mapping[str, Reader]
    topics: Mapping[str, str]
    wrappers: Mapping[str, str]
    shape_of: Callable[[Part], str]

    def read(self, topic: str, body: Any, context: Context) -> list[Change]:
        """Return the changes a body tells of, at least one. Raises ``Unreadable``."""
        if isinstance(body, list):
            found = [change for item in body if isinstance(item, dict) for change in self.read(topic, item, context)]
            return found or [Ignored(NOTHING.format(but=" in this list"))]
        part = whole(body)
        kind = self.shape_of(part)
        if not kind and len(part.fields) == 1:
            ((name, inner),) = part.fields.items()
            if isinstance(inner, dict | list):
                return self._unwrapped(str(name), inner, context)
        kind = kind or self.topics.get(topic.strip().lower(), "")
        return list(self.by_kind[kind](part, context)) if kind else [_nothing(part)]

    def _unwrapped(self, name: str, inner: Any, context: Context) -> list[Change]:
        if name not in self.wrappers:
            return [Ignored(NOTHING.format(but=f", but: {name.replace('_', ' ')[:50]}"))]
        reader = self.by_kind[self.wrappers[name]]
        outer = Part({name: inner})
        parts = outer.parts(name) if isinstance(inner, list) else [outer.part(name)]
        return [change for part in parts for change in reader(part, context)] or [Ignored("The list is empty.")]


def ignored(reason: str) -> Reader:
    """Return a reader for what is none of ours, with a sentence that says why or what to do."""
    return lambda _body, _context: [Ignored(reason)]


def _nothing(part: Part) -> Ignored:
    message = part.fields.get("message")
    if len(part.fields) == 1 and isinstance(message, str):
        return Ignored(NOTHING.format(but=f", but a message: {message[:100]}"))
    return Ignored(NOTHING.format(but=""))
