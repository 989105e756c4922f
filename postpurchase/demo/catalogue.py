"""What the two demo shops sell: read from `data/products.csv`, which is written by hand.

The stock codes are those of the Online Retail set; names, prices in euro and drawings are the project's own.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Literal, cast

DATA = Path(__file__).resolve().parent / "data"
PICTURES = Path(__file__).resolve().parent / "static" / "demo" / "pictures"

ShopKey = Literal["haselstube", "wimpel"]

# Families that hang on a wall or a line: they are drawn without a table under them.
_HANGING = {
    "heart_holder", "glass_holder", "zinc_heart", "chilli_lights", "wall_clock", "wicker_heart", "slate_heart",
    "metal_heart", "sign", "card_holder", "felt", "pegs", "bunting", "paper_chain", "coat_rack", "ribbons", "doormat",
}  # fmt: skip

# Things that are used up, with the days after which one needs new ones.
_USED_UP_AFTER = {"napkins": 60, "jam_candle": 45}

# What the merchants name as accessories: for each family the families of which the first article goes with it.
_GOES_WITH = {
    "cakestand": ("teacup", "napkins"),
    "teacup": ("cakestand", "napkins"),
    "tea_set": ("cakestand", "napkins"),
    "cake_tins": ("recipe_box", "spice_tins"),
    "jam_set": ("ribbons", "recipe_box"),
    "heart_holder": ("lantern", "jar_holder"),
    "wall_clock": ("alarm_clock",),
    "bunting": ("paper_chain", "popcorn"),
    "lunch_bag": ("lunch_box", "snack_boxes"),
    "picnic_bag": ("basket",),
}

CATEGORIES: dict[str, tuple[str, str]] = {
    "candles": ("Kerzen & Licht", "Candles & lights"),
    "kitchen": ("Küche & Backen", "Kitchen & baking"),
    "tea": ("Tee & Kaffeetafel", "Tea table"),
    "living": ("Wohnen & Deko", "Living & decoration"),
    "signs": ("Blechschilder", "Metal signs"),
    "clocks": ("Uhren", "Clocks"),
    "entrance": ("Flur & Garten", "Hall & garden"),
    "party": ("Feste & Wimpel", "Parties & bunting"),
    "bags": ("Taschen", "Bags"),
    "lunch": ("Unterwegs & Pause", "Lunch & outings"),
}

_CATEGORY_OF_FAMILY = {
    "candles": "heart_holder jar_holder glass_holder antique_glass zinc_heart lantern jam_candle toadstool "
    "chilli_lights",
    "kitchen": "cake_tins spice_tins jam_set moulds jug scales bowls cutters baking_set recipe_box pegs",
    "tea": "cakestand teacup tea_set napkins",
    "living": "wicker_heart slate_heart metal_heart frame chest block_word ribbons trinket_box cushion bird "
    "card_holder felt hot_water_bottle",
    "signs": "sign",
    "clocks": "alarm_clock wall_clock",
    "entrance": "doormat coat_rack ladder",
    "party": "bunting paper_chain popcorn",
    "bags": "jumbo_bag charlotte_bag",
    "lunch": "lunch_bag picnic_bag basket lunch_box snack_boxes",
}


@dataclass(frozen=True, kw_only=True)
class DemoProduct:
    """One product. `main`, `second`, `pattern`, `text` and `form` tell the drawing what it looks like."""

    sku: str
    shop: ShopKey
    family: str
    main: str
    second: str
    pattern: str
    text: str
    form: str
    price: Decimal
    name_de: str
    name_en: str

    @property
    def hanging(self) -> bool:
        return self.family in _HANGING

    @property
    def category(self) -> str:
        """The key of its category in CATEGORIES."""
        return next(key for key, families in _CATEGORY_OF_FAMILY.items() if self.family in families.split())

    @property
    def replenish_days(self) -> int | None:
        return _USED_UP_AFTER.get(self.family)

    @property
    def goes_with(self) -> tuple[str, ...]:
        """SKUs of its accessories, all of the same shop."""
        first = {product.family: product.sku for product in reversed(products_of(self.shop))}
        return tuple(first[family] for family in _GOES_WITH.get(self.family, ()))

    @property
    def picture(self) -> str:
        """The file name of its picture below `pictures/`."""
        return f"{self.sku.lower()}.png"

    def name(self, language: str) -> str:
        """Its name for a shopper of that language (BCP 47); everything that is not German reads English."""
        return self.name_de if language.startswith("de") else self.name_en


@cache
def products() -> tuple[DemoProduct, ...]:
    """All products in the order of the file."""
    with (DATA / "products.csv").open(encoding="utf-8", newline="") as file:
        return tuple(_product(row) for row in csv.DictReader(file, delimiter=";", strict=True))


def products_of(shop: ShopKey) -> tuple[DemoProduct, ...]:
    return tuple(product for product in products() if product.shop == shop)


@cache
def by_sku() -> dict[str, DemoProduct]:
    return {product.sku: product for product in products()}


def _product(row: dict[str, str]) -> DemoProduct:
    return DemoProduct(
        sku=row["sku"],
        shop=cast(ShopKey, row["shop"]),
        family=row["family"],
        main=row["main"],
        second=row["second"],
        pattern=row["pattern"],
        text=row["text"],
        form=row["form"],
        price=Decimal(row["price"]),
        name_de=row["de"],
        name_en=row["en"],
    )
