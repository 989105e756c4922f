"""``/t/<token>/delivery.ics``: the expected days for the shopper's calendar."""

from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from postpurchase.accounts.middleware import not_for_caches
from postpurchase.accounts.own_places import pages_base
from postpurchase.lib import clock
from tracking.page.calendar import calendar_file, expected_deliveries
from tracking.selectors import page_of_order
from tracking.views.lost import not_found
from tracking.views.opening import open_link
from tracking.views.words import words_for


@require_safe
def delivery_file(request: HttpRequest, token: str) -> HttpResponse:
    """Answer with the deliveries that are still expected; without any, as if there were no such page."""
    now = clock.now()
    opening = open_link(request, token, now=now)
    found = page_of_order(order_id=opening.link.subject_id) if opening and not opening.needs_code else None
    if found is None:
        return not_found(request)
    order, store = found.order, found.order.store
    expected = expected_deliveries(found.facts, now=now, time_zone=ZoneInfo(order.merchant.time_zone))
    if not expected:
        return not_found(request)
    texts = words_for(
        request, store=store, design=found.design, order_language=order.language, country=found.facts.destination
    )
    url = f"{pages_base(merchant_id=order.merchant_id, store_id=store.id)}/t/{token}"
    content = calendar_file(found.facts, expected, shop=store.name, url=url, texts=texts, now=now)
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="delivery.ics"'
    return not_for_caches(response)
