"""Rows become orders, whole or not at all."""

import csv
import datetime as dt
import io

import pytest

from orders.checks import order_warnings
from postpurchase.imports.fields import guessed
from postpurchase.imports.findings import StagedRow
from postpurchase.imports.mapping import Settings
from postpurchase.imports.orders_from_rows import OrderReading, read_cancellation, read_order
from postpurchase.lib.validation import Problem

LONDON = Settings(currency="GBP", time_zone="Europe/London", left_out_prefix="A")
RETAIL = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"


def staged(table: str, delimiter: str = ",") -> tuple[list[StagedRow], dict[str, int]]:
    headings, *rows = csv.reader(io.StringIO(table), delimiter=delimiter)
    return [StagedRow(number, cells) for number, cells in enumerate(rows, start=2)], guessed("orders", headings)


def reading(table: str, settings: Settings = LONDON, delimiter: str = ",") -> OrderReading:
    rows, mapping = staged(table, delimiter)
    return read_order(rows, mapping, settings)


def found(result: OrderReading) -> list[tuple[int, str, str]]:
    assert result.order is None
    return [(finding.row, finding.field, finding.code) for finding in result.findings]


def test_one_row_per_line():
    order = reading(
        RETAIL + "536365,85123A,WHITE  HANGING HEART,6,2010-12-01 08:26:00,2.55,17850,United Kingdom\n"
        "536365,71053,WHITE METAL LANTERN,3,2010-12-01 08:26:00,3.395,17850,United Kingdom\n"
    ).order

    assert order is not None
    assert (order.external_id, order.number, order.total, order.currency) == ("536365", "536365", "25.49", "GBP")
    assert [(line.sku, line.name, line.quantity, line.unit_price, line.total) for line in order.lines] == [
        ("85123A", "WHITE HANGING HEART", 6, "2.55", "15.30"),
        ("71053", "WHITE METAL LANTERN", 3, "3.395", "10.19"),
    ]
    assert order.placed_at == dt.datetime(2010, 12, 1, 8, 26, tzinfo=dt.UTC)
    assert order.customer is not None
    assert order.customer.external_id == "17850"
    assert order.shipping_address is not None
    assert (order.shipping_address.country, order.backfill, order.source) == ("GB", True, "import")
    assert order_warnings(order) == []


def test_one_row_per_order_without_lines():
    order = reading(
        "Bestellnummer;Datum;Gesamtbetrag;E-Mail;Status;Zahlungsstatus\n1001;04.07.2026 10:00;1.049,90 €;a@example.com;"
        "Versendet;offen\n",
        Settings(currency="EUR", time_zone="Europe/Berlin", decimal_mark=",", backfill=False, store="at"),
        ";",
    ).order

    assert order is not None
    assert (order.total, order.lines, order.status, order.payment_status) == ("1049.90", [], "fulfilled", "pending")
    assert order.placed_at.isoformat() == "2026-07-04T10:00:00+02:00"
    assert (order.backfill, order.store) == (False, "at")


def test_what_stands_in_the_first_row_only_counts_for_the_order():
    order = reading(
        "Name,Id,Email,Total,Shipping,Discount Amount,Taxes,Created at,Currency,Lineitem quantity,Lineitem name,"
        "Lineitem price,Shipping Name,Shipping Zip,Shipping Country,Accepts Marketing\n"
        "#1001,4501,Anna@Example.com,54.90,4.90,5.00,8.77,2026-07-04 10:00:00 +0200,EUR,2,Tee,22.50,Anna Muster,"
        "10115,DE,yes\n"
        "#1001,,,,,,,2026-07-04 10:00:00 +0200,,1,Dose,10.00,,,,\n"
    ).order

    assert order is not None
    assert (order.external_id, order.number, order.currency) == ("4501", "#1001", "EUR")
    assert (order.total, order.shipping_total, order.discount_total, order.tax_total) == (
        "54.90",
        "4.90",
        "5.00",
        "8.77",
    )
    assert [(line.name, line.total) for line in order.lines] == [("Tee", "45.00"), ("Dose", "10.00")]
    assert order.customer is not None
    assert (order.customer.email, order.customer.accepts_marketing) == ("Anna@Example.com", True)
    assert order.shipping_address is not None
    assert (order.shipping_address.name, order.shipping_address.postal_code) == ("Anna Muster", "10115")
    assert order_warnings(order) == []


def test_a_total_without_a_column_is_the_sum():
    order = reading("Nr,Datum,Artikel,Menge,Preis,Versandkosten,Rabatt\n1,2026-07-04,Tee,3,2.50,4.90,-1.00\n").order

    assert order is not None
    assert (order.total, order.discount_total) == ("11.40", "1.00")


def test_the_price_of_one_is_found_from_the_price_of_the_line():
    order = reading("Nr,Datum,Artikel,Menge,Gesamtpreis\n1,2026-07-04,Tee,3,10.00\n").order

    assert order is not None
    assert [(line.unit_price, line.total) for line in order.lines] == [("3.3333", "10.00")]
    assert order.total == "10.00"


@pytest.mark.parametrize(
    ("currency", "price", "total"), [("JPY", "1200", "2400"), ("KWD", "1.255", "2.510"), ("CHF", "0.05", "0.10")]
)
def test_currencies_have_their_own_decimals(currency, price, total):
    order = reading(f"Nr,Datum,Artikel,Menge,Preis,Währung\n1,2026-07-04,Tee,2,{price},{currency}\n").order

    assert order is not None
    assert (order.total, order.lines[0].total) == (total, total)


def test_more_decimals_than_the_currency_has_are_kept_to_be_refused_and_not_rounded():
    order = reading("Nr,Datum,Total,Währung\n1,2026-07-04,1200.5,JPY\n").order

    assert order is not None
    assert order.total == "1200.5"


@pytest.mark.parametrize(
    ("row", "mistake"),
    [
        ("1,T,Tee,many,2026-07-04,1", (2, "quantity", "not_a_number")),
        ("1,T,Tee,1.5,2026-07-04,1", (2, "quantity", "not_a_whole_number")),
        ("1,T,Tee,1,2026-07-04,free", (2, "unit_price", "not_a_number")),
        ("1,T,Tee,1,2026-07-04,", (2, "unit_price", "no_price")),
        ("1,T,Tee,1,2026-07-04,-1", (2, "unit_price", "negative_price")),
        ("1,T,Tee,1,2026-07-04,1.00001", (2, "unit_price", "too_many_decimals")),
        ("1,,,1,2026-07-04,1", (2, "sku", "no_article")),
        ("1,T,Tee,1,some day,1", (2, "placed_at", "not_a_date")),
        (",T,Tee,1,2026-07-04,1", (2, "number", "no_number")),
        (f"{'1' * 201},T,Tee,1,2026-07-04,1", (2, "number", "too_long")),
        (f"1,T,{'x' * 501},1,2026-07-04,1", (2, "line_name", "too_long")),
        ("1,T,Tee,99999999,2026-07-04,1", (2, "quantity", "too_large")),
        ("1", (2, "quantity", "not_a_number")),
    ],
)
def test_a_mistake_refuses_the_order_and_is_named(row, mistake):
    result = reading("InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice\n" + row)

    assert mistake in found(result)


def test_one_bad_line_refuses_the_whole_order_and_every_mistake_is_named():
    result = reading(
        RETAIL + "1,A,a,1,2010-12-01,1.00,7,France\n1,B,b,0,2010-12-01,1.00,7,France\n1,C,c,1,2010-12-01,x,7,France\n"
    )

    assert found(result) == [(3, "quantity", "not_positive"), (4, "unit_price", "not_a_number")]


@pytest.mark.parametrize(
    ("column", "cell", "code"),
    [
        ("Status", "perhaps", "unknown_word"),
        ("Währung", "XXX", "unknown_currency"),
        ("E-Mail", "no address", "format"),
        ("Newsletter", "perhaps", "neither_yes_nor_no"),
        ("Total", "-1", "negative_price"),
    ],
)
def test_other_columns_are_strict_too(column, cell, code):
    result = reading(f"Nr,Datum,Artikel,Menge,Preis,Vorname,{column}\n1,2026-07-04,Tee,1,2,Anna,{cell}\n")

    assert [finding.code for finding in result.findings] == [code]


def test_a_row_that_could_not_be_stored_as_it_is_refuses_its_order():
    rows, mapping = staged(RETAIL + "1,A,a,1,2010-12-01,1.00,7,France\n")

    result = read_order([StagedRow(2, rows[0].cells, "nul")], mapping, LONDON)

    assert found(result) == [(2, "", "nul")]


def test_what_is_no_order_is_left_out_with_its_reason():
    write_off = reading(RETAIL + "1,A,,-10,2010-12-01,0.0,,\n1,B,,-3,2010-12-01,0.0,,\n")
    adjustment = reading(RETAIL + "A563185,B,Adjust bad debt,1,2011-08-12,11062.06,,\n")

    assert (write_off.left_out, write_off.order, write_off.findings) == ("no_positive_quantity", None, ())
    assert (adjustment.left_out, adjustment.order, adjustment.findings) == ("adjustment", None, ())


def test_a_price_of_zero_is_a_gift():
    order = reading(RETAIL + "1,22632,FREE GIFT,1,2010-12-01,0.0,7,Unspecified\n").order

    assert order is not None
    assert (order.total, order.shipping_address) == ("0.00", None)


def test_an_order_of_1114_lines():
    order = reading(RETAIL + "".join(f"1,S{n},x,1,2010-12-01,0.10,,\n" for n in range(1114))).order

    assert order is not None
    assert (len(order.lines), order.total, order.customer) == (1114, "111.40", None)


def test_what_a_cancellation_takes_back():
    rows, mapping = staged(
        RETAIL + "C1,A,a,-2,2010-12-02 10:00,2.555,7,France\nC1,B,b,1,2010-12-02,1.00,7,\nC1,D,d,x,2010-12-02,1,7,\n"
    )

    cancellation = read_cancellation(rows, mapping, LONDON)

    assert (cancellation.number, cancellation.customer) == ("C1", "7")
    assert cancellation.placed_at == dt.datetime(2010, 12, 2, 10, tzinfo=dt.UTC)
    assert [(line.row, line.sku, line.quantity, str(line.amount)) for line in cancellation.lines] == [
        (2, "A", 2, "5.11")
    ]
    assert [(finding.row, finding.code) for finding in cancellation.findings] == [
        (3, "takes_nothing_back"),
        (4, "not_a_number"),
    ]


def test_problems_of_the_service_find_their_row():
    from postpurchase.imports.orders_from_rows import findings_of

    result = reading(RETAIL + "1,A,a,1,2010-12-01,1.00,7,France\n1,B,b,1,2010-12-01,1.00,7,France\n")
    problems = [Problem("/lines/1/total", "decimals", "GBP has 2 decimals."), Problem("/lines", "line_shipped", "x")]

    assert [(finding.row, finding.field) for finding in findings_of(problems, result.origins)] == [
        (3, "line_total"),
        (0, "lines"),
    ]
