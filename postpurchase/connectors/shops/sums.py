"""Sums that agree to the cent."""

from collections.abc import Sequence
from decimal import ROUND_DOWN, Decimal

from postpurchase.lib.money import MINOR_UNITS, rounded

ZERO = Decimal(0)


def shares(amount: Decimal, weights: Sequence[Decimal], currency: str) -> list[Decimal]:
    """Spread an amount over weights so that the shares, each in whole minor units, add up to it exactly.

    What rounding leaves goes to those who lost most by it, of equals to the first. Without any weight all weigh alike;
    over nobody nothing can be spread.
    """
    if not weights:
        return []
    amount = rounded(amount, currency)
    whole = sum(weights, ZERO)
    if whole <= 0 or any(weight < 0 for weight in weights):
        weights, whole = [Decimal(1)] * len(weights), Decimal(len(weights))
    cent = Decimal(1).scaleb(-MINOR_UNITS.get(currency, 2))
    exact = [amount * weight / whole for weight in weights]
    result = [share.quantize(cent, rounding=ROUND_DOWN) for share in exact]
    left = int((amount - sum(result, ZERO)) / cent)
    lost_most = sorted(range(len(exact)), key=lambda index: (-abs(exact[index] - result[index]), index))
    for index in lost_most[: abs(left)]:
        result[index] += cent if left > 0 else -cent
    return result
