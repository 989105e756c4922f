"""The ways by which news goes to a phone, as the page offers them: what each is called, and what one agrees to."""

from collections.abc import Iterable
from dataclasses import dataclass

from messaging.enums import Channel
from postpurchase.lib.texts import Texts

WORDING = {Channel.SMS: "sms.wording", Channel.WHATSAPP: "sms.wording_whatsapp"}
LABEL = {Channel.SMS: "sms.by_sms", Channel.WHATSAPP: "sms.by_whatsapp"}


@dataclass(frozen=True, slots=True)
class PhoneWay:
    """One way in words; ``wording`` is kept as evidence of the yes."""

    channel: Channel
    label: str
    wording: str


def phone_ways(channels: Iterable[Channel], texts: Texts, *, store: str) -> list[PhoneWay]:
    """Return the ways in the page's words; ``store`` is who may write."""
    return [PhoneWay(channel, texts(LABEL[channel]), texts(WORDING[channel], store=store)) for channel in channels]
