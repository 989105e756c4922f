"""What Celery runs now and then finds its work in the tables."""

import datetime as dt

from django.conf import settings

from orders.models import Learning
from orders.tasks import learn
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.celery import app
from tests.conftest import NOW
from tests.tracking.build import events_of, make_order, make_shipment
from tracking.models import PromiseVerdict, TransitRecord
from tracking.services.promise import renew_promise
from tracking.tasks import judge, learn_transit, watch


def test_the_watch_raises_what_is_due(world, time_machine) -> None:
    with merchant_scope(world.merchant.id):
        order = make_order(world)
        make_shipment(world, order)
    time_machine.move_to(NOW + dt.timedelta(days=6), tick=False)

    watch(some_later_argument=1)

    with merchant_scope(world.merchant.id):
        assert [data["rule"] for data in events_of(order, "shipment.stalled")] == ["not_picked_up"]


def test_learning_looks_at_new_orders_once(world, time_machine) -> None:
    time_machine.move_to(NOW, tick=False)
    with merchant_scope(world.merchant.id):
        make_order(world)

    learn()
    learn()

    with merchant_scope(world.merchant.id):
        assert Learning.objects.count() == 1


def test_promises_are_judged_and_parcels_learned_from(world, time_machine) -> None:
    with merchant_scope(world.merchant.id):
        order = make_order(world)
        renew_promise(merchant=world.merchant, order=order, shipment=None, now=NOW)
        shipment = make_shipment(world, order)
        TransitRecord.objects.create(
            merchant=world.merchant,
            shipment=shipment,
            carrier="dhl",
            origin="DE",
            destination="DE-10",
            days=2,
            calibration="dhl/DE/DE",
            arrived_on=NOW.date(),
        )
    time_machine.move_to(NOW + dt.timedelta(days=10), tick=False)

    judge(some_later_argument=1)
    learn_transit(some_later_argument=1)

    with merchant_scope(world.merchant.id):
        assert [verdict.kept for verdict in PromiseVerdict.objects.all()] == [False]
        assert TransitRecord.objects.get().learned_at == NOW + dt.timedelta(days=10)


def test_all_are_on_the_schedule_under_their_own_names() -> None:
    scheduled = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    names = {watch.name, learn.name, judge.name, learn_transit.name}

    assert names == {"tracking.watch", "orders.learn", "tracking.judge", "tracking.learn_transit"} <= scheduled
    assert names <= set(app.tasks)
