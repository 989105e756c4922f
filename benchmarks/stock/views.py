"""The same page as Django's documentation would have it written: objects with what belongs to them prefetched, a
template, the decorators for gzip and conditional answers. Words and blocks are the product's, so the pages are equal.

https://docs.djangoproject.com/en/5.2/topics/db/optimization/
https://docs.djangoproject.com/en/5.2/topics/http/decorators/
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import conditional_page

from orders.models import Order, Product
from postpurchase.accounts.models import PageKind
from postpurchase.accounts.page_links import resolve
from postpurchase.accounts.scoping import enter_request_scope
from postpurchase.lib import clock
from tracking.enums import ShipmentStatus
from tracking.models import Case, Promise, PromiseSource, Shipment
from tracking.page.facts import LineFacts, NewsFacts, OrderFacts, ParcelFacts
from tracking.promise import Window
from tracking.selectors import OrderPage
from tracking.selectors.page import own_image, private_words
from tracking.views.page import page_context


def hello(_request: HttpRequest) -> HttpResponse:
    """The least a view can do."""
    return HttpResponse("Hello, world!")


@gzip_page
@conditional_page
def tracking_page(request: HttpRequest, token: str) -> HttpResponse:
    """An order's tracking page."""
    link = resolve(token=token, kind=PageKind.TRACKING, now=clock.now())
    if link is None:
        return HttpResponse(status=404)
    enter_request_scope(link.merchant_id)
    orders = Order.objects.select_related("merchant", "store", "customer").prefetch_related(
        "lines", "promises", "shipments__checkpoints", "shipments__lines", "shipments__promises"
    )
    order = get_object_or_404(orders, pk=link.subject_id)
    has_cases = Case.objects.filter(order_id=order.id).exists()
    found = OrderPage(order=order, facts=_facts(order), has_cases=has_cases)
    return render(request, "tracking/page.html", page_context(request, found, token=token))


def _facts(order: Order) -> OrderFacts:
    lines = sorted(order.lines.all(), key=lambda line: line.position)
    products = {one.sku: one for one in Product.objects.filter(sku__in=[line.sku for line in lines if line.sku])}
    return OrderFacts(
        id=order.id,
        number=order.number,
        placed_at=order.placed_at,
        status=order.status,
        payment_status=order.payment_status,
        currency=order.currency,
        language=order.language,
        destination=str(order.shipping_address.get("country") or ""),
        lines=tuple(
            LineFacts(
                id=line.id,
                sku=line.sku,
                name=line.name or (products[line.sku].name if line.sku in products else line.sku),
                quantity=line.quantity,
                total=line.total,
                image=own_image(line.image_url),
                url=line.product_url,
            )
            for line in lines
        ),
        parcels=tuple(_parcel(one) for one in sorted(order.shipments.all(), key=lambda one: one.created_at)),
        promise=_window([one for one in order.promises.all() if one.shipment_id is None]),
        private_words=private_words(
            order.customer, (order.shipping_address, order.billing_address, order.recipient or {})
        ),
    )


def _parcel(shipment: Shipment) -> ParcelFacts:
    news = sorted(shipment.checkpoints.all(), key=lambda one: one.occurred_at, reverse=True)
    return ParcelFacts(
        id=shipment.id,
        carrier=shipment.carrier,
        carrier_word=shipment.carrier_word,
        tracking_number=shipment.tracking_number,
        tracking_url=shipment.tracking_url,
        shipped_at=shipment.shipped_at,
        created_at=shipment.created_at,
        status=ShipmentStatus(shipment.status),
        substatus=shipment.substatus,
        status_at=shipment.status_at,
        delivered_at=shipment.delivered_at,
        delivery_location=shipment.delivery_location,
        delivery_location_text=shipment.delivery_location_text,
        signed_by=shipment.signed_by,
        contents={line.order_line_id: line.quantity for line in shipment.lines.all()},
        news=tuple(
            NewsFacts(
                occurred_at=one.occurred_at,
                status=ShipmentStatus(one.status) if one.status else None,
                substatus=one.substatus,
                message=one.message,
                city=one.city,
                country=one.country,
            )
            for one in news
        ),
        promise=_window(list(shipment.promises.all())),
    )


def _window(promises: list[Promise]) -> Window | None:
    if not promises:
        return None
    newest = max(promises, key=lambda one: (one.made_at, one.id))
    return Window(PromiseSource(newest.source), newest.earliest, newest.likely, newest.latest)
