"""One ring for all subjects of a merchant: who comes after the first only adds to what a worker will find.

    record ──commit──▶ waiting subjects, in Redis ──first since the last answer──▶ "events.handle" ──▶ answer

Publishing a task costs more than recording an event, and a busy worker would be told of each order one by one.
"""

import uuid
from collections.abc import Iterable
from functools import partial

import redis
import structlog
from django.db import transaction

from postpurchase.lib.doorbell import SECONDS, ring
from postpurchase.lib.redis_client import hasty_redis

log = structlog.get_logger(__name__)

# How many subjects one worker takes; where more wait, another one is rung for.
SUBJECTS_PER_TASK = 100
# As long as rings of a backlog may wait for their answer; what is forgotten then is found by the sweep.
KEPT_SECONDS = 600


def ring_after_commit(*, merchant_id: uuid.UUID, subject_ids: Iterable[uuid.UUID]) -> None:
    """Have a worker handle these subjects once this transaction is committed."""
    transaction.on_commit(partial(_ring, merchant_id, [str(subject_id) for subject_id in subject_ids]))


def answer(*, merchant_id: uuid.UUID) -> list[uuid.UUID]:
    """Take the subjects that wait for a worker, at most ``SUBJECTS_PER_TASK``."""
    try:
        with hasty_redis().pipeline(transaction=False) as steps:
            # In this order: who rings in between is heard, at worst twice.
            steps.delete(_bell(merchant_id))
            steps.spop(_waiting(merchant_id), SUBJECTS_PER_TASK)
            _, subject_ids = steps.execute()
    except redis.RedisError:
        log.warning("events.subjects_lost")
        return []
    if len(subject_ids) == SUBJECTS_PER_TASK:
        _ring(merchant_id, [])
    return [uuid.UUID(subject_id.decode()) for subject_id in subject_ids]


def _ring(merchant_id: uuid.UUID, subject_ids: list[str]) -> None:
    try:
        with hasty_redis().pipeline(transaction=False) as steps:
            if subject_ids:
                steps.sadd(_waiting(merchant_id), *subject_ids)
            steps.expire(_waiting(merchant_id), KEPT_SECONDS)
            steps.set(_bell(merchant_id), 1, nx=True, ex=SECONDS)
            *_, is_first = steps.execute()
    except redis.RedisError:
        # The broker is away; the sweeper will find the rows.
        log.warning("events.doorbell_lost", subjects=len(subject_ids))
        return
    if is_first:
        ring("events.handle", merchant_id=merchant_id)


def _waiting(merchant_id: uuid.UUID) -> str:
    return f"events:waiting:{merchant_id}"


def _bell(merchant_id: uuid.UUID) -> str:
    return f"events:bell:{merchant_id}"
