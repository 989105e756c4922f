"""A merchant's program as ground truth: what it has taken is in a file, one ``webhook-id`` a line, and stays there.

    python -m tests.chaos.receiver LEDGER SECONDS SECRET

Prints its port. Checks each signature with the published package, writes the id down, thinks, and answers, so that a
worker can die before the request, on its way, and after the receiver has it but before the answer is known.
"""

import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from standardwebhooks import Webhook


def main(ledger: Path, seconds: float, secret: str) -> None:
    file = ledger.open("a", encoding="ascii", buffering=1)

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            time.sleep(seconds)
            body = self.rfile.read(int(self.headers["Content-Length"]))
            Webhook(secret).verify(body, dict(self.headers))
            file.write(self.headers["webhook-id"] + "\n")
            time.sleep(seconds)
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_arguments: object) -> None:
            """The ledger is the log."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    server.daemon_threads = True
    print(server.server_address[1], flush=True)  # noqa: T201 - how the test learns the port
    server.serve_forever()


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2]), sys.argv[3])
