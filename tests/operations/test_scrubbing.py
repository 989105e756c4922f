"""What must not reach a log, and what must stay readable in it."""

import datetime as dt
import re
import uuid
from typing import Any

import hypothesis
import pytest
from hypothesis import strategies

from postpurchase.operations.scrubbing import SHAPES, scrub, scrub_text


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("550 5.1.1 <anna.muster+shop@mail.example.com>: unknown", "550 5.1.1 <…>: unknown"),
        ("Key (email)=(anna@example.com) already exists", "Key (email)=(…) already exists"),
        ("jürgen@müller.example", "…"),
        ("to +49 (151) 123-45 678.", "to …."),
        ("key pp_01ab23cd_AbC-_9 was refused", "key … was refused"),
        ("Authorization: Bearer abc.def-ghi", "Authorization: Bearer …"),
        ("redis://:hunter2@127.0.0.1:6379/0", "redis://…@127.0.0.1:6379/0"),
        ("postgresql://postpurchase:hunter2@db.example.com/postpurchase", "postgresql://…@db.example.com/postpurchase"),
        ("GET /t/aB3_-0123456789xyz 404", "GET /t/… 404"),
        ("GET https://shop.example.com/u/0123456789ab/", "GET https://shop.example.com/u/…/"),
        ("GET /lindenhof/track?number=1001&email=a 200", "GET /lindenhof/track?… 200"),
    ],
)
def test_shapes_of_people_and_secrets_are_hidden(given: str, expected: str) -> None:
    assert scrub_text(given) == expected


@pytest.mark.parametrize(("sign", "shape", "_replacement"), SHAPES)
@hypothesis.given(data=strategies.data())
def test_nothing_has_a_shape_without_its_sign(sign: str, shape: re.Pattern[str], _replacement: str, data) -> None:
    assert sign in data.draw(strategies.from_regex(shape))


@pytest.mark.parametrize(
    "text",
    [
        "events.handler_failed",
        "0190e0c1-7d4e-7a3b-8c2d-1f2e3d4c5b6a",
        "messaging.services.enroll.on_order_placed",
        "/app/tracking/services/record.py:120 record_checkpoints",
        "2026-07-15T10:30:00+00:00",
        "order 1001 has 12 + 30 lines",
        "GET /api/v1/orders 200",
        "postgresql 18.6 at 127.0.0.1:5432",
    ],
)
def test_codes_and_ids_stay(text: str) -> None:
    assert scrub_text(text) == text


@pytest.mark.parametrize("field", ["email", "Recipient", "first_name", "shipping_address", "comment", "kwargs", "path"])
def test_personal_fields_are_hidden_whatever_they_hold(field: str) -> None:
    assert scrub({field: "Anna"}) == {field: "…"}
    assert scrub({"order": {field: {"nested": ["Anna"]}}}) == {"order": {field: "…"}}
    assert scrub({field: ""}) == {field: ""}  # that there was none may be known


def test_every_nesting_is_searched_and_types_are_kept() -> None:
    order_id = uuid.UUID(int=7)
    given: dict[str, Any] = {
        "created": 3,
        "ratio": 0.5,
        "backfill": True,
        "order": None,
        "id": order_id,
        "at": dt.date(2026, 7, 15),
        "errors": [("anna@example.com", {"code": "unknown"})],
    }

    assert scrub(given) == {
        "created": 3,
        "ratio": 0.5,
        "backfill": True,
        "order": None,
        "id": str(order_id),
        "at": "2026-07-15",
        "errors": [["…", {"code": "unknown"}]],
    }
