"""Everything of a merchant goes out, comes back, and is what it was."""

import csv
import hashlib
import io
import json
import re
import zipfile
from contextlib import closing
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection

from messaging.models import Message
from orders.models import Order
from orders.services.ingest import upsert_order
from postpurchase.accounts.models import Membership, Merchant, Role, User
from postpurchase.accounts.scoping import all_merchants, merchant_scope
from postpurchase.accounts.services.merchants import add_member, create_merchant
from postpurchase.events.models import Event
from postpurchase.exports.archive import archive_chunks, table_chunks
from postpurchase.exports.services.bring_back import NUMBERED, CannotBringBack, bring_back
from postpurchase.exports.tables import LEFT_OUT, exported_tables, file_name
from tests.conftest import NOW, _empty_all_tables, _owner_connection, make_world
from tests.orders.bodies import order_input
from tests.tenancy.rows import MERCHANT_MODELS, fill_world

ODD = 'back\\slash "quote" ß \u2028 🎁'


@pytest.fixture
def busy(committed_db):
    """A merchant with a row in every table, and a stranger with the same."""
    world, other = make_world("lindenhof"), make_world("stranger")
    for each in (world, other):
        with merchant_scope(each.merchant.id):
            fill_world(each.merchant, mark="MINE" if each is world else "THEIRS")
            user = User.objects.create_user(email=f"owner@{each.merchant.slug}.example.com")
            add_member(merchant=each.merchant, user=user, role=Role.OWNER, now=NOW)
            upsert_order(merchant=each.merchant, data=order_input(external_id=ODD), now=NOW)
    return world


def write(merchant: Merchant, path: Path, format: str = "jsonl") -> dict[str, bytes]:
    with path.open("wb") as file:
        file.writelines(archive_chunks(merchant=merchant, format=format, now=NOW))
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def comparable(files: dict[str, bytes]) -> dict[str, object]:
    """Rows without what may differ: the place in the order of all merchants' events, the ids of people, the pause."""
    found: dict[str, object] = {}
    numbers = [json.loads(line)["sequence"] for line in files["events/event.jsonl"].decode().split("\n")[:-1]]
    for name, content in files.items():
        if name in ("manifest.json", "people.jsonl"):
            continue
        rows = [json.loads(line) for line in content.decode().split("\n")[:-1]]
        for row in rows:
            row.pop("sending_paused", None)
            row.pop("user_id", None)
            for column in ("sequence", "planned_through", "mark"):
                if row.get(column):
                    row[column] = min(row[column], max(numbers)) - min(numbers)
        found[name] = rows
    return found


def test_an_export_holds_every_table_and_nobody_elses_rows(busy, tmp_path) -> None:
    files = write(busy.merchant, tmp_path / "all.zip")

    expected = {file_name(table, "jsonl") for table in exported_tables()} | {"people.jsonl", "manifest.json"}
    assert set(files) == expected
    assert {model._meta.label for model in MERCHANT_MODELS} - {table._meta.label for table in exported_tables()} <= set(
        LEFT_OUT
    )
    assert all(files[name] for name in expected), "a row in every table"
    assert b"THEIRS" not in b"".join(files.values())
    manifest = json.loads(files["manifest.json"])
    assert manifest["files"]["orders/order.jsonl"]["rows"] == 2
    assert manifest["merchant"]["slug"] == "lindenhof"


def test_what_came_back_is_what_went_out(busy, tmp_path) -> None:
    before = write(busy.merchant, tmp_path / "before.zip")
    _empty_all_tables()
    # Somebody else's events took numbers in between.
    other = create_merchant(slug="other", name="Other", sender_email="a@example.com", now=NOW)
    with merchant_scope(other.id):
        upsert_order(merchant=other, data=order_input(external_id="1"), now=NOW)
        highest_before = Event.objects.order_by("-sequence").values_list("sequence", flat=True)[0]

    result = bring_back(path=tmp_path / "before.zip")

    assert result.merchant.slug == "lindenhof"
    assert result.rows["orders/order.jsonl"] == 2
    after = write(result.merchant, tmp_path / "after.zip")
    assert comparable(after) == comparable(before)
    with merchant_scope(result.merchant.id):
        assert Merchant.objects.get().sending_paused is True
        assert Event.objects.order_by("sequence").values_list("sequence", flat=True)[0] > highest_before
        assert "owner@lindenhof.example.com" in set(Membership.objects.values_list("user__email", flat=True))
        # It goes on living: the same body changes nothing, a new order finds its place.
        again = upsert_order(merchant=result.merchant, data=order_input(external_id=ODD), now=NOW)
        new = upsert_order(merchant=result.merchant, data=order_input(external_id="new"), now=NOW)
        assert (again.status, new.status) == ("unchanged", "created")
        newest = Event.objects.order_by("-sequence")[0]
        assert newest.subject_id in {new.order.id, new.order.customer_id}


def test_an_export_comes_back_once(busy, tmp_path) -> None:
    write(busy.merchant, tmp_path / "all.zip")

    with pytest.raises(CannotBringBack, match="“lindenhof” is here already"):
        bring_back(path=tmp_path / "all.zip")


def _rewritten(path: Path, change) -> None:
    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    change(files)
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)


def _in_manifest(**changes):
    def change(files):
        manifest = json.loads(files["manifest.json"])
        for path, value in changes.items():
            place = manifest
            *parents, last = path.split("__")
            for parent in parents:
                place = place[parent]
            place[last] = value
        files["manifest.json"] = json.dumps(manifest).encode()

    return change


def _other_bytes(files) -> None:
    files["orders/order.jsonl"] = files["orders/order.jsonl"].replace(b'"EUR"', b'"CHF"')


def _without_a_table(files) -> None:
    del files["orders/order.jsonl"]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (_other_bytes, "orders/order.jsonl is not what the manifest says"),
        (_without_a_table, "no export that can be read"),
        (_in_manifest(migrations={"orders": "0000_other"}), "tables of orders differ"),
        (_in_manifest(keys__SUPPRESSION_HASH_KEY=["00"]), "SUPPRESSION_HASH_KEY differs"),
        (_in_manifest(rows_as="csv"), "Only exports as JSON Lines come back"),
        (_in_manifest(format="other"), "Only exports as JSON Lines come back"),
        (_in_manifest(merchant__id="no id"), "no export that can be read"),
        (lambda files: files.pop("manifest.json"), "no export that can be read"),
    ],
)
def test_a_file_that_is_not_sound_leaves_nothing_behind(busy, tmp_path, change, reason) -> None:
    path = tmp_path / "all.zip"
    write(busy.merchant, path)
    _empty_all_tables()
    _rewritten(path, change)

    with pytest.raises(CannotBringBack, match=reason):
        bring_back(path=path)

    with all_merchants("nothing was stored"):
        assert (Merchant.objects.count(), Order.objects.count(), User.objects.count()) == (0, 0, 0)


def test_an_export_cannot_bring_rows_of_another_merchant(busy, tmp_path) -> None:
    path = tmp_path / "all.zip"
    write(busy.merchant, path)
    with all_merchants("a stranger to write to"):
        stranger = Merchant.objects.get(slug="stranger")
    strangers_before = write(stranger, tmp_path / "stranger.zip")
    _delete(busy.merchant)

    def change(files):
        name = "orders/product.jsonl"
        files[name] = files[name].replace(str(busy.merchant.id).encode(), str(stranger.id).encode())
        manifest = json.loads(files["manifest.json"])
        manifest["files"][name]["sha256"] = hashlib.sha256(files[name]).hexdigest()
        files["manifest.json"] = json.dumps(manifest).encode()

    _rewritten(path, change)

    with pytest.raises(CannotBringBack, match="row-level security"):
        bring_back(path=path)

    assert comparable(write(stranger, tmp_path / "again.zip")) == comparable(strangers_before)


def _delete(merchant: Merchant) -> None:
    with closing(_owner_connection()) as owner, owner.cursor() as cursor:
        cursor.execute("SET app.all_merchants = 'on'")
        for table in [*map(apps.get_model, LEFT_OUT), *reversed(exported_tables())]:
            column = "id" if table is Merchant else "merchant_id"
            cursor.execute(f'DELETE FROM "{table._meta.db_table}" WHERE {column} = %s', [str(merchant.id)])


def test_csv_is_for_people_and_no_formula_gets_through(busy, tmp_path) -> None:
    with merchant_scope(busy.merchant.id):
        Order.objects.update(number="=cmd|' /C calc'!A0")

    files = write(busy.merchant, tmp_path / "all.zip", "csv")

    content = files["orders/order.csv"].decode()
    rows = list(csv.DictReader(io.StringIO(content)))
    assert [row["number"] for row in rows] == ["'=cmd|' /C calc'!A0"] * 2
    assert "49.9000" in {row["total"] for row in rows}
    assert "people.jsonl" not in files
    assert re.match(r'^"id",', content)


def test_one_table_alone(busy) -> None:
    text = b"".join(table_chunks(merchant=busy.merchant, table=Message, format="jsonl")).decode()

    assert [json.loads(line)["merchant_id"] for line in text.splitlines()] == [str(busy.merchant.id)]


def test_the_commands_say_what_they_did(busy, tmp_path, capsys) -> None:
    path = tmp_path / "all.zip"

    call_command("export_merchant", "lindenhof", "--to", str(path))
    assert "It holds personal data." in capsys.readouterr().out
    assert (path.stat().st_mode & 0o077, [file.name for file in tmp_path.iterdir()]) == (0, ["all.zip"])
    with pytest.raises(CommandError, match="There is no merchant “nobody”"):
        call_command("export_merchant", "nobody", "--to", str(path))
    _empty_all_tables()
    call_command("import_merchant", str(path))

    assert "“lindenhof” is here:" in capsys.readouterr().out


def test_all_tables_are_of_one_moment(busy, tmp_path) -> None:
    """A row that is written while the export runs is in no table of it, or in all that belong to it."""
    chunks = archive_chunks(merchant=busy.merchant, format="jsonl", now=NOW)
    pieces = [next(chunks)]
    with closing(_owner_connection()) as owner, owner.cursor() as cursor:
        cursor.execute("SET app.all_merchants = 'on'")
        cursor.execute("UPDATE orders_order SET number = 'CHANGED'")
        assert cursor.rowcount == 4
    pieces += list(chunks)

    assert connection.in_atomic_block is False
    with zipfile.ZipFile(io.BytesIO(b"".join(pieces))) as archive:
        assert b"CHANGED" not in archive.read("orders/order.jsonl")


def test_every_number_of_an_event_is_known_to_the_way_back(busy, tmp_path) -> None:
    """A table that repeats the events' numbers must be listed, else it would point at somebody else's events."""
    listed = {f"{label}.{column}" for label, columns in NUMBERED.items() for column in columns}
    repeating = {
        f"{table._meta.label}.{field.column}"
        for table in exported_tables()
        for field in table._meta.local_concrete_fields
        if field.column in ("sequence", "planned_through", "mark", "event_sequence")
    }

    assert repeating == listed
