"""What a column may hold, for each kind of import, and by which headings it is recognised.

The headings are those of exports from Shopify, WooCommerce (with its usual export plug-ins), Shopware and JTL, of the
Online Retail set, of our own example files, and the words people write themselves, in English and German. Compared are
letters and digits only: ``Lineitem quantity``, ``lineitem_quantity`` and ``Lineitem-Quantity`` are the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from postpurchase.imports.enums import Kind


@dataclass(frozen=True, slots=True)
class Field:
    """``label`` is for merchants; ``headings`` by which it is recognised, the surest first."""

    name: str
    label: Any
    headings: tuple[str, ...]
    required: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Fields that belong together on the page."""

    label: Any
    fields: tuple[Field, ...]


_ADDRESS_WORDS = {
    "shipping": ("shipping", "shipping address", "delivery", "delivery address", "liefer", "lieferadresse",
                 "lieferanschrift", "lieferung", "versand", "versandadresse"),
    "billing": ("billing", "billing address", "invoice address", "rechnung", "rechnungs", "rechnungsadresse",
                "rechnungsanschrift"),
}  # fmt: skip
_ADDRESS_PARTS = (
    ("name", _("Name"), ("name", "full name")),
    ("first_name", _("First name"), ("first name", "vorname")),
    ("last_name", _("Last name"), ("last name", "nachname")),
    ("company", _("Company"), ("company", "company name", "firma")),
    ("street", _("Street and number"), ("street", "address1", "address", "address line 1", "address 1 2", "straße",
                                        "straße und hausnummer", "strasse", "adresse")),
    ("street2", _("Second line of the address"), ("address2", "street2", "address line 2", "adresszusatz",
                                                  "adresszusatz 1", "zusatz")),
    ("postal_code", _("Postcode"), ("postal code", "zip", "zip code", "postcode", "plz", "postleitzahl")),
    ("city", _("City"), ("city", "town", "ort", "stadt")),
    ("region", _("State or region"), ("province name", "region", "province", "state", "state code", "bundesland",
                                      "kanton")),
    ("country", _("Country"), ("country", "country code", "country region", "land", "länderkürzel", "land iso")),
)  # fmt: skip
# Of a customer rather than of an address, where nothing says which address is meant.
_OF_THE_PERSON = ("name", "first_name", "last_name", "company")


def _address(kind: str) -> tuple[Field, ...]:
    words = _ADDRESS_WORDS[kind]
    return tuple(
        Field(
            f"{kind}_{part}",
            label,
            (
                *(heading for name in names for word in words for heading in (f"{word} {name}", f"{name} {word}")),
                *(names if kind == "shipping" and part not in _OF_THE_PERSON else ()),
            ),
        )
        for part, label, names in _ADDRESS_PARTS
    )


_PERSON = (
    Field("email", _("E-mail"), ("email", "e mail", "email address", "customer email", "billing email", "email billing",
                                 "e mail adresse", "kunden e mail", "rechnung e mail")),
    Field("phone", _("Telephone"), ("phone", "telephone", "phone number", "customer phone", "billing phone",
                                    "phone billing", "shipping phone", "telefon", "telefonnummer", "handy", "mobil",
                                    "default address phone")),
    Field("first_name", _("First name"), ("first name", "customer first name", "firstname", "vorname")),
    Field("last_name", _("Last name"), ("last name", "customer last name", "lastname", "nachname", "surname")),
    Field("company", _("Company"), ("company", "company name", "firma", "default address company")),
    Field("vat_id", _("VAT number"), ("vat id", "vat number", "ust id", "ust idnr", "ustid", "umsatzsteuer id")),
)  # fmt: skip
_LANGUAGE = Field("language", _("Language"), ("language", "locale", "customer locale", "sprache", "kundensprache"))
_MARKETING = Field(
    "accepts_marketing",
    _("Wants marketing (kept, gives no permission)"),
    ("accepts marketing", "accepts email marketing", "newsletter", "werbung erlaubt"),
)
_CUSTOMER_ID = ("customer id", "customer number", "customer no", "customer", "kundennummer", "kunden nr", "kundennr",
                "kunde", "kunden id", "customer user id", "customer user")  # fmt: skip
_ORDERS = (
    Group(_("Order"), (
        Field("number", _("Order number"), ("order number", "ordernumber", "order no", "bestellnummer",
                                            "auftragsnummer", "bestellnr", "bestell nr", "auftragsnr",
                                            "externe auftragsnummer",
                                            "invoiceno", "invoice no", "invoice number", "order", "bestellung", "name",
                                            "rechnungsnummer", "nr"), required=True),
        Field("external_id", _("The shop's own id"), ("order id", "id", "bestell id", "external id")),
        Field("placed_at", _("Date of the order"), ("created at", "order date", "orderdate", "order date time",
                                                    "placed at", "bestelldatum", "auftragsdatum", "bestellzeitpunkt",
                                                    "order time", "invoicedate", "invoice date", "erstellt am",
                                                    "date created", "date", "datum"), required=True),
        Field("status", _("Status"), ("order status", "status", "bestellstatus", "auftragsstatus")),
        Field("payment_status", _("Payment"), ("financial status", "payment status", "zahlungsstatus", "zahlstatus")),
        Field("currency", _("Currency"), ("currency", "order currency", "currency code", "währung")),
        Field("total", _("Total"), ("total", "order total", "order total amount", "gesamtbetrag", "gesamtsumme",
                                    "bestellwert", "auftragswert brutto", "amount total", "invoice amount",
                                    "summe brutto", "gesamt")),
        Field("shipping_total", _("Shipping costs"), ("shipping", "shipping total", "order shipping amount",
                                                      "shipping costs", "invoice shipping", "versandkosten", "versand",
                                                      "porto")),
        Field("discount_total", _("Discount"), ("discount amount", "discount total", "order discount", "discount",
                                                "cart discount amount", "rabatt", "rabattbetrag", "gutschein")),
        Field("tax_total", _("Tax"), ("taxes", "tax total", "order total tax amount", "tax", "mehrwertsteuer", "mwst",
                                      "steuer", "steuerbetrag")),
        _LANGUAGE,
    )),
    Group(_("Line of the order"), (
        Field("sku", _("Article number (SKU)"), ("lineitem sku", "sku", "product sku", "item sku", "artikelnummer",
                                                 "artikelnr", "artikel nr", "stockcode", "product number",
                                                 "articlenumber", "variant sku")),
        Field("line_name", _("Name of the article"), ("lineitem name", "item name", "product name", "artikelname",
                                                      "artikelbezeichnung", "produktname", "produkt", "artikel",
                                                      "bezeichnung", "description", "beschreibung")),
        Field("quantity", _("Quantity"), ("lineitem quantity", "quantity", "quantity refund", "qty", "item quantity",
                                          "menge", "anzahl", "stück", "stückzahl", "bestellmenge")),
        Field("unit_price", _("Price of one, with tax"), ("lineitem price", "unit price", "unitprice", "item price",
                                                          "item cost", "price", "einzelpreis", "einzelpreis brutto",
                                                          "vk brutto", "stückpreis", "preis")),
        Field("line_total", _("Price of the line, with tax"), ("line total", "item total", "order line total",
                                                               "positionssumme", "gesamtpreis", "zeilensumme",
                                                               "gesamtpreis brutto")),
        Field("product_url", _("Page of the article"), ("product url", "produkt url", "artikel url")),
        Field("image_url", _("Picture of the article"), ("image url", "bild url")),
    )),
    Group(_("Customer"), (
        Field("customer_id", _("Customer number"), (*_CUSTOMER_ID, "customerid")),
        *_PERSON,
        _MARKETING,
    )),
    Group(_("Delivery address"), _address("shipping")),
    Group(_("Billing address"), _address("billing")),
)  # fmt: skip
_PRODUCTS = (
    Group(_("Product"), (
        Field("sku", _("Article number (SKU)"), ("sku", "variant sku", "artikelnummer", "artikelnr", "product number",
                                                 "productnumber", "stockcode", "articlenumber", "ordernumber"),
              required=True),
        Field("name", _("Name"), ("name", "title", "product name", "artikelname", "produktname", "bezeichnung",
                                  "artikelbezeichnung", "translations default name"), required=True),
        Field("description", _("Description"), ("description", "body html", "short description", "beschreibung",
                                                "kurzbeschreibung", "artikelbeschreibung")),
        Field("url", _("Page of the article"), ("url", "product url", "link", "permalink", "produkt url")),
        Field("image_url", _("Picture"), ("image url", "image src", "image", "images", "bild", "bild url", "bilder")),
        Field("price", _("Price, with tax"), ("variant price", "price", "regular price", "preis", "vk brutto",
                                              "verkaufspreis", "unitprice", "bruttopreis")),
        Field("currency", _("Currency"), ("currency", "währung")),
        Field("available", _("Available"), ("available", "in stock", "active", "verfügbar", "aktiv", "published")),
        Field("categories", _("Categories, between | ; or commas"), ("categories", "product category", "type",
                                                                     "kategorie", "kategorien", "warengruppe",
                                                                     "category")),
        Field("related", _("Numbers of articles that belong to it"), ("related", "cross sells", "upsells", "zubehör")),
        Field("spare_parts", _("Numbers of its spare parts"), ("spare parts", "ersatzteile")),
        Field("replenish_days", _("Used up after how many days"), ("replenish days", "verbrauchsdauer",
                                                                   "nachkauf tage")),
    )),
)  # fmt: skip
_CUSTOMERS = (
    Group(_("Customer"), (
        Field("customer_id", _("Customer number"), (*_CUSTOMER_ID, "customerid", "id", "user id"), required=True),
        *_PERSON,
        Field("birth_date", _("Birthday"), ("birth date", "birthday", "date of birth", "geburtstag", "geburtsdatum")),
        _LANGUAGE,
        _MARKETING,
    )),
)  # fmt: skip
GROUPS: dict[str, tuple[Group, ...]] = {Kind.ORDERS: _ORDERS, Kind.PRODUCTS: _PRODUCTS, Kind.CUSTOMERS: _CUSTOMERS}


def fields_of(kind: str) -> dict[str, Field]:
    """Return every field of a kind by its name."""
    return {field.name: field for group in GROUPS[kind] for field in group.fields}


def guessed(kind: str, headings: Sequence[str]) -> dict[str, int]:
    """Return, for every field that some heading names, the position of its column.

    A column serves one field; the field for which the heading is the surest name takes it first.
    """
    positions = {comparable(heading): position for position, heading in reversed(list(enumerate(headings)))}
    candidates = sorted(
        (rank, order, field.name, positions[comparable(name)])
        for order, field in enumerate(fields_of(kind).values())
        for rank, name in enumerate(field.headings)
        if comparable(name) in positions
    )
    mapping: dict[str, int] = {}
    for _rank, _order, name, position in candidates:
        if name not in mapping and position not in mapping.values():
            mapping[name] = position
    return mapping


def comparable(heading: str) -> str:
    """Return a heading without what people write in many ways: case, spaces, punctuation."""
    return "".join(character for character in heading.casefold() if character.isalnum())
