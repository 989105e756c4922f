"""``event_deliveries``: finding what was parked, and trying it again."""

import datetime as dt
import io

import pytest
from django.core.management import CommandError, call_command

from postpurchase.accounts.models import Merchant
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.events.models import DeliveryState, EventDelivery
from postpurchase.events.record import Subject, record_event
from postpurchase.lib import clock
from postpurchase.lib.ids import uuid7

pytestmark = pytest.mark.django_db

ENROLL, EARN = "messaging.services.enroll.on_order_placed", "loyalty.services.earn.on_order_placed"


@pytest.fixture(autouse=True)
def _later(monkeypatch: pytest.MonkeyPatch, now: dt.datetime) -> None:
    monkeypatch.setattr(clock, "now", lambda: now + dt.timedelta(hours=1))


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command("event_deliveries", *arguments, stdout=out)
    return out.getvalue().removesuffix("\n")


def deliver(merchant: Merchant, handler: str, state: DeliveryState, now: dt.datetime) -> EventDelivery:
    with merchant_scope(merchant.id):
        event = record_event(
            merchant_id=merchant.id, type="test.event", subject=Subject.order(uuid7()), data={}, now=now
        )
        return EventDelivery.objects.create(
            merchant=merchant,
            event=event,
            handler=handler,
            subject_kind=event.subject_kind,
            subject_id=event.subject_id,
            sequence=event.sequence,
            state=state,
            attempts=8,
            next_attempt_at=now,
            last_error="builtins.ValueError",
        )


@pytest.fixture
def parked(merchant: Merchant, other_merchant: Merchant, now: dt.datetime) -> list[EventDelivery]:
    """Two of ours and one of the stranger's; deliveries in other states are there too."""
    deliver(merchant, ENROLL, DeliveryState.DONE, now)
    deliver(merchant, ENROLL, DeliveryState.PENDING, now)
    return [
        deliver(merchant, ENROLL, DeliveryState.PARKED, now),
        deliver(merchant, EARN, DeliveryState.PARKED, now),
        deliver(other_merchant, ENROLL, DeliveryState.PARKED, now),
    ]


def states(parked: list[EventDelivery]) -> list[tuple[str, int]]:
    found = []
    for delivery in parked:
        with merchant_scope(delivery.merchant_id):
            found.append(EventDelivery.objects.values_list("state", "attempts").get(pk=delivery.pk))
    return found


def line(delivery: EventDelivery, slug: str) -> str:
    return f"{delivery.id}\t{slug}\ttest.event\t{delivery.handler}\t2026-07-15 10:30\tbuiltins.ValueError"


def test_parked_deliveries_are_listed_and_left_alone(parked: list[EventDelivery]) -> None:
    lines = [line(parked[0], "lindenhof"), line(parked[1], "lindenhof"), line(parked[2], "stranger")]

    assert run() == "\n".join(lines)
    assert run("--merchant=lindenhof") == "\n".join(lines[:2])
    assert run(f"--handler={EARN}") == lines[1]
    assert run("--merchant=nowhere") == ""
    assert states(parked) == [("parked", 8)] * 3


def test_one_delivery_is_tried_again(parked: list[EventDelivery]) -> None:
    assert run(f"--retry={parked[0].id}") == "1 deliveries are tried again."

    assert states(parked) == [("pending", 0), ("parked", 8), ("parked", 8)]
    with pytest.raises(CommandError, match=f"There is no parked delivery {parked[0].id}."):
        run(f"--retry={parked[0].id}")


def test_all_that_would_be_listed_are_tried_again(parked: list[EventDelivery]) -> None:
    assert run("--retry-all", "--merchant=lindenhof") == "2 deliveries are tried again."

    assert states(parked) == [("pending", 0), ("pending", 0), ("parked", 8)]


def test_another_merchants_delivery_is_not_retried_under_a_foreign_name(parked: list[EventDelivery]) -> None:
    with pytest.raises(CommandError):
        run("--merchant=lindenhof", f"--retry={parked[2].id}")

    assert states(parked) == [("parked", 8)] * 3
