"""One order for oneself."""

from orders.models import Order
from postpurchase.accounts.models import Merchant
from postpurchase.lib.locks import lock_names


class UnknownOrder(LookupError):
    """The merchant has no order with this id."""


def locked_order(*, merchant: Merchant, external_id: str) -> Order:
    """Return the order as it is now; whoever else wants to change it waits until this transaction ends.

    Raises ``UnknownOrder``. Needs the merchant's scope.
    """
    lock_names(realm=f"{merchant.id}:orders", names=[external_id])
    order = Order.objects.filter(external_id=external_id).first()
    if order is None:
        raise UnknownOrder(external_id)
    return order
