"""The one way out: where it goes, where it never goes, and how long it waits."""

import ipaddress
import socket
import time

import pytest

from postpurchase.lib import http
from postpurchase.lib.http import AnswerLost, EgressRefused, NotConnected, request, resolve
from postpurchase.lib.public_addresses import is_public
from tests.lib.http_server import answer, raw_server

PUBLIC = "93.184.215.14"


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch):
    """Answers of the look-up, by name; each asks one further. What is not named does not exist."""
    table: dict[str, list[list[str]]] = {}
    asked: list[str] = []

    def look_up(host: str, port: int, **_options):
        asked.append(host)
        if host not in table:
            raise socket.gaierror(socket.EAI_NONAME, "unknown")
        answers = table[host].pop(0) if len(table[host]) > 1 else table[host][0]
        return [
            (socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))
            for address in answers
        ]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    table["asked"] = [asked]
    return table


# Among them what Python itself calls global: multicast, NAT64, 6to4, IPv4-compatible, hosts of clouds.
PRIVATE = [
    "0.0.0.0",  # noqa: S104 - not bound to
    "0.1.2.3",
    "10.0.0.1",
    "100.64.0.1",
    "100.127.255.255",
    "127.0.0.1",
    "127.255.255.254",
    "168.63.129.16",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.192",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.51.100.7",
    "203.0.113.9",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:93.184.215.14",
    "64:ff9b::7f00:1",
    "64:ff9b::5db8:d70e",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd12:3456::1",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
]
OPEN = ["1.1.1.1", PUBLIC, "100.63.255.255", "100.128.0.1", "172.32.0.1", "2606:4700:4700::1111", "2a00:1450::1"]


@pytest.mark.parametrize("address", PRIVATE)
def test_these_addresses_are_nobodys_business(address: str) -> None:
    assert is_public(ipaddress.ip_address(address)) is False


@pytest.mark.parametrize("address", OPEN)
def test_these_addresses_are_the_net(address: str) -> None:
    assert is_public(ipaddress.ip_address(address)) is True


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://shop.example/", "not_https"),
        ("ftp://shop.example/", "bad_address"),
        ("file:///etc/passwd", "bad_address"),
        ("https:///path", "bad_address"),
        ("shop.example", "bad_address"),
        ("https://shop.example:99999/", "bad_address"),
        ("https://shop.example\r\nHost: other/", "bad_address"),
        ("https://shop.example/a b", "bad_address"),
        ("https://shop.example\\@other.example/", "bad_address"),
        ("https://user:password@shop.example/", "user_in_address"),
        ("https://user@shop.example/", "user_in_address"),
        ("https://shop.example:22/", "port_not_allowed"),
        ("https://shop.example:80/", "port_not_allowed"),
        ("https://inside.example/", "private_address"),
        ("https://mixed.example/", "private_address"),
    ],
)
def test_these_targets_are_refused_before_anything_is_sent(names, url: str, reason: str) -> None:
    names |= {"shop.example": [[PUBLIC]], "inside.example": [["10.0.0.8"]], "mixed.example": [[PUBLIC, "127.0.0.1"]]}

    with pytest.raises(EgressRefused) as refused:
        resolve(url)

    assert refused.value.reason == reason


# The C library's look-up reads all of these as an address; the check is made on what it found, not on the text.
@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "2130706433", "0x7f000001", "0177.0.0.1", "127.1", "0", "[::1]", "[::ffff:127.0.0.1]", "localhost"],
)
def test_no_way_of_writing_loopback_leads_there(host: str) -> None:
    with pytest.raises(EgressRefused, match="private_address"):
        resolve(f"https://{host}/")


@pytest.mark.parametrize("host", ["①②⑦.⓪.⓪.①", "127。0。0。1"])
def test_nor_does_writing_it_in_other_digits(host: str) -> None:
    with pytest.raises((EgressRefused, NotConnected)):
        resolve(f"https://{host}/")


def test_a_look_up_that_fails_refuses(names) -> None:
    with pytest.raises(NotConnected, match="no_such_host"):
        resolve("https://nowhere.example/")


def test_the_name_is_looked_up_once_and_the_connection_goes_to_what_was_checked(names, monkeypatch) -> None:
    """A name that answers with a public address first and with loopback a moment later (DNS rebinding)."""
    names["rebinding.example"] = [[PUBLIC], ["127.0.0.1"]]
    dialled = []

    def dial(address, _timeout):
        dialled.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", dial)

    with pytest.raises(NotConnected, match="connection_refused"):
        request("GET", "https://rebinding.example/")

    assert dialled == [(PUBLIC, 443)]
    assert names["asked"][0] == ["rebinding.example"]


def test_the_operators_exact_target_is_open_and_nothing_beside_it(names) -> None:
    names |= {"stand-in.example": [["127.0.0.1"]], "both.example": [["127.0.0.1", "10.0.0.1"]]}
    allow = ["127.0.0.1:9000"]

    target = resolve("http://stand-in.example:9000/messages?x=1", allow=allow)

    assert (str(target.address), target.port, target.path) == ("127.0.0.1", 9000, "/messages?x=1")
    for other in ("http://stand-in.example:9001/", "https://stand-in.example/", "http://both.example:9000/"):
        with pytest.raises(EgressRefused):
            resolve(other, allow=allow)


def test_a_request_and_its_answer() -> None:
    with raw_server(answer("201 Created", b'{"ok": true}', Retry_After="7")) as server:
        found = request(
            "POST",
            f"{server.url}/messages?x=1",
            headers={"Authorization": "Basic abc"},
            body=b"To=1",
            allow=[server.target],
        )

    assert (found.status, found.body, found.headers["retry-after"]) == (201, b'{"ok": true}', "7")
    head, _, body = server.requests[0].partition(b"\r\n\r\n")
    assert head.decode().split("\r\n") == [
        "POST /messages?x=1 HTTP/1.1",
        f"Host: {server.target}",
        "User-Agent: postpurchase",
        "Accept-Encoding: identity",
        "Connection: close",
        "Authorization: Basic abc",
        "Content-Length: 4",
    ]
    assert body == b"To=1"


@pytest.mark.parametrize("length", [b"Content-Length: 400000\r\n", b""])
def test_a_body_that_comes_after_its_head_is_read_to_its_end(length) -> None:
    """Servers say "Connection: close" because we do; what they have to say comes all the same."""
    head = b"HTTP/1.1 200 OK\r\nConnection: close\r\n" + length + b"\r\n"
    with raw_server([head, *[b"x" * 100_000] * 4], pause=0.05) as server:
        found = request("GET", server.url, allow=[server.target], most_bytes=1_000_000)

    assert len(found.body) == 400_000


def test_redirects_are_answers_like_any_other() -> None:
    with raw_server(answer("302 Found", Location="http://169.254.169.254/")) as server:
        found = request("GET", server.url, allow=[server.target])

    assert (found.status, len(server.requests)) == (302, 1)


def test_proxies_of_the_environment_are_not_asked(monkeypatch) -> None:
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")

    with raw_server(answer(body=b"direct")) as server:
        assert request("GET", server.url, allow=[server.target]).body == b"direct"


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (b"", "connection_lost"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf", "connection_lost"),
        (b"nonsense\r\n\r\n", "connection_lost"),
        (answer(body=b"x" * (http.MOST_BYTES + 1)), "answer_too_large"),
        (answer(body=b"\x1f\x8b", Content_Encoding="gzip"), "compressed_answer"),
        (b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 200 + b"\r\n", "connection_lost"),
    ],
    ids=["silence", "half", "nonsense", "too large", "compressed", "too many headers"],
)
def test_an_answer_that_cannot_be_used_leaves_open_what_the_request_did(said: bytes, reason: str) -> None:
    with raw_server(said) as server, pytest.raises(AnswerLost) as lost:
        request("POST", server.url, body=b"x", allow=[server.target])

    assert lost.value.reason == reason


@pytest.mark.parametrize("pieces", [[b"H"] * 200, [answer(body=b"x" * 100)[:50]] + [b"x"] * 200], ids=["head", "body"])
def test_a_server_that_drips_holds_nobody_past_the_deadline(pieces) -> None:
    with raw_server(pieces, pause=0.05) as server:
        began = time.monotonic()
        with pytest.raises(AnswerLost, match="timeout"):
            request("GET", server.url, allow=[server.target], total_seconds=0.4)

    assert 0.3 < time.monotonic() - began < 2


def test_a_server_that_is_not_there_was_certainly_not_told() -> None:
    with raw_server(b"") as server:
        target = server.target

    with pytest.raises(NotConnected, match="connection_refused"):
        request("GET", f"http://{target}/", allow=[target])


def test_a_server_that_does_not_answer_in_tls_was_not_told_either() -> None:
    with raw_server(answer()) as server, pytest.raises(NotConnected, match="timeout"):
        request("GET", f"https://{server.target}/", allow=[server.target], total_seconds=0.5)


@pytest.mark.parametrize("header", [{"X": "a\r\nB: c"}, {"X\r\nB": "c"}, {"X": "a\nB: c"}])
def test_headers_cannot_be_smuggled_in(header) -> None:
    with raw_server(answer()) as server, pytest.raises(EgressRefused, match="bad_header"):
        request("GET", server.url, headers=header, allow=[server.target])

    assert server.requests == []
