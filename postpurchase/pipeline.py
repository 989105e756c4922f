"""The table of contents of the product: which event makes which part act.

    order ─▶ event ─▶ journey ─▶ message ─▶ delivery ─▶ page ─▶ survey ─▶ points

Each step stores a row, then records an event; the next step starts from the event. Handlers are named, not imported,
so that ``events`` at the bottom knows nothing of the apps above. They run after commit, in order per subject, and each
takes effect exactly once (``postpurchase/events/dispatch.py``).
"""

HANDLERS: dict[str, tuple[str, ...]] = {
    "order.placed": (
        "tracking.services.promise.on_order_placed",
        "messaging.services.enroll.on_order_placed",
        "loyalty.services.earn.on_order_placed",
        "postpurchase.connectors.services.process.on_order_placed",
    ),
    "order.updated": (
        "tracking.services.promise.on_order_updated",
        "loyalty.services.earn.on_order_updated",
    ),
    "order.paid": (
        "messaging.services.enroll.on_order_paid",
        "loyalty.services.earn.on_order_paid",
    ),
    "order.cancelled": (
        "orders.inserts.decide.on_order_cancelled",
        "messaging.services.enroll.on_order_cancelled",
        "loyalty.services.earn.on_order_cancelled",
    ),
    "order.refunded": (
        "messaging.services.enroll.on_order_refunded",
        "loyalty.services.earn.on_order_refunded",
    ),
    "customer.consent_reported": ("messaging.services.permissions.on_consent_reported",),
    "customer.merged": (
        "orders.services.merges.on_customer_merged",
        "loyalty.services.merging.on_customer_merged",
        "messaging.services.merging.on_customer_merged",
    ),
    "customer.unmerged": (
        "orders.services.merges.on_customer_unmerged",
        "loyalty.services.merging.on_customer_unmerged",
        "messaging.services.merging.on_customer_unmerged",
    ),
    "shipment.registered": (
        "tracking.services.promise.on_shipment_registered",
        "tracking.polling.services.plan.on_shipment_registered",
        "messaging.services.enroll.on_shipment_registered",
    ),
    "shipment.updated": (
        "tracking.services.promise.on_shipment_updated",
        "tracking.polling.services.plan.on_shipment_updated",
    ),
    "shipment.status_changed": (
        "tracking.services.arrivals.on_shipment_status_changed",
        "tracking.services.cases.reacting.on_shipment_status_changed",
        "messaging.services.enroll.on_shipment_status_changed",
        "loyalty.services.earn.on_shipment_status_changed",
        "loyalty.services.award.on_shipment_status_changed",
    ),
    "shipment.delayed": ("messaging.services.enroll.on_shipment_delayed",),
    "shipment.stalled": (
        "tracking.services.cases.reacting.on_shipment_stalled",
        "messaging.services.enroll.on_alarm",
    ),
    "shipment.at_risk": ("messaging.services.enroll.on_alarm",),
    "shipment.pickup_ending": ("messaging.services.enroll.on_alarm",),
    "shipment.disputed": ("messaging.services.enroll.on_alarm",),
    "order.not_sent": ("messaging.services.enroll.on_alarm",),
    "delivery.denied": (
        "tracking.services.cases.reacting.on_delivery_denied",
        "tracking.services.disputes.on_delivery_denied",
    ),
    "delivery.attempt_disputed": (
        "tracking.services.cases.reacting.on_delivery_attempt_disputed",
        "tracking.services.disputes.on_attempt_disputed",
    ),
    "case.opened": ("messaging.services.enroll.on_case",),
    "case.reopened": ("messaging.services.enroll.on_case",),
    "case.replied": ("messaging.services.enroll.on_case",),
    "case.resolved": ("messaging.services.enroll.on_case",),
    "case.requested": ("tracking.services.cases.reacting.on_case_requested",),
    "survey.answered": (
        "messaging.services.enroll.on_survey_answered",
        "loyalty.services.earn.on_survey_answered",
        "loyalty.services.award.on_survey_answered",
    ),
    "points.posted": ("messaging.services.enroll.on_points_posted",),
}
