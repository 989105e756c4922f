"""``/t/<token>/sms``: the verified buyer names a mobile number, chooses SMS or WhatsApp, and confirms both by the code
that was sent there.
"""

import datetime as dt
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods
from redis.exceptions import RedisError

from messaging.services.phone_news import chosen_way, confirm_phone, ways_to_phone
from orders.models import Customer, Order
from postpurchase.lib import clock
from postpurchase.lib.client_addresses import client_address
from postpurchase.lib.here import here
from postpurchase.lib.phones import mobile_number
from postpurchase.lib.texts import Texts
from tracking.answers import nowhere_kept, page_response
from tracking.models import CodePurpose
from tracking.selectors.page_designs import published_design
from tracking.services import attempts
from tracking.services.codes import ask_for_code, check_code, waiting_code
from tracking.views.code import LONGEST_ANSWER, language_query, see_other
from tracking.views.lost import not_found
from tracking.views.opening import open_link
from tracking.views.phone_ways import PhoneWay, phone_ways
from tracking.views.words import frame_of, words_for

NUMBER = CodePurpose.CONFIRM_NUMBER


@dataclass(frozen=True, slots=True)
class Asking:
    """One request of a verified buyer, and what they may choose from."""

    request: HttpRequest
    order: Order
    customer: Customer
    ways: list[PhoneWay]
    texts: Texts
    path: str
    now: dt.datetime

    def said(self, name: str) -> str:
        """Return what was filled in, no longer than anything that could be right."""
        return self.request.POST.get(name, "")[:LONGEST_ANSWER]


# Exempt for the same reasons as the code itself (``code.py``).
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def sms(request: HttpRequest, token: str) -> HttpResponse:
    """Ask for the code of a number (``do=send``, ``phone``, ``channel``) or give it back (``do=check``, ``code``)."""
    now = clock.now()
    opening = open_link(request, token, now=now)
    orders = Order.objects.select_related("merchant", "store", "customer")
    order = orders.filter(pk=opening.link.subject_id).first() if opening else None
    if opening is None or order is None or order.customer is None:
        return not_found(request)
    channels = ways_to_phone(order=order, customer=order.customer)
    if not channels:
        return not_found(request)
    if not opening.verified:
        return see_other(f"/t/{token}/code{language_query(request)}")
    texts = words_for(
        request,
        store=order.store,
        design=published_design(store=order.store),
        order_language=order.language,
        country=str(order.shipping_address.get("country") or ""),
    )
    ways = phone_ways(channels, texts, store=order.store.name)
    asking = Asking(request, order, order.customer, ways, texts, f"/t/{token}", now)
    if request.method != "POST":
        return _page(asking)
    try:
        return _act(asking)
    except attempts.TooManyTries:
        return _page(asking, problem="code.too_often", status=429)
    except RedisError:
        return _page(asking, problem="code.unavailable", status=503)


def _act(asking: Asking) -> HttpResponse:
    order = asking.order
    do = asking.said("do")
    if do == "send":
        return _send(asking)
    if do != "check":
        return HttpResponseBadRequest("Nothing to do.\n", content_type="text/plain")
    attempts.count_answer(merchant_id=order.merchant_id, address=client_address(asking.request))
    waiting = waiting_code(order_id=order.id, purpose=NUMBER, now=asking.now)
    code = check_code(code_id=waiting.id, given=asking.said("code"), now=asking.now) if waiting else None
    if code is None:
        return _page(asking, problem="code.wrong", field="code", status=422)
    confirm_phone(merchant=order.merchant, customer=asking.customer, code=code, now=asking.now)
    return see_other(f"{asking.path}{language_query(asking.request)}#sms")


def _send(asking: Asking) -> HttpResponse:
    order = asking.order
    phone = mobile_number(asking.said("phone"), str(order.shipping_address.get("country") or order.merchant.country))
    if phone is None:
        return _page(asking, problem="sms.no_mobile", field="phone", status=422)
    named = [way for way in asking.ways if way.channel == asking.said("channel")]
    way = next(iter(named or asking.ways))
    if not named and len(asking.ways) > 1:
        return _page(asking, problem="sms.no_way", field=f"way-{asking.ways[0].channel}", status=422)
    attempts.count_code(merchant_id=order.merchant_id, key=f"sms-{order.id}", address=client_address(asking.request))
    ask_for_code(
        merchant_id=order.merchant_id,
        order_id=order.id,
        purpose=NUMBER,
        phone=phone,
        channel=way.channel,
        wording=str(way.wording),
        now=asking.now,
    )
    return see_other(f"{asking.path}/sms{language_query(asking.request)}")


def _page(asking: Asking, *, problem: str = "", field: str = "", status: int = 200) -> HttpResponse:
    order = asking.order
    waiting = waiting_code(order_id=order.id, purpose=NUMBER, now=asking.now)
    chosen = chosen_way(customer=asking.customer)
    known = waiting or chosen
    context: dict[str, object] = {
        **frame_of(merchant=order.merchant, store=order.store, texts=asking.texts),
        "is_waiting": waiting is not None or field == "code",
        "waits_for": waiting.channel if waiting else "",
        "phone": asking.said("phone") or (known.phone if known else asking.customer.phone),
        "ways": asking.ways,
        "way": asking.said("channel") or (known.channel if known else ""),
        "problem": problem,
        "field": field,
        "back": here(f"{asking.path}{language_query(asking.request)}"),
    }
    response = nowhere_kept(page_response(asking.request, "tracking/sms.html", context, status=status))
    if status == 429:
        response.headers["Retry-After"] = str(int(attempts.CODE_WINDOW.total_seconds()))
    return response
