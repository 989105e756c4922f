"""The words of tracking: carriers, statuses, substatuses, delivery locations. They are part of the API."""

from django.db import models


class Carrier(models.TextChoices):
    """One line for each carrier: its slug, after which its file in ``tracking/carriers`` is called, and its name."""

    DHL = "dhl", "DHL"
    HERMES = "hermes", "Hermes"
    DPD = "dpd", "DPD"
    GLS = "gls", "GLS"
    UPS = "ups", "UPS"
    FEDEX = "fedex", "FedEx"
    USPS = "usps", "USPS"
    SWISS_POST = "swiss_post", "Die Post"
    AUSTRIAN_POST = "austrian_post", "Österreichische Post"
    OTHER = "other", "Carrier"


def carriers() -> list[tuple[str, str]]:
    """Return the carriers as choices; a function, so that a new carrier needs no migration."""
    return Carrier.choices


class ShipmentStatus(models.TextChoices):
    PENDING = "pending"
    INFO_RECEIVED = "info_received"
    IN_TRANSIT = "in_transit"
    OUT_FOR_DELIVERY = "out_for_delivery"
    ATTEMPT_FAILED = "attempt_failed"
    AVAILABLE_FOR_PICKUP = "available_for_pickup"
    DELIVERED = "delivered"
    EXCEPTION = "exception"
    EXPIRED = "expired"


SUBSTATUSES: dict[ShipmentStatus, tuple[str, ...]] = {
    ShipmentStatus.IN_TRANSIT: (
        "in_transit_accepted",
        "in_transit_arrived",
        "in_transit_departed",
        "in_transit_customs_started",
        "in_transit_customs_cleared",
        "in_transit_destination_country",
        "in_transit_forwarded",
        "in_transit_delayed",
        "in_transit_problem_resolved",
    ),
    ShipmentStatus.OUT_FOR_DELIVERY: ("out_for_delivery_live", "out_for_delivery_appointment"),
    ShipmentStatus.ATTEMPT_FAILED: (
        "attempt_failed_not_home",
        "attempt_failed_no_access",
        "attempt_failed_second",
        "attempt_failed_final",
    ),
    ShipmentStatus.AVAILABLE_FOR_PICKUP: (
        "available_for_pickup_parcel_shop",
        "available_for_pickup_locker",
        "available_for_pickup_last_days",
    ),
    ShipmentStatus.DELIVERED: (
        "delivered_to_recipient",
        "delivered_to_neighbour",
        "delivered_to_letterbox",
        "delivered_to_parcel_locker",
        "delivered_to_parcel_shop",
        "delivered_to_safe_place",
        "delivered_picked_up",
        "delivered_signed",
    ),
    ShipmentStatus.EXCEPTION: (
        "exception_address_incorrect",
        "exception_recipient_moved",
        "exception_refused",
        "exception_customs",
        "exception_damaged",
        "exception_lost",
        "exception_held",
        "exception_weather",
        "exception_returning_to_sender",
        "exception_returned",
        "exception_not_picked_up",
        "exception_unknown_reason",
    ),
}

STATUS_OF_SUBSTATUS: dict[str, ShipmentStatus] = {
    substatus: status for status, substatuses in SUBSTATUSES.items() for substatus in substatuses
}


class UnderstoodBy(models.TextChoices):
    """How a piece of news got its status."""

    TOLD = "told"  # the sender used our words
    CODE = "code"  # the carrier's code is in our tables
    MERCHANT = "merchant"  # the merchant said what the code means
    WORDS = "words"  # the carrier's sentence left no doubt


class DeliveryLocation(models.TextChoices):
    HOUSEHOLD = "household"
    NEIGHBOUR = "neighbour"
    LETTERBOX = "letterbox"
    LOCKER = "locker"
    PARCEL_SHOP = "parcel_shop"
    SAFE_PLACE = "safe_place"
    OTHER = "other"
