"""Many subjects, one ring: nobody is forgotten, and a busy worker is told once."""

import pytest
from django.db import transaction

from postpurchase.events import doorbell, tasks
from postpurchase.events.doorbell import answer, ring_after_commit
from postpurchase.lib.ids import uuid7

NOWHERE = "redis://127.0.0.1:9/0"


@pytest.fixture
def rung(monkeypatch) -> list[str]:
    """The merchants a worker was told of."""
    told: list[str] = []
    monkeypatch.setattr(
        "postpurchase.lib.doorbell.app.send_task", lambda name, kwargs, expires: told.append(kwargs["merchant_id"])
    )
    return told


def ring_for(merchant_id, *subject_ids) -> None:
    with transaction.atomic():
        ring_after_commit(merchant_id=merchant_id, subject_ids=subject_ids)


@pytest.mark.usefixtures("committed_db")
def test_until_somebody_answers_one_ring_stands_for_all(rung) -> None:
    merchant_id, other_id = uuid7(), uuid7()
    first, second, third, stranger = (uuid7() for _ in range(4))

    ring_for(merchant_id, first, second)
    ring_for(merchant_id, second, third)
    ring_for(other_id, stranger)

    assert rung == [str(merchant_id), str(other_id)]
    assert (sorted(answer(merchant_id=merchant_id)), answer(merchant_id=other_id)) == (
        [first, second, third],
        [stranger],
    )
    assert answer(merchant_id=merchant_id) == []


@pytest.mark.usefixtures("committed_db")
def test_who_comes_after_the_answer_rings_anew(rung) -> None:
    merchant_id, first, second = uuid7(), uuid7(), uuid7()

    ring_for(merchant_id, first)
    heard = answer(merchant_id=merchant_id)
    ring_for(merchant_id, second)

    assert (heard, answer(merchant_id=merchant_id)) == ([first], [second])
    assert rung == [str(merchant_id)] * 2


@pytest.mark.usefixtures("committed_db")
def test_what_one_worker_does_not_take_the_next_is_rung_for(rung, monkeypatch) -> None:
    monkeypatch.setattr(doorbell, "SUBJECTS_PER_TASK", 2)
    merchant_id, subjects = uuid7(), [uuid7() for _ in range(5)]
    handled = []
    monkeypatch.setattr(tasks.dispatch, "handle_subject", lambda **ids: handled.append(ids["subject_id"]))

    ring_for(merchant_id, *subjects)
    for merchant in rung:  # as long as somebody is rung for
        tasks.handle(merchant_id=merchant, argument_of_a_later_release=1)

    assert sorted(handled) == subjects
    assert rung == [str(merchant_id)] * 3


@pytest.mark.usefixtures("committed_db")
def test_without_redis_nobody_is_held_up(rung, settings) -> None:
    settings.REDIS_URL = NOWHERE
    merchant_id = uuid7()

    ring_for(merchant_id, uuid7())

    assert (rung, answer(merchant_id=merchant_id)) == ([], [])
