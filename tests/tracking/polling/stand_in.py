"""A carrier on loopback: answers as it is told, remembers every request, and the moment by the test's clock."""

import datetime as dt
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

Answer = tuple[int, dict[str, str], bytes]


@dataclass(frozen=True)
class Asked:
    """One request. ``numbers`` are the tracking numbers it names; a request for a token names none."""

    at: dt.datetime | None
    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def numbers(self) -> list[str]:
        parts = urlsplit(self.path)
        if parts.path == "/track/v1/trackingnumbers":
            return [one["trackingNumberInfo"]["trackingNumber"] for one in json.loads(self.body)["trackingInfo"]]
        if parts.path == "/api/v1/GetParcelDetail":
            return [json.loads(self.body)["IdentCode"]]
        for name in ("trackingNumber", "shipmentID"):
            if name in parse_qs(parts.query):
                return parse_qs(parts.query)[name]
        if parts.path.startswith("/api/v1/getOrderStatus/"):
            return [parts.path.split("/")[4]]
        return [] if "oauth" in parts.path or parts.path.endswith("/login") else parts.path.rsplit("/", 1)[1].split(",")


@dataclass
class StandIn:
    """``says`` decides what is answered; ``now`` is what the test's clock shows."""

    port: int = 0
    now: dt.datetime | None = None
    says: Callable[[Asked], Answer] = lambda _asked: (500, {}, b"")
    asked: list[Asked] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def questions(self) -> list[Asked]:
        """What was asked about parcels, without the tokens."""
        return [one for one in self.asked if one.numbers]

    def times_asked(self, number: str) -> int:
        return sum(number in one.numbers for one in self.asked)


@contextmanager
def carrier() -> Iterator[StandIn]:
    """Run a carrier for as long as the block lasts."""
    stand_in = StandIn()
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            headers = {name.lower(): value for name, value in self.headers.items()}
            asked = Asked(stand_in.now, self.command, self.path, headers, self.rfile.read(length))
            with lock:
                stand_in.asked.append(asked)
            status, headers, body = stand_in.says(asked)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            self.do_GET()

        def log_message(self, *_arguments: object) -> None:
            """``stand_in.asked`` is the log."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    stand_in.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield stand_in
    finally:
        server.shutdown()
        server.server_close()


def as_json(tree: Any, status: int = 200, **headers: str) -> Answer:
    return status, {name.replace("_", "-"): value for name, value in headers.items()}, json.dumps(tree).encode()


def dhl_says(number: str, *events: tuple[str, str], **more: Any) -> Answer:
    """DHL's answer about one parcel: (moment, code) for each event, newest first as DHL has it."""
    told = [
        {
            "timestamp": moment,
            "statusCode": code,
            "description": code.title(),
            "location": {"address": {"countryCode": "DE", "addressLocality": "Leipzig"}},
        }
        for moment, code in reversed(events)
    ]
    return as_json({"shipments": [{"id": number, "events": told, **more}]})


def dhl_does_not_know() -> Answer:
    return as_json({"title": "No result found", "detail": "No shipment with given tracking number found."}, 404)


def gls_says(numbers: list[str], known: dict[str, list[tuple[str, str]]]) -> Answer:
    """GLS's answer about several numbers: an error for each it does not know."""
    parcels = [
        {
            "requested": number,
            "unitno": number,
            "events": [
                {"eventDateTime": moment, "code": code, "description": code, "country": "DE", "city": "Neuenstein"}
                for moment, code in known[number]
            ],
        }
        if number in known
        else {"requested": number, "errorCode": "E_404_01", "errorMessage": "Resource Not Found"}
        for number in numbers
    ]
    return as_json({"parcels": parcels})


def ups_says(number: str, *activities: tuple[str, str, str]) -> Answer:
    """UPS's answer about one parcel: (gmt date, gmt time, type) for each activity."""
    told = [
        {
            "gmtDate": date,
            "gmtTime": time,
            "status": {"type": kind, "description": kind},
            "location": {"address": {"city": "Kassel", "countryCode": "DE"}},
        }
        for date, time, kind in activities
    ]
    package = {"trackingNumber": number, "activity": told}
    return as_json({"trackResponse": {"shipment": [{"inquiryNumber": number, "package": [package]}]}})


def a_token(value: str = "token-1", seconds: int = 14399) -> Answer:
    return as_json({"access_token": value, "token_type": "Bearer", "expires_in": str(seconds)})
