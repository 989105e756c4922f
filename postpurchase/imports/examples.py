"""Files to begin with: the headings we know and one made-up row, in German or English."""

from postpurchase.imports.enums import Kind
from postpurchase.lib.spreadsheets import csv_line

_ENGLISH = {
    Kind.ORDERS: {
        "Order number": "1001",
        "Order date": "2026-07-04 10:00",
        "Currency": "EUR",
        "Total": "49.90",
        "Shipping costs": "4.90",
        "Payment status": "paid",
        "Customer number": "C-1",
        "Email": "anna@example.com",
        "First name": "Anna",
        "Last name": "Muster",
        "Shipping name": "Anna Muster",
        "Shipping street": "Hauptstr. 1",
        "Shipping postcode": "10115",
        "Shipping city": "Berlin",
        "Shipping country": "DE",
        "SKU": "T-100",
        "Product name": "Herbal tea",
        "Quantity": "2",
        "Unit price": "22.50",
    },
    Kind.PRODUCTS: {
        "SKU": "T-100",
        "Name": "Herbal tea",
        "Description": "Mild, from the garden.",
        "Product URL": "https://shop.example.com/tea",
        "Image URL": "https://shop.example.com/tea.jpg",
        "Price": "22.50",
        "Currency": "EUR",
        "Available": "yes",
        "Categories": "Tea|Gifts",
        "Related": "T-200|T-300",
        "Replenish days": "45",
    },
    Kind.CUSTOMERS: {
        "Customer number": "C-1",
        "Email": "anna@example.com",
        "Phone": "+49 151 12345678",
        "First name": "Anna",
        "Last name": "Muster",
        "Company": "Muster GmbH",
        "VAT number": "DE123456789",
        "Birthday": "1980-07-04",
        "Language": "en",
        "Accepts marketing": "no",
    },
}
_GERMAN = {
    Kind.ORDERS: {
        "Bestellnummer": "1001",
        "Bestelldatum": "04.07.2026 10:00",
        "Währung": "EUR",
        "Gesamtbetrag": "49,90",
        "Versandkosten": "4,90",
        "Zahlungsstatus": "bezahlt",
        "Kundennummer": "C-1",
        "E-Mail": "anna@example.com",
        "Vorname": "Anna",
        "Nachname": "Muster",
        "Lieferadresse Name": "Anna Muster",
        "Lieferadresse Straße": "Hauptstr. 1",
        "Lieferadresse PLZ": "10115",
        "Lieferadresse Ort": "Berlin",
        "Lieferadresse Land": "DE",
        "Artikelnummer": "T-100",
        "Artikelname": "Kräutertee",
        "Menge": "2",
        "Einzelpreis": "22,50",
    },
    Kind.PRODUCTS: {
        "Artikelnummer": "T-100",
        "Artikelname": "Kräutertee",
        "Beschreibung": "Mild, aus dem Garten.",
        "Produkt-URL": "https://shop.example.com/tee",
        "Bild-URL": "https://shop.example.com/tee.jpg",
        "Preis": "22,50",
        "Währung": "EUR",
        "Verfügbar": "ja",
        "Kategorien": "Tee|Geschenke",
        "Zubehör": "T-200|T-300",
        "Verbrauchsdauer": "45",
    },
    Kind.CUSTOMERS: {
        "Kundennummer": "C-1",
        "E-Mail": "anna@example.com",
        "Telefon": "+49 151 12345678",
        "Vorname": "Anna",
        "Nachname": "Muster",
        "Firma": "Muster GmbH",
        "USt-ID": "DE123456789",
        "Geburtstag": "04.07.1980",
        "Sprache": "de",
        "Newsletter": "nein",
    },
}


def example_file(kind: Kind, *, language: str) -> str:
    """Return an example of a kind as CSV, in German for ``de`` and in English for every other language."""
    row = (_GERMAN if language.startswith("de") else _ENGLISH)[kind]
    return csv_line(row.keys()) + csv_line(row.values())
