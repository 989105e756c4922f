"""Odd data survives: it comes in by the API, goes out by the API as it was, and its pages and mails can be made."""

import datetime as dt
import unicodedata
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from messaging.models import Message
from messaging.services.render import RenderedMessage, render_message
from orders.models import Customer, Order
from postpurchase.accounts.models import Merchant
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.events.dispatch import handle_subject
from postpurchase.lib import clock
from tests.orders.bodies import order_body

COMPOUND = "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetzbuchbindereibedar"
LINE = {"sku": "A", "quantity": 1, "unit_price": "10.00"}


def fresh(**changes: Any) -> dict[str, Any]:
    """An order of a moment ago, so that its mails are not too late."""
    return order_body(placed_at=clock.now().isoformat(), promised_to=None, **changes)


def push(api, number: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = api.put(f"/api/v1/orders/{number}", body)
    assert answer.status_code == 201, answer.content
    return answer.json()


def mail_of(merchant: Merchant, number: str) -> tuple[Message, RenderedMessage]:
    """Let the order's handlers run; return its confirmation, as planned and as it is written."""
    with merchant_scope(merchant.id):
        order = Order.objects.get(external_id=number)
    while handle_subject(merchant_id=merchant.id, subject_id=order.id):
        pass
    with merchant_scope(merchant.id):
        message = Message.objects.get(order=order, template="order_confirmation")
        return message, render_message(message=message, now=clock.now())


def page_of(order: dict[str, Any]) -> str:
    response = Client().get("/t/" + order["tracking_url"].rpartition("/t/")[2])
    assert response.status_code == 200
    return response.content.decode()


def test_a_thousand_lines(api, world) -> None:
    lines = [{**LINE, "sku": f"A-{number}", "name": f"Article {number}"} for number in range(1000)]

    order = push(api, "1", fresh(lines=lines, total="10004.90"))

    assert (len(order["lines"]), order["lines"][999]["sku"], order["warnings"]) == (1000, "A-999", [])
    assert "Article 999" in page_of(order)
    assert mail_of(world.merchant, "1")[0].state == "ready"


def test_one_sku_in_several_lines_stays_several_lines(api, world) -> None:
    order = push(api, "1", fresh(lines=[LINE, {**LINE, "quantity": 2}, LINE]))

    assert [(line["external_id"], line["sku"], line["quantity"]) for line in order["lines"]] == [
        ("1", "A", 1),
        ("2", "A", 2),
        ("3", "A", 1),
    ]


def test_what_costs_nothing_is_kept(api, world) -> None:
    gift = {**LINE, "unit_price": "0", "total": "0.00"}
    order = push(api, "1", fresh(lines=[gift], total="0", shipping_total="0", tax_total="0"))

    assert (order["total"], order["lines"][0]["unit_price"], order["warnings"]) == ("0.00", "0.00", [])
    page_of(order)


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"lines": [{**LINE, "unit_price": "-1.00"}]}, "/lines/0/unit_price"),
        ({"lines": [{**LINE, "total": "-1.00"}]}, "/lines/0/total"),
        ({"lines": [{**LINE, "quantity": 0}]}, "/lines/0/quantity"),
        ({"lines": [{**LINE, "quantity": -1}]}, "/lines/0/quantity"),
        ({"total": "-0.01"}, "/total"),
        ({"shipping_total": "-4.90"}, "/shipping_total"),
        ({"discount_total": "-1"}, "/discount_total"),
        ({"total": "NaN"}, "/total"),
        ({"total": "1e3"}, "/total"),
        ({"total": "１０"}, "/total"),
        ({"currency": "XXX"}, "/currency"),
        ({"currency": "JPY", "total": "100.5", "shipping_total": "0", "tax_total": "0", "lines": []}, "/total"),
    ],
)
def test_amounts_that_make_no_sense_are_refused_with_their_place(api, world, change, pointer) -> None:
    answer = api.put("/api/v1/orders/1", fresh(**change))

    assert answer.status_code == 422
    assert [problem["pointer"] for problem in answer.json()["errors"]] == [pointer]
    assert api.get("/api/v1/orders/1").status_code == 404


@pytest.mark.parametrize(
    ("missing", "shown"),
    [
        ({"customer": None}, None),
        ({"customer": {}}, ""),
        ({"customer": {"external_id": "c-1"}}, ""),
        ({"shipping_address": None}, "anna@example.com"),
        ({"shipping_address": {}, "billing_address": {}, "lines": []}, "anna@example.com"),
    ],
)
def test_an_order_without_customer_address_or_lines_is_kept_and_shown(api, world, missing, shown) -> None:
    order = push(api, "1", fresh(**missing))

    assert (order["customer"] and order["customer"]["email"]) == shown
    page_of(order)


def test_without_an_address_nobody_is_written_to(api, world) -> None:
    push(api, "1", fresh(customer={"external_id": "c-1"}))

    message, _ = mail_of(world.merchant, "1")
    assert (message.state, message.reason) == ("suppressed", "no_address")


@pytest.mark.parametrize(
    ("currency", "total", "price", "shown"),
    [("JPY", "4980", "4980", "4980"), ("KWD", "12.345", "12.345", "12.345"), ("CHF", "49.95", "49.9500", "49.95")],
)
def test_currencies_keep_their_decimals(api, world, currency, total, price, shown) -> None:
    line = {**LINE, "unit_price": price}
    order = push(api, "1", fresh(currency=currency, total=total, lines=[line], shipping_total="0", tax_total="0"))

    assert (order["total"], order["lines"][0]["total"], order["warnings"]) == (shown, shown, [])
    page_of(order)
    written = "".join(sign for sign in mail_of(world.merchant, "1")[1].text if sign.isdigit())
    assert "".join(sign for sign in shown if sign.isdigit()) in written


NAMES = {
    "emoji": ("Anna 🧑🏽‍🚀", "Müller-Lüdenscheidt 👨‍👩‍👧‍👦"),
    "arabic": ("محمد", "عبد الرحمن"),
    "hebrew": ("שירה", "כהן"),
    "bidi controls": ("\u202eannA\u202c", "\u2066Muster\u2069"),
    "zalgo": ("A\u0315\u0327\u0353n\u0301\u0330na", "M\u0489\u0321uster"),
    "compound": (COMPOUND, COMPOUND),
    "apostrophes and markup": ("Anna <b>'\"&", "O'Neill; DROP TABLE orders_order"),
    "one letter": ("Y", "Ø"),
    "chinese": ("伟", "王"),
    "line ends": ("Anna\r\nBcc: x@example.com", "Muster\u2028"),
}


@pytest.mark.parametrize(("first", "last"), NAMES.values(), ids=NAMES)
def test_names_and_articles_in_any_script_come_back_composed(api, world, first, last) -> None:
    customer = {"external_id": "c-1", "email": "anna@example.com", "first_name": first, "last_name": last}
    address = {"name": f"{first} {last}", "street": last, "postal_code": "10115", "city": first, "country": "DE"}
    lines = [{**LINE, "name": f"{first} {last}", "attributes": {first: [last]}}]

    order = push(api, "1", fresh(customer=customer, shipping_address=address, lines=lines))

    stored = {text: unicodedata.normalize("NFC", text) for text in (first, last)}
    assert (order["customer"]["first_name"], order["customer"]["last_name"]) == (stored[first], stored[last])
    assert order["lines"][0]["attributes"] == {stored[first]: [stored[last]]}
    assert "<b>'" not in page_of(order)
    message, mail = mail_of(world.merchant, "1")
    assert message.state == "ready"
    assert "<b>'" not in mail.html
    assert "\n" not in mail.subject


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("Anna+Shop@Example.COM", "anna+shop@example.com"),
        ("straße@example.com", "straße@example.com"),
        ("ﬀ@example.com", "ﬀ@example.com"),
        ("İnci@example.com", "i̇nci@example.com"),
        ("anna@BÜCHER.example", "anna@bücher.example"),
        ("anna@xn--bcher-kva.example", "anna@bücher.example"),
        ("anna@bu\u0308cher.example", "anna@bücher.example"),
    ],
)
def test_addresses_that_fold_oddly_mean_one_mailbox_and_find_their_customer_again(api, world, written, stored) -> None:
    first = push(api, "1", fresh(customer={"email": written}))
    second = push(api, "2", fresh(customer={"email": stored}))

    assert (first["customer"]["email"], second["customer"]["id"]) == (stored, first["customer"]["id"])
    found = api.get("/api/v1/orders", QUERY_STRING=urlencode({"email": written}))
    assert len(found.json()["results"]) == 2


def test_two_addresses_that_fold_to_one_are_two_people(api, world) -> None:
    one, other = (push(api, address, fresh(customer={"email": address})) for address in ("ß@x.de", "ss@x.de"))

    assert one["customer"]["id"] != other["customer"]["id"]


def test_one_id_in_two_compositions_is_one_order(api, world) -> None:
    push(api, "Bestellung-\u00e9", fresh())

    again = api.put("/api/v1/orders/Bestellung-e\u0301", fresh(number="2"))

    assert (again.status_code, again.json()["external_id"]) == (200, "Bestellung-\u00e9")


def test_two_merchants_may_have_the_same_number(api, stranger_api, world, other_world) -> None:
    mine = push(api, "1001", fresh(customer={"external_id": "c-1", "first_name": "Mine"}))
    theirs = push(stranger_api, "1001", fresh(customer={"external_id": "c-1", "first_name": "Theirs"}))

    assert mine["id"] != theirs["id"]
    assert api.get("/api/v1/orders/1001").json()["customer"]["first_name"] == "Mine"
    assert stranger_api.get("/api/v1/orders/1001").json()["customer"]["first_name"] == "Theirs"


@pytest.mark.parametrize("hours", [-72, -5, 5, 23])
def test_clocks_that_are_wrong_by_hours_change_nothing(api, world, hours) -> None:
    placed_at = (clock.now() + dt.timedelta(hours=hours)).replace(microsecond=0)

    order = push(api, "1", order_body(placed_at=placed_at.isoformat(), promised_to=None))

    assert dt.datetime.fromisoformat(order["placed_at"]) == placed_at
    page_of(order)


def test_an_update_before_the_order_is_the_order_and_what_is_older_is_ignored(api, world) -> None:
    update = fresh(updated_at="2026-11-22T12:00:00Z", payment_status="paid", number="new")
    push(api, "1", update)

    late = api.put("/api/v1/orders/1", {**update, "updated_at": "2026-11-22T11:00:00Z", "number": "old"})

    assert (late.status_code, late.json()["ignored"], late.json()["number"]) == (200, "older", "new")


@pytest.mark.parametrize(("path", "body"), [("cancel", {}), ("refunds", {"external_id": "r", "amount": "1.00"})])
def test_what_happens_before_the_order_comes_is_unknown(api, world, path, body) -> None:
    assert api.post(f"/api/v1/orders/1/{path}", body).status_code == 404
    assert api.get("/api/v1/orders/1").status_code == 404


def test_very_large_amounts_are_exact(api, world) -> None:
    amount = "1000000000000.00"
    order = push(
        api,
        "1",
        fresh(total=amount, lines=[{**LINE, "unit_price": "1000000000000"}], shipping_total="0", tax_total="0"),
    )

    assert (order["total"], order["lines"][0]["total"], order["warnings"]) == (amount, amount, [])
    with merchant_scope(world.merchant.id):
        assert Order.objects.get().total == Decimal(10) ** 12
    page_of(order)
    assert mail_of(world.merchant, "1")[0].state == "ready"


def test_amounts_beyond_what_can_be_kept_are_refused(api, world) -> None:
    line = {**LINE, "unit_price": "99999999999999.9999", "quantity": 10_000_000}

    assert api.put("/api/v1/orders/1", fresh(lines=[line])).status_code == 422
    assert api.put("/api/v1/orders/1", fresh(total="1" + "0" * 14)).status_code == 422


def test_a_cancelled_order_that_was_shipped_stays_shipped_and_a_refund_of_shipping_alone_is_one(api, world) -> None:
    push(api, "1", fresh())
    api.put("/api/v1/orders/1/shipments/p", {"carrier": "dhl", "tracking_number": "00340434161094042557"})

    shipping = api.post("/api/v1/orders/1/refunds", {"external_id": "r-1", "amount": "4.90"})
    again = api.post("/api/v1/orders/1/refunds", {"external_id": "r-1", "amount": "9.99", "reason": "other"})
    cancelled = api.post("/api/v1/orders/1/cancel", {"reason": "changed my mind"})

    assert (shipping.status_code, shipping.json()["lines"]) == (201, [])
    assert (again.status_code, again.json()["amount"], again.json()["changed"]) == (200, "4.90", False)
    order = cancelled.json()
    assert (cancelled.status_code, order["status"], order["payment_status"]) == (200, "cancelled", "partially_refunded")
    assert (len(order["shipments"]), len(order["refunds"])) == (1, 1)
    page_of(order)


@pytest.mark.parametrize(
    ("refund", "code"),
    [
        ({"amount": "0"}, "too_small"),
        ({"amount": "50.00"}, "too_large"),
        ({"amount": "1.00", "lines": [{"line": "1", "quantity": 1, "amount": "2.00"}]}, "too_small"),
        ({"amount": "1.00", "lines": [{"line": "1", "quantity": 3, "amount": "1.00"}]}, "too_large"),
        ({"amount": "1.00", "lines": [{"line": "9", "quantity": 1, "amount": "1.00"}]}, "unknown_line"),
        ({"amount": "1.001"}, "decimals"),
    ],
)
def test_refunds_that_cannot_be_are_refused_and_leave_nothing(api, world, refund, code) -> None:
    push(api, "1", fresh())

    answer = api.post("/api/v1/orders/1/refunds", {"external_id": "r", **refund})

    assert answer.status_code == 422
    assert [problem["code"] for problem in answer.json()["errors"]] == [code]
    assert api.get("/api/v1/orders/1").json()["refunds"] == []


def test_line_by_line_everything_can_be_refunded_and_nothing_twice(api, world) -> None:
    push(api, "1", fresh())
    part = {"amount": "22.50", "lines": [{"line": "1", "quantity": 1, "amount": "22.50"}]}

    for number in (1, 2):
        assert api.post("/api/v1/orders/1/refunds", {"external_id": f"r-{number}", **part}).status_code == 201
    third = api.post("/api/v1/orders/1/refunds", {"external_id": "r-3", **part})
    assert third.status_code == 422
    assert api.get("/api/v1/orders/1").json()["payment_status"] == "partially_refunded"
    assert api.post("/api/v1/orders/1/refunds", {"external_id": "r-4", "amount": "4.90"}).status_code == 201

    assert api.get("/api/v1/orders/1").json()["payment_status"] == "refunded"


def test_everybody_in_this_world_is_found_only_once(api, world) -> None:
    for number in range(3):
        push(api, str(number), fresh(customer={"email": "ANNA@example.com "[:-1]}))

    with merchant_scope(world.merchant.id):
        assert Customer.objects.count() == 1
