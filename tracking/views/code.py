"""The one-time code: ``/t/<token>/code`` for whoever has the link, ``/<slug>/track/code/<id>`` after a look-up.

Codes are asked for and given back by POST only, because scanners open every link. What is answered never depends on
whether a code was really sent: to an order without an address, or to none at all, the page says the same.
"""

import datetime as dt
import uuid

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods
from redis.exceptions import RedisError

from orders.models import Order
from postpurchase.accounts import page_links
from postpurchase.accounts.brand import look_up_path
from postpurchase.accounts.middleware import not_for_caches
from postpurchase.accounts.models import Merchant, PageKind, Store
from postpurchase.lib import clock
from postpurchase.lib.client_addresses import client_address
from postpurchase.lib.here import here
from postpurchase.lib.texts import Texts
from tracking.answers import page_response
from tracking.design.texts import language_problem
from tracking.models import CodePurpose
from tracking.selectors.page_designs import published_design
from tracking.services import attempts
from tracking.services.codes import ask_for_code, check_code, waiting_code
from tracking.views.lost import not_found
from tracking.views.opening import Opening, fresh_token, let_in, open_link, shut_out
from tracking.views.storefront import storefront
from tracking.views.words import frame_of, words_for

LONGEST_ANSWER = 40


# Exempt: the address is the key, and a foreign page that does not know it can forge nothing. The cookie of a verified
# browser is not sent along with other sites' forms (SameSite=Lax).
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def page_code(request: HttpRequest, token: str) -> HttpResponse:
    """Ask for the code of an order's page (``do=send``), give it back (``code``), hide (``hide``) or prolong."""
    now = clock.now()
    opening = open_link(request, token, now=now)
    order = _order(opening) if opening else None
    if opening is None or order is None:
        return not_found(request)
    if request.method != "POST":
        return _page(request, order, opening, token, now)
    try:
        return _act(request, order, opening, token, now)
    except attempts.TooManyTries:
        return _page(request, order, opening, token, now, problem="too_often", status=429)
    except RedisError:
        return _page(request, order, opening, token, now, problem="unavailable", status=503)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def look_up_code(request: HttpRequest, merchant_slug: str, code_id: uuid.UUID) -> HttpResponse:
    """Take the code that a look-up asked for; the right one opens the order's own page, verified."""
    merchant, store = storefront(request, merchant_slug)
    if request.method != "POST":
        return _look_up_page(request, merchant, store)
    now = clock.now()
    try:
        attempts.count_answer(merchant_id=merchant.id, address=client_address(request))
    except attempts.TooManyTries:
        return _look_up_page(request, merchant, store, problem="too_often", status=429)
    except RedisError:
        return _look_up_page(request, merchant, store, problem="unavailable", status=503)
    code = check_code(code_id=code_id, given=request.POST.get("code", "")[:LONGEST_ANSWER], now=now)
    if code is None or code.order is None or code.purpose != CodePurpose.OPEN_PAGE:
        return _look_up_page(request, merchant, store, problem="wrong", status=422)
    token = fresh_token(merchant=merchant, order_id=code.order.id, now=now)
    link = page_links.resolve(token=token, kind=PageKind.TRACKING, now=now)
    response = see_other(f"/t/{token}")
    if link is not None:
        let_in(response, link=link, token=token, now=now)
    return response


def see_other(address: str) -> HttpResponse:
    """Answer a POST with the page of ours to look at next, by its path."""
    return not_for_caches(HttpResponseRedirect(here(address), status=303))


def _order(opening: Opening) -> Order | None:
    orders = Order.objects.select_related("merchant", "store", "customer")
    return orders.filter(pk=opening.link.subject_id).first()


def _act(request: HttpRequest, order: Order, opening: Opening, token: str, now: dt.datetime) -> HttpResponse:
    do = request.POST.get("do", "")
    if do == "send":
        attempts.count_code(merchant_id=order.merchant_id, key=str(order.id), address=client_address(request))
        ask_for_code(merchant_id=order.merchant_id, order_id=order.id, purpose=CodePurpose.OPEN_PAGE, now=now)
        return see_other(f"/t/{token}/code{language_query(request)}")
    if do == "check":
        attempts.count_answer(merchant_id=order.merchant_id, address=client_address(request))
        waiting = waiting_code(order_id=order.id, purpose=CodePurpose.OPEN_PAGE, now=now)
        given = request.POST.get("code", "")[:LONGEST_ANSWER]
        if waiting is None or check_code(code_id=waiting.id, given=given, now=now) is None:
            return _page(request, order, opening, token, now, problem="wrong", status=422)
        return _let_in(request, opening, token, now)
    if do == "prolong" and opening.verified:
        return _let_in(request, opening, token, now)
    if do == "hide":
        response = see_other(f"/t/{token}{language_query(request)}")
        shut_out(response, token=token)
        return response
    return HttpResponseBadRequest("Nothing to do.\n", content_type="text/plain")


def _let_in(request: HttpRequest, opening: Opening, token: str, now: dt.datetime) -> HttpResponse:
    response = see_other(f"/t/{token}{language_query(request)}#buyer")
    let_in(response, link=opening.link, token=token, now=now)
    return response


def _page(
    request: HttpRequest,
    order: Order,
    opening: Opening,
    token: str,
    now: dt.datetime,
    *,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    is_waiting = waiting_code(order_id=order.id, purpose=CodePurpose.OPEN_PAGE, now=now) is not None
    texts = words_for(
        request,
        store=order.store,
        design=published_design(store=order.store),
        order_language=order.language,
        country=str(order.shipping_address.get("country") or ""),
    )
    context: dict[str, object] = {
        "is_waiting": is_waiting or problem == "wrong",
        "is_old": opening.needs_code,
        "can_send": True,
        "back": "" if opening.needs_code else here(f"/t/{token}{language_query(request)}"),
        "look_up": look_up_path(merchant=order.merchant, store=order.store),
    }
    return _answer(request, order.merchant, order.store, texts, context, problem=problem, status=status)


def _look_up_page(
    request: HttpRequest, merchant: Merchant, store: Store, *, problem: str = "", status: int = 200
) -> HttpResponse:
    texts = words_for(request, store=store, design=published_design(store=store))
    context: dict[str, object] = {
        "is_waiting": True,
        "is_old": False,
        "can_send": False,
        "back": "",
        "look_up": look_up_path(merchant=merchant, store=store),
    }
    return _answer(request, merchant, store, texts, context, problem=problem, status=status)


def _answer(
    request: HttpRequest,
    merchant: Merchant,
    store: Store,
    texts: Texts,
    context: dict[str, object],
    *,
    problem: str,
    status: int,
) -> HttpResponse:
    context |= {
        **frame_of(merchant=merchant, store=store, texts=texts),
        "problem": f"code.{problem}" if problem else "",
        "is_wrong": problem == "wrong",
    }
    response = page_response(request, "tracking/code.html", context, status=status)
    if status == 429:
        response.headers["Retry-After"] = str(int(attempts.ADDRESS_WINDOW.total_seconds()))
    return response


def language_query(request: HttpRequest) -> str:
    """Return the part of an address that keeps the language the shopper reads in, empty where they chose none."""
    asked = request.GET.get("lang", "")
    return f"?lang={asked}" if asked and not language_problem(asked) else ""
