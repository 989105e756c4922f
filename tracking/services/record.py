"""Recording carrier news that names a tracking number.

news ─▶ usable? ─▶ hold the numbers ─▶ parcels with that number ─▶ apply.py
                                          └ none yet ─▶ kept 30 days (``UnmatchedCheckpoint``)
"""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
from django.db import models

from postpurchase.accounts.models import Merchant
from tracking.carriers.registry import carrier_of_word
from tracking.enums import Carrier
from tracking.inputs import CheckpointInput, Problem, plain_number
from tracking.models import UnmatchedCheckpoint
from tracking.reading import identity_of, problems_of
from tracking.services.apply import ParcelNews, apply_news
from tracking.services.carrier_days import note_days_of_news
from tracking.services.parcels import Parcel, parcels_of_numbers


class RecordStatus(models.TextChoices):
    """What became of one piece of news."""

    RECORDED = "recorded"
    DUPLICATE = "duplicate"
    UNKNOWN_SHIPMENT = "unknown_shipment"
    INVALID = "invalid"


@dataclass(frozen=True, slots=True)
class CheckpointResult:
    """``index`` is the place in what was handed in; ``errors`` are there for ``invalid`` only."""

    index: int
    status: RecordStatus
    errors: list[Problem] = field(default_factory=list)


def record_checkpoints(
    *, merchant: Merchant, checkpoints: Sequence[CheckpointInput], now: dt.datetime
) -> list[CheckpointResult]:
    """Record news and return one result for each, in the order given. Needs the merchant's scope.

    Safe to repeat, also in parallel: the same news counts once. A number that several parcels carry applies to all of
    them. Two round trips, however many checkpoints; unknown numbers, unknown codes and named days take a few more.
    """
    problems = [problems_of(item) for item in checkpoints]
    numbers = {plain_number(item.tracking_number) for item, bad in zip(checkpoints, problems, strict=True) if not bad}
    parcels: dict[str, list[Parcel]] = defaultdict(list)
    for parcel in parcels_of_numbers(merchant_id=merchant.id, numbers=numbers):
        parcels[parcel.shipment.tracking_number].append(parcel)
    targets: list[list[ParcelNews]] = [
        [] if bad else [ParcelNews.of(parcel, item) for parcel in _addressed(item, parcels)]
        for item, bad in zip(checkpoints, problems, strict=True)
    ]
    news = [one for group in targets for one in group]
    fresh = apply_news(merchant_id=merchant.id, news=news, now=now)
    note_days_of_news(merchant=merchant, news=news, now=now)
    _keep_unmatched(
        merchant.id,
        [item for item, bad, group in zip(checkpoints, problems, targets, strict=True) if not bad and not group],
        now,
    )

    results = []
    for index, (bad, group) in enumerate(zip(problems, targets, strict=True)):
        if bad:
            results.append(CheckpointResult(index, RecordStatus.INVALID, bad))
        elif not group:
            results.append(CheckpointResult(index, RecordStatus.UNKNOWN_SHIPMENT))
        else:
            keys = {one.key for one in group}
            results.append(CheckpointResult(index, RecordStatus.RECORDED if keys & fresh else RecordStatus.DUPLICATE))
            fresh -= keys  # the same news later in this batch is a repetition
    return results


def same_parcel(shipment_carrier: str, word: str | None) -> bool:
    """Say whether news from the carrier ``word`` may be about a parcel of ``shipment_carrier``."""
    carrier = carrier_of_word(word) if word else Carrier.OTHER
    return carrier == Carrier.OTHER or shipment_carrier in (Carrier.OTHER, carrier)


def _addressed(item: CheckpointInput, parcels: Mapping[str, list[Parcel]]) -> list[Parcel]:
    """The parcels the news is about: of the carrier it names; where none is, of any (names differ, numbers rarely)."""
    candidates = parcels.get(plain_number(item.tracking_number), [])
    return [one for one in candidates if same_parcel(one.shipment.carrier, item.carrier)] or candidates


def _keep_unmatched(merchant_id: uuid.UUID, items: Sequence[CheckpointInput], now: dt.datetime) -> None:
    if items:
        UnmatchedCheckpoint.objects.bulk_create(
            [unmatched(merchant_id, item, now) for item in items], ignore_conflicts=True
        )


def unmatched(merchant_id: uuid.UUID, item: CheckpointInput, now: dt.datetime) -> UnmatchedCheckpoint:
    """Return news as the row that waits for its parcel."""
    content: dict[str, Any] = msgspec.to_builtins(item)
    return UnmatchedCheckpoint(
        merchant_id=merchant_id,
        tracking_number=plain_number(item.tracking_number),
        identity=identity_of(item),
        content=content,
        recorded_at=now,
    )
