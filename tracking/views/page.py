"""The shopper's tracking page. An edge: reads the request, makes one call, hands the words to a template."""

from urllib.parse import quote
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from postpurchase.accounts.brand import logo_url, look_up_path
from postpurchase.lib import clock
from postpurchase.lib.texts import languages_with
from tracking.answers import nowhere_kept, page_response
from tracking.design.texts import own_texts
from tracking.languages import other_languages
from tracking.page.build import TrackingPage, build_page
from tracking.selectors import OrderPage, page_of_order
from tracking.services.page_views import note_page_view
from tracking.views.blocks import shown_blocks
from tracking.views.code import see_other
from tracking.views.lost import not_found
from tracking.views.opening import open_link
from tracking.views.visit import Visit
from tracking.views.words import frame_of, words_for


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
    context |= _following(context["page"], verified=opening.verified)
    response = page_response(request, "tracking/page.html", context)
    # Who was let in leaves nothing behind on a computer that others use.
    return nowhere_kept(response) if opening.verified else response


def page_context(request: HttpRequest, found: OrderPage, *, token: str, verified: bool = False) -> dict[str, object]:
    """Return what the page's template needs: brand, words, and the blocks with their content."""
    order, store = found.order, found.order.store
    texts = words_for(
        request, store=store, design=found.design, order_language=order.language, country=found.facts.destination
    )
    now = clock.now()
    time_zone = ZoneInfo(order.merchant.time_zone)
    page = build_page(found.facts, shop=store.name, texts=texts, now=now, time_zone=time_zone, verified=verified)
    visit = Visit(found=found, page=page, texts=texts, token=token, now=now, verified=verified)
    return {
        **frame_of(merchant=order.merchant, store=store, texts=texts),
        "page": page,
        "number": order.number,
        "refresh": f"?lang={quote(asked)}" if (asked := request.GET.get("lang", "")) else "?",
        "preview_picture": _preview_picture(visit),
        "mail": visit.mail_link,
        "look_up": look_up_path(merchant=visit.merchant, store=visit.store),
        "other_languages": other_languages(visit.texts.language, languages_with(own_texts(visit.design))),
        "blocks": shown_blocks(visit),
    }


def _following(page: object, *, verified: bool) -> dict[str, object]:
    """Whether the page's script may put news on it (``is_live``), and whether any are awaited (``is_followed``).

    Not where the buyer's own data stand: that page is for half an hour, has forms, and is made anew each time.
    """
    is_delivered = isinstance(page, TrackingPage) and page.is_delivered
    return {"is_live": not verified, "is_followed": not verified and not is_delivered}


def _preview_picture(visit: Visit) -> str:
    """The picture that chats show beside the page's link: the store's logo, else ours; always of our own host."""
    own = f"{settings.BASE_URL}{settings.STATIC_URL}img/mail/on-its-way.png"
    return logo_url(merchant=visit.merchant, store=visit.store) or own
