"""What a shopper may choose when a parcel did not reach them. Pure."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import models

from tracking.business_days import Where, add_business_days
from tracking.models import CaseReason

# The team has to tell the carrier first.
FIRST_DAY = 2
DAYS_OFFERED = 5
LONGEST_LINE = 200


class Choice(models.TextChoices):
    """What is to be done with the parcel."""

    NEW_DATE = "new_date"
    NEW_ADDRESS = "new_address"
    PICKUP = "pickup"
    CALL_ME = "call_me"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class Address:
    """Where the parcel should go instead. The country stays the order's: another one is another shipment."""

    name: str
    street: str
    street2: str
    postal_code: str
    city: str

    @property
    def is_whole(self) -> bool:
        return all((self.name, self.street, self.postal_code, self.city))


def choices_for(reason: str, *, verified: bool) -> tuple[Choice, ...]:
    """Return what may be chosen, nothing where there is nothing to choose.

    A new address takes somebody who has shown with a one-time code that they are the buyer: whoever holds the link
    could otherwise send the parcel to themselves.
    """
    choices: tuple[Choice, ...] = ()
    if reason == CaseReason.FAILED_ATTEMPT:
        choices = (Choice.NEW_DATE, Choice.PICKUP, Choice.NEW_ADDRESS, Choice.CALL_ME, Choice.REFUSE)
    elif reason == CaseReason.ADDRESS:
        choices = (Choice.NEW_ADDRESS, Choice.PICKUP, Choice.CALL_ME, Choice.REFUSE)
    return choices if verified else tuple(choice for choice in choices if choice != Choice.NEW_ADDRESS)


def days_to_choose(today: dt.date, places: Iterable[Where]) -> tuple[dt.date, ...]:
    """Return the days a shopper may choose for another delivery: business days in all these places."""
    places = tuple(places)
    return tuple(add_business_days(today, FIRST_DAY + offset, places) for offset in range(DAYS_OFFERED))
