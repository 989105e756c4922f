"""Short dates of the dashboard: nobody may read the day as the month."""

import datetime as dt

import pytest
from django.utils import formats, translation


@pytest.mark.parametrize(("language", "date", "moment"), [
    ("en", "3 Apr 2026", "3 Apr 2026, 14:05"),
    ("de", "03.04.2026", "03.04.2026 14:05"),
])  # fmt: skip
def test_a_short_date_has_one_meaning(language: str, date: str, moment: str) -> None:
    at = dt.datetime(2026, 4, 3, 14, 5, tzinfo=dt.UTC)

    with translation.override(language):
        assert formats.date_format(at.date(), "SHORT_DATE_FORMAT") == date
        assert formats.date_format(at, "SHORT_DATETIME_FORMAT") == moment
