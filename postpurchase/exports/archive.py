"""The archive: a ZIP file with one file per table and a manifest, written as a stream.

    manifest.json              what made it, of whom, which files with how many rows and which checksum
    accounts/merchant.jsonl    one JSON object per row, columns as in the database
    orders/order.jsonl …

``services/bring_back.py`` reads the JSON Lines form again. The CSV form is for people and their spreadsheets.
"""

import datetime as dt
import hashlib
import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Literal

from django.conf import settings
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder

from postpurchase.accounts.models import Merchant, User
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.exports.rows import csv_lines, json_rows
from postpurchase.exports.tables import Table, exported_tables, file_name, user_columns
from postpurchase.lib.tokens import keyed_digest

Format = Literal["jsonl", "csv"]

MANIFEST, PEOPLE = "manifest.json", "people.jsonl"
FORMAT_VERSION = 1
# What is compared under a key must not say what the key is.
KEY_TEST = "postpurchase export"


def archive_chunks(*, merchant: Merchant, format: Format, now: dt.datetime) -> Iterator[bytes]:
    """Yield the archive of one merchant, all tables as they were at one moment.

    Opens its own transaction and scope, so a streaming response may take it. Memory does not grow with the data.
    """
    target = _Outlet()
    with _one_moment(merchant), zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        files: dict[str, dict[str, object]] = {}
        people: set[int] = set()
        for table in exported_tables():
            name = file_name(table, format)
            lines = _json_lines(table, people) if format == "jsonl" else csv_lines(table)
            entry = _Entry()
            with archive.open(name, "w", force_zip64=True) as file:
                for line in lines:
                    file.write(entry.take(line))
                    yield from target.taken()
            files[name] = entry.described(without_heading=format == "csv")
        if format == "jsonl":
            archive.writestr(PEOPLE, _people(people))
        archive.writestr(MANIFEST, json.dumps(_manifest(merchant, format, files, now), indent=2, ensure_ascii=False))
    yield target.rest()


def table_chunks(*, merchant: Merchant, table: Table, format: Format) -> Iterator[bytes]:
    """Yield one table of one merchant as a file of its own. Opens its own transaction and scope."""
    with _one_moment(merchant):
        lines: Iterator[str] = _json_lines(table, set()) if format == "jsonl" else csv_lines(table)
        for line in lines:
            yield line.encode()


def key_fingerprints() -> dict[str, list[str]]:
    """Return by setting what tells whether two installations have the same keys, without telling the keys."""
    keys = {
        "API_KEY_HASH_KEY": [settings.API_KEY_HASH_KEY],
        "SUPPRESSION_HASH_KEY": [settings.SUPPRESSION_HASH_KEY],
        "FIELD_KEYS": settings.FIELD_KEYS,
    }
    return {name: [keyed_digest(key=key, value=KEY_TEST).hex() for key in values] for name, values in keys.items()}


def migrations_applied() -> dict[str, str]:
    """Return the last migration of each app: exports come back into tables of the same shape only."""
    applied = MigrationRecorder(connection).applied_migrations()
    last: dict[str, str] = {}
    for app, name in sorted(applied):
        last[app] = name
    return last


@contextmanager
def _one_moment(merchant: Merchant) -> Iterator[None]:
    """Show all tables as they are when the first is read, however long the last takes."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        with merchant_scope(merchant.id):
            yield


def _json_lines(table: Table, people: set[int]) -> Iterator[str]:
    columns = user_columns(table)
    for text in json_rows(table):
        if columns:
            row = json.loads(text)
            people |= {row[column] for column in columns if row[column] is not None}
        yield f"{text}\n"


def _people(ids: set[int]) -> str:
    found = User.objects.filter(pk__in=ids).order_by("pk").values_list("pk", "email", "language")
    rows = ({"id": pk, "email": email, "language": language} for pk, email, language in found)
    return "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows)


def _manifest(merchant: Merchant, format: Format, files: Mapping[str, object], now: dt.datetime) -> dict[str, object]:
    return {
        "format": "postpurchase-export",
        "format_version": FORMAT_VERSION,
        "rows_as": format,
        "exported_at": now.isoformat(),
        "merchant": {"id": str(merchant.id), "slug": merchant.slug, "name": merchant.name},
        "migrations": migrations_applied(),
        "keys": key_fingerprints(),
        "files": files,
    }


class _Entry:
    """Counts and sums up what goes into one file."""

    def __init__(self) -> None:
        self._lines, self._digest = 0, hashlib.sha256()

    def take(self, line: str) -> bytes:
        content = line.encode()
        self._lines += 1
        self._digest.update(content)
        return content

    def described(self, *, without_heading: bool) -> dict[str, object]:
        return {"rows": self._lines - without_heading, "sha256": self._digest.hexdigest()}


class _Outlet(io.RawIOBase):
    """A file that only moves forward: what was written is taken away piece by piece."""

    LEAST = 65_536

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._waiting = 0

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        content = bytes(data)  # type: ignore[call-overload]
        self._pieces.append(content)
        self._waiting += len(content)
        return len(content)

    def taken(self) -> Iterator[bytes]:
        """Yield what has gathered, in pieces worth sending."""
        if self._waiting >= self.LEAST:
            yield self.rest()

    def rest(self) -> bytes:
        """Return what is there, however little."""
        piece = b"".join(self._pieces)
        self._pieces.clear()
        self._waiting = 0
        return piece
