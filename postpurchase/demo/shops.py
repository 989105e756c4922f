"""The two demo merchants: who they are, how they look and speak."""

from __future__ import annotations

from dataclasses import dataclass

from postpurchase.demo.catalogue import ShopKey

CONSENT_WORDING = {
    "survey": {
        "de": "Ja, {shop} darf mich nach der Lieferung per E-Mail um meine Meinung bitten. "
        "Das kann ich jederzeit ändern.",
        "en": "Yes, {shop} may ask me for my opinion by e-mail after delivery. I can change this at any time.",
    },
    "marketing": {
        "de": "Ja, {shop} darf mir per E-Mail Neuigkeiten, Angebote und meinen Punktestand schicken. "
        "Das kann ich jederzeit widerrufen.",
        "en": "Yes, {shop} may send me news, offers and my points balance by e-mail. I can withdraw this at any time.",
    },
    "sms": {
        "de": "Ja, {shop} darf mir zu meiner Lieferung eine SMS schicken.",
        "en": "Yes, {shop} may text me about my delivery.",
    },
    "whatsapp": {
        "de": "Ja, {shop} darf mir zu meiner Lieferung per WhatsApp schreiben.",
        "en": "Yes, {shop} may write to me on WhatsApp about my delivery.",
    },
}


@dataclass(frozen=True, kw_only=True)
class DemoShop:
    """One demo merchant. `tone` is sie or du."""

    key: ShopKey
    slug: str
    name: str
    owner: str
    owner_first_name: str
    order_prefix: str
    claim: str
    tone: str
    accent_colour: str
    country: str
    street: str
    town: str

    @property
    def logo(self) -> str:
        """The file name of the logo below the pictures."""
        return f"logo-{self.key}.png"

    @property
    def login(self) -> str:
        return f"{self.owner_first_name.lower()}@{self.slug}.example.com"

    def address(self, name: str) -> str:
        """A mail address of the shop."""
        return f"{name}@{self.slug}.example.com"

    @property
    def imprint(self) -> str:
        return "\n".join(
            (
                f"{self.name} (erfundener Laden der Demo)",
                f"Inhaberin: {self.owner}",
                self.street,
                self.town,
                f"E-Mail: {self.address('hallo')}",
            )
        )


HASELSTUBE = DemoShop(
    key="haselstube",
    slug="haselstube",
    name="Haselstube",
    owner="Klara Haselhorst",
    owner_first_name="Klara",
    order_prefix="HS",
    claim="Schönes für Tisch und Zuhause",
    tone="sie",
    accent_colour="#36594a",
    country="DE",
    street="Am Nusshof 3",
    town="28195 Bremen",
)

WIMPEL = DemoShop(
    key="wimpel",
    slug="wimpel-wiese",
    name="Wimpel & Wiese",
    owner="Toni Wiesinger",
    owner_first_name="Toni",
    order_prefix="WW",
    claim="Für Feste, Picknicks und den Schulweg",
    tone="du",
    accent_colour="#b03a3a",
    country="AT",
    street="Kirtagplatz 7",
    town="5020 Salzburg",
)

SHOPS = (HASELSTUBE, WIMPEL)


def shop_of(key: str) -> DemoShop:
    """The merchant with this key. LookupError for another one."""
    for shop in SHOPS:
        if shop.key == key:
            return shop
    raise LookupError(key)
