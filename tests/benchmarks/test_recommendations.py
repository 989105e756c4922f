"""The benchmark of recommendations runs; how good and how fast they are is not a test's business."""

import csv
import datetime as dt
import random
import re
import subprocess
import sys
from pathlib import Path

from tests.operations.processes import ROOT

HEADINGS = ["InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country"]


def some_orders(file: Path) -> None:
    """Twenty people who come back every few days and buy within their own corner of the shop."""
    chance = random.Random(3)
    with file.open("w", newline="", encoding="utf-8") as target:
        lines = csv.writer(target)
        lines.writerow(HEADINGS)
        for number in range(200):
            who = number % 20
            day = dt.datetime(2011, 4, 1, 10, tzinfo=dt.UTC) + dt.timedelta(hours=18 * number)
            for article in chance.sample(range(8), 3):
                lines.writerow(
                    [500_000 + number, f"{who % 4}{article}", "", 1, f"{day:%Y-%m-%d %H:%M:%S}", "1.0", who, "DE"]
                )
        lines.writerow(["C1", "11", "cancelled", -1, "2011-04-01 10:00:00", "1.0", 1, "DE"])
        lines.writerow(["600000", "POST", "postage", 1, "2011-04-01 10:00:00", "1.0", 1, "DE"])


def test_it_measures_quality_learning_pages_and_serving(tmp_path: Path) -> None:
    file = tmp_path / "orders.csv"
    some_orders(file)

    answer = subprocess.run(
        [sys.executable, "benchmarks/recommendations.py", "--orders", str(file), "--sample", "10",
         "--learning-lines", "2000", "--looks", "3", "--serving-lines", "2000"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip

    assert answer.returncode == 0, answer.stderr
    said = answer.stdout
    assert "next order (10)" in said
    for name in ("popular, all orders", "popular, last 30 days", "ours: the ranking alone", "ours: as it is served"):
        (figures,) = re.findall(rf"^{re.escape(name)}.*$", said, re.MULTILINE)
        found = [float(figure) for figure in re.findall(r"\d\.\d{3}", figures)]
        assert len(found) == 8
        assert all(0 <= figure <= 1 for figure in found)
    assert re.search(r"learning: \d+,?\d* lines, \d+ articles: \d+\.\d s \(goal < 30: met\)", said)
    assert "better by, question by question" in said
    assert re.search(r"first look at a page: 3 with recommendations \d+\.\d\d ms, 3 without \d+\.\d\d ms", said)
    assert re.search(r"a basket of three: \d+\.\d+ ms", said)
