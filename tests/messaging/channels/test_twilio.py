"""Twilio behind our own way out: requests as Twilio wants them, its answers in our words."""

import base64
import datetime as dt
import json
import uuid
from dataclasses import replace
from functools import partial
from urllib.parse import parse_qs

import pytest

from messaging.channels import twilio
from messaging.channels.base import ApprovedTemplate, Envelope, Outcome
from messaging.channels.registry import channel_for
from messaging.channels.twilio import TwilioAccount, TwilioChannel
from messaging.enums import AttemptOutcome, SuppressionReason
from postpurchase.lib import http
from tests.lib.http_server import Heard, answer, raw_server

ENVELOPE = Envelope(
    message_id=uuid.UUID("018f0000-0000-7000-8000-0000000000aa"),
    recipient="+4915112345678",
    text="Ihr Paket kommt heute. Grüße",
    sent_at=dt.datetime(2026, 7, 15, 10, 30, tzinfo=dt.UTC),
)
WHATSAPP = replace(
    ENVELOPE, approved=ApprovedTemplate("+4930123456", "HX1", {"1": "Lindenhof", "2": "https://post.example/t/x?a=b"})
)
CREATED = answer(
    "201 Created",
    json.dumps({"sid": "SM1", "status": "queued", "body": "x", "date_created": None}).encode(),
    Content_Type="application/json",
)


def refusal(status: str, code: int, **headers: str) -> bytes:
    body = {"code": code, "message": "for +4915112345678", "more_info": "", "status": int(status[:3])}
    return answer(status, json.dumps(body).encode(), Content_Type="application/json", **headers)


def send(server: Heard, allow: tuple[str, ...] | None = None, envelope: Envelope = ENVELOPE) -> Outcome:
    account = TwilioAccount(
        sid="AC1",
        token="secret",
        sender="+4930123456",
        base_url=server.url,
        egress_allow=(server.target,) if allow is None else allow,
    )
    connection = TwilioChannel(account).open()
    try:
        return connection.send(envelope)
    finally:
        connection.close()


def test_a_text_message_is_asked_for_as_twilio_wants_it() -> None:
    with raw_server(CREATED) as server:
        outcome = send(server)

    assert outcome == Outcome(AttemptOutcome.ACCEPTED, "201", provider_message_id="SM1")
    head, _, body = server.requests[0].partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    assert lines[0] == "POST /2010-04-01/Accounts/AC1/Messages.json HTTP/1.1"
    assert f"Authorization: Basic {base64.b64encode(b'AC1:secret').decode()}" in lines
    assert "Content-Type: application/x-www-form-urlencoded" in lines
    assert parse_qs(body.decode()) == {
        "To": ["+4915112345678"],
        "From": ["+4930123456"],
        "Body": ["Ihr Paket kommt heute. Grüße"],
    }


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (
            refusal("400 Bad Request", 21610),
            Outcome(AttemptOutcome.PERMANENT, "21610", suppress=SuppressionReason.OPTED_OUT),
        ),
        (
            refusal("400 Bad Request", 21211),
            Outcome(AttemptOutcome.PERMANENT, "21211", suppress=SuppressionReason.INVALID),
        ),
        (
            refusal("400 Bad Request", 21614),
            Outcome(AttemptOutcome.PERMANENT, "21614", suppress=SuppressionReason.INVALID),
        ),
        (refusal("400 Bad Request", 21617), Outcome(AttemptOutcome.PERMANENT, "21617")),
        (
            refusal("429 Too Many Requests", 20429, Retry_After="30"),
            Outcome(AttemptOutcome.TEMPORARY, "20429", retry_after=dt.timedelta(seconds=30), channel_down=True),
        ),
        (
            refusal("429 Too Many Requests", 20429, Retry_After="999999"),
            Outcome(AttemptOutcome.TEMPORARY, "20429", retry_after=dt.timedelta(hours=6), channel_down=True),
        ),
        (
            refusal("429 Too Many Requests", 20429),
            Outcome(AttemptOutcome.TEMPORARY, "20429", channel_down=True),
        ),
        (
            refusal("503 Service Unavailable", 20503, Retry_After="5"),
            Outcome(AttemptOutcome.TEMPORARY, "20503", retry_after=dt.timedelta(seconds=5), channel_down=True),
        ),
        (refusal("503 Service Unavailable", 20503), Outcome(AttemptOutcome.UNKNOWN, "20503")),
        (refusal("500 Internal Server Error", 20500), Outcome(AttemptOutcome.UNKNOWN, "20500")),
        (refusal("401 Unauthorized", 20003), Outcome(AttemptOutcome.TEMPORARY, "20003", channel_down=True)),
        (refusal("200 OK", 63016), Outcome(AttemptOutcome.UNKNOWN, "no_sid")),
        (answer("201 Created", b"not json"), Outcome(AttemptOutcome.UNKNOWN, "JSONDecodeError")),
        (b"", Outcome(AttemptOutcome.UNKNOWN, "connection_lost")),
        (b"HTTP/1.1 201 Created\r\nContent-Length: 99\r\n\r\n{", Outcome(AttemptOutcome.UNKNOWN, "connection_lost")),
    ],
    ids=range(15),
)
def test_each_answer_means_one_thing(said: bytes, expected: Outcome) -> None:
    with raw_server(said) as server:
        assert send(server) == expected


def test_whatsapp_is_asked_for_an_approved_template() -> None:
    with raw_server(CREATED) as server:
        outcome = send(server, envelope=WHATSAPP)

    assert outcome == Outcome(AttemptOutcome.ACCEPTED, "201", provider_message_id="SM1")
    body = server.requests[0].partition(b"\r\n\r\n")[2]
    assert parse_qs(body.decode()) == {
        "To": ["whatsapp:+4915112345678"],
        "From": ["whatsapp:+4930123456"],
        "ContentSid": ["HX1"],
        "ContentVariables": ['{"1": "Lindenhof", "2": "https://post.example/t/x?a=b"}'],
    }


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (
            refusal("400 Bad Request", 63024),
            Outcome(AttemptOutcome.PERMANENT, "63024", suppress=SuppressionReason.INVALID),
        ),
        (
            refusal("400 Bad Request", 63003),
            Outcome(AttemptOutcome.PERMANENT, "63003", suppress=SuppressionReason.INVALID),
        ),
        (
            refusal("400 Bad Request", 63014),
            Outcome(AttemptOutcome.PERMANENT, "63014", suppress=SuppressionReason.OPTED_OUT),
        ),
        (refusal("400 Bad Request", 63016), Outcome(AttemptOutcome.PERMANENT, "63016")),
        (refusal("400 Bad Request", 63018), Outcome(AttemptOutcome.TEMPORARY, "63018", channel_down=True)),
        (refusal("500 Internal Server Error", 20500), Outcome(AttemptOutcome.UNKNOWN, "20500")),
        (refusal("200 OK", 63016), Outcome(AttemptOutcome.UNKNOWN, "no_sid")),
        (b"", Outcome(AttemptOutcome.UNKNOWN, "connection_lost")),
    ],
    ids=["nobody", "no_address", "blocked", "no_template", "too_many", "500", "200_with_error", "hang_up"],
)
def test_each_answer_about_whatsapp_means_one_thing(said: bytes, expected: Outcome) -> None:
    with raw_server(said) as server:
        assert send(server, envelope=WHATSAPP) == expected


def test_an_answer_that_does_not_come_leaves_the_outcome_unknown(monkeypatch) -> None:
    monkeypatch.setattr(twilio.http, "request", partial(http.request, total_seconds=0.5))
    with raw_server([b"HTTP/1.1 201 Created\r\n", b"Content-Length: 2\r\n\r\n{}"], pause=1) as server:
        outcome = send(server, envelope=WHATSAPP)

    assert outcome == Outcome(AttemptOutcome.UNKNOWN, "timeout")
    assert len(server.requests) == 1


def test_a_provider_that_is_not_there_was_certainly_not_told() -> None:
    with raw_server(CREATED) as server:
        pass

    assert send(server) == Outcome(AttemptOutcome.TEMPORARY, "connection_refused", channel_down=True)


def test_a_stand_in_the_operator_has_not_opened_is_never_spoken_to() -> None:
    with raw_server(CREATED) as server:
        outcome = send(server, allow=())

    assert outcome == Outcome(AttemptOutcome.TEMPORARY, "not_https", channel_down=True)
    assert server.requests == []


def test_there_is_a_way_only_where_one_is_set_up(settings) -> None:
    settings.TWILIO_ACCOUNT_SID = ""
    without = [channel_for(name) for name in ("sms", "whatsapp", "pigeon")]
    settings.TWILIO_ACCOUNT_SID, settings.TWILIO_AUTH_TOKEN = "AC1", "secret"

    assert without == [None, None, None]
    assert [channel_for(name).provider for name in ("email", "sms", "whatsapp")] == ["smtp", "twilio", "twilio"]
