"""All data of the merchant as files: nobody is kept here by their data."""

from typing import cast

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from postpurchase.dashboard.access import Action, Member, member_page
from postpurchase.exports.archive import Format, archive_chunks, table_chunks
from postpurchase.exports.tables import Table, exported_tables
from postpurchase.lib import clock

MEDIA_TYPES = {"jsonl": "application/x-ndjson", "csv": "text/csv; charset=utf-8"}
# What people ask for one at a time; everything else is in the archive. Address, table, name on the page.
LISTS = (
    ("orders", "orders.Order", _("Orders")),
    ("order-lines", "orders.OrderLine", _("Order lines")),
    ("refunds", "orders.Refund", _("Refunds")),
    ("customers", "orders.Customer", _("Customers")),
    ("products", "orders.Product", _("Products")),
    ("parcels", "tracking.Shipment", _("Parcels")),
    ("carriers-news", "tracking.Checkpoint", _("Carriers' news")),
    ("messages", "messaging.Message", _("Messages")),
    ("permissions", "messaging.Permission", _("Permissions")),
    ("survey-answers", "loyalty.SurveyResponse", _("Survey answers")),
    ("points", "loyalty.LedgerEntry", _("Points")),
)


@require_safe
@member_page(Action.EXPORT)
def export(request: HttpRequest, member: Member) -> HttpResponse:
    """Say what there is to take away, and in which forms."""
    lists = [(address, name) for address, _table, name in LISTS]
    return render(request, "dashboard/export.html", {"member": member, "area": "export", "lists": lists})


@require_safe
@member_page(Action.EXPORT)
def everything(request: HttpRequest, member: Member, format: str) -> StreamingHttpResponse:
    """Stream the archive."""
    if format not in MEDIA_TYPES:
        raise Http404
    now = clock.now()
    chunks = archive_chunks(merchant=member.merchant, format=cast(Format, format), now=now)
    name = f"{member.merchant.slug}-{now:%Y-%m-%d}-{format}.zip"
    return _download(StreamingHttpResponse(chunks, content_type="application/zip"), name)


@require_safe
@member_page(Action.EXPORT)
def one_list(request: HttpRequest, member: Member, name: str, format: str) -> StreamingHttpResponse:
    """Stream one list."""
    labels = {address: label for address, label, _name in LISTS}
    if name not in labels or format not in MEDIA_TYPES:
        raise Http404
    chunks = table_chunks(merchant=member.merchant, table=_table(labels[name]), format=cast(Format, format))
    return _download(StreamingHttpResponse(chunks, content_type=MEDIA_TYPES[format]), f"{name}.{format}")


def _table(label: str) -> Table:
    return next(table for table in exported_tables() if table._meta.label == label)


def _download(response: StreamingHttpResponse, name: str) -> StreamingHttpResponse:
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "private, no-store"
    return response
