"""The shopper's tracking page. An edge: reads the request, makes one call, hands the words to a template."""

from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from postpurchase.accounts.brand import page_brand
from postpurchase.lib import clock
from postpurchase.lib.texts import texts_for
from tracking.answers import nowhere_kept, page_response
from tracking.languages import page_language
from tracking.page.build import build_page
from tracking.selectors import OrderPage, page_of_order
from tracking.services.page_views import note_page_view
from tracking.views.blocks import shown_blocks
from tracking.views.code import see_other
from tracking.views.lost import not_found
from tracking.views.opening import open_link
from tracking.views.visit import Visit


@require_safe
def tracking_page(request: HttpRequest, token: str) -> HttpResponse:
    """Show an order's parcels to whoever holds its link."""
    now = clock.now()
    opening = open_link(request, token, now=now)
    if opening is None:
        return not_found(request)
    if opening.needs_code:
        return see_other(f"/t/{token}/code")
    found = page_of_order(order_id=opening.link.subject_id)
    if found is None:
        return not_found(request)
    if request.method == "GET":
        note_page_view(link=opening.link, now=now)
    context = page_context(request, found, token=token, verified=opening.verified)
    response = page_response(request, "tracking/page.html", context)
    # Who was let in leaves nothing behind on a computer that others use.
    return nowhere_kept(response) if opening.verified else response


def page_context(request: HttpRequest, found: OrderPage, *, token: str, verified: bool = False) -> dict[str, object]:
    """Return what the page's template needs: brand, words, and the blocks with their content."""
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
    visit = Visit(found=found, page=page, texts=texts, token=token, now=now, verified=verified)
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
