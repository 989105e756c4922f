"""The codes of imports in words."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from postpurchase.imports.fields import fields_of
from postpurchase.imports.findings import Finding

# Why a file cannot be read.
FILE: dict[str, Any] = {
    "empty": _("There is nothing in this file."),
    "not_a_table": _("This is neither a CSV file nor an XLSX workbook, or it is damaged."),
    "encoding": _("The letters cannot be read. Save the file as “CSV UTF-8”, please."),
    "broken_gz": _("The packed file (.gz) is damaged."),
    "broken_quotes": _("A quotation mark is not closed or stands in the middle of a cell."),
    "cell_too_long": _("A cell has more than 131,072 characters; perhaps a quotation mark is not closed."),
    "line_too_long": _("A line has more than four million characters."),
    "too_large": _("The file is larger than 100 MB. Split it, please."),
    "too_large_unpacked": _("Unpacked, the file would be too large. Save the sheet as CSV, or split it, please."),
    "too_many_columns": _("The table has more than 500 columns."),
    "too_many_rows": _("The table has more than a million rows. Split it, please."),
    "document_type": _("The workbook holds something that could reach out of it (a document type)."),
    "step_failed": _("Something of ours failed five times in a row. What came in before stays."),
}
# Why a row, or an order with all its rows, did not come in.
FINDING: dict[str, Any] = {
    "no_number": _("There is no order number."),
    "too_many_lines": _("This number stands in more than 2,000 rows."),
    "more_cells_than_headings": _("The row has more cells than there are headings."),
    "nul": _("The row holds a NUL character."),
    "not_a_number": _("This is not a number as the settings say they are written."),
    "not_a_whole_number": _("This must be a whole number."),
    "not_a_date": _("This is not a date."),
    "neither_yes_nor_no": _("This is neither yes nor no."),
    "not_positive": _("The quantity must be at least 1."),
    "no_price": _("There is no price."),
    "negative_price": _("An amount below zero makes no sense here."),
    "negative_total": _("The discount is more than the order."),
    "too_many_decimals": _("A price may have four decimals."),
    "decimals": _("The amount has more decimals than its currency."),
    "no_article": _("There is neither an article number nor a name."),
    "unknown_currency": _("This is not a currency (ISO 4217, like EUR)."),
    "unknown_word": _(
        "We do not know this word. Leave the column out, or write open, cancelled, fulfilled or closed for the order,"
        " and paid, pending, refunded, partially_refunded or not_needed for the payment."
    ),
    "unknown_store": _("There is no such store."),
    "required": _("Something is missing here."),
    "format": _("This is not written as it should be."),
    "type": _("This is not written as it should be."),
    "too_long": _("This is too long."),
    "too_short": _("This is too short."),
    "too_large": _("This is too large."),
    "too_small": _("This is too small."),
    "out_of_range": _("The year makes no sense."),
    "duplicate": _("This stands here twice."),
    "line_shipped": _("A line that is missing here has been shipped already."),
    "line_refunded": _("A line that is missing here was refunded already."),
    "internal": _("Something of ours failed. The other rows came in."),
    "adjustment": _("An adjustment, not an order."),
    "no_positive_quantity": _("Nothing is bought here: no quantity is above zero."),
    "takes_nothing_back": _("The cancellation takes nothing back here: its quantity is not below zero."),
    "no_customer": _("The cancellation names no customer."),
    "no_such_order": _("No earlier order of this customer has enough of this article left."),
    "more_than_paid": _("The orders that have the article left were paid less than this gives back."),
}
OUTCOME: dict[str, Any] = {
    "created": _("new"),
    "updated": _("changed"),
    "unchanged": _("as they were"),
    "ignored": _("older than what is known"),
    "cancellation": _("cancellations, matched with orders by the import"),
    "refunded": _("cancellations given back"),
    "partly_refunded": _("cancellations given back in part"),
    "unmatched": _("cancellations without their order"),
    "left_out": _("left out"),
    "refused": _("refused"),
}


def reason(finding: Finding) -> str:
    """Return a sentence for a mistake; an unknown code is explained as the service did."""
    return str(FINDING.get(finding.code, finding.message or finding.code))


def field_name(kind: str, mapping: Mapping[str, int], headings: list[str], name: str) -> str:
    """Return what a field is called for the merchant: the heading of its column, else its label."""
    position = mapping.get(name)
    if position is not None and position < len(headings):
        return headings[position]
    field = fields_of(kind).get(name)
    return str(field.label) if field else name
