"""The benchmark runs, on real servers; how fast is not a test's business."""

import json
import subprocess
import sys
from pathlib import Path

from tests.operations.processes import ROOT


def test_it_measures_everything_and_writes_a_report(tmp_path: Path) -> None:
    report = tmp_path / "report.json"

    answer = subprocess.run(
        [sys.executable, "benchmarks/ingest.py", "--rounds", "1", "--puts", "2", "--latencies", "4",
         "--sizes", "3", "--json", str(report)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip

    assert (answer.returncode, answer.stderr) == (0, "")
    figures = json.loads(report.read_text())["figures"]
    assert [(figure["name"], figure["goal"]) for figure in figures] == [
        ("PUT of one order: rate, against a nested ModelSerializer", 4),
        ("PUT of the same order again: time, against the first", 1),
        ("PUT at 2 connections: p99, against DRF's hello world", 3),
        ("PUT at 2 connections: p99, against the peer's PUT", None),
        ("batch of 3: rate, against many=True", 15),
        ("batch of 3: rate, against many=True with bulk_create", None),
        ("batch of 3: rate, against COPY of its rows", 0.35),
        ("batch of 3 again: time, against the first", 1),
    ]
    for figure in figures:
        assert 0 < figure["least"] <= figure["ratio"] <= figure["most"], figure
        assert f"{figure['name']:<62}" in answer.stdout
