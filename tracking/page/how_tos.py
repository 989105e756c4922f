"""Which manuals, films and help an order's shopper should see now. Pure."""

from dataclasses import dataclass

from tracking.enums import ShipmentStatus
from tracking.page.facts import HowToFacts, LineFacts, OrderFacts

# Before it is on its way nobody has the article in hand; what comes back is not used.
SENT = frozenset(
    {
        ShipmentStatus.IN_TRANSIT,
        ShipmentStatus.OUT_FOR_DELIVERY,
        ShipmentStatus.ATTEMPT_FAILED,
        ShipmentStatus.AVAILABLE_FOR_PICKUP,
        ShipmentStatus.DELIVERED,
    }
)


@dataclass(frozen=True, slots=True)
class ArticleHelp:
    """An article with its links, those in the reader's language first choice."""

    name: str
    links: tuple[HowToFacts, ...]


def help_for(order: OrderFacts, *, language: str) -> tuple[ArticleHelp, ...]:
    """Return the help for every article that has been sent, once for each article, in the order's own order."""
    sent_lines = _sent_lines(order)
    found: dict[str, ArticleHelp] = {}
    for line in order.lines:
        links = _in_language(line.how_tos, language)
        if links and line in sent_lines:
            found.setdefault(line.sku or line.name, ArticleHelp(line.name, links))
    return tuple(found.values())


def _sent_lines(order: OrderFacts) -> list[LineFacts]:
    """The lines in parcels on their way; all of them where such a parcel does not tell what is in it."""
    sent = [parcel for parcel in order.parcels if parcel.status in SENT]
    if any(not parcel.contents for parcel in sent):
        return list(order.lines)
    inside = {line_id for parcel in sent for line_id in parcel.contents}
    return [line for line in order.lines if line.id in inside]


def _in_language(how_tos: tuple[HowToFacts, ...], language: str) -> tuple[HowToFacts, ...]:
    """Those in the reader's language or in none; where there are none, all: a picture helps in any language."""
    primary = language.split("-")[0].lower()
    fitting = tuple(one for one in how_tos if one.language.split("-")[0].lower() in ("", primary))
    return fitting or how_tos
