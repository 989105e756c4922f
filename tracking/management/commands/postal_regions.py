"""``manage.py postal_regions DE.txt AT.txt CH.txt``: make the table of postal codes and their Länder and cantons.

The files are GeoNames' postal codes (https://download.geonames.org/export/zip/, CC BY 4.0), one country each: tab
separated, with country, code, place, name of the region and its code in the first five columns. What is printed goes
into ``tracking/postal_regions.txt``.
"""

from argparse import ArgumentParser
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from tracking.places import Range

HEADER = """\
# Postal codes and the Land or canton (ISO 3166-2) they lie in; several where a code crosses a border.
# Made from the postal codes of GeoNames (https://www.geonames.org/, CC BY 4.0) by `manage.py postal_regions`.
"""


class Command(BaseCommand):
    """Prints one line for each range of neighbouring codes in the same regions."""

    help = "Make the table of postal codes and regions from GeoNames' files."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("paths", nargs="+", type=Path)

    def handle(self, *args: Any, paths: list[Path], **options: Any) -> None:
        self.stdout.write(HEADER, ending="")
        for path in paths:
            rows = [line.split("\t")[:5] for line in path.read_text(encoding="utf-8").splitlines()]
            for country in sorted({row[0] for row in rows}):
                for one in ranges_of((row[1], row[4]) for row in rows if row[0] == country):
                    codes = one.first if one.first == one.last else f"{one.first}-{one.last}"
                    self.stdout.write(f"{country} {codes} {'|'.join(one.regions)}")


def ranges_of(pairs: Iterable[tuple[str, str]]) -> list[Range]:
    """Join codes that follow each other and lie in the same regions.

    Germany's codes of single companies come with numbers instead of Länder there, often wrong ones; they are left out
    and so take after their neighbours. Austria's Länder are numbered, with a zero before them.
    """
    regions: dict[str, set[str]] = defaultdict(set)
    for code, region in pairs:
        is_company = len(code) == 5 and region.isdigit()
        if region and not is_company:
            regions[code].add(region.lstrip("0"))
    ranges: list[Range] = []
    for code in sorted(regions):
        here = tuple(sorted(regions[code]))
        if ranges and ranges[-1].regions == here:
            ranges[-1] = ranges[-1]._replace(last=code)
        else:
            ranges.append(Range(code, code, here))
    return ranges
