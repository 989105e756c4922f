"""What every channel takes and answers. Our words: a provider's own stay in its module.

A channel opens a connection (one for a whole batch) that takes envelopes one at a time and says what became of each.
It never raises for what a provider does, and never guesses: if the content went out and no clear answer came back,
the outcome is unknown.
"""

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from messaging.enums import AttemptOutcome, SuppressionReason


@dataclass(frozen=True, slots=True)
class ApprovedTemplate:
    """A text that was approved before: the number it goes out from, its id, and what stands in its gaps."""

    sender: str
    content_sid: str
    variables: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Envelope:
    """One message, ready to go. ``html`` is empty for text-only channels, ``unsubscribe_url`` for service messages.

    ``provider_headers`` carry our message id to a mail provider that gives it back in its reports. ``approved`` is what
    WhatsApp is asked to send; ``text`` is then how it reads.
    """

    message_id: uuid.UUID
    recipient: str
    text: str
    sent_at: dt.datetime
    subject: str = ""
    html: str = ""
    sender_name: str = ""
    sender_address: str = ""
    reply_to: str = ""
    unsubscribe_url: str = ""
    language: str = ""
    approved: ApprovedTemplate | None = None
    provider_headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an envelope.

    ``suppress``: why this address must not be written to again. ``retry_after``: how long the provider asks us to wait.
    ``channel_down``: it is not about this envelope; the next ones would fare the same.
    """

    outcome: AttemptOutcome
    code: str = ""
    detail: str = ""
    provider_message_id: str = ""
    suppress: SuppressionReason | None = None
    retry_after: dt.timedelta | None = None
    channel_down: bool = False


class Connection(Protocol):
    """An open way to a provider."""

    def send(self, envelope: Envelope) -> Outcome:
        """Hand one envelope over and say what became of it."""

    def close(self) -> None:
        """Say goodbye, if anybody still listens. Never raises."""


class Channel(Protocol):
    """A way to reach people. ``provider`` names who carries it, for the attempts."""

    provider: str

    def open(self) -> Connection:
        """Return a connection; connecting itself may wait for the first envelope."""
