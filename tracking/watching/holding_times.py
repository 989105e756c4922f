"""How long carriers keep a parcel for pick-up before it goes back.

Only what a source says is in the table; where sources differ, the shorter time stands, because a warning too early
costs a smile and one too late a parcel. A carrier that is not here is not guessed: only its own word that the last
days have begun counts.

Sources (read in November 2026): DHL: "sieben Kalendertage – mit dem Tag der Einstellung", nine after a failed attempt
(DHL's page as quoted by giga.de in 2020; paketda.de, "Packstation"); in a branch seven working days (shipstage.com,
FAQ 58; paketpirat.de). Hermes: ten days (blog.myhermes.de, "Aufbewahrung im PaketShop"). DPD: seven calendar days, sent
back on the eighth (DPD's page about Pickup parcelshops). GLS: at least seven working days (shipstage.com, FAQ 58). UPS:
seven days (threaller.com; other pages say up to ten). Swiss Post: seven days, which the recipient may extend to 21
(konsuminfo.ch); two weeks for parcels from abroad. USPS: 15 days (forinfos.com, quoting usps.com). FedEx: seven days
(suiranking.com).
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tracking.business_days import ONE_DAY, Where, is_holiday
from tracking.enums import Carrier, DeliveryLocation

SUNDAY = 6


@dataclass(frozen=True, slots=True)
class HoldingTime:
    """``days`` the parcel can be fetched on; the day of arrival is the first of them where ``arrival_counts``.

    ``working_days``: Monday to Saturday without holidays, else every day counts.
    """

    days: int
    arrival_counts: bool = False
    working_days: bool = False


AT_A_LOCKER: Mapping[str, HoldingTime] = {
    Carrier.DHL: HoldingTime(7, arrival_counts=True),
}
# A locker the courier chose because nobody was at home.
AT_A_LOCKER_AFTER_AN_ATTEMPT: Mapping[str, HoldingTime] = {
    Carrier.DHL: HoldingTime(9, arrival_counts=True),
}
AT_A_SHOP: Mapping[str, HoldingTime] = {
    Carrier.DHL: HoldingTime(7, working_days=True),
    Carrier.HERMES: HoldingTime(10),
    Carrier.DPD: HoldingTime(7),
    Carrier.GLS: HoldingTime(7, working_days=True),
    Carrier.UPS: HoldingTime(7),
    Carrier.FEDEX: HoldingTime(7),
    Carrier.USPS: HoldingTime(15),
    Carrier.SWISS_POST: HoldingTime(7),
}


def holding_time(*, carrier: str, location: str, after_attempt: bool) -> HoldingTime | None:
    """Return how long a carrier keeps a parcel there, None where no source says so."""
    if location != DeliveryLocation.LOCKER:
        return AT_A_SHOP.get(carrier)
    locker = AT_A_LOCKER_AFTER_AN_ATTEMPT.get(carrier) if after_attempt else None
    return locker or AT_A_LOCKER.get(carrier) or AT_A_SHOP.get(carrier)


def last_day(*, held: HoldingTime, arrived_on: dt.date, places: Iterable[Where]) -> dt.date:
    """Return the last day on which the parcel can be fetched. ``places`` are those whose holidays count."""
    places = tuple(places)
    day = arrived_on
    left = held.days - held.arrival_counts
    while left:
        day += ONE_DAY
        if not held.working_days or (day.weekday() != SUNDAY and not any(is_holiday(day, place) for place in places)):
            left -= 1
    return day
