"""What a person does with an import: begin it, name the columns, look at the dry run, let it in, throw it away."""

import datetime as dt
import uuid
from collections.abc import Mapping
from itertools import islice
from typing import Any, BinaryIO

import msgspec

from postpurchase.accounts.models import Merchant, User
from postpurchase.imports.enums import Kind, Outcome, State
from postpurchase.imports.mapping import Settings, fingerprint, mapping_problems
from postpurchase.imports.models import ImportEntry, ImportJob, ImportPart, ImportRow, SavedMapping
from postpurchase.imports.services.stage import store_file, store_rows
from postpurchase.imports.tables.reading import SAMPLES, recognise, rows_of
from postpurchase.lib.doorbell import ring_after_commit
from postpurchase.lib.validation import Refused

# How long rows and results are kept after an import began: they hold personal data, and nobody mends a file a month on.
KEPT_FOR = dt.timedelta(days=30)


class WrongState(Exception):
    """The import is not where this can be done with it: somebody else was faster."""


def create_import(
    *,
    merchant: Merchant,
    kind: Kind,
    file: BinaryIO,
    file_name: str,
    user: User | None,
    now: dt.datetime,
    delimiter: str = "",
) -> ImportJob:
    """Recognise a file, keep it until it is read, and begin to read it. Raises ``UnreadableFile``. Needs the scope.

    Its first rows are stored at once, to be shown beside the columns.
    """
    table = recognise(file, delimiter=delimiter)
    samples = list(islice(rows_of(file, table), SAMPLES))
    size = file.seek(0, 2)
    job = ImportJob.objects.create(
        merchant=merchant,
        kind=kind,
        file_name="".join(character for character in file_name if character.isprintable())[-200:],
        file_size=size,
        rows=len(samples),
        table=msgspec.to_builtins(table),
        user=user,
        created_at=now,
    )
    store_file(merchant=merchant, job=job, file=file)
    store_rows(merchant_id=merchant.id, job_id=job.id, table=table, rows=samples)
    _ring_after_commit(job)
    return job


def map_import(
    *, job: ImportJob, mapping: Mapping[str, int], settings: Settings, now: dt.datetime, dry_run: bool = True
) -> None:
    """Say what the columns hold, remember it for files like this one, and begin: with a dry run, or at once.

    Raises ``Refused`` for a mapping that lacks something, ``WrongState``. Needs the merchant's scope.
    """
    problems = mapping_problems(job.kind, mapping, len(job.table["headings"]))
    if problems:
        raise Refused(problems)
    said: dict[str, Any] = {"mapping": dict(mapping), "settings": msgspec.to_builtins(settings)}
    state = State.CHECKING if dry_run else State.IMPORTING
    _move(job, (State.MAPPING, State.CHECKED), state, **said, **_from_the_start(), planned=False)
    SavedMapping.objects.update_or_create(
        merchant_id=job.merchant_id,
        kind=job.kind,
        fingerprint=fingerprint(job.table["headings"]),
        defaults={**said, "saved_at": now},
    )
    _ring_after_commit(job)


def start_import(*, job: ImportJob) -> None:
    """Let in what the dry run looked at. Raises ``WrongState``. Needs the merchant's scope."""
    _move(job, (State.CHECKED,), State.IMPORTING, **_from_the_start())
    ImportEntry.objects.filter(job_id=job.id).update(outcome=Outcome.WAITING, findings=[])
    _ring_after_commit(job)


def remap_import(*, job: ImportJob) -> None:
    """Go back to the columns. Raises ``WrongState``. Needs the merchant's scope."""
    _move(job, (State.CHECKED, State.CHECKING), State.MAPPING, leased_until=None, attempts=0)


def resume_import(*, job: ImportJob) -> None:
    """Take up again what stopped. Raises ``WrongState``. Needs the merchant's scope."""
    _move(job, (State.STOPPED,), State.IMPORTING, problem="", attempts=0, leased_until=None)
    _ring_after_commit(job)


def discard_import(*, job: ImportJob) -> None:
    """Throw an import away that is not running. What came in stays. Raises ``WrongState``. Needs the scope."""
    if job.state == State.IMPORTING:
        raise WrongState(job.state)
    delete_import(job_id=job.id)


def delete_import(*, job_id: uuid.UUID) -> None:
    """Delete an import with everything kept for it. Needs a scope."""
    for model in (ImportEntry, ImportRow, ImportPart):
        model.objects.filter(job_id=job_id).delete()
    ImportJob.objects.filter(pk=job_id).delete()


def settings_of(job: ImportJob) -> Settings:
    """Return what was said about an import's file."""
    return msgspec.convert(job.settings, Settings)


def _ring_after_commit(job: ImportJob) -> None:
    ring_after_commit("imports.work", merchant_id=job.merchant_id, job_id=job.id)


def _from_the_start() -> dict[str, Any]:
    return {"next_chunk": 0, "attempts": 0, "leased_until": None, "problem": "", "problem_row": None}


def _move(job: ImportJob, from_: tuple[State, ...], to: State, **changes: Any) -> None:
    if not ImportJob.objects.filter(pk=job.pk, state__in=from_).update(state=to, **changes):
        raise WrongState(job.state)
    job.refresh_from_db()
