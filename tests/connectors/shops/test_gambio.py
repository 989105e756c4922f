"""Gambio: what is asked, how it is read.

The bodies are made from the vendor's documentation: Gambio's REST API v2 (developers.gambio.de, ``GXOrder``,
``GXOrderListItem`` with ``trackingLinks``, ``withdrawalIds`` and ``statusId``, ``GXOrderTotal``, ``GXTrackingCode``,
``GXProduct``, ``GXCustomer``; guide "Search Example") and v3 (tracking codes, authentication by JWT).
"""

import base64
import datetime as dt
import json
from typing import Any

import pytest
from hypothesis import given

from orders.inputs import AddressInput, CustomerInput, CustomerOfOrderInput, LineInput, OrderInput, ProductInput
from postpurchase.connectors.base import (
    Change,
    Context,
    CustomerSaved,
    Ignored,
    OrderSaved,
    PollFailed,
    ProductSaved,
    Reply,
    Request,
    ShipmentSaved,
    Unreadable,
)
from postpurchase.connectors.shops.gambio import CONNECTOR
from postpurchase.connectors.signatures import verify_standard_webhook
from tests.connectors.shops.mutations import bodies_like, outcome
from tests.connectors.shops.shop_stand_in import ShopStandIn, query_of, reply
from tracking.inputs import ShipmentInput

CONTEXT = Context()
NOW = dt.datetime(2026, 11, 22, 10, 0, tzinfo=dt.UTC)
SINCE = {"since": "2026-11-22T09:00:00+00:00"}

ADDRESS = {
    "gender": "f",
    "firstname": "Änne",
    "lastname": "Groß",
    "company": "Groß & Söhne",
    "street": "Parallelweg",
    "houseNumber": "30a",
    "additionalAddressInfo": "1. Etage",
    "suburb": "",
    "postcode": "28219",
    "city": "Bremen",
    "countryId": 81,
    "zoneId": 0,
    "b2bStatus": False,
}


def total(kind: str, value: float) -> dict[str, Any]:
    return {"id": 1, "title": kind, "value": value, "valueText": f"{value} EUR", "class": kind, "sortOrder": 1}


ORDER: dict[str, Any] = {
    "id": 400210,
    "statusId": 1,
    "purchaseDate": "2026-07-01 12:22:39",
    "currencyCode": "EUR",
    "languageCode": "DE",
    "totalWeight": 0.123,
    "comment": "Bitte klingeln",
    "paymentType": {"title": "PayPal", "module": "paypal3"},
    "shippingType": {"title": "Deutsche Post", "module": "dp_dp"},
    "customer": {
        "id": 7,
        "number": "K-7",
        "email": "aenne@example.com",
        "phone": "0421 - 22 34 678",
        "vatId": "",
        "status": {"id": 2, "name": "Neuer Kunde", "isGuest": False},
    },
    "addresses": {"customer": ADDRESS, "billing": ADDRESS, "delivery": {**ADDRESS, "countryId": 14, "city": "Wien"}},
    "items": [
        {
            "id": 1,
            "model": "12345-s-black",
            "name": "Ein Artikel",
            "quantity": 2,
            "price": 11,
            "finalPrice": 22,
            "tax": 19,
            "isTaxAllowed": True,
            "attributes": [{"id": 1, "name": "Farbe", "value": "rot", "price": 0, "optionId": 1}],
            "addonValues": {"productId": "2"},
        },
        {
            "id": 2,
            "model": "",
            "name": "Stoff, Meterware",
            "quantity": 0.5,
            "price": 10,
            "finalPrice": 5,
            "tax": 19,
            "isTaxAllowed": "true",
            "attributes": {"name": "Muster", "value": "Streifen"},
            "addonValues": {"productId": "9"},
        },
    ],
    "totals": [
        total("ot_subtotal", 27),
        total("ot_coupon", -2.7),
        total("ot_gv", 5),
        total("ot_shipping", 4.9),
        total("ot_cod_fee", 3) | {"title": "Nachnahmegebühr:"},
        total("ot_payment", -1),
        total("ot_tax", 4.18),
        total("ot_total_netto", 22.02),
        total("ot_total", 26.2),
    ],
    "statusHistory": [
        {"id": 1, "statusId": 1, "dateAdded": "2026-07-01 12:22:39", "comment": "", "customerNotified": True}
    ],
    "addonValues": {"customerIp": "192.0.2.1", "ccNumber": ""},
}
LISTED = {
    "id": 400210,
    "statusId": 1,
    "statusName": "Offen",
    "totalSum": "26,20 EUR",
    "purchaseDate": "2026-07-01 12:22:39",
    "withdrawalIds": [12],
    "deliveryAddress": {"firstName": "Änne", "countryIsoCode": "AT", "state": "Wien"},
    "billingAddress": {"firstName": "Änne", "countryIsoCode": "DE", "state": ""},
    "trackingLinks": [],
}
TRACKING_CODE = {
    "id": "31",
    "orderId": "400210",
    "trackingCode": "00340434161094000001",
    "parcelServiceId": "4",
    "parcelServiceName": "DHL Paket",
    "url": "https://nolp.dhl.de/nextt-online-public/set_identcodes.do?idc=00340434161094000001",
    "comment": "",
    "creationDate": "2026-07-02 09:59:43",
}
PRODUCT = {
    "id": 2,
    "isActive": True,
    "productModel": "ABC123",
    "price": 16.7983,
    "taxClassId": 1,
    "quantity": 0,
    "name": {"en": "Test Product", "de": "Testartikel"},
    "description": {"en": "", "de": "<p>Gut &amp; schön.</p>[TAB:Details]<b>Rot</b>"},
    "images": [
        {"filename": "zwei.jpg", "isPrimary": False},
        {"filename": "eins.jpg", "isPrimary": True},
    ],
    "addonValues": {"material": "Holz"},
}


def read(body: object, topic: str = "") -> list[Change]:
    return list(CONNECTOR.read(topic, body, CONTEXT))


def order(listed: dict[str, Any] | None = None, **changed: Any) -> OrderInput:
    (change,) = read({"order": ORDER | changed, "listed": LISTED if listed is None else listed})
    assert isinstance(change, OrderSaved)
    return change.order


def test_it_is_the_connector_the_contract_names():
    assert (CONNECTOR.name, CONNECTOR.makes_secret, CONNECTOR.pushes_orders) == ("gambio", True, False)
    assert CONNECTOR.verify is verify_standard_webhook


def test_an_order_maps_exactly():
    assert order() == OrderInput(
        external_id="400210",
        number="400210",
        # The shop's own clock, in summer.
        placed_at=dt.datetime(2026, 7, 1, 10, 22, 39, tzinfo=dt.UTC),
        updated_at=None,
        status="open",
        payment_status="paid",
        currency="EUR",
        total="26.20",
        # With the fee for cash on delivery.
        shipping_total="7.90",
        # Coupon, voucher, and less for this way to pay.
        discount_total="8.70",
        tax_total="4.18",
        language="de",
        customer=CustomerOfOrderInput(
            external_id="7",
            email="aenne@example.com",
            phone="0421 - 22 34 678",
            first_name="Änne",
            last_name="Groß",
            company="Groß & Söhne",
            attributes={"customer_number": "K-7", "customer_group": "Neuer Kunde"},
        ),
        shipping_address=AddressInput(
            name="Änne Groß",
            company="Groß & Söhne",
            street="Parallelweg 30a",
            street2="1. Etage",
            postal_code="28219",
            city="Wien",
            region="Wien",
            country="AT",
        ),
        billing_address=AddressInput(
            name="Änne Groß",
            company="Groß & Söhne",
            street="Parallelweg 30a",
            street2="1. Etage",
            postal_code="28219",
            city="Bremen",
            country="DE",
        ),
        lines=[
            LineInput(
                external_id="1",
                sku="12345-s-black",
                name="Ein Artikel",
                quantity=2,
                unit_price="11.00",
                total="22.00",
                attributes={"options": ["Farbe: rot"]},
            ),
            LineInput(
                external_id="2",
                sku="9",
                name="Stoff, Meterware",
                quantity=1,
                unit_price="5.00",
                total="5.00",
                attributes={"quantity": "0.5", "options": ["Muster: Streifen"]},
            ),
        ],
        attributes={
            "status": "Offen",
            "payment_method": "PayPal",
            "shipping_method": "Deutsche Post",
            "customer_comment": "Bitte klingeln",
            "withdrawals": [12],
            "fees": {"Nachnahmegebühr": "3"},
        },
        source="gambio",
    )


def test_without_the_list_the_countries_table_of_a_new_shop_is_used():
    alone = order(listed={})

    assert alone.shipping_address is not None
    assert alone.billing_address is not None
    assert (alone.shipping_address.country, alone.billing_address.country) == ("AT", "DE")


def test_prices_without_tax_get_the_german_rate_added():
    """Two at 10.00 and 19 % and one book at 10.00 and 7 % are 23.80 and 10.70; shipping 5.00 has 0.95 of tax."""
    items = [
        ORDER["items"][0] | {"price": 10, "finalPrice": 20, "isTaxAllowed": False},
        ORDER["items"][0] | {"id": 3, "quantity": 1, "price": 10, "finalPrice": 10, "tax": 7, "isTaxAllowed": False},
    ]
    totals = [total("ot_subtotal", 30), total("ot_shipping", 5), total("ot_tax", 5.45), total("ot_total", 40.45)]

    net = order(items=items, totals=totals)

    assert [(line.unit_price, line.total) for line in net.lines] == [("11.90", "23.80"), ("10.70", "10.70")]
    assert (net.shipping_total, net.tax_total, net.total) == ("5.95", "5.45", "40.45")


def test_sales_free_of_tax_stay_as_they_are():
    items = [ORDER["items"][0] | {"price": 10, "finalPrice": 20, "isTaxAllowed": False}]

    free = order(items=items, totals=[total("ot_subtotal", 20), total("ot_total", 20)])

    assert (free.lines[0].total, free.tax_total, free.shipping_total) == ("20.00", "0.00", "0.00")


def test_a_guest_has_no_id():
    guest = order(customer=ORDER["customer"] | {"status": {"isGuest": True}}).customer

    assert guest is not None
    assert (guest.external_id, guest.email) == ("", "aenne@example.com")


@pytest.mark.parametrize(
    ("status_id", "name", "status"),
    [
        (0, "Nicht bestätigt", "open"),
        (1, "Offen", "open"),
        (2, "In Bearbeitung", "open"),
        (3, "Versendet", "fulfilled"),
        (3, "", "fulfilled"),
        (99, "Storniert", "cancelled"),
        (99, "", "cancelled"),
        (161, "Teilweise versendet", "open"),
        (162, "Noch nicht versendet", "open"),
        (163, "Shipped", "fulfilled"),
        (164, "Abgeschlossen", "fulfilled"),
        (3, "Bereit zur Abholung", "open"),
    ],
)
def test_statuses_are_understood_by_number_and_name(status_id: int, name: str, status: str):
    assert order(listed=LISTED | {"statusName": name}, statusId=status_id).status == status


@pytest.mark.parametrize(
    ("module", "status_id", "name", "payment_status"),
    [
        ("paypal3", 1, "Offen", "paid"),
        ("paypal3", 0, "Nicht bestätigt", "pending"),
        ("paypal3", 5, "Zahlung ausstehend", "pending"),
        ("moneyorder", 1, "Offen", "pending"),
        ("MoneyOrderHub", 1, "Offen", "pending"),
        ("moneyorder", 2, "In Bearbeitung", "paid"),
        ("moneyorder", 4, "Bezahlt", "paid"),
        ("moneyorder", 4, "Noch nicht bezahlt", "pending"),
        ("moneyorder", 3, "Versendet", "paid"),
        ("invoice", 1, "Offen", "not_needed"),
        ("InvoiceHub", 6, "Unbezahlt", "pending"),
        ("cod", 3, "Versendet", "not_needed"),
        ("paypal3", 7, "Erstattet", "refunded"),
        ("paypal3", 8, "Teilerstattung: teilweise erstattet", "partially_refunded"),
    ],
)
def test_status_and_way_to_pay_say_how_far_the_money_is(module: str, status_id: int, name: str, payment_status: str):
    paid = order(
        listed=LISTED | {"statusName": name}, statusId=status_id, paymentType={"title": module, "module": module}
    )

    assert paid.payment_status == payment_status


def test_nothing_to_pay_needs_no_payment():
    assert order(totals=[total("ot_total", 0)]).payment_status == "not_needed"


def test_an_order_taken_up_again_says_when():
    history = [
        {"statusId": 99, "dateAdded": "2026-07-02 10:00:00"},
        {"statusId": 2, "dateAdded": "2026-07-03 10:00:00"},
    ]

    assert order(statusHistory=history, statusId=2).updated_at == dt.datetime(2026, 7, 3, 8, tzinfo=dt.UTC)
    assert order(statusHistory=history[:1], statusId=99).updated_at is None


def test_tracking_codes_are_parcels():
    parcel = ShipmentSaved(
        "400210",
        ShipmentInput(
            external_id="31",
            carrier="dhl",
            tracking_number="00340434161094000001",
            tracking_url=TRACKING_CODE["url"],
            shipped_at=dt.datetime(2026, 7, 2, 7, 59, 43, tzinfo=dt.UTC),
        ),
    )
    third_version = {
        "data": {
            "id": 31,
            "orderId": 400210,
            "code": "00340434161094000001",
            "isReturnDelivery": False,
            "parcelService": {"id": 4, "name": "DHL Paket", "url": TRACKING_CODE["url"]},
            "createdOn": "2026-07-02 09:59:43",
        },
        "_meta": {},
    }

    assert read({"tracking_code": TRACKING_CODE}) == [parcel]
    assert read(TRACKING_CODE) == [parcel]
    assert read(third_version) == [parcel]
    third_version["data"]["isReturnDelivery"] = True
    assert read(third_version) == [Ignored("The number of a parcel that comes back.")]


def test_unknown_parcel_services_keep_their_name():
    (change,) = read(TRACKING_CODE | {"parcelServiceName": "Fahrradkurier Bremen", "url": "keine"})

    assert isinstance(change, ShipmentSaved)
    assert (change.shipment.carrier, change.shipment.tracking_url) == ("Fahrradkurier Bremen", None)


def test_an_article_maps_exactly():
    assert read({"product": PRODUCT, "shop_url": "https://shop.example.com/"}) == [
        ProductSaved(
            ProductInput(
                sku="ABC123",
                name="Testartikel",
                description="Gut & schön. Rot",
                url="https://shop.example.com/product_info.php?products_id=2",
                image_url="https://shop.example.com/images/product_images/info_images/eins.jpg",
                available=True,
                attributes={"material": "Holz"},
            )
        )
    ]


def test_a_listed_article_has_one_language():
    (change,) = read({"id": 6, "isActive": False, "taxClassId": 1, "productModel": "", "name": "Pulli", "images": None})

    assert change == ProductSaved(ProductInput(sku="6", name="Pulli", available=False))


def test_customers_who_are_guests_come_with_the_order():
    customer = {
        "id": 1,
        "number": "234",
        "firstname": "Änne",
        "lastname": "Groß",
        "dateOfBirth": "1985-02-13",
        "vatNumber": "",
        "telephone": "0421 1",
        "email": "aenne@example.com",
        "isGuest": False,
    }

    assert read(customer) == [
        CustomerSaved(
            CustomerInput(
                external_id="1",
                email="aenne@example.com",
                phone="0421 1",
                first_name="Änne",
                last_name="Groß",
                birth_date=dt.date(1985, 2, 13),
                attributes={"customer_number": "234"},
            )
        )
    ]
    assert read(customer | {"isGuest": True}) == [Ignored("A guest, who comes with the order.")]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (LISTED, "A row of the list of orders; the order itself is asked for."),
        ([LISTED], "A list: orders come one by one."),
        (
            {"id": 1, "withdrawalDate": "2026-05-28", "order": {"orderId": 400276}},
            "A withdrawal; what is given back is told by the order.",
        ),
        (
            {
                "data": {
                    "id": 1,
                    "order": {"id": 400276, "creationDate": "2026-05-14"},
                    "customer": {},
                    "date": "2026-05-28",
                }
            },
            "A withdrawal; what is given back is told by the order.",
        ),
        ({"type": "cart.saved", "data": {"id": 1}}, "Nothing that we know."),
    ],
)
def test_what_is_not_for_us_is_ignored_with_a_reason(body: Any, reason: str):
    assert read(body) == [Ignored(reason)]


def test_an_envelope_is_opened():
    assert read({"type": "order.created", "data": ORDER}) == read(ORDER)


def test_an_order_without_its_sums_is_no_withdrawal():
    with pytest.raises(Unreadable, match=r"^order/totals: the row ot_total is missing\.$"):
        read({"order": {key: value for key, value in ORDER.items() if key != "totals"}, "listed": LISTED})


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"totals": []}, "totals: the row ot_total is missing."),
        ({"totals": [total("ot_total", -1)]}, "totals/0/value: -1 is below 0."),
        ({"id": None}, "id: an id is missing."),
        ({"purchaseDate": "heute"}, "purchaseDate: a date is expected."),
        ({"items": [ORDER["items"][0] | {"quantity": 0}]}, "items/0/quantity: more than 0 is expected."),
        ({"currencyCode": "DM"}, "currencyCode: DM is no active currency (ISO 4217)."),
    ],
)
def test_what_cannot_be_read_is_named(changed: dict[str, Any], said: str):
    with pytest.raises(Unreadable) as told:
        read(ORDER | changed)

    assert str(told.value) == said


@pytest.mark.parametrize(
    "body",
    [
        {"order": ORDER, "listed": LISTED},
        {"tracking_code": TRACKING_CODE},
        {"product": PRODUCT, "shop_url": "https://a.de"},
    ],
    ids=["order", "tracking code", "product"],
)
def test_a_changed_body_is_read_ignored_or_named(body: Any):
    @given(bodies_like(body))
    def check(changed: Any) -> None:
        assert outcome(CONNECTOR, "", changed, CONTEXT)

    check()


def shop(**answers: Any) -> ShopStandIn:
    return ShopStandIn(
        {
            "/api.php/v2/products/search": answers.get("products", reply([])),
            "/api.php/v2/orders/search": answers.get("orders", reply([], date="Sun, 22 Nov 2026 09:59:00 GMT")),
            "/api.php/v2/orders/400210": answers.get("order", reply(ORDER)),
            "/api.php/v2/tracking_codes": answers.get("codes", reply([])),
            "/api.php/v2/shop_information": answers.get("info", reply({"url": "https://shop.example.com"})),
        }
    )


def ask(send: ShopStandIn, cursor: dict[str, Any], access: str = "eyJ0.eyJh.c2ln") -> Any:
    assert CONNECTOR.poller is not None
    return CONNECTOR.poller.poll(send, {"access": access}, cursor, NOW)


def body_of(request: Request) -> dict[str, Any]:
    assert request.body is not None
    found: dict[str, Any] = json.loads(request.body)
    return found


def test_orders_are_searched_for_and_asked_for_one_by_one():
    send = shop(orders=reply([LISTED]))

    page = ask(send, SINCE | {"turn": "orders", "page": 400000})

    assert [(request.method, request.path) for request in send.asked] == [
        ("POST", "/api.php/v2/orders/search?sort=%2Bid&page=1&per_page=20"),
        ("GET", "/api.php/v2/orders/400210"),
    ]
    # Ten minutes before, as the clock in Berlin shows it.
    assert body_of(send.asked[0]) == {
        "search": {
            "must": [
                {"geq": {"orders.orders_id": "400000"}},
                {
                    "should": [
                        {"geq": {"orders.last_modified": "2026-11-22 09:50:00"}},
                        {"geq": {"orders.date_purchased": "2026-11-22 09:50:00"}},
                    ]
                },
            ]
        }
    }
    assert {request.headers["authorization"] for request in send.asked} == {"Bearer eyJ0.eyJh.c2ln"}
    (found,) = page.found
    (change,) = read(found.body, found.topic)
    assert isinstance(change, OrderSaved)
    assert change.order == order()
    assert page.cursor["turn"] == "tracking_codes"


def test_a_full_page_goes_on_behind_its_last_number():
    rows = [LISTED | {"id": number} for number in range(400_260, 400_200, -1)]
    send = ShopStandIn(
        {
            "/api.php/v2/orders/search": reply(rows),
            **{f"/api.php/v2/orders/{row['id']}": reply(ORDER | {"id": row["id"]}) for row in rows},
        }
    )

    page = ask(send, SINCE | {"turn": "orders", "page": 1})

    # The shop gave more than was asked for, in another order: the first twenty numbers are this page.
    assert [thing.body["order"]["id"] for thing in page.found] == list(range(400_201, 400_221))
    assert (page.more, page.cursor["turn"], page.cursor["page"]) == (True, "orders", 400_221)


def test_an_order_that_is_gone_meanwhile_is_left_out():
    page = ask(shop(orders=reply([LISTED]), order=reply({}, 404)), SINCE | {"turn": "orders", "page": 1})

    assert page.found == ()


@pytest.mark.parametrize(
    ("since", "shops_time"),
    [
        ("2026-10-25T00:05:00+00:00", "2026-10-25 01:55:00"),
        # 02:55 in summer time, minutes before the clock goes back to 02:00.
        ("2026-10-25T01:05:00+00:00", "2026-10-25 01:55:00"),
        ("2026-10-25T02:30:00+00:00", "2026-10-25 03:20:00"),
        ("2026-07-01T10:10:00+00:00", "2026-07-01 12:00:00"),
    ],
)
def test_in_the_night_when_the_clock_goes_back_it_looks_an_hour_further(since: str, shops_time: str):
    send = shop()

    ask(send, {"since": since, "turn": "orders", "page": 1})

    (condition,) = body_of(send.asked[0])["search"]["must"][1]["should"][:1]
    assert condition == {"geq": {"orders.last_modified": shops_time}}


def test_tracking_codes_come_newest_first_until_they_are_too_old():
    old = TRACKING_CODE | {"id": "30", "creationDate": "2026-11-22 09:49:59"}
    new = TRACKING_CODE | {"creationDate": "2026-11-22 09:50:00"}
    send = shop(codes=reply([new, old]))

    page = ask(send, SINCE | {"turn": "tracking_codes", "page": 2})

    assert query_of(send.asked[0]) == {"sort": "-id", "page": "2", "per_page": "50"}
    assert [thing.body["tracking_code"]["id"] for thing in page.found] == ["31"]
    assert not page.more

    assert ask(shop(codes=reply([new] * 50)), SINCE | {"turn": "tracking_codes", "page": 2}).more
    assert not ask(shop(codes=reply([new] * 50)), SINCE | {"turn": "tracking_codes", "page": 200}).more


def test_articles_come_with_the_address_of_the_shop():
    page = ask(shop(products=reply([PRODUCT])), dict(SINCE))

    (change,) = read(page.found[0].body)
    assert isinstance(change, ProductSaved)
    assert change.product.url == "https://shop.example.com/product_info.php?products_id=2"


def test_a_login_with_password_is_basic():
    send = shop()

    ask(send, dict(SINCE), access=" admin@example.com:Pa:ß ")

    credentials = base64.b64encode("admin@example.com:Pa:ß".encode()).decode()
    assert send.asked[0].headers["authorization"] == f"Basic {credentials}"


def test_a_round_without_news_asks_everything_once():
    send, cursor, more = shop(), dict(SINCE), True
    while more:
        page = ask(send, cursor)
        cursor, more = dict(page.cursor), page.more

    assert send.paths == ["/api.php/v2/products/search", "/api.php/v2/orders/search", "/api.php/v2/tracking_codes"]
    assert cursor == {"since": NOW.isoformat()}


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (reply({"code": 401, "status": "error", "message": "Unauthorized"}, 401), "refuses these credentials"),
        (reply({"updated": []}), "The shop's list of products has a form that we do not know."),
        (reply([{"id": "x"}]), "The shop's list of products has a form that we do not know."),
        (reply(b"<html>"), "not JSON"),
    ],
)
def test_an_answer_that_is_none_fails_the_poll(answer: Reply, said: str):
    with pytest.raises(PollFailed) as told:
        ask(shop(products=answer), dict(SINCE))

    assert said in told.value.reason


def test_an_access_that_cannot_be_one_is_told():
    with pytest.raises(PollFailed, match="neither a token nor a login"):
        ask(shop(), dict(SINCE), access="Schlüssel")
