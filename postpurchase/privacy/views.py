"""``/<merchant>/notice``: the notice for a shop's checkout, as JSON or as a fragment of HTML.

Open to every page of the shop (no cookie, no key, any origin) and cacheable: whoever asks within five minutes gets the
same words with the same proof.
"""

import datetime as dt

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from orders.notice_proof import make_proof
from orders.services.notices import LANGUAGES, current_notice
from postpurchase.accounts.models import Store
from postpurchase.accounts.models.store import DEFAULT_STORE
from postpurchase.accounts.scoping import enter_request_scope
from postpurchase.accounts.selectors import merchant_by_slug
from postpurchase.lib import clock

CACHE = dt.timedelta(minutes=5)


@require_safe
def notice(request: HttpRequest, merchant_slug: str, suffix: str = "") -> HttpResponse:
    """Answer with the notice's words and the proof that belongs into the order; 404 where none is published."""
    store = _store(merchant_slug, request.GET.get("store", DEFAULT_STORE))
    asked = request.GET.get("language", "")[:2].lower()
    version = current_notice(store=store, language=asked if asked in LANGUAGES else store.language[:2])
    if version is None:
        raise Http404
    proof = make_proof(version_id=version.id, now=clock.now())
    response: HttpResponse
    if suffix == ".html":
        response = render(request, "privacy/notice_fragment.html", {"version": version, "proof": proof})
    else:
        response = JsonResponse(
            {
                "language": version.language,
                "version": version.number,
                "sha256": version.digest,
                "text": version.text,
                "proof": proof,
            }
        )
    response.headers["Cache-Control"] = f"public, max-age={int(CACHE.total_seconds())}"
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def _store(merchant_slug: str, store_slug: str) -> Store:
    merchant = merchant_by_slug(slug=merchant_slug)
    if merchant is None:
        raise Http404
    enter_request_scope(merchant.id)
    store = Store.objects.filter(slug=store_slug).first()
    if store is None:
        raise Http404
    return store
