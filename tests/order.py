"""A pytest plugin: each xdist worker gets the same share of the longest tests, and gets them first.

Begun last, one that takes a minute keeps the whole run waiting while the other cores have nothing left to do. What is
short fills up the shares and evens out the ends (``--dist worksteal``). Files stay in one piece, for what they set up
once; within a file and among the short ones the order stays the shuffled one.
"""

import os
from collections.abc import Sequence
from itertools import chain
from pathlib import Path

import pytest

# A minute or more, the longest first.
LONGEST = ("tests/browser/test_accessibility.py", "tests/demo/test_command.py")
LONG_MARKERS = ("browser", "chaos")
LONG_FIXTURES = {"running_worker", "web"}


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the items in the order in which xdist cuts them into one piece for each worker."""
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    files: dict[Path, list[pytest.Item]] = {}
    for item in items:
        files.setdefault(item.path, []).append(item)
    items[:] = in_order(list(files.values()), workers)


def in_order(files: Sequence[list[pytest.Item]], workers: int) -> list[pytest.Item]:
    """The files' tests, as many pieces of about the same length as there are workers."""
    long = sorted((file for file in files if any(map(_is_long, file))), key=_rank)
    short = [file for file in files if not any(map(_is_long, file))]
    pieces: list[list[pytest.Item]] = [[] for _worker in range(workers)]
    for number, file in enumerate(long):
        pieces[number % workers] += file
    for file in short:
        min(pieces, key=len).extend(file)
    return list(chain.from_iterable(pieces))


def _is_long(item: pytest.Item) -> bool:
    fixtures = set(getattr(item, "fixturenames", ()))
    return bool(fixtures & LONG_FIXTURES) or any(item.get_closest_marker(name) for name in LONG_MARKERS)


def _rank(file: list[pytest.Item]) -> tuple[int, str]:
    path = file[0].nodeid.partition("::")[0]
    return (LONGEST.index(path) if path in LONGEST else len(LONGEST), path)
