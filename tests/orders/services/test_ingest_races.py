"""Pushes that meet: none is lost, nothing is told twice, nobody waits for good."""

import threading
from collections import Counter
from collections.abc import Callable, Sequence

import pytest
from django.db import connection

from orders.inputs import OrderInput
from orders.models import Customer, Order, OrderLine
from orders.services.ingest import upsert_order, upsert_orders
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.events.models import Event
from tests.orders.bodies import small_order_input

pytestmark = pytest.mark.usefixtures("committed_db", "quiet_broker")


@pytest.fixture
def quiet_broker(monkeypatch) -> None:
    """Nobody reacts here; what is told stands in the tables."""
    monkeypatch.setattr("postpurchase.lib.doorbell.app.send_task", lambda *_arguments, **_options: None)


def at_once(*works: Callable[[], object]) -> None:
    """Do all of it at the same time, each on a connection of its own; failures come out."""
    failures: list[Exception] = []
    start = threading.Barrier(len(works))

    def do(work: Callable[[], object]) -> None:
        try:
            start.wait(30)
            work()
        except Exception as error:  # noqa: BLE001 - handed to the test
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=do, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert not any(thread.is_alive() for thread in threads)
    assert failures == []


def pushing(merchant, now, orders: Sequence[OrderInput]) -> Callable[[], object]:
    def push() -> None:
        with merchant_scope(merchant.id):
            upsert_orders(merchant=merchant, orders=orders, now=now)

    return push


def an_order(place: int, **changes: object) -> OrderInput:
    customer = {"external_id": f"c-{place % 7}", "email": f"c{place % 7}@example.com"}
    return small_order_input(f"o-{place}", **{"customer": customer, **changes})


def test_batches_with_the_same_orders_in_opposite_order_make_each_once(merchant, now) -> None:
    orders = [an_order(number) for number in range(60)]

    at_once(*(pushing(merchant, now, orders[:: 1 if turn % 2 else -1]) for turn in range(6)))

    with merchant_scope(merchant.id):
        assert sorted(Order.objects.values_list("external_id", flat=True)) == sorted(one.external_id for one in orders)
        assert (OrderLine.objects.count(), Customer.objects.count()) == (60, 7)
        told = Counter(Event.objects.values_list("type", "subject_id"))
    assert Counter(kind for kind, _ in told) == {"order.placed": 60, "customer.created": 7}
    assert set(told.values()) == {1}


def test_changes_that_meet_are_all_told_and_the_last_one_stays(merchant, now) -> None:
    pushing(merchant, now, [an_order(number) for number in range(20)])()
    bodies = [[an_order(number, number=f"{number}-{turn}") for number in range(20)] for turn in range(6)]
    singles = [bodies[0][3], bodies[1][3], bodies[2][3]]

    def put_singles() -> None:
        for body in singles:
            with merchant_scope(merchant.id):
                upsert_order(merchant=merchant, data=body, now=now)

    at_once(
        *(pushing(merchant, now, batch[:: 1 if turn % 2 else -1]) for turn, batch in enumerate(bodies)), put_singles
    )

    with merchant_scope(merchant.id):
        numbers = dict(Order.objects.values_list("external_id", "number"))
        updates = Event.objects.filter(type="order.updated")
        for number in range(20):
            assert numbers[f"o-{number}"] in {f"{number}-{turn}" for turn in range(6)}
            order = Order.objects.get(external_id=f"o-{number}")
            told = [event.data for event in updates.filter(subject_id=order.id)]
            assert told == [{"changed": ["number"]}] * len(told)
            # A single push that comes right after its own batch changes nothing.
            assert 6 <= len(told) <= 9 if number == 3 else len(told) == 6
        assert Event.objects.filter(type="order.placed").count() == 20


def test_the_same_ids_in_turn_and_crossed_customers_do_not_wait_for_good(merchant, now) -> None:
    def crossed(name: str, people: Sequence[str]) -> list[OrderInput]:
        return [
            small_order_input(name, number=str(turn), customer={"external_id": person, "first_name": f"{name}{turn}"})
            for turn, person in enumerate(people)
        ]

    people = [f"p-{number}" for number in range(5)]
    at_once(*(pushing(merchant, now, crossed(f"x-{turn}", people[:: 1 if turn % 2 else -1])) for turn in range(8)))

    with merchant_scope(merchant.id):
        assert Order.objects.count() == 8
        assert set(Order.objects.values_list("number", flat=True)) == {"4"}
        assert Customer.objects.count() == 5


def test_one_person_under_two_names_keeps_what_both_said(merchant, now) -> None:
    with merchant_scope(merchant.id):
        known = {"external_id": "c-1", "email": "old@example.com"}
        upsert_order(merchant=merchant, data=small_order_input("first", customer=known), now=now)
    for turn in range(5):
        by_id = {"external_id": "c-1", "company": f"Muster {turn}"}
        by_mail = {"email": "old@example.com", "first_name": f"Anna {turn}"}
        at_once(
            pushing(merchant, now, [small_order_input(f"a-{turn}", customer=by_id)]),
            pushing(merchant, now, [small_order_input(f"b-{turn}", customer=by_mail)]),
        )

        with merchant_scope(merchant.id):
            customer = Customer.objects.get()
            assert (customer.company, customer.first_name) == (f"Muster {turn}", f"Anna {turn}")


def test_many_large_batches_at_once_fit_into_the_servers_table_of_locks(merchant, now) -> None:
    def batch(turn: int, **changes: object) -> list[OrderInput]:
        return [
            small_order_input(f"{turn}-{number}", customer={"external_id": f"{turn}-{number}"}, **changes)
            for number in range(200)
        ]

    at_once(*(pushing(merchant, now, batch(turn)) for turn in range(16)))
    at_once(*(pushing(merchant, now, batch(turn, number="changed")) for turn in range(16)))

    with merchant_scope(merchant.id):
        assert Order.objects.filter(number="changed").count() == Order.objects.count() == 16 * 200
        assert Event.objects.filter(type="order.updated").count() == 16 * 200
