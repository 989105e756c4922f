"""A mail server as ground truth: what it has accepted is in a file, one ``X-Msg-Ref`` a line, and stays there.

    python -m tests.chaos.sink LEDGER SECONDS

Prints its port, then takes mail until it is ended. ``SECONDS`` is how long it thinks before it answers a mail, so that
a worker can die at every point of the dialogue: before the content, while it is on its way, before the answer.
"""

import asyncio
import sys
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session


class Ledger:
    """Accepts everything, slowly, and writes it down at the moment of accepting."""

    def __init__(self, path: Path, seconds: float) -> None:
        self._file = path.open("a", encoding="ascii", buffering=1)
        self._seconds = seconds

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        await asyncio.sleep(self._seconds)
        content = envelope.content
        assert isinstance(content, bytes)
        reference = next(line for line in content.split(b"\r\n") if line.lower().startswith(b"x-msg-ref:"))
        self._file.write(reference.split(b":", 1)[1].strip().decode("ascii") + "\n")
        await asyncio.sleep(self._seconds)
        return "250 2.0.0 taken"


async def main(ledger: Path, seconds: float) -> None:
    loop = asyncio.get_running_loop()
    handler = Ledger(ledger, seconds)
    server = await loop.create_server(lambda: _Patient(handler, loop=loop), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)  # noqa: T201 - how the test learns the port
    await server.serve_forever()


class _Patient(SMTP):
    """Does not mind a client that is gone in the middle of a sentence."""

    def connection_lost(self, error: Any) -> None:
        super().connection_lost(None)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), float(sys.argv[2])))
