"""How a parcel was handed over, and what can still be changed before it is. Pure.

Who signed, which neighbour has it and the carrier's proof are between carrier and buyer: they are said to a verified
shopper only, everybody else learns that there is more to see.
"""

from dataclasses import dataclass

from postpurchase.lib.texts import Texts
from tracking.carriers.delivery_options import options_for
from tracking.carriers.registry import name_of
from tracking.enums import DeliveryLocation, ShipmentStatus
from tracking.page.facts import ParcelFacts
from tracking.page.sayings import sentence

# Names of places a shopper goes to. Whose letterbox or which neighbour is between carrier and shopper.
PUBLIC_PLACES = (DeliveryLocation.PARCEL_SHOP, DeliveryLocation.LOCKER)


@dataclass(frozen=True, slots=True)
class Handover:
    """``place`` says where in our words, ``name`` in the carrier's, ``signature`` who or that somebody signed.

    ``proof_url`` leads to the carrier's proof of delivery. ``has_more``: a verified shopper sees more.
    """

    place: str
    name: str
    signature: str
    has_more: bool
    proof_url: str = ""


@dataclass(frozen=True, slots=True)
class Choices:
    """What the carrier lets a shopper change, as a sentence, and its own page for it."""

    offer: str
    url: str
    needs_account: bool


def handover_of(parcel: ParcelFacts, texts: Texts, *, verified: bool) -> Handover | None:
    """Return how a delivered parcel was handed over, None while it is not, or where nothing is known."""
    if parcel.status != ShipmentStatus.DELIVERED or not (
        parcel.delivery_location or parcel.signed_by or parcel.proof_url
    ):
        return None
    name = parcel.delivery_location_text if parcel.delivery_location not in (*PUBLIC_PLACES, "") else ""
    signature = ""
    if parcel.signed_by:
        signature = parcel.signed_by if verified else texts("handover.signed")
    return Handover(
        place=texts(f"handover.{parcel.delivery_location}") if parcel.delivery_location else "",
        name=name if verified else "",
        signature=signature,
        has_more=not verified and bool(parcel.signed_by or parcel.proof_url or name),
        proof_url=parcel.proof_url if verified else "",
    )


def choices_of(parcel: ParcelFacts, texts: Texts) -> Choices | None:
    """Return what can still be changed about a parcel's delivery, None where nothing can."""
    found = options_for(parcel.carrier, parcel.status, parcel.tracking_number, language=texts.language)
    if found is None:
        return None
    options, url = found
    carrier = f"carrier.{parcel.carrier}"
    name = texts(carrier) if texts.has(carrier) else name_of(parcel.carrier)
    wishes = ", ".join(texts(f"options.{wish}") for wish in options.wishes)
    return Choices(sentence(texts("options.offer", carrier=name, wishes=wishes)), url, options.needs_account)
