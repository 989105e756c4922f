"""Which lots an entry takes its points from. Pure, so that posting and verifying share it.

Spent is what ends first, then what has been available longest. A reversal or transfer takes the points of its own
earning first.
"""

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from loyalty.enums import EntryKind

FOREVER = dt.datetime.max.replace(tzinfo=dt.UTC)


@dataclass(slots=True)
class OpenLot:
    """A lot as the choice sees it. ``earning_id`` is the earning it belongs to, ``number`` its entry's number."""

    lot_id: uuid.UUID
    entry_id: uuid.UUID
    earning_id: uuid.UUID
    number: int
    remaining: int
    available_at: dt.datetime
    expires_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Take:
    """``points`` out of ``lot``."""

    lot: OpenLot
    points: int


def choose(
    lots: Iterable[OpenLot], *, wanted: int, kind: EntryKind, corrects_id: uuid.UUID | None, now: dt.datetime
) -> list[Take]:
    """Return what to take from which lot for ``wanted`` points, in the order of taking.

    ``corrects_id`` is the entry that the taking one corrects: a reversal or transfer begins with the lots of that
    earning, an expiry or settlement takes from that entry's lot only. The sum is less than ``wanted`` where there is
    not enough. Lots are not changed.
    """
    takes: list[Take] = []
    for lot in _in_order(lots, kind, corrects_id, now):
        points = min(lot.remaining, wanted)
        if points > 0:
            takes.append(Take(lot, points))
            wanted -= points
        if wanted == 0:
            break
    return takes


def _in_order(
    lots: Iterable[OpenLot], kind: EntryKind, corrects_id: uuid.UUID | None, now: dt.datetime
) -> list[OpenLot]:
    first_to_end = sorted(lots, key=lambda lot: (lot.expires_at or FOREVER, lot.available_at, lot.number))
    if kind in (EntryKind.EXPIRE, EntryKind.SETTLE):
        return [lot for lot in first_to_end if lot.entry_id == corrects_id]
    if kind == EntryKind.REDEEM:
        return [lot for lot in first_to_end if _spendable(lot, now)]
    own = [lot for lot in first_to_end if lot.earning_id == corrects_id]
    others = [lot for lot in first_to_end if lot not in own]
    return own + sorted(others, key=lambda lot: not _spendable(lot, now))


def _spendable(lot: OpenLot, now: dt.datetime) -> bool:
    return lot.available_at <= now and (lot.expires_at is None or now < lot.expires_at)
