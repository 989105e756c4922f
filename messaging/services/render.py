"""From a planned message to what is sent: subject, HTML and text of a mail, or the one text for a phone."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from messaging.channels.base import ApprovedTemplate
from messaging.content.html import render_html
from messaging.content.mails import UnknownTemplate, compose
from messaging.content.parts import MissingFact
from messaging.content.plain import render_text
from messaging.content.sms import compose_sms
from messaging.content.whatsapp import compose_whatsapp
from messaging.enums import Channel
from messaging.models import Message
from messaging.services.mail_context import load_facts
from messaging.services.whatsapp import approved_for


@dataclass(frozen=True, slots=True)
class RenderedMessage:
    """What is handed to a channel. What goes to a phone has neither ``subject`` nor ``html``.

    ``approved`` is what WhatsApp is asked for. ``secret`` is what of it must not be read again later, empty where
    nothing is.
    """

    subject: str
    html: str
    text: str
    approved: ApprovedTemplate | None = None
    secret: str = ""

    def to_keep(self) -> Self:
        """Return it as it is stored: with dots in the place of the secret."""
        if not self.secret:
            return self
        hidden = "•" * len(self.secret)
        subject, html, text = (part.replace(self.secret, hidden) for part in (self.subject, self.html, self.text))
        return type(self)(subject, html, text)


class RenderError(Exception):
    """The message cannot be written, now or later. ``reason`` is a code: ``missing_parcel``, ``unknown_template`` …"""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def render_message(*, message: Message, now: dt.datetime, together: Sequence[Message] = ()) -> RenderedMessage:
    """Write ``message`` in the shopper's language, in the store's voice, from what is true now.

    It also tells of the parcels of those that are told ``together`` with it (``bundle.py``). Needs the merchant's scope
    and changes nothing but page links made on first need. Raises ``RenderError`` where what the message is about is
    gone or it has no wording for its channel, and ``NothingToSay`` (``content/parts.py``) where it is better not sent.
    """
    facts = load_facts(message=message, now=now, together=together)
    secret = facts.code.digits if facts.code else ""
    try:
        if message.channel == Channel.SMS:
            return RenderedMessage(subject="", html="", text=compose_sms(message.template, facts), secret=secret)
        if message.channel == Channel.WHATSAPP:
            number, content_sid = approved_for(message=message)
            said = compose_whatsapp(message.template, facts)
            approved = ApprovedTemplate(number, content_sid, said.variables)
            return RenderedMessage(subject="", html="", text=said.text, approved=approved, secret=secret)
        mail = compose(message.template, facts)
    except UnknownTemplate:
        raise RenderError("unknown_template") from None
    except MissingFact as missing:
        raise RenderError(f"missing_{missing.args[0]}") from None
    return RenderedMessage(
        subject=mail.subject, html=render_html(mail, facts.store), text=render_text(mail), secret=secret
    )
