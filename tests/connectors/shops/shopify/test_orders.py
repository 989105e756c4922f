"""Orders: sums, currencies, addresses, states, what was taken out again."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from orders.checks import order_warnings
from orders.inputs import (
    ConsentInput,
    CustomerOfOrderInput,
    LineInput,
    OrderInput,
    RecipientInput,
)
from postpurchase.connectors.base import Context, OrderSaved, Unreadable
from tests.connectors.shops.reading import address_in_berlin, line_totals, only_order, sums
from tests.connectors.shops.shopify.bodies import ADDRESS, CONTEXT, ORDER, fulfilment, line, order, part, read, refund

HOME = address_in_berlin("Berlin")


def saved(body: Any, topic: str = "orders/updated", context: Context = CONTEXT) -> OrderSaved:
    return only_order(read(body, topic, context))


def test_an_order_is_read_exactly() -> None:
    change = saved(order())

    assert change == OrderSaved(
        OrderInput(
            external_id="820982911946154508",
            number="#1001",
            placed_at=dt.datetime(2026, 11, 22, 8, 59, 58, tzinfo=dt.UTC),
            updated_at=dt.datetime(2026, 11, 22, 9, 5, tzinfo=dt.UTC),
            status="open",
            payment_status="paid",
            currency="EUR",
            total="45.32",
            shipping_total="4.90",
            discount_total="9.38",
            tax_total="7.24",
            language="de-CH",
            customer=CustomerOfOrderInput(
                external_id="207119551",
                email="order@example.com",
                phone="+4915112345678",
                first_name="Änne",
                last_name="Groß-Øster",
                company="Blumen GmbH",
                accepts_marketing=True,
                consents=[
                    ConsentInput(
                        channel="email",
                        purpose="marketing",
                        basis="consent",
                        obtained_at=dt.datetime(2026, 10, 1, 6, 0, tzinfo=dt.UTC),
                        source="shopify confirmed_opt_in",
                    ),
                    ConsentInput(
                        channel="sms",
                        purpose="marketing",
                        basis="consent",
                        obtained_at=dt.datetime(2026, 10, 2, 6, 0, tzinfo=dt.UTC),
                        source="shopify single_opt_in shopify",
                    ),
                ],
                attributes={"tags": ["Stammkundin", "VIP"]},
            ),
            shipping_address=HOME,
            billing_address=HOME,
            lines=[
                LineInput(
                    external_id="1",
                    sku="SKU-1",
                    name="Article 1 - red",
                    quantity=2,
                    unit_price="19.90",
                    total="39.80",
                    attributes={
                        "product_id": "10",
                        "variant_id": "100",
                        "variant": "red",
                        "vendor": "Maker",
                        "Gravur": "Für Öle",
                    },
                ),
                LineInput(
                    external_id="2",
                    sku="SKU-2",
                    name="Article 2 - red",
                    quantity=2,
                    unit_price="5.00",
                    total="10.00",
                    attributes={"product_id": "20", "variant_id": "200", "variant": "red", "vendor": "Maker"},
                ),
            ],
            attributes={
                "Geschenk": "ja",
                "note": "Bitte klingeln",
                "tags": ["Eilt", "Messe"],
                "discount_codes": ["ZEHN"],
                "sales_channel": "web",
                "payment_methods": ["shopify_payments"],
                "shipping_method": "DHL Paket",
            },
            source="shopify",
        )
    )
    # 39.80 + 10.00 + 4.90 - 9.38 is what was paid; the discounts hold the one on shipping.
    assert order_warnings(change.order) == []


def test_discounts_that_leave_out_the_one_on_shipping_are_completed_by_the_sum() -> None:
    data = saved(order(total_discounts="4.48")).order

    assert (data.discount_total, order_warnings(data)) == ("9.38", [])


def net_order(**fields: Any) -> dict[str, Any]:
    """Prices without tax: 3 x 3.33 and 10.00 less 1.00, shipping 5.00; taxes 1.90, 1.71 and 0.95."""
    return order(
        taxes_included=False,
        total_price="28.55",
        total_tax="4.56",
        total_discounts="1.00",
        line_items=[
            line(1, "3.33", 3, tax_lines=[{"price": "1.50"}, {"price": "0.40"}]),
            line(2, "10.00", 1, total_discount="1.00", tax_lines=[{"price": 1.71}]),
        ],
        shipping_lines=[{"title": "DHL", "price": "5.00", "tax_lines": [{"price": "0.95"}]}],
        **fields,
    )


def test_prices_without_tax_get_the_tax_that_is_on_them() -> None:
    data = saved(net_order()).order

    assert line_totals(data) == ["11.89", "11.71"]
    assert [line.unit_price for line in data.lines] == ["3.9633", "11.71"]
    assert sums(data) == ("28.55", "5.95", "1.00", "4.56")
    assert order_warnings(data) == []


def test_a_tax_that_only_the_order_names_is_spread_over_what_was_paid() -> None:
    body = net_order()
    for item in body["line_items"]:
        item["tax_lines"] = []

    data = saved(body).order

    # 3.61 of tax on 9.99 and 9.00 after the discount.
    assert line_totals(data) == ["11.89", "11.71"]
    assert order_warnings(data) == []


def both(shop: str, customer: str) -> dict[str, Any]:
    return {
        "shop_money": {"amount": shop, "currency_code": "EUR"},
        "presentment_money": {"amount": customer, "currency_code": "CHF"},
    }


def swiss_order() -> dict[str, Any]:
    return order(
        presentment_currency="CHF",
        total_price="25.00",
        total_price_set=both("25.00", "24.00"),
        total_tax="3.99",
        total_tax_set=both("3.99", "3.83"),
        total_discounts="0.00",
        total_discounts_set=both("0.00", "0.00"),
        total_tip_received="0.00",
        total_tip_received_set=both("0.00", "0.00"),
        line_items=[line(1, "10.00", 2, price_set=both("10.00", "9.60"), total_discount_set=both("0.00", "0.00"))],
        shipping_lines=[{"title": "Post", "price": "5.00", "price_set": both("5.00", "4.80")}],
    )


def test_an_order_paid_in_the_customers_currency_is_read_in_it_as_a_whole() -> None:
    body = swiss_order()
    body["refunds"] = [
        refund(
            {
                **part(1, 1, "10.00", "1.60", "return"),
                "subtotal_set": both("10.00", "9.60"),
                "total_tax_set": both("1.60", "1.54"),
            },
            transactions=[{"kind": "refund", "status": "success", "amount": "10.00", "currency": "EUR"}],
        )
    ]
    change = saved(body)

    assert change.order.currency == "CHF"
    assert sums(change.order) == ("24.00", "4.80", "0.00", "3.83")
    assert line_totals(change.order) == ["19.20"]
    assert order_warnings(change.order) == []
    # The payment went back in euros: 24.00 / 25.00 of it in francs.
    assert [(one.amount, one.lines[0].amount) for one in change.refunds] == [("9.60", "9.60")]


@pytest.mark.parametrize("missing", ["line", "shipping", "order"])
def test_where_one_amount_is_not_told_in_it_the_whole_order_is_read_in_the_shops(missing: str) -> None:
    body = swiss_order()
    {"line": body["line_items"][0], "shipping": body["shipping_lines"][0], "order": body}[missing].pop(
        "total_tax_set" if missing == "order" else "price_set"
    )
    data = saved(body).order

    assert data.currency == "EUR"
    assert sums(data) == ("25.00", "5.00", "0.00", "3.99")
    assert line_totals(data) == ["20.00"]


def test_tips_duties_and_fees_are_charged_with_the_shipping() -> None:
    fee = {"shop_money": {"amount": "1.50", "currency_code": "EUR"}}
    data = saved(order(total_price="51.82", total_tip_received="5.00", original_total_additional_fees_set=fee)).order

    assert sums(data) == ("51.82", "11.40", "9.38", "7.24")
    assert (data.attributes["tips"], data.attributes["fees"]) == ("5.00", "1.50")
    assert order_warnings(data) == []


def test_a_tip_among_the_lines_is_no_article() -> None:
    tip = line(9, "5.00", 1, tip_payment_gateway="shopify_payments")
    data = saved(order(total_price="50.32", total_tip_received="5.00", line_items=[*order()["line_items"], tip])).order

    assert [one.external_id for one in data.lines] == ["1", "2"]
    assert (data.total, data.shipping_total, data.attributes["tips"]) == ("50.32", "9.90", "5.00")
    assert order_warnings(data) == []


def test_yen_have_no_decimals() -> None:
    body = order(
        currency="JPY",
        presentment_currency="JPY",
        total_price="1200",
        total_tax="109.0",
        total_discounts="0",
        line_items=[line(1, "500.00", 2)],
        shipping_lines=[{"price": "200"}],
    )
    data = saved(body).order

    assert (sums(data), line_totals(data)) == (("1200", "200", "0", "109"), ["1000"])


# What was taken out of an order again


def test_what_was_taken_out_before_it_was_sent_is_no_part_of_the_order() -> None:
    """One of the first article and both of the second: 17.91 and 9.50 less, with their share of the discounts."""
    body = order(refunds=[refund(part(1, 1, "17.91", "2.86"), part(2, 2, "9.50", "1.52"))])
    body["line_items"][0]["current_quantity"] = 1
    body["line_items"][1]["current_quantity"] = 0

    change = saved(body)

    assert [(one.external_id, one.quantity, one.total) for one in change.order.lines] == [("1", 1, "19.90")]
    assert sums(change.order) == ("17.91", "4.90", "6.89", "2.86")
    assert order_warnings(change.order) == []
    assert change.refunds == ()


def test_what_was_taken_out_of_an_order_with_prices_without_tax() -> None:
    body = net_order(refunds=[refund(part(1, 1, "3.33", "0.63"))])
    data = saved(body).order

    assert [(one.quantity, one.total) for one in data.lines] == [(2, "7.93"), (1, "11.71")]
    assert sums(data) == ("24.59", "5.95", "1.00", "3.93")
    assert order_warnings(data) == []


def test_a_smaller_current_quantity_counts_where_no_refund_explains_it() -> None:
    body = order()
    body["line_items"][0]["current_quantity"] = 1
    data = saved(body).order

    assert [(one.external_id, one.quantity) for one in data.lines] == [("1", 1), ("2", 2)]
    assert (data.total, data.discount_total, order_warnings(data)) == ("27.41", "7.39", [])


def test_a_line_of_quantity_0_is_left_out() -> None:
    body = order(line_items=[*order()["line_items"], line(3, "99.00", 0)])

    assert [one.external_id for one in saved(body).order.lines] == ["1", "2"]


def test_what_was_paid_back_stays_a_part_of_the_order() -> None:
    body = order(
        financial_status="partially_refunded", refunds=[refund(part(1, 1, "17.91", "2.86", "return"), paid="17.91")]
    )
    body["line_items"][0]["current_quantity"] = 1
    change = saved(body)

    assert [one.quantity for one in change.order.lines] == [2, 2]
    assert sums(change.order) == ("45.32", "4.90", "9.38", "7.24")
    assert change.order.payment_status == "partially_refunded"
    (back,) = change.refunds
    assert (back.external_id, back.amount, back.reason) == ("509562969", "17.91", "Zu groß")
    assert [(one.line, one.quantity, one.amount) for one in back.lines] == [("1", 1, "17.91")]


def test_what_is_in_a_parcel_and_what_came_back_without_money_stays() -> None:
    body = order(
        fulfillments=[fulfilment()],
        refunds=[refund(part(1, 2, "35.82", "5.72", "no_restock"), part(2, 1, "4.75", "0.76", "return"))],
    )
    body["line_items"][0]["current_quantity"] = 0
    body["line_items"][1]["current_quantity"] = 1
    data = saved(body).order

    assert [(one.external_id, one.quantity) for one in data.lines] == [("1", 2), ("2", 2)]
    assert data.total == "45.32"


def test_a_cancelled_order_stays_what_was_cancelled() -> None:
    body = order(
        cancelled_at="2026-11-24T08:00:20+01:00",
        cancel_reason="customer",
        financial_status="voided",
        refunds=[refund(part(1, 2, "35.82", "5.72"), part(2, 2, "9.50", "1.52"))],
    )
    for item in body["line_items"]:
        item["current_quantity"] = 0
    change = saved(body, "orders/cancelled")

    assert (change.order.status, change.order.payment_status) == ("cancelled", "pending")
    assert change.order.attributes["cancel_reason"] == "customer"
    assert [one.quantity for one in change.order.lines] == [2, 2]
    assert (change.order.total, change.refunds) == ("45.32", ())


def test_money_that_came_back_for_lines_no_longer_in_the_order_never_exceeds_its_total() -> None:
    """Both articles were taken out first; the money followed later, without lines."""
    body = order(
        financial_status="refunded",
        refunds=[
            refund(part(1, 2, "35.82", "5.72"), part(2, 2, "9.50", "1.52")),
            refund(paid="45.32", id=2, order_adjustments=[{"amount": "-45.32", "tax_amount": "0.00"}]),
        ],
    )
    change = saved(body)

    assert change.order.lines == []
    assert (change.order.total, [one.amount for one in change.refunds]) == ("45.32", ["45.32"])


# States, people, places


@pytest.mark.parametrize(
    ("fields", "status", "payment"),
    [
        ({"financial_status": "pending"}, "open", "pending"),
        ({"financial_status": "authorized"}, "open", "paid"),
        ({"financial_status": "partially_paid"}, "open", "pending"),
        ({"financial_status": "refunded"}, "open", "refunded"),
        ({"financial_status": "something new"}, "open", "pending"),
        ({"financial_status": None}, "open", "pending"),
        ({"fulfillment_status": "partial"}, "open", "paid"),
        ({"fulfillment_status": "fulfilled"}, "fulfilled", "paid"),
        ({"fulfillment_status": "fulfilled", "closed_at": "2026-11-25T10:00:00Z"}, "fulfilled", "paid"),
        ({"closed_at": "2026-11-25T10:00:00Z"}, "closed", "paid"),
        ({"cancelled_at": "2026-11-25T10:00:00Z", "fulfillment_status": "fulfilled"}, "cancelled", "paid"),
        ({"financial_status": "voided", "refunds": [refund(paid="1.00")]}, "open", "partially_refunded"),
    ],
)
def test_states(fields: dict[str, Any], status: str, payment: str) -> None:
    data = saved(order(**fields)).order

    assert (data.status, data.payment_status) == (status, payment)


def test_a_parcel_for_somebody_else_names_the_recipient() -> None:
    shipping = {**ADDRESS, "name": "Opa Willi", "first_name": "Opa", "last_name": "Willi", "company": None}
    data = saved(order(shipping_address=shipping)).order

    assert data.recipient == RecipientInput(name="Opa Willi", phone="+49301234567")
    assert data.customer is not None
    assert data.customer.first_name == "Änne"
    assert saved(order(shipping_address={**ADDRESS, "name": "änne groß-øster"})).order.recipient is None


def test_guests_and_orders_without_anybody() -> None:
    guest = saved(order(customer=None)).order.customer
    nobody = order(customer=None, email="", contact_email=None, billing_address=None, shipping_address=None)
    data = saved(nobody).order

    assert guest is not None
    assert (guest.external_id, guest.email, guest.phone) == ("", "order@example.com", "+49301234567")
    assert (guest.first_name, guest.accepts_marketing, guest.consents) == ("Änne", True, [])
    assert (data.customer, data.shipping_address, data.billing_address) == (None, None, None)


def test_an_address_without_a_country_is_in_the_shops_one_and_an_unknown_country_is_none() -> None:
    unnamed = {**ADDRESS, "country": None, "country_code": None}
    odd = {**ADDRESS, "country": "Atlantis", "country_code": "XX"}
    data = saved(order(billing_address=unnamed, shipping_address=odd)).order

    assert data.billing_address is not None
    assert data.shipping_address is not None
    assert (data.billing_address.country, data.shipping_address.country) == ("DE", "")


def test_articles_without_a_sku_are_known_by_the_shops_number_of_them() -> None:
    body = order(line_items=[line(1, "45.32", 1, sku=""), line(2, "0.00", 1, sku=None, variant_id=None)])
    context = Context(store="at", country="AT", language="de-AT")

    assert [one.sku for one in saved(body).order.lines] == ["id-100", "id-20"]
    assert [one.sku for one in saved(body, context=context).order.lines] == ["id-at-100", "id-at-20"]
    assert saved(body, context=context).order.store == "at"


def test_a_test_order_says_so_and_the_connections_language_stands_in() -> None:
    data = saved(order(test=True, customer_locale=None)).order

    assert (data.attributes["test"], data.language) == (True, "de-DE")


def test_properties_of_any_shape_are_taken_as_far_as_they_go() -> None:
    shapes: list[Any] = [{}, {"name": "Farbe", "value": 3}, {"Farbe": "rot"}, [{"name": 2}], [None, "x"], "x", None]
    bodies = [order(line_items=[line(1, "1.00", 1, properties=shape)]) for shape in shapes]

    assert [saved(body).order.lines[0].attributes.get("Farbe") for body in bodies] == [None, "3", "rot", *[None] * 4]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"id": None}, "id: an id is missing"),
        ({"created_at": None, "processed_at": None}, "created_at: a date is missing"),
        ({"updated_at": "gestern"}, "updated_at: a date is expected"),
        ({"total_price": None}, "total_price: an amount is missing"),
        ({"total_price": "-0.01"}, "total_price: -0.01 is below 0"),
        ({"total_price": "viel"}, "total_price: a number is expected"),
        ({"currency": "DEM", "presentment_currency": None}, "currency: an active ISO 4217 currency is expected"),
        ({"line_items": "x"}, "line_items: a list is expected"),
        ({"line_items": [line(1, "-1.00", 1)]}, "line_items/0/price: -1.00 is below 0"),
        ({"line_items": [line(1, "1.00", -1)]}, "line_items/0/quantity: -1 is below 0"),
        (
            {"line_items": [line(1, "1.00", 1), line(1, "1.00", 1)]},
            "order/lines/1/external_id: Another line has this id",
        ),
        (
            {"line_items": [{**line(1, "1.00", 1), "quantity": 1.5}]},
            "line_items/0/quantity: a number of pieces is expected",
        ),
        ({"refunds": [refund(paid="x")]}, "refunds/0/transactions/0/amount: a number is expected"),
    ],
)
def test_what_cannot_be_read_is_named_with_its_place(fields: dict[str, Any], said: str) -> None:
    with pytest.raises(Unreadable) as told:
        read(order(**fields), "orders/create")

    assert said in str(told.value)


def test_a_thousand_lines_add_up() -> None:
    lines = [line(number, "0.07", 3, tax_lines=[{"price": "0.04"}]) for number in range(1, 1001)]
    body = order(
        taxes_included=False,
        total_price="250.00",
        total_tax="40.00",
        total_discounts="0.00",
        shipping_lines=[],
        line_items=lines,
    )
    data = saved(body).order

    assert len(data.lines) == 1000
    assert sum(Decimal(one.total or 0) for one in data.lines) == Decimal(data.total)
    assert order_warnings(data) == []


def test_reading_changes_nothing_in_the_body() -> None:
    body = order()
    read(body)

    assert body == ORDER
