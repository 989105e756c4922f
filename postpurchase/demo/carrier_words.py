"""How the carriers of the demo put things, in their own tone: carrier -> language -> event -> message.

The sentences are written for the demo; `{city}`, `{neighbour}`, `{shop}` and `{recipient}` are filled in.
"""

from __future__ import annotations

_DE = {
    "announced": "Die Sendung wurde elektronisch angekündigt.",
    "accepted": "Die Sendung wurde in {city} übernommen.",
    "departed": "Die Sendung hat {city} verlassen.",
    "arrived": "Die Sendung ist im Zustelldepot {city} eingetroffen.",
    "customs_started": "Die Sendung liegt zur Verzollung in {city}.",
    "customs_cleared": "Die Verzollung in {city} ist abgeschlossen.",
    "delayed": "Die Zustellung verzögert sich voraussichtlich um zwei Tage.",
    "out_for_delivery": "Die Sendung ist im Zustellfahrzeug.",
    "not_home": "Der Empfänger wurde nicht angetroffen. Die Sendung wird in eine Filiale gebracht.",
    "ready_shop": "Die Sendung liegt zur Abholung bereit: {shop}.",
    "ready_locker": "Die Sendung liegt in der Abholstation bereit.",
    "picked_up": "Die Sendung wurde abgeholt.",
    "delivered": "Die Sendung wurde zugestellt.",
    "delivered_neighbour": "Die Sendung wurde bei einem Nachbarn abgegeben: {neighbour}.",
    "delivered_letterbox": "Die Sendung liegt im Briefkasten.",
    "delivered_safe_place": "Die Sendung liegt am vereinbarten Ablageort.",
}

_EN = {
    "announced": "The shipment has been announced electronically.",
    "accepted": "The shipment was accepted in {city}.",
    "departed": "The shipment has left {city}.",
    "arrived": "The shipment has arrived at the delivery depot in {city}.",
    "customs_started": "The shipment is being cleared through customs in {city}.",
    "customs_cleared": "Customs clearance in {city} is complete.",
    "delayed": "Delivery is expected to be two days late.",
    "out_for_delivery": "The shipment is in the delivery vehicle.",
    "not_home": "Nobody was at home. The shipment is being taken to a parcel shop.",
    "ready_shop": "The shipment is ready for collection: {shop}.",
    "ready_locker": "The shipment is waiting in the parcel locker.",
    "picked_up": "The shipment has been collected.",
    "delivered": "The shipment has been delivered.",
    "delivered_neighbour": "The shipment was left with a neighbour: {neighbour}.",
    "delivered_letterbox": "The shipment is in the letterbox.",
    "delivered_safe_place": "The shipment was left in the agreed place.",
}

# Only what a carrier says in its own way.
_OWN_DE: dict[str, dict[str, str]] = {
    "dhl": {
        "announced": "Der Absender hat die Sendung angekündigt.",
        "accepted": "Die Sendung wurde im Start-Paketzentrum {city} bearbeitet.",
        "departed": "Die Sendung ist auf dem Weg in die Region des Empfängers.",
        "arrived": "Die Sendung ist in der Zustellbasis {city} angekommen.",
        "out_for_delivery": "Die Sendung wurde in das Zustellfahrzeug geladen und kommt heute.",
        "ready_locker": "Die Sendung liegt in der Packstation zur Abholung bereit.",
        "delivered": "Die Sendung wurde dem Empfänger persönlich übergeben.",
    },
    "hermes": {
        "accepted": "Deine Sendung ist im Logistikzentrum {city} eingetroffen.",
        "departed": "Deine Sendung ist unterwegs ins Zieldepot.",
        "arrived": "Deine Sendung ist im Depot {city} eingetroffen.",
        "out_for_delivery": "Deine Sendung ist auf Zustelltour.",
        "not_home": "Wir haben dich leider nicht angetroffen und bringen die Sendung in einen PaketShop.",
        "ready_shop": "Deine Sendung liegt im PaketShop für dich bereit: {shop}.",
        "picked_up": "Deine Sendung wurde im PaketShop abgeholt.",
    },
    "dpd": {
        "accepted": "Ihr Paket hat unser Paketzentrum {city} erreicht.",
        "arrived": "Ihr Paket ist im Zustelldepot {city}.",
        "out_for_delivery": "Ihr Paket ist auf Tour.",
        "delivered": "Ihr Paket wurde zugestellt, Empfang bestätigt von {recipient}.",
    },
    "gls": {
        "accepted": "Das Paket wurde im Depot {city} umgeschlagen.",
        "arrived": "Das Paket hat das Zieldepot {city} erreicht.",
        "delayed": "Das Paket konnte die geplante Tour nicht erreichen; es kommt voraussichtlich zwei Tage später.",
        "out_for_delivery": "Das Paket wird heute zugestellt.",
    },
    "swiss_post": {
        "customs_started": "Sendung zur Verzollung in {city} eingetroffen.",
        "customs_cleared": "Sendung verzollt und zur Weiterleitung freigegeben.",
        "arrived": "Sendung im Paketzentrum der Zustellregion {city} eingetroffen.",
        "out_for_delivery": "Sendung auf Zustelltour.",
        "delivered_letterbox": "Sendung in den Milchkasten gelegt.",
        "delivered": "Sendung zugestellt.",
    },
    "austrian_post": {
        "accepted": "Sendung in Bearbeitung, {city}.",
        "arrived": "Sendung in der Zustellbasis {city} eingelangt.",
        "out_for_delivery": "Sendung in Zustellung.",
        "ready_locker": "Sendung in der Abholstation hinterlegt.",
        "ready_shop": "Sendung beim Post Partner hinterlegt: {shop}.",
        "picked_up": "Sendung abgeholt.",
    },
}

_OWN_EN: dict[str, dict[str, str]] = {
    "dhl": {"arrived": "The shipment has arrived at the delivery base in {city}."},
    "dpd": {
        "accepted": "Your parcel has reached our parcel centre in {city}.",
        "out_for_delivery": "Your parcel is on today’s delivery route.",
        "delivered": "Your parcel has been delivered, signed for by {recipient}.",
        "delivered_safe_place": "Your parcel has been left in your safe place.",
    },
}

WORDS: dict[str, dict[str, dict[str, str]]] = {
    carrier: {"de": {**_DE, **own}, "en": {**_EN, **_OWN_EN.get(carrier, {})}} for carrier, own in _OWN_DE.items()
}
