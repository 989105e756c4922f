"""What the words of promises are called on the page about delivery."""

from django.utils.translation import gettext_lazy as _

from postpurchase.dashboard.words import Word
from tracking.models import BreachCause, PromiseSource

WEEKDAYS: dict[int, Word] = {
    0: _("Monday"),
    1: _("Tuesday"),
    2: _("Wednesday"),
    3: _("Thursday"),
    4: _("Friday"),
    5: _("Saturday"),
    6: _("Sunday"),
}
SOURCES: dict[str, Word] = {
    PromiseSource.SHOP.value: _("the shop"),
    PromiseSource.CARRIER.value: _("the carrier"),
    PromiseSource.ESTIMATE.value: _("our estimate"),
}
CAUSES: dict[str, Word] = {
    BreachCause.WAREHOUSE.value: _("Handed over late"),
    BreachCause.CARRIER.value: _("Longer on the road"),
    BreachCause.ADDRESS.value: _("Wrong address"),
    BreachCause.RECIPIENT.value: _("Nobody took it"),
    BreachCause.WEATHER.value: _("Weather, says the carrier"),
    BreachCause.CUSTOMS.value: _("Held in customs"),
    BreachCause.UNKNOWN.value: _("Not known"),
}
TABLES: dict[str, Word] = {
    "carrier": _("By carrier"),
    "region": _("By region"),
    "month": _("By month"),
    "source": _("By who named the day"),
}
FIRST_COLUMN: dict[str, Word] = {
    "carrier": _("Carrier"),
    "region": _("Where the postal code begins with"),
    "month": _("Month"),
    "source": _("Named by"),
}
REFUSED: dict[str, Word] = {
    "working_days": _("Parcels must leave on some day of the week."),
    "processing_days": _("So many days are not possible."),
    "sources": _("Each of the three stands once."),
    "origin_postal_code": _("This is no postal code of the country."),
}
