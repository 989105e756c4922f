"""Looking an order up by what its buyer knows: the same on the page and within a page of the shop."""

import uuid
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from redis.exceptions import RedisError

from postpurchase.accounts.models import Merchant, Store
from postpurchase.lib import clock
from postpurchase.lib.client_addresses import client_address
from tracking.models import CodePurpose
from tracking.selectors import find_order
from tracking.selectors.page_designs import published_design
from tracking.services import attempts
from tracking.services.codes import ask_for_code
from tracking.views.opening import fresh_token
from tracking.views.words import frame_of, words_for

LONGEST_ANSWER = 320


@dataclass(frozen=True, slots=True)
class FoundOrder:
    """The answers were right: the order and a live token of its page."""

    order_id: uuid.UUID
    token: str


@dataclass(frozen=True, slots=True)
class CodeAskedFor:
    """There were many misses: right answers alone open nothing, a code went to the buyer, if there is one."""

    code_id: uuid.UUID


@dataclass(frozen=True, slots=True)
class Refusal:
    """Nothing was found or can be. ``problem`` is a text's key, ``status`` the answer's."""

    number: str
    problem: str
    status: int

    def told(self, response: HttpResponse) -> HttpResponse:
        """Say in the answer's header when to try again, where that helps."""
        if self.status == 429:
            response.headers["Retry-After"] = str(int(attempts.ADDRESS_WINDOW.total_seconds()))
        return response


def look_up_order(request: HttpRequest, merchant: Merchant) -> FoundOrder | CodeAskedFor | Refusal:
    """Find the order that a sent form names, counting each try. Wrong and unknown are the same ``Refusal``."""
    number = request.POST.get("number", "")[:LONGEST_ANSWER].replace("\x00", "")
    second = request.POST.get("second", "")[:LONGEST_ANSWER].replace("\x00", "")
    try:
        attempts.count_try(merchant_id=merchant.id, address=client_address(request))
        needs_code = attempts.needs_code(merchant_id=merchant.id, number=number)
        order_id = find_order(number=number, second=second)
        if needs_code:
            return _ask_for_code(request, merchant, number=number, order_id=order_id)
        if order_id is None:
            attempts.count_miss(merchant_id=merchant.id, number=number)
            return Refusal(number, "look_up.not_found", 404)
    except attempts.TooManyTries:
        return Refusal(number, "look_up.too_often", 429)
    except RedisError:
        return Refusal(number, "look_up.unavailable", 503)
    return FoundOrder(order_id, fresh_token(merchant=merchant, order_id=order_id, now=clock.now()))


def code_path(request: HttpRequest, merchant: Merchant, asked: CodeAskedFor) -> str:
    """Return the path of the page that takes the code, in the storefront and language of this request."""
    query = urlencode({name: request.GET[name] for name in ("store", "lang") if name in request.GET})
    return f"/{merchant.slug}/track/code/{asked.code_id}{f'?{query}' if query else ''}"


def form_context(request: HttpRequest, merchant: Merchant, store: Store, refusal: Refusal | None) -> dict[str, object]:
    """Return what the look-up's template needs."""
    texts = words_for(request, store=store, design=published_design(store=store))
    return {
        **frame_of(merchant=merchant, store=store, texts=texts),
        "number": refusal.number if refusal else "",
        "problem": refusal.problem if refusal else "",
    }


def _ask_for_code(request: HttpRequest, merchant: Merchant, *, number: str, order_id: uuid.UUID | None) -> CodeAskedFor:
    """Right, wrong and unknown do the same work and get the same answer."""
    key = attempts.number_key(number)
    attempts.count_code(merchant_id=merchant.id, key=key, address=client_address(request))
    code = ask_for_code(merchant_id=merchant.id, order_id=order_id, purpose=CodePurpose.OPEN_PAGE, now=clock.now())
    return CodeAskedFor(code.id)
