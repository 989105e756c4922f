"""A merchant's accounts at carriers: connecting, changing keys and limits, switching off, trying out."""

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import F

from postpurchase.accounts.models import Merchant
from postpurchase.lib import crypto
from postpurchase.lib.doorbell import ring_after_commit
from postpurchase.lib.validation import Problem, Refused
from tracking.carriers.answers.base import Trouble
from tracking.models import CarrierAccount
from tracking.polling.clients.base import Client
from tracking.polling.clients.registry import CLIENTS

LIMITS = ("quota_per_day", "seconds_between")
LONGEST_KEY = 500
# After these, trying does no harm.
MAY_BE_TRIED = (Trouble.REFUSED, Trouble.AWAY, Trouble.NONSENSE)


@dataclass(frozen=True, slots=True)
class AccountResult:
    """The account as it is now, and whether it is new."""

    account: CarrierAccount
    created: bool


def connect_account(
    *,
    merchant: Merchant,
    client: Client,
    now: dt.datetime,
    credentials: Mapping[str, str] | None = None,
    active: bool | None = None,
    limits: Mapping[str, int | None] | None = None,
) -> AccountResult:
    """Create or change an account; what is None stays as it is. Needs the merchant's scope. Raises ``Refused``.

    ``credentials`` are added to the stored ones; new ones are tried out at once. ``limits`` may hold the names of
    ``LIMITS``; None there means what is usual at the carrier.
    """
    stored = CarrierAccount.objects.select_for_update().filter(client=client.name).first()
    known = credentials_of(stored) if stored else {}
    told = {name: value.strip() for name, value in (credentials or {}).items()}
    problems = _problems(client, known, told)
    if problems:
        raise Refused(problems)
    account = stored or CarrierAccount(merchant=merchant, client=client.name, created_at=now, next_request_at=now)
    before = (account.active, stored is None)
    if told and {**known, **told} != known:
        account.credentials_sealed = crypto.seal(json.dumps({**known, **told}))
        _begin_anew(account, now)
    if active is not None:
        account.active = active
    for name, value in (limits or {}).items():
        setattr(account, name, value)
    account.save(force_insert=stored is None)
    if before != (account.active, False):
        _plan_carrier_anew(client, account)
    ring_after_commit("tracking.ask_carrier", merchant_id=account.merchant_id, account_id=account.id)
    return AccountResult(account=account, created=stored is None)


def try_account(*, account: CarrierAccount, now: dt.datetime) -> None:
    """Have the carrier asked one question at once, to see whether the keys work. Needs the merchant's scope.

    Whom the carrier asked to wait waits all the same.
    """
    mine = CarrierAccount.objects.filter(pk=account.pk)
    mine.update(probe_wanted_at=now)
    # Only a rest is cut short, never a lease: whoever asks right now has asked since the trouble.
    rests = mine.filter(trouble__in=MAY_BE_TRIED, trouble_at__gte=F("asked_at"), next_request_at__gt=now)
    rests.update(next_request_at=now)
    ring_after_commit("tracking.ask_carrier", merchant_id=account.merchant_id, account_id=account.id)


def credentials_of(account: CarrierAccount) -> dict[str, str]:
    """Return the merchant's keys by field. Never shown to anybody."""
    credentials: dict[str, str] = json.loads(crypto.unseal(account.credentials_sealed))
    return credentials


def quota_of(account: CarrierAccount) -> int | None:
    """Return how often the account may ask on a day, None where nobody counts."""
    client = CLIENTS.get(account.client)
    return account.quota_per_day if account.quota_per_day is not None or client is None else client.quota_per_day


def pause_of(account: CarrierAccount) -> dt.timedelta:
    """Return the least time between two questions of the account."""
    client = CLIENTS.get(account.client)
    usual = client.seconds_between if client else 0
    return dt.timedelta(seconds=usual if account.seconds_between is None else account.seconds_between)


def _begin_anew(account: CarrierAccount, now: dt.datetime) -> None:
    """With other keys, nothing that was said about the old ones holds."""
    account.token_sealed = account.token_until = None
    account.failures, account.trouble, account.trouble_detail, account.trouble_at = 0, "", "", None
    account.next_request_at = account.probe_wanted_at = now


def _plan_carrier_anew(client: Client, account: CarrierAccount) -> None:
    """Another account may be the one to ask now: let every account of the carrier look through its parcels."""
    siblings = [one.name for one in CLIENTS.values() if one.carrier == client.carrier]
    CarrierAccount.objects.filter(client__in=siblings).update(planned_at=None)
    account.planned_at = None


def _problems(client: Client, known: Mapping[str, str], told: Mapping[str, str]) -> list[Problem]:
    problems = []
    for name, value in told.items():
        pointer = f"/credentials/{name}"
        if name not in client.credentials:
            problems.append(Problem(pointer, "unknown_field", "This carrier has no such field."))
        elif not value:
            problems.append(Problem(pointer, "too_short", "This is empty."))
        elif len(value) > LONGEST_KEY or not value.isprintable() or not value.isascii():
            problems.append(Problem(pointer, "format", "This is no key as carriers give them out."))
    problems += [
        Problem(f"/credentials/{name}", "required", "A new account needs this.")
        for name in client.credentials
        if name not in known and name not in told
    ]
    return problems
