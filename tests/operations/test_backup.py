"""A copy of everything, restored into an empty database by the commands an operator types, sends nothing by itself."""

import datetime as dt
import os
import subprocess
import sys
from contextlib import closing
from urllib.parse import urlsplit, urlunsplit

import psycopg2
import pytest
from django.core.management import CommandError, call_command
from psycopg2 import sql

from messaging.models import Message
from messaging.services.after_restore import doubt_due_messages
from postpurchase.accounts.models import Merchant
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.events.models import Event
from postpurchase.operations.after_restore import hold_everything
from tests.conftest import NOW, _maintenance_connection, make_world
from tests.messaging.making import make_order
from tests.operations.processes import ROOT
from tests.tenancy.rows import fill_world

HOUR = dt.timedelta(hours=1)


def message(merchant, state, due_at, key, **fields) -> Message:
    order = make_order(merchant)
    return Message.objects.create(
        merchant=merchant,
        store=order.store,
        order=order,
        customer=order.customer,
        journey_key="orders",
        step_key="mail",
        template="shipped",
        channel="email",
        message_class="service",
        state=state,
        dedupe_key=key,
        recipient="anna@example.com",
        language="de",
        tone="sie",
        planned_at=NOW,
        due_at=due_at,
        expires_at=due_at + 9 * HOUR,
        state_at=NOW,
        **fields,
    )


def test_what_was_due_is_unknown_and_what_comes_later_waits(merchant, in_scope, other_merchant) -> None:
    due = [message(merchant, state, NOW - HOUR, f"due-{state}") for state in ("planned", "held", "ready")]
    inhand = message(merchant, "sending", NOW - HOUR, "in-hand", lease_until=NOW + HOUR)
    later = message(merchant, "planned", NOW + HOUR, "later")
    sent = message(merchant, "accepted", NOW - HOUR, "sent")

    assert doubt_due_messages(merchant_id=merchant.id, restored_at=NOW, now=NOW) == 4

    states = dict(Message.objects.values_list("dedupe_key", "state"))
    assert states == {
        **{row.dedupe_key: "unknown" for row in due},
        inhand.dedupe_key: "unknown",
        later.dedupe_key: "planned",
        sent.dedupe_key: "accepted",
    }
    assert set(Message.objects.filter(state="unknown").values_list("reason", flat=True)) == {"restored"}
    assert Event.objects.filter(type="message.unknown").count() == 4
    assert doubt_due_messages(merchant_id=merchant.id, restored_at=NOW, now=NOW) == 0


@pytest.mark.django_db
def test_every_merchants_sending_is_paused(merchant, other_merchant) -> None:
    with merchant_scope(other_merchant.id):
        message(other_merchant, "ready", NOW, "1")

    report = hold_everything(restored_at=NOW, now=NOW)

    assert {doubt.merchant.slug: doubt.messages for doubt in report} == {merchant.slug: 0, other_merchant.slug: 1}
    for each in (merchant, other_merchant):
        with merchant_scope(each.id):
            assert Merchant.objects.get().sending_paused is True


@pytest.mark.django_db
def test_resuming_may_leave_out_what_was_due(merchant, capsys) -> None:
    with merchant_scope(merchant.id):
        message(merchant, "held", NOW, "1")
    hold_everything(restored_at=NOW - HOUR, now=NOW)

    with pytest.raises(CommandError, match="--drop-due goes with --resume"):
        call_command("pause_sending", merchant.slug, "--drop-due")
    call_command("pause_sending", merchant.slug, "--resume", "--drop-due")

    assert "1 messages that were due are not sent." in capsys.readouterr().err
    with merchant_scope(merchant.id):
        assert (Message.objects.get().state, Merchant.objects.get().sending_paused) == ("unknown", False)


@pytest.fixture
def empty_database(committed_db):
    """The addresses of a new database, for the owner and for the product's role."""
    name = f"restored_{os.getpid()}"
    with closing(_maintenance_connection()) as connection, connection.cursor() as cursor:
        cursor.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        yield {
            key: urlunsplit(urlsplit(os.environ[key])._replace(path=f"/{name}"))
            for key in ("DATABASE_URL", "DATABASE_OWNER_URL")
        }
        cursor.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def manage(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), *arguments],
        env={**os.environ, "POSTPURCHASE_TESTING": "1", **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def rows_of(database_url: str) -> dict[str, list[str]]:
    """Every row of every table, as text; what a restore changes on purpose is left out."""
    with closing(psycopg2.connect(database_url, options="-c app.all_merchants=on")) as connection:
        cursor = connection.cursor()
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename")
        tables = [row[0] for row in cursor.fetchall()]
        found = {}
        for table in tables:
            cursor.execute(f"SELECT (to_jsonb(t) - 'sending_paused')::text FROM {table} t ORDER BY 1")
            found[table] = [row[0] for row in cursor.fetchall()]
    return found


def test_backup_and_restore_give_the_same_rows(empty_database, tmp_path) -> None:
    world, other = make_world("lindenhof"), make_world("stranger")
    for each in (world, other):
        with merchant_scope(each.merchant.id):
            fill_world(each.merchant, mark="MINE")
            Message.objects.all().update(state="accepted", lease_until=None)
    copy = tmp_path / "all.dump"
    here = {key: os.environ[key] for key in ("DATABASE_URL", "DATABASE_OWNER_URL")}

    backup = manage("backup", "--to", str(copy), **here)
    assert (backup.returncode, backup.stderr) == (0, "")
    restored = manage("restore", str(copy), **empty_database)

    assert restored.returncode == 0, restored.stderr
    assert "lindenhof: sending paused, 0 messages unknown." in restored.stdout
    assert rows_of(empty_database["DATABASE_OWNER_URL"]) == rows_of(here["DATABASE_OWNER_URL"])
    assert copy.stat().st_mode & 0o077 == 0
    # The walls stand: without a scope the product's role sees nothing, and it may not change what is only added to.
    with closing(psycopg2.connect(empty_database["DATABASE_URL"])) as connection:
        cursor = connection.cursor()
        cursor.execute("SELECT count(*) FROM orders_order")
        assert cursor.fetchone() == (0,)
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            cursor.execute("UPDATE events_event SET type = 'x'")
    again = manage("restore", str(copy), **empty_database)
    assert again.returncode == 1
    assert "The database is not empty" in again.stderr


def test_a_backup_that_cannot_be_made_leaves_no_file(committed_db, tmp_path) -> None:
    failed = manage("backup", "--to", str(tmp_path / "nowhere" / "all.dump"))

    assert (failed.returncode, "cannot be written" in failed.stderr) == (1, True)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_backup_changes_nothing(empty_database, tmp_path) -> None:
    broken = tmp_path / "broken.dump"
    broken.write_bytes(b"no dump")

    failed = manage("restore", str(broken), **empty_database)
    missing = manage("restore", str(tmp_path / "missing.dump"), **empty_database)

    assert (failed.returncode, "pg_restore failed" in failed.stderr) == (1, True)
    assert (missing.returncode, "There is no file" in missing.stderr) == (1, True)
    assert rows_of(empty_database["DATABASE_OWNER_URL"]) == {}
