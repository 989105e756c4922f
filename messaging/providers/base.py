"""What an adapter makes of a provider's report."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.http import HttpRequest

from messaging.enums import Channel, FeedbackKind

# Under this name our message's id travels with the mail and comes back in the report.
REFERENCE = "postpurchase_ref"


class ReportRefused(Exception):
    """The report is not proved to come from the provider, or cannot be read."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status, self.reason = status, reason


@dataclass(frozen=True, slots=True)
class Feedback:
    """One thing a provider reports.

    ``reference`` is our message id where the provider gives it back, ``provider_id`` its own id, ``event_id`` what
    makes the same report count once. ``address`` is used to look up and never stored.
    """

    kind: FeedbackKind
    channel: Channel
    event_id: str
    occurred_at: dt.datetime | None
    reference: str = ""
    provider_id: str = ""
    address: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class Provider:
    """``read`` proves and reads a request with the connection's secret, or raises ``ReportRefused``."""

    name: str
    read: Callable[[HttpRequest, str], list[Feedback]]
    headers: Callable[[str], Mapping[str, str]] = lambda _message_id: {}
