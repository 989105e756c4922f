"""Log lines as they leave a process: what they carry, and above all what they never do."""

import io
import json
import logging
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from django.conf import settings
from django.db import IntegrityError

from postpurchase.accounts.models import Merchant, User
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.operations import apps, logs

# A person's data as it might turn up anywhere. Nothing of it may reach a log.
CANARY = {
    "email": "kanarienvogel@example.org",
    "phone": "+49 151 98765432",
    "name": "Kanaria Vogelsang",
    "comment": "Der Karton war nass, sagt Kanaria",
    "token": "KaNaRi3nV0g3lT0k3n_",
    "api_key": "pp_00c0ffee_kanarienschluessel",
}


class Lines:
    """What was written since the start of the test."""

    def __init__(self) -> None:
        self.stream = io.StringIO()

    @property
    def text(self) -> str:
        return self.stream.getvalue()

    @property
    def all(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text.splitlines()]


@pytest.fixture
def lines() -> Iterator[Lines]:
    """Logging as in a real process, into memory."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    logs.configure({"format": "json", "level": "INFO"})
    written = Lines()
    handler = root.handlers[0]
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(written.stream)
    structlog.contextvars.clear_contextvars()
    yield written
    root.handlers[:] = before
    root.setLevel(level)
    logs.configure(settings.LOGGING)


def test_a_line_names_when_where_and_what(lines: Lines) -> None:
    structlog.get_logger("orders.services.ingest").info("orders.imported", created=12)

    (line,) = lines.all
    assert line.pop("time").endswith("Z")
    assert line == {"event": "orders.imported", "level": "info", "logger": "orders.services.ingest", "created": 12}


@pytest.mark.django_db
def test_lines_carry_request_task_and_merchant(lines: Lines, merchant: Merchant) -> None:
    class Task:
        name = "messaging.deliver_batch"

    apps._bind_task(task_id="7c9e", task=Task())
    with structlog.contextvars.bound_contextvars(request_id="0a1b2c3d"), merchant_scope(merchant.id):
        structlog.get_logger("messaging").warning("inside")
    apps._unbind_task()
    structlog.get_logger("messaging").warning("outside")

    inside, outside = lines.all
    assert (inside["request_id"], inside["task"], inside["task_id"], inside["merchant"]) == (
        "0a1b2c3d",
        "messaging.deliver_batch",
        "7c9e",
        str(merchant.id),
    )
    assert outside.keys() == {"event", "level", "logger", "time"}


def test_our_own_information_is_written_and_libraries_only_warn(lines: Lines) -> None:
    for name in ("postpurchase.events.dispatch", "orders", "tracking", "messaging", "loyalty"):
        logging.getLogger(name).info("ours")
        logging.getLogger(name).debug("too much")
    logging.getLogger("twilio.http_client").info("theirs")
    logging.getLogger("celery.worker").warning("theirs too")
    logging.getLogger("django.request").warning("Not Found: %s", "/t/whatever")
    logging.getLogger("django.request").error("Service Unavailable: %s", "/readyz")

    assert [line["event"] for line in lines.all] == ["ours"] * 5 + ["theirs too"]


def test_no_way_into_the_log_lets_a_person_through(lines: Lines) -> None:
    log = structlog.get_logger("messaging.services.deliver")
    everything = " ".join(CANARY[part] for part in ("email", "phone", "api_key")) + f" /t/{CANARY['token']}"

    log.info(f"wrote to {everything}")
    log.info("message.sent", **CANARY)
    log.info("message.sent", order={"customer": CANARY, "shipping_address": {"name": CANARY["name"]}})
    log.bind(recipient=CANARY["name"]).info("message.sent")
    log.info("message.sent", answer=[f"550 <{CANARY['email']}>"])
    logging.getLogger("aiosmtpd").error("sender: %s", CANARY["email"])
    logging.getLogger("django.security").error("refused %s", f"/u/{CANARY['token']}", extra={"request": CANARY})
    try:
        try:
            raise ValueError(f"cannot parse {CANARY['name']} {CANARY['comment']} {everything}")
        except ValueError as cause:
            raise IntegrityError(f"DETAIL: Key (name)=({CANARY['name']}) exists") from cause
    except IntegrityError as error:
        log.exception("handler.failed")
        log.error("handler.failed", exc_info=error)
        logging.getLogger("celery.app.trace").error("Task %s raised: %r", "orders.ingest", error, exc_info=True)
        logging.getLogger("django.request").error("Internal Server Error: /t/x %s", CANARY["name"], exc_info=error)

    assert len(lines.all) == 11
    lowered = lines.text.lower()
    for part in ("kanari", "vogelsang", "98765432", "coffee", "karton"):
        assert part not in lowered


def test_an_exception_is_its_class_its_causes_and_its_way(lines: Lines) -> None:
    def parse() -> None:
        raise ValueError("cannot parse Anna")

    try:
        try:
            parse()
        except ValueError as cause:
            raise LookupError("Anna") from cause
    except LookupError:
        structlog.get_logger("orders").exception("handler.failed")

    (line,) = lines.all
    assert (line["event"], line["error"]) == ("handler.failed", "LookupError ← ValueError")
    (frame,) = line["frames"]
    assert frame.startswith(f"{__file__}:")
    assert frame.endswith(" test_an_exception_is_its_class_its_causes_and_its_way")


def test_an_error_of_the_program_keeps_its_text(lines: Lines) -> None:
    try:
        sys.no_such_thing  # type: ignore[attr-defined]  # noqa: B018
    except AttributeError:
        structlog.get_logger("orders").exception("handler.failed")

    assert lines.all[0]["error"] == "AttributeError: module 'sys' has no attribute 'no_such_thing'"


@pytest.mark.django_db
def test_a_violated_constraint_is_named_without_the_row(lines: Lines) -> None:
    User.objects.create_user(CANARY["email"])
    try:
        User.objects.create_user(CANARY["email"])
    except IntegrityError as error:
        structlog.get_logger("orders").error("handler.failed", exc_info=error)

    assert lines.all[0]["error"] == (
        "django.db.utils.IntegrityError ← psycopg2.errors.UniqueViolation (accounts_user_email_key)"
    )


def test_readable_lines_hold_no_more_than_machine_readable_ones(lines: Lines) -> None:
    logs.configure({"format": "console", "level": "INFO"})
    handler = logging.getLogger().handlers[0]
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(lines.stream)

    try:
        raise ValueError(CANARY["name"])
    except ValueError:
        structlog.get_logger("orders").exception("handler.failed", email=CANARY["email"], created=12)

    assert "handler.failed" in lines.text
    assert "created=12" in lines.text
    assert "ValueError" in lines.text
    assert CANARY["name"] not in lines.text
    assert CANARY["email"] not in lines.text
