"""The pages a shopper's link opens: the survey, the points, and the faces on the tracking page.

Links in mails are opened by scanners before the person does: looking (GET, HEAD) stores nothing, only POST does. The
token in the address is the permission, there is no session; so forms carry no CSRF token and set no cookie.
"""

import datetime as dt
import re
import uuid

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import conditional_page, require_http_methods, require_safe

from loyalty.enums import Sentiment, SurveyKind
from loyalty.models import Programme
from loyalty.pages.points_page import points_page
from loyalty.pages.survey_page import survey_page
from loyalty.selectors import programme_of
from loyalty.services.surveys import WrongAnswer, record_response
from orders.models import Order
from orders.selectors import customer_by_id
from postpurchase.accounts.middleware import not_for_caches
from postpurchase.accounts.models import Merchant, PageKind, PageLink
from postpurchase.accounts.page_links import page_url, resolve
from postpurchase.accounts.scoping import enter_request_scope
from postpurchase.lib import clock
from postpurchase.lib.here import here
from postpurchase.lib.texts import texts_for
from tracking.models import Shipment

FACES = {str(face.value): face for face in Sentiment}


@csrf_exempt
@conditional_page
@require_http_methods(["GET", "HEAD", "POST"])
def survey(request: HttpRequest, token: str) -> HttpResponse:
    """Show the survey of an order, or take an answer (``score``, ``comment``, both or one) and show it again."""
    now = clock.now()
    order = _order_of(token, PageKind.SURVEY, now)
    if order is None:
        return _lost(request)
    if request.method == "POST":
        return _answer_survey(request, order, now)
    return _survey_page(request, order, now, chosen=_score(request.GET.get("score")))


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def sentiment(request: HttpRequest, token: str) -> HttpResponse:
    """Take a face tapped on the tracking page and go back there. ``score`` is a ``Sentiment``, ``shipment`` an id."""
    now = clock.now()
    order = _order_of(token, PageKind.TRACKING, now)
    if order is None:
        return _lost(request)
    face = FACES.get(request.POST.get("score", ""))
    if request.method == "POST" and face is not None:
        record_response(
            merchant=order.merchant,
            order=order,
            shipment=_parcel_of(order, request.POST.get("shipment", "")),
            kind=SurveyKind.SENTIMENT,
            score=face,
            source="tracking",
            now=now,
        )
    return _see_other(here(f"/t/{token}#sentiment"))


@conditional_page
@require_safe
def points(request: HttpRequest, token: str) -> HttpResponse:
    """Show a customer's points; ``page`` turns the pages of the history."""
    now = clock.now()
    link = _link(token, PageKind.POINTS, now)
    customer = customer_by_id(customer_id=link.subject_id) if link else None
    if link is None or customer is None:
        return _lost(request)
    number = request.GET.get("page", "")
    page, speech = points_page(
        merchant=Merchant.objects.get(pk=link.merchant_id),
        customer=customer,
        programme=programme_of(merchant=customer.merchant),
        accepted=request.headers.get("Accept-Language", ""),
        number=max(1, int(number)) if re.fullmatch(r"[0-9]{1,5}", number) else 1,
        now=now,
    )
    context = {"page": page, "texts": speech.texts, "brand": page.brand, "language": page.language}
    return _finished(render(request, "loyalty/points.html", context), page.language)


def _answer_survey(request: HttpRequest, order: Order, now: dt.datetime) -> HttpResponse:
    said = request.POST.get("score")
    score = _score(said)
    comment = request.POST.get("comment")
    try:
        if said is not None and score is None:
            raise WrongAnswer("score_out_of_range")
        record_response(
            merchant=order.merchant,
            order=order,
            kind=SurveyKind.NPS,
            score=score,
            comment=comment,
            source="page",
            now=now,
        )
    except WrongAnswer as wrong:
        response = _survey_page(request, order, now, chosen=score, draft=comment, problem=wrong.code)
        response.status_code = 422
        return response
    if order.customer_id is not None:
        # Made here, so that showing the page, which scanners do too, writes nothing.
        page_url(merchant_id=order.merchant_id, kind=PageKind.POINTS, subject_id=order.customer_id, now=now)
    return _see_other(request.path)


def _survey_page(
    request: HttpRequest,
    order: Order,
    now: dt.datetime,
    *,
    chosen: int | None,
    draft: str | None = None,
    problem: str = "",
) -> HttpResponse:
    programme = programme_of(merchant=order.merchant)
    page, speech = survey_page(
        merchant=order.merchant,
        order=order,
        programme=programme,
        chosen=chosen,
        draft=draft,
        problem=problem,
        accepted=request.headers.get("Accept-Language", ""),
        now=now,
    )
    context = {
        "page": page,
        "texts": speech.texts,
        "brand": page.brand,
        "language": page.language,
        "units": speech.units["other"],
        "points_url": _points_url(order, programme, now),
    }
    return _finished(render(request, "loyalty/survey.html", context), page.language)


def _points_url(order: Order, programme: Programme | None, now: dt.datetime) -> str:
    """The address of the customer's points page where it has been made already."""
    if programme is None or order.customer_id is None:
        return ""
    if not PageLink.objects.filter(
        kind=PageKind.POINTS, subject_id=order.customer_id, revoked_at__isnull=True
    ).exists():
        return ""
    return page_url(
        merchant_id=order.merchant_id,
        kind=PageKind.POINTS,
        subject_id=order.customer_id,
        now=now,
        store_id=order.store_id,
    )


def _link(token: str, kind: PageKind, now: dt.datetime) -> PageLink | None:
    link = resolve(token=token, kind=kind, now=now)
    if link is not None:
        enter_request_scope(link.merchant_id)
    return link


def _order_of(token: str, kind: PageKind, now: dt.datetime) -> Order | None:
    link = _link(token, kind, now)
    if link is None:
        return None
    return Order.objects.select_related("merchant", "store", "customer").filter(pk=link.subject_id).first()


def _parcel_of(order: Order, text: str) -> Shipment | None:
    try:
        shipment_id = uuid.UUID(text)
    except ValueError:
        return None
    return Shipment.objects.filter(pk=shipment_id, order=order).first()


def _score(text: str | None) -> int | None:
    return int(text) if text in {str(score) for score in range(11)} else None


def _see_other(address: str) -> HttpResponse:
    response = HttpResponseRedirect(address)
    response.status_code = 303  # the answer to a POST is another page, to be fetched with GET
    return not_for_caches(response)


def _lost(request: HttpRequest) -> HttpResponse:
    """The same answer for a wrong, an old and a withdrawn address."""
    texts = texts_for("loyalty", language=getattr(request, "LANGUAGE_CODE", "de"))
    context = {"texts": texts, "language": texts.language}
    return _finished(render(request, "loyalty/lost.html", context, status=404), texts.language)


def _finished(response: HttpResponse, language: str) -> HttpResponse:
    response.headers["Content-Language"] = language
    return not_for_caches(response)
