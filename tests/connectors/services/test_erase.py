"""A person is forgotten in what shops sent, and a shop may ask for it."""

from datetime import timedelta

from orders.models import Customer
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.connectors.models import DeliveryReference, InboundDelivery
from postpurchase.connectors.services.process import replay
from postpurchase.lib import clock
from postpurchase.privacy.models import Erasure
from postpurchase.privacy.services.erase import request_erasure, run_erasure
from tests.connectors.conftest import connect
from tests.connectors.corner_shop import saved, shipped
from tests.connectors.services.inbox import bring, fate, lay, work


def erase(merchant, customer) -> None:
    with merchant_scope(merchant.id):
        erasure = request_erasure(merchant=merchant, customer=customer, source="api", now=clock.now())
    assert run_erasure(merchant_id=merchant.id, erasure_id=erasure.id, now=clock.now() + timedelta(seconds=1))


def bodies(merchant) -> dict[str, bytes]:
    with merchant_scope(merchant.id):
        return {row.delivery_id: bytes(row.body) for row in InboundDelivery.objects.all()}


def test_bodies_about_a_person_are_emptied_and_nobody_elses(world, other_world, connection, now) -> None:
    merchant = world.merchant
    other = {"external_id": "c-2", "email": "bo@example.com"}
    account = {"kind": "customer", "customer": {"external_id": "c-1", "email": "Anna@Example.com"}}
    hers = [lay(connection, body, now=now) for body in (saved(), shipped(), account, b'{"mail": "anna@example.com"')]
    his = lay(connection, saved("1002", customer=other), now=now)
    foreign = lay(connect(other_world, now), saved(), now=now)
    work(connection, now)

    with merchant_scope(merchant.id):
        anna = Customer.objects.get(external_id="c-1")
    erase(merchant, anna)

    why = "The person in it was erased."
    assert [fate(one) for one in hers] == [("processed", why)] * 3 + [("ignored", why)]
    left = bodies(merchant)
    assert [left[one.delivery_id] for one in hers] == [b""] * 4
    assert left[his.delivery_id]
    assert fate(his)[0] == "processed"
    assert bodies(other_world.merchant)[foreign.delivery_id]
    with merchant_scope(merchant.id):
        kept = set(DeliveryReference.objects.values_list("kind", "external_id"))
    assert kept == {("order", "1001"), ("order", "1002"), ("customer", "c-2")}


def test_an_emptied_delivery_is_not_worked_through_again(world, connection, now) -> None:
    one = lay(connection, saved(), now=now)
    work(connection, now)
    with merchant_scope(world.merchant.id):
        anna = Customer.objects.get(external_id="c-1")
    erase(world.merchant, anna)
    before = fate(one)

    with merchant_scope(world.merchant.id):
        replay(delivery=one, now=now)
    work(connection, clock.now())

    assert fate(one) == before == ("processed", "The person in it was erased.")


def test_a_shop_may_ask_for_it(world, connection, now) -> None:
    with merchant_scope(world.merchant.id):
        Customer.objects.create(merchant=world.merchant, email="anna@example.com", created_at=now, updated_at=now)

    states = bring(
        connection, saved(), {"kind": "erased", "customer": "c-1"}, {"kind": "erased", "customer": "x"}, now=now
    )

    assert states == [("processed", ""), ("processed", ""), ("ignored", "We do not know this person.")]
    with merchant_scope(world.merchant.id):
        assert list(Erasure.objects.values_list("source", flat=True)) == ["shop"]
        assert not Customer.objects.filter(external_id="c-1").exists()
