"""Measuring in rounds: all contestants in turn, the order swapped each round, and of each round only the ratio."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Figure:
    """One ratio: the median of the rounds, with the least and the most. ``goal`` is None where none is set."""

    name: str
    ratio: float
    least: float
    most: float
    goal: float | None
    at_least: bool
    detail: str

    @property
    def is_met(self) -> bool | None:
        if self.goal is None:
            return None
        return self.ratio >= self.goal if self.at_least else self.ratio <= self.goal


def in_rounds(count: int, contestants: dict[str, Callable[[], float]]) -> dict[str, list[float]]:
    """Return each contestant's seconds, round by round."""
    found: dict[str, list[float]] = {name: [] for name in contestants}
    for number in range(count):
        for name in swapped(list(contestants), number):
            found[name].append(contestants[name]())
    return found


def swapped(names: list[str], number: int) -> list[str]:
    """Return the names, turned round in every second round."""
    return names if number % 2 == 0 else names[::-1]


def figure_of(
    name: str,
    above: Sequence[float],
    below: Sequence[float],
    *,
    goal: float | None = None,
    at_least: bool = True,
    detail: str = "",
) -> Figure:
    """Return the median, least and most of ``above`` by ``below``, round by round."""
    ratios = [one / other for one, other in zip(above, below, strict=True)]
    return Figure(name, median(ratios), min(ratios), max(ratios), goal, at_least, detail)


def percentile(values: Sequence[float], percent: int) -> float:
    """Return the value that ``percent`` of the values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]
