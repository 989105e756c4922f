"""In which order the tests run, and who runs them."""

from dataclasses import dataclass

import pytest

from tests.order import in_order


@dataclass(frozen=True)
class Item:
    """What the order asks of a test."""

    nodeid: str
    marker: str = ""
    fixturenames: tuple[str, ...] = ()

    def get_closest_marker(self, name: str) -> str | None:
        return self.marker if self.marker == name else None


def file(name: str, tests: int, **what: object) -> list[Item]:
    return [Item(f"tests/{name}.py::test_{number}", **what) for number in range(tests)]  # type: ignore[arg-type]


ACCESSIBILITY = file("browser/test_accessibility", 2, marker="browser")
DEMO = file("demo/test_command", 1, marker="chaos")
KILLS = file("chaos/test_kill", 1, marker="chaos")
FLOW = file("flows/test_story", 1, fixturenames=("running_worker",))
SHORT = [file("test_many", 7), file("test_few", 3), file("test_one", 1)]


def test_each_worker_begins_with_its_share_of_the_longest_and_files_stay_whole() -> None:
    given = [SHORT[0], KILLS, SHORT[1], FLOW, DEMO, SHORT[2], ACCESSIBILITY]

    order = in_order(given, 2)

    first = [*ACCESSIBILITY, *KILLS, *SHORT[1], *SHORT[2]]
    assert order == [*first, *DEMO, *FLOW, *SHORT[0]]


@pytest.mark.parametrize("workers", [1, 2, 3, 4])
def test_every_test_is_run_once_however_many_run_them(workers: int) -> None:
    given = [*SHORT, DEMO, FLOW]

    order = in_order(given, workers)

    assert sorted(order, key=lambda item: item.nodeid) == sorted(
        (item for each in given for item in each), key=lambda item: item.nodeid
    )
