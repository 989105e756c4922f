"""The README keeps its promises: commands, packages and dependencies it names are there, and the other way round."""

import re
import tomllib
from pathlib import Path

from django.core.management import get_commands

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text()


def test_two_commands_are_named_for_a_fresh_machine() -> None:
    lines = [line for line in README.splitlines() if line.startswith("python3 ")]

    assert lines == ["python3 manage.py demo", "python3 manage.py test"]


def test_every_dependency_has_its_reason() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    requirements = [
        *project["project"]["dependencies"],
        *(entry for group in project["dependency-groups"].values() for entry in group if isinstance(entry, str)),
    ]
    names = {re.split(r"[\[<>=]", requirement)[0] for requirement in requirements}

    assert {name for name in names if not re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", README)} == set()


def test_the_map_shows_every_package_and_only_what_is_there() -> None:
    there = {
        path.parent.relative_to(ROOT).as_posix()
        for pattern in ("*/__init__.py", "postpurchase/*/__init__.py")
        for path in ROOT.glob(pattern)
    } - {"postpurchase", "tests"}
    shown = set(re.findall(r"^\| \[`([\w/]+)/`\]\(\1\)", README, re.MULTILINE))

    assert there - shown == set()
    assert {package for package in shown - there if not (ROOT / package / "__init__.py").exists()} == set()


def test_every_file_the_map_begins_with_exists() -> None:
    rows = re.findall(r"^\| \[`([\w/]+)/`\]\(\S+\) \|.*\| (.*?) ?\|$", README, re.MULTILINE)
    files = [f"{package}/{name}" for package, names in rows for name in re.findall(r"`([\w/.]+)`", names)]

    assert len(files) >= 10
    assert [file for file in files if not (ROOT / file).exists()] == []


def test_every_command_that_is_named_exists() -> None:
    table = README[README.index("| Command | What it does |") : README.index("## How it grows")]
    named = re.findall(r"`(\w+)`", table)

    assert len(named) >= 10
    assert [name for name in named if name not in get_commands()] == []
