"""Orders: the list, and one order with everything that happened to it."""

import uuid

from django.db.models import Prefetch, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from orders.enums import OrderStatus
from orders.models import Order
from orders.selectors import order_by_id
from postpurchase.accounts.models import PageKind
from postpurchase.accounts.page_links import page_url
from postpurchase.dashboard import words
from postpurchase.dashboard.access import Action, Member, member_page
from postpurchase.dashboard.paging import page_of
from postpurchase.dashboard.story import story_of
from postpurchase.lib import clock
from tracking.carriers.detection import detect
from tracking.enums import Carrier
from tracking.models import Shipment

SEARCH_LENGTH = 100


@member_page(Action.VIEW)
def orders(request: HttpRequest, member: Member) -> HttpResponse:
    """List orders, newest first; ``q`` searches number, e-mail and name, ``status`` filters."""
    query = request.GET.get("q", "").replace("\x00", "").strip()[:SEARCH_LENGTH]
    status = request.GET.get("status", "")
    found = (
        _found(query, status)
        .select_related("customer")
        .prefetch_related(Prefetch("shipments", Shipment.objects.order_by("created_at")))
    )
    page = page_of(found, newest_by="placed_at", cursor=request.GET.get("after", ""))
    rows = [
        {
            "order": order,
            "status": words.in_words(words.ORDER_STATUS, order.status),
            "parcels": [
                {
                    "words": words.in_words(words.SHIPMENT_STATUS, shipment.status),
                    "tone": words.SHIPMENT_TONE.get(shipment.status, ""),
                }
                for shipment in order.shipments.all()
            ],
        }
        for order in page.rows
    ]
    context = {"member": member, "area": "orders", "rows": rows, "next": page.next_cursor, "query": query}
    context |= {"status": status, "statuses": [(key, str(words.ORDER_STATUS[key])) for key in OrderStatus.values]}
    return render(request, "dashboard/orders.html", context)


def _found(query: str, status: str) -> QuerySet[Order]:
    found: QuerySet[Order] = Order.objects.all()
    if status in OrderStatus.values:
        found = found.filter(status=status)
    for term in query.split():
        found = found.filter(
            Q(number__icontains=term)
            | Q(external_id__iexact=term)
            | Q(customer__email__icontains=term)
            | Q(customer__first_name__icontains=term)
            | Q(customer__last_name__icontains=term)
        )
    return found


@member_page(Action.VIEW)
def order(request: HttpRequest, member: Member, order_id: uuid.UUID) -> HttpResponse:
    """Show one order with its whole story."""
    found = order_by_id(order_id=order_id)
    if found is None:
        raise Http404
    shipments = Shipment.objects.filter(order=found).order_by("created_at")
    context = {
        "member": member,
        "area": "orders",
        "order": found,
        "status": words.in_words(words.ORDER_STATUS, found.status),
        "payment": words.in_words(words.PAYMENT_STATUS, found.payment_status),
        "story": story_of(found),
        "parcels": [
            {
                "shipment": shipment,
                "carrier": words.carrier_of(shipment),
                "candidates": _candidates(shipment),
                "words": words.in_words(words.SHIPMENT_STATUS, shipment.status),
                "tone": words.SHIPMENT_TONE.get(shipment.status, ""),
            }
            for shipment in shipments
        ],
        "pages": _shopper_pages(member, found),
    }
    return render(request, "dashboard/order.html", context)


def _candidates(shipment: Shipment) -> list[str]:
    """The couriers whose numbers look like that of a parcel of nobody we know."""
    if shipment.carrier != Carrier.OTHER:
        return []
    return list(dict.fromkeys(one.name for one in detect(shipment.tracking_number)))


def _shopper_pages(member: Member, order: Order) -> dict[str, str]:
    def address(kind: PageKind, subject_id: uuid.UUID) -> str:
        return page_url(
            merchant_id=member.merchant.id,
            kind=kind,
            subject_id=subject_id,
            now=clock.now(),
            store_id=order.store_id,
        )

    pages = {"tracking": address(PageKind.TRACKING, order.id), "survey": address(PageKind.SURVEY, order.id)}
    if order.customer_id:
        pages["points"] = address(PageKind.POINTS, order.customer_id)
        pages["preferences"] = address(PageKind.PREFERENCES, order.customer_id)
    return pages
