"""Accounts at carriers by REST. Keys go in and never come out."""

import datetime as dt
import uuid
from typing import Annotated

import msgspec
from django.http import Http404
from msgspec import UNSET, Meta, Struct
from rest_framework.request import Request

from postpurchase.accounts.models import Scope
from postpurchase.api.pagination import Page, PageQuery, page_of
from postpurchase.api.views import Answer, ApiView, merchant_of, operation
from postpurchase.lib import clock
from tracking.models import CarrierAccount
from tracking.polling.clients.registry import CLIENTS
from tracking.polling.services.accounts import LIMITS, connect_account, credentials_of, pause_of, try_account
from tracking.selectors.carrier_accounts import (
    Parcels,
    carrier_account,
    carrier_accounts,
    parcels_by_account,
    quota_today,
)

_Key = Annotated[str, Meta(min_length=1, max_length=500, pattern=r"^[^\x00-\x1f\x7f]*$(?!\n)")]
_PerDay = Annotated[int, Meta(ge=0, le=10_000_000)]
_Seconds = Annotated[int, Meta(ge=0, le=86_400)]


class CarrierAccountInput(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is absent stays as it is; a new account needs all its ``credentials``.

    ``credentials`` are ``api_key`` for `dhl`; ``api_key``, ``api_secret``, ``user`` and ``password`` for
    `dhl_parcel_de`; ``client_id`` and ``client_secret`` for `gls`, `ups`, `fedex` and `usps`; these and ``user`` and
    ``password`` for `hermes`; ``partner_name``, ``partner_token``, ``user_id`` and ``user_token`` for `dpd`; ``user``
    and ``password`` for `dpd_ch` and `austrian_post`. ``quota_per_day`` and ``seconds_between`` null mean what is usual
    at the carrier.
    """

    credentials: Annotated[dict[Annotated[str, Meta(max_length=60)], _Key], Meta(max_length=20)] | msgspec.UnsetType = (
        UNSET
    )
    active: bool | msgspec.UnsetType = UNSET
    quota_per_day: _PerDay | msgspec.UnsetType | None = UNSET
    seconds_between: _Seconds | msgspec.UnsetType | None = UNSET


class CarrierAccountAnswer(Struct, frozen=True, kw_only=True):
    """An account at a carrier. ``credentials`` names what was given, by field.

    ``left_today`` counts until 00:00 GMT, null where nobody counts. ``trouble`` is empty, ``refused``, ``too_fast``,
    ``away`` or ``nonsense``; ``next_request_at`` is the earliest moment of the next question.
    """

    id: uuid.UUID
    carrier: str
    active: bool
    credentials: list[str]
    quota_per_day: int | None
    seconds_between: int
    asked_today: int
    left_today: int | None
    parcels: int
    parcels_due: int
    parcels_unknown: int
    asked_at: dt.datetime | None
    answered_at: dt.datetime | None
    next_request_at: dt.datetime
    trouble: str
    trouble_detail: str
    trouble_at: dt.datetime | None
    created_at: dt.datetime


class CarrierAccountsView(ApiView):
    """All accounts at carriers."""

    @operation(
        "list_carrier_accounts",
        "List accounts at carriers",
        scope=Scope.SETTINGS_WRITE,
        answers={200: Page[CarrierAccountAnswer]},
    )
    def get(self, request: Request, query: PageQuery) -> Answer:
        """Oldest first, with what is left of today's quota and what went wrong."""
        return Answer(
            page_of(
                rows=carrier_accounts(),
                order=("created_at", "id"),
                query=query,
                request=request,
                show=_answers,
            )
        )


class CarrierAccountView(ApiView):
    """The account at one carrier's interface: `dhl_parcel_de`, `dhl`, `hermes`, `dpd`, `dpd_ch`, `gls`, `ups`, `fedex`,
    `usps` or `austrian_post`."""

    @operation(
        "put_carrier_account",
        "Connect an account at a carrier",
        scope=Scope.SETTINGS_WRITE,
        answers={200: CarrierAccountAnswer, 201: CarrierAccountAnswer},
        refusals=(404,),
    )
    def put(self, request: Request, carrier: str, body: CarrierAccountInput) -> Answer:
        """New keys are tried out at once: a few seconds later `answered_at` or `trouble` says what came of it."""
        client = CLIENTS.get(carrier)
        if client is None:
            raise Http404
        result = connect_account(
            merchant=merchant_of(request),
            client=client,
            credentials=None if body.credentials is UNSET else body.credentials,
            active=None if body.active is UNSET else body.active,
            limits={name: value for name in LIMITS if (value := getattr(body, name)) is not UNSET},
            now=clock.now(),
        )
        return Answer(_answers([result.account])[0], status=201 if result.created else 200)

    @operation(
        "get_carrier_account",
        "Read an account at a carrier",
        scope=Scope.SETTINGS_WRITE,
        answers={200: CarrierAccountAnswer},
        refusals=(404,),
    )
    def get(self, request: Request, carrier: str) -> Answer:
        """Says how asking goes; keys are not shown."""
        return Answer(_answers([_found(carrier)])[0])


class CarrierAccountTrialView(ApiView):
    """One question, to see whether the keys work."""

    @operation(
        "try_carrier_account",
        "Try an account at a carrier",
        scope=Scope.SETTINGS_WRITE,
        answers={202: CarrierAccountAnswer},
        refusals=(404,),
    )
    def post(self, request: Request, carrier: str) -> Answer:
        """Asks the carrier about the newest parcel within seconds; what came of it stands in the account."""
        account = _found(carrier)
        try_account(account=account, now=clock.now())
        return Answer(_answers([account])[0], status=202)


def _found(carrier: str) -> CarrierAccount:
    account = carrier_account(client=carrier)
    if account is None:
        raise Http404
    return account


def _answers(accounts: list[CarrierAccount]) -> list[CarrierAccountAnswer]:
    now = clock.now()
    parcels = parcels_by_account(now=now)
    return [_answer(account, parcels.get(account.id, Parcels()), now) for account in accounts]


def _answer(account: CarrierAccount, parcels: Parcels, now: dt.datetime) -> CarrierAccountAnswer:
    quota = quota_today(account, now=now)
    return CarrierAccountAnswer(
        id=account.id,
        carrier=account.client,
        active=account.active,
        credentials=sorted(credentials_of(account)),
        quota_per_day=quota.per_day,
        seconds_between=int(pause_of(account).total_seconds()),
        asked_today=quota.used,
        left_today=quota.left,
        parcels=parcels.asked_about,
        parcels_due=parcels.due,
        parcels_unknown=parcels.unknown,
        asked_at=account.asked_at,
        answered_at=account.answered_at,
        next_request_at=account.next_request_at,
        trouble=account.trouble,
        trouble_detail=account.trouble_detail,
        trouble_at=account.trouble_at,
        created_at=account.created_at,
    )
