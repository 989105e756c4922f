"""The standard journeys: one TOML file each, in the order in which a shopper meets them."""

import tomllib
from functools import cache
from pathlib import Path

from messaging.journeys.definition import Definition, parse_definition

KEYS = (
    "order_confirmation",
    "shipped",
    "out_for_delivery",
    "failed_attempt",
    "ready_for_pickup",
    "pickup_reminder",
    "delayed",
    "delivered",
    "nps_survey",
    "points_earned",
    "order_cancelled",
    "order_refunded",
    "case_received",
    "case_answered",
    "case_resolved",
    "recommendations",
)
# Advertising is for a merchant to switch on.
OFF_AT_FIRST = frozenset({"recommendations"})


@cache
def standard_journeys() -> tuple[Definition, ...]:
    """Return every standard journey."""
    return tuple(_load(key) for key in KEYS)


def _load(key: str) -> Definition:
    path = Path(__file__).with_name(f"{key}.toml")
    return parse_definition(tomllib.loads(path.read_text(encoding="utf-8")))
