"""Moments reach the database whatever their offset."""

import datetime as dt

import pytest
from django.db import connection

from postpurchase.lib.moments import http_date


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("2026-07-15T12:00:00+02:00", "2026-07-15 10:00:00"),
        ("2026-07-15T12:00:00+23:59", "2026-07-14 12:01:00"),
        ("2026-07-15T12:00:00-23:59", "2026-07-16 11:59:00"),
        ("0001-01-01T00:00:00+16:00", "0001-01-01 00:00:00"),
        ("9999-12-31T23:59:59-16:00", "9999-12-31 23:59:59.999999"),
    ],
)
def test_every_offset_of_rfc_3339_reaches_the_database(text, stored) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT (%s::timestamptz AT TIME ZONE 'UTC')::text", [dt.datetime.fromisoformat(text)])
        assert cursor.fetchone() == (stored,)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("Wed, 15 Jul 2026 10:32:00 GMT", "2026-07-15T10:32:00+00:00"),
        ("Wed, 15 Jul 2026 10:32:00 -0000", "2026-07-15T10:32:00+00:00"),
        ("Wed, 15 Jul 2026 10:32:00 +0200", "2026-07-15T10:32:00+02:00"),
        ("", None),
        ("soon", None),
        ("Wed, 99 Jul 2026 10:32:00 GMT", None),
        ("Wed, 15 Jul 99999 10:32:00 GMT", None),
        ("Wed, 15 Jul 2026 10:32:00 +999999999999999999", None),
    ],
)
def test_a_date_of_a_header_is_read_or_there_is_none(text, read) -> None:
    found = http_date(text)

    assert found == (dt.datetime.fromisoformat(read) if read else None)
