"""No formula gets into a spreadsheet, and every text comes back as it was."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postpurchase.lib.spreadsheets import csv_line, guarded, unguarded


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_a_text_that_begins_like_a_formula_is_marked(start) -> None:
    assert guarded(f"{start}1") == f"'{start}1"
    assert guarded(f"a{start}1") == f"a{start}1"


@given(st.text(alphabet="'=+-@\t\r\n＝a1 ", max_size=6))
def test_the_way_back_is_unambiguous(text) -> None:
    assert unguarded(guarded(text)) == text


def test_every_cell_of_a_line_is_quoted() -> None:
    assert csv_line(["a", 'say "hi"', "=1+1"]) == '"a","say ""hi""","\'=1+1"\r\n'


def test_numbers_stay_numbers_and_lists_are_json():
    cells = [None, True, -5, Decimal("-0.50"), ["ä", {"a": Decimal("1.5")}], "-5"]

    assert csv_line(cells) == '"","true","-5","-0.50","[""ä"",{""a"":1.5}]","\'-5"\r\n'
