"""Shopware's deliveries in our words: one for each number, because a delivery may have several parcels."""

import datetime as dt
from collections.abc import Iterator

from postpurchase.connectors.reading import Part, carrier_in, shipment_from
from postpurchase.connectors.shops.shopware.orders import is_for_goods
from tracking.inputs import ShipmentInput

ON_THE_WAY = ("shipped", "shipped_partially", "returned", "returned_partially")
_ENTERED = "state_enter.order_delivery.state."


def shipments_of(order: Part, event: str, told_at: dt.datetime | None) -> list[ShipmentInput]:
    """Return the parcels of an order. ``told_at`` is when they were sent if the event is just that."""
    found = []
    for delivery in order.parts("deliveries"):
        if is_for_goods(delivery):
            found += list(_parcels(delivery, event, told_at))
    return found


def _parcels(delivery: Part, event: str, told_at: dt.datetime | None) -> Iterator[ShipmentInput]:
    state = delivery.part("stateMachineState").text("technicalName")
    numbers = _numbers(delivery)
    if not numbers and state not in ON_THE_WAY:
        return
    name = delivery.identifier("id")
    method = delivery.part("shippingMethod")
    words = method.text("name", "technicalName") or method.part("translated").text("name")
    shipped_at = None
    if state in ON_THE_WAY:
        entered_now = event.startswith(_ENTERED) and event.removeprefix(_ENTERED).startswith("shipped")
        shipped_at = told_at if entered_now and told_at else delivery.moment("updatedAt", "createdAt")
    for count, number in enumerate(numbers or [""], start=1):
        yield shipment_from(
            {
                # The first keeps the delivery's own id, with which it may have been told before it had a number.
                "external_id": name if count == 1 else f"{name}-{count}",
                "carrier": carrier_in(words) or carrier_in(method.text("technicalName").replace("_", " ")),
                "tracking_number": number or None,
                "tracking_url": _page(method, number) or None,
                "service": words[:100] or None,
                "shipped_at": shipped_at,
                "promised_from": delivery.day("shippingDateEarliest"),
                "promised_to": delivery.day("shippingDateLatest"),
            }
        )


def _numbers(delivery: Part) -> list[str]:
    codes = delivery.fields.get("trackingCodes")
    if codes in (None, "", {}):
        return []
    if not isinstance(codes, list):
        raise delivery.wrong("trackingCodes", "a list is expected")
    read = [Part({"code": code}, f"{delivery.where}/trackingCodes").text("code", most=100) for code in codes]
    return list(dict.fromkeys(code for code in read if code))


def _page(method: Part, number: str) -> str:
    """Return the carrier's page for a number, by the pattern that the merchant entered in the shop."""
    pattern = method.address("trackingUrl")
    return Part({"url": pattern.replace("%s", number)}).address("url") if "%s" in pattern and number else ""
