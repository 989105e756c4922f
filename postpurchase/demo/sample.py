"""Makes `data/orders.csv.gz` from the Online Retail set: `python -m postpurchase.demo.sample PATH`.

PATH is the set as CSV, gzipped or not (InvoiceNo, StockCode, Description, Quantity, InvoiceDate, UnitPrice,
CustomerID, Country). It is Daqing Chen's "Online Retail" of the UCI Machine Learning Repository, CC BY 4.0.

What is kept: per invoice the lines of products in the demo catalogue, if there are one to twelve of them in
amounts a household buys. A source customer shops at one of the two demo shops. People who come back are
preferred, so that recommendations have something to learn from. Numbers, times and prices stay as in the source;
only `Shop` is added. The same source gives the same file, byte for byte.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import hashlib
import io
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from postpurchase.demo.catalogue import DATA, ShopKey, by_sku

SAMPLE = DATA / "orders.csv.gz"
FIELDS = ("Shop", "InvoiceNo", "StockCode", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country")

# How many orders each shop gets at most, and how many of them from people who bought once.
WANTED: dict[ShopKey, tuple[int, int]] = {"haselstube": (240, 40), "wimpel": (60, 12)}
MOST_ORDERS_OF_ONE = 7
MOST_OF_A_LINE = 6
TOTALS = (Decimal(8), Decimal(180))

Row = dict[str, str]


@dataclass(frozen=True, kw_only=True)
class SampleLine:
    sku: str
    quantity: int
    unit_price: Decimal

    @property
    def total(self) -> Decimal:
        return self.quantity * self.unit_price


@dataclass(frozen=True, kw_only=True)
class SampleOrder:
    """One invoice of the sample. `placed_at` is naive: London's wall clock in the years 2010 and 2011."""

    shop: ShopKey
    number: str
    customer: str
    placed_at: datetime
    lines: tuple[SampleLine, ...]

    @property
    def total(self) -> Decimal:
        return sum((line.total for line in self.lines), Decimal(0))


def read_sample(shop: ShopKey) -> list[SampleOrder]:
    """The orders of one demo shop, oldest first."""
    orders: dict[str, list[Row]] = defaultdict(list)
    with gzip.open(SAMPLE, "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, strict=True):
            if row["Shop"] == shop:
                orders[row["InvoiceNo"]].append(row)
    found = [
        SampleOrder(
            shop=shop,
            number=number,
            customer=rows[0]["CustomerID"],
            placed_at=datetime.fromisoformat(rows[0]["InvoiceDate"]),
            lines=tuple(
                SampleLine(sku=row["StockCode"], quantity=int(row["Quantity"]), unit_price=Decimal(row["UnitPrice"]))
                for row in rows
            ),
        )
        for number, rows in orders.items()
    ]
    return sorted(found, key=lambda order: (order.placed_at, order.number))


def main() -> None:
    parser = argparse.ArgumentParser(description="Makes the demo's sample of the Online Retail set.")
    parser.add_argument("source", type=Path)
    rows = list(choose(_read_source(parser.parse_args().source)))
    SAMPLE.write_bytes(_packed(rows))


def choose(source: Iterator[Row]) -> Iterator[Row]:
    """The chosen lines, by shop, customer and time."""
    people = _household_orders(source)
    taken: set[str] = set()
    for shop, (wanted, once) in WANTED.items():
        candidates = {name: orders for (at, name), orders in people.items() if at == shop and name not in taken}
        chosen = _choose_people(candidates, wanted, once)
        taken |= set(chosen)
        for name in sorted(chosen):
            for order in candidates[name]:
                for row in order:
                    yield {"Shop": shop, **{field: row[field] for field in FIELDS[1:]}}


def _choose_people(candidates: dict[str, list[list[Row]]], wanted: int, once: int) -> list[str]:
    """People who came back until the shop has `wanted` minus `once` orders, then people who came once."""
    order = sorted(candidates, key=_lot)
    chosen: list[str] = []
    amount = 0
    for limit, (fewest, most) in ((wanted - once, (2, MOST_ORDERS_OF_ONE)), (wanted, (1, 1))):
        for name in order:
            count = len(candidates[name])
            if fewest <= count <= most and amount + count <= limit:
                chosen.append(name)
                amount += count
    return chosen


def _lot(name: str) -> str:
    """An order of the people that has nothing to do with their number, yet is always the same."""
    return hashlib.sha256(f"demo:{name}".encode()).hexdigest()


def _household_orders(source: Iterator[Row]) -> dict[tuple[ShopKey, str], list[list[Row]]]:
    """(shop, customer) -> orders as lists of rows, oldest first."""
    catalogue = by_sku()
    invoices: dict[str, list[Row]] = defaultdict(list)
    for row in source:
        invoices[row["InvoiceNo"]].append({**row, "StockCode": row["StockCode"].upper()})
    people: dict[tuple[ShopKey, str], list[list[Row]]] = defaultdict(list)
    for number, rows in invoices.items():
        if not number.isdigit() or not rows[0]["CustomerID"]:
            continue
        for shop in WANTED:
            kept = [row for row in rows if (p := catalogue.get(row["StockCode"])) is not None and p.shop == shop]
            if _fits_a_household(kept):
                people[shop, rows[0]["CustomerID"]].append(kept)
    for orders in people.values():
        orders.sort(key=lambda rows: (rows[0]["InvoiceDate"], rows[0]["InvoiceNo"]))
    return people


def _fits_a_household(rows: list[Row]) -> bool:
    if not 1 <= len(rows) <= 12:
        return False
    if not all(1 <= int(row["Quantity"]) <= MOST_OF_A_LINE and Decimal(row["UnitPrice"]) > 0 for row in rows):
        return False
    total = sum(int(row["Quantity"]) * Decimal(row["UnitPrice"]) for row in rows)
    # One-line orders teach nothing about what goes together: only the ones worth a parcel are kept.
    return TOTALS[0] <= total <= TOTALS[1] and (len(rows) > 1 or total >= 15)


def _read_source(path: Path) -> Iterator[Row]:
    content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    yield from csv.DictReader(io.StringIO(content.decode(), newline=""))


def _packed(rows: list[Row]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, FIELDS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    # No file name and no time in the gzip header: the same rows are the same bytes.
    return gzip.compress(text.getvalue().encode(), 9, mtime=0)


if __name__ == "__main__":
    main()
