"""Headings of real exports are recognised."""

import pytest

from postpurchase.imports.enums import Kind
from postpurchase.imports.fields import fields_of, guessed
from postpurchase.imports.mapping import Settings, fingerprint, first_guess, mapping_problems

SHOPIFY = (
    "Name,Email,Financial Status,Paid at,Fulfillment Status,Fulfilled at,Accepts Marketing,Currency,Subtotal,Shipping,"
    "Taxes,Total,Discount Code,Discount Amount,Shipping Method,Created at,Lineitem quantity,Lineitem name,"
    "Lineitem price,Lineitem compare at price,Lineitem sku,Lineitem requires shipping,Lineitem taxable,Billing Name,"
    "Billing Street,Billing Address1,Billing Address2,Billing Company,Billing City,Billing Zip,Billing Province,"
    "Billing Country,Billing Phone,Shipping Name,Shipping Street,Shipping Address1,Shipping Address2,Shipping Company,"
    "Shipping City,Shipping Zip,Shipping Province,Shipping Country,Shipping Phone,Notes,Cancelled at,Id,Phone"
)
WOOCOMMERCE = (
    "Order Number,Order Status,Order Date,Customer Note,First Name (Billing),Last Name (Billing),Company (Billing),"
    "Address 1&2 (Billing),City (Billing),State Code (Billing),Postcode (Billing),Country Code (Billing),"
    "Email (Billing),Phone (Billing),First Name (Shipping),Last Name (Shipping),City (Shipping),Postcode (Shipping),"
    "Country Code (Shipping),Order Shipping Amount,Order Total Amount,SKU,Item Name,Quantity,Item Cost"
)
GERMAN = (
    "Auftragsnummer;Auftragsdatum;Kundennummer;E-Mail;Vorname;Nachname;Lieferadresse Straße;Lieferadresse PLZ;"
    "Lieferadresse Ort;Lieferadresse Land;Rechnungsadresse Firma;Artikelnummer;Artikelname;Menge;Einzelpreis brutto;"
    "Versandkosten;Gesamtbetrag;Währung;Zahlungsstatus"
)


def names(kind: Kind, line: str, delimiter: str = ",") -> dict[str, str]:
    headings = line.split(delimiter)
    return {name: headings[position] for name, position in guessed(kind, headings).items()}


def test_shopify():
    found = names(Kind.ORDERS, SHOPIFY)

    expected = {
        "number": "Name",
        "external_id": "Id",
        "placed_at": "Created at",
        "payment_status": "Financial Status",
        "currency": "Currency",
        "total": "Total",
        "shipping_total": "Shipping",
        "tax_total": "Taxes",
        "discount_total": "Discount Amount",
        "sku": "Lineitem sku",
        "line_name": "Lineitem name",
        "quantity": "Lineitem quantity",
        "unit_price": "Lineitem price",
        "email": "Email",
        "accepts_marketing": "Accepts Marketing",
        "shipping_name": "Shipping Name",
        "shipping_postal_code": "Shipping Zip",
        "shipping_country": "Shipping Country",
        "billing_city": "Billing City",
    }
    assert {name: found.get(name) for name in expected} == expected
    assert "status" not in found


def test_woocommerce():
    found = names(Kind.ORDERS, WOOCOMMERCE)

    expected = {
        "number": "Order Number",
        "placed_at": "Order Date",
        "status": "Order Status",
        "email": "Email (Billing)",
        "billing_first_name": "First Name (Billing)",
        "billing_street": "Address 1&2 (Billing)",
        "shipping_last_name": "Last Name (Shipping)",
        "shipping_country": "Country Code (Shipping)",
        "total": "Order Total Amount",
        "unit_price": "Item Cost",
    }
    assert {name: found.get(name) for name in expected} == expected


def test_german():
    found = names(Kind.ORDERS, GERMAN, ";")

    assert found == {
        "number": "Auftragsnummer",
        "placed_at": "Auftragsdatum",
        "customer_id": "Kundennummer",
        "email": "E-Mail",
        "first_name": "Vorname",
        "last_name": "Nachname",
        "shipping_street": "Lieferadresse Straße",
        "shipping_postal_code": "Lieferadresse PLZ",
        "shipping_city": "Lieferadresse Ort",
        "shipping_country": "Lieferadresse Land",
        "billing_company": "Rechnungsadresse Firma",
        "sku": "Artikelnummer",
        "line_name": "Artikelname",
        "quantity": "Menge",
        "unit_price": "Einzelpreis brutto",
        "shipping_total": "Versandkosten",
        "total": "Gesamtbetrag",
        "currency": "Währung",
        "payment_status": "Zahlungsstatus",
    }


def test_the_online_retail_set():
    line = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country"

    assert names(Kind.ORDERS, line) == {
        "number": "InvoiceNo",
        "sku": "StockCode",
        "line_name": "Description",
        "quantity": "Quantity",
        "placed_at": "InvoiceDate",
        "unit_price": "UnitPrice",
        "customer_id": "CustomerID",
        "shipping_country": "Country",
    }


def test_products_and_customers():
    assert names(Kind.PRODUCTS, "Variant SKU,Title,Body (HTML),Variant Price,Image Src,Type") == {
        "sku": "Variant SKU",
        "name": "Title",
        "description": "Body (HTML)",
        "price": "Variant Price",
        "image_url": "Image Src",
        "categories": "Type",
    }
    assert names(Kind.CUSTOMERS, "Kundennummer;E-Mail;Vorname;Nachname;Geburtsdatum", ";") == {
        "customer_id": "Kundennummer",
        "email": "E-Mail",
        "first_name": "Vorname",
        "last_name": "Nachname",
        "birth_date": "Geburtsdatum",
    }


@pytest.mark.parametrize("kind", Kind)
def test_a_column_serves_one_field(kind):
    headings = [heading for field in fields_of(kind).values() for heading in field.headings]

    positions = list(guessed(kind, headings).values())

    assert len(positions) == len(set(positions)) > 5


def test_how_numbers_and_days_are_written_is_seen_in_the_samples():
    headings = ["Nr", "Datum", "Preis", "Menge"]
    settings = Settings(currency="EUR", time_zone="Europe/Berlin")

    _, german = first_guess("orders", headings, [["1", "03/04/2026", "1.234,50", "1"]], settings)
    _, american = first_guess("orders", headings, [["1", "03/24/2026", "1,234.50", "1"], ["2", "", "", ""]], settings)

    assert (german.decimal_mark, german.date_format) == (",", "dmy")
    assert (american.decimal_mark, american.date_format) == (".", "mdy")


def test_what_a_mapping_lacks_is_named():
    missing = [(problem.pointer, problem.code) for problem in mapping_problems("orders", {"unit_price": 0}, 3)]
    beyond = mapping_problems("orders", {"number": 0, "placed_at": 3, "total": 1}, 3)

    assert missing == [("number", "required"), ("placed_at", "required"), ("quantity", "required")]
    assert [(problem.pointer, problem.code) for problem in beyond] == [("placed_at", "unknown_column")]
    assert mapping_problems("orders", {"number": 0, "placed_at": 1}, 3)[0].pointer == "total"


def test_files_with_the_same_headings_are_recognised():
    assert fingerprint(["Order No.", "Total"]) == fingerprint(["order no", "TOTAL"])
    assert fingerprint(["Order No.", "Total"]) != fingerprint(["Total", "Order No."])
