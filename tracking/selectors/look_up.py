"""Finding an order without its link: by its number and something only the shopper knows."""

import uuid

from django.db.models import Exists, OuterRef

from orders.models import Customer, Order
from postpurchase.lib.emails import normal_email

# Two orders of one shop may share a number; more than a few do not.
CANDIDATES = 5


def find_order(*, number: str, second: str) -> uuid.UUID | None:
    """Return the order whose number and e-mail address or postal code were given, None for everything else.

    One query in either case, so that a wrong second answer takes as long as an unknown number.
    """
    plain = number.strip().lstrip("#").strip()
    candidates = list(
        Order.objects.select_related("customer")
        .annotate(went_by=Exists(Customer.objects.filter(merged_into=OuterRef("customer"), email=normal_email(second))))
        .filter(number__in={plain, f"#{plain}", number.strip()})
        .order_by("-placed_at", "-id")[:CANDIDATES]
    )
    return next((order.id for order in candidates if _knows(order, second, order.went_by)), None)


def _knows(order: Order, second: str, went_by: bool) -> bool:
    told = second.strip()
    if "@" in told:
        address = normal_email(told)
        # Somebody whose records were merged may remember the address they ordered with.
        return order.customer is not None and (order.customer.email == address or went_by)
    codes = {
        _plain_code(str(address.get("postal_code") or ""))
        for address in (order.shipping_address, order.billing_address)
    }
    return _plain_code(told) in codes - {""}


def _plain_code(code: str) -> str:
    """Postal codes without what people add: spaces, hyphens, the country before it (D-10115)."""
    plain = "".join(sign for sign in code.casefold() if sign.isalnum())
    stem = plain.lstrip("abcdefghijklmnopqrstuvwxyz")
    return stem if len(plain) - len(stem) <= 2 and stem.isdigit() and len(stem) >= 4 else plain
