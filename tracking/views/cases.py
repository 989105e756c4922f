"""What a shopper says about problems: choices, “I was at home”, “it did not come”, “it has turned up”, reports.

Only POST stores anything, because scanners open every link; saying something twice is saying it once. The token in the
address is the permission: a foreign page that does not know it can forge nothing, so forms carry no CSRF token. Nor
does a verified browser send its cookie along with other sites' forms (SameSite=Lax).
"""

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from orders.models import Order
from postpurchase.accounts.brand import page_brand
from postpurchase.lib import clock
from postpurchase.lib.here import here
from postpurchase.lib.texts import Texts, texts_for
from tracking.answers import page_response
from tracking.cases.choices import LONGEST_LINE, Address, Choice
from tracking.cases.words import plain_line, plain_words
from tracking.languages import page_language
from tracking.models import Case, CaseReason, CaseState, Shipment
from tracking.services.cases.answering import (
    REPORTABLE,
    Report,
    Wish,
    WrongAnswer,
    answer_case,
    deny_delivery,
    report_problem,
    say_found,
    say_whether_home,
)
from tracking.views.code import see_other
from tracking.views.lost import not_found
from tracking.views.opening import open_link

# Each answer: whether somebody was at home, and whether the carrier rang.
_AT_HOME = {"not_rung": (True, False), "rung": (True, True), "yes": (True, None), "no": (False, None)}


@dataclass(frozen=True, slots=True)
class _Visitor:
    """Who speaks: whoever holds an order's link, ``verified`` with a one-time code or not."""

    order: Order
    token: str
    now: dt.datetime
    verified: bool

    def back_to(self, case: Case | None) -> HttpResponse:
        """Return to the page, where the case stands; the answer to a POST is fetched with GET."""
        anchor = f"#case-{case.id}" if case else ""
        return see_other(f"/t/{self.token}{anchor}")


def _for_visitors(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Open a view to whoever holds an order's link; an old link wants a code first."""

    @csrf_exempt
    @wraps(view)
    def opened(request: HttpRequest, token: str, **path: Any) -> HttpResponse:
        now = clock.now()
        opening = open_link(request, token, now=now)
        if opening is None:
            return not_found(request)
        if opening.needs_code:
            return see_other(f"/t/{token}/code")
        orders = Order.objects.select_related("merchant", "store", "customer")
        order = orders.filter(pk=opening.link.subject_id).first()
        if order is None:
            return not_found(request)
        return view(request, _Visitor(order=order, token=token, now=now, verified=opening.verified), **path)

    return opened


@_for_visitors
@require_POST
def answer(request: HttpRequest, visitor: _Visitor, case_id: uuid.UUID) -> HttpResponse:
    """Take a choice: ``choice``, for a new date ``day``, for a new address its lines."""
    case = _case(visitor, case_id)
    if case is None:
        return not_found(request)
    wish = _wish(request)
    if wish is not None:
        try:
            answer_case(
                merchant=visitor.order.merchant, case=case, wish=wish, verified=visitor.verified, now=visitor.now
            )
        except WrongAnswer as wrong:
            return _page(request, visitor, "tracking/answer_refused.html", 422, problem=wrong.code, case=case)
    return visitor.back_to(case)


@_for_visitors
@require_POST
def home(request: HttpRequest, visitor: _Visitor, case_id: uuid.UUID) -> HttpResponse:
    """Take ``home``: one of ``_AT_HOME``."""
    case = _case(visitor, case_id)
    if case is None:
        return not_found(request)
    said = _AT_HOME.get(request.POST.get("home", ""))
    if said is not None:
        was_home, was_rung = said
        say_whether_home(
            merchant=visitor.order.merchant, case=case, was_home=was_home, was_rung=was_rung, now=visitor.now
        )
    return visitor.back_to(case)


@_for_visitors
@require_POST
def found(request: HttpRequest, visitor: _Visitor, case_id: uuid.UUID) -> HttpResponse:
    """A parcel that was missed has turned up."""
    case = _case(visitor, case_id)
    if case is None:
        return not_found(request)
    if case.state == CaseState.OPEN:
        say_found(case=case, now=visitor.now)
    return visitor.back_to(case)


@_for_visitors
@require_POST
def missing(request: HttpRequest, visitor: _Visitor, shipment_id: uuid.UUID) -> HttpResponse:
    """A parcel that the carrier calls delivered did not come."""
    shipment = Shipment.objects.filter(pk=shipment_id, order=visitor.order).first()
    if shipment is None:
        return not_found(request)
    try:
        case = deny_delivery(
            merchant=visitor.order.merchant,
            order=visitor.order,
            shipment=shipment,
            text=plain_words(request.POST.get("text", "")),
            now=visitor.now,
        )
    except WrongAnswer as wrong:
        return _page(request, visitor, "tracking/answer_refused.html", 422, problem=wrong.code, case=None)
    return visitor.back_to(case)


@_for_visitors
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, visitor: _Visitor) -> HttpResponse:
    """Show the form for problems, or take one: ``reason``, ``parcel``, ``line``, ``text``."""
    if request.method != "POST":
        return _report_form(request, visitor)
    told = _report(request, visitor.order)
    try:
        if told is None:
            raise WrongAnswer("no_reason")
        case = report_problem(merchant=visitor.order.merchant, order=visitor.order, report=told, now=visitor.now)
    except WrongAnswer as wrong:
        return _report_form(request, visitor, problem=wrong.code)
    return visitor.back_to(case)


def _case(visitor: _Visitor, case_id: uuid.UUID) -> Case | None:
    return Case.objects.select_related("order", "shipment").filter(pk=case_id, order=visitor.order).first()


def _wish(request: HttpRequest) -> Wish | None:
    """What was chosen, None for nothing we know."""
    choice = request.POST.get("choice", "")
    if choice not in Choice.values:
        return None
    line = {name: plain_line(request.POST.get(name, ""), longest=LONGEST_LINE) for name in Address.__slots__}
    return Wish(choice=Choice(choice), day=_day(request.POST.get("day", "")), address=Address(**line))


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def _report(request: HttpRequest, order: Order) -> Report | None:
    reason = request.POST.get("reason", "")
    if reason not in REPORTABLE:
        return None
    shipments = {str(shipment.id): shipment for shipment in order.shipments.all()}
    lines = {str(line.id): line for line in order.lines.all()}
    return Report(
        reason=CaseReason(reason),
        text=plain_words(request.POST.get("text", "")),
        shipment=shipments.get(request.POST.get("parcel", "")) or (_only(list(shipments.values()))),
        line=lines.get(request.POST.get("line", "")),
    )


def _only(shipments: list[Shipment]) -> Shipment | None:
    return shipments[0] if len(shipments) == 1 else None


def _report_form(request: HttpRequest, visitor: _Visitor, *, problem: str = "") -> HttpResponse:
    shipments = list(visitor.order.shipments.order_by("created_at", "id"))
    told = request.POST if request.method == "POST" else request.GET
    status = {"": 200, "too_often": 429}.get(problem, 422)
    response = _page(
        request,
        visitor,
        "tracking/report.html",
        status,
        problem=problem,
        case=None,
        reasons=[(reason.value, f"report.reason.{reason.value}") for reason in REPORTABLE],
        parcels=[(str(shipment.id), number) for number, shipment in enumerate(shipments, start=1)],
        total=len(shipments),
        lines=list(visitor.order.lines.order_by("position", "id")),
        chosen={name: told.get(name, "") for name in ("reason", "parcel", "line")},
        text=plain_words(told.get("text", "")) if request.method == "POST" else "",
    )
    if status == 429:
        response.headers["Retry-After"] = "86400"
    return response


def _page(
    request: HttpRequest,
    visitor: _Visitor,
    template: str,
    status: int,
    *,
    problem: str,
    case: Case | None,
    **more: object,
) -> HttpResponse:
    texts = _texts(request, visitor.order)
    context: dict[str, object] = {
        "brand": page_brand(merchant=visitor.order.merchant, store=visitor.order.store),
        "language": texts.language,
        "texts": texts,
        "problem": f"report.problem.{problem}" if problem else "",
        "back": here(f"/t/{visitor.token}") + (f"#case-{case.id}" if case else ""),
        "number": visitor.order.number,
        **more,
    }
    return page_response(request, template, context, status=status)


def _texts(request: HttpRequest, order: Order) -> Texts:
    language = page_language(
        asked=request.GET.get("lang", ""),
        order=order.language,
        accepted=request.headers.get("Accept-Language", ""),
        store=order.store.language,
        country=str(order.shipping_address.get("country") or ""),
    )
    return texts_for("tracking", language=language, tone=order.store.tone)
