"""The product's codes in a merchant's words, each in one table. An unknown code is shown as it is."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tracking.carriers.registry import name_of
from tracking.models import Shipment

Word = Any  # a lazy string

ORDER_STATUS: dict[str, Word] = {
    "open": _("Open"),
    "cancelled": _("Cancelled"),
    "fulfilled": _("Fulfilled"),
    "closed": _("Closed"),
}
SCOPE: dict[str, Word] = {
    "orders:read": _("Read orders, products and events"),
    "orders:write": _("Send orders"),
    "products:write": _("Send products"),
    "customers:read": _("Read customers"),
    "customers:write": _("Change customers"),
    "shipments:read": _("Read parcels"),
    "shipments:write": _("Send parcels and their news"),
    "events:write": _("Send what customers do in the shop"),
    "messages:read": _("Read messages"),
    "loyalty:read": _("Read points and survey answers"),
    "loyalty:write": _("Change points"),
    "webhooks:write": _("Manage webhooks"),
    "settings:write": _("Manage carriers and connected shops"),
}
PAYMENT_STATUS: dict[str, Word] = {
    "pending": _("Payment pending"),
    "paid": _("Paid"),
    "refunded": _("Refunded"),
    "partially_refunded": _("Partly refunded"),
    "not_needed": _("Nothing to pay"),
}
SHIPMENT_STATUS: dict[str, Word] = {
    "pending": _("Waiting for the carrier"),
    "info_received": _("Announced to the carrier"),
    "in_transit": _("On the way"),
    "out_for_delivery": _("Out for delivery"),
    "attempt_failed": _("Delivery attempt failed"),
    "available_for_pickup": _("Ready for pickup"),
    "delivered": _("Delivered"),
    "exception": _("Problem"),
    "expired": _("No news any more"),
}
SHIPMENT_TONE: Mapping[str, str] = {
    "delivered": "ok",
    "out_for_delivery": "info",
    "in_transit": "info",
    "available_for_pickup": "warn",
    "attempt_failed": "warn",
    "exception": "bad",
    "expired": "bad",
}
MESSAGE_STATE: dict[str, Word] = {
    "planned": _("Planned"),
    "held": _("Held back"),
    "ready": _("Ready"),
    "sending": _("Being sent"),
    "accepted": _("Sent"),
    "delivered": _("Arrived"),
    "bounced": _("Bounced"),
    "complained": _("Marked as spam"),
    "suppressed": _("Not sent"),
    "expired": _("Too late"),
    "failed": _("Failed"),
    "unknown": _("Outcome unknown"),
}
MESSAGE_TONE: Mapping[str, str] = {
    "accepted": "ok",
    "delivered": "ok",
    "held": "warn",
    "unknown": "warn",
    "bounced": "bad",
    "complained": "bad",
    "failed": "bad",
}
TEMPLATE: dict[str, Word] = {
    "order_confirmation": _("Order confirmation"),
    "shipped": _("Shipped"),
    "out_for_delivery": _("Out for delivery"),
    "ready_for_pickup": _("Ready for pickup"),
    "pickup_reminder": _("Pick-up: time is running out"),
    "failed_attempt": _("Failed attempt"),
    "delayed": _("Delay"),
    "delivered": _("Delivered"),
    "nps_survey": _("Survey"),
    "points_earned": _("Points earned"),
    "order_cancelled": _("Cancellation"),
    "order_refunded": _("Refund"),
    "case_received": _("Problem reported"),
    "case_answered": _("Answer to a problem"),
    "case_resolved": _("Problem settled"),
    "one_time_code": _("One-time code"),
    "recommendations": _("Recommendations"),
}
CHANNEL: dict[str, Word] = {"email": _("E-mail"), "sms": _("SMS"), "whatsapp": _("WhatsApp")}
CHANNEL_ICON = {"email": "envelope", "sms": "phone", "whatsapp": "chat"}
MESSAGE_CLASS: dict[str, Word] = {
    "service": _("Service: rests on the order"),
    "survey": _("Survey: needs permission"),
    "marketing": _("Marketing: needs permission"),
}
ATTEMPT: dict[str, Word] = {
    "started": _("Begun, outcome not known yet"),
    "accepted": _("Taken by the provider"),
    "temporary": _("Refused for now"),
    "permanent": _("Refused for good"),
    "unknown": _("Handed over, but nobody can say with what result"),
}
# Why something was sent, waits or was not sent: codes of the permission gate, of journeys and of delivery.
REASON: dict[str, Word] = {
    "no_address": _("There is no address for this channel."),
    "no_customer": _("The order names no customer."),
    "no_contract": _("There is no order that would justify it."),
    "no_permission": _("There is no permission for this."),
    "permission_withdrawn": _("The person withdrew their permission."),
    "service_declined": _("The person declined messages about their orders."),
    "number_not_agreed": _("The person agreed to messages to another number."),
    "throttled": _("The person got one like it recently."),
    "told_together": _("It is told in the message about another parcel of the order."),
    "told_apart": _("The message about several parcels was not sent; it goes out by itself."),
    "quiet_hours": _("It is night; it goes out in the morning."),
    "expired": _("It would have come too late to be of use."),
    "sending_paused": _("Sending is paused."),
    "journey_off": _("The journey is switched off."),
    "news_too_old": _("The news was too old for a message; it is on the tracking page."),
    "order_cancelled": _("The order was cancelled."),
    "order_refunded": _("The order was refunded."),
    "case_over": _("The problem is settled already."),
    "case_open_again": _("The problem is open again."),
    "finished": _("The journey is finished."),
    "nothing_to_recommend": _("There was nothing good to recommend."),
    "no_channel": _("This channel is not set up."),
    "whatsapp_not_approved": _("The person chose WhatsApp, and no approved template is entered for this message."),
    "timeout": _("The provider took it and fell silent; nobody can say whether it arrived."),
    "connection_lost": _("The provider took it and fell silent; nobody can say whether it arrived."),
    "refused_63016": _("WhatsApp refused it: the template is not approved."),
    "refused_63018": _("WhatsApp refused it: the sender's limit of new conversations is reached."),
    "63003": _("Nobody has this number at WhatsApp."),
    "63014": _("The person blocked the sender in WhatsApp."),
    "63024": _("Nobody has this number at WhatsApp."),
    "channel_error": _("Something unexpected happened during the hand-over; nobody can say whether it arrived."),
    "no_reply": _("The mail server took it and fell silent; nobody can say whether it arrived."),
    "worker_lost": _("The worker ended in the middle of the hand-over; it is not sent again."),
    "restored": _("An older state of the database came back; it may have gone out before, so it is not sent again."),
    "address_hard_bounce": _("This address bounced before."),
    "address_complaint": _("This person marked an earlier message as spam."),
    "address_opted_out": _("This number said STOP."),
    "address_invalid": _("This address does not exist."),
    "address_manual": _("This address was blocked by hand."),
    "address_objected": _("The person objected, and was erased since."),
    "customer_erased": _("The person was erased."),
    "not:order.status": _("The order's status did not fit."),
    "not:order.payment_status": _("The payment did not fit: it is still outstanding, or was given back."),
    "not:order.age_days": _("The order is too old for it."),
    "not:order.all_delivered": _("Not every parcel of the order has arrived."),
    "not:order.has_open_problem": _("Something about the order is still wrong."),
    "not:case.known_to_shopper": _("The person does not know of this problem."),
    "not:case.answer_under_way": _("The team's answer says so too."),
    "not:shipment.status": _("The parcel has moved on in the meantime."),
    "not:shipment.substatus": _("The parcel has moved on in the meantime."),
    "not:customer.accepts_sms": _("The person does not want news on the phone."),
}
# Codes that carry a detail behind their first words: ``refused_550``.
REASON_WITH_DETAIL: tuple[tuple[str, Word], ...] = (
    ("refused_", _("The provider refused it for good (%(detail)s).")),
    ("gave_up_", _("Several attempts failed (%(detail)s).")),
    ("not_sent_", _("It could not be handed over in time (%(detail)s).")),
    ("retry_", _("An attempt failed and is repeated later (%(detail)s).")),
    ("error_", _("An error of ours kept it from going out (%(detail)s).")),
    ("render_", _("It could not be written (%(detail)s).")),
)
# By what right a message went out.
BASIS: dict[str, Word] = {
    "contract": _("Service message about the order."),
    "consent": _("The person gave their consent."),
    "existing_customer": _("The person is a customer and did not object."),
}
# What a step of a journey, or the permission gate, decided.
OUTCOME: dict[str, Word] = {
    "entered": _("Entered the journey"),
    "not_entered": _("Did not enter the journey"),
    "waited": _("Waited"),
    "branched": _("Took a way"),
    "planned": _("Allowed"),
    "held": _("Held back"),
    "not_sent": _("Not sent"),
    "ended": _("Ended"),
}
CUSTOMER_KIND: dict[str, Word] = {"person": _("Person"), "company": _("Company")}
PURPOSE: dict[str, Word] = {
    "service": _("About their orders"),
    "survey": _("Surveys"),
    "marketing": _("Offers"),
}
# Why two customers became one, and why they cannot be parted.
MERGE_REASON: dict[str, Word] = {
    "request": _("merged by hand"),
    "email": _("the same e-mail address"),
    "phone": _("the same telephone number"),
    "order": _("the same order"),
}
CANNOT_PART: dict[str, Word] = {
    "erased": _("One of the two was erased; there is nothing left to part."),
    "merged_again": _("This customer was merged into another one. Undo that first."),
}
ATTRIBUTE_KIND: dict[str, Word] = {
    "order": _("Of orders"),
    "customer": _("Of customers"),
    "line": _("Of articles in orders"),
    "product": _("Of products"),
    "event": _("Of what people do in the shop"),
}
ATTRIBUTE_TYPE: dict[str, Word] = {
    "text": _("Text"),
    "number": _("Number"),
    "date": _("Day"),
    "datetime": _("Moment"),
    "boolean": _("Yes or no"),
    "list": _("List"),
}
EVENT: dict[str, Word] = {
    "order.placed": _("Order placed"),
    "order.updated": _("Order changed"),
    "order.paid": _("Order paid"),
    "order.cancelled": _("Order cancelled"),
    "order.refunded": _("Money refunded"),
    "shipment.registered": _("Parcel announced"),
    "shipment.updated": _("Parcel changed"),
    "shipment.status_changed": _("Parcel: new status"),
    "shipment.delayed": _("Parcel is delayed"),
    "shipment.stalled": _("No news of the parcel"),
    "delivery.denied": _("Shopper says the parcel did not come"),
    "delivery.attempt_disputed": _("Shopper was at home when the carrier says they were not"),
    "case.opened": _("Problem case opened"),
    "case.reopened": _("Problem case opened again"),
    "case.answered": _("Shopper said what is to be done"),
    "case.replied": _("Team answered the shopper"),
    "case.resolved": _("Problem case resolved"),
    "shipment.at_risk": _("Promised day at risk"),
    "shipment.pickup_ending": _("Parcel goes back soon"),
    "shipment.disputed": _("Shopper contradicts the carrier"),
    "order.not_sent": _("Still no parcel for the order"),
    "promise.made": _("Delivery day promised"),
    "promise.kept": _("Promised day kept"),
    "promise.broken": _("Promised day not kept"),
    "survey.answered": _("Shopper answered"),
    "points.posted": _("Points posted"),
    "badge.earned": _("Badge earned"),
    "page.viewed": _("Shopper looked at the tracking page"),
    "customer.created": _("New customer"),
    "customer.updated": _("Customer changed"),
    "customer.consent_reported": _("Consent reported"),
    "customer.merged": _("Two customers became one"),
    "customer.unmerged": _("Customers parted again"),
    "customer.erased": _("Customer erased"),
}
# What may have changed about an order.
FIELD: dict[str, Word] = {
    "number": _("number"),
    "placed_at": _("day of the order"),
    "status": _("status"),
    "payment_status": _("payment"),
    "store": _("store"),
    "currency": _("currency"),
    "total": _("total"),
    "shipping_total": _("shipping"),
    "discount_total": _("discount"),
    "tax_total": _("tax"),
    "language": _("language"),
    "customer": _("customer"),
    "recipient": _("recipient"),
    "shipping_address": _("delivery address"),
    "billing_address": _("billing address"),
    "lines": _("articles"),
    "promised_from": _("promised day"),
    "promised_to": _("promised day"),
    "attributes": _("details"),
    "source": _("source"),
    "backfill": _("imported as history"),
}
SENTIMENT: dict[str, Word] = {"1": _("Not good"), "2": _("All right"), "3": _("Everything great")}


def in_words(table: Mapping[str, Word], code: str) -> str:
    """Return the words for ``code``, or the code itself where there are none."""
    return str(table.get(code, code))


def why(reason: str) -> str:
    """Return a sentence for a reason code; an empty one stays empty, an unknown one is shown as it is."""
    for start, sentence in REASON_WITH_DETAIL:
        if reason not in REASON and reason.startswith(start):
            return str(sentence) % {"detail": reason.removeprefix(start).replace("_", " ")}
    return in_words(REASON, reason) if reason else ""


def carrier_of(shipment: Shipment) -> str:
    """Return who carries a parcel: the carrier's name, else the shop's own word for it."""
    return carrier_named(shipment.carrier, shipment.carrier_word)


def carrier_named(carrier: str, word: str = "") -> str:
    """Return a carrier's name, else the shop's own ``word`` for it."""
    return name_of(carrier, word) or gettext("Unknown carrier")
