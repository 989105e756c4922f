"""Who may send: the signature of an app, and the id that tells a repetition."""

import datetime as dt
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postpurchase.connectors.base import (
    Envelope,
    WrongSignature,
)
from postpurchase.connectors.shops.shopware import CONNECTOR
from postpurchase.connectors.signatures import hex_signature
from tests.connectors.shops.shopware.bodies import NOW, ORDER, event


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
