"""Magento 2: what is asked, how it is read.

The bodies are made from the vendor's documentation: the order with a bundle and a configurable article follows step 9
of Adobe's order processing tutorial (developer.adobe.com/commerce/webapi/rest/tutorials/orders), the others the
reference of the REST endpoints (salesOrderRepositoryV1, salesCreditmemoRepositoryV1, salesShipmentRepositoryV1,
catalogProductRepositoryV1, customerCustomerRepositoryV1).
"""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from orders.inputs import (
    AddressInput,
    CustomerInput,
    CustomerOfOrderInput,
    LineInput,
    OrderInput,
    ProductInput,
    RefundInput,
    RefundLineInput,
)
from postpurchase.connectors.base import (
    Change,
    Context,
    CustomerSaved,
    Ignored,
    OrderRefunded,
    OrderSaved,
    PollFailed,
    ProductSaved,
    Request,
    ShipmentSaved,
    Unreadable,
)
from postpurchase.connectors.shops.magento import CONNECTOR
from postpurchase.connectors.signatures import verify_standard_webhook
from tests.connectors.shops.mutations import bodies_like, outcome
from tests.connectors.shops.outside import bodies_in, body_in
from tests.connectors.shops.shop_stand_in import ShopStandIn, query_of, reply
from tracking.inputs import ShipmentInput, ShipmentLineInput

CONTEXT = Context(store="at", country="AT", language="de-AT")
NOW = dt.datetime(2026, 11, 22, 10, 0, tzinfo=dt.UTC)
SINCE = {"since": "2026-11-22T09:00:00+00:00"}

ADDRESS = {
    "address_type": "billing",
    "firstname": "Jürgen",
    "lastname": "Müller-Lüdenscheidt",
    "company": "",
    "street": ["Hauptstraße 1", "Hinterhaus", "2. Stock"],
    "postcode": "10115",
    "city": "Berlin",
    "region": None,
    "country_id": "DE",
    "telephone": "030 1234567",
    "email": "jm@example.com",
}
ORDER: dict[str, Any] = {
    "entity_id": 3,
    "increment_id": "000000003",
    "created_at": "2026-10-25 00:30:00",
    "updated_at": "2026-10-25 01:30:00",
    "state": "processing",
    "status": "processing",
    "store_name": "Main Website\nMain Website Store\nDefault Store View",
    "base_currency_code": "CHF",
    "order_currency_code": "EUR",
    "base_grand_total": 190.5,
    "grand_total": 203.4,
    "shipping_amount": 4.12,
    "shipping_incl_tax": 4.9,
    "discount_amount": -10,
    "coupon_code": "WELCOME",
    "tax_amount": 32.47,
    "total_paid": 203.4,
    "total_due": 0,
    "customer_id": 17,
    "customer_is_guest": 0,
    "customer_email": "jm@example.com",
    "customer_firstname": "Jürgen",
    "customer_lastname": "Müller-Lüdenscheidt",
    "customer_dob": "1980-05-01 00:00:00",
    "shipping_description": "DHL - Paket",
    "items": [
        {
            "item_id": 5,
            "product_type": "bundle",
            "sku": "KIT-1-2",
            "name": "Yoga-Set",
            "qty_ordered": 1,
            "price_incl_tax": 68.5,
            "row_total_incl_tax": 68.5,
        },
        {
            "item_id": 6,
            "parent_item_id": 5,
            "product_type": "simple",
            "sku": "BALL",
            "name": "Ball",
            "qty_ordered": 2,
            "price_incl_tax": 27,
            "row_total_incl_tax": 54,
        },
        {
            "item_id": 7,
            "parent_item_id": 5,
            "product_type": "simple",
            "sku": "STRAP",
            "name": "Gurt",
            "qty_ordered": 1,
            "price_incl_tax": 14.5,
            "row_total_incl_tax": 14.5,
        },
        {
            "item_id": 10,
            "product_type": "configurable",
            "sku": "HOODIE-S-GRAY",
            "name": "Hoodie",
            "qty_ordered": 2,
            "price": 58.82,
            "price_incl_tax": 70,
            "row_total": 117.64,
            "row_total_incl_tax": 140,
            "discount_amount": 10,
        },
        {
            "item_id": 11,
            "parent_item_id": 10,
            "product_type": "simple",
            "sku": "HOODIE-S-GRAY",
            "name": "Hoodie-S-Gray",
            "qty_ordered": 2,
            "price": 0,
            "row_total": 0,
        },
    ],
    "billing_address": ADDRESS,
    "payment": {"method": "paypal_express", "additional_information": ["PayPal"]},
    "extension_attributes": {
        "shipping_assignments": [
            {
                "shipping": {
                    "address": {**ADDRESS, "firstname": "Änne", "region": "Berlin", "street": "Am Markt 5\nLaden"}
                }
            }
        ]
    },
}
SHIPMENT = {
    "entity_id": 8,
    "increment_id": "000000008",
    "order_id": 3,
    "created_at": "2026-10-26 08:00:00",
    "items": [{"order_item_id": 6, "qty": 2}, {"order_item_id": 7, "qty": 1}, {"order_item_id": 11, "qty": 1}],
    "tracks": [{"track_number": "00340434161094000001", "carrier_code": "custom", "title": "DHL Paket"}],
}
CREDIT_MEMO = {
    "entity_id": 2,
    "increment_id": "000000002",
    "order_id": 3,
    "order_currency_code": "EUR",
    "created_at": "2026-10-30 08:00:00",
    "grand_total": 65,
    "adjustment_positive": 0,
    "creditmemo_status": None,
    "items": [
        {"order_item_id": 10, "qty": 1, "row_total_incl_tax": 70, "discount_amount": 5},
        {"order_item_id": 11, "qty": 1, "row_total": 0},
    ],
}
STORE = {
    "id": 1,
    "code": "default",
    "locale": "de_AT",
    "base_currency_code": "EUR",
    "secure_base_link_url": "https://shop.example.com/",
    "secure_base_media_url": "https://shop.example.com/media/",
}
PRODUCT = {
    "id": 67,
    "sku": "HOODIE",
    "name": "Hoodie",
    "price": 70,
    "status": 1,
    "visibility": 4,
    "type_id": "configurable",
    "created_at": "2026-01-01 00:00:00",
    "updated_at": "2026-01-02 00:00:00",
    "extension_attributes": {"stock_item": {"is_in_stock": True}},
    "custom_attributes": [
        {"attribute_code": "description", "value": "<p>Warm &amp; weich.</p>"},
        {"attribute_code": "image", "value": "/h/o/hoodie.jpg"},
        {"attribute_code": "url_key", "value": "hoodie"},
        {"attribute_code": "material", "value": "Baumwolle"},
        {"attribute_code": "category_ids", "value": ["3"]},
    ],
}


def read(body: object, topic: str = "") -> list[Change]:
    return list(CONNECTOR.read(topic, body, CONTEXT))


def order(**changed: Any) -> OrderInput:
    (change,) = read(ORDER | changed)
    assert isinstance(change, OrderSaved)
    return change.order


def test_it_is_the_connector_the_contract_names():
    assert (CONNECTOR.name, CONNECTOR.makes_secret, CONNECTOR.pushes_orders) == ("magento", True, False)
    assert CONNECTOR.verify is verify_standard_webhook


def test_an_order_maps_exactly():
    assert order() == OrderInput(
        external_id="3",
        number="000000003",
        # UTC without an offset, in the night in which Berlin's clock shows 02:30 twice.
        placed_at=dt.datetime(2026, 10, 25, 0, 30, tzinfo=dt.UTC),
        updated_at=dt.datetime(2026, 10, 25, 1, 30, tzinfo=dt.UTC),
        status="open",
        payment_status="paid",
        store="at",
        currency="EUR",
        total="203.40",
        shipping_total="4.90",
        discount_total="10.00",
        tax_total="32.47",
        language="de-AT",
        customer=CustomerOfOrderInput(
            external_id="17",
            email="jm@example.com",
            phone="030 1234567",
            first_name="Jürgen",
            last_name="Müller-Lüdenscheidt",
            birth_date=dt.date(1980, 5, 1),
        ),
        shipping_address=AddressInput(
            name="Änne Müller-Lüdenscheidt",
            street="Am Markt 5",
            street2="Laden",
            postal_code="10115",
            city="Berlin",
            region="Berlin",
            country="DE",
        ),
        billing_address=AddressInput(
            name="Jürgen Müller-Lüdenscheidt",
            street="Hauptstraße 1",
            street2="Hinterhaus, 2. Stock",
            postal_code="10115",
            city="Berlin",
            country="DE",
        ),
        lines=[
            LineInput(external_id="5", sku="KIT-1-2", name="Yoga-Set", quantity=1, unit_price="68.50", total="68.50"),
            LineInput(
                external_id="10", sku="HOODIE-S-GRAY", name="Hoodie", quantity=2, unit_price="70.00", total="140.00"
            ),
        ],
        attributes={
            "status": "processing",
            "shipping_description": "DHL - Paket",
            "coupon_code": "WELCOME",
            "store_name": "Main Website Main Website Store Default Store View",
            "payment_method": "paypal_express",
        },
        source="magento",
    )


def test_a_guest_has_no_id_and_the_name_of_the_bill():
    guest = order(customer_is_guest=1, customer_id=None, customer_firstname=None, customer_lastname=None).customer

    assert guest is not None
    assert (guest.external_id, guest.first_name, guest.last_name) == ("", "Jürgen", "Müller-Lüdenscheidt")


@pytest.mark.parametrize(
    ("state", "status"),
    [
        ("new", "open"),
        ("processing", "open"),
        ("holded", "open"),
        ("complete", "fulfilled"),
        ("closed", "closed"),
        ("canceled", "cancelled"),
        ("our_own_state", "open"),
    ],
)
def test_states_become_our_statuses(state: str, status: str):
    assert order(state=state).status == status


@pytest.mark.parametrize(
    ("changed", "payment_status"),
    [
        ({}, "paid"),
        ({"total_due": 203.4, "total_paid": None, "state": "new"}, "pending"),
        ({"total_due": None, "total_paid": None, "state": "pending_payment"}, "pending"),
        ({"total_due": 203.4, "total_paid": 0, "state": "processing"}, "paid"),
        ({"total_due": 203.4, "total_paid": 0, "state": "new", "payment": {"method": "cashondelivery"}}, "not_needed"),
        ({"grand_total": 0, "total_due": 0}, "not_needed"),
        ({"total_refunded": 65}, "partially_refunded"),
        ({"total_refunded": 203.4, "state": "closed"}, "refunded"),
        ({"total_due": 203.4, "total_paid": 0, "state": "canceled"}, "pending"),
    ],
)
def test_sums_say_how_far_the_money_is(changed: dict[str, Any], payment_status: str):
    assert order(**changed).payment_status == payment_status


def test_an_order_comes_with_its_parcels_and_refunds():
    (change,) = read({"order": ORDER, "shipments": [SHIPMENT], "credit_memos": [CREDIT_MEMO], "store": STORE}, "order")

    assert isinstance(change, OrderSaved)
    assert change.shipments == (
        ShipmentInput(
            external_id="8",
            carrier="dhl",
            tracking_number="00340434161094000001",
            shipped_at=dt.datetime(2026, 10, 26, 8, tzinfo=dt.UTC),
            # Two balls and a strap are one set, the grey hoodie is one of the two hoodies.
            lines=(ShipmentLineInput(line="5", quantity=1), ShipmentLineInput(line="10", quantity=1)),
        ),
    )
    assert change.refunds == (
        RefundInput(
            external_id="2", amount="65.00", lines=[RefundLineInput(line="10", quantity=1, amount="65.00")], reason=""
        ),
    )


def test_shipments_and_credit_memos_come_alone():
    of_order = {"entity_id": 3, "items": ORDER["items"]}

    assert read({"shipment": SHIPMENT, "of_order": of_order}) == [
        ShipmentSaved(
            "3",
            ShipmentInput(
                external_id="8",
                carrier="dhl",
                tracking_number="00340434161094000001",
                shipped_at=dt.datetime(2026, 10, 26, 8, tzinfo=dt.UTC),
                lines=(ShipmentLineInput(line="5", quantity=1), ShipmentLineInput(line="10", quantity=1)),
            ),
        )
    ]
    assert read({"credit_memo": CREDIT_MEMO, "of_order": of_order}) == [
        OrderRefunded(
            "3",
            RefundInput(
                external_id="2", amount="65.00", lines=[RefundLineInput(line="10", quantity=1, amount="65.00")]
            ),
        )
    ]


def test_bare_bodies_are_told_apart_and_an_envelope_is_opened():
    assert isinstance(read(SHIPMENT)[0], ShipmentSaved)
    assert isinstance(read(CREDIT_MEMO)[0], OrderRefunded)
    assert isinstance(read(PRODUCT)[0], ProductSaved)
    assert read({"type": "order.updated", "timestamp": "2026-11-22", "data": ORDER}) == read(ORDER)


def test_what_belongs_to_an_order_is_never_taken_for_one():
    invoice = {key: CREDIT_MEMO[key] for key in ("entity_id", "increment_id", "order_id", "grand_total", "items")}
    nobodys = {key: value for key, value in CREDIT_MEMO.items() if key != "order_id"}

    assert read(invoice) == [Ignored("An invoice: that an order is paid is told by the order.")]
    assert read(nobodys) == [Ignored("Nothing that we know.")]
    assert read({"order_id": 3, "comment": "x"}) == [Ignored("Something about an order that we do not know.")]


def test_a_fee_that_was_kept_makes_the_last_lines_less():
    memo = {
        **CREDIT_MEMO,
        "grand_total": 60,
        "adjustment_negative": 10,
        "items": [
            {"order_item_id": 1, "qty": 1, "row_total_incl_tax": 50},
            {"order_item_id": 2, "qty": 1, "row_total_incl_tax": 20},
        ],
    }

    (change,) = read(memo)

    assert isinstance(change, OrderRefunded)
    assert [(line.line, line.amount) for line in change.refund.lines] == [("1", "50.00"), ("2", "10.00")]


def test_half_a_kilogram_is_one_piece():
    flour = {"item_id": 1, "sku": "FLOUR", "name": "Mehl", "qty_ordered": 0.5, "row_total_incl_tax": 1.2}

    (line,) = order(items=[flour], grand_total=1.2).lines

    assert (line.quantity, line.unit_price, line.total, line.attributes) == (1, "1.20", "1.20", {"quantity": "0.5"})


def test_an_article_maps_exactly():
    assert read({"product": PRODUCT, "store": STORE}) == [
        ProductSaved(
            ProductInput(
                sku="HOODIE",
                name="Hoodie",
                description="Warm & weich.",
                url="https://shop.example.com/catalog/product/view/id/67",
                image_url="https://shop.example.com/media/catalog/product/h/o/hoodie.jpg",
                price="70.00",
                currency="EUR",
                available=True,
                attributes={"material": "Baumwolle"},
            )
        )
    ]


@pytest.mark.parametrize("changed", [{"status": 2}, {"extension_attributes": {"stock_item": {"is_in_stock": False}}}])
def test_what_is_switched_off_or_out_of_stock_is_not_available(changed: dict[str, Any]):
    (change,) = read(PRODUCT | changed)

    assert isinstance(change, ProductSaved)
    assert not change.product.available


def test_a_customer_who_subscribed_without_proof_gives_no_consent():
    body = {
        "id": 2,
        "email": "jd@example.com",
        "firstname": "Jane",
        "lastname": "Doe",
        "dob": "1990-12-31",
        "group_id": 1,
        "addresses": [{"telephone": "1"}, {"default_billing": True, "telephone": "516-555-1111", "company": "Doe"}],
        "extension_attributes": {"is_subscribed": True},
        "custom_attributes": [{"attribute_code": "machine", "value": "X1"}],
    }

    assert read(body) == [
        CustomerSaved(
            CustomerInput(
                external_id="2",
                email="jd@example.com",
                phone="516-555-1111",
                first_name="Jane",
                last_name="Doe",
                company="Doe",
                birth_date=dt.date(1990, 12, 31),
                accepts_marketing=True,
                consents=[],
                attributes={"machine": "X1", "group_id": 1},
            )
        )
    ]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (ORDER | {"grand_total": -1}, "grand_total: -1 is below 0."),
        ({"order": ORDER | {"grand_total": None}}, "order/grand_total: an amount is missing."),
        (ORDER | {"created_at": "yesterday"}, "created_at: a date is expected."),
        (ORDER | {"entity_id": None}, "entity_id: an id is missing."),
        (ORDER | {"order_currency_code": "BTC"}, "order_currency_code: BTC is no active currency (ISO 4217)."),
        (
            ORDER | {"items": [{"item_id": 1, "sku": "A", "qty_ordered": 0, "row_total_incl_tax": 1}]},
            "items/0/qty_ordered: more than 0 is expected.",
        ),
        (CREDIT_MEMO | {"order_id": "x" * 300}, "order_id: an id may have 200 characters."),
        ("hello", "The body: an object is expected."),
    ],
)
def test_what_cannot_be_read_is_named(body: Any, said: str):
    with pytest.raises(Unreadable) as told:
        read(body)

    assert str(told.value) == said


@pytest.mark.parametrize(
    "body",
    [
        {"order": ORDER, "shipments": [SHIPMENT], "credit_memos": [CREDIT_MEMO], "store": STORE},
        {"shipment": SHIPMENT, "of_order": ORDER},
        {"product": PRODUCT, "store": STORE},
        CREDIT_MEMO,
    ],
    ids=["order", "shipment", "product", "credit memo"],
)
def test_a_changed_body_is_read_ignored_or_named(body: Any):
    @given(bodies_like(body))
    def check(changed: Any) -> None:
        assert outcome(CONNECTOR, "", changed, CONTEXT)

    check()


def shop(**answers: Any) -> ShopStandIn:
    empty = {"items": [], "total_count": 0}
    resources = ("orders", "shipments", "creditmemos", "products")
    return ShopStandIn(
        {
            "/rest/V1/store/storeConfigs": reply([STORE]),
            **{
                f"/rest/V1/{name}": answers.get(name, reply(empty, date="Sun, 22 Nov 2026 09:59:00 GMT"))
                for name in resources
            },
        }
    )


def ask(send: ShopStandIn, cursor: dict[str, Any]) -> Any:
    assert CONNECTOR.poller is not None
    return CONNECTOR.poller.poll(send, {"token": " secret-token "}, cursor, NOW)


def orders_answer(request: Request) -> Any:
    if query_of(request)["searchCriteria[filter_groups][0][filters][0][field]"] == "updated_at":
        return reply({"items": [ORDER | {"store_id": 1}], "total_count": 51})
    return reply({"items": [{"entity_id": 3, "items": ORDER["items"]}], "total_count": 1})


def test_orders_are_asked_for_by_the_time_of_their_change_with_what_belongs_to_them():
    send = shop(
        orders=orders_answer,
        shipments=reply({"items": [SHIPMENT], "total_count": 1}),
        creditmemos=reply({"items": [CREDIT_MEMO], "total_count": 1}),
    )

    page = ask(send, SINCE | {"turn": "orders", "page": 1})

    assert send.paths == [
        "/rest/V1/orders",
        "/rest/V1/shipments",
        "/rest/V1/creditmemos",
        "/rest/V1/store/storeConfigs",
    ]
    assert {request.method for request in send.asked} == {"GET"}
    assert {request.headers["authorization"] for request in send.asked} == {"Bearer secret-token"}
    asked = query_of(send.asked[0])
    assert asked.pop("fields").startswith("items[entity_id,increment_id,")
    assert asked == {
        "searchCriteria[filter_groups][0][filters][0][field]": "updated_at",
        "searchCriteria[filter_groups][0][filters][0][condition_type]": "gteq",
        "searchCriteria[filter_groups][0][filters][0][value]": "2026-11-22 08:50:00",
        "searchCriteria[sortOrders][0][field]": "entity_id",
        "searchCriteria[sortOrders][0][direction]": "ASC",
        "searchCriteria[pageSize]": "50",
        "searchCriteria[currentPage]": "1",
    }
    (found,) = page.found
    assert found.topic == "order"
    (change,) = read(found.body, found.topic)
    assert isinstance(change, OrderSaved)
    assert (change.order.language, len(change.shipments), len(change.refunds)) == ("de-AT", 1, 1)
    assert (page.more, page.cursor["turn"], page.cursor["page"]) == (True, "orders", 2)


def test_shipments_are_asked_for_with_the_items_of_their_orders():
    send = shop(orders=orders_answer, shipments=reply({"items": [SHIPMENT], "total_count": 1}))

    page = ask(send, SINCE | {"turn": "shipments", "page": 1})

    assert send.paths == ["/rest/V1/shipments", "/rest/V1/orders"]
    assert query_of(send.asked[1])["searchCriteria[filter_groups][0][filters][0][value]"] == "3"
    (change,) = read(page.found[0].body)
    assert isinstance(change, ShipmentSaved)
    assert [line.line for line in change.shipment.lines] == ["5", "10"]
    assert page.cursor["turn"] == "creditmemos"


def test_a_round_without_news_asks_everything_once():
    send = shop()
    cursor: dict[str, Any] = dict(SINCE)
    rounds = []
    while True:
        page = ask(send, cursor)
        rounds.append(page.found)
        cursor = dict(page.cursor)
        if not page.more:
            break

    assert send.paths == [f"/rest/V1/{name}" for name in ("products", "orders", "shipments", "creditmemos")]
    assert rounds == [(), (), (), ()]
    assert cursor == {"since": "2026-11-22T09:59:00+00:00"}


def test_articles_come_with_the_shops_addresses_if_the_token_may_read_them():
    send = shop(products=reply({"items": [PRODUCT], "total_count": 1}))

    (change,) = read(ask(send, SINCE).found[0].body)
    assert isinstance(change, ProductSaved)
    assert change.product.url == "https://shop.example.com/catalog/product/view/id/67"

    send.answers = {**send.answers, "/rest/V1/store/storeConfigs": reply({}, 403)}
    (change,) = read(ask(send, SINCE).found[0].body)
    assert isinstance(change, ProductSaved)
    assert (change.product.url, change.product.currency) == ("", "EUR")


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (reply({"message": "The consumer isn't authorized"}, 401), "The shop refuses these credentials"),
        (reply({"items": []}), "The shop does not say how much changed"),
        (reply([]), "has a form that we do not know"),
        (reply({"items": [1], "total_count": 1}), "The shop's list of products"),
        (reply(b"<html>Maintenance</html>", 503), "status 503"),
    ],
)
def test_an_answer_that_is_none_fails_the_poll(answer: Any, said: str):
    with pytest.raises(PollFailed) as told:
        ask(shop(products=answer), dict(SINCE))

    assert said in told.value.reason


DOCUMENTED = bodies_in("shops/magento")
CUSTOMERS = {
    "create-customer_01": ("2", "jdoe@example.com", "Jane", "Doe", "516-555-1111"),
    "order-create-customer_01": ("2", "jdoe@example.com", "Jane", "Doe", "512-555-1111"),
}


if DOCUMENTED:

    @pytest.mark.parametrize("path", DOCUMENTED, ids=lambda path: path.stem)
    def test_every_body_of_the_vendors_documentation(path: Path):
        """Two of the outside bodies say what is so in the shop: customers. The others are what is asked of it."""
        (change,) = read(body_in(path))

        if path.stem in CUSTOMERS:
            external_id, email, first_name, last_name, phone = CUSTOMERS[path.stem]
            assert change == CustomerSaved(
                CustomerInput(
                    external_id=external_id,
                    email=email,
                    first_name=first_name,
                    last_name=last_name,
                    phone=phone,
                    attributes={"group_id": 1, "created_in": "Default Store View"},
                )
            )
        else:
            assert isinstance(change, Ignored)
            assert change.reason != "Nothing that we know."
