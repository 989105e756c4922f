"""Opening an order's page by its link, and knowing the buyer.

Three states (compare Shopify's order status page):

    link       whoever holds it sees parcels and articles, and nothing that says who or where the buyer is
    look-up    number and a second answer lead to the same page with the same content
    verified   a one-time code, sent to the address on file, opens address, contact data and points in this browser

A verified browser holds a cookie: signed, for this link and its path only, gone after 30 minutes unless the shopper
asks for 30 more. No cookie is set before. An old link opens nothing without a code.
"""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponse

from postpurchase.accounts import page_links
from postpurchase.accounts.models import Merchant, PageKind, PageLink
from postpurchase.accounts.scoping import enter_request_scope
from postpurchase.lib.here import here

COOKIE = "verified"
VERIFIED_FOR = dt.timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Opening:
    """A live link, and what it opens. ``verified``: this browser gave the code. ``needs_code``: the link is too old."""

    link: PageLink
    verified: bool
    needs_code: bool


def open_link(request: HttpRequest, token: str, *, now: dt.datetime) -> Opening | None:
    """Return what a token opens, None for one that is unknown, revoked or over; scopes the request to its merchant."""
    link = page_links.resolve(token=token, kind=PageKind.TRACKING, now=now)
    if link is None:
        return None
    enter_request_scope(link.merchant_id)
    verified = _is_verified(request, link, now)
    return Opening(link=link, verified=verified, needs_code=not verified and page_links.is_old(link, now=now))


def fresh_token(*, merchant: Merchant, order_id: uuid.UUID, now: dt.datetime) -> str:
    """Return the token of an order's page for somebody who has shown who they are; an old link is replaced."""
    url = page_links.page_url(
        merchant_id=merchant.id, kind=PageKind.TRACKING, subject_id=order_id, now=now, replace_old=True
    )
    return url.rpartition("/")[2]


def let_in(response: HttpResponse, *, link: PageLink, token: str, now: dt.datetime) -> None:
    """Let this browser see the buyer's data behind ``link`` for 30 minutes from ``now``."""
    until = int((now + VERIFIED_FOR).timestamp())
    response.set_cookie(
        COOKIE,
        _signer(link).sign(str(until)),
        max_age=VERIFIED_FOR,
        path=here(f"/t/{token}"),
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )


def shut_out(response: HttpResponse, *, token: str) -> None:
    """Hide the buyer's data from this browser again."""
    response.delete_cookie(COOKIE, path=here(f"/t/{token}"), samesite="Lax")


def _is_verified(request: HttpRequest, link: PageLink, now: dt.datetime) -> bool:
    try:
        until = _signer(link).unsign(request.COOKIES.get(COOKIE, ""))
    except BadSignature:
        return False
    return int(until) > now.timestamp()


def _signer(link: PageLink) -> Signer:
    return Signer(salt=f"tracking.verified:{link.id}")
