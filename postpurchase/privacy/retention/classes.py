"""The classes of data and how long each is kept. A new table joins by one line here.

``find(before, limit)`` returns the ids of up to ``limit`` things that are past their time and not held, ``forget(ids)``
removes them and returns how many rows that were. Both work in the merchant's scope. What has been forgotten must not be
found again.
"""

import datetime as dt
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from postpurchase.privacy.retention import evidence, messages, own, parcels

Find = Callable[[dt.datetime, int], list[uuid.UUID]]
Forget = Callable[[Sequence[uuid.UUID]], int]


@dataclass(frozen=True, slots=True)
class RetentionClass:
    """``days`` is the longest time and what applies without a choice; a merchant may shorten it down to ``least``.

    ``steps`` are taken in turn: what points at something goes before it. Without steps, a job of its own does the work
    and the period is fixed.
    """

    key: str
    days: int
    least: int
    steps: tuple[tuple[Find, Forget], ...] = ()

    @property
    def is_fixed(self) -> bool:
        return not self.steps


_THREE_YEARS, _TWO_YEARS = 3 * 365, 2 * 365

CLASSES: dict[str, RetentionClass] = {
    one.key: one
    for one in (
        RetentionClass("inbound_bodies", 30, 3, ((parcels.old_deliveries, parcels.forget_deliveries),)),
        RetentionClass("tracking_events", 180, 14, ((parcels.old_parcels, parcels.forget_parcels),)),
        RetentionClass("message_contents", 90, 7, ((messages.old_contents, messages.forget_contents),)),
        RetentionClass(
            "messages",
            _TWO_YEARS,
            90,
            (
                (messages.old_messages, messages.forget_messages),
                (messages.old_delivery_events, partial(messages.expire, "messaging_deliveryevent")),
                (messages.old_decisions, partial(messages.expire, "messaging_journeydecision")),
                (messages.old_runs, messages.forget_runs),
            ),
        ),
        RetentionClass("cases", 365, 30, ((parcels.old_cases, parcels.forget_cases),)),
        RetentionClass("surveys", _TWO_YEARS, 30, ((parcels.old_answers, parcels.forget_answers),)),
        RetentionClass(
            "evidence",
            _THREE_YEARS,
            # A shorter time would take the merchant's proof away while they can still be asked for it.
            _THREE_YEARS,
            (
                (evidence.old_permissions, evidence.forget_permissions),
                (evidence.old_evidence, evidence.forget_evidence),
                (evidence.old_reports, evidence.forget_reports),
            ),
        ),
        RetentionClass(
            "erasures",
            _THREE_YEARS,
            365,
            ((own.old_erasures, own.forget_erasures), (own.old_holds, own.forget_holds)),
        ),
        RetentionClass("retention_runs", 365, 30, ((own.old_runs, own.forget_runs),)),
        RetentionClass("imports", 30, 30),
        RetentionClass("webhook_log", 30, 30),
        RetentionClass("unmatched_news", 30, 30),
        RetentionClass("stored_answers", 3, 3),
    )
}
