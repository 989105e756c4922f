"""An HTTP server on loopback that answers what it is told to, byte for byte."""

import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Heard:
    """What reached the server: one raw request for each connection."""

    port: int
    requests: list[bytes] = field(default_factory=list)

    @property
    def target(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        return f"http://{self.target}"


def answer(status: str = "200 OK", body: bytes = b"", **headers: str) -> bytes:
    """A whole answer; header names are given with underscores."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


@contextmanager
def raw_server(*answers: bytes | Sequence[bytes], pause: float = 0) -> Iterator[Heard]:
    """Answer the first connection with the first answer, and so on; the last one again and again.

    A sequence is sent piece by piece with ``pause`` seconds between; empty bytes hang up without a word.
    """
    listener = socket.create_server(("127.0.0.1", 0))
    heard = Heard(port=listener.getsockname()[1])
    left = list(answers)

    def serve(connection: socket.socket, said: bytes | Sequence[bytes]) -> None:
        with connection:
            request = b""
            while b"\r\n\r\n" not in request and (more := connection.recv(65_536)):
                request += more
            head, _, body = request.partition(b"\r\n\r\n")
            length = next(
                (int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0
            )
            while len(body) < length and (more := connection.recv(65_536)):
                body += more
            heard.requests.append(head + b"\r\n\r\n" + body)
            try:
                for piece in [said] if isinstance(said, bytes) else said:
                    connection.sendall(piece)
                    time.sleep(pause)
            except OSError:
                return  # the client has had enough

    def accept() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            said = left.pop(0) if len(left) > 1 else left[0]
            threading.Thread(target=serve, args=[connection, said], daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield heard
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
