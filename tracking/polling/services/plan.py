"""Which parcels are asked about: those of a carrier the merchant has an account at, until they are done."""

import datetime as dt
from collections.abc import Mapping, Sequence

from django.db.models import Exists, OuterRef, Q

from postpurchase.events.models import Event
from tracking.enums import Carrier, ShipmentStatus
from tracking.models import CarrierAccount, ParcelPoll, Shipment
from tracking.polling.clients.base import ASKABLE, is_askable
from tracking.polling.clients.registry import CLIENTS, clients_of
from tracking.polling.interval import EXPIRES_AFTER, Parcel, first_poll, fraction, stopped

# What of a parcel decides who is asked about it.
DECIDES = {"carrier", "tracking_number"}
PARCELS_PER_ROUND = 2000
# Parcels that were on their way when an account was connected are asked about over this time, not at once.
SPREAD = dt.timedelta(hours=1)


def on_shipment_registered(*, event: Event) -> None:
    """Plan a new parcel."""
    _plan(event)


def on_shipment_updated(*, event: Event) -> None:
    """Plan a parcel anew whose carrier or number changed."""
    if DECIDES & set(event.data["changed"]):
        _plan(event)


def plan_parcel(*, shipment: Shipment, now: dt.datetime) -> ParcelPoll | None:
    """Ask about a parcel from now on as if it were new; None where nobody can be asked. Needs the merchant's scope."""
    account = account_for(shipment.carrier)
    parcel = Parcel(shipment.id, shipment.status, shipment.substatus, known_since=shipment.created_at)
    if account is None or not is_askable(shipment.tracking_number) or stopped(parcel, now=now):
        ParcelPoll.objects.filter(shipment_id=shipment.id).delete()
        return None
    poll, _ = ParcelPoll.objects.update_or_create(
        merchant_id=shipment.merchant_id,
        shipment_id=shipment.id,
        defaults={
            "account_id": account.id,
            "next_poll_at": first_poll(parcel, now=now),
            "answer": "",
            "stopped": "",
            "troubles": 0,
            "heard_at": None,
            "planned_at": now,
        },
    )
    return poll


def plan_parcels_on_their_way(*, account: CarrierAccount, now: dt.datetime) -> bool:
    """Plan the next parcels that nobody is asked about although this account could be. True once all are planned.

    Takes over those of an account of the same carrier that is switched off or comes second. Needs the scope.
    """
    if account_for(CLIENTS[account.client].carrier) != account:
        return True
    mine = ParcelPoll.objects.filter(shipment_id=OuterRef("pk"), account_id=account.id)
    waiting = Shipment.objects.filter(
        ~Exists(mine),
        carrier=CLIENTS[account.client].carrier,
        created_at__gt=now - EXPIRES_AFTER,
        tracking_number__regex=f"^{ASKABLE.pattern}$",
        order__backfill=False,
    ).exclude(Q(status__in=(ShipmentStatus.DELIVERED, ShipmentStatus.EXPIRED)) | Q(substatus="exception_returned"))
    found = list(waiting.order_by("id")[:PARCELS_PER_ROUND])
    _take(account, found, now)
    return len(found) < PARCELS_PER_ROUND


def account_for(carrier: str) -> CarrierAccount | None:
    """Return the account that is asked about a carrier's parcels, None without one. Needs the merchant's scope."""
    names = [client.name for client in clients_of(Carrier(carrier))]
    accounts: Mapping[str, CarrierAccount] = {
        account.client: account for account in CarrierAccount.objects.filter(client__in=names, active=True)
    }
    return next((accounts[name] for name in names if name in accounts), None)


def _take(account: CarrierAccount, shipments: Sequence[Shipment], now: dt.datetime) -> None:
    rows = [
        ParcelPoll(
            merchant_id=account.merchant_id,
            shipment_id=shipment.id,
            account_id=account.id,
            next_poll_at=now + fraction(shipment.id) * SPREAD,
            planned_at=now,
        )
        for shipment in shipments
    ]
    ParcelPoll.objects.bulk_create(rows, ignore_conflicts=True)
    # The rest has a row of another account already: it goes on where that one was.
    others = ParcelPoll.objects.filter(shipment__in=[shipment.id for shipment in shipments])
    others.exclude(account_id=account.id).update(account_id=account.id)


def _plan(event: Event) -> None:
    shipment = Shipment.objects.filter(pk=event.data["shipment_id"]).first()
    if shipment is not None and clients_of(shipment.carrier) and not event.data["backfill"]:
        plan_parcel(shipment=shipment, now=event.recorded_at)
