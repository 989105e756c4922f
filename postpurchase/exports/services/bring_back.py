"""An export comes back: into this installation, with the same ids, as it was.

All or nothing, in one transaction. Sending stays paused until somebody lets it go on: the installation that made the
export may still be sending the same messages.
"""

import hashlib
import json
import uuid
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import psycopg2
from django.db import DatabaseError, connection

from postpurchase.accounts.models import Merchant, User
from postpurchase.accounts.scoping import all_merchants, merchant_scope
from postpurchase.accounts.services.merchants import pause_sending
from postpurchase.events.models import Event
from postpurchase.exports.archive import (
    FORMAT_VERSION,
    MANIFEST,
    PEOPLE,
    key_fingerprints,
    migrations_applied,
)
from postpurchase.exports.tables import Table, exported_tables, file_name, user_columns

# Columns that hold numbers of events, which all merchants of an installation draw from one sequence.
NUMBERED = {
    "events.Event": ("sequence",),
    "events.EventDelivery": ("sequence",),
    "webhooks.WebhookDelivery": ("sequence",),
    "webhooks.WebhookCursor": ("planned_through", "mark"),
}
STAGE = "export_lines"
LARGEST_MANIFEST = 10_000_000


class CannotBringBack(Exception):
    """Nothing was stored; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class BroughtBack:
    """The merchant, how many rows of which table came, and what was left behind, in words."""

    merchant: Merchant
    rows: Mapping[str, int]
    remarks: tuple[str, ...]


def bring_back(*, path: Path) -> BroughtBack:
    """Store the merchant of a JSON Lines export. Raises ``CannotBringBack``. Opens its own scope."""
    try:
        with zipfile.ZipFile(path) as archive:
            manifest = _manifest(archive)
            merchant_id = uuid.UUID(manifest["merchant"]["id"])
            _insist_on_room(merchant_id, manifest["merchant"]["slug"])
            with merchant_scope(merchant_id):
                return _store_everything(archive, manifest, merchant_id)
    except (zipfile.BadZipFile, KeyError, TypeError, ValueError, OSError) as error:
        raise CannotBringBack(f"{path.name} is no export that can be read: {error}") from error
    except (DatabaseError, psycopg2.Error) as error:
        # COPY's errors come from the driver itself, the others wrapped by Django.
        cause = error if isinstance(error, psycopg2.Error) else error.__cause__
        detail = cause.diag.message_primary if isinstance(cause, psycopg2.Error) else None
        raise CannotBringBack(f"The database refused a row: {detail or type(error).__name__}") from error


def _manifest(archive: zipfile.ZipFile) -> dict[str, Any]:
    if archive.getinfo(MANIFEST).file_size > LARGEST_MANIFEST:
        raise CannotBringBack("The manifest is too large to be one.")
    manifest: dict[str, Any] = json.loads(archive.read(MANIFEST))
    if manifest["format"] != "postpurchase-export" or manifest["rows_as"] != "jsonl":
        raise CannotBringBack("Only exports as JSON Lines come back; CSV is for reading.")
    if manifest["format_version"] != FORMAT_VERSION:
        raise CannotBringBack(f"This release reads exports of format {FORMAT_VERSION}.")
    here = migrations_applied()
    if other := sorted(app for app, name in manifest["migrations"].items() if here.get(app) != name):
        raise CannotBringBack(
            f"The export was made by another release (tables of {', '.join(other)} differ). Bring both to the same one."
        )
    keys = key_fingerprints()
    for name in ("SUPPRESSION_HASH_KEY", "FIELD_KEYS"):
        if not set(manifest["keys"][name]) <= set(keys[name]):
            raise CannotBringBack(
                f"{name} differs. Blocked addresses and sealed secrets can be read only with the keys of the"
                " installation that made the export."
            )
    return manifest


def _insist_on_room(merchant_id: uuid.UUID, slug: str) -> None:
    with all_merchants("an export comes back once"):
        if Merchant.objects.filter(pk=merchant_id).exists() or Merchant.objects.filter(slug=slug).exists():
            raise CannotBringBack(f"The merchant “{slug}” is here already.")


def _store_everything(archive: zipfile.ZipFile, manifest: Mapping[str, Any], merchant_id: uuid.UUID) -> BroughtBack:
    users = _users(archive)
    numbers = _numbers(archive)
    rows: dict[str, int] = {}
    for table in exported_tables():
        name = file_name(table, "jsonl")
        if name not in manifest["files"]:
            raise CannotBringBack(f"{name} is missing.")
        with archive.open(name) as file:
            lines = _Lines(file)
            rows[name] = _store(table, _changed(table, iter(lines), users, numbers))
            lines.insist_on(manifest["files"][name], name)
    merchant = Merchant.objects.get(pk=merchant_id)
    pause_sending(merchant=merchant, paused=True)
    remarks = ["Nothing is sent until sending goes on: manage.py pause_sending … --resume."]
    if manifest["keys"]["API_KEY_HASH_KEY"] != key_fingerprints()["API_KEY_HASH_KEY"]:
        remarks.append("API keys cannot be recognised here (API_KEY_HASH_KEY differs); make new ones.")
    return BroughtBack(merchant=merchant, rows=rows, remarks=tuple(remarks))


def _users(archive: zipfile.ZipFile) -> dict[int, int]:
    """Return whom the people of the export are here; who is new sets a password by “forgot password”."""
    found: dict[int, int] = {}
    for line in archive.read(PEOPLE).decode().split("\n")[:-1]:
        person = json.loads(line)
        user = User.objects.filter(email=person["email"]).first() or User.objects.create_user(
            email=person["email"], language=person["language"]
        )
        found[person["id"]] = user.pk
    return found


class _Lines:
    """The lines of one file, summed up while they are read."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self._digest, self._rows = file, hashlib.sha256(), 0

    def __iter__(self) -> Iterator[str]:
        for line in self._file:
            self._digest.update(line)
            self._rows += 1
            yield line.decode().rstrip("\n")

    def insist_on(self, expected: Mapping[str, Any], name: str) -> None:
        """Raise ``CannotBringBack`` unless everything was read and is what the manifest says."""
        if (self._rows, self._digest.hexdigest()) != (expected["rows"], expected["sha256"]):
            raise CannotBringBack(f"{name} is not what the manifest says; the file is damaged.")


@dataclass(frozen=True, slots=True)
class _Numbers:
    """What to add to the numbers of events so that they stay in order and are nobody else's, and the highest of old."""

    shift: int
    highest: int

    def here(self, row: dict[str, Any], columns: Sequence[str]) -> None:
        """Change the numbers in ``row``. Beyond the highest there was nothing; zero means none."""
        for column in columns:
            if row[column]:
                row[column] = min(row[column], self.highest) + self.shift


def _changed(table: Table, lines: Iterator[str], users: Mapping[int, int], numbers: _Numbers | None) -> Iterator[str]:
    """Give rows the people and the place in the order of events that they have here."""
    people, numbered = user_columns(table), NUMBERED.get(table._meta.label, ())
    if not people and not numbered:
        yield from lines
        return
    for line in lines:
        row = json.loads(line)
        for column in people:
            row[column] = users.get(row[column])
        if numbers is not None:
            numbers.here(row, numbered)
        yield json.dumps(row, ensure_ascii=False)


def _numbers(archive: zipfile.ZipFile) -> _Numbers | None:
    """Take as many numbers as the events need. None where there are no events."""
    lowest = highest = None
    with archive.open(file_name(Event, "jsonl")) as file:
        for line in file:
            number: int = json.loads(line)["sequence"]
            lowest = number if lowest is None else min(lowest, number)
            highest = number if highest is None else max(highest, number)
    if lowest is None or highest is None:
        return None
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT min(number) FROM (SELECT nextval('event_sequence') AS number FROM generate_series(1, %s)) AS taken",
            [highest - lowest + 1],
        )
        first: int = cursor.fetchone()[0]
    return _Numbers(shift=first - lowest, highest=highest)


def _store(table: Table, lines: Iterator[str]) -> int:
    """Store all rows of a table by one statement, so that rows may point at later ones of the same table."""
    target = connection.ops.quote_name(table._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE {STAGE} (line json) ON COMMIT DROP")
        cursor.copy_expert(f"COPY {STAGE} FROM STDIN", _CopySource(lines))
        cursor.execute(
            f"INSERT INTO {target} SELECT filled.* FROM {STAGE},"  # noqa: S608 - our own names
            f" LATERAL json_populate_record(NULL::{target}, line) AS filled"
        )
        stored: int = cursor.rowcount
        cursor.execute(f"DROP TABLE {STAGE}")
    return stored


class _CopySource:
    """What COPY reads: text lines, with the characters escaped that mean something to it."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self._rest = ""

    def read(self, size: int) -> str:
        pieces, length = [self._rest], len(self._rest)
        while length < size:
            line = next(self._lines, None)
            if line is None:
                break
            pieces.append(line.replace("\\", "\\\\") + "\n")
            length += len(pieces[-1])
        text = "".join(pieces)
        self._rest = text[size:]
        return text[:size]
