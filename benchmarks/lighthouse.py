#!/usr/bin/env python3
"""What Lighthouse says of a page: ``python3 benchmarks/lighthouse.py http://127.0.0.1:8000/t/…``.

Needs Node 20 or newer (``npx`` fetches Lighthouse) and Chromium. Each category's best of three runs counts: a busy
machine makes a page slower than it is, never faster. https://github.com/GoogleChrome/lighthouse
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

LIGHTHOUSE = "lighthouse@12.8.2"
GOALS = {"performance": 95, "accessibility": 100, "best-practices": 100}
RUNS = 3
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


def main() -> int:
    options = _parser().parse_args()
    chromium = options.chromium or next(filter(None, map(shutil.which, CHROMIUM)), None)
    if shutil.which("npx") is None or chromium is None:
        sys.stderr.write("Lighthouse needs Node (npx) and Chromium; --chromium names it where it is not in the path.\n")
        return 2
    best: dict[str, int] = {}
    remarks: list[str] = []
    for _ in range(options.runs):
        scores, remarks = _run(options.address, chromium, desktop=options.desktop)
        best = {name: max(score, best.get(name, 0)) for name, score in scores.items()}
    for name, goal in GOALS.items():
        sys.stdout.write(f"{name:<16} {best[name]:>3}  goal {goal}: {'met' if best[name] >= goal else 'MISSED'}\n")
    for remark in remarks:
        sys.stdout.write(f"    {remark}\n")
    return 0


def _run(address: str, chromium: str, *, desktop: bool) -> tuple[dict[str, int], list[str]]:
    """Return the score of each category, and what was found wanting."""
    with tempfile.TemporaryDirectory() as place:
        report = Path(place) / "report.json"
        command = [
            "npx", "--yes", LIGHTHOUSE, address, "--quiet", "--output=json", f"--output-path={report}",
            f"--only-categories={','.join(GOALS)}",
            "--chrome-flags=--headless=new --no-sandbox --disable-dev-shm-usage",
            *(["--preset=desktop"] if desktop else []),
        ]  # fmt: skip
        subprocess.run(command, env={**os.environ, "CHROME_PATH": chromium}, check=True)
        found = json.loads(report.read_text(encoding="utf-8"))
    scores = {name: round(100 * found["categories"][name]["score"]) for name in GOALS}
    audits = found["audits"].values()
    weighted = {one["id"] for name in GOALS for one in found["categories"][name]["auditRefs"] if one["weight"]}
    remarks = [
        f"{one['id']}: {one['title']}"
        for one in audits
        if one["id"] in weighted and one["score"] is not None and one["score"] < 0.9
    ]
    return scores, remarks


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="benchmarks/lighthouse.py", description="What Lighthouse says of a page.")
    parser.add_argument("address", help="of a page that answers, such as a tracking page of the demo")
    parser.add_argument("--desktop", action="store_true", help="a desktop instead of a phone on a slow network")
    parser.add_argument("--runs", type=int, default=RUNS, help=f"default: {RUNS}; the best of each category counts")
    parser.add_argument("--chromium", help="the program, where it is not in the path")
    return parser


if __name__ == "__main__":
    sys.exit(main())
