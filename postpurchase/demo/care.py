"""How things of the demo's shops are put up, used and cleaned, by their family; in the tone of the shop selling them.

The text stands on the article's page in the shop's window; the tracking page leads there once the parcel is on its way.
"""

from __future__ import annotations

from dataclasses import dataclass

from postpurchase.demo.catalogue import DemoProduct

# Where the text stands on the page.
ANCHOR = "anleitung"


@dataclass(frozen=True, kw_only=True)
class Care:
    """A title and what to do, in German and English."""

    title_de: str
    text_de: str
    title_en: str
    text_en: str

    def title(self, language: str) -> str:
        return self.title_de if language == "de" else self.title_en

    def text(self, language: str) -> str:
        return self.text_de if language == "de" else self.text_en


_CANDLES = Care(
    title_de="Sicher mit Teelichtern",
    text_de="Hängen Sie das Licht frei auf, eine Handbreit von Wand und Vorhang entfernt, und lassen Sie es nicht "
    "allein brennen. Wachs löst sich mit warmem Wasser.",
    title_en="Tea lights, safely",
    text_en="Hang the holder freely, a hand's width from wall and curtain, and never leave it burning alone. Wax comes "
    "off with warm water.",
)
_BAGS = Care(
    title_de="So bleibt die Tasche schön",
    text_de="Wisch sie mit einem feuchten Tuch ab und lass sie offen trocknen. In die Maschine darf sie nicht.",
    title_en="Keeping the bag nice",
    text_en="Wipe it with a damp cloth and let it dry open. It must not go into the washing machine.",
)

_CARE = {
    "cakestand": Care(
        title_de="Die Etagere aufbauen",
        text_de="Legen Sie die Gummiringe zwischen Stange und Teller und drehen Sie handfest, nicht fester. "
        "Gespült wird von Hand, sonst leidet der Goldrand.",
        title_en="Putting the cake stand together",
        text_en="Place the rubber rings between rod and plates and tighten by hand only. Wash by hand, or the gilt "
        "edge will suffer.",
    ),
    "heart_holder": _CANDLES,
    "jar_holder": _CANDLES,
    "glass_holder": _CANDLES,
    "wall_clock": Care(
        title_de="Batterie einsetzen und Uhr stellen",
        text_de="Die Uhr braucht eine Mignonzelle (AA). Stellen Sie sie am Rad hinten, nicht an den Zeigern.",
        title_en="Battery and setting the time",
        text_en="The clock takes one AA cell. Set it by the wheel at the back, not by the hands.",
    ),
    "alarm_clock": Care(
        title_de="Wecker stellen",
        text_de="Eine Mignonzelle (AA) ins Fach, die Uhr am großen Rad, die Weckzeit am kleinen. Oben ausschalten.",
        title_en="Setting the alarm",
        text_en="One AA cell, the time by the large wheel, the alarm by the small one. The switch is on top.",
    ),
    "bunting": Care(
        title_de="Wimpelkette aufhängen und waschen",
        text_de="Knote die Bänder an zwei Haken und lass die Kette locker hängen. Stoff darf bei 30 Grad mit, Papier "
        "und Holz nicht.",
        title_en="Hanging and washing the bunting",
        text_en="Tie the ribbons to two hooks and let it hang loosely. Fabric may be washed at 30 degrees, paper and "
        "wood may not.",
    ),
    "lunch_bag": _BAGS,
    "picnic_bag": _BAGS,
    "jumbo_bag": _BAGS,
}


def care_of(product: DemoProduct) -> Care | None:
    """How an article is cared for, None where nobody has to be told."""
    return _CARE.get(product.family)
