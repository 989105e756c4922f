"""Shopware 6: its signature, its events, its orders, and how it is asked.

The bodies are made from the vendor's documentation: envelope and events from "Webhook" and "Webhook Event Reference"
(developer.shopware.com/docs/guides/plugins/apps/lifecycle/webhook.html), the order from the Admin API reference and the
shape of the app SDK's own test body (shopware/app-php-sdk, tests/Context/_fixtures/payment.json), the token and search
requests from "Search Criteria" and "Authentication" of the Admin API guides.
"""

import datetime as dt
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.inputs import (
    AddressInput,
    CancelInput,
    CustomerInput,
    CustomerOfOrderInput,
    LineInput,
    OrderInput,
    ProductInput,
    RefundInput,
)
from postpurchase.connectors.base import (
    Change,
    Context,
    CustomerSaved,
    Envelope,
    Ignored,
    OrderCancelled,
    OrderSaved,
    PollFailed,
    ProductSaved,
    Request,
    ShipmentSaved,
    Unreadable,
    WrongSignature,
)
from postpurchase.connectors.shops.shopware import CONNECTOR
from postpurchase.connectors.signatures import hex_signature
from tests.connectors.shops.mutations import bodies_like, outcome
from tests.connectors.shops.shop_stand_in import ShopStandIn, reply
from tracking.inputs import ShipmentInput

CONTEXT = Context(store="ch", country="CH", language="de-CH", currency="CHF")
NOW = dt.datetime(2026, 11, 22, 10, 0, tzinfo=dt.UTC)
SENT_AT = dt.datetime(2026, 11, 24, 15, 0, tzinfo=dt.UTC)
LIVE = "0fa91ce3e96a4bc2be4bd9ce752c3425"
ORDER_ID = "8f69d4874c53486a95383b2126161738"
DELIVERY_ID = "ae11f8bd3291451289919b55ed65a321"

LONG_NAME = "Schere der Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
GERMANY = {"iso": "DE", "iso3": "DEU", "name": "Deutschland"}
SHIPPING_ADDRESS = {
    "id": "4593923381aa4e5b89d27a468d27dc02",
    "firstName": "Zoë",
    "lastName": "Straßer",
    "company": "Blumen Straßer",
    "department": "Einkauf",
    "street": "Ebbinghoff 10",
    "additionalAddressLine1": "Hof",
    "additionalAddressLine2": None,
    "zipcode": "48624",
    "city": "Schöppingen",
    "phoneNumber": None,
    "country": GERMANY,
    "countryState": None,
}
BILLING_ADDRESS = {**SHIPPING_ADDRESS, "id": "85fec4770f20494b9651b52cf157f755", "phoneNumber": "+49 2555 1234"}
ORDER: dict[str, Any] = {
    "id": ORDER_ID,
    "versionId": LIVE,
    "createdAt": "2026-11-22T09:36:26.566+00:00",
    "updatedAt": None,
    "orderNumber": "10077",
    "orderDateTime": "2026-11-22T09:36:26.557+00:00",
    "currency": {"isoCode": "EUR", "factor": 1},
    "language": {"name": "Deutsch", "locale": {"code": "de-DE"}},
    "salesChannel": {"name": "Storefront DE"},
    "price": {
        "netPrice": 92.02,
        "totalPrice": 109.5,
        "positionPrice": 104.6,
        "taxStatus": "gross",
        "calculatedTaxes": [{"tax": 17.48, "taxRate": 19, "price": 109.5}],
    },
    "amountTotal": 109.5,
    "taxStatus": "gross",
    "shippingCosts": {"unitPrice": 4.9, "quantity": 1, "totalPrice": 4.9, "calculatedTaxes": [{"tax": 0.78}]},
    "shippingTotal": 4.9,
    "orderCustomer": {
        "email": "zoe@example.com",
        "firstName": "Zoë",
        "lastName": "Straßer",
        "company": "Blumen Straßer",
        "customerNumber": "1337",
        "customerId": "5e5d6cd8917c45839b2f6aa7b4bf1425",
        "customer": {"guest": False, "birthday": "1990-02-28T00:00:00.000+00:00", "customFields": {"machine": "X1"}},
    },
    "billingAddressId": BILLING_ADDRESS["id"],
    "addresses": [SHIPPING_ADDRESS, BILLING_ADDRESS],
    "lineItems": [
        {
            "id": "promotion-1",
            "type": "promotion",
            "position": 3,
            "label": "10 %",
            "quantity": 1,
            "unitPrice": -11.6,
            "totalPrice": -11.6,
            "price": {"totalPrice": -11.6, "calculatedTaxes": [{"tax": -1.85}]},
            "payload": {"code": "HERBST"},
        },
        {
            "id": "line-1",
            "type": "product",
            "position": 1,
            "label": LONG_NAME,
            "quantity": 3,
            "unitPrice": 33.4,
            "totalPrice": 100.2,
            "price": {"unitPrice": 33.4, "totalPrice": 100.2, "calculatedTaxes": [{"tax": 16, "taxRate": 19}]},
            "payload": {
                "productNumber": "SW-1",
                "options": [{"group": "Farbe", "option": "Rot"}],
                "customFields": {"care": "trocken"},
            },
            "cover": {"url": "https://shop.example.com/media/rose.jpg"},
        },
        {
            "id": "line-2",
            "type": "custom",
            "position": 2,
            "label": "Gravur",
            "quantity": 1,
            "unitPrice": 16,
            "totalPrice": 16,
            "price": {"unitPrice": 16, "totalPrice": 16, "calculatedTaxes": [{"tax": 2.55}]},
            "payload": [],
        },
        {"id": "inner", "parentId": "line-2", "type": "product", "label": "Text", "quantity": 1, "totalPrice": 16},
    ],
    "deliveries": [
        {
            "id": DELIVERY_ID,
            "createdAt": "2026-11-22T09:36:26.566+00:00",
            "updatedAt": None,
            "trackingCodes": [],
            "shippingCosts": {"totalPrice": 4.9},
            "shippingDateEarliest": "2026-11-25T00:00:00.000+00:00",
            "shippingDateLatest": "2026-11-27T00:00:00.000+00:00",
            "shippingMethod": {"name": "DHL Paket", "trackingUrl": "https://www.dhl.de/nr/%s"},
            "shippingOrderAddress": SHIPPING_ADDRESS,
            "stateMachineState": {"technicalName": "open"},
        }
    ],
    "transactions": [
        {
            "id": "t-1",
            "createdAt": "2026-11-22T09:36:27.000+00:00",
            "updatedAt": "2026-11-22T09:37:00.123+00:00",
            "paymentMethod": {"name": "PayPal", "technicalName": "swag_paypal"},
            "stateMachineState": {"technicalName": "paid"},
        }
    ],
    "stateMachineState": {"technicalName": "open"},
    "customFields": {"gift": True},
}
SHIPPED = {
    **ORDER["deliveries"][0],
    "updatedAt": "2026-11-24T14:59:58.000+00:00",
    "trackingCodes": ["00340434161094000001", "00340434161094000002", "00340434161094000001"],
    "stateMachineState": {"technicalName": "shipped"},
}
PRODUCT = {
    "id": "9c4734591e8d40308e0b9480523ba10f",
    "productNumber": "SW-1",
    "name": None,
    "translated": {
        "name": "Rosenschere",
        "description": "<p>Schneidet &amp; hält.</p>",
        "customFields": {"care": "dry"},
    },
    "active": True,
    "available": True,
    "price": [{"net": 28.07, "gross": 33.4, "linked": True}],
    "cover": {"media": {"url": "https://shop.example.com/media/rose.jpg"}},
    "categories": [{"name": "Garten"}, {"translated": {"name": "Scheren"}}, {"name": "Garten"}],
}


def event(name: str, payload: Any, timestamp: int | None = int(SENT_AT.timestamp())) -> dict[str, Any]:
    return {
        "data": {"payload": payload, "event": name},
        "source": {"url": "https://shop.example.com", "shopId": "dgrH7nLU6tlE", "eventId": "evt-1"},
        "timestamp": timestamp,
    }


def read(body: object, topic: str = "") -> list[Change]:
    return list(CONNECTOR.read(topic, body, CONTEXT))


def saved(**changed: Any) -> OrderSaved:
    (change,) = read(event("checkout.order.placed", {"order": ORDER | changed}))
    assert isinstance(change, OrderSaved)
    return change


def test_the_published_vector_is_right():
    """The vector of shopware/app-php-sdk, tests/Authentication/RequestVerifierTest.php."""
    signature = "dc46983557fea127b43af721467eb9b3fde2338fe3e14f51952aa8478c13d355"

    assert CONNECTOR.verify("secret", {"shopware-shop-signature": signature}, b"body", NOW) == Envelope("", "")


def test_the_envelope_has_the_events_own_id_which_stays_the_same_on_retries():
    body = json.dumps(event("checkout.order.placed", {"order": ORDER})).encode()
    headers = {"shopware-shop-signature": hex_signature("geheim", body)}

    later = NOW + dt.timedelta(days=3)
    assert CONNECTOR.verify("geheim", headers, body, later) == Envelope("evt-1", "checkout.order.placed")


def test_another_body_or_secret_is_wrong():
    body = json.dumps(event("checkout.order.placed", {"order": ORDER})).encode()
    headers = {"shopware-shop-signature": hex_signature("geheim", body)}
    same_content_other_bytes = json.dumps(json.loads(body), indent=2).encode()

    for wrong_headers, wrong_body, secret in (
        (headers, body.replace(b"10077", b"10078"), "geheim"),
        (headers, same_content_other_bytes, "geheim"),
        (headers, body, "geheim2"),
        (headers, body, ""),
        ({}, body, "geheim"),
        ({"shopware-app-signature": headers["shopware-shop-signature"]}, body, "geheim"),
    ):
        with pytest.raises(WrongSignature):
            CONNECTOR.verify(secret, wrong_headers, wrong_body, NOW)


@given(st.text(), st.text(), st.binary())
def test_nobody_gets_in_by_strange_headers(secret: str, signature: str, body: bytes):
    with pytest.raises(WrongSignature):
        CONNECTOR.verify(secret, {"shopware-shop-signature": signature}, body, NOW)


@given(st.one_of(st.binary(), st.sampled_from([b"[]", b'{"source": [], "data": 1}', b'{"source": {"eventId": 5}}'])))
def test_a_signed_body_of_any_form_has_an_envelope(body: bytes):
    headers = {"shopware-shop-signature": hex_signature("geheim", body)}

    assert CONNECTOR.verify("geheim", headers, body, NOW) == Envelope("", "")


def test_an_order_maps_exactly():
    assert saved() == OrderSaved(
        OrderInput(
            external_id=ORDER_ID,
            number="10077",
            placed_at=dt.datetime(2026, 11, 22, 9, 36, 26, 557000, tzinfo=dt.UTC),
            # The payment changed last.
            updated_at=dt.datetime(2026, 11, 22, 9, 37, 0, 123000, tzinfo=dt.UTC),
            status="open",
            payment_status="paid",
            store="ch",
            currency="EUR",
            total="109.50",
            shipping_total="4.90",
            discount_total="11.60",
            tax_total="17.48",
            language="de-DE",
            customer=CustomerOfOrderInput(
                external_id="5e5d6cd8917c45839b2f6aa7b4bf1425",
                email="zoe@example.com",
                phone="+49 2555 1234",
                first_name="Zoë",
                last_name="Straßer",
                company="Blumen Straßer",
                birth_date=dt.date(1990, 2, 28),
                attributes={"machine": "X1"},
            ),
            shipping_address=AddressInput(
                name="Zoë Straßer",
                company="Blumen Straßer, Einkauf",
                street="Ebbinghoff 10",
                street2="Hof",
                postal_code="48624",
                city="Schöppingen",
                country="DE",
            ),
            billing_address=AddressInput(
                name="Zoë Straßer",
                company="Blumen Straßer, Einkauf",
                street="Ebbinghoff 10",
                street2="Hof",
                postal_code="48624",
                city="Schöppingen",
                country="DE",
            ),
            lines=[
                LineInput(
                    external_id="line-1",
                    sku="SW-1",
                    name=LONG_NAME,
                    quantity=3,
                    unit_price="33.40",
                    total="100.20",
                    image_url="https://shop.example.com/media/rose.jpg",
                    attributes={"care": "trocken", "options": ["Farbe: Rot"]},
                ),
                LineInput(external_id="line-2", name="Gravur", quantity=1, unit_price="16.00", total="16.00"),
            ],
            promised_from=dt.date(2026, 11, 25),
            promised_to=dt.date(2026, 11, 27),
            attributes={
                "payment_method": "PayPal",
                "shipping_method": "DHL Paket",
                "sales_channel": "Storefront DE",
                "gift": True,
            },
            source="shopware",
        )
    )


def test_sums_without_tax_get_it_added():
    """10 pieces at 8.40 net are 99.96 with 19 %."""
    net = saved(
        taxStatus="net",
        price={"totalPrice": 105.79, "taxStatus": "net", "calculatedTaxes": [{"tax": 16.89}]},
        amountTotal=105.79,
        shippingTotal=4.9,
        shippingCosts={"totalPrice": 4.9, "calculatedTaxes": [{"tax": 0.93}]},
        lineItems=[
            {
                "id": "1",
                "type": "product",
                "label": "A",
                "quantity": 10,
                "unitPrice": 8.4,
                "totalPrice": 84,
                "price": {"totalPrice": 84, "calculatedTaxes": [{"tax": 15.96}]},
                "payload": {"productNumber": "A"},
            }
        ],
    ).order

    assert (net.lines[0].unit_price, net.lines[0].total) == ("9.996", "99.96")
    assert (net.shipping_total, net.discount_total, net.tax_total, net.total) == ("5.83", "0.00", "16.89", "105.79")


def test_a_guest_has_no_id():
    customer = saved(orderCustomer={**ORDER["orderCustomer"], "customer": {"guest": True}}).order.customer

    assert customer is not None
    assert (customer.external_id, customer.email) == ("", "zoe@example.com")


@pytest.mark.parametrize(
    ("order_state", "delivery_states", "status"),
    [
        ("open", ["open"], "open"),
        ("in_progress", ["shipped_partially"], "open"),
        ("in_progress", ["shipped"], "fulfilled"),
        ("open", ["shipped", "open"], "open"),
        ("completed", ["open"], "fulfilled"),
        ("cancelled", ["shipped"], "cancelled"),
        ("our_own", [], "open"),
    ],
)
def test_states_become_our_statuses(order_state: str, delivery_states: list[str], status: str):
    deliveries = [
        ORDER["deliveries"][0] | {"id": state, "stateMachineState": {"technicalName": state}}
        for state in delivery_states
    ]

    assert saved(stateMachineState={"technicalName": order_state}, deliveries=deliveries).order.status == status


def transaction(state: str, created: str = "2026-11-22", **method: str) -> dict[str, Any]:
    return {"createdAt": created, "stateMachineState": {"technicalName": state}, "paymentMethod": method}


@pytest.mark.parametrize(
    ("transactions", "payment_status"),
    [
        ([], "paid"),
        ([transaction("open")], "pending"),
        ([transaction("paid_partially")], "pending"),
        ([transaction("authorized")], "paid"),
        ([transaction("refunded")], "refunded"),
        ([transaction("refunded_partially")], "partially_refunded"),
        ([transaction("open", technicalName="payment_invoicepayment")], "not_needed"),
        ([transaction("open", handlerIdentifier="Shopware\\Core\\PaymentHandler\\CashPayment")], "not_needed"),
        ([transaction("failed", technicalName="payment_invoicepayment")], "pending"),
        ([transaction("paid", "2026-11-23"), transaction("failed", "2026-11-22")], "paid"),
        ([transaction("paid", "2026-11-22"), transaction("cancelled", "2026-11-23")], "paid"),
        ([transaction("cancelled", "2026-11-22"), transaction("open", "2026-11-23")], "pending"),
    ],
)
def test_payments_become_our_payment_status(transactions: list[Any], payment_status: str):
    assert saved(transactions=transactions).order.payment_status == payment_status


def test_nothing_to_pay_needs_no_payment():
    assert saved(amountTotal=0, transactions=[transaction("open")]).order.payment_status == "not_needed"


def test_every_number_of_a_delivery_is_a_parcel():
    body = event("state_enter.order_delivery.state.shipped", {"order": ORDER | {"deliveries": [SHIPPED]}})

    (change,) = read(body)

    assert isinstance(change, OrderSaved)
    assert change.order.status == "fulfilled"
    first = ShipmentInput(
        external_id=DELIVERY_ID,
        carrier="dhl",
        tracking_number="00340434161094000001",
        tracking_url="https://www.dhl.de/nr/00340434161094000001",
        service="DHL Paket",
        shipped_at=SENT_AT,
        promised_from=dt.date(2026, 11, 25),
        promised_to=dt.date(2026, 11, 27),
    )
    second = ShipmentInput(
        external_id=f"{DELIVERY_ID}-2",
        carrier="dhl",
        tracking_number="00340434161094000002",
        tracking_url="https://www.dhl.de/nr/00340434161094000002",
        service="DHL Paket",
        shipped_at=SENT_AT,
        promised_from=dt.date(2026, 11, 25),
        promised_to=dt.date(2026, 11, 27),
    )
    assert change.shipments == (first, second)


def test_a_delivery_that_left_without_a_number_is_a_parcel_too():
    (parcel,) = saved(deliveries=[SHIPPED | {"trackingCodes": []}]).shipments

    assert (parcel.external_id, parcel.tracking_number) == (DELIVERY_ID, None)
    assert parcel.shipped_at == dt.datetime(2026, 11, 24, 14, 59, 58, tzinfo=dt.UTC)


def test_a_promotion_on_shipping_is_no_parcel():
    discount = SHIPPED | {"id": "discount", "shippingCosts": {"totalPrice": -4.9}}

    assert [
        parcel.external_id for parcel in saved(deliveries=[discount, SHIPPED | {"trackingCodes": []}]).shipments
    ] == [DELIVERY_ID]


def test_refunds_come_from_the_captures_of_payments():
    refund = {
        "id": "refund-1",
        "amount": {"totalPrice": 20.5},
        "reason": "zu klein",
        "stateMachineState": {"technicalName": "completed"},
    }
    open_refund = {"id": "refund-2", "amount": {"totalPrice": 1}, "stateMachineState": {"technicalName": "open"}}
    captures = [{"refunds": [refund, open_refund]}]

    assert saved(transactions=[transaction("refunded_partially") | {"captures": captures}]).refunds == (
        RefundInput(external_id="refund-1", amount="20.50", reason="zu klein"),
    )


def test_events_without_the_whole_order_tell_what_they_know():
    bare = {"id": ORDER_ID, "versionId": LIVE, "orderNumber": "10077", "lineItems": None}

    assert read(event("state_enter.order.state.cancelled", {"order": bare})) == [
        OrderCancelled(ORDER_ID, CancelInput(cancelled_at=SENT_AT))
    ]
    (change,) = read(
        event(
            "state_enter.order_delivery.state.shipped",
            {"order": bare | {"deliveries": [SHIPPED | {"trackingCodes": []}]}},
        )
    )
    assert isinstance(change, ShipmentSaved)
    assert (change.order, change.shipment.external_id, change.shipment.shipped_at) == (ORDER_ID, DELIVERY_ID, SENT_AT)
    assert read(event("state_enter.order_transaction.state.paid", {"order": bare})) == [
        Ignored("The order is not complete in this event; the shop is asked for the rest.")
    ]


@pytest.mark.parametrize("entity", ["order", "product", "customer"])
def test_written_events_hold_only_ids(entity: str):
    written = [{"entity": entity, "operation": "update", "primaryKey": ORDER_ID, "updatedFields": ["stateId"]}]

    assert read(event(f"{entity}.written", written)) == [Ignored("Only ids; the shop is asked for the rest.")]


@pytest.mark.parametrize("body", [ORDER, {"order": ORDER}, {"data": {"order": ORDER}, "foo": 1} | {"order": ORDER}])
def test_flows_and_the_poller_send_orders_without_envelope(body: Any):
    (change,) = read(body)

    assert isinstance(change, OrderSaved)
    assert change.order == saved().order


def test_an_article_maps_exactly():
    assert read({"product": PRODUCT, "shop_url": "https://shop.example.com/"}) == [
        ProductSaved(
            ProductInput(
                sku="SW-1",
                name="Rosenschere",
                description="Schneidet & hält.",
                url="https://shop.example.com/detail/9c4734591e8d40308e0b9480523ba10f",
                image_url="https://shop.example.com/media/rose.jpg",
                price="33.40",
                currency="CHF",
                available=True,
                categories=["Garten", "Scheren"],
                attributes={"care": "dry"},
            )
        )
    ]


@pytest.mark.parametrize("changed", [{"active": False}, {"available": False}])
def test_what_is_switched_off_or_sold_out_is_not_available(changed: dict[str, Any]):
    (change,) = read({"product": PRODUCT | changed})

    assert isinstance(change, ProductSaved)
    assert not change.product.available


CUSTOMER = {
    "id": "c-1",
    "customerNumber": "1337",
    "email": "zoe@example.com",
    "firstName": "Zoë",
    "lastName": "Straßer",
    "guest": False,
    "birthday": None,
}


def test_a_customer_who_registers():
    assert read(event("checkout.customer.register", {"customer": CUSTOMER})) == [
        CustomerSaved(CustomerInput(external_id="c-1", email="zoe@example.com", first_name="Zoë", last_name="Straßer"))
    ]


@pytest.mark.parametrize(
    ("name", "payload", "reason"),
    [
        ("checkout.customer.login", {"customer": CUSTOMER}, "Nothing about the customer changed."),
        (
            "checkout.customer.guest_register",
            {"customer": CUSTOMER | {"guest": True}},
            "A guest, who comes with the order.",
        ),
        (
            "checkout.customer.deleted",
            {"customer": CUSTOMER},
            "An account was deleted in the shop. Erase the customer here if that is their wish.",
        ),
        ("mail.sent", {"subject": "x"}, "mail.sent tells of no order, article or customer."),
        (
            "checkout.order.placed",
            {"order": ORDER | {"versionId": "somebody-is-editing"}},
            "A draft of an order that somebody is changing in the shop.",
        ),
    ],
)
def test_what_is_not_for_us_is_ignored_with_a_reason(name: str, payload: Any, reason: str):
    assert read(event(name, payload)) == [Ignored(reason)]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"amountTotal": -1}, "data/payload/order/amountTotal: -1 is below 0."),
        ({"id": None}, "data/payload/order/id: an id is missing."),
        ({"orderDateTime": "gestern"}, "data/payload/order/orderDateTime: a date is expected."),
        (
            {"currency": {"isoCode": "BTC"}},
            "data/payload/order/currency/isoCode: BTC is no active currency (ISO 4217).",
        ),
        (
            {"deliveries": [SHIPPED | {"trackingCodes": "x"}]},
            "data/payload/order/deliveries/0/trackingCodes: a list is expected.",
        ),
        (
            {"lineItems": [{"id": "1", "label": "A", "quantity": 0, "totalPrice": 1}]},
            "data/payload/order/lineItems/0/quantity: more than 0 is expected.",
        ),
    ],
)
def test_what_cannot_be_read_is_named(changed: dict[str, Any], said: str):
    with pytest.raises(Unreadable) as told:
        read(event("checkout.order.placed", {"order": ORDER | changed}))

    assert str(told.value) == said


@pytest.mark.parametrize(
    "body",
    [
        event("state_enter.order_delivery.state.shipped", {"order": ORDER | {"deliveries": [SHIPPED]}}),
        {"product": PRODUCT, "shop_url": "https://shop.example.com"},
        event("checkout.customer.register", {"customer": CUSTOMER}),
    ],
    ids=["order", "product", "customer"],
)
def test_a_changed_body_is_read_ignored_or_named(body: Any):
    @given(bodies_like(body))
    def check(changed: Any) -> None:
        assert outcome(CONNECTOR, "", changed, CONTEXT)

    check()


CREDENTIALS = {"access_key": " SWIAKEY ", "secret_key": "geheim"}
SINCE = {"since": "2026-11-22T09:00:00+00:00"}


def shop(**answers: Any) -> ShopStandIn:
    token = reply({"token_type": "Bearer", "expires_in": 600, "access_token": "token-1"})
    return ShopStandIn(
        {
            "/api/oauth/token": answers.get("token", token),
            "/api/search/order": answers.get("order", reply({"total": 0, "data": []})),
            "/api/search/product": answers.get("product", reply({"total": 0, "data": []})),
            "/api/search/sales-channel-domain": answers.get(
                "domain", reply({"data": [{"url": "https://shop.example.com"}]})
            ),
        }
    )


def ask(send: ShopStandIn, cursor: dict[str, Any]) -> Any:
    assert CONNECTOR.poller is not None
    return CONNECTOR.poller.poll(send, CREDENTIALS, cursor, NOW)


def body_of(request: Request) -> dict[str, Any]:
    assert request.body is not None
    found: dict[str, Any] = json.loads(request.body)
    return found


def test_orders_are_asked_for_by_the_time_of_any_change():
    send = shop(order=reply({"data": [ORDER] * 50}))

    page = ask(send, SINCE | {"turn": "orders", "page": 3})

    assert [(request.method, request.path) for request in send.asked] == [
        ("POST", "/api/oauth/token"),
        ("POST", "/api/search/order"),
    ]
    assert body_of(send.asked[0]) == {
        "grant_type": "client_credentials",
        "client_id": "SWIAKEY",
        "client_secret": "geheim",
    }
    assert send.asked[1].headers["authorization"] == "Bearer token-1"
    asked = body_of(send.asked[1])
    assert set(asked.pop("associations")) == {
        "billingAddress",
        "currency",
        "deliveries",
        "language",
        "lineItems",
        "orderCustomer",
        "salesChannel",
        "stateMachineState",
        "transactions",
    }
    includes = asked.pop("includes")
    assert includes["customer"] == ["guest", "birthday", "customFields"]
    assert {"id", "orderNumber", "lineItems", "deliveries", "transactions"} < set(includes["order"])
    fields = ("createdAt", "updatedAt", "deliveries.updatedAt", "transactions.updatedAt")
    since = {"gte": "2026-11-22T08:50:00.000+00:00"}
    queries = [{"type": "range", "field": field, "parameters": since} for field in fields]
    assert asked == {
        "page": 3,
        "limit": 50,
        "filter": [{"type": "multi", "operator": "or", "queries": queries}],
        "sort": [{"field": "autoIncrement", "order": "ASC"}],
        "total-count-mode": 2,
    }
    assert (len(page.found), page.more, page.cursor["page"]) == (50, True, 4)
    (change,) = read(page.found[0].body, page.found[0].topic)
    assert isinstance(change, OrderSaved)
    assert change.order == saved().order


def test_what_is_asked_for_is_enough_for_the_whole_order():
    """Everything the stand-in for a real order holds and the mapping reads is among the fields that are asked for."""
    asked = body_of(_asked_for_orders())["includes"]
    kinds = {
        "order": ORDER,
        "order_customer": ORDER["orderCustomer"],
        "customer": ORDER["orderCustomer"]["customer"],
        "order_address": SHIPPING_ADDRESS,
        "order_line_item": ORDER["lineItems"][1],
        "order_delivery": SHIPPED,
        "order_transaction": ORDER["transactions"][0],
        "currency": {"isoCode": "EUR"},
    }

    assert {kind: set(body) - set(asked[kind]) for kind, body in kinds.items()} == {kind: set() for kind in kinds}


def _asked_for_orders() -> Request:
    send = shop()
    ask(send, SINCE | {"turn": "orders", "page": 1})
    return send.asked[1]


def test_articles_come_first_with_the_address_of_the_shop():
    send = shop(product=reply({"data": [PRODUCT]}))

    page = ask(send, SINCE)

    assert send.paths == ["/api/oauth/token", "/api/search/product", "/api/search/sales-channel-domain"]
    assert send.asked[1].headers["sw-inheritance"] == "1"
    (change,) = read(page.found[0].body)
    assert isinstance(change, ProductSaved)
    assert change.product.url == "https://shop.example.com/detail/9c4734591e8d40308e0b9480523ba10f"
    assert page.cursor["turn"] == "orders"


def test_without_the_right_to_read_domains_articles_have_no_address():
    send = shop(product=reply({"data": [PRODUCT]}), domain=reply({"errors": []}, 403))

    (change,) = read(ask(send, SINCE).found[0].body)

    assert isinstance(change, ProductSaved)
    assert change.product.url == ""


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({"token": reply({"errors": [{"detail": "Client authentication failed"}]}, 401)}, "refuses these credentials"),
        ({"token": reply({"access_token": None})}, "The shop gives no access"),
        ({"token": reply([])}, "The shop gives no access"),
        ({"product": reply([])}, "has a form that we do not know"),
        ({"product": reply({"data": "x"})}, "The shop's list of products"),
        ({"product": reply({"errors": []}, 429, retry_after="7")}, "asked too often"),
    ],
)
def test_an_answer_that_is_none_fails_the_poll(answers: dict[str, Any], said: str):
    with pytest.raises(PollFailed) as told:
        ask(shop(**answers), dict(SINCE))

    assert said in told.value.reason
