"""What is past its time goes, what is younger, held or somebody else's stays; cut off, it goes on."""

import datetime as dt
from typing import Any

import pytest

from loyalty.models import SurveyResponse
from messaging.models import (
    DeliveryAttempt,
    DeliveryEvent,
    JourneyDecision,
    JourneyRun,
    MessageContent,
    Permission,
    PermissionEvidence,
)
from orders.models import ConsentReport, Customer, Order
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.connectors.models import Connection, DeliveryReference, InboundDelivery
from postpurchase.lib.validation import Refused
from postpurchase.privacy.models import Erasure, LegalHold, RetentionPeriod, RetentionRun
from postpurchase.privacy.retention.classes import CLASSES
from postpurchase.privacy.services import retain
from postpurchase.privacy.services.holds import place_hold
from postpurchase.privacy.services.retain import merchants_to_tidy, remove_old_data, set_periods
from tests.conftest import NOW
from tests.messaging.making import (
    make_customer,
    make_journey,
    make_message,
    make_order,
    make_shipment,
    report_consent,
)
from tracking.models import Case, CaseEntry

DAY = dt.timedelta(days=1)


class Things:
    """One thing of every class, as old as the class allows and a day more or less."""

    def __init__(self, merchant: Any, *, beyond: int) -> None:
        self.merchant, self.beyond = merchant, beyond
        self.order: Order = make_order(merchant)
        self._made: dict[str, list[Any]] = {}
        with_journey = make_journey(merchant, {"key": "wait", "do": "wait", "for": "P1D"}, key=f"t{self.order.number}")
        self._inbound(self.at("inbound_bodies"))
        self._parcel(self.at("tracking_events"))
        self._content(self.at("message_contents"))
        self._message(self.at("messages"), with_journey)
        self._case(self.at("cases"))
        self._survey(self.at("surveys"))
        self._evidence(self.at("evidence"))
        self._own(self.at("erasures"))

    def at(self, key: str) -> dt.datetime:
        return NOW - dt.timedelta(days=CLASSES[key].days) - self.beyond * DAY

    def left(self) -> dict[str, list[int]]:
        """How many of each are still there, or still say something."""
        return {
            key: [row.__class__.objects.filter(pk=row.pk, **(row.retained or {})).count() for row in rows]
            for key, rows in self._made.items()
        }

    def _keep(self, key: str, *rows: Any, **retained: Any) -> None:
        for row in rows:
            row.retained = retained
        self._made.setdefault(key, []).extend(rows)

    def _inbound(self, at: dt.datetime) -> None:
        connection, _ = Connection.objects.get_or_create(
            merchant=self.merchant,
            connector="shopify",
            store=self.order.store,
            defaults={"secret_sealed": b"", "created_at": NOW},
        )
        delivery = InboundDelivery.objects.create(
            merchant=self.merchant,
            connection=connection,
            delivery_id=self.order.number,
            body=b"{}",
            received_at=at,
            state="processed",
            next_attempt_at=at,
        )
        reference = DeliveryReference.objects.create(
            merchant=self.merchant, delivery=delivery, kind="order", external_id=self.order.external_id
        )
        self._keep("inbound_bodies", delivery, reference)

    def _parcel(self, at: dt.datetime) -> None:
        from tracking.models import Checkpoint

        parcel = make_shipment(self.order, "delivered", delivered_at=at, tracking_number="1Z", signed_by="Anna")
        news = Checkpoint.objects.create(
            merchant=self.merchant,
            shipment=parcel,
            identity=b"1",
            carrier="dhl",
            occurred_at=at,
            city="Berlin",
            recorded_at=at,
        )
        self._keep("tracking_events", news)
        self._keep("tracking_events", parcel, signed_by="Anna", tracking_number="1Z")

    def _content(self, at: dt.datetime) -> None:
        message = make_message(self.order, state="delivered", dedupe_key=f"c{self.order.number}", planned_at=at)
        content = MessageContent.objects.create(
            merchant=self.merchant, message=message, text="Hallo Anna", rendered_at=at
        )
        attempt = DeliveryAttempt.objects.create(
            merchant=self.merchant, message=message, number=1, provider="fake", detail="ok", started_at=at
        )
        self._keep("message_contents", content)
        self._keep("message_contents", attempt, detail="ok")

    def _message(self, at: dt.datetime, version: Any) -> None:
        run = JourneyRun.objects.create(
            merchant=self.merchant,
            journey_id=version.journey_id,
            version=version,
            order=self.order,
            customer=self.order.customer,
            subject_key="order",
            occurrence=self.order.number,
            state="ended",
            started_at=at,
            ended_at=at,
        )
        message = make_message(self.order, state="bounced", dedupe_key=f"m{self.order.number}", planned_at=at, run=run)
        decision = JourneyDecision.objects.create(
            merchant=self.merchant,
            journey_id=version.journey_id,
            run=run,
            order=self.order,
            subject_key="order",
            outcome="entered",
            decided_at=at,
        )
        report = DeliveryEvent.objects.create(
            merchant=self.merchant,
            message=message,
            provider="fake",
            channel="email",
            kind="bounced",
            identity=self.order.number.encode(),
            occurred_at=at,
            recorded_at=at,
        )
        self._keep("messages", message, report, decision, run)

    def _case(self, at: dt.datetime) -> None:
        case = Case.objects.create(
            merchant=self.merchant,
            order=self.order,
            reason="other",
            source="shopper",
            state="resolved",
            opened_at=at,
            due_at=at,
            resolved_at=at,
            updated_at=at,
        )
        entry = CaseEntry.objects.create(
            merchant=self.merchant, case=case, kind="opened", actor="shopper", text="Anna schreibt", happened_at=at
        )
        self._keep("cases", entry, text="Anna schreibt")

    def _survey(self, at: dt.datetime) -> None:
        answer = SurveyResponse.objects.create(
            merchant=self.merchant,
            order=self.order,
            customer=self.order.customer,
            kind="nps",
            score=9,
            comment="Anna fand es gut",
            source="page",
            answered_at=at,
        )
        self._keep("surveys", answer, comment="Anna fand es gut", customer=self.order.customer)

    def _evidence(self, at: dt.datetime) -> None:
        customer = self.order.customer
        report = report_consent(customer, reported_at=at)
        unused = PermissionEvidence.objects.create(
            merchant=self.merchant,
            customer=customer,
            channel="email",
            purpose="survey",
            status="granted",
            basis="consent",
            obtained_at=at,
            source="checkout",
            consent_report=report,
            recorded_at=at - DAY,
        )
        # It went out of use when the person said no, which is in force, however old it is.
        self.in_force = PermissionEvidence.objects.create(
            merchant=self.merchant,
            customer=customer,
            channel="email",
            purpose="survey",
            status="withdrawn",
            basis="consent",
            obtained_at=at,
            source="preferences_page",
            recorded_at=at,
        )
        Permission.objects.create(
            merchant=self.merchant,
            customer=customer,
            channel="email",
            purpose="survey",
            status="withdrawn",
            basis="consent",
            evidence=self.in_force,
            updated_at=at,
        )
        self._keep("evidence", unused, report)

    def _own(self, at: dt.datetime) -> None:
        erasure = Erasure.objects.create(
            merchant=self.merchant,
            customer=make_customer(self.merchant),
            source="api",
            state="done",
            due_at=at,
            requested_at=at,
            done_at=at,
        )
        hold = LegalHold.objects.create(
            merchant=self.merchant, customer=make_customer(self.merchant), reason="x", placed_at=at, released_at=at
        )
        self._keep("erasures", erasure, hold)


ALL = {
    "inbound_bodies": 2,
    "tracking_events": 2,
    "message_contents": 2,
    "messages": 4,
    "cases": 1,
    "surveys": 1,
    "evidence": 2,
    "erasures": 2,
}
EVERYTHING = {key: [1] * count for key, count in ALL.items()}
NOTHING = {key: [0] * count for key, count in ALL.items()}


@pytest.fixture
def old(committed_db, merchant) -> Things:
    with merchant_scope(merchant.id):
        return Things(merchant, beyond=1)


def test_everything_past_its_time_goes_and_what_rests_on_it_stays(merchant, old) -> None:
    with merchant_scope(merchant.id):
        assert old.left() == EVERYTHING

    assert remove_old_data(merchant_id=merchant.id, now=NOW)

    with merchant_scope(merchant.id):
        assert old.left() == NOTHING
        # What is not a person's, or still in use, is as it was.
        assert Order.objects.filter(pk=old.order.pk).exists()
        assert Customer.objects.filter(pk=old.order.customer_id).exists()
        assert PermissionEvidence.objects.filter(pk=old.in_force.pk).exists()
        assert SurveyResponse.objects.get().score == 9
        assert old.order.shipments.get().status == "delivered"
        run = RetentionRun.objects.get()
        assert set(run.removed) == {key for key, one in CLASSES.items() if not one.is_fixed}
        assert {key: count for key, count in run.removed.items() if count} == {
            "inbound_bodies": 1,
            "tracking_events": 2,
            "message_contents": 2,
            "messages": 3,
            "cases": 1,
            "surveys": 1,
            "evidence": 2,
            "erasures": 2,
        }


def test_what_is_a_day_younger_stays(committed_db, merchant) -> None:
    with merchant_scope(merchant.id):
        young = Things(merchant, beyond=-1)

    assert remove_old_data(merchant_id=merchant.id, now=NOW)

    with merchant_scope(merchant.id):
        assert young.left() == EVERYTHING
        assert sum(RetentionRun.objects.get().removed.values()) == 0


@pytest.mark.parametrize("on", ["customer", "order"])
def test_a_hold_keeps_what_belongs_to_it(merchant, old, on) -> None:
    with merchant_scope(merchant.id):
        subject = {"customer": old.order.customer} if on == "customer" else {"order": old.order}
        place_hold(merchant=merchant, reason="Rechtsstreit", now=NOW, **subject)

    assert remove_old_data(merchant_id=merchant.id, now=NOW)

    with merchant_scope(merchant.id):
        left = old.left()
        # Evidence is the customer's; a hold on an order does not keep it. Erasures and holds are of other people.
        kept = EVERYTHING if on == "customer" else {**EVERYTHING, "evidence": [0, 0]}
        assert left == {**kept, "erasures": [0, 0]}


def test_another_merchants_data_is_not_touched(merchant, old, other_merchant) -> None:
    assert remove_old_data(merchant_id=other_merchant.id, now=NOW)

    with merchant_scope(merchant.id):
        assert old.left() == EVERYTHING
        assert RetentionRun.objects.count() == 0


def test_in_batches_of_one_it_goes_on_until_everything_is_gone(merchant, old, monkeypatch) -> None:
    turns = 0
    while not remove_old_data(merchant_id=merchant.id, now=NOW, batch=1, most_batches=2):
        turns += 1
        assert turns < 60

    assert turns == 6
    with merchant_scope(merchant.id):
        assert old.left() == NOTHING
        run = RetentionRun.objects.get()
        assert (run.finished_at, run.counting, sum(run.removed.values())) == (NOW, {}, 14)


def test_a_worker_that_dies_leaves_the_rest_to_the_next(merchant, old, monkeypatch) -> None:
    calls = []

    def dies(*arguments: Any) -> int:
        calls.append(arguments)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return remove_class(*arguments)

    remove_class = retain._remove_class
    monkeypatch.setattr(retain, "_remove_class", dies)
    with pytest.raises(KeyboardInterrupt):
        remove_old_data(merchant_id=merchant.id, now=NOW)

    assert not remove_old_data(merchant_id=merchant.id, now=NOW)  # it is in somebody's hands
    assert merchants_to_tidy(now=NOW) == []
    later = NOW + retain.LEASE
    assert merchants_to_tidy(now=later) == [merchant.id]
    assert remove_old_data(merchant_id=merchant.id, now=later)

    with merchant_scope(merchant.id):
        assert old.left() == NOTHING


def test_once_a_day_is_enough(merchant, old, other_merchant) -> None:
    assert set(merchants_to_tidy(now=NOW)) == {merchant.id, other_merchant.id}
    assert remove_old_data(merchant_id=merchant.id, now=NOW)

    assert merchants_to_tidy(now=NOW) == [other_merchant.id]
    assert not remove_old_data(merchant_id=merchant.id, now=NOW + dt.timedelta(hours=1))
    assert merchant.id in merchants_to_tidy(now=NOW + DAY)


def test_one_class_that_fails_stops_no_other(merchant, old, monkeypatch) -> None:
    def broken(ids: Any) -> int:
        raise ZeroDivisionError

    find = CLASSES["surveys"].steps[0][0]
    monkeypatch.setitem(CLASSES, "surveys", retain.RetentionClass("surveys", 730, 30, ((find, broken),)))

    assert remove_old_data(merchant_id=merchant.id, now=NOW)

    with merchant_scope(merchant.id):
        assert old.left() == {**NOTHING, "surveys": [1]}
        assert "surveys" not in RetentionRun.objects.get().removed


def test_a_merchant_may_keep_things_for_a_shorter_time_only(committed_db, merchant, other_merchant) -> None:
    with merchant_scope(merchant.id):
        young = Things(merchant, beyond=-60)
        set_periods(merchant=merchant, days={"surveys": 60, "message_contents": 90})
        for days in (29, 731):
            with pytest.raises(Refused, match="30 to 730 days"):
                set_periods(merchant=merchant, days={"surveys": days})
        assert list(RetentionPeriod.objects.values_list("key", "days")) == [("surveys", 60)]

    assert remove_old_data(merchant_id=merchant.id, now=NOW)

    with merchant_scope(merchant.id):
        assert young.left()["surveys"] == [0]
        assert young.left()["message_contents"] == [1, 1]
        set_periods(merchant=merchant, days={"surveys": 730})
        assert RetentionPeriod.objects.count() == 0


def test_facts_that_are_young_cannot_be_deleted_even_by_asking_the_database(committed_db, merchant) -> None:
    from postpurchase.privacy.retention.messages import expire

    with merchant_scope(merchant.id):
        report = report_consent(make_customer(merchant), reported_at=NOW)

        assert expire("orders_consentreport", [report.pk]) == 0
        assert ConsentReport.objects.count() == 1
