"""The table of contents of the product: which event makes which part act.

    order ─▶ event ─▶ journey ─▶ message ─▶ delivery ─▶ page ─▶ survey ─▶ points

Each step stores a row, then records an event; the next step starts from the event. Handlers are named, not imported,
so that ``events`` at the bottom knows nothing of the apps above. They run after commit, in order per subject, and each
takes effect exactly once (``postpurchase/events/dispatch.py``).
"""

HANDLERS: dict[str, tuple[str, ...]] = {
    "order.placed": ("tracking.services.promise.on_order_placed",),
    "order.updated": ("tracking.services.promise.on_order_updated",),
    "shipment.registered": ("tracking.services.promise.on_shipment_registered",),
    "shipment.updated": ("tracking.services.promise.on_shipment_updated",),
}
