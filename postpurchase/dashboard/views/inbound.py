"""What shops sent: the list, one delivery with its body, and another try."""

import json
import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from orders.models import Order
from postpurchase.connectors import selectors
from postpurchase.connectors.models import InboundDelivery, InboundState, ReferenceKind
from postpurchase.connectors.registry import AGGREGATORS, CONNECTORS
from postpurchase.connectors.services.process import replay, replay_failed
from postpurchase.dashboard import shop_words, words
from postpurchase.dashboard.access import Action, Member, member_page
from postpurchase.dashboard.paging import page_of
from postpurchase.dashboard.shop_guides import title_of
from postpurchase.lib import clock

SEARCH_LENGTH = 200
# A page shows no more of a body than this.
SHOWN_BYTES = 200_000


@member_page(Action.CONNECT_SHOPS)
def deliveries(request: HttpRequest, member: Member) -> HttpResponse:
    """List deliveries, newest first, by state, shop and order."""
    state, connector = request.GET.get("state", ""), request.GET.get("shop", "")
    order = request.GET.get("order", "").replace("\x00", "").strip()[:SEARCH_LENGTH]
    found = selectors.deliveries_matching(
        state=state if state in InboundState.values else None, connector=connector or None, order=order or None
    )
    counts = selectors.counts_by_state()
    page = page_of(found, newest_by="received_at", cursor=request.GET.get("after", ""))
    context = {
        "member": member,
        "area": "shops",
        "rows": [shop_words.row_of(row) | {"shop": title_of(row.connection.connector)} for row in page.rows],
        "next": page.next_cursor,
        "state": state,
        "connector": connector,
        "order": order,
        "states": [(key, words.in_words(shop_words.STATE, key), counts[key]) for key in InboundState if key in counts],
        "total": sum(counts.values()),
        "failed": sum(counts.get(key, 0) for key in selectors.IN_TROUBLE),
        "shops": [(name, title_of(name)) for name in sorted(CONNECTORS | AGGREGATORS)],
    }
    return render(request, "dashboard/inbound_deliveries.html", context)


@member_page(Action.CONNECT_SHOPS)
def delivery(request: HttpRequest, member: Member, inbound_delivery_id: uuid.UUID) -> HttpResponse:
    """Show one delivery: what it says, what became of it and why."""
    found = _delivery(inbound_delivery_id)
    references = list(found.references.all())
    told = [one.external_id for one in references if one.kind == ReferenceKind.ORDER]
    ids = dict(Order.objects.filter(external_id__in=told).values_list("external_id", "id"))
    body, shortened = _readable(bytes(found.body))
    context = {
        "member": member,
        "area": "shops",
        "delivery": found,
        "row": shop_words.row_of(found),
        "shop": title_of(found.connection.connector),
        "references": [
            {
                "kind": words.in_words(shop_words.KIND, one.kind),
                "external_id": one.external_id,
                "order_id": ids.get(one.external_id) if one.kind == ReferenceKind.ORDER else None,
            }
            for one in references
        ],
        "body": body,
        "shortened": shortened,
        "may_replay": found.state != InboundState.STORED and bool(found.body),
    }
    return render(request, "dashboard/inbound_delivery.html", context)


@require_POST
@member_page(Action.CONNECT_SHOPS)
def replay_one(request: HttpRequest, member: Member, inbound_delivery_id: uuid.UUID) -> HttpResponse:
    """Process a delivery again from the start."""
    replay(delivery=_delivery(inbound_delivery_id), now=clock.now())
    messages.success(request, _("It is processed again now."))
    return redirect("dashboard:inbound_delivery", inbound_delivery_id)


@require_POST
@member_page(Action.CONNECT_SHOPS)
def replay_all(request: HttpRequest, member: Member) -> HttpResponse:
    """Process everything again that failed."""
    count = replay_failed(merchant=member.merchant, now=clock.now())
    done = ngettext("%(n)s is processed again now.", "%(n)s are processed again now.", count)
    messages.success(request, done % {"n": count})
    return redirect("dashboard:inbound_deliveries")


def _delivery(inbound_delivery_id: uuid.UUID) -> InboundDelivery:
    found = selectors.delivery_by_id(inbound_delivery_id=inbound_delivery_id)
    if found is None:
        raise Http404
    return found


def _readable(body: bytes) -> tuple[str, bool]:
    """Return a body for a person, and whether it was cut off: JSON with its lines, anything else as it is."""
    try:
        text = json.dumps(json.loads(body), indent=2, ensure_ascii=False)
        text.encode()
    except (ValueError, RecursionError):
        text = body.decode("utf-8", "replace")
    return text[:SHOWN_BYTES], len(text) > SHOWN_BYTES
