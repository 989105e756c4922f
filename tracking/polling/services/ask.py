"""Asking a carrier about the parcels that are due, and recording what it says.

    claim ──commit──▶ ask the carrier ─▶ record the news, say when to ask again ──commit──▶ next question
    (lease, counted)  (no transaction)

The account is claimed with its parcels by a conditional UPDATE: one worker at a time asks with the same keys. What a
worker that dies had claimed comes back with its lease; news that was recorded already is recognised.
"""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from django.db import InterfaceError, OperationalError
from django.db.models import Exists, F, OuterRef, Q
from msgspec.structs import replace

from postpurchase.accounts.models import Merchant
from postpurchase.accounts.scoping import all_merchants, merchant_scope
from postpurchase.lib import clock
from tracking.carriers.answers.base import CarrierTrouble, Heard, Trouble
from tracking.models import CarrierAccount, ParcelPoll, Promise, Shipment
from tracking.polling import circuit, quota
from tracking.polling.clients.base import Client, Question, is_askable
from tracking.polling.clients.registry import CLIENTS
from tracking.polling.interval import Answer, Parcel, Stop, next_poll, stopped
from tracking.polling.services.accounts import credentials_of, pause_of, quota_of
from tracking.polling.services.plan import plan_parcels_on_their_way
from tracking.polling.services.send import Said, ask
from tracking.services.promise import note_carrier_days
from tracking.services.record import RecordStatus, record_checkpoints

log = structlog.get_logger(__name__)

# Longer than a token and an answer may take together.
LEASE = dt.timedelta(minutes=2)
QUESTIONS_PER_RUN = 50
# Parcels looked at for one question: some of them may be done already.
LOOKED_AT = 50
# A run ends after this time, so that other work of the same worker goes on.
LONGEST_RUN = dt.timedelta(seconds=30)
GERMAN_SPEAKING = ("DE", "AT", "CH", "LI", "LU")


@dataclass(frozen=True, slots=True)
class Claim:
    """A question to ask until ``lease``. ``polls`` are the rows of its parcels; a trial has a number and none."""

    merchant: Merchant
    account: CarrierAccount
    client: Client
    lease: dt.datetime
    numbers: tuple[str, ...]
    polls: tuple[uuid.UUID, ...] = ()

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.merchant.time_zone)


def accounts_to_ask(*, now: dt.datetime, limit: int = 500) -> list[tuple[uuid.UUID, uuid.UUID]]:
    """Return (merchant, account) of all that may ask now and have something to ask. Looks across merchants."""
    due = ParcelPoll.objects.filter
    with all_merchants("find carriers' accounts with parcels to ask about"):
        waiting = due(merchant_id=OuterRef("merchant_id"), account_id=OuterRef("pk"), next_poll_at__lte=now)
        free = CarrierAccount.objects.filter(active=True, next_request_at__lte=now)
        found = free.filter(Exists(waiting) | Q(planned_at__isnull=True) | Q(probe_wanted_at__isnull=False))
        return list(found.order_by("next_request_at").values_list("merchant_id", "id")[:limit])


def ask_carrier(*, merchant_id: uuid.UUID, account_id: uuid.UUID, now: Callable[[], dt.datetime] = clock.now) -> int:
    """Ask about what is due, as long as the account may. Returns how many questions were asked.

    Not inside a transaction. Whatever the carrier answers, or not, the parcels stay planned.
    """
    began = now()
    for asked in range(QUESTIONS_PER_RUN):
        if now() - began > LONGEST_RUN:
            return asked
        claim = claim_question(merchant_id, account_id, now())
        if claim is None:
            return asked
        try:
            said = ask(claim.client, claim.account, question_of(claim), zone=claim.zone, now=now())
        except CarrierTrouble as trouble:
            note_trouble(claim, trouble, now())
            return asked + 1
        try:
            record(claim, said, now())
        except (OperationalError, InterfaceError):
            raise  # the database is away: nothing was recorded, and everything comes back with the lease
        except Exception as error:
            # News nobody thought of must not be fetched again and again.
            log.error("polling.record_failed", client=claim.client.name, exc_info=error)
            note_trouble(claim, CarrierTrouble(Trouble.NONSENSE, "news that cannot be recorded"), now())
            return asked + 1
    return QUESTIONS_PER_RUN


def claim_question(merchant_id: uuid.UUID, account_id: uuid.UUID, now: dt.datetime) -> Claim | None:
    """Take the account and the parcels that are due longest; None where it may not ask, or has nothing to ask.

    The question is counted before it is asked.
    """
    lease = now + LEASE
    with merchant_scope(merchant_id):
        mine = CarrierAccount.objects.filter(pk=account_id, active=True, next_request_at__lte=now)
        if not mine.update(next_request_at=lease):
            return None
        account = CarrierAccount.objects.select_related("merchant").get(pk=account_id)
        client = CLIENTS.get(account.client)
        if client is None:
            return None
        if account.planned_at is None and plan_parcels_on_their_way(account=account, now=now):
            account.planned_at = now
        use = quota.Use(account.asked_on, account.asked)
        allowed = quota.next_allowed(quota_of(account), use, now=now)
        claim = _next_question(account, client, lease, now) if allowed <= now else None
        if claim is None:
            # With nothing to ask, the account is free; without quota it rests.
            account.next_request_at = max(allowed, now)
        else:
            account.asked_on, account.asked, account.asked_at = quota.gmt_day(now), use.today(now) + 1, now
        account.save(
            update_fields=["next_request_at", "planned_at", "probe_wanted_at", "asked_on", "asked", "asked_at"]
        )
        return claim


def question_of(claim: Claim) -> Question:
    """Return the question as clients ask it, still without a token."""
    return Question(
        numbers=claim.numbers,
        credentials=credentials_of(claim.account),
        language="de" if claim.merchant.country in GERMAN_SPEAKING else "en",
        country=claim.merchant.country,
        request_id=uuid.uuid4().hex,
    )


def record(claim: Claim, said: Said, now: dt.datetime) -> None:
    """Record the news and plan the next questions. News about other numbers than asked is nobody's here."""
    heard = _by_number_asked(claim, said)
    news = [checkpoint for one in heard.values() for checkpoint in one.checkpoints]
    with merchant_scope(claim.merchant.id):
        results = record_checkpoints(merchant=claim.merchant, checkpoints=news, now=now)
        fresh = {news[one.index].tracking_number for one in results if one.status == RecordStatus.RECORDED}
        for poll in _still_ours(claim):
            number = poll.shipment.tracking_number
            _plan_next(claim, poll, heard.get(number), is_fresh=number in fresh, now=now)
        _free(
            claim,
            now + (quota.rest_asked_for(said.headers, now=now) or dt.timedelta()),
            now,
            failures=0,
            trouble="",
            trouble_detail="",
            trouble_at=None,
            answered_at=now,
        )


def _by_number_asked(claim: Claim, said: Said) -> dict[str, Heard]:
    """What was heard, under the numbers that were asked for: a piece is answered with the news of its shipment.

    An answer without number is about the one that was asked.
    """
    heard: dict[str, Heard] = {}
    for one in said.heard:
        names_none = not one.tracking_number and len(claim.numbers) == 1
        for number in claim.numbers if names_none else (one.tracking_number, *one.also):
            if number in claim.numbers:
                told = tuple(replace(checkpoint, tracking_number=number) for checkpoint in one.checkpoints)
                heard.setdefault(number, dataclasses.replace(one, tracking_number=number, checkpoints=told))
    return heard


def note_trouble(claim: Claim, trouble: CarrierTrouble, now: dt.datetime) -> None:
    """Let the account rest. Parcels that may have been the cause go behind the others, the rest stays due."""
    kind, failures = trouble.trouble, claim.account.failures + 1
    rest = circuit.rest_after(kind, failures=failures, retry_after=trouble.retry_after)
    log.info("polling.no_answer", client=claim.client.name, trouble=kind.value, failures=failures)
    changes: dict[str, Any] = {"failures": failures, "trouble": kind.value, "trouble_detail": trouble.detail}
    if kind is Trouble.REFUSED:
        changes |= {"token_sealed": None, "token_until": None}
    with merchant_scope(claim.merchant.id):
        for poll in _still_ours(claim):
            if kind in (Trouble.AWAY, Trouble.NONSENSE):
                _plan_after_trouble(claim, poll, now)
            else:
                _change(claim, poll, next_poll_at=now)
        _free(claim, now + rest, now, trouble_at=now, **changes)


def _next_question(account: CarrierAccount, client: Client, lease: dt.datetime, now: dt.datetime) -> Claim | None:
    if account.probe_wanted_at is not None:
        account.probe_wanted_at = None
        return Claim(account.merchant, account, client, lease, (_number_for_a_trial(client),))
    numbers: dict[str, None] = {}
    while not numbers:
        due = _due(account, now)
        if not due:
            return None
        for poll in due:
            reason = _reason_to_stop(poll, now)
            if reason is None and len(numbers) < client.numbers_at_once:
                numbers[poll.shipment.tracking_number] = None
            elif reason is not None:
                ParcelPoll.objects.filter(pk=poll.pk).update(next_poll_at=None, stopped=reason.value)
    # Of the parcels that share a number, all are answered with one question.
    planned = ParcelPoll.objects.filter(account_id=account.id, next_poll_at__isnull=False)
    same = planned.filter(shipment__tracking_number__in=numbers).values_list("pk", flat=True)
    polls = tuple(same)
    ParcelPoll.objects.filter(pk__in=polls).update(next_poll_at=lease, attempts=F("attempts") + 1, asked_at=now)
    return Claim(account.merchant, account, client, lease, tuple(numbers), polls)


def _due(account: CarrierAccount, now: dt.datetime) -> list[ParcelPoll]:
    due = ParcelPoll.objects.filter(account_id=account.id, next_poll_at__lte=now)
    return list(due.select_related("shipment").order_by("next_poll_at", "id")[:LOOKED_AT])


def _number_for_a_trial(client: Client) -> str:
    """The newest number the merchant has of the carrier; without one, the number of its documentation."""
    newest = Shipment.objects.filter(carrier=client.carrier).exclude(tracking_number="").order_by("-id").first()
    return newest.tracking_number if newest and is_askable(newest.tracking_number) else client.example


def _reason_to_stop(poll: ParcelPoll, now: dt.datetime) -> Stop | None:
    if not is_askable(poll.shipment.tracking_number):
        return Stop.NO_NUMBER
    return stopped(_parcel(poll), now=now)


def _parcel(poll: ParcelPoll, expected: tuple[dt.date, dt.date] | None = None) -> Parcel:
    shipment = poll.shipment
    return Parcel(
        id=shipment.id,
        status=shipment.status,
        substatus=shipment.substatus,
        known_since=shipment.created_at,
        heard_at=poll.heard_at,
        expected=expected,
        troubles=poll.troubles,
    )


def _still_ours(claim: Claim) -> list[ParcelPoll]:
    """The parcels of the question that nobody planned anew meanwhile, as they are now."""
    ours = ParcelPoll.objects.filter(pk__in=claim.polls, next_poll_at=claim.lease)
    return list(ours.select_related("shipment"))


def _plan_next(claim: Claim, poll: ParcelPoll, heard: Heard | None, *, is_fresh: bool, now: dt.datetime) -> None:
    answer = Answer.NOT_FOUND if heard is None else Answer.HEARD
    poll.troubles = 0
    if is_fresh:
        poll.heard_at = now
    if heard is not None:
        first, last = heard.promised_from, heard.promised_to
        if not (first and last and first > last):
            note_carrier_days(
                merchant=claim.merchant, shipment=poll.shipment, first=first, last=last, times=heard.times, now=now
            )
    parcel = _parcel(poll, _expected(poll))
    reason = stopped(parcel, now=now)
    _change(
        claim,
        poll,
        next_poll_at=None if reason else next_poll(parcel, answer, now=now, zone=claim.zone),
        stopped=reason.value if reason else "",
        answer=answer.value,
        troubles=0,
        heard_at=poll.heard_at,
    )


def _plan_after_trouble(claim: Claim, poll: ParcelPoll, now: dt.datetime) -> None:
    poll.troubles += 1
    due = next_poll(_parcel(poll), Answer.TROUBLE, now=now, zone=claim.zone)
    _change(claim, poll, next_poll_at=due, answer=Answer.TROUBLE.value, troubles=poll.troubles)


def _expected(poll: ParcelPoll) -> tuple[dt.date, dt.date] | None:
    """The days the carrier named, else those the shop named, else the day that was promised last."""
    shipment = poll.shipment
    for first, last in (
        (shipment.carrier_promised_from, shipment.carrier_promised_to),
        (shipment.promised_from, shipment.promised_to),
    ):
        if first or last:
            return first or last, last or first
    promise = Promise.objects.filter(shipment_id=shipment.id).order_by("-made_at", "-id").first()
    return (promise.likely, promise.likely) if promise else None


def _change(claim: Claim, poll: ParcelPoll, **changes: Any) -> None:
    """Write to a parcel's row as long as it is ours."""
    ParcelPoll.objects.filter(pk=poll.pk, next_poll_at=claim.lease).update(**changes)


def _free(claim: Claim, rests_until: dt.datetime, now: dt.datetime, **changes: Any) -> None:
    """Give the account back, for the next question once it is allowed. With other keys meanwhile, it is theirs."""
    account = claim.account
    use = quota.Use(account.asked_on, account.asked)
    allowed = quota.next_allowed(quota_of(account), use, now=now)
    CarrierAccount.objects.filter(pk=account.pk, next_request_at=claim.lease).update(
        next_request_at=max(rests_until, now + pause_of(account), allowed), **changes
    )
