"""Every refusal is a problem document (RFC 9457), whoever refuses: the API's views, Django, the database.

{"type": ".../docs/#invalid", "title": "Invalid content", "status": 422, "detail": "...", "errors": [{"pointer": ...}]}
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import structlog
from django.conf import settings
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpResponse
from rest_framework import exceptions
from rest_framework.views import set_rollback

from postpurchase.lib.strict_json import NotStrict, TooLarge
from postpurchase.lib.validation import Problem, Refused

log = structlog.get_logger(__name__)

MEDIA_TYPE = "application/problem+json"
RETRY_SECONDS = 5

# status → (name, title, what to do)
KINDS: dict[int, tuple[str, str, str]] = {
    400: ("malformed", "Malformed request", "Send strict JSON in UTF-8, and clean addresses and headers."),
    401: ("unauthorized", "No or wrong key", "Send `Authorization: Bearer <api key>` with a live key."),
    403: ("missing-scope", "Missing scope", "Use a key that has the scope named in `detail`."),
    404: ("not-found", "Not found", "There is nothing under this address, or it is not yours."),
    405: ("method-not-allowed", "Method not allowed", "`Allow` names the methods there are."),
    409: ("in-flight", "Still in flight", "A request with this Idempotency-Key is running; try again."),
    413: ("too-large", "Too large", "Send less at once; `detail` names the limit."),
    415: ("unsupported-media-type", "Unsupported media type", "Send `Content-Type: application/json`."),
    422: ("invalid", "Invalid content", "Correct what `errors` point at. Nothing was stored."),
    429: ("too-many-requests", "Too many requests", "Wait as long as `Retry-After` says."),
    500: ("internal", "Internal error", "This is our mistake. Nothing was stored; trying again is safe."),
    503: ("unavailable", "Unavailable", "The database is away; try again after `Retry-After` seconds."),
}


class ProblemDocument(msgspec.Struct, frozen=True, kw_only=True):
    """What every refusal looks like. ``errors`` is there for invalid content."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[Problem] | msgspec.UnsetType = msgspec.UNSET


class ApiProblem(Exception):
    """A refusal with its status, raised by the API's own plumbing."""

    def __init__(self, status: int, detail: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(detail)
        self.status, self.detail, self.headers = status, detail, dict(headers or {})


def problem_response(
    status: int,
    detail: str = "",
    *,
    errors: Sequence[Problem] | None = None,
    headers: Mapping[str, str] | None = None,
) -> HttpResponse:
    """Return the problem document for a status."""
    name, title, advice = KINDS.get(status, ("error", "Error", ""))
    document = ProblemDocument(
        type=f"{settings.BASE_URL}/api/v1/docs/#{name}",
        title=title,
        status=status,
        detail=detail or advice,
        errors=msgspec.UNSET if errors is None else list(errors),
    )
    response = HttpResponse(msgspec.json.encode(document), status=status, content_type=MEDIA_TYPE)
    response["Cache-Control"] = "no-store"
    for header, value in (headers or {}).items():
        response[header] = value
    return response


def exception_handler(error: Exception, context: Mapping[str, Any]) -> HttpResponse | None:
    """Turn what a view raised into a problem and undo what it wrote; None for what nobody expected."""
    response = _expected(error)
    if response is not None:
        set_rollback()
    return response


def unexpected(error: Exception) -> HttpResponse:
    """Return the answer to what no view caught: 503 where the database is away, else 500, logged with its trace."""
    response = _expected(error)
    if response is not None:
        return response
    log.error("api.failed", exc_info=error)
    return problem_response(500)


def _expected(error: Exception) -> HttpResponse | None:
    match error:
        case Refused():
            return problem_response(422, _in_words(error.problems), errors=error.problems)
        case NotStrict():
            return problem_response(400, str(error))
        case TooLarge():
            return problem_response(413, str(error))
        case ApiProblem():
            return problem_response(error.status, error.detail, headers=error.headers)
        case Http404():
            return problem_response(404)
        case PermissionDenied():
            return problem_response(403)
        case SuspiciousOperation():
            return problem_response(400)
        case OperationalError() | InterfaceError():
            log.warning("api.database_away", error=type(error).__name__)
            return problem_response(503, headers={"Retry-After": str(RETRY_SECONDS)})
        case exceptions.APIException():
            return _of_rest_framework(error)
    return None


def _of_rest_framework(error: exceptions.APIException) -> HttpResponse:
    headers = {}
    if challenge := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    if isinstance(error, exceptions.NotAuthenticated | exceptions.NotFound | exceptions.MethodNotAllowed):
        return problem_response(error.status_code, headers=headers)
    return problem_response(error.status_code, str(error.detail), headers=headers)


def _in_words(problems: Sequence[Problem]) -> str:
    if not problems:
        return ""
    first, more = problems[0], len(problems) - 1
    return f"{first.pointer or 'The body'}: {first.message}" + (f" (and {more} more)" if more else "")
