"""Files as they come from shops, spreadsheets and hands."""

import codecs
import csv
import datetime as dt
import gzip
import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postpurchase.imports.tables import compressed, xlsx_table
from postpurchase.imports.tables.cells import Table, UnreadableFile
from postpurchase.imports.tables.reading import fitted, headings_of, recognise, rows_of
from postpurchase.lib.spreadsheets import csv_line
from tests.imports.making import workbook

GERMAN = 'Bestellnummer;Artikel;Preis\r\n1001;"Grüße, 2 Stück";12,50\r\n1002;"Zeile 1\r\nZeile 2";3\r\n'


def read(content: bytes) -> tuple[Table, list[tuple[int, list[object]]]]:
    file = io.BytesIO(content)
    table = recognise(file)
    return table, list(rows_of(file, table))


@pytest.mark.parametrize(
    ("codec", "encoding"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("cp1252", "cp1252"),
    ],
)
def test_every_encoding_is_recognised_and_said(codec, encoding):
    table, rows = read(GERMAN.encode(codec))

    assert (table.encoding, table.delimiter) == (encoding, ";")
    assert table.headings == ["Bestellnummer", "Artikel", "Preis"]
    assert rows == [(2, ["1001", "Grüße, 2 Stück", "12,50"]), (3, ["1002", "Zeile 1\r\nZeile 2", "3"])]


def test_utf_16_with_the_other_byte_order():
    content = codecs.BOM_UTF16_BE + GERMAN.encode("utf-16-be")

    assert read(content)[1][0] == (2, ["1001", "Grüße, 2 Stück", "12,50"])


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_every_delimiter_is_recognised(delimiter):
    table, rows = read(delimiter.join("abc").encode() + b"\n" + delimiter.join("123").encode())

    assert (table.delimiter, rows) == (delimiter, [(2, ["1", "2", "3"])])


def test_the_line_with_which_excel_names_the_delimiter():
    table, rows = read(b"sep=;\r\na,b;c\r\n1,5;2\r\n")

    assert (table.delimiter, table.headings, rows) == (";", ["a,b", "c"], [(2, ["1,5", "2"])])


def test_packed_files_are_unpacked():
    assert read(gzip.compress(GERMAN.encode()))[1] == read(GERMAN.encode())[1]


def test_empty_rows_are_left_out_but_counted():
    assert read(b"a,b\n\n1,2\n,\n3,4\n")[1] == [(3, ["1", "2"]), (5, ["3", "4"])]


def test_headings_without_rows_are_a_table_without_rows():
    table, rows = read(b"a,b\n")

    assert (table.headings, rows) == (["a", "b"], [])


def test_headings_can_always_be_told_apart():
    assert headings_of(["Preis", "", "Preis", " Preis ", "a\nb"]) == ["Preis", "#2", "Preis (2)", "Preis (3)", "a b"]


def test_missing_cells_are_empty_and_too_many_stay_visible():
    assert fitted(["1"], 3) == ["1", "", ""]
    assert fitted(["1", "2", "", ""], 2) == ["1", "2"]
    assert fitted(["1", "2", "3"], 2) == ["1", "2", "3"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"\n \n\n", "empty"),
        (codecs.BOM_UTF8, "empty"),
        (b'a,b\n1,"never closed\n2,3\n', "broken_quotes"),
        (b"a,b\n1," + b"x" * 10_000_000, "line_too_long"),
        (b"a,b\n1," + b"x" * 200_000, "cell_too_long"),
        (b'a,b\n1,"' + b"x\n" * 5_000_000 + b'"', "cell_too_long"),
        (gzip.compress(GERMAN.encode(), mtime=0)[:40], "broken_gz"),
        (gzip.compress(GERMAN.encode(), mtime=0)[:20] + b"\x00" * 30, "broken_gz"),
        (codecs.BOM_UTF8 + b"a,b\n1,\xff\n", "encoding"),
        (codecs.BOM_UTF16_LE + b"a\x00,\x00\x00\xd8", "encoding"),
        (b"a,b\n1,\x81\n", "encoding"),
        (b"PK\x03\x04 and then nothing", "not_a_table"),
        (b",".join(b"x" for _ in range(501)) + b"\n", "too_many_columns"),
    ],
)
def test_what_cannot_be_read_is_named(content, code):
    with pytest.raises(UnreadableFile) as error:
        read(content)

    assert error.value.code == code


def test_the_row_that_cannot_be_read_is_named():
    with pytest.raises(UnreadableFile) as error:
        read(b"a,b\n" + b"1,2\n" * 40 + b"3," + b"x" * 200_000)

    assert (error.value.code, error.value.row) == ("cell_too_long", 42)


def test_a_packed_file_may_not_become_endless(monkeypatch):
    monkeypatch.setattr(compressed, "LARGEST_UNPACKED", 1_000_000)

    with pytest.raises(UnreadableFile, match="too_large_unpacked"):
        read(gzip.compress(b"a,b\n" + b"1,2\n" * 1_000_000))


def test_a_workbook_says_what_is_a_number_and_what_a_day():
    half_past_ten = dt.datetime(2026, 3, 4, 10, 30)  # noqa: DTZ001 - a workbook knows no time zones
    rows = [
        ["Nr", "Datum", "Preis", "Menge", "PLZ", "Ja"],
        ["1", half_past_ten, 12.5, 3, "01067", True],
        [1002, dt.date(2026, 3, 5), 0.1 + 0.2, 2.0, None, False],
    ]

    table, found = read(workbook(*rows))

    assert (table.format, table.headings) == ("xlsx", rows[0])
    assert found == [
        (2, ["1", "2026-03-04 10:30:00", 12.5, 3, "01067", "true"]),
        (3, [1002, "2026-03-05 00:00:00", 0.3, 2, "", "false"]),
    ]


def test_a_formula_counts_as_the_value_it_had_and_never_runs():
    content = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook(["a", "b"], ["=1+1", "=cmd|' /C calc'!A0"]))) as source,
        zipfile.ZipFile(content, "w") as target,
    ):
        for part in source.infolist():
            data = source.read(part)
            if part.filename == "xl/worksheets/sheet1.xml":
                data = data.replace(b"<f>1+1</f><v />", b"<f>1+1</f><v>2</v>")
                assert b"<v>2</v>" in data
            target.writestr(part, data)

    assert read(content.getvalue())[1] == [(2, [2, ""])]


def part_replaced(name: str, data: bytes) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook(["a"], ["b"]))) as source, zipfile.ZipFile(content, "w") as target:
        for part in source.infolist():
            target.writestr(part.filename, data if part.filename == name else source.read(part), zipfile.ZIP_DEFLATED)
    return content.getvalue()


ENTITIES = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><sst><si><t>&a;</t></si></sst>'


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("xl/styles.xml", ENTITIES, "document_type"),
        ("xl/styles.xml", ENTITIES.decode().encode("utf-16"), "document_type"),
        ("xl/worksheets/sheet1.xml", b"<worksheet><sheetData><row>", "not_a_table"),
        ("xl/workbook.xml", b"<nonsense/>", "not_a_table"),
        ("xl/worksheets/sheet1.xml", b" " * 20_000_000, "too_large_unpacked"),
        ("docProps/app.xml", b"0" * 101_000_000, "too_large_unpacked"),
    ],
)
def test_workbooks_that_harm_are_refused(name, data, code):
    with pytest.raises(UnreadableFile) as error:
        read(part_replaced(name, data))

    assert error.value.code == code


def test_a_workbook_of_ten_thousand_parts_is_refused():
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for number in range(xlsx_table.MOST_PARTS + 1):
            archive.writestr(f"../{number}.xml", b"")

    with pytest.raises(UnreadableFile, match="too_large_unpacked"):
        read(content.getvalue())


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


@given(rows=st.lists(st.lists(TEXTS, min_size=3, max_size=3), min_size=1, max_size=5))
def test_what_we_write_we_read_as_it_was(rows):
    content = csv_line(["first", "second", "third"]) + "".join(csv_line(row) for row in rows)

    found = [cells for _, cells in read(content.encode())[1]]

    assert found == [row for row in rows if any(row)]


@given(row=st.lists(TEXTS, min_size=2, max_size=4))
def test_nothing_we_write_is_a_formula(row):
    for cell in next(csv.reader(io.StringIO(csv_line(row), newline=""))):
        assert not cell.startswith(tuple("=+-@\t\r\n\x00＝＋－＠"))
