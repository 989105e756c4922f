"""The one way out to other people's servers over HTTP. Nothing else in the product may open such a connection.

Addresses often come from merchants or from the net, so each request goes like this:

1. https only, on port 443 or 8443, no user or password in the address;
2. the name is looked up once, and every address found must be a public one (a failing look-up refuses);
3. the connection goes to that very address, so a name that answers differently a moment later changes nothing;
   the certificate is still checked against the name;
4. no proxy from the environment, no redirects, no cookies, no compressed answers, bounds on size and time, the look-up
   included.

The operator may open exact targets on private networks (``EGRESS_ALLOW=127.0.0.1:9000``), for stand-ins of providers.
Such a target is compared after the look-up, is still the address connected to, and may speak plain http. And they may
close public addresses (``EGRESS_REFUSE=203.0.113.7,198.51.100.0/24``), such as their own.
"""

import contextlib
import http.client
import io
import ipaddress
import socket
import ssl
import string
import threading
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlsplit

from django.conf import settings

from postpurchase.lib.public_addresses import IPAddress, is_public

ALLOWED_PORTS = (443, 8443)
LOOK_UP_SECONDS = 5.0
CONNECT_SECONDS = 5.0
TOTAL_SECONDS = 15.0
MOST_BYTES = 65_536


class EgressError(Exception):
    """The request did not lead to an answer. ``reason`` is a code."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class EgressRefused(EgressError):
    """We do not connect to this address. Nothing was sent, and trying again will not help."""


class NotConnected(EgressError):
    """The server could not be reached. Nothing was sent."""


class AnswerLost(EgressError):
    """The request went out, wholly or in part, and no usable answer came back: what it did is unknown."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, headers (names in small letters) and body, at most ``MOST_BYTES`` of it unless asked for more."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Target:
    """Where a request may go: the name to speak to and the one address that stands for it."""

    scheme: str
    host: str
    port: int
    address: IPAddress
    path: str


def request(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
    allow: Collection[str] = (),
    most_bytes: int = MOST_BYTES,
    total_seconds: float = TOTAL_SECONDS,
    whole_answer: bool = True,
) -> Answer:
    """Send one request and return the answer, whatever its status; redirects are not followed.

    ``allow`` holds the operator's ``address:port`` targets (``settings.EGRESS_ALLOW``). ``whole_answer`` false is for
    callers to whom the status matters: a body that is too long, compressed or breaks off is cut instead of an error.
    Raises ``EgressRefused`` or ``NotConnected`` (nothing was sent) and ``AnswerLost`` (it may have been).
    """
    if any("\r" in text or "\n" in text for pair in (headers or {}).items() for text in pair):
        raise EgressRefused("bad_header")
    deadline = time.monotonic() + total_seconds
    target = resolve(url, allow=allow)
    connection = _PinnedConnection(target, deadline)
    try:
        try:
            connection.connect()
        except OSError as error:
            raise NotConnected(_code(error)) from error
        try:
            _send(connection, target, method, headers or {}, body)
            response = connection.getresponse()
            content = _read_whole(response, most_bytes) if whole_answer else _read_some(response, most_bytes)
            answered = {header.lower(): value for header, value in response.headers.items()}
            return Answer(status=response.status, headers=answered, body=content)
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise AnswerLost(_code(error)) from error
    finally:
        connection.hang_up()


def resolve(url: str, *, allow: Collection[str] = ()) -> Target:
    """Look the address up once and check every answer. Raises ``EgressRefused``, ``NotConnected`` for no answer."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise EgressRefused("bad_address") from None
    if parts.scheme not in ("http", "https") or not host or not url.isprintable() or "\\" in url or " " in url:
        raise EgressRefused("bad_address")
    if parts.username is not None or parts.password is not None:
        raise EgressRefused("user_in_address")
    host = _ascii_host(host)
    port = port or (443 if parts.scheme == "https" else 80)
    addresses = _look_up(host, port)
    if all(_written(address, port) in allow for address in addresses):
        return Target(parts.scheme, host, port, addresses[0], _path(parts.path, parts.query))
    if parts.scheme != "https":
        raise EgressRefused("not_https")
    if port not in ALLOWED_PORTS:
        raise EgressRefused("port_not_allowed")
    if any(not is_public(address) or _is_closed(address) for address in addresses):
        raise EgressRefused("private_address")
    return Target(parts.scheme, host, port, addresses[0], _path(parts.path, parts.query))


def _is_closed(address: IPAddress) -> bool:
    return any(address in ipaddress.ip_network(network, strict=False) for network in settings.EGRESS_REFUSE)


def _ascii_host(host: str) -> str:
    """Return the name as the net spells it (IDNA). A zone (``fe80::1%eth0``) names our own network cards."""
    if "%" in host:
        raise EgressRefused("bad_address")
    try:
        return host if host.isascii() else host.encode("idna").decode("ascii")
    except UnicodeError:
        raise EgressRefused("bad_address") from None


def _look_up(host: str, port: int) -> list[IPAddress]:
    """Ask the system's resolver, in a thread of its own: it knows no deadline, and whoever owns a name may be slow."""
    found: list[IPAddress] = []

    def ask() -> None:
        # A failure and an answer of nothing are the same to the caller.
        with contextlib.suppress(OSError, UnicodeError, ValueError):
            entries = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
            found.extend(dict.fromkeys(ipaddress.ip_address(entry[4][0]) for entry in entries))

    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    asking.join(LOOK_UP_SECONDS)
    if asking.is_alive() or not found:
        raise NotConnected("no_such_host")
    return found


def _written(address: IPAddress, port: int) -> str:
    return f"[{address}]:{port}" if address.version == 6 else f"{address}:{port}"


def _path(path: str, query: str) -> str:
    """Return what stands in the request line; what is not ASCII is escaped, what is escaped already stays."""
    return quote((path or "/") + (f"?{query}" if query else ""), safe=string.punctuation)


class _DeadlineReader(io.RawIOBase):
    """Reads from a socket until a moment: a server that sends a byte now and then does not hold us any longer."""

    def __init__(self, sock: socket.socket, deadline: float) -> None:
        self._sock, self._deadline = sock, deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._sock.settimeout(_seconds_left(self._deadline))
        return self._sock.recv_into(buffer)


class _DeadlineSocket:
    """As much of a socket as ``http.client`` uses, with one deadline for all of it."""

    def __init__(self, sock: socket.socket, deadline: float) -> None:
        self._sock, self._deadline = sock, deadline

    def sendall(self, data: bytes) -> None:
        # Piece by piece: TLS sockets give each piece of ``sendall`` the whole time anew.
        left = memoryview(data)
        while left:
            self._sock.settimeout(_seconds_left(self._deadline))
            left = left[self._sock.send(left) :]

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(_DeadlineReader(self._sock, self._deadline))

    def close(self) -> None:
        """``http.client`` closes as soon as it has read "Connection: close"; the body still comes after that."""

    def hang_up(self) -> None:
        self._sock.close()


class _PinnedConnection(http.client.HTTPConnection):
    """Speaks to ``target.host`` at ``target.address``, whatever the name says by now."""

    def __init__(self, target: Target, deadline: float) -> None:
        super().__init__(target.host, target.port)
        self._target, self._deadline = target, deadline
        self._opened: _DeadlineSocket | None = None

    def connect(self) -> None:
        timeout = min(CONNECT_SECONDS, _seconds_left(self._deadline))
        sock = socket.create_connection((str(self._target.address), self._target.port), timeout)
        try:
            if self._target.scheme == "https":
                context = ssl.create_default_context()
                context.minimum_version = ssl.TLSVersion.TLSv1_2
                sock = context.wrap_socket(sock, server_hostname=self._target.host)
        except BaseException:
            sock.close()
            raise
        self.sock = self._opened = _DeadlineSocket(sock, self._deadline)

    def hang_up(self) -> None:
        """End the connection, whatever state it is in."""
        self.close()
        if self._opened is not None:
            self._opened.hang_up()


def _seconds_left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError("deadline")
    return left


def _send(
    connection: _PinnedConnection, target: Target, method: str, headers: Mapping[str, str], body: bytes | None
) -> None:
    default_port = {"http": 80, "https": 443}[target.scheme]
    name = f"[{target.host}]" if ":" in target.host else target.host
    connection.putrequest(method, target.path, skip_host=True, skip_accept_encoding=True)
    connection.putheader("Host", name if target.port == default_port else f"{name}:{target.port}")
    ours = {"User-Agent": "postpurchase", "Accept-Encoding": "identity", "Connection": "close"}
    for header, value in (ours | dict(headers)).items():
        connection.putheader(header, value)
    if body is not None:
        connection.putheader("Content-Length", str(len(body)))
    connection.endheaders(body)


def _read_whole(response: http.client.HTTPResponse, most_bytes: int) -> bytes:
    if _is_compressed(response):
        raise ValueError("compressed_answer")
    content = response.read(most_bytes + 1)
    if len(content) > most_bytes:
        raise ValueError("answer_too_large")
    if response.length:  # the server promised more than it sent; read() says nothing of it
        raise http.client.IncompleteRead(content, response.length)
    return content


def _read_some(response: http.client.HTTPResponse, most_bytes: int) -> bytes:
    """Return the beginning of the body: what came of it in time, nothing of a compressed one."""
    content = b""
    if _is_compressed(response):
        return content
    with contextlib.suppress(OSError, http.client.HTTPException, ValueError):
        while len(content) < most_bytes and (piece := response.read1(most_bytes - len(content))):
            content += piece
    return content


def _is_compressed(response: http.client.HTTPResponse) -> bool:
    return response.headers.get("Content-Encoding", "identity").lower() != "identity"


def _code(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "timeout"
    if isinstance(error, ssl.SSLError):
        return "tls_failed"
    if isinstance(error, ValueError) and str(error) in ("compressed_answer", "answer_too_large"):
        return str(error)
    if isinstance(error, ConnectionRefusedError):
        return "connection_refused"
    return "connection_lost"
