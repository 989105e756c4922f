"""From a planned message to what is sent: subject, HTML and text of a mail, or the one text of an SMS."""

import datetime as dt
from dataclasses import dataclass

from messaging.content.html import render_html
from messaging.content.mails import UnknownTemplate, compose
from messaging.content.parts import MissingFact
from messaging.content.plain import render_text
from messaging.content.sms import compose_sms
from messaging.enums import Channel
from messaging.models import Message
from messaging.services.mail_context import load_facts


@dataclass(frozen=True, slots=True)
class RenderedMessage:
    """What is handed to a channel. An SMS has neither ``subject`` nor ``html``."""

    subject: str
    html: str
    text: str


class RenderError(Exception):
    """The message cannot be written, now or later. ``reason`` is a code: ``missing_parcel``, ``unknown_template`` …"""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def render_message(*, message: Message, now: dt.datetime) -> RenderedMessage:
    """Write ``message`` in the shopper's language, in the store's voice, from what is true now.

    Needs the merchant's scope and changes nothing but page links made on first need. Raises ``RenderError`` where what
    the message is about is gone or it has no wording for its channel.
    """
    facts = load_facts(message=message, now=now)
    try:
        if message.channel == Channel.SMS:
            return RenderedMessage(subject="", html="", text=compose_sms(message.template, facts))
        mail = compose(message.template, facts)
    except UnknownTemplate:
        raise RenderError("unknown_template") from None
    except MissingFact as missing:
        raise RenderError(f"missing_{missing.args[0]}") from None
    return RenderedMessage(subject=mail.subject, html=render_html(mail, facts.store), text=render_text(mail))
