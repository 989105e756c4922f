"""Keeps received mails and SMS in a directory, so that a second start shows them again.

    mails/000001-5be1c0.eml   one file for each mail, exactly as it arrived
    mails.jsonl               one line for each mail: id, time, envelope
    sms.jsonl                 one line for each SMS

A line is written after its file: a mail is either there completely or not at all. All methods may be called from
several threads.
"""

from __future__ import annotations

import json
import os
import secrets
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path
from typing import Any

_PARSED_KEPT = 500  # mails whose parsed form stays in memory


@dataclass(frozen=True, kw_only=True)
class Envelope:
    """What the mail server heard: who sends, who receives, when (RFC 3339)."""

    id: str
    received_at: str
    sender: str
    to: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Mail:
    """A received mail, taken apart. `text` and `html` are empty where the mail has no such part."""

    envelope: Envelope
    subject: str
    sender_name: str
    sender_address: str
    text: str
    html: str
    headers: tuple[tuple[str, str], ...]

    @property
    def preview(self) -> str:
        """The beginning of what it says, on one line, without lines that only underline."""
        lines = (line.strip() for line in self.text.splitlines())
        return " ".join(line for line in lines if line.strip("=-–—_* "))[:160]

    def as_json(self) -> dict[str, object]:
        return {
            "id": self.envelope.id,
            "received_at": self.envelope.received_at,
            "to": list(self.envelope.to),
            "from": self.envelope.sender,
            "subject": self.subject,
            "text": self.text,
            "html": self.html,
            "headers": [list(pair) for pair in self.headers],
        }


@dataclass(frozen=True, kw_only=True)
class Sms:
    """A message to a telephone; `channel` is sms or whatsapp."""

    id: str
    received_at: str
    sender: str
    to: str
    body: str
    channel: str = "sms"

    def as_json(self) -> dict[str, str]:
        return {
            "id": self.id,
            "received_at": self.received_at,
            "from": self.sender,
            "to": self.to,
            "body": self.body,
            "channel": self.channel,
        }


class MailStore:
    """Mails in the order of their arrival."""

    def __init__(self, directory: Path) -> None:
        self._files = directory / "mails"
        self._index = directory / "mails.jsonl"
        self._files.mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._parsed: OrderedDict[str, Mail] = OrderedDict()
        self._envelopes = [
            Envelope(**{**line, "to": tuple(line["to"])})
            for line in _lines(self._index)
            if (self._files / f"{line['id']}.eml").exists()
        ]
        self._last = max((int(envelope.id.split("-")[0]) for envelope in self._envelopes), default=0)

    def add(self, *, sender: str, to: Sequence[str], content: bytes, now: datetime) -> Envelope:
        """Keep one mail; when this returns, it survives the process."""
        with self._lock:
            self._last += 1
            envelope = Envelope(
                id=f"{self._last:06d}-{secrets.token_hex(3)}", received_at=now.isoformat(), sender=sender, to=tuple(to)
            )
            file = self._files / f"{envelope.id}.eml"
            unfinished = file.with_suffix(".part")
            unfinished.write_bytes(content)
            os.replace(unfinished, file)
            _append(self._index, asdict(envelope))
            self._envelopes.append(envelope)
        return envelope

    def all(self, *, to: str = "") -> list[Mail]:
        """All mails, newest last; with `to` only those sent to this address (upper or lower case)."""
        with self._lock:
            envelopes = list(self._envelopes)
        wanted = to.strip().lower()
        return [
            mail
            for envelope in envelopes
            if not wanted or wanted in (address.lower() for address in envelope.to)
            if (mail := self._read(envelope)) is not None
        ]

    def get(self, id: str) -> Mail | None:
        with self._lock:
            envelope = next((one for one in self._envelopes if one.id == id), None)
        return self._read(envelope) if envelope is not None else None

    def source(self, id: str) -> bytes | None:
        """The mail as it arrived."""
        mail = self.get(id)
        return (self._files / f"{mail.envelope.id}.eml").read_bytes() if mail is not None else None

    @property
    def last_id(self) -> str:
        """The newest mail's id, or an empty text."""
        with self._lock:
            return self._envelopes[-1].id if self._envelopes else ""

    def clear(self) -> None:
        """Forget all mails. Numbers go on, so that an id never means two mails in one run."""
        with self._lock:
            self._index.unlink(missing_ok=True)
            for envelope in self._envelopes:
                (self._files / f"{envelope.id}.eml").unlink(missing_ok=True)
            self._envelopes.clear()
            self._parsed.clear()

    def _read(self, envelope: Envelope) -> Mail | None:
        """None when somebody emptied the mailbox in the meantime."""
        with self._lock:
            if (mail := self._parsed.get(envelope.id)) is not None:
                self._parsed.move_to_end(envelope.id)
                return mail
        try:
            content = (self._files / f"{envelope.id}.eml").read_bytes()
        except FileNotFoundError:
            return None
        mail = parse(envelope, content)
        with self._lock:
            self._parsed[envelope.id] = mail
            while len(self._parsed) > _PARSED_KEPT:
                self._parsed.popitem(last=False)
        return mail


class SmsStore:
    """Messages to telephones in the order of their arrival."""

    def __init__(self, directory: Path) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self._index = directory / "sms.jsonl"
        self._lock = threading.Lock()
        self._all = [Sms(**line) for line in _lines(self._index)]

    def add(self, *, sender: str, to: str, body: str, now: datetime, channel: str = "sms") -> Sms:
        # Twilio's own form of an id: SM and 32 hexadecimal digits.
        sms = Sms(
            id=f"SM{secrets.token_hex(16)}",
            received_at=now.isoformat(),
            sender=sender,
            to=to,
            body=body,
            channel=channel,
        )
        with self._lock:
            _append(self._index, asdict(sms))
            self._all.append(sms)
        return sms

    def all(self, *, to: str = "") -> list[Sms]:
        """All SMS, newest last; with `to` only those to this number."""
        # A plus sign in a query that was not escaped arrives as a blank.
        wanted = to.strip().lstrip("+")
        with self._lock:
            return [sms for sms in self._all if not wanted or sms.to.lstrip("+") == wanted]

    def clear(self) -> None:
        with self._lock:
            self._index.unlink(missing_ok=True)
            self._all.clear()


class ContentStore:
    """Approved templates by their Content SID."""

    def __init__(self, directory: Path) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self._index = directory / "contents.jsonl"
        self._lock = threading.Lock()
        self._texts = {line["sid"]: line["text"] for line in _lines(self._index)}

    def add(self, text: str) -> str:
        """Keep a text and return its SID: HX and 32 hexadecimal digits, as at Twilio."""
        sid = f"HX{secrets.token_hex(16)}"
        with self._lock:
            _append(self._index, {"sid": sid, "text": text})
            self._texts[sid] = text
        return sid

    def text_of(self, sid: str) -> str | None:
        with self._lock:
            return self._texts.get(sid)


def parse(envelope: Envelope, content: bytes) -> Mail:
    """Take a mail apart; whatever is broken in it is shown as well as it can be."""
    message = BytesParser(policy=policy.default.clone(utf8=True)).parsebytes(content)
    sender = message.get("From")
    addresses = getattr(sender, "addresses", ())
    return Mail(
        envelope=envelope,
        subject=str(message.get("Subject", "")),
        sender_name=addresses[0].display_name if addresses else "",
        sender_address=addresses[0].addr_spec if addresses else envelope.sender,
        text=_part(message, "plain"),
        html=_part(message, "html"),
        headers=tuple((name, str(value)) for name, value in message.items()),
    )


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body(preferencelist=(kind,))
    if part is None:
        return ""
    try:
        return str(part.get_content()).replace("\r\n", "\n")
    except (LookupError, UnicodeError):  # a charset nobody knows
        payload = part.get_payload(decode=True)
        return payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""


def _append(file: Path, line: dict[str, Any]) -> None:
    with file.open("a", encoding="utf-8") as index:
        index.write(json.dumps(line, ensure_ascii=False) + "\n")


def _lines(file: Path) -> list[dict[str, Any]]:
    """The complete lines of an index; the torn last one of a killed process is left out and cut off."""
    if not file.exists():
        return []
    content = file.read_bytes()
    whole = content[: content.rfind(b"\n") + 1]
    if len(whole) != len(content):
        file.write_bytes(whole)
    return [json.loads(line) for line in whole.splitlines()]
