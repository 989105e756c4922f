"""A customer's telephone number, as they confirmed it themselves."""

import datetime as dt

from orders.models import Customer


def take_confirmed_phone(*, customer: Customer, phone: str, now: dt.datetime) -> bool:
    """Store a number (E.164) that its owner has just confirmed by a code; return whether it is another than before."""
    if customer.phone == phone:
        return False
    Customer.objects.filter(pk=customer.pk).update(phone=phone, updated_at=now)
    customer.phone = phone
    return True
