"""Files for carriers: which cases they have to be told of, and the files that were made."""

import uuid
from collections import defaultdict

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from postpurchase.accounts.models import Membership
from postpurchase.dashboard import case_words, words
from postpurchase.dashboard.access import Action, Member, member_page
from postpurchase.lib import clock
from tracking.enums import Carrier
from tracking.models import Case, CaseActor, HandOver
from tracking.selectors.cases import cases_for_carrier, file_of, hand_over_by_id
from tracking.services.cases.entries import By
from tracking.services.cases.handing_over import MOST_CASES, hand_over

FILES_SHOWN = 40


@require_http_methods(["GET", "POST"])
@member_page(Action.WORK_CASES)
def files(request: HttpRequest, member: Member) -> HttpResponse:
    """Show what carriers have to be told, by carrier, and make a file of the chosen ``case``s of a ``carrier``."""
    if request.method == "POST":
        return _make(request, member)
    waiting: dict[str, list[Case]] = defaultdict(list)
    for case in cases_for_carrier():
        if case.shipment is not None:
            waiting[case.shipment.carrier].append(case)
    context = {
        "member": member,
        "area": "cases",
        "carriers": [
            {"key": carrier, "name": words.carrier_named(carrier), "rows": [_row(case) for case in cases[:MOST_CASES]]}
            for carrier, cases in sorted(waiting.items())
        ],
        "files": [
            {
                "row": row,
                "carrier": words.carrier_named(row.carrier),
                "author": row.author.user.email if row.author else "",
            }
            for row in HandOver.objects.select_related("author__user").order_by("-made_at", "-id")[:FILES_SHOWN]
        ],
    }
    return render(request, "dashboard/case_files.html", context)


@require_safe
@member_page(Action.WORK_CASES)
def download(request: HttpRequest, member: Member, hand_over_id: uuid.UUID) -> HttpResponse:
    """Hand out a file: the same each time."""
    made = hand_over_by_id(hand_over_id=hand_over_id)
    if made is None:
        raise Http404
    response = HttpResponse(file_of(hand_over=made), content_type="text/csv; charset=utf-8")
    name = f"{made.carrier}-{made.made_at:%Y-%m-%d-%H%M}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _make(request: HttpRequest, member: Member) -> HttpResponse:
    carrier = request.POST.get("carrier", "")
    made = hand_over(
        merchant=member.merchant,
        carrier=carrier if carrier in Carrier.values else Carrier.OTHER,
        case_ids=[case_id for told in request.POST.getlist("case")[:MOST_CASES] if (case_id := _uuid(told))],
        language=get_language() or "en",
        by=By(CaseActor.TEAM, Membership.objects.get(user=member.user)),
        now=clock.now(),
    )
    if made is None:
        messages.info(request, _("There was nothing new to tell this carrier."))
    else:
        messages.success(request, _("The file is ready below. Send it to the carrier the way you usually do."))
    return redirect("dashboard:case_files")


def _row(case: Case) -> dict[str, object]:
    return {"case": case, "reason": words.in_words(case_words.REASON, case.reason)}


def _uuid(told: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(told)
    except ValueError:
        return None
