"""The shopper's tracking page. An edge: reads the request, makes one call, hands the words to a template."""

from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from postpurchase.accounts import page_links
from postpurchase.accounts.brand import PageBrand, page_brand
from postpurchase.accounts.models import PageKind
from postpurchase.accounts.scoping import enter_request_scope
from postpurchase.lib import clock
from postpurchase.lib.texts import texts_for
from tracking.answers import page_response
from tracking.languages import page_language
from tracking.page.build import build_page
from tracking.selectors import OrderPage, page_of_order
from tracking.services.page_views import note_page_view
from tracking.views.blocks import shown_blocks
from tracking.views.visit import Visit


@require_safe
def tracking_page(request: HttpRequest, token: str) -> HttpResponse:
    """Show an order's parcels to whoever holds its link."""
    now = clock.now()
    link = page_links.resolve(token=token, kind=PageKind.TRACKING, now=now)
    if link is None:
        return not_found(request)
    enter_request_scope(link.merchant_id)
    found = page_of_order(order_id=link.subject_id)
    if found is None:
        return not_found(request)
    if request.method == "GET":
        note_page_view(link=link, now=now)
    return page_response(request, "tracking/page.html", _context(request, found, token=token))


def not_found(request: HttpRequest) -> HttpResponse:
    """Answer a wrong, revoked or outdated link: the same for each, without anybody's brand."""
    language = page_language(accepted=request.headers.get("Accept-Language", ""), store="de")
    context: dict[str, object] = {
        "brand": PageBrand(name="", css_url="", logo_url="", shop_url="", imprint="", links=()),
        "language": language,
        "texts": texts_for("tracking", language=language),
    }
    return page_response(request, "tracking/not_found.html", context, status=404)


def _context(request: HttpRequest, found: OrderPage, *, token: str) -> dict[str, object]:
    order, store, merchant = found.order, found.order.store, found.order.merchant
    language = page_language(
        asked=request.GET.get("lang", ""),
        order=order.language,
        accepted=request.headers.get("Accept-Language", ""),
        store=store.language,
        country=found.facts.destination,
    )
    texts = texts_for("tracking", language=language, tone=store.tone)
    now = clock.now()
    page = build_page(found.facts, shop=store.name, texts=texts, now=now, time_zone=ZoneInfo(merchant.time_zone))
    visit = Visit(found=found, page=page, texts=texts, token=token, now=now)
    return {
        "brand": page_brand(merchant=merchant, store=store),
        "language": texts.language,
        "texts": texts,
        "page": page,
        "number": order.number,
        "mail": visit.mail_link,
        "look_up": f"/{merchant.slug}/track",
        "blocks": shown_blocks(visit),
    }
