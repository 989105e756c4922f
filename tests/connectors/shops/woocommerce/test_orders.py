"""Orders with their refunds and parcels, in both of WooCommerce's dialects."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from orders.checks import order_warnings
from orders.inputs import (
    CustomerOfOrderInput,
    LineInput,
    OrderInput,
    RecipientInput,
    RefundInput,
    RefundLineInput,
)
from postpurchase.connectors.base import Context, Ignored, OrderRefunded, OrderSaved, Unreadable
from tests.connectors.shops.reading import address_in_berlin, line_totals, only_order, sums
from tests.connectors.shops.woocommerce.bodies import ADDRESS, BILLING, CONTEXT, ORDER, line, order, read, refund
from tracking.inputs import ShipmentInput

HOME = address_in_berlin("DE-BE")


def saved(body: Any, topic: str = "order.updated", context: Context = CONTEXT) -> OrderSaved:
    return only_order(read(body, topic, context))


def test_an_order_is_read_exactly() -> None:
    change = saved(order())

    assert change == OrderSaved(
        OrderInput(
            external_id="727",
            number="R-2026-727",
            placed_at=dt.datetime(2026, 11, 22, 9, 0, tzinfo=dt.UTC),
            updated_at=dt.datetime(2026, 11, 22, 9, 5, tzinfo=dt.UTC),
            status="open",
            payment_status="paid",
            currency="EUR",
            total="41.53",
            shipping_total="9.40",
            discount_total="3.57",
            tax_total="6.63",
            language="de-CH",
            customer=CustomerOfOrderInput(
                external_id="25",
                email="aenne@example.com",
                phone="+49301234567",
                first_name="Änne",
                last_name="Groß-Øster",
                company="Blumen GmbH",
            ),
            shipping_address=HOME,
            billing_address=HOME,
            lines=[
                LineInput(
                    external_id="1",
                    sku="SKU-1",
                    name="Article 1 – rot",
                    quantity=2,
                    unit_price="11.90",
                    total="23.80",
                    attributes={"product_id": "10", "pa_farbe": "rot"},
                ),
                LineInput(
                    external_id="2",
                    sku="SKU-2",
                    name="Article 2 – rot",
                    quantity=1,
                    unit_price="11.90",
                    total="11.90",
                    attributes={"product_id": "20", "variant_id": "21"},
                ),
            ],
            attributes={
                "Geschenk": "ja",
                "wpml_language": "de_CH",
                "note": "Bitte klingeln",
                "payment_method": "Nachnahme",
                "shipping_method": "DHL Paket",
                "discount_codes": ["zehn"],
                "fees": ["Nachnahmegebühr"],
                "sales_channel": "checkout",
            },
            source="woocommerce",
        )
    )
    assert order_warnings(change.order) == []


LEGACY: dict[str, Any] = {
    "id": 645,
    "order_number": 1645,
    "created_at": "2026-11-22T09:00:00Z",
    "updated_at": "2026-11-22T09:05:00Z",
    "status": "completed",
    "currency": "EUR",
    "total": "41.53",
    "total_tax": "6.63",
    "total_shipping": "4.90",
    "shipping_tax": "0.93",
    "total_discount": "3.00",
    "payment_details": {"method_id": "cod", "method_title": "Nachnahme", "paid": True},
    "billing_address": BILLING,
    "shipping_address": ADDRESS,
    "note": "Bitte klingeln",
    "customer_id": 25,
    "line_items": ORDER["line_items"],
    "shipping_lines": [{"id": 4, "method_title": "DHL Paket", "total": "4.90"}],
    "fee_lines": [{"id": 5, "title": "Nachnahmegebühr", "total": "3.00", "total_tax": "0.57"}],
    "coupon_lines": [{"id": 6, "code": "zehn", "amount": "3.00"}],
    "customer": {"id": 25, "email": "konto@example.com", "first_name": "Änne", "last_name": "Groß"},
}


def test_the_legacy_api_says_the_same_in_other_words() -> None:
    legacy, modern = saved({"order": LEGACY}).order, saved(order()).order

    assert (legacy.external_id, legacy.number, legacy.status) == ("645", "1645", "fulfilled")
    assert (legacy.placed_at, legacy.updated_at) == (modern.placed_at, modern.updated_at)
    assert sums(legacy) == sums(modern)
    assert (legacy.lines, legacy.customer, legacy.billing_address) == (
        modern.lines,
        modern.customer,
        modern.billing_address,
    )
    assert legacy.attributes == {
        name: value
        for name, value in modern.attributes.items()
        if name not in ("Geschenk", "wpml_language", "sales_channel")
    }
    assert (legacy.language, order_warnings(legacy)) == ("de-DE", [])


def test_lines_are_rounded_to_the_order_which_rounds_its_tax_once() -> None:
    """7.5 % on 15.00, 3.00 and 12.00: 1.125 + 0.225 + 0.90 = 2.25, but 1.13 + 0.23 + 0.90 = 2.26."""

    def taxed(number: int, net: str, tax: str, exact: str) -> dict[str, Any]:
        return line(number, 1, (net, tax), (net, tax), taxes=[{"id": 75, "total": exact, "subtotal": exact}])

    body = order(
        total="32.25",
        total_tax="2.25",
        discount_total="0.00",
        discount_tax="0.00",
        shipping_total="0.00",
        shipping_tax="0.00",
        fee_lines=[],
        line_items=[
            taxed(1, "15.00", "1.13", "1.125"),
            taxed(2, "3.00", "0.23", "0.225"),
            taxed(3, "12.00", "0.90", "0.9"),
        ],
    )
    data = saved(body).order

    assert line_totals(data) == ["16.13", "3.22", "12.90"]
    assert order_warnings(data) == []
    for item in body["line_items"]:
        item["taxes"] = []
    assert sum(Decimal(total or 0) for total in line_totals(saved(body).order)) == Decimal("32.25")


def test_sums_that_do_not_agree_for_other_reasons_are_kept_as_they_are() -> None:
    data = saved(order(total="99.00")).order

    assert (line_totals(data), data.total) == (["23.80", "11.90"], "99.00")
    assert [warning.code for warning in order_warnings(data)] == ["sum_mismatch"]


def test_a_price_raised_by_hand_is_no_discount_and_a_negative_fee_is_one() -> None:
    body = order(
        line_items=[line(1, 1, ("10.00", "1.90"), ("20.00", "3.80"))],
        fee_lines=[{"name": "Gutschrift", "total": "-5.00", "total_tax": "-0.95"}],
        discount_total="0.00",
        total="23.68",
    )
    data = saved(body).order

    assert (line_totals(data), data.shipping_total, data.discount_total) == (["23.80"], "5.83", "5.95")
    assert order_warnings(data) == []


def test_times_without_their_gmt_are_in_the_shops_time_zone() -> None:
    body = order()
    for name in ("date_created_gmt", "date_modified_gmt"):
        del body[name]
    data = saved(body).order

    assert data.placed_at == dt.datetime(2026, 11, 22, 9, 0, tzinfo=dt.UTC)
    assert data.updated_at == dt.datetime(2026, 11, 22, 9, 5, tzinfo=dt.UTC)


def test_half_a_metre_is_one_piece() -> None:
    data = saved(order(line_items=[line(1, 1.5, ("30.00", "5.70"), ("30.00", "5.70"))])).order

    assert [(one.quantity, one.unit_price, one.attributes["quantity"]) for one in data.lines] == [(1, "35.70", "1.5")]


def test_articles_without_a_sku_are_known_by_the_shops_number_of_them() -> None:
    body = order(
        line_items=[
            line(1, 1, ("1", ""), ("1", ""), sku=""),
            line(2, 1, ("1", ""), ("1", ""), sku=None, variation_id=21),
        ]
    )

    assert [one.sku for one in saved(body).order.lines] == ["id-10", "id-21"]
    at = saved(body, context=Context(store="at", country="AT", language="de-AT")).order
    assert [one.sku for one in at.lines] == ["id-at-10", "id-at-21"]
    assert at.store == "at"


@pytest.mark.parametrize(
    ("fields", "status", "payment"),
    [
        ({"status": "pending", "date_paid": None, "date_paid_gmt": None}, "open", "pending"),
        ({"status": "on-hold", "date_paid": None, "date_paid_gmt": None}, "open", "pending"),
        ({"status": "failed", "date_paid": None, "date_paid_gmt": None}, "open", "pending"),
        ({"status": "on-hold"}, "open", "paid"),
        ({"status": "processing", "date_paid": None, "date_paid_gmt": None}, "open", "paid"),
        ({"status": "completed"}, "fulfilled", "paid"),
        ({"status": "cancelled", "date_paid": None, "date_paid_gmt": None}, "cancelled", "pending"),
        ({"status": "trash"}, "cancelled", "paid"),
        ({"status": "refunded"}, "closed", "refunded"),
        ({"status": "ready-to-ship"}, "open", "paid"),
        ({"refunds": [{"id": 1, "reason": "", "total": "-10.00"}]}, "open", "partially_refunded"),
        ({"refunds": [{"id": 1, "total": "-10.00"}, {"id": 2, "total": "-31.53"}]}, "open", "refunded"),
    ],
)
def test_states(fields: dict[str, Any], status: str, payment: str) -> None:
    data = saved(order(**fields)).order

    assert (data.status, data.payment_status) == (status, payment)


@pytest.mark.parametrize("status", ["checkout-draft", "auto-draft", "draft"])
def test_a_draft_is_no_order_yet(status: str) -> None:
    assert read(order(status=status), "order.created") == [Ignored("The order is not placed yet.")]


def test_a_restored_order_differs_from_the_one_that_was_deleted() -> None:
    restored, before = (saved(order(), topic).order for topic in ("order.restored", "order.updated"))

    assert restored.attributes == {**before.attributes, "restored_at": "2026-11-22T09:05:00+00:00"}
    assert restored.status == "open"


def test_a_parcel_for_somebody_else_names_the_recipient() -> None:
    opa = {**ADDRESS, "first_name": "Opa", "last_name": "Willi", "company": "", "phone": "0170 1234567"}
    data = saved(order(shipping=opa)).order

    assert data.recipient == RecipientInput(name="Opa Willi", phone="+491701234567")
    assert data.customer is not None
    assert (data.customer.first_name, data.customer.phone) == ("Änne", "+49301234567")


def test_guests_and_orders_without_anybody() -> None:
    guest = saved(order(customer_id=0)).order.customer
    nobody = saved(order(customer_id=0, billing={}, shipping=[])).order

    assert guest is not None
    assert (guest.external_id, guest.email) == ("", "aenne@example.com")
    assert (nobody.customer, nobody.billing_address, nobody.shipping_address) == (None, None, None)


def test_the_shoppers_language_is_noted_by_several_plugins() -> None:
    def language(**fields: Any) -> str:
        return saved(order(**fields)).order.language

    assert language(meta_data=[], lang="fr") == "fr"
    assert language(meta_data=[{"key": "trp_language", "value": "en_GB"}]) == "en-GB"
    assert language(meta_data=[{"key": "wpml_language", "value": ["de"]}]) == "de-DE"
    assert language(meta_data=None) == "de-DE"


# Refunds


def test_a_refund_by_itself_is_read_exactly() -> None:
    expected = RefundInput(
        external_id="726",
        amount="10.71",
        reason="Zu groß",
        lines=[RefundLineInput(line="1", quantity=1, amount="10.71")],
    )

    assert read(refund()) == [OrderRefunded("727", expected)]
    assert read(refund(_links={}, order_id=728)) == [OrderRefunded("728", expected)]
    assert saved(order(refunds=[refund()])).refunds == (expected,)


def test_an_order_alone_tells_of_its_refunds_without_lines() -> None:
    body = order(refunds=[{"id": 726, "reason": "Zu groß", "total": "-10.71"}, {"id": 9, "refund": "", "total": "0"}])

    assert saved(body).refunds == (RefundInput(external_id="726", amount="10.71", reason="Zu groß"),)


def test_a_refund_that_names_no_order_is_ignored_with_a_reason() -> None:
    (change,) = read({"order_refund": {"id": 649, "amount": "10.00", "reason": "", "line_items": []}})

    assert change == Ignored("This refund does not say of which order; the order itself tells of its refunds.")
    assert read(refund(amount="0.00")) == [Ignored("This refund is of no money.")]


def test_refunded_lines_are_the_orders_and_no_more_than_it_has() -> None:
    def given_back(number: str, quantity: int, total: str) -> dict[str, Any]:
        return {"quantity": quantity, "total": total, "meta_data": [{"key": "_refunded_item_id", "value": number}]}

    parts = [given_back("1", -3, "-9.00"), given_back("7", -1, "-1.00"), given_back("2", 0, "-2.00")]
    (first, second) = saved(
        order(refunds=[refund(line_items=parts), refund(9, line_items=[given_back("1", -1, "-5.00")])])
    ).refunds

    assert [(one.line, one.quantity, one.amount) for one in first.lines] == [("1", 2, "9.00")]
    assert second.lines == []


def test_refunded_lines_are_cut_to_what_was_given_back() -> None:
    (back,) = saved(order(refunds=[refund(amount="5.00")])).refunds

    assert (back.amount, [one.amount for one in back.lines]) == ("5.00", ["5.00"])


def test_the_total_is_never_less_than_what_was_given_back() -> None:
    assert saved(order(total="5.00", refunds=[refund()])).order.total == "10.71"


# Parcels


def tracked(*items: Any) -> tuple[ShipmentInput, ...]:
    return saved(order(meta_data=[{"key": "_wc_shipment_tracking_items", "value": list(items)}])).shipments


def test_tracking_numbers_of_the_usual_plugins() -> None:
    dhl = {
        "tracking_provider": "dhl-de",
        "tracking_number": "00340434161094042557",
        "date_shipped": "1795392000",
        "tracking_id": "a1b2",
    }
    own = {
        "tracking_provider": "",
        "custom_tracking_provider": "Radkurier",
        "custom_tracking_link": "https://rad.example/7",
        "tracking_number": "R7",
        "date_shipped": "2026-11-23",
    }

    assert tracked(dhl, own, {"tracking_number": ""}, dhl, None) == (
        ShipmentInput(
            external_id="a1b2",
            carrier="dhl",
            tracking_number="00340434161094042557",
            shipped_at=dt.datetime(2026, 11, 23, 0, 0, tzinfo=dt.UTC),
        ),
        ShipmentInput(
            external_id="R7",
            carrier="Radkurier",
            tracking_number="R7",
            tracking_url="https://rad.example/7",
            shipped_at=dt.datetime(2026, 11, 23, 0, 0, tzinfo=dt.UTC),
        ),
    )
    assert saved(order()).shipments == ()
    assert (
        saved(order(meta_data=[{"key": "_wc_shipment_tracking_items", "value": {"0": own}}])).shipments[0].external_id
        == "R7"
    )


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"id": ""}, "id: an id is missing"),
        ({"date_created": None, "date_created_gmt": None}, "order/placed_at"),
        ({"date_modified_gmt": "gestern"}, "date_modified_gmt: a date is expected"),
        ({"total": ""}, "total: an amount is missing"),
        ({"total": "1,50"}, "total: a number is expected"),
        ({"total": "-5.00"}, "total: -5.00 is below 0"),
        ({"currency": "DEM"}, "currency: an active ISO 4217 currency is expected"),
        ({"line_items": {"1": {}}}, "line_items: a list is expected"),
        ({"line_items": [line(1, 1, ("-5", "0"), ("-5", "0"))]}, "line_items/0/total: -5.00 is below 0"),
        ({"refunds": [{"id": 1, "total": "x"}]}, "refunds/0/total: a number is expected"),
    ],
)
def test_what_cannot_be_read_is_named_with_its_place(fields: dict[str, Any], said: str) -> None:
    with pytest.raises(Unreadable) as told:
        read(order(**fields), "order.created")

    assert said in str(told.value)


def test_a_thousand_lines_add_up() -> None:
    lines = [
        line(number, 1, ("0.10", "0.02"), ("0.10", "0.02"), taxes=[{"total": "0.019", "subtotal": "0.019"}])
        for number in range(1, 1001)
    ]
    data = saved(
        order(
            line_items=lines,
            total="119.00",
            total_tax="19.00",
            discount_total="0",
            discount_tax="0",
            shipping_total="0",
            shipping_tax="0",
            fee_lines=[],
        )
    ).order

    assert len(data.lines) == 1000
    assert sum(Decimal(one.total or 0) for one in data.lines) == Decimal("119.00")
    assert order_warnings(data) == []


def test_reading_changes_nothing_in_the_body() -> None:
    body = order()
    read(body)

    assert body == ORDER
