"""Choosing how long to wait before silence is news."""

import datetime as dt
from collections.abc import Collection, Mapping

from postpurchase.accounts.models import Merchant
from postpurchase.lib.validation import Problem, Refused
from tracking.models import WatchSettings
from tracking.watching.patience import LIMITS, NUMBERS, SWITCHABLE


def set_patience(
    *, merchant: Merchant, numbers: Mapping[str, int], switched_off: Collection[str], now: dt.datetime
) -> WatchSettings:
    """Store all numbers (``LIMITS``) and the kinds of alarm that are not wanted. Needs the merchant's scope.

    Raises ``Refused`` for a number that is missing or outside its limits, and for a kind that cannot be switched off.
    """
    problems = [
        Problem(f"/{name}", "out_of_range", f"{LIMITS[name].least} to {LIMITS[name].most} are possible.")
        for name in NUMBERS
        if not LIMITS[name].least <= numbers.get(name, 0) <= LIMITS[name].most
    ]
    problems += [
        Problem("/switched_off", "choice", f"“{kind}” cannot be switched off.")
        for kind in sorted(switched_off)
        if kind not in SWITCHABLE
    ]
    if problems:
        raise Refused(problems)
    values = {name: numbers[name] for name in NUMBERS}
    settings, _ = WatchSettings.objects.update_or_create(
        merchant=merchant, defaults={**values, "switched_off": sorted(switched_off), "updated_at": now}
    )
    return settings
