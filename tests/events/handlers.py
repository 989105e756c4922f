"""Handlers for the tests of the dispatcher. They write rows, so that effects can be counted."""

import os
import signal

from postpurchase.events.models import Event
from postpurchase.events.record import Subject, record_event

FAILING_SUBJECTS: set[str] = set()


def on_counted(*, event: Event) -> None:
    """Leave a trace: one event of another type that carries the number of the one handled."""
    record_event(
        merchant_id=event.merchant_id,
        type="test.counted",
        subject=Subject(event.subject_kind, event.subject_id),
        data={"number": event.data["number"]},
        now=event.recorded_at,
    )


def on_counted_then_failing(*, event: Event) -> None:
    on_counted(event=event)
    if event.data.get("poison"):
        raise LookupError("this text must not be stored: Anna Muster")


def on_killing(*, event: Event) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def on_ignored(*, event: Event) -> None:
    """Do nothing."""
