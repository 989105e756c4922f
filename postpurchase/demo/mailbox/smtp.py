"""A real SMTP server (RFC 5321 with SIZE, 8BITMIME, SMTPUTF8) that accepts every mail and keeps it.

Two domains show what happens to mail that cannot be delivered:

* `@unbekannt.example.com` is refused for good: `550 5.1.1`, nobody of that name.
* `@voll.example.com` is refused for now: `452 4.2.2`, the mailbox is full.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from aiosmtpd.smtp import SMTP, Envelope, Session

from postpurchase.demo.mailbox.store import MailStore

UNKNOWN_DOMAIN = "unbekannt.example.com"
FULL_DOMAIN = "voll.example.com"
_LARGEST_MAIL = 20_000_000  # bytes


class _Keeper:
    """aiosmtpd's handler: its method names are aiosmtpd's."""

    def __init__(self, store: MailStore) -> None:
        self._store = store

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        domain = address.rpartition("@")[2].lower()
        if domain == UNKNOWN_DOMAIN:
            return "550 5.1.1 There is nobody of that name here"
        if domain == FULL_DOMAIN:
            return "452 4.2.2 The mailbox is full, try again later"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Recipient OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        kept = self._store.add(
            sender=envelope.mail_from or "",
            to=envelope.rcpt_tos,
            content=envelope.original_content or b"",
            now=datetime.now(UTC),
        )
        return f"250 2.0.0 Kept as {kept.id}"


async def serve(store: MailStore, *, port: int, host: str = "127.0.0.1") -> asyncio.Server:
    """Listen; returns once connections are accepted."""
    handler = _Keeper(store)
    return await asyncio.get_running_loop().create_server(
        lambda: SMTP(
            handler,
            hostname="mailbox.postpurchase.local",
            ident="postpurchase demo mailbox",
            data_size_limit=_LARGEST_MAIL,
            enable_SMTPUTF8=True,
        ),
        host=host,
        port=port,
    )
