"""Two customers become one: what was said and allowed goes along, a no of one holds, and all can be taken back."""

import datetime as dt

import pytest

from messaging.models import JourneyRun, Message, Permission, PermissionEvidence
from messaging.providers.base import Feedback
from messaging.services.feedback import record_feedback
from messaging.services.gate import judge
from messaging.services.permissions import grant, withdraw
from messaging.services.preferences import load_preferences
from orders.inputs import MergeSource
from orders.models import Customer, CustomerMerge
from orders.services.merges import merge_customers, undo_merge
from postpurchase.events.models import Event
from tests.conftest import NOW
from tests.messaging.making import (
    allow,
    happen_to,
    make_customer,
    make_journey,
    make_message,
    make_order,
    set_permission,
)

pytestmark = pytest.mark.usefixtures("in_scope")

WEEK = dt.timedelta(days=7)


@pytest.fixture
def anna(merchant) -> Customer:
    return make_customer(merchant, external_id="c-1", email="anna@example.com")


@pytest.fixture
def guest(merchant) -> Customer:
    return make_customer(merchant, external_id="", email="a.muster@example.com")


def merge(anna: Customer, guest: Customer) -> CustomerMerge:
    """Merge, and let the handlers run."""
    merge = merge_customers(merchant=anna.merchant, external_id="c-1", source=MergeSource(id=guest.id), now=NOW).merge
    happen_to(anna, "customer.merged", merge_id=merge.id, from_customer_id=guest.id)
    return merge


def part(merge: CustomerMerge, *, now: dt.datetime = NOW) -> None:
    undo_merge(merchant=merge.merchant, merge_id=merge.id, now=now)
    happen_to(merge.customer, "customer.unmerged", merge_id=merge.id, from_customer_id=merge.merged_id)


def standing(customer: Customer) -> dict[tuple[str, str], str]:
    return {(row.channel, row.purpose): row.status for row in Permission.objects.filter(customer=customer)}


def rests_on(customer: Customer) -> dict[tuple[str, str], object]:
    rows = Permission.objects.filter(customer=customer)
    return {(row.channel, row.purpose): (row.status, row.basis, row.evidence_id) for row in rows}


def told(customer: Customer) -> list[tuple[str, str]]:
    rows = Event.objects.filter(type__startswith="permission.", subject_id=customer.id).order_by("sequence")
    return [(row.type, row.data["purpose"]) for row in rows]


def test_messages_and_journeys_change_hands_and_come_back(merchant, anna, guest) -> None:
    version = make_journey(merchant, {"key": "wait", "do": "wait", "for": "P1D"})
    order = make_order(merchant, guest)
    message = make_message(order)
    run = JourneyRun.objects.create(
        merchant=merchant,
        journey=version.journey,
        version=version,
        order=order,
        customer=guest,
        subject_key=f"order:{order.id}",
        occurrence="once",
        started_at=NOW,
    )

    merged = merge(anna, guest)
    assert (Message.objects.get().customer_id, JourneyRun.objects.get(pk=run.pk).customer_id) == (anna.id, anna.id)
    assert Message.objects.get().recipient == message.recipient
    part(merged)

    assert (Message.objects.get().customer_id, JourneyRun.objects.get(pk=run.pk).customer_id) == (guest.id, guest.id)


def test_what_was_said_after_the_merge_stays_with_the_kept_one(merchant, anna, guest) -> None:
    merged = merge(anna, guest)
    make_message(make_order(merchant, anna))

    part(merged)

    assert Message.objects.get().customer_id == anna.id


def test_a_no_of_the_merged_one_ends_a_yes_of_the_kept_one(merchant, anna, guest) -> None:
    allow(anna, "marketing")
    set_permission(guest, "marketing", "email", "withdrawn")
    message = make_message(make_order(merchant, anna), message_class="marketing", template="nps_survey")
    assert judge(message=message, merchant=merchant, now=NOW).allowed
    before = rests_on(anna)

    merged = merge(anna, guest)

    assert standing(anna) == {("email", "marketing"): "withdrawn"}
    assert judge(message=message, merchant=merchant, now=NOW).reason == "permission_withdrawn"
    assert told(anna) == [("permission.withdrawn", "marketing")]
    part(merged)
    assert (rests_on(anna), standing(guest)) == (before, {("email", "marketing"): "withdrawn"})


def test_a_no_of_the_kept_one_is_not_undone_by_a_yes_of_the_merged_one(anna, guest) -> None:
    set_permission(anna, "marketing", "email", "withdrawn")
    allow(guest, "marketing")

    merge(anna, guest)

    assert standing(anna) == {("email", "marketing"): "withdrawn"}
    assert PermissionEvidence.objects.filter(customer=anna).count() == 1


def test_a_yes_is_taken_over_with_its_words_where_nothing_was_said(anna, guest) -> None:
    yes = allow(guest, "survey").evidence

    merged = merge(anna, guest)

    evidence = Permission.objects.get(customer=anna).evidence
    assert (evidence.status, evidence.obtained_at, evidence.source) == ("granted", yes.obtained_at, yes.source)
    assert told(anna) == [("permission.granted", "survey")]
    part(merged)
    assert (standing(anna), standing(guest)) == ({}, {("email", "survey"): "granted"})


def test_what_the_person_says_while_one_outlives_the_parting(merchant, anna, guest) -> None:
    allow(guest, "survey")
    merged = merge(anna, guest)
    later = NOW + WEEK
    withdraw(merchant=merchant, customer=anna, channel=None, purpose=None, source="one_click", now=later)
    grant(
        merchant=merchant,
        customer=anna,
        channel="sms",
        purpose="marketing",
        source="preferences_page",
        wording="Ja",
        now=later + dt.timedelta(minutes=1),
    )

    part(merged, now=later)

    everything_ended = {
        (channel, purpose) for channel in ("email", "sms", "whatsapp") for purpose in ("survey", "marketing")
    }
    assert standing(anna) == dict.fromkeys(everything_ended, "withdrawn") | {("sms", "marketing"): "granted"}
    # A no may have been meant for either; a yes was given to the kept one.
    assert standing(guest) == dict.fromkeys(everything_ended - {("sms", "marketing")}, "withdrawn")


def test_a_no_that_a_second_merge_had_nothing_to_add_to_survives_undoing_the_first(merchant, anna, guest) -> None:
    third = make_customer(merchant, external_id="", email="third@example.com")
    allow(anna, "marketing")
    for one in (guest, third):
        set_permission(one, "marketing", "email", "withdrawn")
    first, _second = merge(anna, guest), merge(anna, third)

    part(first)

    assert standing(anna) == {("email", "marketing"): "withdrawn"}


def test_handlers_that_run_twice_or_late_change_nothing_more(anna, guest) -> None:
    set_permission(guest, "marketing", "email", "withdrawn")
    merged = merge(anna, guest)
    rows = PermissionEvidence.objects.count()
    happen_to(anna, "customer.merged", merge_id=merged.id, from_customer_id=guest.id)
    assert PermissionEvidence.objects.count() == rows
    part(merged)

    happen_to(anna, "customer.merged", merge_id=merged.id, from_customer_id=guest.id)

    assert standing(anna) == {}


def test_old_links_lead_to_the_kept_one(anna, guest) -> None:
    merge(anna, guest)

    assert load_preferences(customer_id=guest.id).customer == anna


def test_a_complaint_from_the_merged_address_counts_for_the_kept_one(merchant, anna, guest) -> None:
    allow(anna, "marketing")
    merge(anna, guest)
    report = Feedback(
        event_id="e-1",
        channel="email",
        kind="complained",
        address="a.muster@example.com",
        occurred_at=NOW,
        code="",
        provider_id="",
        reference="",
    )

    record_feedback(merchant=merchant, provider="postmark", reports=[report], now=NOW)

    assert standing(anna)[("email", "marketing")] == "withdrawn"
