"""The providers whose reports we read, by the name in ``/hooks/<merchant>/providers/<name>/``."""

from messaging.providers.base import Provider
from messaging.providers.esp import MAILGUN, POSTMARK
from messaging.providers.twilio import TWILIO

PROVIDERS: dict[str, Provider] = {provider.name: provider for provider in (POSTMARK, MAILGUN, TWILIO)}
