"""When an order to a place would arrive, by each of the merchant's carriers. Needs the merchant's scope."""

import datetime as dt
from dataclasses import dataclass, replace

from postpurchase.accounts.models import Merchant
from tracking.enums import Carrier
from tracking.promise import Journey, ParcelFacts, Warehouse, Window, estimate
from tracking.selectors.delivery import DeliveryChoices, delivery_choices
from tracking.selectors.hit_rate import LATELY, HitRateBy, hit_rates
from tracking.selectors.transit import transit_model
from tracking.transit import ANY, ENOUGH, Model

# A rate of fewer promises says more about chance than about the carrier.
ENOUGH_FOR_A_RATE = 20
KNOWN = tuple(carrier for carrier in Carrier if carrier != Carrier.OTHER)


@dataclass(frozen=True, slots=True)
class CarrierEstimate:
    """One carrier's days, and which part of its promises to the country it kept lately; None: too few to say."""

    carrier: str
    window: Window
    on_time_rate: float | None


@dataclass(frozen=True, slots=True)
class Estimates:
    """``chosen`` is the carrier that was asked for, else the merchant's usual one, else the fastest.

    ``carriers`` are all that are compared, the fastest first; none where nothing is known of any. ``leaves_on`` is the
    day of the hand-over.
    """

    chosen: CarrierEstimate
    carriers: tuple[CarrierEstimate, ...]
    leaves_on: dt.date
    warehouse: Warehouse


def estimates_for(
    *, merchant: Merchant, country: str, postal_code: str, carrier: str, service: str, ordered_at: dt.datetime
) -> Estimates:
    """Return the days for an order placed at a moment; ``carrier`` empty compares the merchant's. Five queries."""
    choices = delivery_choices(merchant=merchant)
    asked = Journey(choices.warehouse, country, postal_code, carrier, service)
    candidates = [replace(asked, carrier=name) for name in ([carrier] if carrier else ["", *KNOWN])]
    facts = [ParcelFacts(_with_service(journey, choices), ordered_at) for journey in candidates]
    model = transit_model(routes=[one.route for one in facts], today=facts[0].handed_over_on)
    rates = _rates(country, today=ordered_at.astimezone(choices.warehouse.time_zone).date())

    def compared(one: ParcelFacts) -> CarrierEstimate:
        return CarrierEstimate(one.journey.carrier, estimate(model, one, ordered_at), rates.get(one.journey.carrier))

    known = [
        compared(one)
        for one in facts
        if one.journey.carrier and (one.journey.carrier in (carrier, choices.carrier) or _is_used(one, model))
    ]
    known.sort(key=lambda one: (one.window.likely, one.window.latest, -(one.on_time_rate or 0), one.carrier))
    usual = next((one for one in known if one.carrier == (carrier or choices.carrier)), None)
    chosen = usual or (known[0] if known else compared(facts[0]))
    return Estimates(chosen, tuple(known), facts[0].handed_over_on, choices.warehouse)


def _with_service(journey: Journey, choices: DeliveryChoices) -> Journey:
    """The usual service is the usual carrier's."""
    if journey.service or journey.carrier != choices.carrier:
        return journey
    return replace(journey, service=choices.service)


def _is_used(facts: ParcelFacts, model: Model) -> bool:
    """Say whether the merchant's parcels went to the country by this carrier in the last year."""
    route = facts.route
    name = "/".join((route.carrier, ANY, *route.countries, ANY))
    return sum(model.counts.get(name, ())) >= ENOUGH


def _rates(country: str, *, today: dt.date) -> dict[str, float]:
    found = hit_rates(by=HitRateBy.CARRIER, first=today - LATELY, last=today, country=country)
    return {one.group: one.on_time_rate for one in found if one.parcels >= ENOUGH_FOR_A_RATE}
