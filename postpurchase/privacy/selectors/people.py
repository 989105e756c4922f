"""Finding people who want to be forgotten or want their copy."""

from django.db.models import Q

from orders.models import Customer
from postpurchase.lib.emails import normal_email
from postpurchase.lib.phones import e164

MOST = 20


def people_called(*, external_id: str = "", email: str = "") -> list[Customer]:
    """Return the customers with the shop's id or the e-mail address; guests too. Needs the merchant's scope."""
    wanted = Q(external_id=external_id) if external_id else Q(email=normal_email(email))
    if not (external_id or email.strip()):
        return []
    return list(Customer.objects.filter(wanted, erased_at__isnull=True).order_by("created_at", "id"))


def find_people(*, query: str, country: str) -> list[Customer]:
    """Return up to ``MOST`` customers whose e-mail, phone, id or order number is ``query``. Needs the scope.

    Whole values only: people are looked up here to be erased, not browsed.
    """
    query = query.strip()
    if not query:
        return []
    wanted = Q(email=normal_email(query)) | Q(external_id=query)
    wanted |= Q(orders__number=query) | Q(orders__external_id=query)
    if phone := e164(query, country):
        wanted |= Q(phone=phone)
    found = Customer.objects.filter(wanted, erased_at__isnull=True).distinct()
    return list(found.order_by("created_at", "id")[:MOST])
