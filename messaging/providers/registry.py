"""The providers whose reports we read, by the name in ``/hooks/<merchant>/providers/<name>/``."""

import uuid
from collections.abc import Mapping

from django.conf import settings

from messaging.providers.base import Provider
from messaging.providers.esp import MAILGUN, POSTMARK
from messaging.providers.twilio import TWILIO

PROVIDERS: dict[str, Provider] = {provider.name: provider for provider in (POSTMARK, MAILGUN, TWILIO)}


def mail_provider_headers(message_id: uuid.UUID) -> Mapping[str, str]:
    """Return the headers by which the operator's mail provider gives our message id back; none for a plain server."""
    provider = PROVIDERS.get(settings.MAIL_PROVIDER)
    return provider.headers(str(message_id)) if provider else {}
