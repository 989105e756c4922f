"""What inboxes may read of a shipping mail, to show the parcel by themselves (schema.org ParcelDelivery).

https://developers.google.com/workspace/gmail/markup/reference/parcel-delivery names what is required; where something
of it is not known, there is no mark-up. Google shows it for senders it knows (registered there, DKIM or SPF).
"""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from messaging.content.facts import AddressFacts, MessageFacts
from messaging.content.formats import Speech, one_line
from messaging.content.parts import order_number, sender_of_news

# Mails about a parcel that is still to come.
ON_THE_WAY = ("shipped", "out_for_delivery", "delayed")
LAST_MINUTE = dt.time(23, 59)


def parcel_delivery(facts: MessageFacts, speech: Speech) -> dict[str, Any]:
    """Return the mark-up of a mail about a parcel on its way, empty where a required part of it is not known."""
    order, parcel = facts.order, facts.parcel
    if order is None or parcel is None:
        return {}
    expected = parcel.promise or order.promise
    carrier = sender_of_news(parcel, speech)
    articles = [name for line in parcel.lines or order.lines if (name := one_line(line.name))]
    address = _address(order.destination)
    if expected is None or not (carrier and articles and all(address.values())):
        return {}
    until = expected.ends or dt.datetime.combine(expected.latest, LAST_MINUTE, tzinfo=ZoneInfo(facts.time_zone))
    markup: dict[str, Any] = {
        "@context": "http://schema.org",
        "@type": "ParcelDelivery",
        "deliveryAddress": address,
        "expectedArrivalUntil": until.isoformat(),
        "carrier": {"@type": "Organization", "name": carrier},
        "itemShipped": [{"@type": "Product", "name": name} for name in articles],
        "partOfOrder": {
            "@type": "Order",
            "orderNumber": order_number(facts),
            "merchant": {"@type": "Organization", "name": one_line(facts.store.name)},
        },
    }
    if expected.begins:
        markup["expectedArrivalFrom"] = expected.begins.isoformat()
    if parcel.number:
        markup["trackingNumber"] = one_line(parcel.number)
    if facts.links.order.startswith("https://"):
        markup["trackingUrl"] = facts.links.order
    if len(articles) == 1:
        markup["itemShipped"] = markup["itemShipped"][0]
    return markup


def _address(address: AddressFacts) -> dict[str, str]:
    """Gmail wants a region, which most of Europe's addresses do not name; the city then stands for it."""
    return {
        "@type": "PostalAddress",
        "name": address.name,
        "streetAddress": address.street,
        "postalCode": address.postal_code,
        "addressLocality": address.city,
        "addressRegion": address.region or address.city,
        "addressCountry": address.country,
    }
