"""Telephone numbers, and which of them take text messages."""

import pytest

from postpurchase.lib.phones import mobile_number


@pytest.mark.parametrize(
    ("written", "country", "number"),
    [
        ("0151 12345678", "DE", "+4915112345678"),
        ("079 123 45 67", "CH", "+41791234567"),
        ("+1 212 736 5000", "DE", "+12127365000"),
        ("030 1234567", "DE", None),
        ("0900 1234567", "DE", None),
        ("", "DE", None),
    ],
)
def test_only_numbers_that_take_text_messages_are_mobile(written, country, number) -> None:
    assert mobile_number(written, country) == number
