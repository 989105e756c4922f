"""What is measured of orders coming in: both sides in turn, swapped each round, and of each round only the ratio."""

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from benchmarks import bodies
from benchmarks.copies import Copies
from benchmarks.rounds import Figure, figure_of, in_rounds, percentile, swapped
from benchmarks.sides import Sides
from benchmarks.wire import Wire

CONNECTIONS = 2
PEER_BATCH, PEER_BULK = "/orders/batch/", "/orders/bulk/"


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured: rounds, and per round orders by PUT, batches, and requests for latencies."""

    rounds: int
    puts: int
    batches: int
    latencies: int
    batch_sizes: Sequence[int]


def measure(sides: Sides, size: Size) -> Iterator[Figure]:
    """Measure everything, one figure after the other."""
    with Copies(read_url=sides.read_url, copies_url=sides.copies_url) as copies:
        _warm_up(sides, copies, size)
        yield from _single_orders(sides, size)
        yield from _latencies(sides, size)
        for batch_size in size.batch_sizes:
            yield from _batches(sides, copies, batch_size, size)


def _warm_up(sides: Sides, copies: Copies, size: Size) -> None:
    """Fill all databases a little and count what is in them, as autovacuum does in the first minute of any of them.

    Until then PostgreSQL plans its checks of foreign keys as for empty tables.
    """
    orders = [_orders(min(size.batch_sizes)) for _ in range(3)]
    with sides.product() as product, sides.peer() as peer:
        for batch in orders:
            _push(product, batch)
            copies.copy(copies.take([order["external_id"] for order in batch]))
            peer.send("POST", PEER_BULK, bodies.encoded(_orders(len(batch))), expect=201)
    sides.analyze()


def _single_orders(sides: Sides, size: Size) -> Iterator[Figure]:
    def ours(orders: Sequence[dict[str, Any]], *, expect: int = 201) -> float:
        with sides.product() as wire:
            return sum(_put(wire, "/api/v1/orders/{}", order, expect) for order in orders)

    def theirs(orders: Sequence[dict[str, Any]]) -> float:
        with sides.peer() as wire:
            return sum(_put(wire, "/orders/{}/", order, 201) for order in orders)

    contestants = {"ours": lambda: ours(_orders(size.puts)), "theirs": lambda: theirs(_orders(size.puts))}
    in_rounds(2, contestants)
    found = in_rounds(size.rounds, contestants)
    yield figure_of(
        "PUT of one order: rate, against a nested ModelSerializer",
        found["theirs"],
        found["ours"],
        goal=4,
        detail=_each(found, size.puts),
    )
    first, again = [], []
    for _ in range(size.rounds):
        orders = _orders(size.puts)
        first.append(ours(orders))
        again.append(ours(orders, expect=200))
    yield figure_of(
        "PUT of the same order again: time, against the first",
        again,
        first,
        goal=1,
        at_least=False,
        detail=_each({"first": first, "again": again}, size.puts),
    )


def _latencies(sides: Sides, size: Size) -> Iterator[Figure]:
    """Every connection waits for its answer before it asks again; each round's latencies are thrown together."""
    kinds: dict[str, Callable[[], list[float]]] = {
        "PUT": lambda: _at_once(
            sides.product, lambda wire: _put(wire, "/api/v1/orders/{}", bodies.order(), 201), size.latencies
        ),
        "hello": lambda: _at_once(
            sides.peer, lambda wire: wire.send("GET", "/hello/", b"", expect=200), size.latencies
        ),
        "peer": lambda: _at_once(
            sides.peer, lambda wire: _put(wire, "/orders/{}/", bodies.order(), 201), size.latencies
        ),
    }
    found: dict[str, list[list[float]]] = {name: [] for name in kinds}
    for number in range(size.rounds):
        for name in swapped(list(kinds), number):
            found[name].append(kinds[name]())
    tails = {name: [percentile(latencies, 99) for latencies in rounds] for name, rounds in found.items()}
    middles = {name: median(value for latencies in rounds for value in latencies) for name, rounds in found.items()}
    detail = ", ".join(
        f"{name} p50 {middles[name] * 1000:.1f} ms, p99 {median(tails[name]) * 1000:.1f} ms" for name in kinds
    )
    yield figure_of(
        f"PUT at {CONNECTIONS} connections: p99, against DRF's hello world",
        tails["PUT"],
        tails["hello"],
        goal=3,
        at_least=False,
        detail=detail,
    )
    yield figure_of(
        f"PUT at {CONNECTIONS} connections: p99, against the peer's PUT", tails["PUT"], tails["peer"], at_least=False
    )


def _batches(sides: Sides, copies: Copies, batch_size: int, size: Size) -> Iterator[Figure]:
    pushed: list[list[dict[str, Any]]] = []

    def push(batches: Sequence[list[dict[str, Any]]]) -> float:
        with sides.product() as wire:
            return sum(_push(wire, batch) for batch in batches)

    def ours() -> float:
        batches = [_orders(batch_size) for _ in range(size.batches)]
        pushed.extend(batches)
        return push(batches)

    def theirs(path: str) -> float:
        batches = [bodies.encoded(_orders(batch_size)) for _ in range(size.batches)]
        with sides.peer() as wire:
            return sum(wire.send("POST", path, batch, expect=201) for batch in batches)

    def copy() -> float:
        # What the product has pushed last and was not copied yet; the warm-up has left a supply.
        rows = [copies.take([order["external_id"] for order in pushed.pop(0)]) for _ in range(size.batches)]
        return sum(copies.copy(batch) for batch in rows)

    contestants: dict[str, Callable[[], float]] = {
        "ours": ours,
        "many=True": lambda: theirs(PEER_BATCH),
        "COPY": copy,
        "bulk": lambda: theirs(PEER_BULK),
    }
    ours()
    in_rounds(1, contestants)
    found = in_rounds(size.rounds, contestants)
    detail = _each(found, size.batches * batch_size)
    yield figure_of(
        f"batch of {batch_size}: rate, against many=True", found["many=True"], found["ours"], goal=15, detail=detail
    )
    yield figure_of(f"batch of {batch_size}: rate, against many=True with bulk_create", found["bulk"], found["ours"])
    yield figure_of(f"batch of {batch_size}: rate, against COPY of its rows", found["COPY"], found["ours"], goal=0.35)
    first, again = [], []
    for _ in range(size.rounds):
        batches = [_orders(batch_size) for _ in range(size.batches)]
        first.append(push(batches))
        again.append(push(batches))
    yield figure_of(
        f"batch of {batch_size} again: time, against the first",
        again,
        first,
        goal=1,
        at_least=False,
        detail=_each({"first": first, "again": again}, size.batches * batch_size),
    )


def _at_once(connect: Callable[[], Wire], ask: Callable[[Wire], float], requests: int) -> list[float]:
    """Return the latencies of ``requests`` requests over some connections at once."""
    latencies: list[list[float]] = [[] for _ in range(CONNECTIONS)]
    failures: list[Exception] = []

    def work(mine: list[float]) -> None:
        try:
            with connect() as wire:
                mine.extend(ask(wire) for _ in range(requests // CONNECTIONS))
        except Exception as error:  # noqa: BLE001 - handed to the main thread
            failures.append(error)

    threads = [threading.Thread(target=work, args=(mine,)) for mine in latencies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return [latency for mine in latencies for latency in mine]


def _each(found: dict[str, list[float]], orders: int) -> str:
    return (
        ", ".join(f"{name} {median(seconds) / orders * 1000:.2f} ms" for name, seconds in found.items()) + " an order"
    )


def _orders(count: int) -> list[dict[str, Any]]:
    return [bodies.order() for _ in range(count)]


def _put(wire: Wire, path: str, order: dict[str, Any], expect: int) -> float:
    return wire.send("PUT", path.format(order["external_id"]), bodies.encoded(order), expect=expect)


def _push(wire: Wire, orders: list[dict[str, Any]]) -> float:
    return wire.send("POST", "/api/v1/orders/batch", bodies.encoded({"orders": orders}), expect=200)
