"""Bringing orders, products and customers in from files."""

import uuid
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from postpurchase.accounts.scoping import merchant_scope
from postpurchase.dashboard.access import Action, Member, member_page
from postpurchase.dashboard.import_forms import (
    KIND_NAMES,
    ColumnsForm,
    SettingsForm,
    UploadForm,
    first_settings,
)
from postpurchase.dashboard.paging import page_of
from postpurchase.imports import selectors, words
from postpurchase.imports.enums import WORKING, Kind, State
from postpurchase.imports.examples import example_file
from postpurchase.imports.mapping import Settings, first_guess
from postpurchase.imports.models import ImportJob
from postpurchase.imports.services import jobs
from postpurchase.imports.tables.cells import UnreadableFile
from postpurchase.imports.tables.reading import SAMPLES
from postpurchase.lib import clock
from postpurchase.lib.validation import Refused

STATES: dict[str, tuple[Any, str]] = {
    State.MAPPING: (gettext_lazy("Columns to choose"), "warn"),
    State.CHECKING: (gettext_lazy("Dry run"), "info"),
    State.CHECKED: (gettext_lazy("Ready to import"), "warn"),
    State.IMPORTING: (gettext_lazy("Being imported"), "info"),
    State.DONE: (gettext_lazy("Done"), "ok"),
    State.STOPPED: (gettext_lazy("Stopped"), "bad"),
    State.FAILED: (gettext_lazy("Not readable"), "bad"),
}
ENCODINGS = {"utf-8": "UTF-8", "utf-8-sig": "UTF-8", "cp1252": "Windows-1252"}
DELIMITERS = {
    ",": gettext_lazy("commas"),
    ";": gettext_lazy("semicolons"),
    "\t": gettext_lazy("tabs"),
    "|": gettext_lazy("vertical bars"),
}
REFRESH_SECONDS = 3
FIRST_FINDINGS = 20


@require_http_methods(["GET", "POST"])
@member_page(Action.IMPORT)
def imports(request: HttpRequest, member: Member) -> HttpResponse:
    """List imports; take a new file."""
    form = UploadForm(request)
    if request.method == "POST" and form.is_valid():
        upload = form.upload
        try:
            job = jobs.create_import(
                merchant=member.merchant,
                kind=Kind(form.cleaned_data["kind"]),
                file=cast(BinaryIO, upload.file),
                file_name=upload.name or "",
                user=member.user,
                now=clock.now(),
            )
        except UnreadableFile as error:
            form.add_error("file", _file_words(error.code, error.row))
        else:
            return redirect("dashboard:import", job.id)
    page = page_of(selectors.newest_imports(), newest_by="created_at", cursor=request.GET.get("after", ""))
    context = {
        "member": member,
        "area": "imports",
        "form": form,
        "rows": [_row(job) for job in page.rows],
        "next": page.next_cursor,
        "kinds": KIND_NAMES.items(),
        "kept_days": jobs.KEPT_FOR.days,
    }
    return render(request, "dashboard/imports.html", context, status=422 if form.errors else 200)


@require_safe
@member_page(Action.IMPORT)
def import_(request: HttpRequest, member: Member, job_id: uuid.UUID) -> HttpResponse:
    """Show where an import stands: its columns, its progress, its dry run or its result."""
    job = _job(job_id)
    if job.state == State.MAPPING:
        mapping, settings = _guess(job, member)
        return _columns_page(request, member, job, _columns(job, mapping, None), _settings(job, settings, None))
    works = job.state in WORKING
    refreshes = works and "still" not in request.GET
    context = {
        **_context(member, job),
        "percent": _percent(job),
        "counts": _counts(job) if not works else [],
        "findings": selectors.first_findings(job=job, limit=FIRST_FINDINGS) if not works else [],
        "works": works,
        "refreshes": refreshes,
        "problem": _file_words(job.problem, job.problem_row) if job.problem else "",
    }
    response = render(request, "dashboard/import.html", context)
    if refreshes:
        response.headers["Refresh"] = str(REFRESH_SECONDS)
    return response


@require_POST
@member_page(Action.IMPORT)
def columns(request: HttpRequest, member: Member, job_id: uuid.UUID) -> HttpResponse:
    """Take what the columns hold, and begin the dry run."""
    job = _job(job_id)
    chosen = _columns(job, {}, request.POST)
    settings = _settings(job, first_settings(member.merchant), request.POST)
    if not (chosen.is_valid() & settings.is_valid()):
        return _columns_page(request, member, job, chosen, settings, status=422)
    return _move(
        request,
        job,
        lambda: jobs.map_import(job=job, mapping=chosen.mapping, settings=settings.settings(), now=clock.now()),
    )


@require_POST
@member_page(Action.IMPORT)
def start(request: HttpRequest, member: Member, job_id: uuid.UUID) -> HttpResponse:
    """Let in what the dry run looked at."""
    job = _job(job_id)
    return _move(request, job, lambda: jobs.start_import(job=job))


@require_POST
@member_page(Action.IMPORT)
def remap(request: HttpRequest, member: Member, job_id: uuid.UUID) -> HttpResponse:
    """Go back to the columns."""
    job = _job(job_id)
    return _move(request, job, lambda: jobs.remap_import(job=job))


@require_POST
@member_page(Action.IMPORT)
def resume(request: HttpRequest, member: Member, job_id: uuid.UUID) -> HttpResponse:
    """Take up again what stopped."""
    job = _job(job_id)
    return _move(request, job, lambda: jobs.resume_import(job=job))


@require_POST
@member_page(Action.IMPORT)
def discard(request: HttpRequest, member: Member, job_id: uuid.UUID) -> HttpResponse:
    """Throw an import away; what came in stays."""
    job = _job(job_id)
    try:
        jobs.discard_import(job=job)
    except jobs.WrongState:
        messages.warning(request, _("It is being imported right now."))
        return redirect("dashboard:import", job.id)
    messages.success(request, _("The import is gone. What came in stays."))
    return redirect("dashboard:imports")


@require_safe
@member_page(Action.IMPORT)
def problems(request: HttpRequest, member: Member, job_id: uuid.UUID) -> HttpResponseBase:
    """Stream the rows that did not come in, each with its reason, as CSV."""
    job = _job(job_id)
    headings = [_("Row"), _("Field"), _("Reason")]
    response = StreamingHttpResponse(
        _problem_lines(job, headings, translation.get_language() or "de"), content_type="text/csv; charset=utf-8"
    )
    return _download(response, f"import-{job.created_at:%Y-%m-%d}-{job.kind}.csv")


@require_safe
@member_page(Action.IMPORT)
def example(request: HttpRequest, member: Member, kind: str) -> HttpResponseBase:
    """Give a file to begin with."""
    if kind not in Kind.values:
        raise Http404
    content = example_file(Kind(kind), language=translation.get_language() or "de")
    return _download(HttpResponse(f"\ufeff{content}", content_type="text/csv; charset=utf-8"), f"{kind}.csv")


def _problem_lines(job: ImportJob, headings: list[str], language: str) -> Iterator[str]:
    # Streamed after the request's own transaction and language have ended.
    with merchant_scope(job.merchant_id), translation.override(language):
        yield "\ufeff"
        yield from selectors.problem_lines(job=job, headings=headings)


def _download(response: HttpResponseBase, name: str) -> HttpResponseBase:
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _job(job_id: uuid.UUID) -> ImportJob:
    job = selectors.import_by_id(job_id=job_id)
    if job is None:
        raise Http404
    return job


def _move(request: HttpRequest, job: ImportJob, step: Callable[[], None]) -> HttpResponse:
    try:
        step()
    except jobs.WrongState:
        messages.warning(request, _("The import has moved on in the meantime."))
    except Refused as refused:
        messages.error(request, " ".join(problem.message for problem in refused.problems))
    return redirect("dashboard:import", job.id)


def _guess(job: ImportJob, member: Member) -> tuple[dict[str, int], Settings]:
    """What was said of this file, or of the last one like it, or seems likely."""
    if job.mapping:
        return job.mapping, jobs.settings_of(job)
    headings = job.table["headings"]
    samples = selectors.samples_of(job=job, limit=SAMPLES)
    saved = selectors.saved_mapping(kind=job.kind, headings=headings)
    return saved or first_guess(job.kind, headings, samples, first_settings(member.merchant))


def _columns(job: ImportJob, mapping: dict[str, int], data: Any) -> ColumnsForm:
    return ColumnsForm(
        data,
        kind=job.kind,
        headings=job.table["headings"],
        samples=selectors.samples_of(job=job, limit=SAMPLES),
        mapping=mapping,
    )


def _settings(job: ImportJob, settings: Settings, data: Any) -> SettingsForm:
    return SettingsForm(data, kind=job.kind, settings=settings)


def _columns_page(
    request: HttpRequest,
    member: Member,
    job: ImportJob,
    chosen: ColumnsForm,
    settings: SettingsForm,
    *,
    status: int = 200,
) -> HttpResponse:
    table = job.table
    context = {
        **_context(member, job),
        "columns": chosen,
        "settings": settings,
        "encoding": ENCODINGS.get(table["encoding"], table["encoding"].upper()),
        "delimiter": DELIMITERS.get(table["delimiter"], table["delimiter"]),
        "known": not job.mapping and selectors.saved_mapping(kind=job.kind, headings=table["headings"]) is not None,
        "problem": _file_words(job.problem, job.problem_row) if job.problem else "",
    }
    return render(request, "dashboard/import_columns.html", context, status=status)


def _context(member: Member, job: ImportJob) -> dict[str, object]:
    return {"member": member, "area": "imports", "job": job, **_row(job)}


def _row(job: ImportJob) -> dict[str, object]:
    state, tone = STATES[job.state]
    return {"job": job, "kind": KIND_NAMES[Kind(job.kind)], "state": state, "tone": tone}


def _percent(job: ImportJob) -> int | None:
    """How far the chunks are; None while rows are still being read, when nobody knows how many there are."""
    if not job.planned:
        return None
    return 100 * job.next_chunk // job.chunks if job.chunks else 100


def _counts(job: ImportJob) -> list[tuple[str, int]]:
    counts = selectors.outcome_counts(job=job)
    return [(str(words.OUTCOME[outcome]), counts[outcome]) for outcome in words.OUTCOME if outcome in counts]


def _file_words(code: str, row: int | None) -> str:
    sentence = str(words.FILE.get(code, code))
    return _("%(sentence)s (Row %(row)s)") % {"sentence": sentence, "row": row} if row else sentence
