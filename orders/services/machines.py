"""The machines a customer owns: the whole list each time."""

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

from orders.inputs import MachineInput
from orders.models import Machine
from postpurchase.accounts.models import Merchant

COLUMNS = ("sku", "name", "serial_number", "installed_at", "attributes")


def replace_machines(
    *, merchant: Merchant, customer_id: uuid.UUID, machines: Sequence[MachineInput], now: dt.datetime
) -> bool:
    """Make these a customer's machines; who is not among them goes. Returns whether anything changed.

    Needs the merchant's scope; the caller holds the customer.
    """
    stored = {row.external_id: row for row in Machine.objects.filter(customer_id=customer_id)}
    new: list[Machine] = []
    changed: list[Machine] = []
    for body in machines:
        columns: dict[str, Any] = {name: getattr(body, name) for name in COLUMNS}
        row = stored.pop(body.external_id, None)
        if row is None:
            new.append(
                Machine(
                    merchant=merchant,
                    customer_id=customer_id,
                    external_id=body.external_id,
                    created_at=now,
                    updated_at=now,
                    **columns,
                )
            )
        elif any(getattr(row, name) != value for name, value in columns.items()):
            for name, value in columns.items():
                setattr(row, name, value)
            row.updated_at = now
            changed.append(row)
    if stored:
        Machine.objects.filter(pk__in=[row.pk for row in stored.values()]).delete()
    if new:
        Machine.objects.bulk_create(new)
    if changed:
        Machine.objects.bulk_update(changed, [*COLUMNS, "updated_at"])
    return bool(new or changed or stored)
