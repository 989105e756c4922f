"""What a block of the tracking page is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.db import models

from tracking.views.visit import Visit


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of a table that a page shows.

    ``where`` is SQL in which ``o`` is the order (``o.id``, ``o.store_id``), ``parcels.ids`` those of its parcels and
    ``lines.skus`` its articles.
    """

    model: type[models.Model]
    where: str


@dataclass(frozen=True, slots=True)
class Block:
    """One part of the page: a name, and how its content is read.

    ``read`` gives what the template ``tracking/blocks/<name>.html`` finds as ``shown``, None where there is nothing to
    show. A ``mandatory`` block is what the page is for; no merchant can take it away. ``depends_on`` names the rows
    that only this block shows: when one of them changes, the kept page is made anew (``views/fingerprint.py``).
    """

    name: str
    read: Callable[[Visit], Mapping[str, object] | None]
    mandatory: bool = False
    depends_on: tuple[Rows, ...] = ()

    @property
    def template(self) -> str:
        """The path of the block's template."""
        return f"tracking/blocks/{self.name}.html"


@dataclass(frozen=True, slots=True)
class ShownBlock:
    """A block with its content, ready for its template."""

    name: str
    template: str
    shown: Mapping[str, object]
