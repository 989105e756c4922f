"""``manage.py check_numbers PATH``: how well our patterns recognise outside tracking numbers.

PATH is a JSON array of ``{"courier_code", "service", "valid": [...], "invalid": [...]}`` (the form of the public
collection jkeen/tracking_number_data). Nothing is stored.
"""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from tracking.carriers.registry import PROFILES, carrier_of_number
from tracking.enums import Carrier
from tracking.inputs import plain_number


class Command(BaseCommand):
    """Prints per service how many numbers were recognised, stayed unknown, or were taken for another carrier's."""

    help = "Check the carriers' number patterns against a collection of tracking numbers."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path)

    def handle(self, *args: Any, path: Path, **options: Any) -> None:
        totals = {"recognised": 0, "unknown": 0, "mistaken": 0}
        for service in json.loads(path.read_text(encoding="utf-8")):
            counts = dict.fromkeys(totals, 0)
            for number in service["valid"]:
                counts[_outcome(number, service["courier_code"])] += 1
            for number in service["invalid"]:
                # A wrong number of one carrier may be a right one of another; only its own would be a mistake.
                found = carrier_of_number(plain_number(number))
                counts["mistaken" if found == service["courier_code"] else "unknown"] += 1
            if any(counts.values()):
                self.stdout.write(f"{service['service']:32} " + "  ".join(f"{key} {n}" for key, n in counts.items()))
            totals = {key: totals[key] + counts[key] for key in totals}
        self.stdout.write(f"{'together':32} " + "  ".join(f"{key} {n}" for key, n in totals.items()))


def _outcome(number: str, courier: str) -> str:
    found = carrier_of_number(plain_number(number))
    if found == Carrier.OTHER:
        return "unknown"
    # International numbers name the country's post, not the collection's "s10".
    is_right = found == courier or (courier == "s10" and found in PROFILES)
    return "recognised" if is_right else "mistaken"
