"""One worker at a time per import, and none for ever.

A claim is a conditional UPDATE that counts the attempt before it is made. Its lease is measured by the database's
clock. Who comes back after the lease has passed to somebody else finds another count and changes nothing.
"""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q
from django.db.models.functions import Now

from postpurchase.accounts.scoping import all_merchants, merchant_scope
from postpurchase.imports.enums import WORKING, State
from postpurchase.imports.models import ImportJob, ImportPart

LEASE = dt.timedelta(minutes=2)
# From the third try on, a chunk is worked on entry by entry; after the last, a person has to look.
TRIES_TOGETHER = 2
MOST_ATTEMPTS = 5
_AFTER_TOO_MANY = (
    (State.MAPPING, State.FAILED),
    (State.CHECKING, State.MAPPING),
    (State.IMPORTING, State.STOPPED),
)


class ClaimLost(Exception):
    """The lease has passed to another worker, or somebody ended the import: nothing may be written any more."""


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to do the next step of an import."""

    merchant_id: uuid.UUID
    job_id: uuid.UUID
    state: str
    chunk: int
    attempt: int


def claim(*, merchant_id: uuid.UUID, job_id: uuid.UUID) -> Claim | None:
    """Take the next step of an import; None where there is none or somebody else has it.

    A step that failed too often stops the import (``stopped``) until somebody resumes it; a dry run goes back to the
    columns.
    """
    with merchant_scope(merchant_id):
        free = ImportJob.objects.filter(_free(), pk=job_id)
        hopeless = free.filter(attempts__gte=MOST_ATTEMPTS)
        for working, state in _AFTER_TOO_MANY:
            if hopeless.filter(state=working).update(state=state, problem="step_failed", leased_until=None):
                return None
        if not free.update(attempts=F("attempts") + 1, leased_until=Now() + LEASE):
            return None
        job = ImportJob.objects.get(pk=job_id)
        return Claim(merchant_id, job_id, job.state, job.next_chunk, job.attempts)


def renew(claim: Claim, *, rows: int) -> None:
    """Go on for another lease, with so many more rows stored. Needs the merchant's scope. Raises ``ClaimLost``."""
    _change(claim, leased_until=Now() + LEASE, rows=F("rows") + rows)


def finish_step(claim: Claim, **changes: Any) -> None:
    """Give the claim back with what it came to; the next step starts with no attempts. Raises ``ClaimLost``."""
    _change(claim, attempts=0, leased_until=None, **changes)


def give_up(claim: Claim, *, problem: str, row: int | None) -> None:
    """End an import whose file cannot be read. Needs the merchant's scope. Raises ``ClaimLost``."""
    ImportPart.objects.filter(job_id=claim.job_id).delete()
    _change(claim, state=State.FAILED, problem=problem, problem_row=row, leased_until=None)


def jobs_to_work_on(*, limit: int) -> list[tuple[uuid.UUID, uuid.UUID]]:
    """Return merchant and id of imports on which nobody works though there is work, oldest first."""
    with all_merchants("sweep imports"):
        jobs = ImportJob.objects.filter(_free()).order_by("created_at")
        return list(jobs.values_list("merchant_id", "id")[:limit])


def _free() -> Q:
    """Imports with work to do and nobody who does it. Rows are read while a person still looks at the columns."""
    has_work = Q(state__in=WORKING) | Q(state=State.MAPPING, rows_complete=False, problem="")
    return has_work & (Q(leased_until__isnull=True) | Q(leased_until__lt=Now()))


def _change(claim: Claim, **changes: Any) -> None:
    mine = ImportJob.objects.filter(pk=claim.job_id, state=claim.state, next_chunk=claim.chunk, attempts=claim.attempt)
    if not mine.update(**changes):
        raise ClaimLost
