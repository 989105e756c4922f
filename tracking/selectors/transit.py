"""What was learned of how long parcels take, as far as some routes need it. Needs the merchant's scope."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable

from tracking.models import TransitCalibration, TransitGroup
from tracking.transit import Counts, Model, Route, Shift, together

# What is older says nothing of today: carriers move their depots.
REMEMBERED = dt.timedelta(days=365)


def transit_model(*, routes: Iterable[Route], today: dt.date) -> Model:
    """Return what was counted in the last year for the groups of these routes, and the shifts. Two queries."""
    routes = list(routes)
    names = {name for route in routes for name in route.groups}
    counts: dict[str, list[Counts]] = defaultdict(list)
    rows = TransitGroup.objects.filter(name__in=names, since__gte=today - REMEMBERED)
    for name, one in rows.values_list("name", "counts"):
        counts[name].append(tuple(one))
    calibrations = TransitCalibration.objects.filter(name__in={route.calibration for route in routes})
    return Model(
        counts={name: together(many) for name, many in counts.items()},
        shifts={name: Shift(early, late) for name, early, late in calibrations.values_list("name", "early", "late")},
    )
