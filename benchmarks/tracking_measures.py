"""What is measured of parcels: how fast carriers' news comes in, and how fast shoppers' pages go out."""

import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

import msgspec

from benchmarks import bodies
from benchmarks.rounds import Figure, figure_of, in_rounds
from benchmarks.sides import Sides
from benchmarks.wire import UnexpectedAnswer

PARCELS, NEWS = 3, 9
ARRAY = 100
GZIP = "Accept-Encoding: gzip\r\n"
_numbers = itertools.count(1)
_languages = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured: rounds, and per round and side pieces of news, arrays of 100, and pages."""

    rounds: int
    checkpoints: int
    arrays: int
    pages: int


def measure(sides: Sides, size: Size, *, only: str = "") -> Iterator[Figure]:
    """Measure one figure after the other: all of them, or ``only`` those of ``news`` or ``pages``."""
    _warm_up(sides)
    if only != "pages":
        yield from _single_news(sides, size)
        yield from _arrays(sides, size)
    if only != "news":
        yield from _pages(sides, size)


def _warm_up(sides: Sides) -> None:
    numbers = _shipments(sides, ARRAY)
    with sides.product() as product, sides.peer() as peer:
        product.send("POST", "/api/v1/checkpoints/batch", _batch(numbers), expect=200)
        peer.send("POST", "/checkpoints/", bodies.encoded(_news_of(numbers)), expect=201)
    sides.analyze()


def _single_news(sides: Sides, size: Size) -> Iterator[Figure]:
    """Each side hears new news about the same number of fresh parcels."""

    def ours(numbers: Sequence[str]) -> float:
        with sides.product() as wire:
            return sum(
                wire.send("POST", "/api/v1/checkpoints/batch", _batch([number]), expect=200) for number in numbers
            )

    def theirs(numbers: Sequence[str]) -> float:
        with sides.peer() as wire:
            return sum(
                wire.send("POST", "/checkpoints/", bodies.encoded(_news_of([number])[0]), expect=201)
                for number in numbers
            )

    supply = iter(_shipments(sides, (size.rounds + 1) * size.checkpoints))
    plans = [[next(supply) for _ in range(size.checkpoints)] for _ in range(size.rounds + 1)]
    mine, others = iter(plans), iter(plans)
    contestants = {"ours": lambda: ours(next(mine)), "theirs": lambda: theirs(next(others))}
    in_rounds(1, contestants)
    found = in_rounds(size.rounds, contestants)
    yield figure_of(
        "one piece of news: rate, against get_or_create",
        found["theirs"],
        found["ours"],
        goal=3.5,
        detail=_each(found, size.checkpoints, "a piece"),
    )


def _arrays(sides: Sides, size: Size) -> Iterator[Figure]:
    def ours(arrays: Sequence[Sequence[str]]) -> float:
        with sides.product() as wire:
            return sum(wire.send("POST", "/api/v1/checkpoints/batch", _batch(array), expect=200) for array in arrays)

    def theirs(arrays: Sequence[Sequence[str]]) -> float:
        with sides.peer() as wire:
            return sum(
                wire.send("POST", "/checkpoints/", bodies.encoded(_news_of(array)), expect=201) for array in arrays
            )

    plans = [[_shipments(sides, ARRAY) for _ in range(size.arrays)] for _ in range(size.rounds + 1)]
    mine, others = iter(plans), iter(plans)
    contestants = {"ours": lambda: ours(next(mine)), "theirs": lambda: theirs(next(others))}
    in_rounds(1, contestants)
    found = in_rounds(size.rounds, contestants)
    yield figure_of(
        f"array of {ARRAY}: rate, against get_or_create",
        found["theirs"],
        found["ours"],
        goal=10,
        detail=_each(found, size.arrays * ARRAY, "a piece"),
    )


def _pages(sides: Sides, size: Size) -> Iterator[Figure]:
    token = _order_page(sides)
    page, stock = f"/t/{token}", f"/stock/{token}"
    with sides.product() as wire:
        wire.send("GET", page, b"", expect=200, headers=GZIP)
        etag = _etag(wire.answered)

    def asked(address: Callable[[], str], *, headers: str = GZIP, expect: int = 200) -> Callable[[], float]:
        def ask() -> float:
            with sides.product() as wire:
                return sum(wire.send("GET", address(), b"", expect=expect, headers=headers) for _ in range(size.pages))

        return ask

    def never_seen(path: str) -> Callable[[], str]:
        # Every one of these speaks German, and none of them was asked for before.
        return lambda: f"{path}?lang=de-{next(_languages)}"

    contestants = {
        "hot": asked(lambda: page),
        "304": asked(lambda: page, headers=f"{GZIP}If-None-Match: {etag}\r\n", expect=304),
        "hello": asked(lambda: "/stock/hello"),
        "cold": asked(never_seen(page)),
        "stock": asked(never_seen(stock)),
    }
    in_rounds(1, contestants)
    found = in_rounds(size.rounds, contestants)
    detail = _each(found, size.pages, "a page")
    yield figure_of("page, hot: rate, against a stock view", found["stock"], found["hot"], goal=8, detail=detail)
    yield figure_of("page, 304: rate, against hello world", found["hello"], found["304"], goal=0.85)
    yield figure_of("page, cold: rate, against a stock view", found["stock"], found["cold"], goal=2)


def _order_page(sides: Sides) -> str:
    """Push an order of three parcels with their news; return the token of its page."""
    order = bodies.order()
    numbers = [f"BENCH{next(_numbers):08}" for _ in range(PARCELS)]
    with sides.product() as wire:
        status, content = wire.ask("PUT", f"/api/v1/orders/{order['external_id']}", bodies.encoded(order))
        if status != 201:
            raise UnexpectedAnswer(f"{status}: {content[:500]!r}")
        _send_parcels(wire, order["external_id"], numbers)
        for hour in range(NEWS):
            wire.send("POST", "/api/v1/checkpoints/batch", _batch(numbers, hour), expect=200)
    token = re.search(r"/t/([A-Za-z0-9_-]{22})", msgspec.json.decode(content)["tracking_url"])
    if token is None:
        raise UnexpectedAnswer("an order without a tracking page")
    return token[1]


def _shipments(sides: Sides, count: int) -> list[str]:
    """Announce parcels on both sides, a few to an order; return their numbers."""
    numbers = [f"BENCH{next(_numbers):08}" for _ in range(count)]
    orders = [bodies.order() for _ in range(0, count, PARCELS)]
    groups = [numbers[start : start + PARCELS] for start in range(0, count, PARCELS)]
    with sides.product() as product, sides.peer() as peer:
        product.send("POST", "/api/v1/orders/batch", bodies.encoded({"orders": orders}), expect=200)
        peer.send("POST", "/orders/bulk/", bodies.encoded(orders), expect=201)
        parcels = []
        for order, group in zip(orders, groups, strict=True):
            _send_parcels(product, order["external_id"], group)
            parcels += [
                {"order": order["external_id"], "carrier": "dhl", "tracking_number": number} for number in group
            ]
        peer.send("POST", "/shipments/", bodies.encoded(parcels), expect=201)
    return numbers


def _send_parcels(wire: Any, order: str, numbers: Sequence[str]) -> None:
    for number in numbers:
        body = {"carrier": "dhl", "tracking_number": number}
        wire.send("PUT", f"/api/v1/orders/{order}/shipments/{number}", bodies.encoded(body), expect=201)


def _batch(numbers: Sequence[str], hour: int = 0) -> bytes:
    return bodies.encoded({"checkpoints": _news_of(numbers, hour)})


def _news_of(numbers: Sequence[str], hour: int = 0) -> list[dict[str, Any]]:
    return [
        {
            "tracking_number": number,
            "occurred_at": f"2026-11-20T{hour + 6:02}:15:00+01:00",
            "status": "in_transit",
            "substatus": "in_transit_departed",
            "code": "",
            "message": "Die Sendung hat das Paketzentrum verlassen.",
            "city": "Leipzig",
            "country": "DE",
        }
        for number in numbers
    ]


def _etag(head: bytes) -> str:
    found = re.search(rb'(?i)\r\netag: ("[^"]+")', head)
    if found is None:
        raise UnexpectedAnswer(f"a page without an ETag: {head!r}")
    return found[1].decode()


def _each(found: dict[str, list[float]], count: int, unit: str) -> str:
    return ", ".join(f"{name} {median(seconds) / count * 1000:.2f} ms" for name, seconds in found.items()) + f" {unit}"
