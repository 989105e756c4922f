"""Runs the mailbox: `python -m postpurchase.demo.mailbox --data DIR --smtp-port N --port N …`."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import signal
from pathlib import Path

from postpurchase.demo.mailbox import smtp
from postpurchase.demo.mailbox.server import Mailbox, start_pages
from postpurchase.demo.mailbox.sms import TwilioAccount
from postpurchase.demo.mailbox.store import ContentStore, MailStore, SmsStore

HOST = "127.0.0.1"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="directory that keeps mails and SMS")
    parser.add_argument("--port", type=int, required=True, help="port of the page")
    parser.add_argument("--smtp-port", type=int, required=True)
    parser.add_argument("--product-url", required=True, help="where the product answers; its pictures may be shown")
    options = parser.parse_args()
    mailbox = Mailbox(
        mails=MailStore(options.data),
        sms=SmsStore(options.data),
        contents=ContentStore(options.data),
        account=TwilioAccount(sid=os.environ["TWILIO_ACCOUNT_SID"], token=os.environ["TWILIO_AUTH_TOKEN"]),
        product_url=options.product_url,
    )
    asyncio.run(_serve(mailbox, port=options.port, smtp_port=options.smtp_port))


async def _serve(mailbox: Mailbox, *, port: int, smtp_port: int) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    listener = await smtp.serve(mailbox.mails, host=HOST, port=smtp_port)
    pages = start_pages(mailbox, host=HOST, port=port)
    await stop.wait()
    listener.close()
    pages.shutdown()
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(listener.wait_closed(), timeout=2)


if __name__ == "__main__":
    main()
