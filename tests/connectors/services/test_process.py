"""From a stored delivery to what it says: once, in any order, whole or not at all."""

import datetime as dt
import itertools
import threading
from decimal import Decimal

import pytest
from django.db import connections as database_connections

from messaging.models import Message
from messaging.services.journeys import install_standard_journeys
from orders.models import Customer, Order, OrderLine, Product, Refund
from orders.services.ingest import upsert_order
from postpurchase.accounts.models import Store
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.connectors.models import Connection, DeliveryReference, InboundDelivery
from postpurchase.connectors.registry import CONNECTORS
from postpurchase.connectors.services import process
from postpurchase.connectors.services.process import process_batch, replay, replay_failed
from postpurchase.events.dispatch import handle_subject
from postpurchase.events.models import Event
from tests.api.rows import digest_of
from tests.connectors.conftest import connect
from tests.connectors.corner_shop import cancelled, refunded, saved, shipped
from tests.connectors.services.inbox import bring, fate, lay, work
from tests.orders.bodies import small_order_input
from tracking.models import Shipment

HOUR = dt.timedelta(hours=1)


@pytest.fixture
def in_merchant(merchant):
    """Look at the merchant's rows: ``in_merchant(lambda: Order.objects.count())``."""

    def look(question):
        with merchant_scope(merchant.id):
            return question()

    return look


def the_order() -> tuple:
    order = Order.objects.get()
    return order.external_id, order.number, order.status, order.payment_status, order.source, order.backfill


def event_types() -> list[str]:
    return list(Event.objects.order_by("sequence").values_list("type", flat=True))


def test_an_order_with_its_parcels_and_refunds_comes_in_whole(connection, in_merchant, now) -> None:
    body = saved(
        shipments=[{"external_id": "p-1", "carrier": "dhl"}, {"external_id": "p-2", "carrier": "ups"}],
        refunds=[{"external_id": "r-1", "amount": "2.50"}],
    )

    assert bring(connection, body, now=now) == [("processed", "")]
    assert in_merchant(the_order) == ("1001", "1001", "open", "partially_refunded", "corner", False)
    assert in_merchant(
        lambda: list(Shipment.objects.order_by("external_id").values_list("external_id", "carrier"))
    ) == [
        ("p-1", "dhl"),
        ("p-2", "ups"),
    ]
    assert in_merchant(lambda: Refund.objects.get().amount) == Decimal("2.50")
    assert in_merchant(lambda: Connection.objects.get().first_order_at) == now


def test_the_same_news_in_another_delivery_changes_nothing(connection, in_merchant, merchant, now) -> None:
    body = saved(shipments=[{"external_id": "p-1", "carrier": "dhl"}], refunds=[{"external_id": "r-1", "amount": "1"}])
    bring(connection, body, now=now)
    events = in_merchant(event_types)

    assert bring(connection, body, body, now=now + HOUR) == [("processed", ""), ("processed", "")]
    assert in_merchant(event_types) == events
    assert in_merchant(lambda: (Order.objects.count(), Shipment.objects.count(), Refund.objects.count())) == (1, 1, 1)


def test_several_things_may_stand_in_one_delivery(connection, in_merchant, now) -> None:
    product = {"kind": "product", "product": {"sku": "A", "name": "Apple"}}
    customer = {"kind": "customer", "customer": {"external_id": "c-7", "email": "bo@example.com"}}
    parcels = [shipped(external_id="p-1"), shipped(external_id="p-2", tracking_number="1Z5R89390357567127")]

    states = bring(connection, [saved(), *parcels, refunded(), product, customer], now=now)

    assert states == [("processed", "")]
    assert in_merchant(lambda: Shipment.objects.count()) == 2
    assert in_merchant(lambda: Product.objects.get().name) == "Apple"
    assert in_merchant(lambda: set(Customer.objects.values_list("external_id", flat=True))) == {"c-1", "c-7"}
    assert in_merchant(the_order)[3] == "partially_refunded"


def test_what_one_part_refuses_is_not_half_stored(connection, in_merchant, merchant, now) -> None:
    too_much = refunded(amount="1000.00")
    before = digest_of(merchant)

    ((state, reason),) = bring(connection, [saved(), shipped(), too_much], now=now)

    assert (state, reason) == ("failed", "/amount: Of 10.0000 paid, 0 went back before.")
    after = digest_of(merchant)
    assert {table for table in after if after[table] != before[table]} == {
        "connectors_connection",  # when the shop was heard of last
        "connectors_inbounddelivery",
        "connectors_deliveryreference",
    }


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"total": "-5.00"}, "/total: Expected `str` matching regex"),
        ({"currency": "XXY"}, "/currency: This is not an active ISO 4217 currency."),
        ({"placed_at": dt.datetime(1, 1, 1, tzinfo=dt.UTC)}, "/placed_at: The year must be 1970 to 2199."),
        ({"number": "n" * 201}, "/number: Expected `str` of length <= 200"),
    ],
)
def test_content_nobody_can_mean_fails_with_the_reason(connection, in_merchant, now, changes, reason) -> None:
    """Whether the connector looked at it or not."""
    body = {"kind": "unchecked", "order": saved()["order"], "changes": {}}
    delivery = lay(connection, body, now=now)
    corner = CONNECTORS["corner"]

    def read(topic, told, context):
        return corner.read(topic, {**told, "changes": changes}, context)

    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(CONNECTORS, "corner", type(corner)(**{**_fields(corner), "read": read}))
        work(connection, now)

    state, why = fate(delivery)
    assert (state, why[: len(reason)]) == ("failed", reason)
    assert in_merchant(lambda: Order.objects.count()) == 0


def _fields(connector):
    return {name: getattr(connector, name) for name in connector.__dataclass_fields__}


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({"kind": "surprise"}, "`kind` is none of ours."),
        ({"no": "kind"}, "The connector stumbled over it (KeyError)."),
        (7, "The connector stumbled over it (TypeError)."),
        (b"{", "This is not JSON as it must be: "),
        ({"kind": "order", "order": {}, "shipments": [], "refunds": []}, "/external_id: This field is required."),
    ],
)
def test_what_cannot_be_read_is_kept_with_the_reason(connection, in_merchant, now, body, reason) -> None:
    ((state, why),) = bring(connection, body, now=now)

    assert (state, why[: len(reason)]) == ("failed", reason)
    assert in_merchant(lambda: Order.objects.count()) == 0


def test_after_a_fix_it_can_be_processed_again(connection, in_merchant, merchant, now, monkeypatch) -> None:
    corner = CONNECTORS["corner"]

    def cannot_read_yet(*_anything):
        raise KeyError("total")

    broken = type(corner)(**{**_fields(corner), "read": cannot_read_yet})
    monkeypatch.setitem(CONNECTORS, "corner", broken)
    one, two = lay(connection, saved("1001"), now=now), lay(connection, saved("1002"), now=now)
    work(connection, now)
    assert [fate(one)[0], fate(two)[0]] == ["failed", "failed"]

    monkeypatch.setitem(CONNECTORS, "corner", corner)
    with merchant_scope(merchant.id):
        replay(delivery=one, now=now)
    work(connection, now)

    assert [fate(one), fate(two)[0]] == [("processed", ""), "failed"]
    with merchant_scope(merchant.id):
        assert replay_failed(merchant=merchant, now=now) == 1
    work(connection, now)
    assert fate(two) == ("processed", "")
    assert in_merchant(lambda: set(Order.objects.values_list("external_id", flat=True))) == {"1001", "1002"}


def test_one_merchants_again_is_not_anothers(connection, other_world, merchant, now) -> None:
    delivery = lay(connection, {"kind": "surprise"}, now=now)
    work(connection, now)

    with merchant_scope(other_world.merchant.id):
        assert replay_failed(merchant=other_world.merchant, now=now) == 0
    assert process_batch(merchant_id=other_world.merchant.id, now=lambda: now).done == 0
    assert fate(delivery)[0] == "failed"


def test_what_there_is_to_be_found_by_is_written_down(connection, in_merchant, now) -> None:
    bring(connection, [saved(), {"kind": "product", "product": {"sku": "A", "name": "Apple"}}], now=now)

    found = in_merchant(lambda: sorted(DeliveryReference.objects.values_list("kind", "external_id")))
    assert found == [("customer", "c-1"), ("order", "1001"), ("product", "A")]


# --- in any order ----------------------------------------------------------------------------------------------


def test_news_of_an_order_that_has_not_come_waits_for_it(connection, in_merchant, merchant, now) -> None:
    waiting = [
        lay(connection, shipped(), now=now),
        lay(connection, refunded(), now=now),
        lay(connection, cancelled(reason="changed my mind", cancelled_at="2026-07-15T10:20:00Z"), now=now),
    ]
    work(connection, now)

    assert [fate(delivery) for delivery in waiting] == [("waiting", "")] * 3
    assert in_merchant(lambda: set(InboundDelivery.objects.values_list("waits_for", flat=True))) == {"1001"}
    assert in_merchant(lambda: (Order.objects.count(), Event.objects.count(), Shipment.objects.count())) == (0, 0, 0)

    bring(connection, saved(), now=now + HOUR)

    assert [fate(delivery) for delivery in waiting] == [("processed", "")] * 3
    assert in_merchant(the_order) == ("1001", "1001", "cancelled", "partially_refunded", "corner", False)
    assert in_merchant(lambda: Order.objects.get().cancel_reason) == "changed my mind"
    assert in_merchant(lambda: Shipment.objects.count()) == 1


def test_an_order_that_was_cancelled_before_it_came_sends_no_confirmation(
    connection, in_merchant, merchant, now
) -> None:
    in_merchant(lambda: install_standard_journeys(merchant=merchant, now=now))
    bring(connection, cancelled(), saved(), now=now)

    handle_subject(merchant_id=merchant.id, subject_id=in_merchant(lambda: Order.objects.get().id))

    states = in_merchant(lambda: dict(Message.objects.values_list("template", "state")))
    assert states.get("order_confirmation") in (None, "suppressed")


def test_an_order_that_another_program_brings_wakes_what_waits_for_it(connection, in_merchant, merchant, now) -> None:
    delivery = lay(connection, cancelled(), now=now)
    work(connection, now)
    in_merchant(lambda: upsert_order(merchant=merchant, data=small_order_input("1001"), now=now))

    handle_subject(merchant_id=merchant.id, subject_id=in_merchant(lambda: Order.objects.get().id))

    assert fate(delivery) == ("processed", "")
    assert in_merchant(lambda: Order.objects.get().status) == "cancelled"


def test_what_waits_is_looked_at_more_and_more_seldom_and_given_up_after_a_month(connection, now) -> None:
    delivery = lay(connection, cancelled(), now=now)
    looks, moment = [], now
    while fate(delivery)[0] in ("stored", "waiting"):
        if work(connection, moment):
            looks.append(moment - now)
        moment += dt.timedelta(minutes=1) if moment < now + HOUR else 3 * HOUR

    assert fate(delivery) == ("failed", "Its order never came.")
    assert moment - now >= dt.timedelta(days=30)
    assert 100 < len(looks) < 200
    assert looks[:4] == [dt.timedelta(minutes=minutes) for minutes in (0, 1, 2, 4)]


def test_neither_the_order_nor_its_cancellation_misses_the_other(
    committed_db, connection, in_merchant, merchant, now
) -> None:
    """The one moment that counts: the order comes while somebody finds that it is not there."""
    for number in range(1001, 1011):
        lay(connection, cancelled(str(number)), now=now)
        lay(connection, saved(str(number)), now=now)

    def take_part() -> None:
        while not process_batch(merchant_id=merchant.id, now=lambda: now).exhausted:
            pass
        database_connections.close_all()

    threads = [threading.Thread(target=take_part) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    # A deadlock or two is repeated a little later.
    work(connection, now + HOUR)
    assert in_merchant(lambda: list(Order.objects.values_list("status", flat=True))) == ["cancelled"] * 10
    assert in_merchant(lambda: set(InboundDelivery.objects.values_list("state", flat=True))) == {"processed"}


def test_the_order_comes_in_the_middle_of_finding_it_missing(
    committed_db, connection, in_merchant, merchant, now, monkeypatch
) -> None:
    real = process._apply_all

    def order_comes_meanwhile(delivery, changes, moment):
        try:
            return real(delivery, changes, moment)
        finally:
            monkeypatch.setattr(process, "_apply_all", real)
            thread = threading.Thread(target=push_the_order)
            thread.start()
            started.append(thread)

    def push_the_order() -> None:
        with merchant_scope(merchant.id):
            upsert_order(merchant=merchant, data=small_order_input("1001"), now=now)
        database_connections.close_all()

    started: list[threading.Thread] = []
    monkeypatch.setattr(process, "_apply_all", order_comes_meanwhile)
    delivery = lay(connection, cancelled(), now=now)

    work(connection, now)
    started[0].join()
    handle_subject(merchant_id=merchant.id, subject_id=in_merchant(lambda: Order.objects.get().id))

    assert fate(delivery) == ("processed", "")
    assert in_merchant(lambda: Order.objects.get().status) == "cancelled"


def story_of(number: str) -> tuple:
    return (
        saved(number, updated_at="2026-07-15T10:00:00Z"),
        saved(number, updated_at="2026-07-15T10:05:00Z", number="changed"),
        cancelled(number, cancelled_at="2026-07-15T10:10:00Z", reason="too late"),
        saved(number, updated_at="2026-07-15T10:08:00Z", number="in between"),
    )


def test_in_whatever_order_the_news_comes_the_order_ends_cancelled(connection, in_merchant, now) -> None:
    for turn, in_turn in enumerate(itertools.permutations(range(4))):
        story = story_of(str(turn))
        bring(connection, *(story[index] for index in in_turn), now=now)

    assert in_merchant(lambda: list(Order.objects.values_list("status", flat=True))) == ["cancelled"] * 24
    assert in_merchant(event_types).count("order.placed") == 24
    assert in_merchant(event_types).count("order.cancelled") == 24


def test_an_older_body_opens_no_cancelled_order(connection, in_merchant, now) -> None:
    states = bring(
        connection,
        saved(),
        cancelled(cancelled_at="2026-07-15T10:10:00Z"),
        saved(updated_at="2026-07-15T10:09:59Z", number="X"),
        now=now,
    )

    assert states == [("processed", ""), ("processed", ""), ("ignored", "What we have is newer.")]
    assert in_merchant(the_order)[1:3] == ("1001", "cancelled")


def test_a_body_from_after_the_cancellation_opens_the_order_again(connection, in_merchant, now) -> None:
    later = saved(updated_at="2026-07-15T10:11:00Z")
    late_news = cancelled(cancelled_at="2026-07-15T10:10:00Z")

    states = bring(connection, saved(), late_news, later, late_news, now=now)

    assert states == [("processed", "")] * 3 + [("ignored", "What we have is newer.")]
    assert in_merchant(the_order)[2] == "open"


def test_the_body_of_the_very_moment_of_the_cancellation_counts(connection, in_merchant, now) -> None:
    moment = "2026-07-15T10:10:00Z"
    for number in ("A", "B", "C", "D"):
        same_moment = saved(number, updated_at=moment, status="cancelled", number=f"{number} as cancelled")
        bring(connection, saved(number), cancelled(number, cancelled_at=moment), same_moment, now=now)

    assert in_merchant(lambda: sorted(Order.objects.values_list("number", "status"))) == [
        (f"{number} as cancelled", "cancelled") for number in ("A", "B", "C", "D")
    ]


def test_a_body_without_a_time_does_not_open_a_cancelled_order(connection, in_merchant, now) -> None:
    bring(connection, saved(updated_at=None), cancelled(), saved(updated_at=None, number="X"), now=now)

    assert in_merchant(the_order)[1:3] == ("X", "cancelled")


def test_money_given_back_stays_given_back(connection, in_merchant, now) -> None:
    newer = saved(updated_at="2026-07-15T11:00:00Z", number="X")

    bring(connection, saved(), refunded(amount="10.00"), newer, now=now)

    assert in_merchant(the_order)[1:4] == ("X", "open", "refunded")
    assert in_merchant(event_types).count("order.refunded") == 1


def test_clocks_that_are_hours_wrong_do_no_harm(connection, in_merchant, now) -> None:
    """A shop's moments are compared with each other only."""
    slow = [
        saved("slow", updated_at="2026-07-15T02:00:00Z"),
        saved("slow", updated_at="2026-07-15T02:01:00Z", number="2"),
    ]
    fast = [
        saved("fast", updated_at="2026-07-15T20:00:00Z"),
        saved("fast", updated_at="2026-07-15T20:01:00Z", number="2"),
    ]
    gone = cancelled("fast", cancelled_at="2026-07-15T20:02:00Z")

    states = bring(connection, *slow, *fast, gone, now=now)

    assert states == [("processed", "")] * 5
    assert in_merchant(lambda: sorted(Order.objects.values_list("external_id", "number", "status"))) == [
        ("fast", "2", "cancelled"),
        ("slow", "2", "open"),
    ]


def test_of_two_bodies_of_one_moment_the_loser_still_tells_of_its_parcels(connection, in_merchant, now) -> None:
    one = saved(number="X", shipments=[{"external_id": "p-1", "carrier": "dhl"}])
    two = saved(number="Y", shipments=[{"external_id": "p-2", "carrier": "ups"}])

    assert bring(connection, one, two, now=now) == [("processed", "")] * 2
    assert in_merchant(lambda: set(Shipment.objects.values_list("external_id", flat=True))) == {"p-1", "p-2"}


# --- whose, from when, from where ------------------------------------------------------------------------------------


def test_ids_of_a_further_storefront_do_not_meet_those_of_the_first(world, connection, in_merchant, now) -> None:
    swiss = in_merchant(lambda: Store.objects.create(merchant=world.merchant, slug="ch", name="Lindenhof"))
    swiss_connection = connect(world, now, store=swiss)

    bring(connection, saved(), now=now)
    bring(swiss_connection, shipped(), saved(currency="CHF"), refunded(), now=now)

    orders = in_merchant(lambda: sorted(Order.objects.values_list("external_id", "number", "store__slug", "currency")))
    assert orders == [("1001", "1001", "default", "EUR"), ("ch-1001", "1001", "ch", "CHF")]
    assert in_merchant(lambda: Order.objects.get(external_id="ch-1001").customer.external_id) == "ch-c-1"
    assert in_merchant(lambda: Shipment.objects.get().order.external_id) == "ch-1001"
    assert in_merchant(lambda: set(OrderLine.objects.values_list("sku", flat=True))) == {"A"}


def test_what_was_ordered_before_the_shop_was_connected_is_history(connection, in_merchant, now) -> None:
    days_ago = [now - dt.timedelta(days=3, seconds=1), now - dt.timedelta(days=3)]
    bring(connection, *(saved(str(number), placed_at=at.isoformat()) for number, at in enumerate(days_ago)), now=now)

    assert in_merchant(lambda: list(Order.objects.order_by("external_id").values_list("backfill", flat=True))) == [
        True,
        False,
    ]


def test_a_withdrawn_article_stays_known_and_is_not_available(connection, in_merchant, now) -> None:
    product = {"kind": "product", "product": {"sku": "A", "name": "Apple", "price": "1.00", "currency": "EUR"}}

    states = bring(connection, product, {"kind": "withdrawn", "sku": "A"}, {"kind": "withdrawn", "sku": "B"}, now=now)

    assert states == [("processed", ""), ("processed", ""), ("ignored", "We never had this product.")]
    assert in_merchant(lambda: list(Product.objects.values_list("sku", "available"))) == [("A", False)]


# --- workers that die -------------------------------------------------------------------------------------------------


def test_each_attempt_is_counted_before_it_is_made(connection, in_merchant, merchant, now) -> None:
    delivery = lay(connection, saved(), now=now)

    moments = [now, now + process.LEASE, now + 2 * process.LEASE, now + 3 * process.LEASE]
    claims = [process._claim(merchant.id, moment) for moment in moments]

    assert claims == [(delivery.id, 1), (delivery.id, 2), (delivery.id, 3), None]
    assert fate(delivery) == ("parked", "It ended its worker three times. Nothing of it was stored.")
    assert in_merchant(lambda: Order.objects.count()) == 0


def test_while_one_worker_has_it_no_other_takes_it(connection, merchant, now) -> None:
    lay(connection, saved(), now=now)

    first = process._claim(merchant.id, now)
    second = process._claim(merchant.id, now + process.LEASE - dt.timedelta(seconds=1))

    assert first is not None
    assert second is None


def test_a_worker_that_was_too_slow_does_nothing_any_more(connection, in_merchant, merchant, now) -> None:
    delivery = lay(connection, saved(), now=now)
    slow = process._claim(merchant.id, now)
    process._claim(merchant.id, now + process.LEASE)

    process._work(merchant.id, *slow, lambda: now + process.LEASE)

    assert fate(delivery) == ("stored", "")
    assert in_merchant(lambda: Order.objects.count()) == 0


def test_an_error_of_ours_is_tried_again_and_stops_no_other(connection, in_merchant, now, monkeypatch) -> None:
    real, broken = process.apply_change, ["1001"]

    def breaks(*, merchant, change, received_at, now):
        if change.order.external_id in broken:
            raise RuntimeError("Anna's address")
        return real(merchant=merchant, change=change, received_at=received_at, now=now)

    monkeypatch.setattr(process, "apply_change", breaks)
    one, two = lay(connection, saved("1001"), now=now), lay(connection, saved("1002"), now=now)

    work(connection, now)
    assert [fate(one), fate(two)] == [("stored", ""), ("processed", "")]
    work(connection, now + dt.timedelta(seconds=10))
    work(connection, now + dt.timedelta(seconds=71))

    assert fate(one) == ("parked", "It failed three times (builtins.RuntimeError).")
    broken.clear()
    in_merchant(lambda: replay(delivery=one, now=now + HOUR))
    work(connection, now + HOUR)
    assert fate(one) == ("processed", "")
