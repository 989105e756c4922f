"""The SMTP dialogue: what each answer, silence or broken line means for the mail."""

import datetime as dt
import email
import socket
import uuid
from dataclasses import replace
from email import policy

import pytest

from messaging.channels.base import Envelope, Outcome
from messaging.channels.email import EmailChannel, SmtpServer, address_on_the_wire, build_message, wire_format
from messaging.enums import AttemptOutcome, SuppressionReason
from tests.messaging.channels.smtp_server import HANG_UP, SILENCE, scripted_server

ID = uuid.UUID("018f0000-0000-7000-8000-0000000000aa")
ENVELOPE = Envelope(
    message_id=ID,
    recipient="anna@example.com",
    text="Hallo Anna,\n\n.hidden dot\nGrüße",
    sent_at=dt.datetime(2026, 7, 15, 10, 30, tzinfo=dt.UTC),
    subject="Ihre Bestellung – vielen Dank",
    html="<p>Hallo Anna</p>",
    sender_name="Lindenhof",
    sender_address="shop@lindenhof.example.com",
    reply_to="hilfe@lindenhof.example.com",
    language="de",
)
MESSAGE_ID = f"<{ID}@lindenhof.example.com>"
ACCEPTED, TEMPORARY = AttemptOutcome.ACCEPTED, AttemptOutcome.TEMPORARY
PERMANENT, UNKNOWN = AttemptOutcome.PERMANENT, AttemptOutcome.UNKNOWN


def channel(port: int, seconds: int = 1) -> EmailChannel:
    return EmailChannel(SmtpServer(host="127.0.0.1", port=port, timeout_seconds=seconds))


def send(port: int, envelope: Envelope = ENVELOPE, seconds: int = 1) -> Outcome:
    connection = channel(port, seconds).open()
    try:
        return connection.send(envelope)
    finally:
        connection.close()


def headers(envelope: Envelope) -> dict[str, str]:
    message = email.message_from_bytes(build_message(envelope).as_bytes(), policy=policy.default)
    return {name: str(value) for name, value in message.items()}


# --- the dialogue -----------------------------------------------------------------------------------------------


def test_a_mail_is_handed_over_with_the_replys_words_and_our_own_id() -> None:
    with scripted_server() as server:
        outcome = send(server.port)

    assert outcome == Outcome(ACCEPTED, "250", "2.0.0 queued as 4F2A", provider_message_id=MESSAGE_ID)
    said = [command.split(":")[0].upper() for command in server.commands[1:]]
    assert said == ["MAIL FROM", "RCPT TO", "DATA", "QUIT"]
    (content,) = server.mails
    message = email.message_from_bytes(content.removesuffix(b".\r\n"), policy=policy.default)
    assert message["Subject"] == "Ihre Bestellung – vielen Dank"
    assert [part.get_content_type() for part in message.walk()] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]


def test_one_connection_carries_many_mails() -> None:
    with scripted_server() as server:
        connection = channel(server.port).open()
        outcomes = [connection.send(ENVELOPE).outcome for _ in range(3)]
        connection.close()

    assert outcomes == [ACCEPTED] * 3
    assert (server.connections, len(server.mails)) == (1, 3)


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        # before anything: the server, not the mail
        ({"GREETING": b"421 too busy"}, Outcome(TEMPORARY, "421", "too busy", channel_down=True)),
        ({"GREETING": b"554 go away"}, Outcome(TEMPORARY, "554", "go away", channel_down=True)),
        ({"GREETING": HANG_UP}, Outcome(TEMPORARY, "SMTPServerDisconnected", channel_down=True)),
        ({"GREETING": SILENCE}, Outcome(TEMPORARY, "SMTPServerDisconnected", channel_down=True)),
        # the sender
        ({"MAIL": b"451 later"}, Outcome(TEMPORARY, "451", "later")),
        ({"MAIL": b"550 5.7.1 not you"}, Outcome(PERMANENT, "550", "5.7.1 not you")),
        ({"MAIL": b"550 5.1.1 sender unknown"}, Outcome(PERMANENT, "550", "5.1.1 sender unknown")),
        ({"MAIL": HANG_UP}, Outcome(TEMPORARY, "SMTPServerDisconnected", channel_down=True)),
        # the recipient
        ({"RCPT": b"450 4.2.1 greylisted"}, Outcome(TEMPORARY, "450", "4.2.1 greylisted")),
        ({"RCPT": b"452 4.2.2 mailbox full"}, Outcome(TEMPORARY, "452", "4.2.2 mailbox full")),
        ({"RCPT": b"421 closing"}, Outcome(TEMPORARY, "421", "closing", channel_down=True)),
        ({"RCPT": b"552 5.2.2 mailbox full"}, Outcome(PERMANENT, "552", "5.2.2 mailbox full")),
        ({"RCPT": b"550 5.7.26 not authenticated"}, Outcome(PERMANENT, "550", "5.7.26 not authenticated")),
        (
            {"RCPT": b"550 5.1.1 <anna@example.com>: no such user"},
            Outcome(PERMANENT, "550", "5.1.1 <<address>>: no such user", suppress=SuppressionReason.HARD_BOUNCE),
        ),
        (
            {"RCPT": b"556 5.1.10 null MX"},
            Outcome(PERMANENT, "556", "5.1.10 null MX", suppress=SuppressionReason.HARD_BOUNCE),
        ),
        ({"RCPT": SILENCE}, Outcome(TEMPORARY, "SMTPServerDisconnected", channel_down=True)),
        # the content is asked for, or not
        ({"DATA": b"451 later"}, Outcome(TEMPORARY, "451", "later")),
        ({"DATA": b"554 5.7.1 no"}, Outcome(PERMANENT, "554", "5.7.1 no")),
        # after the content: what is not an answer leaves it unknown
        ({"CONTENT": b"452 4.3.1 no room"}, Outcome(TEMPORARY, "452", "4.3.1 no room")),
        ({"CONTENT": b"554 5.6.0 not like this"}, Outcome(PERMANENT, "554", "5.6.0 not like this")),
        ({"CONTENT": HANG_UP}, Outcome(UNKNOWN, "no_reply", "SMTPServerDisconnected")),
        ({"CONTENT": SILENCE}, Outcome(UNKNOWN, "no_reply", "SMTPServerDisconnected")),
    ],
    ids=lambda value: repr(value)[:60] if isinstance(value, dict) else "",
)
def test_each_answer_means_one_thing(answers, expected) -> None:
    with scripted_server(**answers) as server:
        assert send(server.port) == expected


def test_a_server_that_is_not_there_was_certainly_not_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

    assert send(port) == Outcome(TEMPORARY, "ConnectionRefusedError", channel_down=True)


def test_a_refused_mail_does_not_spoil_the_connection_for_the_next() -> None:
    with scripted_server(RCPT=[b"550 5.7.1 no"]) as server:
        connection = channel(server.port).open()
        outcomes = [connection.send(ENVELOPE).outcome for _ in range(2)]
        connection.close()

    assert outcomes == [PERMANENT, ACCEPTED]
    assert (server.connections, len(server.mails)) == (1, 1)


def test_a_server_that_hung_up_between_two_mails_is_dialled_again() -> None:
    with scripted_server(MAIL=[b"250 ok", HANG_UP]) as server:
        connection = channel(server.port).open()
        outcomes = [connection.send(ENVELOPE).outcome for _ in range(2)]
        connection.close()

    assert outcomes == [ACCEPTED, ACCEPTED]
    assert (server.connections, len(server.mails)) == (2, 2)


def test_after_an_unknown_outcome_the_next_mail_gets_a_new_connection() -> None:
    with scripted_server(CONTENT=[HANG_UP]) as server:
        connection = channel(server.port).open()
        outcomes = [connection.send(ENVELOPE).outcome for _ in range(2)]
        connection.close()

    assert outcomes == [UNKNOWN, ACCEPTED]
    assert server.connections == 2


def test_saying_goodbye_to_nobody_does_no_harm() -> None:
    channel(1).open().close()


# --- the mail itself -----------------------------------------------------------------------------------------------


def test_the_headers_of_a_service_mail() -> None:
    found = headers(ENVELOPE)

    assert found.pop("Content-Type").startswith("multipart/alternative; boundary=")
    assert found == {
        "Message-ID": MESSAGE_ID,
        "Date": "Wed, 15 Jul 2026 10:30:00 +0000",
        "From": "Lindenhof <shop@lindenhof.example.com>",
        "To": "anna@example.com",
        "Subject": "Ihre Bestellung – vielen Dank",
        "Reply-To": "hilfe@lindenhof.example.com",
        "Content-Language": "de",
        "X-Msg-Ref": str(ID),
        "Auto-Submitted": "auto-generated",
        "MIME-Version": "1.0",
    }


def test_the_way_out_is_written_as_the_standard_wants_it_on_one_line() -> None:
    url = "https://shop.example.com/u/" + "x" * 120

    raw = build_message(replace(ENVELOPE, unsubscribe_url=url)).as_bytes()

    assert f"List-Unsubscribe: <{url}>\r\n".encode() in raw
    assert b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in raw


def test_the_message_id_is_the_same_at_every_attempt_and_stays_whole_at_a_long_domain() -> None:
    long = replace(ENVELOPE, sender_address="shop@" + "a-very-long-name." * 4 + "example.com")
    later = replace(long, sent_at=ENVELOPE.sent_at + dt.timedelta(days=1))

    found = headers(long)["Message-ID"]

    assert found == headers(later)["Message-ID"] == f"<{ID}@{long.sender_address.partition('@')[2]}>"
    assert found.encode() in build_message(long).as_bytes()


def test_dots_are_doubled_and_lines_end_as_the_standard_wants() -> None:
    content = wire_format(build_message(replace(ENVELOPE, html="")))

    assert b"\r\n..hidden dot\r\n" in content
    assert content.endswith(b"\r\n.\r\n")
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert b"\r" not in content.replace(b"\r\n", b"")
    assert max(map(len, content.split(b"\r\n"))) <= 998


@pytest.mark.parametrize(
    "changes",
    [
        {"subject": "Hallo\r\nBcc: everybody@example.com"},
        {"subject": "Hallo\nBcc: everybody@example.com"},
        {"sender_name": "Shop\r\nBcc: everybody@example.com"},
        {"recipient": "anna@example.com\r\nBcc: everybody@example.com"},
        {"recipient": "anna@example.com> RCPT TO:<everybody@example.com"},
        {"recipient": "anna@example.com,everybody@example.com"},
        {"recipient": "anna"},
        {"recipient": "@example.com"},
        {"recipient": "anna@"},
        {"recipient": "änna@example.com"},
        {"recipient": f"anna@{'x' * 64}.example.com"},
        {"unsubscribe_url": "https://x/\r\nBcc: everybody@example.com"},
    ],
    ids=repr,
)
def test_what_cannot_be_a_mail_is_refused_before_anybody_hears_of_it(changes) -> None:
    with scripted_server() as server:
        outcome = send(server.port, replace(ENVELOPE, **changes))

    assert (outcome.outcome, outcome.code) == (PERMANENT, "bad_message")
    assert server.connections == 0


def test_a_domain_in_any_script_is_written_in_ascii() -> None:
    assert address_on_the_wire(" anna@müller.example ") == "anna@xn--mller-kva.example"
