"""``/u/{token}``: what a person wants to hear, and the one click that ends it (RFC 8058).

No cookie, no log-in, no CSRF token: the address itself is the key, and nobody without it can forge a request. Looking
never changes anything, because scanners follow every link of a mail.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import conditional_page, require_http_methods

from messaging.enums import Purpose
from messaging.services.preferences import (
    Choice,
    Preferences,
    load_preferences,
    save_preferences,
    unsubscribe_by_one_click,
    unsubscribe_from_all,
)
from postpurchase.accounts.brand import page_brand
from postpurchase.accounts.middleware import not_for_caches
from postpurchase.accounts.models import PageKind
from postpurchase.accounts.page_links import resolve
from postpurchase.accounts.scoping import enter_request_scope
from postpurchase.lib import clock
from postpurchase.lib.texts import Texts, texts_for

ONE_CLICK = "List-Unsubscribe"
SAVED = ("saved", "unsubscribed")


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@conditional_page
def preferences(request: HttpRequest, token: str) -> HttpResponse:
    """Show a person's choices; save them on POST. A mail program's one-click POST is answered with a bare 200."""
    return not_for_caches(_answer(request, token))


def _answer(request: HttpRequest, token: str) -> HttpResponse:
    link = resolve(token=token, kind=PageKind.PREFERENCES, now=clock.now())
    if link is None:
        return _unknown(request)
    enter_request_scope(link.merchant_id)
    found = load_preferences(customer_id=link.subject_id)
    if found is None:
        return _unknown(request)
    if request.method == "POST":
        return _change(request, found)
    return _page(request, found)


def _change(request: HttpRequest, found: Preferences) -> HttpResponse:
    now = clock.now()
    if request.POST.get(ONE_CLICK, "").strip().lower() == "one-click":
        unsubscribe_by_one_click(preferences=found, now=now)
        return HttpResponse("OK\n", content_type="text/plain")
    match request.POST.get("do"):
        case "unsubscribe":
            unsubscribe_from_all(preferences=found, now=now)
            outcome = "unsubscribed"
        case "save":
            texts = _texts(request, found)
            save_preferences(
                preferences=found,
                shown=request.POST.getlist("shown"),
                ticked=request.POST.getlist("ticked"),
                wording={choice.key: _wording(choice, found, texts) for choice in found.choices},
                now=now,
            )
            outcome = "saved"
        case _:
            return HttpResponseBadRequest("Nothing to do.\n", content_type="text/plain")
    # 303: reloading the page that follows sends nothing again.
    return HttpResponseRedirect(f"?{_query(request, outcome)}", status=303)


def _page(request: HttpRequest, found: Preferences) -> HttpResponse:
    texts = _texts(request, found)
    outcome = next((name for name in SAVED if name in request.GET), "")
    context: dict[str, Any] = {
        "brand": page_brand(merchant=found.merchant, store=found.store),
        "language": texts.language,
        "texts": texts,
        "store": found.store.name,
        "address": masked(found.customer.email),
        "topics": [_topic(purpose, found, texts) for purpose in Purpose],
        "anything_to_end": found.anything_to_end,
        "outcome": outcome,
        "other_language": "en" if texts.language.startswith("de") else "de",
    }
    return render(request, "messaging/preferences.html", context)


def _topic(purpose: Purpose, found: Preferences, texts: Texts) -> dict[str, Any]:
    return {
        "title": texts(f"preferences.{purpose}.title"),
        "help": texts(f"preferences.{purpose}.help", store=found.store.name),
        "choices": [
            {
                "key": choice.key,
                "label": texts(f"preferences.channels.{choice.channel}"),
                "note": texts("preferences.always") if choice.fixed else "",
                "granted": choice.granted,
                "fixed": choice.fixed,
            }
            for choice in found.choices
            if choice.purpose == purpose
        ],
    }


def _wording(choice: Choice, found: Preferences, texts: Texts) -> str:
    """Return the words a person saw beside a box: the evidence of what they agreed to."""
    topic = f"preferences.{choice.purpose}"
    help_text = texts(f"{topic}.help", store=found.store.name)
    return f"{texts(f'{topic}.title')}. {help_text} {texts(f'preferences.channels.{choice.channel}')}"


def _texts(request: HttpRequest, found: Preferences) -> Texts:
    wanted = request.GET.get("language", "")
    language = wanted if wanted in ("de", "en") else found.language
    return texts_for("messaging", language=language, tone=found.store.tone)


def _query(request: HttpRequest, outcome: str) -> str:
    language = request.GET.get("language", "")
    return f"language={language}&{outcome}" if language in ("de", "en") else outcome


def _unknown(request: HttpRequest) -> HttpResponse:
    """Answer the same for a token that never was, was revoked, or belongs to somebody who is gone."""
    german = request.headers.get("Accept-Language", "de").lower().startswith("de")
    texts = texts_for("messaging", language="de" if german else "en")
    return render(request, "messaging/unknown_link.html", {"texts": texts, "language": texts.language}, status=404)


def masked(email: str) -> str:
    """Return an e-mail address in which its owner recognises it and nobody else: ``a…@example.com``."""
    local, at, domain = email.partition("@")
    return f"{local[:1]}…{at}{domain}" if at else ""
