"""Applying carrier news to parcels: store what is new, fold everything into the status, tell what changed.

A fixed number of queries for any number of parcels. The caller holds the parcels' numbers (``locks.py``), so nobody
else adds news to them meanwhile.
"""

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

import msgspec

from postpurchase.accounts.rows import Writes, row_of
from postpurchase.events.record import NewEvent, Subject, record_events
from tracking.carriers.registry import carrier_of_word
from tracking.enums import ShipmentStatus
from tracking.inputs import CheckpointInput
from tracking.models import AlarmKind, Checkpoint, Shipment
from tracking.reading import Meanings, asks_for_meaning, identity_of, read
from tracking.selectors.carrier_codes import meanings_of
from tracking.selectors.patience import patience
from tracking.services.alarms import raise_alarms
from tracking.services.locks import hold_numbers
from tracking.services.parcels import Parcel, parcels_of_ids
from tracking.status import News, ParcelState, after_silence, is_plausible, state_of
from tracking.watching.cause import Cause, event_of

# What the fold changes of a parcel.
STATE_COLUMNS = (
    "status",
    "substatus",
    "status_at",
    "delivered_at",
    "delivery_location",
    "delivery_location_text",
    "signed_by",
    "proof_url",
    "updated_at",
)
# What a carrier may add to news it told before: the same news, so nothing new is stored for it.
TOLD_LATER = ("delivery_location_text", "signed_by", "proof_url")


@dataclass(frozen=True, slots=True)
class ParcelNews:
    """One piece of news for one parcel. ``key`` is the parcel and the news' identity."""

    parcel: Parcel
    item: CheckpointInput
    key: tuple[uuid.UUID, bytes]

    @classmethod
    def of(cls, parcel: Parcel, item: CheckpointInput) -> Self:
        return cls(parcel, item, (parcel.shipment.id, identity_of(item)))

    @property
    def shipment(self) -> Shipment:
        return self.parcel.shipment

    @property
    def carrier(self) -> str:
        """Whose news it is: the carrier it names, else the parcel's."""
        return carrier_of_word(self.item.carrier) if self.item.carrier else self.shipment.carrier


def apply_news(*, merchant_id: uuid.UUID, news: Sequence[ParcelNews], now: dt.datetime) -> set[tuple[uuid.UUID, bytes]]:
    """Store news and update the parcels. Returns (parcel, identity) of what was new. Needs the merchant's scope.

    The parcels handed in are updated in place.
    """
    if not news:
        return set()
    parcels = {one.shipment.id: one.parcel for one in news}
    new: dict[tuple[uuid.UUID, bytes], ParcelNews] = {}
    repeated: list[ParcelNews] = []
    for one in news:
        if one.key[1] in one.parcel.heard:
            repeated.append(one)
        elif one.key in new:
            new[one.key] = _together(new[one.key], one)
        else:
            new[one.key] = one
    meanings = _meanings(new.values())
    fresh = {key: _checkpoint(merchant_id, one, meanings, now) for key, one in new.items()}
    writes = Writes()
    writes.insert(Checkpoint, [row_of(one) for one in fresh.values()])
    for (shipment_id, identity), row in fresh.items():
        parcels[shipment_id].heard[identity] = _news(row)
    touched = [key[0] for key in fresh] + [one.shipment.id for one in repeated if _add_to_known(one, now)]
    refold(
        merchant_id=merchant_id,
        parcels=[parcels[shipment_id] for shipment_id in dict.fromkeys(touched)],
        now=now,
        writes=writes,
    )
    return set(fresh)


def _together(first: ParcelNews, second: ParcelNews) -> ParcelNews:
    """The same news told twice at once: what one leaves out, the other may tell."""
    told = {
        name: _told_first(getattr(first.item, name) or "", getattr(second.item, name) or "") or None
        for name in TOLD_LATER
    }
    return replace(first, item=msgspec.structs.replace(first.item, **told))


def _add_to_known(one: ParcelNews, now: dt.datetime) -> bool:
    """Add to stored news what its repetition tells besides. Says whether there was anything.

    News from a clock far ahead counts once it is repeated at a time when it can be true.
    """
    shipment_id, identity = one.key
    stored = one.parcel.heard[identity]
    told: dict[str, Any] = {
        name: _told_first(getattr(stored, name), (getattr(one.item, name) or "").strip()) for name in TOLD_LATER
    }
    if not is_plausible(stored) and is_plausible(replace(stored, recorded_at=now)):
        told["recorded_at"] = now
    amended = replace(stored, **told)
    if amended == stored:
        return False
    one.parcel.heard[identity] = amended
    Checkpoint.objects.filter(shipment_id=shipment_id, identity=identity).update(**told)
    return True


def _told_first(one: str, other: str) -> str:
    """Of two words for the same, the same one whichever came first."""
    return min(one, other) if one and other else one or other


def refold(
    *, merchant_id: uuid.UUID, parcels: Sequence[Parcel], now: dt.datetime, writes: Writes | None = None
) -> None:
    """Compute the status of parcels from all their news; store and tell what changed. ``writes`` are sent along.

    The caller holds their numbers.
    """
    # What has expired stays so until it is heard of again; for all others the watch will notice silence.
    silence = _silence() if any(one.shipment.status == ShipmentStatus.EXPIRED for one in parcels) else None
    _refold(merchant_id, parcels, silence, now, writes or Writes())


def expire(*, merchant_id: uuid.UUID, numbers: Mapping[uuid.UUID, str], now: dt.datetime) -> None:
    """Let parcels expire that nobody heard of for as long as the merchant waits. Needs the merchant's scope.

    ``numbers`` are parcels and their tracking numbers.
    """
    if not numbers:
        return
    hold_numbers(merchant_id=merchant_id, numbers=numbers.values())
    _refold(merchant_id, parcels_of_ids(ids=numbers.keys()), _silence(), now, Writes())


def _silence() -> dt.timedelta:
    return dt.timedelta(days=patience().expires_after_days)


def _refold(
    merchant_id: uuid.UUID,
    parcels: Sequence[Parcel],
    silence: dt.timedelta | None,
    now: dt.datetime,
    writes: Writes,
) -> None:
    changed: list[Shipment] = []
    moved: list[tuple[Parcel, str]] = []
    for parcel in parcels:
        shipment, heard = parcel.shipment, parcel.heard.values()
        before, after = _stored_state(shipment), state_of(heard)
        if silence is not None:
            after = after_silence(after, news=heard, known_since=shipment.created_at, patience=silence, now=now)
        if before != after:
            changed.append(shipment)
            _set_state(shipment, after, now)
        if (before.status, before.substatus) != (after.status, after.substatus):
            moved.append((parcel, before.status))  # otherwise a signature or place was added: stored, not told
    writes.update(Shipment, [row_of(shipment, STATE_COLUMNS) for shipment in changed])
    events = _events(merchant_id, moved, now)
    record_events(merchant_id=merchant_id, events=events, now=now, writes=writes)


def _news(row: Checkpoint) -> News:
    return News(
        occurred_at=row.occurred_at,
        status=ShipmentStatus(row.status) if row.status else None,
        substatus=row.substatus,
        identity=bytes(row.identity),
        recorded_at=row.recorded_at,
        delivery_location=row.delivery_location,
        delivery_location_text=row.delivery_location_text,
        signed_by=row.signed_by,
        proof_url=row.proof_url,
    )


def _meanings(news: Iterable[ParcelNews]) -> Meanings:
    """Return what the merchant says about codes of this news that no table knows; asks only where there are any."""
    asked = {asked for one in news if (asked := asks_for_meaning(one.item, carrier=one.carrier))}
    return meanings_of(asked) if asked else {}


def _checkpoint(merchant_id: uuid.UUID, one: ParcelNews, meanings: Meanings, now: dt.datetime) -> Checkpoint:
    item = one.item
    reading = read(item, carrier=one.carrier, meanings=meanings)
    return Checkpoint(
        merchant_id=merchant_id,
        shipment_id=one.shipment.id,
        identity=one.key[1],
        carrier=one.carrier,
        occurred_at=item.occurred_at.astimezone(dt.UTC),
        status=reading.status,
        substatus=reading.substatus,
        code=(item.code or "").strip(),
        message=(item.message or "").strip(),
        city=(item.city or "").strip(),
        country=item.country or "",
        delivery_location=reading.delivery_location or item.delivery_location or "",
        delivery_location_text=(item.delivery_location_text or "").strip(),
        signed_by=(item.signed_by or "").strip(),
        proof_url=item.proof_url or "",
        understood_by=reading.by or "",
        recorded_at=now,
    )


def _stored_state(shipment: Shipment) -> ParcelState:
    return ParcelState(
        status=ShipmentStatus(shipment.status),
        substatus=shipment.substatus,
        status_at=shipment.status_at,
        delivered_at=shipment.delivered_at,
        delivery_location=shipment.delivery_location,
        delivery_location_text=shipment.delivery_location_text,
        signed_by=shipment.signed_by,
        proof_url=shipment.proof_url,
    )


def _set_state(shipment: Shipment, state: ParcelState, now: dt.datetime) -> None:
    shipment.status = state.status
    shipment.substatus = state.substatus
    shipment.status_at = state.status_at
    shipment.delivered_at = state.delivered_at
    shipment.delivery_location = state.delivery_location
    shipment.delivery_location_text = state.delivery_location_text
    shipment.signed_by = state.signed_by
    shipment.proof_url = state.proof_url
    shipment.updated_at = now


def _events(merchant_id: uuid.UUID, moved: Sequence[tuple[Parcel, str]], now: dt.datetime) -> list[NewEvent]:
    carrier_says = [
        Cause(parcel.shipment.order_id, parcel.shipment.id)
        for parcel, _ in moved
        if parcel.shipment.substatus == "in_transit_delayed"
    ]
    first = raise_alarms(merchant_id=merchant_id, kind=AlarmKind.DELAYED, causes=carrier_says, now=now)
    delayed = {cause.shipment_id: cause for cause in first}
    events = []
    for parcel, status_before in moved:
        shipment = parcel.shipment
        events.append(
            NewEvent(
                "shipment.status_changed",
                Subject.order(shipment.order_id),
                {
                    "shipment_id": shipment.id,
                    "backfill": parcel.is_backfill,
                    "from": status_before,
                    "to": shipment.status,
                    "substatus": shipment.substatus,
                    "occurred_at": shipment.status_at,
                },
            )
        )
        if shipment.id in delayed:
            events.append(event_of(AlarmKind.DELAYED, delayed[shipment.id], backfill=parcel.is_backfill))
    return events
