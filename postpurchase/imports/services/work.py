"""One step of an import after the other: rows, entries, and then chunk by chunk.

    claim (attempt counted) ─▶ step in one transaction, with the claim given back in it ─▶ next step

A worker that dies in a step leaves nothing of it behind; when its lease is over, the step is taken again. What a chunk
brings in and that it is done are one transaction, so nothing is missing and nothing is counted twice.
"""

import datetime as dt
import uuid
from collections.abc import Sequence

import msgspec
import structlog
from django.db import transaction

from postpurchase.accounts.models import Merchant
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.imports.enums import Kind, Outcome, State
from postpurchase.imports.findings import Finding
from postpurchase.imports.models import ImportEntry, ImportJob
from postpurchase.imports.services.apply import Plan, Result, apply_entries
from postpurchase.imports.services.claims import (
    TRIES_TOGETHER,
    Claim,
    ClaimLost,
    claim,
    finish_step,
    give_up,
)
from postpurchase.imports.services.jobs import settings_of
from postpurchase.imports.services.plan import plan_entries
from postpurchase.imports.services.stage import last_row, stage_rows, stored_file
from postpurchase.imports.tables.cells import Table, UnreadableFile
from postpurchase.lib import clock

log = structlog.get_logger(__name__)


def work_on(*, merchant_id: uuid.UUID, job_id: uuid.UUID) -> bool:
    """Do the next step of an import. Returns False where there is nothing to do for now. Opens its own transactions."""
    mine = claim(merchant_id=merchant_id, job_id=job_id)
    if mine is None:
        return False
    with merchant_scope(merchant_id):
        job = ImportJob.objects.get(pk=job_id)
        merchant = Merchant.objects.get(pk=merchant_id)
    try:
        if not job.rows_complete:
            _stage(mine, job)
        elif job.state == State.MAPPING:
            finish_step(mine)
            return False
        elif not job.planned:
            with merchant_scope(merchant_id):
                plan_entries(claim=mine, job=job, mapping=job.mapping, settings=settings_of(job))
        elif job.next_chunk < job.chunks:
            _chunk(mine, job, merchant)
        else:
            _end(mine)
    except ClaimLost:
        log.warning("imports.claim_lost", job=str(job_id), chunk=mine.chunk)
        return False
    except UnreadableFile as error:
        with merchant_scope(merchant_id):
            give_up(mine, problem=error.code, row=error.row)
        return False
    return True


def _stage(mine: Claim, job: ImportJob) -> None:
    with merchant_scope(mine.merchant_id):
        after = last_row(job_id=mine.job_id)
    with stored_file(merchant_id=mine.merchant_id, job_id=mine.job_id) as file:
        stage_rows(claim=mine, table=msgspec.convert(job.table, Table), file=file, after_row=after)


def _chunk(mine: Claim, job: ImportJob, merchant: Merchant) -> None:
    plan = Plan(merchant, job.kind, job.mapping, settings_of(job))
    now = clock.now()
    if mine.attempt > TRIES_TOGETHER:
        _one_by_one(mine, plan, now)
        return
    if job.state == State.CHECKING:
        with merchant_scope(mine.merchant_id):
            results = _dry(plan, _entries(mine), now)
            transaction.set_rollback(True)
    with merchant_scope(mine.merchant_id):
        entries = _entries(mine)
        if job.state != State.CHECKING:
            results = apply_entries(plan=plan, entries=entries, now=now)
        _record(entries, results)
        finish_step(mine, next_chunk=mine.chunk + 1)


def _one_by_one(mine: Claim, plan: Plan, now: dt.datetime) -> None:
    """After the chunk failed as a whole: each entry alone, so that the one that is to blame stops no other."""
    with merchant_scope(mine.merchant_id):
        entries = _entries(mine)
    results: list[Result] = []
    for entry in entries:
        try:
            with merchant_scope(mine.merchant_id):
                if mine.state == State.CHECKING:
                    results += _dry(plan, [entry], now)
                    transaction.set_rollback(True)
                else:
                    results += apply_entries(plan=plan, entries=[entry], now=now)
        except Exception as error:
            log.error("imports.entry_failed", job=str(mine.job_id), entry=str(entry.id), exc_info=error)
            results.append((Outcome.REFUSED, (Finding(entry.row_numbers[0], "", "internal", type(error).__name__),)))
    with merchant_scope(mine.merchant_id):
        _record(entries, results)
        finish_step(mine, next_chunk=mine.chunk + 1)


def _dry(plan: Plan, entries: Sequence[ImportEntry], now: dt.datetime) -> list[Result]:
    """What would become of the entries. Cancellations need orders that are not there yet, so they are only counted."""
    if plan.kind == Kind.ORDERS and entries and entries[0].is_cancellation:
        return [(Outcome.CANCELLATION, ())] * len(entries)
    return apply_entries(plan=plan, entries=entries, now=now)


def _entries(mine: Claim) -> list[ImportEntry]:
    return list(ImportEntry.objects.filter(job_id=mine.job_id, chunk=mine.chunk).order_by("position"))


def _record(entries: Sequence[ImportEntry], results: Sequence[Result]) -> None:
    for entry, (outcome, findings) in zip(entries, results, strict=True):
        entry.outcome = outcome
        entry.findings = msgspec.to_builtins(findings)
    ImportEntry.objects.bulk_create(
        entries, update_conflicts=True, unique_fields=["id"], update_fields=["outcome", "findings"]
    )


def _end(mine: Claim) -> None:
    with merchant_scope(mine.merchant_id):
        if mine.state == State.CHECKING:
            finish_step(mine, state=State.CHECKED)
        else:
            finish_step(mine, state=State.DONE, finished_at=clock.now())
