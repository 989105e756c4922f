"""The benchmark of news and pages runs, on real servers; how fast is not a test's business."""

import json
import subprocess
import sys
from pathlib import Path

from tests.operations.processes import ROOT


def test_it_measures_news_and_pages_and_writes_a_report(tmp_path: Path) -> None:
    report = tmp_path / "report.json"

    answer = subprocess.run(
        [sys.executable, "benchmarks/tracking.py", "--rounds", "1", "--checkpoints", "2", "--pages", "3",
         "--json", str(report)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip

    assert (answer.returncode, answer.stderr) == (0, "")
    figures = json.loads(report.read_text())["figures"]
    assert [(figure["name"], figure["goal"]) for figure in figures] == [
        ("one piece of news: rate, against get_or_create", 3.5),
        ("array of 100: rate, against get_or_create", 10),
        ("page, hot: rate, against a stock view", 8),
        ("page, 304: rate, against hello world", 0.85),
        ("page, cold: rate, against a stock view", 2),
    ]
    for figure in figures:
        assert 0 < figure["least"] <= figure["ratio"] <= figure["most"], figure
