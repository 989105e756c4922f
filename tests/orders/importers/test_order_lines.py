"""A table of order lines becomes orders; what cannot is named."""

import csv
import datetime as dt
import io
from zoneinfo import ZoneInfo

import pytest

from orders.checks import order_warnings
from orders.importers.order_lines import Columns, LeftOut, Reading, Settings, country_code, read_order_lines

TABLE = """\
InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country
536365,85123A,WHITE  HANGING HEART,6,2010-12-01 08:26:00,2.55,17850,United Kingdom
536366,22633,HAND WARMER,6,2011-07-01 08:28:00,1.85,,EIRE
C536379,D,Discount,-1,2010-12-01 09:41:00,27.50,14527,United Kingdom
536365,71053,WHITE METAL LANTERN,3,2010-12-01 08:26:00,3.395,17850,United Kingdom
536365,M,Manual,-1,2010-12-01 08:26:00,1.00,17850,United Kingdom
536589,21777,,-10,2010-12-01 16:50:00,0.0,,United Kingdom
A563186,B,Adjust bad debt,1,2011-08-12 14:51:00,-11062.06,,Unspecified
536370,22728,ALARM CLOCK,many,2010-12-01 08:45:00,3.75,12583,France
536370,,,24,2010-12-01 08:45:00,3.75,12583,France
536370,22727,ALARM CLOCK,1,2010-12-01 08:45:00,3.75001,12583,France
536370,22727,ALARM CLOCK,1,2010-12-01 08:45:00,free,12583,France
536371,22086,PAPER CHAIN,80,some day,2.55,13748,United Kingdom
,1,nobody's,1,2010-12-01 08:45:00,1,,
536372,22632,FREE GIFT,1,2010-12-01 09:01:00,0.0,17850,Unspecified
"""


def reading(table: str = TABLE, limit: int | None = None, **settings: object) -> Reading:
    return read_order_lines(
        csv.DictReader(io.StringIO(table)),
        Settings(currency="GBP", time_zone=ZoneInfo("Europe/London"), **settings),  # type: ignore[arg-type]
        limit,
    )


def test_rows_of_one_invoice_need_not_stand_together() -> None:
    order = reading().orders[0]

    assert (order.external_id, order.total, order.currency, order.backfill) == ("536365", "25.49", "GBP", True)
    assert [(line.sku, line.name, line.quantity, line.unit_price, line.total) for line in order.lines] == [
        ("85123A", "WHITE HANGING HEART", 6, "2.55", "15.30"),
        ("71053", "WHITE METAL LANTERN", 3, "3.395", "10.19"),
    ]
    assert order.customer is not None
    assert order.customer.external_id == "17850"
    assert order.shipping_address is not None
    assert order.shipping_address.country == "GB"
    assert order_warnings(order) == []


def test_dates_are_local_to_the_time_zone() -> None:
    winter, summer, _ = reading().orders

    assert winter.placed_at == dt.datetime(2010, 12, 1, 8, 26, tzinfo=dt.UTC)
    assert summer.placed_at == dt.datetime(2011, 7, 1, 7, 28, tzinfo=dt.UTC)


def test_what_is_left_out_is_named_with_its_reason() -> None:
    result = reading()

    assert [order.external_id for order in result.orders] == ["536365", "536366", "536372"]
    assert result.left_out == [
        LeftOut("", 13, "no invoice number"),
        LeftOut("536365", 5, "quantity not positive"),
        LeftOut("C536379", None, "cancellation"),
        LeftOut("536589", None, "no positive quantity"),
        LeftOut("A563186", 7, "negative price"),
        LeftOut("A563186", None, "no line left"),
        LeftOut("536370", 8, "unreadable quantity"),
        LeftOut("536370", 9, "neither article number nor name"),
        LeftOut("536370", 10, "price with more than four decimals"),
        LeftOut("536370", 11, "unreadable price"),
        LeftOut("536370", None, "no line left"),
        LeftOut("536371", None, "unreadable date"),
    ]


def test_the_limit_counts_invoices_with_a_positive_quantity() -> None:
    result = reading(limit=2)

    assert [order.external_id for order in result.orders] == ["536365", "536366"]
    assert {left.invoice for left in result.left_out} == {"", "536365"}


def test_guests_and_unknown_countries_have_neither() -> None:
    guest, gift = reading().orders[1:]

    assert (guest.customer, guest.shipping_address and guest.shipping_address.country) == (None, "IE")
    assert (gift.shipping_address, gift.total) == (None, "0.00")


def test_columns_may_have_other_names_or_be_missing() -> None:
    table = "Nr,Artikel,Menge,Datum,Preis\n1,A,2,2024-05-01,1.50\n"
    columns = Columns(
        invoice="Nr",
        sku="Artikel",
        name="",
        quantity="Menge",
        placed_at="Datum",
        unit_price="Preis",
        customer="",
        country="",
    )

    (order,) = reading(table, columns=columns, backfill=False).orders

    assert (order.external_id, order.total, order.lines[0].name, order.backfill) == ("1", "3.00", "", False)


@pytest.mark.parametrize(
    ("name", "code"),
    [("Germany", "DE"), ("de", "DE"), ("USA", "US"), ("Czech Republic", "CZ"), ("European Community", ""), ("", "")],
)
def test_countries_are_recognised_by_name_and_code(name, code) -> None:
    assert country_code(name) == code
