"""Problem cases by REST, so that a helpdesk can work with them."""

import datetime as dt
import uuid
from typing import Annotated

import msgspec
from django.http import Http404
from msgspec import UNSET, Meta
from rest_framework.request import Request

from orders.inputs import Moment, Word
from postpurchase.accounts.models import Membership, Merchant, Scope
from postpurchase.api.pagination import Page, PageQuery, page_of
from postpurchase.api.views import Answer, ApiView, merchant_of, operation
from postpurchase.lib import clock
from postpurchase.lib.validation import Problem, Refused
from tracking.api.case_answers import CaseAnswer, CaseChange, CaseDetailAnswer, case_answer, case_detail_answer
from tracking.cases.words import plain_words
from tracking.models import Case, CaseActor, CaseOutcome, CaseReason, CaseState
from tracking.selectors.cases import case_by_id, cases_matching
from tracking.services.cases.closing import AnotherIsOpen, reopen_case, resolve_case
from tracking.services.cases.entries import By
from tracking.services.cases.working import WORKERS, assign_case, reply_to_shopper, write_note

NEWEST_FIRST = ("-opened_at", "-id")
AS_THEY_CHANGED = ("updated_at", "id")
BY_API = By(CaseActor.API)


class CaseQuery(PageQuery, frozen=True, kw_only=True):
    """Which cases. With ``updated_since`` they come in the order in which they changed, else newest first."""

    state: CaseState | msgspec.UnsetType = UNSET
    reason: CaseReason | msgspec.UnsetType = UNSET
    order: Annotated[Word, Meta(description="The shop's id of an order.")] | msgspec.UnsetType = UNSET
    updated_since: Moment | msgspec.UnsetType = UNSET


class CasesView(ApiView):
    """All cases."""

    @operation("list_cases", "List problem cases", scope=Scope.SHIPMENTS_READ, answers={200: Page[CaseAnswer]})
    def get(self, request: Request, query: CaseQuery) -> Answer:
        """Newest first; with `updated_since` in the order in which they changed, for programs that follow."""
        return Answer(
            page_of(
                rows=cases_matching(
                    state=query.state or "",
                    reason=query.reason or "",
                    order=query.order or "",
                    updated_since=query.updated_since or None,
                ),
                order=AS_THEY_CHANGED if query.updated_since else NEWEST_FIRST,
                query=query,
                request=request,
                show=lambda rows: [case_answer(row) for row in rows],
            )
        )


class CaseView(ApiView):
    """One case."""

    @operation(
        "get_case", "Read a problem case", scope=Scope.SHIPMENTS_READ, answers={200: CaseDetailAnswer}, refusals=(404,)
    )
    def get(self, request: Request, case_id: uuid.UUID) -> Answer:
        """The case with its whole history, and what is best done next (`suggestion`)."""
        return Answer(case_detail_answer(_found(case_id)))

    @operation(
        "change_case",
        "Work on a problem case",
        scope=Scope.SHIPMENTS_WRITE,
        answers={200: CaseDetailAnswer},
        refusals=(404,),
    )
    def patch(self, request: Request, case_id: uuid.UUID, body: CaseChange) -> Answer:
        """Give it to somebody (`owner`), write a `note` for the team or a `reply` that stands on the shopper's page,
        resolve it with an `outcome`, open it again.

        What is absent stays as it is. Notes and replies are added each time. What is resolved already keeps its
        outcome.
        """
        merchant, now, case = merchant_of(request), clock.now(), _found(case_id)
        problems = body.problems()
        owner = _owner(body.owner, problems)
        if problems:
            raise Refused(problems)
        if body.owner is not UNSET:
            assign_case(case=case, owner=owner, by=BY_API, now=now)
        # Before the state: an answer and the end that follows it are one mail.
        for told, write in ((body.note, write_note), (body.reply, reply_to_shopper)):
            if told is not UNSET and (text := plain_words(told)):
                write(case=case, text=text, by=BY_API, now=now)
        if body.state is not UNSET:
            _set_state(merchant, case, body, now)
        return Answer(case_detail_answer(_found(case_id)))


def _found(case_id: uuid.UUID) -> Case:
    case = case_by_id(case_id=case_id)
    if case is None:
        raise Http404
    return case


def _owner(told: str | msgspec.UnsetType | None, problems: list[Problem]) -> Membership | None:
    if told is UNSET or told is None:
        return None
    member = Membership.objects.filter(user__email=told.strip().lower(), role__in=WORKERS).first()
    if member is None:
        problems.append(Problem("/owner", "unknown_member", "Nobody of the team who works on cases has this address."))
    return member


def _set_state(merchant: Merchant, case: Case, body: CaseChange, now: dt.datetime) -> None:
    if body.state == CaseState.RESOLVED and isinstance(body.outcome, CaseOutcome):
        resolve_case(case=case, outcome=body.outcome, by=BY_API, now=now)
        return
    try:
        reopen_case(merchant=merchant, case=case, by=BY_API, now=now)
    except AnotherIsOpen:
        raise Refused([Problem("/state", "another_is_open", "A newer case about the same is open.")]) from None
