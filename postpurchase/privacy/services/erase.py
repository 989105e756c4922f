"""Erasing a person (Art. 17 GDPR): asked for in one transaction, carried out step by step, each journalled.

    request ──▶ the customer is emptied and found no more ──commit──▶ "privacy.erase"
                                                              │  one transaction for each step of privacy/steps.py
                                                              ▼
    erased ──an hour later──▶ all steps once more, for what was on its way ──▶ done

Sums stay: orders, articles, totals, points, scores, and when parcels moved. So does the keyed digest of what the person
refused. The rows are the truth: a sweeper rings for whatever a crash left behind.
"""

import datetime as dt
import json
import uuid

import structlog
from django.db import transaction

from messaging.services.erase import object_for_erased
from messaging.services.permissions import phones_agreed_to
from orders.models import Customer
from orders.selectors import current_customer, ids_of_customer
from orders.services.customer_book import realm_of
from orders.services.erase import erase_customers
from postpurchase.accounts.models import Merchant
from postpurchase.accounts.scoping import all_merchants, merchant_scope
from postpurchase.events.record import Subject, record_event
from postpurchase.lib import crypto
from postpurchase.lib.doorbell import ring_after_commit
from postpurchase.lib.locks import lock_names
from postpurchase.lib.personal_data import ErasedPerson
from postpurchase.privacy.models import Erasure, ErasureSource, ErasureState, ErasureStep
from postpurchase.privacy.services.holds import hold_against_erasing
from postpurchase.privacy.steps import STEPS

log = structlog.get_logger(__name__)

# How long a worker may have an erasure in hand before another one takes it.
LEASE = dt.timedelta(minutes=10)
MOST_ATTEMPTS = 8
# Longer than any message, request or delivery that was in hand can take.
SECOND_ROUND_AFTER = dt.timedelta(hours=1)
LOOK_AT_HOLDS_EVERY = dt.timedelta(minutes=5)
SHORTEST_WORD = 6


def request_erasure(*, merchant: Merchant, customer: Customer, source: str, now: dt.datetime) -> Erasure:
    """Forget a customer. From the moment of commit nobody finds them; the rest follows within seconds.

    ``source`` is an ``ErasureSource``. Asked again, it returns the erasure there is. Where a legal hold stands against
    it, the wish is kept (``held``), nothing is touched, and it is carried out when the hold is released. Records
    ``customer.erased``. Needs the merchant's scope.
    """
    # Who asks as a merged record asks as the person it belongs to.
    customer = current_customer(customer)
    names = [customer.external_id, customer.email, customer.phone]
    lock_names(realm=realm_of(merchant), names=filter(None, names))
    customer = Customer.objects.select_for_update().get(pk=customer.pk)
    known = Erasure.objects.filter(customer=customer).order_by("-requested_at").first()
    if known is not None and (customer.erased_at is not None or known.state != ErasureState.DONE):
        return known
    erasure = Erasure.objects.create(
        merchant=merchant,
        customer=customer,
        source=ErasureSource(source),
        state=ErasureState.HELD,
        due_at=now,
        requested_at=now,
    )
    if hold_against_erasing(customer=customer) is None:
        _begin(merchant, erasure, customer, now)
    return erasure


def run_erasure(*, merchant_id: uuid.UUID, erasure_id: uuid.UUID, now: dt.datetime) -> bool:
    """Do what is left of an erasure, unless another worker has it in hand. Returns whether a round was finished.

    Must not be called inside a transaction: each step is its own.
    """
    if not _claim(merchant_id, erasure_id, now):
        return False
    try:
        with merchant_scope(merchant_id):
            merchant = Merchant.objects.get()
            erasure = Erasure.objects.select_related("customer").get(pk=erasure_id)
            if erasure.state == ErasureState.HELD and not _begin_if_released(merchant, erasure, now):
                return False
            round_number = 2 if erasure.state == ErasureState.ERASED else 1
            person = _person(erasure)
        for name in STEPS:
            _take_step(merchant_id, erasure_id, round_number, name, person, now)
        _finish_round(merchant_id, erasure_id, round_number, now)
    except Exception as error:
        log.exception("privacy.erasure_failed", erasure=str(erasure_id))
        _note_failure(merchant_id, erasure_id, type(error).__name__)
        return False
    return True


def due_erasures(*, now: dt.datetime, limit: int = 200) -> list[tuple[uuid.UUID, uuid.UUID]]:
    """Return (merchant, erasure) of what may be taken in hand, oldest first. Looks across merchants."""
    with all_merchants("find erasures that are due"):
        return list(
            Erasure.objects.filter(due_at__lte=now)
            .exclude(state__in=[ErasureState.DONE, ErasureState.FAILED])
            .order_by("due_at")
            .values_list("merchant_id", "id")[:limit]
        )


def retry_erasure(*, erasure: Erasure, now: dt.datetime) -> bool:
    """Give a failed erasure its attempts back, after a person has mended the cause. Needs the merchant's scope."""
    round_one_done = erasure.erased_at is not None
    return bool(
        Erasure.objects.filter(pk=erasure.pk, state=ErasureState.FAILED).update(
            state=ErasureState.ERASED if round_one_done else ErasureState.WAITING, attempts=0, due_at=now
        )
    )


def _begin(merchant: Merchant, erasure: Erasure, customer: Customer, now: dt.datetime) -> None:
    """Empty the customer in the caller's transaction; the id they had may be used again at once."""
    # Whoever was merged into them is the same person.
    people = list(Customer.objects.filter(pk__in=ids_of_customer(customer_id=customer.id)))
    recognised_by = {
        "words": sorted({word for one in people for word in _words(one)}),
        "external_ids": [one.external_id for one in people if one.external_id],
    }
    erasure.words_sealed = crypto.seal(json.dumps(recognised_by))
    erasure.state = ErasureState.WAITING
    erasure.due_at = now
    erasure.save(update_fields=["words_sealed", "state", "due_at"])
    for one in people:
        object_for_erased(merchant=merchant, customer=one, now=now)
    erase_customers(customer_ids=[one.id for one in people], now=now)
    record_event(
        merchant_id=merchant.id,
        type="customer.erased",
        subject=Subject.customer(customer.id),
        data={"erasure_id": erasure.id},
        now=now,
    )
    # Ids only. Logs are kept apart from the database: after a restore, replay_erasures reads this line.
    transaction.on_commit(
        lambda: log.info(
            "privacy.erasure_accepted",
            merchant=str(merchant.id),
            customer_id=str(customer.id),
            requested_at=erasure.requested_at.isoformat(),
        )
    )
    ring_after_commit("privacy.erase", merchant_id=merchant.id, erasure_ids=[erasure.id])


def _words(customer: Customer) -> list[str]:
    """What texts may call the person. A first name alone, or a short id, may mean anybody."""
    whole_names = [
        f"{customer.first_name} {customer.last_name}".strip() if customer.first_name and customer.last_name else "",
        f"{customer.last_name}, {customer.first_name}" if customer.first_name and customer.last_name else "",
    ]
    words = [customer.email, customer.phone, *phones_agreed_to(customer_id=customer.id), *whole_names]
    return [word for word in words if len(word) >= SHORTEST_WORD]


def _claim(merchant_id: uuid.UUID, erasure_id: uuid.UUID, now: dt.datetime) -> bool:
    """Count the attempt before it is made and keep other workers away for a while."""
    with merchant_scope(merchant_id):
        row = Erasure.objects.filter(pk=erasure_id, due_at__lte=now).exclude(
            state__in=[ErasureState.DONE, ErasureState.FAILED]
        )
        found = row.values_list("attempts", "state").first()
        if found is None:
            return False
        attempts, state = found
        if attempts >= MOST_ATTEMPTS:
            row.filter(attempts=attempts).update(state=ErasureState.FAILED)
            log.error("privacy.erasure_given_up", erasure=str(erasure_id))
            return False
        counted = attempts if state == ErasureState.HELD else attempts + 1
        return bool(row.filter(attempts=attempts, state=state).update(attempts=counted, due_at=now + LEASE))


def _begin_if_released(merchant: Merchant, erasure: Erasure, now: dt.datetime) -> bool:
    """Start what a hold stood against, if it has been released."""
    customer = Customer.objects.select_for_update().get(pk=erasure.customer_id)
    if hold_against_erasing(customer=customer) is not None:
        Erasure.objects.filter(pk=erasure.pk).update(due_at=now + LOOK_AT_HOLDS_EVERY)
        return False
    _begin(merchant, erasure, customer, now)
    Erasure.objects.filter(pk=erasure.pk).update(due_at=now + LEASE)
    return True


def _person(erasure: Erasure) -> ErasedPerson:
    recognised_by = json.loads(crypto.unseal(erasure.words_sealed)) if erasure.words_sealed else {}
    return ErasedPerson(
        merchant_id=erasure.merchant_id,
        customer_ids=tuple(ids_of_customer(customer_id=erasure.customer_id)),
        words=tuple(recognised_by.get("words", ())),
        external_ids=tuple(recognised_by.get("external_ids", ())),
    )


def _take_step(
    merchant_id: uuid.UUID,
    erasure_id: uuid.UUID,
    round_number: int,
    name: str,
    person: ErasedPerson,
    now: dt.datetime,
) -> None:
    """One step and its line in the journal, in one transaction; one that is in the journal is not done again."""
    with merchant_scope(merchant_id):
        Erasure.objects.select_for_update().get(pk=erasure_id)
        if ErasureStep.objects.filter(erasure_id=erasure_id, round=round_number, name=name).exists():
            return
        rows = STEPS[name](person=person, now=now)
        ErasureStep.objects.create(
            merchant_id=merchant_id,
            erasure_id=erasure_id,
            round=round_number,
            name=name,
            rows=rows,
            finished_at=now,
        )


def _finish_round(merchant_id: uuid.UUID, erasure_id: uuid.UUID, round_number: int, now: dt.datetime) -> None:
    with merchant_scope(merchant_id):
        row = Erasure.objects.filter(pk=erasure_id)
        if round_number == 1:
            row.update(
                state=ErasureState.ERASED,
                erased_at=now,
                words_sealed=None,
                attempts=0,
                due_at=now + SECOND_ROUND_AFTER,
            )
        else:
            row.update(state=ErasureState.DONE, done_at=now)


def _note_failure(merchant_id: uuid.UUID, erasure_id: uuid.UUID, reason: str) -> None:
    """It waits as long as its lease; the attempt was counted before."""
    with merchant_scope(merchant_id):
        Erasure.objects.filter(pk=erasure_id, attempts__gte=MOST_ATTEMPTS).update(state=ErasureState.FAILED)
    log.warning("privacy.erasure_put_off", erasure=str(erasure_id), reason=reason)
