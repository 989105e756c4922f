"""Trying out order numbers tells nothing, and takes for ever.

``LOOK_UPS`` says how many numbers are tried, a few with every change, ten thousand by hand, with what was found:

    LOOK_UPS=10000 python3 manage.py test tests/tracking/views/test_enumeration.py -n0
"""

import math
import os
import re
import statistics
import sys
import time

import pytest
from django.core.cache import cache
from django.test import Client

from orders.models import Customer
from postpurchase.accounts.scoping import merchant_scope
from tests.conftest import NOW
from tests.tracking.build import make_order
from tracking.services import attempts

LOOK_UPS = int(os.environ.get("LOOK_UPS", "60"))
KNOWN = 100
# How often a known number with a wrong answer may seem slower than an unknown one: half of the time is no difference.
# Few look-ups scatter: five standard deviations of the statistic are allowed, and never less than this.
TOLERANCE = max(0.05, 5 / math.sqrt(6 * LOOK_UPS))
NETWORKS = [f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}" for number in range(max(LOOK_UPS, 20_000))]


@pytest.fixture(autouse=True)
def empty_cache():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def orders(world):
    """Orders 5000 to 5099, of a hundred customers."""
    with merchant_scope(world.merchant.id):
        for number in range(KNOWN):
            customer = Customer.objects.create(
                merchant=world.merchant, email=f"anna{number}@example.com", created_at=NOW, updated_at=NOW
            )
            make_order(world, str(5000 + number), customer=customer)


def look_up(number, second, network="10.0.0.1"):
    """The answer, without what the caller knows anyway: the number told, and ids that are new for each request."""
    response = Client(REMOTE_ADDR=network).post("/lindenhof/track", {"number": number, "second": second})
    body = response.content.decode().replace(f'value="{number}"', "")
    headers = {name: re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "<id>", value) for name, value in response.headers.items()}
    for name in ("Content-Length", "X-Request-Id"):
        headers.pop(name, None)
    return response.status_code, body, tuple(sorted(headers.items())), tuple(response.cookies)


@pytest.fixture
def say(capsys):
    """Print what was found, where somebody asked for it."""

    def print_line(line):
        if "LOOK_UPS" in os.environ:
            with capsys.disabled():
                sys.stdout.write(f"\n{line}")

    return print_line


def test_one_network_learns_nothing_and_waits(world, orders, say) -> None:
    numbers = [str(number) for number in range(5000 - LOOK_UPS // 2, 5000 + LOOK_UPS // 2)]

    answers = [look_up(number, "99999") for number in numbers]

    assert [status for status, *_ in answers] == [404] * attempts.TRIES_PER_ADDRESS + [429] * (
        LOOK_UPS - attempts.TRIES_PER_ADDRESS
    )
    assert len(set(answers)) == 2
    hours = LOOK_UPS / attempts.TRIES_PER_ADDRESS
    say(f"one network: {attempts.TRIES_PER_ADDRESS} of {LOOK_UPS} look-ups an hour, so {hours:.0f} hours for all")


def test_many_networks_learn_nothing_and_come_to_codes(world, orders, monkeypatch, say) -> None:
    monkeypatch.setattr(attempts, "MISSES_PER_MERCHANT", min(attempts.MISSES_PER_MERCHANT, LOOK_UPS // 2))
    numbers = [str(number) for number in range(5000 - LOOK_UPS // 2, 5000 + LOOK_UPS // 2)]

    answers = [look_up(number, "99999", network) for number, network in zip(numbers, NETWORKS, strict=False)]

    free = attempts.MISSES_PER_MERCHANT
    assert [status for status, *_ in answers] == [404] * free + [303] * (LOOK_UPS - free)
    assert len(set(answers)) == 2
    # Even the right answer gives nothing away from here on.
    assert look_up("5000", "10115", "10.99.0.1") == answers[-1]
    say(f"many networks: after {free} misses in an hour every look-up needs a code")


@pytest.mark.parametrize("state", ["open", "codes"])
def test_known_and_unknown_numbers_take_the_same_time(world, orders, monkeypatch, say, state) -> None:
    limit = 10**9 if state == "open" else 0
    monkeypatch.setattr(attempts, "MISSES_PER_NUMBER", limit)
    for name in ("MISSES_PER_MERCHANT", "CODES_PER_ORDER"):
        monkeypatch.setattr(attempts, name, 10**9)
    seconds: dict[str, list[float]] = {"known": [], "unknown": []}
    answers = set()
    for attempt in range(LOOK_UPS):
        kinds = [("known", 5000 + attempt % KNOWN), ("unknown", 7000 + attempt % KNOWN)]
        for kind, number in kinds if attempt % 2 else reversed(kinds):
            begun = time.perf_counter()
            answers.add(look_up(str(number), "99999", NETWORKS[2 * attempt + (kind == "known")]))
            seconds[kind].append(time.perf_counter() - begun)

    slower = chance_to_be_slower(seconds["known"], seconds["unknown"])
    medians = {kind: statistics.median(times) * 1000 for kind, times in seconds.items()}
    say(f"{state}: median {medians['known']:.2f} ms known, {medians['unknown']:.2f} ms unknown, slower {slower:.3f}")
    assert len(answers) == 1
    assert abs(slower - 0.5) < TOLERANCE


def chance_to_be_slower(left, right):
    """How often a time of ``left`` is longer than one of ``right`` (the Mann-Whitney statistic, 0 to 1)."""
    ranked = sorted([(value, True) for value in left] + [(value, False) for value in right])
    before = below = 0
    for _, is_left in ranked:
        if is_left:
            below += before
        else:
            before += 1
    return below / (len(left) * len(right))
