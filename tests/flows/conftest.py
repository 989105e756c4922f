"""A mail server that keeps what it gets, told to the worker through the environment as an operator would."""

import datetime as dt
import email
import email.policy
import os
import socket
import threading
import time
from collections.abc import Iterator
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from loyalty.services.programme import install_default_programme
from messaging.services.journeys import install_standard_journeys
from postpurchase.accounts.models import Merchant
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.lib import clock


class Mailbox:
    """Mails in the order in which they came."""

    def __init__(self) -> None:
        self._mails: list[EmailMessage] = []
        self._lock = threading.Lock()

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        with self._lock:
            self._mails.append(mail)  # type: ignore[arg-type]
        return "250 taken"

    @property
    def mails(self) -> list[EmailMessage]:
        with self._lock:
            return list(self._mails)

    @property
    def subjects(self) -> list[str]:
        return [mail["Subject"] for mail in self.mails]

    def wait_for(self, count: int, seconds: float = 60) -> list[EmailMessage]:
        """Return the mails once there are ``count`` of them; fail with what is there otherwise."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if len(self.mails) >= count:
                return self.mails
            time.sleep(0.1)
        raise AssertionError(f"{len(self.mails)} of {count} mails: {self.subjects}")


@pytest.fixture
def mailbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[Mailbox]:
    """Ask for it before ``running_worker``: the worker inherits where to hand mail over."""
    box = Mailbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    monkeypatch.setenv("SMTP_HOST", "127.0.0.1")
    monkeypatch.setenv("SMTP_PORT", str(port))
    os.environ.pop("SENDING_PAUSED", None)
    yield box
    controller.stop()


@pytest.fixture
def shop(committed_db, merchant):
    """A merchant ready for business: journeys with a short wait, no quiet hours, points."""
    with merchant_scope(merchant.id):
        Merchant.objects.update(quiet_from=None, quiet_until=None)
        waits = {"nps_survey.wait": dt.timedelta(seconds=1)}
        install_standard_journeys(merchant=merchant, now=clock.now(), waits=waits)
        install_default_programme(merchant=merchant, now=clock.now())
    return merchant
