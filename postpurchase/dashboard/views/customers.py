"""Customers: the list, one person with everything that belongs to them, and parting merged records again."""

import uuid
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from loyalty.pages.badges import badge_lines
from messaging.selectors import permissions_of_customer
from orders.models import Behaviour, Customer, CustomerMerge
from orders.selectors import (
    customer_by_id,
    customers_matching,
    details_of_customers,
    merges_matching,
    orders_of_customer,
)
from orders.services.merges import UnknownMerge, undo_merge
from postpurchase.dashboard import words
from postpurchase.dashboard.access import Action, Member, member_page
from postpurchase.dashboard.attribute_labels import labelled
from postpurchase.dashboard.paging import page_of
from postpurchase.lib import clock
from postpurchase.lib.validation import Refused

SEARCH_LENGTH = 100
# A page shows what a person looks at; all of it is in the API.
MOST_ORDERS = 50
MOST_BEHAVIOURS = 20


@member_page(Action.VIEW)
def customers(request: HttpRequest, member: Member) -> HttpResponse:
    """List customers, newest first; ``q`` searches name, company, e-mail, telephone and the shop's id."""
    query = request.GET.get("q", "").replace("\x00", "").strip()[:SEARCH_LENGTH]
    page = page_of(
        _found(query).annotate(order_count=Count("orders")),
        newest_by="created_at",
        cursor=request.GET.get("after", ""),
    )
    context = {"member": member, "area": "customers", "rows": page.rows, "next": page.next_cursor, "query": query}
    return render(request, "dashboard/customers.html", context)


@member_page(Action.VIEW)
def customer(request: HttpRequest, member: Member, customer_id: uuid.UUID) -> HttpResponse:
    """Show one customer. The address of a merged record leads to whoever was kept."""
    found = customer_by_id(customer_id=customer_id)
    if found is None:
        raise Http404
    if found.id != customer_id:
        return redirect("dashboard:customer", found.id)
    details = details_of_customers(customers=[found])[found.id]
    context = {
        "member": member,
        "area": "customers",
        "customer": found,
        "kind": words.in_words(words.CUSTOMER_KIND, found.kind),
        "orders": [
            {"order": order, "status": words.in_words(words.ORDER_STATUS, order.status)}
            for order in orders_of_customer(customer_id=found.id)[:MOST_ORDERS]
        ],
        "badges": badge_lines(merchant=member.merchant, customer=found, language=get_language() or "en", tone="sie"),
        "attributes": labelled(kind="customer", attributes=found.attributes),
        "machines": details.machines,
        "permissions": [
            _permission(row) for row in permissions_of_customer(merchant=member.merchant, customer_id=found.id)
        ],
        "consents": [_consent(row) for row in details.consents],
        "merges": [_merge(row) for row in merges_matching(customer_id=found.id).order_by("-merged_at", "-id")],
        "behaviours": Behaviour.objects.filter(customer=found).order_by("-occurred_at", "-id")[:MOST_BEHAVIOURS],
    }
    return render(request, "dashboard/customer.html", context)


@require_POST
@member_page(Action.EDIT_CUSTOMERS)
def undo(request: HttpRequest, member: Member, merge_id: uuid.UUID) -> HttpResponse:
    """Part two customers again and go back to the one who was kept."""
    try:
        result = undo_merge(merchant=member.merchant, merge_id=merge_id, now=clock.now())
    except UnknownMerge:
        raise Http404 from None
    except Refused as refused:
        messages.error(request, words.in_words(words.CANNOT_PART, refused.problems[0].code))
        kept = CustomerMerge.objects.get(pk=merge_id).customer_id
        return redirect("dashboard:customer", kept)
    messages.success(request, _("They are two customers again. What came in since stays here."))
    return redirect("dashboard:customer", result.merge.customer_id)


def _found(query: str) -> QuerySet[Customer]:
    found = customers_matching()
    for term in query.split():
        went_by = Customer.objects.filter(merged_into__isnull=False).filter(
            Q(external_id__iexact=term) | Q(email__icontains=term)
        )
        found = found.filter(
            Q(first_name__icontains=term)
            | Q(last_name__icontains=term)
            | Q(company__icontains=term)
            | Q(email__icontains=term)
            | Q(phone__icontains=term)
            | Q(external_id__iexact=term)
            | Q(pk__in=went_by.values("merged_into"))
        )
    return found


def _permission(row: Any) -> dict[str, object]:
    return {
        "what": words.in_words(words.PURPOSE, row.purpose),
        "channel": words.in_words(words.CHANNEL, row.channel),
        "granted": row.status == "granted",
        "at": row.evidence.obtained_at,
        "source": row.evidence.source,
        "phone": row.evidence.phone,
    }


def _consent(row: Any) -> dict[str, object]:
    return {
        "what": words.in_words(words.PURPOSE, row.purpose),
        "channel": words.in_words(words.CHANNEL, row.channel),
        "at": row.obtained_at,
        "wording": row.wording,
    }


def _merge(row: CustomerMerge) -> dict[str, object]:
    merged = row.merged
    return {
        "row": row,
        "who": merged.full_name or merged.email or merged.phone or merged.external_id or _("without a name"),
        "known_by": " · ".join(part for part in (merged.external_id, merged.email, merged.phone) if part),
        "why": words.in_words(words.MERGE_REASON, row.reason),
    }
