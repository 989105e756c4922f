"""What Celery runs now and then finds its work in the tables."""

import datetime as dt
from functools import partial

import pytest
from django.conf import settings

from orders.models import Customer, CustomerMerge
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.celery import app
from postpurchase.privacy import tasks
from postpurchase.privacy.models import Erasure, ErasureState, RetentionRun
from postpurchase.privacy.services.erase import SECOND_ROUND_AFTER, request_erasure
from postpurchase.privacy.services.holds import hold_against_erasing, place_hold
from tests.conftest import NOW
from tests.messaging.making import make_customer


@pytest.fixture
def rung(monkeypatch) -> list[tuple[str, dict[str, object]]]:
    """The doorbells, and each answered at once."""
    calls: list[tuple[str, dict[str, object]]] = []

    def send(name, *, kwargs, expires):
        assert expires > 0
        calls.append((name, kwargs))
        app.tasks[name](**kwargs)

    monkeypatch.setattr("postpurchase.lib.doorbell.app.send_task", send)
    monkeypatch.setattr(tasks.remove_old_data, "apply_async", partial(send, tasks.remove_old_data.name))
    return calls


@pytest.fixture
def erasure(committed_db, merchant) -> Erasure:
    with merchant_scope(merchant.id):
        return request_erasure(merchant=merchant, customer=make_customer(merchant), source="api", now=NOW)


def test_the_sweep_carries_out_what_was_left_behind_in_both_rounds(merchant, erasure, rung, time_machine) -> None:
    for moment in (NOW, NOW + dt.timedelta(minutes=1), NOW + SECOND_ROUND_AFTER, NOW + dt.timedelta(days=1)):
        time_machine.move_to(moment, tick=False)
        tasks.sweep_erasures(some_later_argument=1)

    only = {"merchant_id": str(merchant.id), "erasure_ids": [str(erasure.id)]}
    assert rung == [("privacy.erase", only)] * 2
    with merchant_scope(merchant.id):
        assert Erasure.objects.get().state == ErasureState.DONE


def test_every_merchant_is_tidied_once_a_day(committed_db, merchant, other_merchant, rung, time_machine) -> None:
    for hours in (0, 1, 24):
        time_machine.move_to(NOW + dt.timedelta(hours=hours), tick=False)
        tasks.tidy(some_later_argument=1)

    merchants = sorted([str(merchant.id), str(other_merchant.id)])
    assert [kwargs["merchant_id"] for _name, kwargs in rung] == merchants * 2
    with merchant_scope(merchant.id):
        assert RetentionRun.objects.filter(finished_at__isnull=False).count() == 2


def test_all_are_on_the_schedule_under_their_own_names() -> None:
    scheduled = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}

    assert {tasks.sweep_erasures.name, tasks.tidy.name} == {"privacy.sweep_erasures", "privacy.tidy"} <= scheduled
    assert {"privacy.erase", "privacy.remove_old_data"} <= set(app.tasks)


@pytest.mark.usefixtures("in_scope")
def test_a_hold_on_somebody_who_was_merged_holds_who_they_became(merchant) -> None:
    kept, merged, other = (make_customer(merchant) for _ in range(3))
    hold = place_hold(merchant=merchant, customer=merged, reason="Rechtsstreit", now=NOW)
    Customer.objects.filter(pk=merged.pk).update(merged_into=kept)
    CustomerMerge.objects.create(merchant=merchant, customer=kept, merged=merged, reason="request", merged_at=NOW)

    assert hold_against_erasing(customer=kept) == hold
    assert hold_against_erasing(customer=other) is None
