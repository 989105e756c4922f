"""The shopper's tracking page. An edge: reads the request, makes one call, hands the words to a template."""

from collections.abc import Callable
from typing import TypeVar
from urllib.parse import quote
from zoneinfo import ZoneInfo

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from redis.exceptions import RedisError

from loyalty.enums import Sentiment, SurveyKind
from loyalty.selectors import balance, current_answer, running_programme
from orders.recommendations.select import recommend
from postpurchase.accounts import page_links
from postpurchase.accounts.brand import PageBrand, page_brand
from postpurchase.accounts.models import PageKind, Store
from postpurchase.accounts.scoping import enter_request_scope
from postpurchase.lib import clock
from postpurchase.lib.texts import Texts, texts_for
from tracking.answers import page_response
from tracking.languages import page_language
from tracking.page.build import TrackingPage, build_page, initial_of
from tracking.selectors import OrderPage, own_image, page_of_order
from tracking.services.page_views import note_page_view
from tracking.services.register import is_web_address

T = TypeVar("T")

POINTS_REMEMBERED_SECONDS = 60
RECOMMENDATIONS_REMEMBERED_SECONDS = 600


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
    page = build_page(
        found.facts,
        shop=store.name,
        texts=texts,
        now=clock.now(),
        time_zone=ZoneInfo(merchant.time_zone),
    )
    return {
        "brand": page_brand(merchant=merchant, store=store),
        "language": texts.language,
        "texts": texts,
        "page": page,
        "store": store,
        "number": order.number,
        "mail": _mail_link(store, texts, order.number),
        "look_up": f"/{merchant.slug}/track",
        "sentiment_url": f"/t/{token}/sentiment",
        "faces": _FACES,
        "answer": _answer(found, page),
        "points": _points(found),
        "recommendations": _recommendations(found, texts),
    }


# Score, icon and text of each face.
_FACES = (
    (Sentiment.BAD.value, "sad", "sentiment.bad"),
    (Sentiment.OK.value, "neutral", "sentiment.ok"),
    (Sentiment.GOOD.value, "happy", "sentiment.good"),
)


def _answer(found: OrderPage, page: TrackingPage) -> str:
    """What became of the question after delivery: ``ask``, ``good``, ``other``; empty while it is not asked."""
    if not page.is_delivered:
        return ""
    answer = current_answer(merchant=found.order.merchant, order=found.order, kind=SurveyKind.SENTIMENT)
    if answer is None:
        return "ask"
    return "good" if answer.score == Sentiment.GOOD else "other"


def _points(found: OrderPage) -> dict[str, object] | None:
    """The shopper's points with their page, None without any."""
    customer, merchant = found.order.customer, found.order.merchant
    if customer is None:
        return None

    def read() -> dict[str, object]:
        now = clock.now()
        if running_programme(merchant=merchant) is None:
            return {}
        points = balance(merchant=merchant, customer=customer, now=now).points
        if not points:
            return {}
        url = page_links.page_url(merchant_id=merchant.id, kind=PageKind.POINTS, subject_id=customer.id, now=now)
        return {"count": points, "url": url}

    return _remembered(f"page-points:{customer.id}", POINTS_REMEMBERED_SECONDS, read) or None


def _recommendations(found: OrderPage, texts: Texts) -> list[dict[str, str]]:
    """What may go well with the order, with the true reason in words. Only articles that have a page to go to."""
    order = found.order

    def read() -> list[dict[str, str]]:
        basket = [line.sku for line in found.facts.lines if line.sku]
        return [
            {
                "name": one.product.name,
                "url": one.product.url,
                "image": own_image(one.product.image_url),
                "reason": str(one.reason),
                "because": one.because.name if one.because else "",
            }
            for one in recommend(basket=basket, customer_id=order.customer_id, now=clock.now())
            if is_web_address(one.product.url)
        ]

    chosen = _remembered(f"page-recommendations:{order.id}", RECOMMENDATIONS_REMEMBERED_SECONDS, read)
    return [
        {
            **one,
            "initial": initial_of(one["name"]),
            "why": texts(f"recommendations.{one['reason']}", name=one["because"]),
        }
        for one in chosen
    ]


def _remembered(key: str, seconds: int, read: Callable[[], T]) -> T:
    """Return what ``read`` gives, at most once in a while; without the cache, each time."""
    try:
        known: T | None = cache.get(key)
        if known is not None:
            return known
        value = read()
        cache.set(key, value, seconds)
    except RedisError:
        return read()
    return value


def _mail_link(store: Store, texts: Texts, number: str) -> str:
    """Where a shopper's question goes, with the order already named; empty where the store gave no address."""
    address = store.support_email or store.reply_to
    return f"mailto:{address}?subject={quote(texts('help.mail_subject', number=number))}" if address else ""
