"""What a body is said to hold, whatever stands there."""

import pytest

from postpurchase.lib.bodies import declared_length


@pytest.mark.parametrize(
    ("said", "expected"),
    [("12", 12), ("", 0), (None, 0), ("twelve", 0), ("-1", 0), ("1e9", 0), ("²", 0), ("9" * 5000, 0)],
)
def test_only_a_plain_number_counts(said, expected) -> None:
    assert declared_length({"CONTENT_LENGTH": said}) == expected


def test_nothing_said_is_nothing() -> None:
    assert declared_length({}) == 0
