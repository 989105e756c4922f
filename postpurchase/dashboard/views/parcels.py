"""All parcels, by how they stand: what the overview counts, as a list."""

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from postpurchase.dashboard import words
from postpurchase.dashboard.access import Action, Member, member_page
from postpurchase.dashboard.overview import TROUBLE, UNDER_WAY, WAITING
from postpurchase.dashboard.paging import page_of
from tracking.models import Shipment

# What may be shown, in the order of the tabs.
GROUPS = {
    "announced": (_("Not with the carrier yet"), ("pending", "info_received")),
    "under_way": (_("On the way"), UNDER_WAY),
    "waiting": (_("Ready for pickup"), WAITING),
    "trouble": (_("In trouble"), TROUBLE),
    "delivered": (_("Delivered"), ("delivered",)),
}
SEARCH_LENGTH = 100


@require_safe
@member_page(Action.VIEW)
def parcels(request: HttpRequest, member: Member) -> HttpResponse:
    """List parcels, newest first; ``show`` is a group of statuses, ``q`` how a tracking or order number begins."""
    show = request.GET.get("show", "")
    query = request.GET.get("q", "").replace("\x00", "").strip()[:SEARCH_LENGTH]
    found = Shipment.objects.select_related("order")
    if query:
        found = found.filter(
            Q(tracking_number__startswith=query.upper().replace(" ", "")) | Q(order__number__istartswith=query)
        )
    counts = dict(found.values_list("status").annotate(Count("id")))
    total = sum(counts.values())
    if show in GROUPS:
        found = found.filter(status__in=GROUPS[show][1])
    page = page_of(found, newest_by="created_at", cursor=request.GET.get("after", ""))
    context = {
        "member": member,
        "area": "parcels",
        "rows": [
            {
                "parcel": parcel,
                "carrier": words.carrier_of(parcel),
                "words": words.in_words(words.SHIPMENT_STATUS, parcel.status),
                "tone": words.SHIPMENT_TONE.get(parcel.status, ""),
            }
            for parcel in page.rows
        ],
        "next": page.next_cursor,
        "show": show,
        "query": query,
        "groups": [
            (key, label, sum(counts.get(status, 0) for status in statuses)) for key, (label, statuses) in GROUPS.items()
        ],
        "total": total,
    }
    return render(request, "dashboard/parcels.html", context)
