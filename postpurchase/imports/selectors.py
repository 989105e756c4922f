"""Looking at imports. Everything needs the merchant's scope."""

import uuid
from collections import Counter
from collections.abc import Iterator, Sequence

import msgspec
from django.db.models import Count, QuerySet

from postpurchase.imports import words
from postpurchase.imports.findings import Finding
from postpurchase.imports.mapping import Settings, fingerprint
from postpurchase.imports.models import ImportEntry, ImportJob, ImportRow, SavedMapping
from postpurchase.imports.tables.cells import Cell
from postpurchase.lib.spreadsheets import csv_line

_ENTRIES_AT_ONCE = 200


def import_by_id(*, job_id: uuid.UUID) -> ImportJob | None:
    """Return an import."""
    return ImportJob.objects.filter(pk=job_id).first()


def samples_of(*, job: ImportJob, limit: int) -> list[list[Cell]]:
    """Return the first rows of the file."""
    return list(ImportRow.objects.filter(job_id=job.id).order_by("number").values_list("cells", flat=True)[:limit])


def newest_imports() -> QuerySet[ImportJob]:
    """Return all imports that are kept."""
    return ImportJob.objects.select_related("user")


def outcome_counts(*, job: ImportJob) -> dict[str, int]:
    """Return how many entries came to which outcome; those still waiting are left out."""
    rows = ImportEntry.objects.filter(job_id=job.id).exclude(outcome="").values_list("outcome").annotate(Count("id"))
    return dict(rows)


def finding_counts(*, job: ImportJob) -> dict[tuple[str, str], int]:
    """Return how often each reason was given: (outcome, code) → count."""
    counts: Counter[tuple[str, str]] = Counter()
    for entry in _entries_with_findings(job).values_list("outcome", "findings").iterator():
        counts.update((entry[0], finding["code"]) for finding in entry[1])
    return dict(counts)


def first_findings(*, job: ImportJob, limit: int) -> list[dict[str, object]]:
    """Return the first mistakes with the order, article or customer they are about."""
    found: list[dict[str, object]] = []
    for entry in _entries_with_findings(job)[:limit]:
        for finding in msgspec.convert(entry.findings, list[Finding]):
            found.append(
                {
                    "key": entry.key,
                    "outcome": entry.outcome,
                    "row": finding.row or entry.row_numbers[0],
                    "field": _field(job, finding),
                    "reason": words.reason(finding),
                }
            )
            if len(found) == limit:
                return found
    return found


def problem_lines(*, job: ImportJob, headings: Sequence[str]) -> Iterator[str]:
    """Return the lines of a CSV file of all rows with something to be told about, as they stand in the file.

    ``headings`` name the three columns in front: row, field, reason. An order comes with all its rows, so that the
    mended file can be imported as it is.
    """
    yield csv_line([*headings, *job.table["headings"]])
    position = -1
    while True:
        entries = list(_entries_with_findings(job).filter(position__gt=position)[:_ENTRIES_AT_ONCE])
        if not entries:
            return
        for entry in entries:
            yield from _lines_of(job, entry)
        position = entries[-1].position


def saved_mapping(*, kind: str, headings: Sequence[str]) -> tuple[dict[str, int], Settings] | None:
    """Return what was said about the last file with these headings."""
    saved = SavedMapping.objects.filter(kind=kind, fingerprint=fingerprint(headings)).first()
    return (saved.mapping, msgspec.convert(saved.settings, Settings)) if saved else None


def _entries_with_findings(job: ImportJob) -> QuerySet[ImportEntry]:
    return ImportEntry.objects.filter(job_id=job.id).exclude(findings=[]).order_by("position")


def _lines_of(job: ImportJob, entry: ImportEntry) -> Iterator[str]:
    by_row: dict[int, list[Finding]] = {}
    for finding in msgspec.convert(entry.findings, list[Finding]):
        by_row.setdefault(finding.row or entry.row_numbers[0], []).append(finding)
    rows = ImportRow.objects.filter(job_id=job.id, number__in=entry.row_numbers).order_by("number")
    for number, cells in rows.values_list("number", "cells"):
        findings = by_row.get(number, [])
        fields = dict.fromkeys(name for finding in findings if (name := _field(job, finding)))
        reasons = dict.fromkeys(words.reason(finding) for finding in findings)
        yield csv_line([str(number), ", ".join(fields), " ".join(reasons), *(str(cell) for cell in cells)])


def _field(job: ImportJob, finding: Finding) -> str:
    return words.field_name(job.kind, job.mapping, job.table["headings"], finding.field) if finding.field else ""
