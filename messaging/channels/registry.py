"""Which channel goes which way, as the operator has set it up."""

from django.conf import settings

from messaging.channels.base import Channel
from messaging.channels.email import EmailChannel, SmtpServer
from messaging.channels.twilio import TwilioAccount, TwilioChannel
from messaging.enums import Channel as Name


def channel_for(name: str) -> Channel | None:
    """Return the way for a channel, None where there is none (no provider is set up, or we know none)."""
    match name:
        case Name.EMAIL:
            return EmailChannel(
                SmtpServer(
                    host=settings.SMTP_HOST,
                    port=settings.SMTP_PORT,
                    user=settings.SMTP_USER,
                    password=settings.SMTP_PASSWORD,
                    tls=settings.SMTP_TLS,
                    timeout_seconds=settings.SMTP_TIMEOUT_SECONDS,
                )
            )
        case Name.SMS | Name.WHATSAPP if settings.TWILIO_ACCOUNT_SID:
            return TwilioChannel(
                TwilioAccount(
                    sid=settings.TWILIO_ACCOUNT_SID,
                    token=settings.TWILIO_AUTH_TOKEN,
                    sender=settings.TWILIO_FROM,
                    base_url=settings.TWILIO_BASE_URL,
                    egress_allow=tuple(settings.EGRESS_ALLOW),
                )
            )
        case _:
            return None
