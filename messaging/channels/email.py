"""E-mail by SMTP (RFC 5321), one connection for a batch.

Everything hangs on one moment: until the line with the final dot has left us, the server has no message and "not sent"
is certain; once the content is on its way, only the server's reply tells, and a reply that does not come leaves the
outcome unknown (RFC 1047 describes this very gap). ``smtplib.sendmail`` hides that moment, so the dialogue is spoken
here step by step.
"""

import re
import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime

from messaging.channels.base import Envelope, Outcome
from messaging.enums import AttemptOutcome, SuppressionReason
from postpurchase.lib.emails import ascii_domain

# RFC 5321 section 4.5.3.2.6 asks for ten minutes after the final dot, to avoid duplicates. We never send twice what
# may have arrived, so a shorter wait costs certainty and no duplicate.
FINAL_DOT_TIMES = 4
# "Bad destination mailbox address": the mailbox does not exist (RFC 3463 section 3.2; 5.1.10 is RFC 7505's null MX).
NO_SUCH_MAILBOX = re.compile(r"\b5\.1\.(?:1|10)\b")
LINE_END = re.compile(rb"\r\n|\r|\n")
# Headers that are one long word: the standard library would encode the word rather than exceed 78 characters, and no
# mail program reads that. Lines may have 998 (RFC 5322 section 2.1.1).
UNFOLDED = ("list-unsubscribe", "message-id")
_TO_ERASE = re.compile(r"[^\s<>@]+@[^\s<>]+")


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """Where mail is handed over. ``tls`` is none, starttls or tls."""

    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)
    tls: str = "none"
    timeout_seconds: int = 30


class WirePolicy(EmailPolicy):
    """As it goes over the wire: CRLF, ASCII, and single words left whole."""

    def fold_binary(self, name: str, value: str) -> bytes:
        if name.lower() in UNFOLDED:
            return f"{name}: {value}\r\n".encode("ascii")
        return super().fold_binary(name, value)


WIRE = WirePolicy(linesep="\r\n", raise_on_defect=False)


class EmailChannel:
    """Hands mail to one SMTP server."""

    provider = "smtp"

    def __init__(self, server: SmtpServer) -> None:
        self._server = server

    def open(self) -> "SmtpConnection":
        """Return a connection that dials when the first envelope comes."""
        return SmtpConnection(self._server)


class SmtpConnection:
    """One dialogue with a server; dials again after the server has hung up."""

    def __init__(self, server: SmtpServer) -> None:
        self._server = server
        self._smtp: smtplib.SMTP | None = None

    def send(self, envelope: Envelope) -> Outcome:
        """Hand one mail over."""
        try:
            content = wire_format(build_message(envelope))
            recipient = address_on_the_wire(envelope.recipient)
        except (ValueError, IndexError, UnicodeError) as error:
            # The address or a header cannot be written down: no server would take it. IndexError is what the standard
            # library's address parser raises for some malformed addresses.
            return Outcome(AttemptOutcome.PERMANENT, "bad_message", type(error).__name__)
        try:
            smtp, refusal = self._introduce(envelope.sender_address, recipient)
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            return _not_sent(error)
        if refusal is not None:
            self._reset(smtp)
            return refusal
        outcome = self._transfer(smtp, content)
        if outcome.outcome is AttemptOutcome.ACCEPTED:
            return Outcome(
                outcome.outcome, outcome.code, outcome.detail, provider_message_id=message_id_header(envelope)
            )
        return outcome

    def close(self) -> None:
        """Say goodbye, if the server still listens."""
        smtp, self._smtp = self._smtp, None
        if smtp is not None:
            with suppress(OSError, smtplib.SMTPException):
                smtp.quit()
            smtp.close()

    def _introduce(self, sender: str, recipient: str) -> tuple[smtplib.SMTP, Outcome | None]:
        """Say from whom and to whom and ask to send; return why not, None if the server waits for the content.

        A server may hang up between two mails, so a connection that was open already is replaced once.
        """
        if self._smtp is not None:
            try:
                return self._smtp, _ask_to_send(self._smtp, sender, recipient)
            except (OSError, smtplib.SMTPException):
                self.close()
        self._smtp = self._dial()
        return self._smtp, _ask_to_send(self._smtp, sender, recipient)

    def _dial(self) -> smtplib.SMTP:
        """Connect, encrypt and log in as set up. Raises ``OSError`` or ``SMTPException``."""
        server = self._server
        if server.tls == "tls":
            context = ssl.create_default_context()
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host, server.port, timeout=server.timeout_seconds, context=context
            )
        else:
            smtp = smtplib.SMTP(server.host, server.port, timeout=server.timeout_seconds)
        try:
            if server.tls == "starttls":
                smtp.starttls(context=ssl.create_default_context())
            smtp.ehlo_or_helo_if_needed()
            if server.user:
                smtp.login(server.user, server.password)
        except BaseException:
            smtp.close()
            raise
        return smtp

    def _transfer(self, smtp: smtplib.SMTP, content: bytes) -> Outcome:
        """Send the content. From its first byte on, silence means that nobody knows."""
        try:
            smtp.send(content)
            if smtp.sock is not None:
                smtp.sock.settimeout(self._server.timeout_seconds * FINAL_DOT_TIMES)
            code, reply = smtp.getreply()
            if smtp.sock is not None:
                smtp.sock.settimeout(self._server.timeout_seconds)
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            return Outcome(AttemptOutcome.UNKNOWN, "no_reply", type(error).__name__)
        if code == 250:
            return Outcome(AttemptOutcome.ACCEPTED, str(code), _readable(reply))
        if code == 421:
            self.close()
        return _refused(code, reply, about_recipient=True)

    def _reset(self, smtp: smtplib.SMTP) -> None:
        """Make the connection fit for the next envelope, or drop it."""
        try:
            if smtp.rset()[0] != 250:
                self.close()
        except (OSError, smtplib.SMTPException):
            self.close()


def _ask_to_send(smtp: smtplib.SMTP, sender: str, recipient: str) -> Outcome | None:
    code, reply = smtp.mail(sender)
    if code != 250:
        return _refused(code, reply, about_recipient=False)
    code, reply = smtp.rcpt(recipient)
    if code not in (250, 251):
        return _refused(code, reply, about_recipient=True)
    code, reply = smtp.docmd("DATA")
    return None if code == 354 else _refused(code, reply, about_recipient=True)


def build_message(envelope: Envelope) -> EmailMessage:
    """Return the mail with its headers. Raises ``ValueError`` where a header cannot be written (a line break in it).

    ``Message-ID`` and ``X-Msg-Ref`` are the same at every attempt, so that a mail program shows two copies as one and a
    provider can be asked about it.
    """
    message = EmailMessage(policy=WIRE)
    message["Message-ID"] = message_id_header(envelope)
    message["Date"] = format_datetime(envelope.sent_at)
    message["From"] = Address(envelope.sender_name, addr_spec=envelope.sender_address)
    message["To"] = Address(addr_spec=address_on_the_wire(envelope.recipient))
    message["Subject"] = envelope.subject
    if envelope.reply_to:
        message["Reply-To"] = Address(addr_spec=envelope.reply_to)
    message["X-Msg-Ref"] = str(envelope.message_id)
    for name, value in envelope.provider_headers.items():
        message[name] = value
    # Holiday replies must not answer (RFC 3834 section 5).
    message["Auto-Submitted"] = "auto-generated"
    if envelope.unsubscribe_url:
        # RFC 8058: a POST to this address with this body unsubscribes at once.
        message["List-Unsubscribe"] = f"<{envelope.unsubscribe_url}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(envelope.text, cte="quoted-printable")
    if envelope.html:
        message.add_alternative(envelope.html, subtype="html", cte="quoted-printable")
    if envelope.language:
        message["Content-Language"] = envelope.language
    return message


def message_id_header(envelope: Envelope) -> str:
    """Return the Message-ID of an envelope: the same at every attempt, at the sender's domain."""
    return f"<{envelope.message_id}@{envelope.sender_address.rpartition('@')[2]}>"


def address_on_the_wire(address: str) -> str:
    """Return an address with its domain in ASCII (IDNA). Raises ``ValueError`` for one that no mailbox can have."""
    local, at, domain = address.strip().rpartition("@")
    if not at or not local or not domain or not local.isascii() or re.search(r"[\s<>(),;:\\\"\[\]]", address.strip()):
        raise ValueError("not an address")
    return f"{local}@{ascii_domain(domain)}"


def wire_format(message: EmailMessage) -> bytes:
    """Return the mail as it is sent after DATA: CRLF line ends, dots at line beginnings doubled, the final dot."""
    content = LINE_END.sub(b"\r\n", message.as_bytes())
    content = re.sub(rb"(?m)^\.", b"..", content)
    return content + (b"" if content.endswith(b"\r\n") else b"\r\n") + b".\r\n"


def _refused(code: int, reply: bytes, *, about_recipient: bool) -> Outcome:
    """The server said no before it had the mail: for now (4xx) or for good (5xx)."""
    detail = _readable(reply)
    if code // 100 == 5:
        no_mailbox = about_recipient and NO_SUCH_MAILBOX.search(detail)
        suppress_for = SuppressionReason.HARD_BOUNCE if no_mailbox else None
        return Outcome(AttemptOutcome.PERMANENT, str(code), detail, suppress=suppress_for)
    # 421: the server is closing (RFC 5321 section 3.8); what comes next would meet the same.
    return Outcome(AttemptOutcome.TEMPORARY, str(code), detail, channel_down=code in (-1, 421))


def _not_sent(error: Exception) -> Outcome:
    """The dialogue broke off before any content: certainly not sent, and not the envelope's fault."""
    code, detail = type(error).__name__, ""
    if isinstance(error, smtplib.SMTPResponseException):
        reply = error.smtp_error
        code, detail = str(error.smtp_code), _readable(reply if isinstance(reply, bytes) else str(reply).encode())
    return Outcome(AttemptOutcome.TEMPORARY, code, detail, channel_down=True)


def _readable(reply: bytes) -> str:
    """A server's words without anybody's address."""
    return _TO_ERASE.sub("<address>", reply.decode("utf-8", "replace"))[:500]
