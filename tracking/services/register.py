"""Registering a parcel, as often as the shop likes: the same body twice changes nothing."""

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

import msgspec

from orders.models import Order, OrderLine
from postpurchase.accounts.models import Merchant
from postpurchase.events.record import Subject, record_event
from postpurchase.lib.ids import uuid7
from tracking.carriers.base import plain_word
from tracking.carriers.registry import carrier_of_number, carrier_of_word
from tracking.enums import Carrier
from tracking.inputs import CheckpointInput, Problem, ShipmentInput, ShipmentRefused, plain_number
from tracking.models import Checkpoint, Shipment, ShipmentLine, UnmatchedCheckpoint
from tracking.services.apply import ParcelNews, apply_news, refold
from tracking.services.carrier_days import note_days_of_news
from tracking.services.locks import hold_numbers
from tracking.services.parcels import Parcel, parcels_of_ids
from tracking.services.record import same_parcel, unmatched
from tracking.times import times_problems

TOLD_BY_SHOP = (
    "carrier",
    "carrier_word",
    "tracking_number",
    "tracking_url",
    "service",
    "shipped_at",
    "promised_from",
    "promised_to",
    "window_from",
    "window_to",
)


@dataclass(frozen=True, slots=True)
class ShipmentResult:
    """The parcel as it is now; ``changed`` is also true for a new one."""

    shipment: Shipment
    created: bool
    changed: bool


def register_shipment(*, merchant: Merchant, order: Order, data: ShipmentInput, now: dt.datetime) -> ShipmentResult:
    """Create or update one parcel of an order; an absent field means its default. Needs the merchant's scope.

    Records ``shipment.registered`` or ``shipment.updated``, and applies news that came before the parcel.
    Raises ``ShipmentRefused`` for lines the order does not have, an address that is none, days or hours out of order.
    A parcel of an erased order gets no number: at the carrier it would lead to the person.
    """
    if order.erased_at is not None:
        data = msgspec.structs.replace(data, tracking_number=None, tracking_url=None)
    contents = _contents(order, data)
    number = plain_number(data.tracking_number or "")
    stored = Shipment.objects.filter(order_id=order.id, external_id=data.external_id).first()
    hold_numbers(merchant_id=merchant.id, numbers={number, stored.tracking_number if stored else ""})
    shipment, created = _locked(merchant, order, data.external_id, now)

    changed = _change_fields(shipment, data, number, is_new=created)
    if created or changed:
        shipment.updated_at = now
        shipment.save(update_fields=[*TOLD_BY_SHOP, "updated_at"])
    old_number = changed.get("tracking_number", "")
    if _change_lines(shipment, contents):
        changed["lines"] = None
    if created or changed:
        record_event(
            merchant_id=merchant.id,
            type="shipment.registered" if created else "shipment.updated",
            subject=Subject.order(order.id),
            data={
                "shipment_id": shipment.id,
                "backfill": order.backfill,
                **({} if created else {"changed": sorted(changed)}),
            },
            now=now,
        )
    if old_number and not created:
        _give_back_news(merchant, shipment, old_number, now)
    if "tracking_number" in changed and number:
        _take_waiting_news(merchant, shipment, now)
    return ShipmentResult(shipment=shipment, created=created, changed=created or bool(changed))


def _contents(order: Order, data: ShipmentInput) -> dict[OrderLine, int]:
    """Return what is in the parcel, or raise. A replacement may be sent, so only one parcel is compared at a time."""
    problems: list[Problem] = []
    lines = {line.external_id: line for line in OrderLine.objects.filter(order_id=order.id)} if data.lines else {}
    contents: dict[OrderLine, int] = {}
    for index, told in enumerate(data.lines):
        line = lines.get(told.line)
        if line is None:
            problems.append(Problem(f"/lines/{index}/line", "unknown_line", "The order has no such line."))
        elif line in contents:
            problems.append(Problem(f"/lines/{index}/line", "duplicate", "This line is in the parcel already."))
        elif not 0 < told.quantity <= line.quantity:
            message = f"The order has {line.quantity} of this line."
            problems.append(Problem(f"/lines/{index}/quantity", "quantity", message))
        else:
            contents[line] = told.quantity
    if data.tracking_url and not is_web_address(data.tracking_url):
        problems.append(Problem("/tracking_url", "url", "This is not an http or https address."))
    if data.promised_from and data.promised_to and data.promised_from > data.promised_to:
        problems.append(Problem("/promised_to", "order", "The last promised day lies before the first."))
    problems += times_problems(data.window_from, data.window_to)
    if problems:
        raise ShipmentRefused(problems)
    return contents


def is_web_address(address: str) -> bool:
    """Say whether an address may become a link on a page."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and address.isprintable() and " " not in address


def _locked(merchant: Merchant, order: Order, external_id: str, now: dt.datetime) -> tuple[Shipment, bool]:
    """Return the parcel's row, locked; of two that create it at once, one does."""
    new = Shipment(
        id=uuid7(),
        merchant_id=merchant.id,
        order_id=order.id,
        external_id=external_id,
        created_at=now,
        updated_at=now,
    )
    Shipment.objects.bulk_create([new], ignore_conflicts=True)
    shipment = Shipment.objects.select_for_update().get(order_id=order.id, external_id=external_id)
    return shipment, shipment.id == new.id


def _change_fields(shipment: Shipment, data: ShipmentInput, number: str, *, is_new: bool) -> dict[str, Any]:
    """Set what the shop tells. Returns the fields that changed with their old values."""
    word = (data.carrier or "").strip()
    carrier: str = carrier_of_word(word) if word else carrier_of_number(number)
    if not word and carrier == Carrier.OTHER and number == shipment.tracking_number and not is_new:
        carrier = shipment.carrier
    is_own_word = carrier == Carrier.OTHER and plain_word(word) not in ("", Carrier.OTHER)
    told = {
        "carrier": carrier,
        "carrier_word": word if is_own_word else "",
        "tracking_number": number,
        "tracking_url": data.tracking_url or "",
        "service": data.service or "",
        "shipped_at": data.shipped_at.astimezone(dt.UTC) if data.shipped_at else None,
        "promised_from": data.promised_from,
        "promised_to": data.promised_to,
        "window_from": data.window_from.astimezone(dt.UTC) if data.window_from else None,
        "window_to": data.window_to.astimezone(dt.UTC) if data.window_to else None,
    }
    changed = {field: getattr(shipment, field) for field, value in told.items() if getattr(shipment, field) != value}
    for field, value in told.items():
        setattr(shipment, field, value)
    return changed


def _change_lines(shipment: Shipment, contents: dict[OrderLine, int]) -> bool:
    wanted = {line.id: quantity for line, quantity in contents.items()}
    stored = dict(ShipmentLine.objects.filter(shipment_id=shipment.id).values_list("order_line_id", "quantity"))
    if wanted == stored:
        return False
    ShipmentLine.objects.filter(shipment_id=shipment.id).delete()
    ShipmentLine.objects.bulk_create(
        [
            ShipmentLine(
                merchant_id=shipment.merchant_id,
                shipment_id=shipment.id,
                order_line_id=line_id,
                quantity=quantity,
            )
            for line_id, quantity in wanted.items()
        ]
    )
    return True


def _take_waiting_news(merchant: Merchant, shipment: Shipment, now: dt.datetime) -> None:
    """Apply news that came before the parcel, and what another parcel with the same number already heard."""
    waiting = UnmatchedCheckpoint.objects.filter(tracking_number=shipment.tracking_number)
    items = [msgspec.convert(row.content, CheckpointInput) for row in waiting]
    waiting.delete()
    # Asked apart: in one question, a database that knows nothing of new tables yet reads all news for each parcel.
    same_number = Shipment.objects.filter(tracking_number=shipment.tracking_number).exclude(pk=shipment.pk)
    heard = Checkpoint.objects.filter(shipment_id__in=list(same_number.values_list("pk", flat=True)))
    items += [_as_input(row, shipment.tracking_number) for row in heard if same_parcel(shipment.carrier, row.carrier)]
    if not items:
        return
    parcel = _parcel(shipment)
    news = [ParcelNews.of(parcel, item) for item in items]
    apply_news(merchant_id=merchant.id, news=news, now=now)
    note_days_of_news(merchant=merchant, news=news, now=now)


def _give_back_news(merchant: Merchant, shipment: Shipment, old_number: str, now: dt.datetime) -> None:
    """The number was corrected: what was heard of the old one is about somebody else's parcel. It waits for it."""
    heard = Checkpoint.objects.filter(shipment_id=shipment.id)
    rows = [unmatched(merchant.id, _as_input(row, old_number), row.recorded_at) for row in heard]
    if rows:
        heard.delete()
        UnmatchedCheckpoint.objects.bulk_create(rows, ignore_conflicts=True)
        refold(merchant_id=merchant.id, parcels=[_parcel(shipment)], now=now)


def _parcel(shipment: Shipment) -> Parcel:
    """Return the parcel with what was heard of it, around this instance, which is changed with it."""
    (parcel,) = parcels_of_ids(ids=[shipment.id])
    return replace(parcel, shipment=shipment)


def _as_input(row: Checkpoint, number: str) -> CheckpointInput:
    """Return a stored checkpoint as it could have been sent (same identity again)."""
    return msgspec.convert(
        {
            "tracking_number": number,
            "occurred_at": row.occurred_at,
            "carrier": None if row.carrier == Carrier.OTHER else row.carrier,
            "status": row.status,
            "substatus": row.substatus or None,
            "code": row.code or None,
            "message": row.message or None,
            "city": row.city or None,
            "country": row.country or None,
            "delivery_location": row.delivery_location or None,
            "delivery_location_text": row.delivery_location_text or None,
            "signed_by": row.signed_by or None,
            "proof_url": row.proof_url or None,
        },
        CheckpointInput,
    )
