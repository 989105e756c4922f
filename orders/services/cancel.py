"""Cancelling an order."""

import datetime as dt
from dataclasses import dataclass

from orders.checks import cancel_problems
from orders.enums import OrderStatus
from orders.inputs import CancelInput
from orders.models import Order
from orders.services.locked import locked_order
from postpurchase.accounts.models import Merchant
from postpurchase.events.record import Subject, record_event
from postpurchase.lib.validation import Refused


@dataclass(frozen=True, slots=True)
class CancelResult:
    """The order as it is now; ``changed`` is False where it was cancelled before."""

    order: Order
    changed: bool


def cancel_order(*, merchant: Merchant, external_id: str, data: CancelInput, now: dt.datetime) -> CancelResult:
    """Cancel an order, once. Raises ``UnknownOrder`` or ``Refused``. Records ``order.cancelled``.

    The shop's last body stays the measure of "the same body": pushed again it does not open the order.
    """
    if problems := cancel_problems(data):
        raise Refused(problems)
    order = locked_order(merchant=merchant, external_id=external_id)
    if order.status == OrderStatus.CANCELLED:
        return CancelResult(order=order, changed=False)
    order.status = OrderStatus.CANCELLED
    order.cancelled_at = data.cancelled_at or now
    order.cancel_reason = data.reason if order.erased_at is None else ""
    order.updated_at = now
    order.save(update_fields=["status", "cancelled_at", "cancel_reason", "updated_at"])
    record_event(
        merchant_id=merchant.id,
        type="order.cancelled",
        subject=Subject.order(order.id),
        data={"order_id": order.id},
        now=now,
    )
    return CancelResult(order=order, changed=True)
