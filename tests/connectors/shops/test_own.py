"""The merchant's own shop: Standard Webhooks signatures, and the API's own bodies."""

import datetime as dt
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks.webhooks import Webhook

from orders.inputs import CancelInput, CustomerInput, OrderInput, ProductInput, RefundInput, RefundLineInput
from postpurchase.connectors.base import (
    Context,
    CustomerSaved,
    Envelope,
    Ignored,
    OrderCancelled,
    OrderRefunded,
    OrderSaved,
    ProductSaved,
    ShipmentSaved,
    Unreadable,
    WrongSignature,
)
from postpurchase.connectors.shops.own import CONNECTOR
from tests.connectors.shops.mutations import bodies_like, outcome
from tracking.inputs import ShipmentInput, ShipmentLineInput

NOW = dt.datetime(2026, 11, 22, 10, 0, tzinfo=dt.UTC)
# Secret, id, moment, body and signature of the specification's own libraries (test_sign_function of the Python one).
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
VECTOR_ID = "msg_p5jXN8AQM9LWM0D4loKWxJek"
VECTOR_BODY = b'{"test": 2432232314}'
VECTOR_SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
VECTOR_MOMENT = dt.datetime.fromtimestamp(1614265330, dt.UTC)

ORDER = {
    "type": "order.saved",
    "data": {
        "external_id": "1001",
        "placed_at": "2026-11-22T10:00:00+01:00",
        "currency": "EUR",
        "total": "49.90",
        "customer": {"external_id": "c-1", "email": "anna@example.com"},
        "lines": [{"sku": "A", "quantity": 2, "unit_price": "22.50"}],
    },
}


def signed(body: bytes, *, secret: str = SECRET, id: str = "msg_1", at: dt.datetime = NOW) -> dict[str, str]:
    return {
        "webhook-id": id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(secret).sign(id, at, body.decode()),
    }


def read(body: object) -> list[object]:
    return list(CONNECTOR.read("", body, Context(store="at")))


def test_the_published_vector_is_right():
    headers = {"webhook-id": VECTOR_ID, "webhook-timestamp": "1614265330", "webhook-signature": VECTOR_SIGNATURE}

    envelope = CONNECTOR.verify(SECRET, headers, VECTOR_BODY, VECTOR_MOMENT)

    assert envelope == Envelope(delivery_id=VECTOR_ID, topic="")


def test_the_envelope_names_message_and_type():
    body = json.dumps(ORDER).encode()

    assert CONNECTOR.verify(SECRET, signed(body), body, NOW) == Envelope("msg_1", "order.saved")


def test_a_secret_may_come_without_prefix_or_be_a_mere_word():
    body = b"{}"
    bare = SECRET.removeprefix("whsec_")

    assert CONNECTOR.verify(bare, signed(body), body, NOW).delivery_id == "msg_1"
    headers = signed(body) | {"webhook-signature": Webhook(b"Gartenzwerg!").sign("msg_1", NOW, "{}")}
    assert CONNECTOR.verify("Gartenzwerg!", headers, body, NOW).delivery_id == "msg_1"


def test_one_of_several_signatures_is_enough_and_other_versions_are_passed_over():
    headers = signed(b"{}")
    right = headers["webhook-signature"]

    rotated = headers | {"webhook-signature": f"v1a,AAAA v1,{'A' * 43}= nonsense {right}"}
    assert CONNECTOR.verify(SECRET, rotated, b"{}", NOW).delivery_id == "msg_1"

    with pytest.raises(WrongSignature):
        CONNECTOR.verify(SECRET, headers | {"webhook-signature": right.replace("v1,", "v2,")}, b"{}", NOW)
    with pytest.raises(WrongSignature):
        CONNECTOR.verify(SECRET, headers | {"webhook-signature": "v1,A " * 10 + right}, b"{}", NOW)


@pytest.mark.parametrize("off", [dt.timedelta(minutes=5, seconds=1), -dt.timedelta(minutes=5, seconds=1)])
def test_more_than_five_minutes_off_is_wrong_both_ways(off: dt.timedelta):
    assert CONNECTOR.verify(SECRET, signed(b"{}", at=NOW + off / 2), b"{}", NOW)
    with pytest.raises(WrongSignature, match="five minutes"):
        CONNECTOR.verify(SECRET, signed(b"{}", at=NOW + off), b"{}", NOW)


@pytest.mark.parametrize("timestamp", ["999999999999", "99999999999", "-1", "1.5", "", "٣"])
def test_a_time_that_is_none_is_wrong(timestamp: str):
    with pytest.raises(WrongSignature, match="webhook-timestamp"):
        CONNECTOR.verify(SECRET, signed(b"{}") | {"webhook-timestamp": timestamp}, b"{}", NOW)


def test_another_body_secret_id_or_time_is_wrong():
    body = json.dumps(ORDER).encode()
    headers = signed(body)
    one_byte_changed = body.replace(b"1001", b"1002")
    same_content_other_bytes = json.dumps(ORDER, indent=1).encode()
    assert json.loads(same_content_other_bytes) == json.loads(body)

    for wrong_headers, wrong_body, secret in (
        (headers, one_byte_changed, SECRET),
        (headers, same_content_other_bytes, SECRET),
        (headers, body, "whsec_" + "A" * 32),
        (headers | {"webhook-id": "msg_2"}, body, SECRET),
        (headers | {"webhook-timestamp": str(int(NOW.timestamp()) + 1)}, body, SECRET),
    ):
        with pytest.raises(WrongSignature):
            CONNECTOR.verify(secret, wrong_headers, wrong_body, NOW)


@given(
    st.dictionaries(st.sampled_from(["webhook-id", "webhook-timestamp", "webhook-signature"]), st.text()), st.binary()
)
def test_nobody_gets_in_by_strange_headers(headers: dict[str, str], body: bytes):
    with pytest.raises(WrongSignature):
        CONNECTOR.verify(SECRET, headers, body, NOW)


@given(st.text(), st.binary())
def test_nothing_else_comes_of_strange_secrets_and_bodies(secret: str, body: bytes):
    headers = signed(b"{}") | {"webhook-signature": "v1,AAAA"}
    with pytest.raises(WrongSignature):
        CONNECTOR.verify(secret, headers, body, NOW)


def test_an_order_is_read_as_the_api_reads_it():
    (change,) = read(ORDER)

    assert isinstance(change, OrderSaved)
    assert isinstance(change.order, OrderInput)
    assert (change.order.external_id, change.order.store, change.order.source) == ("1001", "at", "own")
    assert change.order.lines[0].unit_price == "22.50"
    assert (change.shipments, change.refunds) == ((), ())


def test_what_names_an_order_only():
    cancelled = {"order": "1001", "reason": "no stock", "cancelled_at": "2026-11-22T10:00:00Z"}
    refunded = {
        "order": "1001",
        "external_id": "r-1",
        "amount": "22.50",
        "lines": [{"line": "1", "quantity": 1, "amount": "22.50"}],
    }
    parcel = {
        "order": "1001",
        "external_id": "s-1",
        "tracking_number": "00340434161094000001",
        "lines": [{"line": "1", "quantity": 1}],
    }

    assert read({"type": "order.cancelled", "data": cancelled}) == [
        OrderCancelled("1001", CancelInput(reason="no stock", cancelled_at=NOW))
    ]
    assert read({"type": "order.refunded", "data": refunded}) == [
        OrderRefunded(
            "1001",
            RefundInput(
                external_id="r-1", amount="22.50", lines=[RefundLineInput(line="1", quantity=1, amount="22.50")]
            ),
        )
    ]
    assert read({"type": "shipment.saved", "data": parcel}) == [
        ShipmentSaved(
            "1001",
            ShipmentInput(
                external_id="s-1",
                tracking_number="00340434161094000001",
                lines=(ShipmentLineInput(line="1", quantity=1),),
            ),
        )
    ]


def test_articles_and_customers():
    assert read({"type": "product.saved", "data": {"sku": "A", "name": "Lamp"}}) == [
        ProductSaved(ProductInput(sku="A", name="Lamp"))
    ]
    assert read({"type": "customer.saved", "data": {"external_id": "c-1", "email": "a@example.com"}}) == [
        CustomerSaved(CustomerInput(external_id="c-1", email="a@example.com"))
    ]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({"type": "cart.saved", "data": {}}, "'cart.saved' is no type we know."),
        ({"data": {}}, "The body has no type."),
    ],
)
def test_what_is_not_for_us_is_ignored_with_a_reason(body: object, reason: str):
    assert read(body) == [Ignored(reason)]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ([], "The body: an object is expected."),
        ({"type": "order.saved"}, "data: an object is expected."),
        ({"type": "order.cancelled", "data": {"reason": "x"}}, "data/order: an id is missing."),
        ({"type": "product.saved", "data": {"sku": "A", "name": "B", "colour": "red"}}, "There is no such field."),
        ({"type": "order.refunded", "data": {"order": "1", "external_id": "r", "amount": "-1"}}, "refund/amount"),
    ],
)
def test_what_should_tell_something_and_does_not_is_unreadable(body: object, said: str):
    with pytest.raises(Unreadable) as told:
        read(body)

    assert said in str(told.value)


@given(bodies_like(ORDER))
def test_a_changed_body_is_read_ignored_or_named(body: object):
    assert outcome(CONNECTOR, "", body, Context())
