"""What the demo's shops made of their tracking pages: an own look with answers and contact ways, campaigns, badges.

Only where there is nothing yet: what somebody changed in the dashboard stays.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from loyalty.models import Badge
from loyalty.services.badges import BadgeInput, declare_badge
from postpurchase.accounts.models import Merchant, Store
from postpurchase.demo.bodies import Addresses
from postpurchase.demo.catalogue import CATEGORIES, ShopKey, by_sku
from postpurchase.demo.shops import DemoShop
from tracking.design.content import OwnQuestion
from tracking.models import Campaign, CampaignCustomers, PageVersion
from tracking.services.page_designs import change_draft, publish_draft

# Fields of ``PageDesign``, as the editor would store them.
DESIGNS: dict[ShopKey, dict[str, Any]] = {
    "haselstube": {
        # Address, badges and points before what the shop would like to sell.
        "order": (
            *("problems", "parcels", "sentiment", "unsent", "items", "how_tos", "buyer", "sms", "points", "badges"),
            *("recommendations", "campaign", "free_shipping"),
        ),
        "style": {
            "light": {"--ground": "#f8f4ec", "--line": "#e4dccd", "--r2": "0.5rem", "--r3": "0.75rem"},
            "dark": {"--ground": "#14130f"},
        },
        "questions": (
            OwnQuestion(
                "de",
                "Ist meine Bestellung als Geschenk verpackt?",
                "Jedes Stück kommt in Seidenpapier. Eine Grußkarte legen wir gern dazu: Schreiben Sie uns den Text, "
                "solange das Paket noch bei uns ist.",
            ),
            OwnQuestion(
                "de",
                "Was tun, wenn Glas oder Porzellan zerbrochen ist?",
                "Heben Sie bitte alles auf und melden Sie es hier auf der Seite. Ersatz geht am nächsten Werktag los, "
                "zurückschicken müssen Sie nichts.",
            ),
            OwnQuestion(
                "en",
                "What if glass or china arrives broken?",
                "Please keep everything and report it on this page. A replacement leaves us on the next working day, "
                "and you need not send anything back.",
            ),
        ),
        "opening_hours": {"de": "Montag bis Freitag, 9 bis 16 Uhr", "en": "Monday to Friday, 9 am to 4 pm (CET)"},
        "texts": {
            "de": {
                "order.confirmed.next": "Wir schlagen gerade alles in Seidenpapier ein. Sobald Ihr Paket unterwegs "
                "ist, sehen Sie hier, wo es steckt.",
                "order.all_there.next": "Machen Sie es sich schön damit!",
            },
        },
    },
    "wimpel": {
        "style": {"light": {"--ground": "#fdf6ee", "--r3": "1.5rem"}, "dark": {}},
        "questions": (
            OwnQuestion(
                "de",
                "Kommt meine Wimpelkette rechtzeitig zum Fest?",
                "Oben steht der Tag, mit dem wir rechnen. Wird es knapp, schreib uns: Manchmal geht noch etwas.",
            ),
            OwnQuestion(
                "en",
                "Will my bunting arrive in time for the party?",
                "The day we expect stands above. If it is getting close, write to us: sometimes there is a way.",
            ),
        ),
        "opening_hours": {
            "de": "Montag bis Donnerstag, 10 bis 15 Uhr",
            "en": "Monday to Thursday, 10 to 3 (CET)",
        },
        "texts": {"de": {"order.all_there.next": "Viel Spaß beim Feiern!"}},
    },
}


def _campaign(path: str, **fields: Any) -> dict[str, Any]:
    """A campaign whose button leads to a page of the shop, ``path`` below its address."""
    return {"path": path, "is_active": True, **fields}


CAMPAIGNS: dict[ShopKey, tuple[dict[str, Any], ...]] = {
    "haselstube": (
        _campaign(
            "/22907",
            name="Servietten zur Etagere",
            place=1,
            title="Der Tisch ist fast gedeckt",
            text="Zu Etagere und Teegeschirr gibt es die passenden Servietten: 20 Stück in der Farbe der Speisekammer.",
            button="Servietten ansehen",
            language="de",
            image_url=f"/static/demo/pictures/{by_sku()['22907'].picture}",
            categories=[CATEGORIES["tea"][0]],
        ),
        _campaign(
            "",
            name="Für Stammgäste",
            place=2,
            title="Schön, dass Sie wieder bei uns bestellt haben",
            text="Die Lichter für den Winter sind da. Stammgäste sehen sie zuerst.",
            button="In die Haselstube",
            language="de",
            customers=CampaignCustomers.RETURNING,
        ),
        _campaign(
            "",
            name="Welcome back, English",
            place=3,
            title="Something new for the tea table",
            button="Visit the shop",
            language="en",
            customers=CampaignCustomers.RETURNING,
        ),
    ),
    "wimpel": (
        _campaign(
            "/22083",
            name="Girlande zur Wimpelkette",
            place=1,
            title="Noch mehr Farbe fürs Fest?",
            text="Die Papiergirlande zum Basteln passt zu jeder Wimpelkette und ist in einer Stunde fertig.",
            button="Girlande ansehen",
            language="de",
            image_url=f"/static/demo/pictures/{by_sku()['22083'].picture}",
            categories=[CATEGORIES["party"][0]],
        ),
    ),
}

BADGES: dict[ShopKey, dict[str, BadgeInput]] = {
    "haselstube": {
        "stammgast": BadgeInput(
            picture="house",
            rule="orders",
            goal=Decimal(3),
            currency="",
            names={"de": "Stammgast", "en": "Regular guest"},
            sentences={
                "de": "Drei Bestellungen sind gut bei Ihnen angekommen.",
                "en": "Three orders have reached you safely.",
            },
        ),
        "entdeckerfreude": BadgeInput(
            picture="compass",
            rule="products",
            goal=Decimal(5),
            currency="",
            names={"de": "Entdeckerfreude", "en": "Keen explorer"},
            sentences={
                "de": "Fünf verschiedene Stücke aus der Haselstube wohnen jetzt bei Ihnen.",
                "en": "Five different things of ours have moved in with you.",
            },
        ),
        "offenes-wort": BadgeInput(
            picture="chat",
            rule="answers",
            goal=Decimal(1),
            currency="",
            names={"de": "Offenes Wort", "en": "Frank word"},
            sentences={
                "de": "Sie haben uns Ihre Meinung gesagt. Danke!",
                "en": "You told us what you think. Thank you!",
            },
        ),
    },
    "wimpel": {
        "festkomitee": BadgeInput(
            picture="crown",
            rule="orders",
            goal=Decimal(2),
            currency="",
            names={"de": "Festkomitee", "en": "Party committee"},
            sentences={
                "de": "Zwei Bestellungen sind gut bei Ihnen angekommen.",
                "de_du": "Zwei Bestellungen sind gut bei dir angekommen.",
                "en": "Two orders have reached you safely.",
            },
        ),
        "offenes-wort": BadgeInput(
            picture="chat",
            rule="answers",
            goal=Decimal(1),
            currency="",
            names={"de": "Offenes Wort", "en": "Frank word"},
            sentences={
                "de": "Sie haben uns Ihre Meinung gesagt. Danke!",
                "de_du": "Du hast uns deine Meinung gesagt. Danke!",
                "en": "You told us what you think. Thank you!",
            },
        ),
    },
}


def seed_page_extras(merchant: Merchant, shop: DemoShop, *, addresses: Addresses, now: datetime) -> None:
    """An edited tracking page and campaigns for a demo shop. Needs the merchant's scope."""
    store = Store.objects.get(slug="default")
    if not PageVersion.objects.exists():
        change_draft(merchant=merchant, store=store, now=now, **DESIGNS[shop.key])
        publish_draft(merchant=merchant, store=store, user=None, now=now)
    _seed_campaigns(merchant, shop, addresses=addresses, now=now)


def seed_badges(merchant: Merchant, shop: DemoShop, *, now: datetime) -> None:
    """Badges, once the past is there, so that it is gone through only once. Needs the merchant's scope."""
    for slug, data in BADGES[shop.key].items() if not Badge.objects.exists() else ():
        declare_badge(merchant=merchant, slug=slug, data=data, now=now)


def _seed_campaigns(merchant: Merchant, shop: DemoShop, *, addresses: Addresses, now: datetime) -> None:
    """Addresses may have moved with the ports; a campaign that somebody sent elsewhere or took away stays as it is."""
    is_first_time = not Campaign.objects.exists()
    for fields in CAMPAIGNS[shop.key]:
        said = {name: value for name, value in fields.items() if name != "path"}
        url = f"{addresses.shop_page(shop)}{fields['path']}"
        if is_first_time:
            Campaign.objects.create(merchant=merchant, url=url, updated_at=now, **said)
        else:
            ours = f"/shop/{shop.key}{fields['path']}"
            Campaign.objects.filter(name=said["name"], url__endswith=ours).exclude(url=url).update(url=url)
