"""``/t/<token>/sms``: the verified buyer names a mobile number and confirms it by the code that was sent there."""

import datetime as dt

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods
from redis.exceptions import RedisError

from messaging.services.phone_news import can_send_sms, confirm_sms
from orders.models import Order
from postpurchase.lib import clock
from postpurchase.lib.client_addresses import client_address
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
from tracking.views.words import frame_of, words_for

NUMBER = CodePurpose.CONFIRM_NUMBER


# Exempt for the same reasons as the code itself (``code.py``).
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def sms(request: HttpRequest, token: str) -> HttpResponse:
    """Ask for the code of a number (``do=send``, ``phone``) or give it back (``do=check``, ``code``)."""
    now = clock.now()
    opening = open_link(request, token, now=now)
    orders = Order.objects.select_related("merchant", "store", "customer")
    order = orders.filter(pk=opening.link.subject_id).first() if opening else None
    if opening is None or order is None or order.customer is None or not can_send_sms():
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
    if request.method != "POST":
        return _page(request, order, texts, token, now)
    try:
        return _act(request, order, texts, token, now)
    except attempts.TooManyTries:
        return _page(request, order, texts, token, now, problem="code.too_often", status=429)
    except RedisError:
        return _page(request, order, texts, token, now, problem="code.unavailable", status=503)


def _act(request: HttpRequest, order: Order, texts: Texts, token: str, now: dt.datetime) -> HttpResponse:
    do = request.POST.get("do", "")
    if do == "send":
        return _send(request, order, texts, token, now)
    if do != "check":
        return HttpResponseBadRequest("Nothing to do.\n", content_type="text/plain")
    attempts.count_answer(merchant_id=order.merchant_id, address=client_address(request))
    waiting = waiting_code(order_id=order.id, purpose=NUMBER, now=now)
    given = request.POST.get("code", "")[:LONGEST_ANSWER]
    code = check_code(code_id=waiting.id, given=given, now=now) if waiting else None
    if code is None or order.customer is None:
        return _page(request, order, texts, token, now, problem="code.wrong", field="code", status=422)
    confirm_sms(merchant=order.merchant, customer=order.customer, code=code, now=now)
    return see_other(f"/t/{token}{language_query(request)}#sms")


def _send(request: HttpRequest, order: Order, texts: Texts, token: str, now: dt.datetime) -> HttpResponse:
    written = request.POST.get("phone", "")[:LONGEST_ANSWER]
    phone = mobile_number(written, str(order.shipping_address.get("country") or order.merchant.country))
    if phone is None:
        return _page(request, order, texts, token, now, problem="sms.no_mobile", field="phone", status=422)
    attempts.count_code(merchant_id=order.merchant_id, key=f"sms-{order.id}", address=client_address(request))
    wording = str(texts("sms.wording", store=order.store.name))
    ask_for_code(
        merchant_id=order.merchant_id, order_id=order.id, purpose=NUMBER, phone=phone, wording=wording, now=now
    )
    return see_other(f"/t/{token}/sms{language_query(request)}")


def _page(
    request: HttpRequest,
    order: Order,
    texts: Texts,
    token: str,
    now: dt.datetime,
    *,
    problem: str = "",
    field: str = "",
    status: int = 200,
) -> HttpResponse:
    waiting = waiting_code(order_id=order.id, purpose=NUMBER, now=now)
    known = order.customer.phone if order.customer else ""
    context: dict[str, object] = {
        **frame_of(merchant=order.merchant, store=order.store, texts=texts),
        "is_waiting": waiting is not None or field == "code",
        "phone": request.POST.get("phone", "")[:LONGEST_ANSWER] or (waiting.phone if waiting else known),
        "problem": problem,
        "field": field,
        "back": f"/t/{token}{language_query(request)}",
    }
    response = nowhere_kept(page_response(request, "tracking/sms.html", context, status=status))
    if status == 429:
        response.headers["Retry-After"] = str(int(attempts.CODE_WINDOW.total_seconds()))
    return response
