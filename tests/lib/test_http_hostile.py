"""Servers, names and addresses that mean harm: nothing inside is reached, nothing takes our time or memory."""

import gzip
import ipaddress
import os
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from postpurchase.lib import http
from postpurchase.lib.http import AnswerLost, EgressError, EgressRefused, NotConnected, request, resolve
from tests.lib.certificates import Authority
from tests.lib.http_server import answer, raw_server

PUBLIC = "93.184.215.14"


# --- addresses inside, however they are written ----------------------------------------------------------------------


@contextmanager
def canaries() -> Iterator[tuple[int, list[str]]]:
    """Listeners on loopback, IPv4 and IPv6, on one port; whoever gets through to them is written down."""
    heard: list[str] = []
    with ExitStack() as stack:
        first = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        port = first.getsockname()[1]
        listeners = [first]
        if socket.has_ipv6:
            listeners.append(stack.enter_context(socket.create_server(("::1", port), family=socket.AF_INET6)))

        def listen(listener: socket.socket) -> None:
            while True:
                try:
                    connection, peer = listener.accept()
                except OSError:
                    return
                heard.append(str(peer))
                connection.close()

        for listener in listeners:
            threading.Thread(target=listen, args=[listener], daemon=True).start()
        yield port, heard
        for listener in listeners:
            listener.shutdown(socket.SHUT_RDWR)


LOOPBACK = [
    *("127.0.0.1", "127.1", "127.0.1", "127.255.255.254", "0", "0.0.0.0"),  # noqa: S104
    *("2130706433", "0x7f000001", "0x7f.0.0.1", "0x7F.1", "017700000001", "0177.0.0.1", "0177.0x0.0.1"),
    *("127.0.0.1.", "localhost", "LOCALHOST", "localhost."),
    *("①②⑦.⓪.⓪.①", "127。0。0。1", "127．0．0．1", "１２７.0.0.1", "ⓛⓞⓒⓐⓛⓗⓞⓢⓣ", "localhost\u3002"),
    *("[::1]", "[0:0:0:0:0:0:0:1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]"),
    *("[64:ff9b::7f00:1]", "[64:ff9b:1::7f00:1]", "[2002:7f00:1::]", "[2001::7f00:1]", "[fec0::1]"),
    *("[::1%lo]", "[::1%25lo]", "[fe80::1%25lo]", "[fe80::1%lo]", "[2606:4700::1111%25lo]"),
    *("169.254.169.254", "[fd00:ec2::254]", "168.63.129.16", "100.100.100.200", "192.0.0.192"),
    *("a@127.0.0.1", "example.com@127.0.0.1", "127.0.0.1#@example.com", "127.0.0.1\\@example.com", "a:b@[::1]"),
]


def test_no_way_of_writing_an_address_leads_inside(monkeypatch) -> None:
    with canaries() as (port, heard):
        monkeypatch.setattr(http, "ALLOWED_PORTS", (port,))
        got_through = []
        for host in LOOPBACK:
            for scheme in ("https", "http"):
                try:
                    request("GET", f"{scheme}://{host}:{port}/", total_seconds=3)
                    got_through.append(host)
                except (EgressRefused, NotConnected) as error:
                    if error.reason not in REFUSALS:
                        got_through.append(f"{host}: {error.reason}")
        time.sleep(0.2)

    assert got_through == []
    assert heard == []


REFUSALS = ("bad_address", "user_in_address", "private_address", "not_https", "port_not_allowed", "no_such_host")


def test_the_canaries_sing_when_somebody_gets_through() -> None:
    with canaries() as (port, heard):
        for host in ("127.0.0.1", "[::1]"):
            target = f"{host}:{port}"
            with pytest.raises(AnswerLost):
                request("GET", f"http://{target}/", allow=[target])
        time.sleep(0.2)

    assert len(heard) == 2


# --- names that mean harm --------------------------------------------------------------------------------------------


@pytest.fixture
def names(monkeypatch):
    """Answers of the look-up by name, one after the other; an exception is raised, a number is slept."""
    table: dict[str, list] = {}
    asked: list[str] = []

    def look_up(host: str, port: int, *_positional, **_options):
        if host == "127.0.0.1":  # the socket module asks this way even for an address
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (host, port))]
        asked.append(host)
        if host not in table:
            raise socket.gaierror(socket.EAI_NONAME, "unknown")
        said = table[host].pop(0) if len(table[host]) > 1 else table[host][0]
        if isinstance(said, Exception):
            raise said
        if isinstance(said, float):
            time.sleep(said)
            said = [PUBLIC]
        return [
            (socket.AF_INET6 if ":" in one else socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in said
        ]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    table["asked"] = asked
    return table


@pytest.fixture
def dialled(monkeypatch) -> list[tuple[str, int]]:
    """Every address a connection was tried to; none is made."""
    tried: list[tuple[str, int]] = []

    def dial(address, _timeout):
        tried.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", dial)
    return tried


@pytest.mark.parametrize(
    "failure",
    [
        socket.gaierror(socket.EAI_AGAIN, "SERVFAIL"),
        socket.gaierror(socket.EAI_NONAME, "NXDOMAIN"),
        socket.gaierror(socket.EAI_FAIL, "refused"),
        OSError("no resolver"),
        [],
    ],
    ids=["SERVFAIL", "NXDOMAIN", "REFUSED", "no resolver", "nothing"],
)
def test_a_look_up_that_fails_refuses_and_is_not_asked_again(names, dialled, failure) -> None:
    """Failing first and answering with an address inside a moment later is a known way past such checks."""
    names["shop.example"] = [failure, ["127.0.0.1"], ["169.254.169.254"]]

    with pytest.raises(NotConnected, match="no_such_host"):
        request("GET", "https://shop.example/")

    assert dialled == []
    assert names["asked"] == ["shop.example"]


def test_a_look_up_that_never_ends_costs_its_share_of_the_time_and_no_more(names, dialled, monkeypatch) -> None:
    monkeypatch.setattr(http, "LOOK_UP_SECONDS", 0.2)
    names["slow.example"] = [1.5]
    began = time.monotonic()

    with pytest.raises(NotConnected, match="no_such_host"):
        request("GET", "https://slow.example/")

    assert 0.1 < time.monotonic() - began < 1
    assert dialled == []


@pytest.mark.parametrize(
    "answers",
    [
        [PUBLIC, "10.0.0.1"],
        ["10.0.0.1", PUBLIC],
        [PUBLIC, "::1"],
        ["2606:4700:4700::1111", "fd00::1"],
        [PUBLIC, "64:ff9b::a00:1"],
        ["2002:a00:1::"],
        ["::ffff:10.0.0.1"],
    ],
)
def test_one_address_inside_among_many_refuses_them_all(names, dialled, answers) -> None:
    names["mixed.example"] = [answers]

    with pytest.raises(EgressRefused, match="private_address"):
        request("GET", "https://mixed.example/")

    assert dialled == []


def test_an_address_that_changes_its_mind_is_asked_once(names, dialled) -> None:
    names["rebinding.example"] = [[PUBLIC], ["127.0.0.1"]]

    for _ in range(2):
        with pytest.raises(EgressError):
            request("GET", "https://rebinding.example/")

    # The first time it was public and that very address was dialled; the second time it was refused.
    assert dialled == [(PUBLIC, 443)]


def test_only_ipv6_is_fine_where_it_is_public(names, dialled) -> None:
    names["six.example"] = [["2606:4700:4700::1111"]]

    with pytest.raises(NotConnected, match="connection_refused"):
        request("GET", "https://six.example:8443/")

    assert dialled == [("2606:4700:4700::1111", 8443)]


def test_an_opened_target_opens_no_other_and_stays_pinned(names, dialled) -> None:
    """One address allowed by the operator must neither switch off the checks nor the pinning for the rest."""
    allow = ["10.0.0.5:9000"]
    names |= {
        "own.example": [["10.0.0.5"], ["10.0.0.6"]],
        "next.example": [["10.0.0.6"]],
        "both.example": [["10.0.0.5", "10.0.0.6"]],
        "public.example": [[PUBLIC, "10.0.0.5"]],
    }

    for url in (
        "http://next.example:9000/",
        "http://both.example:9000/",
        "http://own.example:9001/",
        "https://public.example:9000/",
        "https://public.example/",
        "https://next.example/",
    ):
        names["own.example"] = [["10.0.0.5"]]
        with pytest.raises(EgressRefused):
            request("GET", url, allow=allow)
    assert dialled == []

    names["own.example"] = [["10.0.0.5"], ["10.0.0.6"]]
    with pytest.raises(NotConnected, match="connection_refused"):
        request("GET", "http://own.example:9000/", allow=allow)
    assert dialled == [("10.0.0.5", 9000)]


def test_public_addresses_that_the_operator_has_closed_are_not_called(names, dialled, settings) -> None:
    settings.EGRESS_REFUSE = ["93.184.215.0/24", "2606:4700::1"]
    names |= {"own.example": [[PUBLIC]], "six.example": [["2606:4700::1"]], "next.example": [["93.184.216.1"]]}

    for host in ("own.example", "six.example", PUBLIC):
        names[PUBLIC] = [[PUBLIC]]
        with pytest.raises(EgressRefused, match="private_address"):
            request("GET", f"https://{host}/")
    assert dialled == []

    with pytest.raises(NotConnected, match="connection_refused"):
        request("GET", "https://next.example/")
    assert dialled == [("93.184.216.1", 443)]


def test_names_outside_ascii_are_spelt_as_the_net_spells_them(names) -> None:
    names["xn--mller-kva.example"] = [[PUBLIC]]

    target = resolve("https://müller.example/päckchen?q=ä%20b")

    assert (target.host, target.path) == ("xn--mller-kva.example", "/p%C3%A4ckchen?q=%C3%A4%20b")


@pytest.mark.parametrize("host", ["ä" * 70 + ".example", "a..example", "\u00ad.example", "xn--\u00e4.example"])
def test_names_that_cannot_be_spelt_are_no_addresses(names, host) -> None:
    with pytest.raises(EgressError):
        resolve(f"https://{host}/")


# --- TLS -------------------------------------------------------------------------------------------------------------


@contextmanager
def tls_server(certificate: Path) -> Iterator[int]:
    """A server that speaks TLS and answers 200 to whoever gets that far."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                try:
                    with context.wrap_socket(connection, server_side=True) as secure:
                        secure.recv(65_536)
                        secure.sendall(answer(body=b"secret"))
                except OSError:
                    connection.close()

        threading.Thread(target=serve, daemon=True).start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def authority(tmp_path, monkeypatch) -> Authority:
    made = Authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(made.file))
    return made


def test_a_valid_certificate_is_checked_against_the_name_not_the_address(names, authority) -> None:
    names["shop.example"] = [["127.0.0.1"]]
    with tls_server(authority.certificate("shop.example", days=5)) as port:
        found = request("GET", f"https://shop.example:{port}/", allow=[f"127.0.0.1:{port}"])

    assert found.body == b"secret"


@pytest.mark.parametrize(("host", "days"), [("shop.example", -1), ("other.example", 5)], ids=["expired", "other name"])
def test_a_wrong_certificate_ends_it_before_anything_is_sent(names, authority, host, days) -> None:
    names["shop.example"] = [["127.0.0.1"]]
    with (
        tls_server(authority.certificate(host, days=days)) as port,
        pytest.raises(NotConnected, match="tls_failed"),
    ):
        request("POST", f"https://shop.example:{port}/", body=b"order", allow=[f"127.0.0.1:{port}"])


def test_a_certificate_nobody_vouches_for_ends_it_too(names, authority, tmp_path, monkeypatch) -> None:
    (tmp_path / "other").mkdir()
    certificate = authority.certificate("shop.example", days=5)
    monkeypatch.setenv("SSL_CERT_FILE", str(Authority(tmp_path / "other").file))
    names["shop.example"] = [["127.0.0.1"]]

    with tls_server(certificate) as port, pytest.raises(NotConnected, match="tls_failed"):
        request("GET", f"https://shop.example:{port}/", allow=[f"127.0.0.1:{port}"])


# --- answers that mean harm ------------------------------------------------------------------------------------------


def _memory_kb() -> int:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS")))


@contextmanager
def endless_server(head: bytes, piece: bytes, most: int) -> Iterator[tuple[str, list[int]]]:
    """Sends ``piece`` again and again, up to ``most`` bytes, for as long as somebody listens."""
    sent = [0]
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(65_536)
                try:
                    connection.sendall(head)
                    while sent[0] < most:
                        connection.sendall(piece)
                        sent[0] += len(piece)
                except OSError:
                    return

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"127.0.0.1:{listener.getsockname()[1]}", sent
        thread.join(10)


TEN_GIGABYTES = 10 * 1024**3
CHUNK = b"100000\r\n" + b"x" * 0x100000 + b"\r\n"


@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize(
    ("head", "piece"),
    [
        (f"HTTP/1.1 200 OK\r\nContent-Length: {TEN_GIGABYTES}\r\n\r\n".encode(), b"x" * 1024**2),
        (b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 1024**2),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", CHUNK),
        (b"HTTP/1.1 200 OK\r\n", b"X-Header: " + b"x" * 60_000 + b"\r\n"),
        (b"HTTP/1.1 200 OK\r\nX-Endless: ", b"x" * 1024**2),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 10_000),
    ],
    ids=["length", "until the end", "chunked", "headers", "one header", "continue"],
)
def test_ten_gigabytes_cost_neither_memory_nor_time(head, piece, whole) -> None:
    before, began = _memory_kb(), time.monotonic()

    with endless_server(head, piece, TEN_GIGABYTES) as (target, sent):
        try:
            found = request("GET", f"http://{target}/", allow=[target], whole_answer=whole, total_seconds=5)
        except AnswerLost:
            found = None
        grown = _memory_kb() - before

    assert (found is not None) == (not whole and piece in (CHUNK, b"x" * 1024**2) and not head.endswith(b"less: "))
    assert found is None or len(found.body) == http.MOST_BYTES
    assert grown < 50 * 1024
    assert sent[0] < 200 * 1024**2
    assert time.monotonic() - began < 8


def test_a_bomb_stays_packed() -> None:
    bomb = gzip.compress(b"\0" * 50_000_000)
    assert len(bomb) < http.MOST_BYTES

    with raw_server(answer(body=bomb, Content_Encoding="gzip")) as server:
        before = _memory_kb()
        with pytest.raises(AnswerLost, match="compressed_answer"):
            request("GET", server.url, allow=[server.target])
        found = request("GET", server.url, allow=[server.target], whole_answer=False)

    assert (found.status, found.body) == (200, b"")
    assert _memory_kb() - before < 20 * 1024
    assert b"Accept-Encoding: identity" in server.requests[0]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_inside_is_not_followed(status) -> None:
    with canaries() as (port, heard), raw_server(answer(f"{status} X", Location=f"http://127.0.0.1:{port}/")) as server:
        found = request("POST", server.url, body=b"x", allow=[server.target, f"127.0.0.1:{port}"])
        time.sleep(0.1)

    assert (found.status, heard) == (status, [])


@pytest.mark.parametrize("whole", [True, False])
def test_a_body_that_drips_ends_with_the_deadline(whole) -> None:
    """Whoever only wants the status gets it, with what has come until then."""
    with raw_server([b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n", *[b"x"] * 100], pause=0.05) as server:
        began = time.monotonic()
        if whole:
            with pytest.raises(AnswerLost, match="timeout"):
                request("GET", server.url, allow=[server.target], total_seconds=0.5)
        else:
            found = request("GET", server.url, allow=[server.target], total_seconds=0.5, whole_answer=False)
            assert found.status == 200
            assert 0 < len(found.body) < 20

    assert 0.4 < time.monotonic() - began < 2


def test_who_does_not_listen_holds_nobody_either() -> None:
    """A server that accepts and never reads: the body fills its buffers and waits there."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        target = f"127.0.0.1:{listener.getsockname()[1]}"
        began = time.monotonic()
        with pytest.raises(AnswerLost, match="timeout"):
            request("POST", f"http://{target}/", body=b"x" * 50_000_000, allow=[target], total_seconds=1)

    assert 0.8 < time.monotonic() - began < 3


def test_a_handshake_that_drips_holds_nobody_either() -> None:
    with raw_server([b"\x16\x03\x03\x40\x00", *[b"\x00"] * 200], pause=0.05) as server:
        began = time.monotonic()
        with pytest.raises(NotConnected):
            request("GET", f"https://{server.target}/", allow=[server.target], total_seconds=1)

    assert time.monotonic() - began < 3


def test_every_address_in_the_list_of_refused_ones_is_refused() -> None:
    from postpurchase.lib.public_addresses import REFUSED_NETWORKS, is_public

    for network in REFUSED_NETWORKS:
        for address in (network[0], network[-1], network[network.num_addresses // 2]):
            assert is_public(ipaddress.ip_address(str(address))) is False, address


def test_nothing_of_the_environment_changes_where_it_goes(names, dialled, monkeypatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTPS_PROXY"):
        monkeypatch.setitem(os.environ, name, "http://127.0.0.1:3128")
    names["shop.example"] = [[PUBLIC]]

    with pytest.raises(NotConnected):
        request("GET", "https://shop.example/")

    assert dialled == [(PUBLIC, 443)]
