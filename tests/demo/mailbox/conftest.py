"""A mailbox on free ports, in this process."""

import asyncio
import json
import socket
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from postpurchase.demo.mailbox import smtp
from postpurchase.demo.mailbox.server import Mailbox, start_pages
from postpurchase.demo.mailbox.sms import TwilioAccount
from postpurchase.demo.mailbox.store import ContentStore, MailStore, SmsStore

ACCOUNT = TwilioAccount(sid="AC" + "0" * 31 + "1", token="token")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True)
class Running:
    """A running mailbox and its addresses."""

    box: Mailbox
    url: str
    smtp_port: int

    def get(self, path: str, **headers: str) -> tuple[int, str, dict[str, str]]:
        return self.request("GET", path, **headers)

    def request(self, method: str, path: str, body: bytes | None = None, **headers: str):
        request = urllib.request.Request(self.url + path, data=body, method=method)  # noqa: S310
        for name, value in headers.items():
            request.add_header(name.replace("_", "-"), value)
        try:
            with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310
                return answer.status, answer.read().decode(), dict(answer.headers)
        except urllib.error.HTTPError as refused:
            with refused:
                return refused.code, refused.read().decode(), dict(refused.headers)

    def json(self, path: str):
        return json.loads(self.get(path)[1])


@pytest.fixture
def mailbox(tmp_path: Path) -> Iterator[Running]:
    box = Mailbox(
        mails=MailStore(tmp_path),
        sms=SmsStore(tmp_path),
        contents=ContentStore(tmp_path),
        account=ACCOUNT,
        product_url="http://127.0.0.1:8000",
    )
    port, smtp_port = free_port(), free_port()
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    server = asyncio.run_coroutine_threadsafe(smtp.serve(box.mails, port=smtp_port), loop).result(5)
    pages = start_pages(box, host="127.0.0.1", port=port)
    yield Running(box=box, url=f"http://127.0.0.1:{port}", smtp_port=smtp_port)
    pages.shutdown()
    pages.server_close()

    async def end() -> None:
        server.close()
        await server.wait_closed()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    asyncio.run_coroutine_threadsafe(end(), loop).result(5)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()
