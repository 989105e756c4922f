"""What operators see of messages: the unknown ones one by one, all others counted."""

import datetime as dt
import io

import pytest
from django.core.management import call_command

from messaging.enums import MessageState
from messaging.models import Message
from orders.models import Customer
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.lib import clock
from postpurchase.operations import figures
from tests.conftest import World

pytestmark = pytest.mark.django_db


def store_message(world: World, state: MessageState, moment: dt.datetime, **fields: object) -> Message:
    """A message as the tables allow it; how it came about is not the point here."""
    with merchant_scope(world.merchant.id):
        customer, _ = Customer.objects.get_or_create(
            merchant=world.merchant,
            external_id="c-1",
            defaults={"email": "anna@example.com", "created_at": moment, "updated_at": moment},
        )
        values: dict[str, object] = {
            "store": world.store,
            "customer": customer,
            "journey_key": "orders",
            "step_key": "shipped",
            "template": "shipped",
            "channel": "email",
            "message_class": "service",
            "state": state,
            "dedupe_key": f"{state}-{moment.isoformat()}",
            "recipient": "anna@example.com",
            "language": "de",
            "tone": "sie",
            "planned_at": moment,
            "due_at": moment,
            "expires_at": moment,
            "state_at": moment,
            "lease_until": moment if state == MessageState.SENDING else None,
        }
        return Message.objects.create(merchant=world.merchant, **{**values, **fields})


def run(*arguments: str) -> list[str]:
    out = io.StringIO()
    call_command("unknown_messages", *arguments, stdout=out)
    return out.getvalue().splitlines()


def test_unknown_messages_are_listed_newest_first_and_name_nobody(
    world: World, other_world: World, now: dt.datetime
) -> None:
    ours = store_message(world, MessageState.UNKNOWN, now)
    theirs = store_message(other_world, MessageState.UNKNOWN, now + dt.timedelta(minutes=1))
    store_message(world, MessageState.ACCEPTED, now)

    our_line = f"{ours.id}\tlindenhof\temail\torders/shipped\t2026-07-15 10:30:00"
    assert run() == [f"{theirs.id}\tstranger\temail\torders/shipped\t2026-07-15 10:31:00", our_line]
    assert run("--merchant=lindenhof") == [our_line]
    assert run("--limit=1") == run("--merchant=stranger")
    assert "anna" not in "".join(run())


def test_messages_are_counted_for_the_operator(
    world: World, other_world: World, now: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    days_ago = now - dt.timedelta(days=3)
    for owner, state, moment in [
        (world, MessageState.PLANNED, days_ago),
        (world, MessageState.HELD, now),
        (world, MessageState.SENDING, days_ago),
        (world, MessageState.ACCEPTED, now),
        (world, MessageState.ACCEPTED, days_ago),  # long done
        (world, MessageState.UNKNOWN, now),
        (other_world, MessageState.UNKNOWN, now - dt.timedelta(hours=23)),
    ]:
        store_message(owner, state, moment)
    monkeypatch.setattr(clock, "now", lambda: now)

    found = figures.read(now=now)

    assert {state: count for state, count in found.messages.items() if count} == {
        "planned": 1,
        "held": 1,
        "sending": 1,
        "accepted": 1,
        "unknown": 2,
    }
    assert set(found.messages) == set(MessageState.values)
    assert found.oldest_message_seconds == 3 * 24 * 3600
