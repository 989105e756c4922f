"""The real tracking page with the draft on it, for made-up orders in every state.

It is made by the same code and the same templates as a shopper's page, under the same content security policy; only
its forms lead nowhere.
"""

import dataclasses
import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from orders.models import Order, Product
from postpurchase.accounts.brand import PageBrand
from postpurchase.accounts.middleware import CONTENT_SECURITY_POLICY
from postpurchase.dashboard.access import Action, Member, member_page
from postpurchase.dashboard.views.tracking_page.frame import PageEditor, editor_of
from postpurchase.lib import clock
from postpurchase.lib.page_style import BadStyle, PageStyle, style_from, style_sheet
from tracking.design.examples import NUMBER, STATES, ExampleArticle, example_order
from tracking.selectors import OrderPage, own_image
from tracking.views.page import page_context

# Stands where the page has the secret part of its address; opens nothing.
NOWHERE = "preview"
# No forms are sent from here: the order does not exist.
POLICY = CONTENT_SECURITY_POLICY.replace("form-action 'self'", "form-action 'none'")


@require_safe
@member_page(Action.EDIT_BRAND)
def preview(request: HttpRequest, member: Member, store_slug: str, state: str) -> HttpResponse:
    """Show the page of a made-up order as the draft would have it."""
    editor = editor_of(member, store_slug)
    if state not in STATES:
        raise Http404
    context = page_context(request, _made_up(editor, state), token=NOWHERE)
    brand = context["brand"]
    assert isinstance(brand, PageBrand)  # noqa: S101 - made by page_context
    css_url = reverse("dashboard:page_preview_style", args=[store_slug])
    response = render(request, "tracking/page.html", context | {"brand": dataclasses.replace(brand, css_url=css_url)})
    response.headers["Content-Security-Policy"] = POLICY
    return response


@require_safe
@member_page(Action.EDIT_BRAND)
def preview_style(request: HttpRequest, member: Member, store_slug: str) -> HttpResponse:
    """The style sheet of the draft."""
    editor = editor_of(member, store_slug)
    try:
        style = style_from(editor.design.style)
    except BadStyle:
        style = PageStyle()
    css = style_sheet(accent=editor.store.accent_colour, style=style)
    return HttpResponse(css, content_type="text/css; charset=utf-8")


def _made_up(editor: PageEditor, state: str) -> OrderPage:
    merchant, store, now = editor.member.merchant, editor.store, clock.now()
    products = Product.objects.filter(available=True).exclude(name="").order_by("created_at", "id")[:2]
    articles = [
        ExampleArticle(name=one.name, sku=one.sku, image=own_image(one.image_url), url=one.url) for one in products
    ] or [ExampleArticle(name=_("Example article"))]
    facts = example_order(state, articles=articles, language=store.language, country=merchant.country, now=now)
    order = Order(
        id=uuid.uuid5(store.id, state),
        merchant=merchant,
        store=store,
        number=NUMBER,
        external_id=NUMBER,
        placed_at=facts.placed_at,
        currency=facts.currency,
        total=sum(line.total for line in facts.lines),
        language=facts.language,
        shipping_address={"country": facts.destination},
        created_at=now,
        updated_at=now,
    )
    return OrderPage(order=order, facts=facts, design=editor.design)
