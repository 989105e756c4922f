"""``manage.py check_numbers PATH``: how well our patterns recognise outside tracking numbers.

PATH is a JSON array of ``{"courier_code", "service", "valid": [...], "invalid": [...]}`` (the form of the public
collection jkeen/tracking_number_data). Nothing is stored.
"""

import json
from argparse import ArgumentParser
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from tracking.carriers.couriers import COUNTRIES_OF_S10
from tracking.carriers.detection import Certainty, detect
from tracking.inputs import plain_number

OUTCOMES = ("certain", "among several or likely", "missed", "wrong and uncertain", "wrong and certain")


class Command(BaseCommand):
    """Prints per service for how many valid numbers the true courier is among the detected, and alone for certain."""

    help = "Check the detection of couriers against a collection of tracking numbers."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path)

    def handle(self, *args: Any, path: Path, **options: Any) -> None:
        totals: Counter[str] = Counter()
        for service in json.loads(path.read_text(encoding="utf-8")):
            counts = Counter(_valid(number, service["courier_code"]) for number in service["valid"])
            counts += Counter(_invalid(number) for number in service["invalid"])
            if counts:
                self.stdout.write(f"{service['service']:32} " + _line(counts))
            totals += counts
        self.stdout.write(f"{'together':32} " + _line(totals))


def _line(counts: Counter[str]) -> str:
    return "  ".join(f"{name} {counts[name]}" for name in OUTCOMES)


def _valid(number: str, courier: str) -> str:
    found = detect(plain_number(number))
    # International numbers name the country's post, not the collection's "s10".
    names = {courier} if courier != "s10" else {"s10", *COUNTRIES_OF_S10.values()}
    mine = [one for one in found if one.courier in names]
    if not mine:
        return "missed"
    return "certain" if mine[0].certainty == Certainty.CERTAIN else "among several or likely"


def _invalid(number: str) -> str:
    found = detect(plain_number(number))
    return "wrong and certain" if any(one.certainty == Certainty.CERTAIN for one in found) else "wrong and uncertain"
