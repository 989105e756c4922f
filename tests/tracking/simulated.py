"""Made-up histories of parcels whose true times are known, for tests of what is learned from them."""

import random
from collections.abc import Iterator

from tracking.transit import Route

# Business days and how often, by carrier; Mondays are slower, the far south takes a day more, and Hermes now and then
# loses a week.
TIMES = {
    "dhl": {1: 78, 2: 17, 3: 4, 5: 1},
    "hermes": {1: 25, 2: 45, 3: 20, 4: 6, 9: 4},
    "gls": {1: 55, 2: 35, 3: 8, 6: 2},
}
ZONES = ("DE-10", "DE-20", "DE-50", "DE-80")


def history(parcels: int, *, seed: int = 1, slower_by: int = 0) -> Iterator[tuple[Route, int]]:
    """Yield routes with the days they took, as one merchant in Hamburg sees them. The same ones for the same seed."""
    chance = random.Random(seed)
    for _ in range(parcels):
        carrier = chance.choices(list(TIMES), weights=(6, 3, 2))[0]
        zone, weekday = chance.choice(ZONES), chance.randrange(5)
        times = TIMES[carrier]
        days = chance.choices(list(times), weights=list(times.values()))[0]
        days += (zone == "DE-80") + (weekday == 0 and chance.random() < 0.3) + slower_by
        yield Route(carrier, "", "DE-20", zone, weekday), days
