"""What the demo's shops put into parcels, and from which amount on they send for nothing.

Only where there is none yet: what somebody changed in the dashboard stays.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from orders.free_shipping.choose import set_free_shipping
from orders.inserts.edit import InsertInput, save_insert
from orders.inserts.rules import Conditions
from orders.models import FreeShipping, Insert
from postpurchase.accounts.models import Merchant, Store

FREE_FROM = Decimal(59)
INSERTS = (
    InsertInput(
        name="Willkommenskarte",
        note="Obenauf, Schrift nach oben",
        priority=10,
        conditions=Conditions(order_until=1, gifts=False),
    ),
    InsertInput(
        name="Kleine Probe",
        note="Für Bestellungen ab 60 €; eine je Paket",
        priority=5,
        stock=250,
        conditions=Conditions(value_from=Decimal(60), currency="EUR"),
    ),
    InsertInput(name="Grußkarte", note="Ohne Preise packen", priority=1, conditions=Conditions(gifts=True)),
)


def seed_parcel_extras(merchant: Merchant, *, now: datetime) -> None:
    """Inserts and a threshold for a demo shop. Needs the merchant's scope."""
    if not Insert.objects.exists():
        for data in INSERTS:
            save_insert(merchant=merchant, data=data, now=now)
    if not FreeShipping.objects.exists():
        store = Store.objects.get(slug="default")
        set_free_shipping(merchant=merchant, store=store, country="", currency="EUR", amount=FREE_FROM, now=now)
