"""The lightest caller there is: one connection that stays open, one request at a time, answers read by their length."""

import socket
import time
from typing import Self


class UnexpectedAnswer(RuntimeError):
    """A server answered with another status than the one that was measured."""


class Wire:
    """A connection to a server on this machine that says the same ``Authorization`` each time."""

    def __init__(self, *, port: int, authorization: str) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.answered = b""
        """The last answer's status line and headers."""
        self._headers = (
            f"Host: 127.0.0.1:{port}\r\nAuthorization: {authorization}\r\nContent-Type: application/json\r\n"
            "Accept: application/json\r\n"
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self._socket.close()

    def send(self, method: str, path: str, body: bytes, *, expect: int, headers: str = "") -> float:
        """Send a request and return the seconds until its answer was there. Raises ``UnexpectedAnswer``.

        ``headers`` are lines that end with CR LF.
        """
        seconds, status, content = self._exchange(method, path, body, headers)
        if status != expect:
            raise UnexpectedAnswer(f"{method} {path}: {status} instead of {expect}: {content[:500]!r}")
        return seconds

    def ask(self, method: str, path: str, body: bytes) -> tuple[int, bytes]:
        """Send a request and return the status and the content of its answer."""
        _, status, content = self._exchange(method, path, body)
        return status, content

    def _exchange(self, method: str, path: str, body: bytes, headers: str = "") -> tuple[float, int, bytes]:
        head = f"{method} {path} HTTP/1.1\r\n{self._headers}{headers}Content-Length: {len(body)}\r\n\r\n".encode()
        began = time.perf_counter()
        self._socket.sendall(head + body)
        received = b""
        while b"\r\n\r\n" not in received:
            received += self._more()
        head, _, content = received.partition(b"\r\n\r\n")
        chunks, missing = [content], _length(head) - len(content)
        while missing > 0:
            chunks.append(self._more())
            missing -= len(chunks[-1])
        self.answered = head
        return time.perf_counter() - began, int(head.split(b" ", 2)[1]), b"".join(chunks)

    def _more(self) -> bytes:
        received = self._socket.recv(262_144)
        if not received:
            raise UnexpectedAnswer("the server closed the connection")
        return received


def _length(head: bytes) -> int:
    if head.startswith(b"HTTP/1.1 304"):
        return 0
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.partition(b":")[2])
    raise UnexpectedAnswer(f"an answer without a length: {head!r}")
