"""A ring is a task with ids and an end; a lost one is nobody's failure."""

import pytest
from django.db import transaction
from kombu.exceptions import OperationalError

from postpurchase.lib.doorbell import ring, ring_after_commit
from postpurchase.lib.ids import uuid7


def test_a_ring_names_ids_as_text_and_ends(monkeypatch) -> None:
    sent = []
    monkeypatch.setattr("postpurchase.lib.doorbell.app.send_task", lambda name, **options: sent.append((name, options)))
    one, two = uuid7(), uuid7()

    ring("work.on", merchant_id=one, ids=[one, two])

    assert sent == [("work.on", {"kwargs": {"merchant_id": str(one), "ids": [str(one), str(two)]}, "expires": 30})]


@pytest.mark.usefixtures("committed_db")
def test_a_broker_that_is_away_fails_nobody(monkeypatch) -> None:
    tried = []

    def away(name: str, **_options: object) -> None:
        tried.append(name)
        raise OperationalError

    monkeypatch.setattr("postpurchase.lib.doorbell.app.send_task", away)

    with transaction.atomic():
        ring_after_commit("work.on", merchant_id=uuid7())
        before_commit = list(tried)

    assert (before_commit, tried) == ([], ["work.on"])
