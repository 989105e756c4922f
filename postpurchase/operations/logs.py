"""Logs: one line for each event, as JSON or readable (LOG_FORMAT), without personal data.

    log = structlog.get_logger(__name__)
    log.info("orders.imported", created=12, unchanged=3)

Every line carries what is bound around it: ``request_id`` of the request, ``task`` and ``task_id`` of a Celery task,
``merchant`` of the open scope. Lines of Django, Celery and other libraries take the same way.

An exception is logged as its class and the way it took through the code. Its text is left out, because it may quote
what a person wrote (``Key (email)=(…) already exists``); only errors of the program itself keep theirs.
"""

import logging
import sys
import traceback
from collections.abc import Mapping
from typing import Any

import structlog
from django.core.exceptions import ImproperlyConfigured
from structlog.types import EventDict, Processor, WrappedLogger

from postpurchase.accounts.scoping import ScopeMissing, current_merchant_id
from postpurchase.operations.scrubbing import scrub, scrub_text

OUR_PACKAGES = ("postpurchase", "orders", "tracking", "messaging", "loyalty")
# They speak of code, not of data.
ERRORS_WITH_TEXT = (ImportError, NameError, AttributeError, SyntaxError, ImproperlyConfigured, ScopeMissing)
MOST_FRAMES = 30


def configure(options: Mapping[str, str]) -> None:
    """Set up all logging of this process. ``options``: ``format`` (json, console) and ``level`` (a name)."""
    renderer: Processor = (
        structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback)
        if options["format"] == "console"
        else structlog.processors.JSONRenderer(ensure_ascii=False, sort_keys=False)
    )
    common: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
        add_merchant,
        describe_exception,
        scrub_event,
    ]
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *common, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[quote_no_library, *common],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    for name in OUR_PACKAGES:
        logging.getLogger(name).setLevel(options["level"])
    # Django would mail errors to administrators, with everything in them.
    logging.getLogger("django").handlers.clear()
    logging.getLogger("django.request").filters[:] = [only_exceptions]


def only_exceptions(record: logging.LogRecord) -> bool:
    """Django's "Not Found: /t/…" names paths; the request's own line has the status, by the name of the route."""
    return bool(record.exc_info)


def add_merchant(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Name the merchant whose scope is open."""
    if merchant_id := current_merchant_id():
        event.setdefault("merchant", str(merchant_id))
    return event


def quote_no_library(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """A library's line about an exception quotes it ("Task … raised ValueError('…')"): keep only that there was one."""
    if event.get("exc_info"):
        event["event"] = "exception"
    return event


def describe_exception(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Turn ``exc_info`` into the classes of an exception and its causes, and the frames of the first one."""
    info = event.pop("exc_info", None)
    error = info if isinstance(info, BaseException) else info[1] if isinstance(info, tuple) else None
    if info is True:
        error = sys.exc_info()[1]
    if error is None:
        return event
    event["error"] = " ← ".join(_name(cause) for cause in _with_causes(error))
    frames = traceback.extract_tb(error.__traceback__)[-MOST_FRAMES:]
    event["frames"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
    return event


def scrub_event(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Take personal data out of every field; structlog's own fields (they begin with ``_``) are not logged."""
    clean: dict[str, Any] = scrub({key: value for key, value in event.items() if not key.startswith("_")})
    return {**event, **clean}


def _with_causes(error: BaseException) -> list[BaseException]:
    chain: list[BaseException] = []
    current: BaseException | None = error
    while current is not None and current not in chain:
        chain.append(current)
        current = current.__cause__ or current.__context__
    return chain


def _name(error: BaseException) -> str:
    name = f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")
    if isinstance(error, ERRORS_WITH_TEXT):
        return f"{name}: {scrub_text(str(error))}"
    # PostgreSQL's own words for what went wrong; the constraint's name is ours, the detail is the person's.
    constraint = getattr(getattr(error, "diag", None), "constraint_name", None)
    return f"{name} ({constraint})" if constraint else name
