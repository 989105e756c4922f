"""Which of an order's two currencies is read.

Shopify keeps every amount in the shop's currency and, in ``<name>_set``, in the currency the customer paid in
("presentment"). An order is read in one of them as a whole, never in a mixture.
"""

from dataclasses import dataclass
from decimal import Decimal

from postpurchase.connectors.base import Context
from postpurchase.connectors.reading import Part
from postpurchase.connectors.shops.common import number
from postpurchase.connectors.shops.sums import ZERO
from postpurchase.lib.money import MINOR_UNITS


class NotInThisCurrency(Exception):
    """An amount is not given in the customer's currency: the order has to be read in the shop's."""


@dataclass(frozen=True, slots=True)
class Purse:
    """Reads amounts in one currency. ``rate`` is how much of it one unit of the shop's currency was."""

    currency: str
    is_presentment: bool = False
    rate: Decimal = Decimal(1)

    def amount(self, body: Part, name: str, default: Decimal | None = None) -> Decimal:
        """Return the amount called ``name``. Raises ``Unreadable``, or ``NotInThisCurrency``."""
        both = body.part(f"{name}_set")
        if not self.is_presentment:
            return self._of(both, "shop") if both.fields and not body.has(name) else number(body, name, default)
        if not body.has(name) and not both.fields and default is not None:
            return default
        return self._of(both, "presentment")

    def _of(self, both: Part, side: str) -> Decimal:
        found = both.part(f"{side}_money")
        if self.is_presentment and found.text("currency_code") != self.currency:
            raise NotInThisCurrency
        return number(found, "amount")

    def of_transaction(self, transaction: Part) -> Decimal:
        """Return a payment's amount, which stands in whichever currency the payment was made in."""
        if transaction.part("amount_set").fields:
            return self.amount(transaction, "amount")
        amount = number(transaction, "amount")
        given_in = transaction.text("currency") or self.currency
        return amount * self.rate if self.is_presentment and given_in != self.currency else amount


def purses_of(order: Part, context: Context) -> list[Purse]:
    """Return the purses to try in turn: the customer's currency where the order was not paid in the shop's, the shop's.

    The last one never raises ``NotInThisCurrency``.
    """
    shop = Purse(currency_of(order, "currency", context))
    presented = currency_of(order, "presentment_currency", context) if order.has("presentment_currency") else ""
    if not presented or presented == shop.currency:
        return [shop]
    total = number(order.part("total_price_set").part("presentment_money"), "amount", ZERO)
    in_shop = number(order, "total_price", ZERO)
    return [Purse(presented, True, total / in_shop if in_shop else Decimal(1)), shop]


def currency_of(part: Part, name: str, context: Context) -> str:
    """Return a currency that is in use, the connection's where none is named. Raises ``Unreadable``."""
    found = part.text(name) or context.currency
    if found not in MINOR_UNITS:
        raise part.wrong(name, "an active ISO 4217 currency is expected")
    return found
