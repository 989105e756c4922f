"""The permission gate: a table of who may be written to, by what right, and when."""

import datetime as dt
import itertools
import threading
import uuid
from dataclasses import replace

import pytest
from django.db import connections
from hypothesis import given
from hypothesis import strategies as st

from messaging.enums import PermissionStatus
from messaging.models import Message
from messaging.services.addresses import suppress
from messaging.services.gate import Question, QuietHours, Ruling, Verdict, judge, may_send, quiet_until
from postpurchase.accounts.models import Merchant
from postpurchase.accounts.scoping import merchant_scope
from tests.conftest import NOW
from tests.messaging.making import allow, make_customer, make_message, make_order, set_permission

EVIDENCE = uuid.UUID("018f0000-0000-7000-8000-000000000001")
BERLIN = "Europe/Berlin"
FIRST_DAY = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
NIGHT = QuietHours(dt.time(21), dt.time(8))
GRANTED, WITHDRAWN = PermissionStatus.GRANTED, PermissionStatus.WITHDRAWN

# A service mail about an order, at noon, with nothing against it.
SERVICE_MAIL = Question(
    channel="email",
    message_class="service",
    has_address=True,
    agreed_number=True,
    suppression=None,
    permission=None,
    permission_basis=None,
    evidence_id=None,
    has_order=True,
    throttled=False,
    immediate=False,
    asked_for=False,
    quiet_hours=NIGHT,
    time_zone=BERLIN,
    expires_at=NOW + dt.timedelta(days=1),
    paused=False,
)


def with_permission(question: Question, status: PermissionStatus | None, basis: str = "consent") -> Question:
    if status is None:
        return replace(question, permission=None, permission_basis=None, evidence_id=None)
    return replace(question, permission=status, permission_basis=basis, evidence_id=EVIDENCE)


# class, channel, what the person said, on which basis → allowed by which right, or the reason why not
RIGHTS = [
    ("service", "email", None, "", "contract"),
    ("service", "email", GRANTED, "consent", "consent"),
    ("service", "email", GRANTED, "contract", "contract"),
    ("service", "email", WITHDRAWN, "consent", "-service_declined"),
    ("service", "sms", None, "", "-no_permission"),
    ("service", "sms", GRANTED, "consent", "consent"),
    ("service", "sms", GRANTED, "contract", "contract"),
    ("service", "sms", WITHDRAWN, "consent", "-service_declined"),
    ("survey", "email", None, "", "-no_permission"),
    ("survey", "email", GRANTED, "consent", "consent"),
    ("survey", "email", GRANTED, "existing_customer", "existing_customer"),
    ("survey", "email", WITHDRAWN, "consent", "-permission_withdrawn"),
    ("survey", "sms", None, "", "-no_permission"),
    ("survey", "sms", GRANTED, "consent", "consent"),
    ("survey", "sms", GRANTED, "existing_customer", "-no_permission"),
    ("survey", "sms", WITHDRAWN, "consent", "-permission_withdrawn"),
    ("marketing", "email", None, "", "-no_permission"),
    ("marketing", "email", GRANTED, "consent", "consent"),
    ("marketing", "email", GRANTED, "existing_customer", "existing_customer"),
    ("marketing", "email", WITHDRAWN, "existing_customer", "-permission_withdrawn"),
    ("marketing", "sms", None, "", "-no_permission"),
    ("marketing", "sms", GRANTED, "consent", "consent"),
    ("marketing", "sms", GRANTED, "existing_customer", "-no_permission"),
    ("marketing", "sms", WITHDRAWN, "consent", "-permission_withdrawn"),
    ("service", "whatsapp", None, "", "-no_permission"),
    ("service", "whatsapp", GRANTED, "consent", "consent"),
    ("service", "whatsapp", GRANTED, "contract", "-no_permission"),
    ("service", "whatsapp", WITHDRAWN, "consent", "-service_declined"),
    ("marketing", "whatsapp", GRANTED, "consent", "consent"),
    ("marketing", "whatsapp", GRANTED, "existing_customer", "-no_permission"),
]


@pytest.mark.parametrize(("message_class", "channel", "status", "basis", "expected"), RIGHTS)
def test_by_what_right_a_message_may_be_sent(message_class, channel, status, basis, expected) -> None:
    question = with_permission(
        replace(SERVICE_MAIL, message_class=message_class, channel=channel), status, basis or "consent"
    )
    evidence = EVIDENCE if status else None

    verdict = may_send(question, NOW)

    if expected.startswith("-"):
        assert verdict == Verdict(Ruling.SUPPRESSED, expected[1:], evidence_id=evidence)
    else:
        needs_no_evidence = expected == "contract" and status is None
        assert verdict == Verdict(Ruling.ALLOWED, "", expected, None if needs_no_evidence else evidence)


def test_a_service_message_needs_an_order() -> None:
    assert may_send(replace(SERVICE_MAIL, has_order=False), NOW) == Verdict(Ruling.SUPPRESSED, "no_contract")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"has_address": False}, Verdict(Ruling.SUPPRESSED, "no_address")),
        ({"suppression": "complaint"}, Verdict(Ruling.SUPPRESSED, "address_complaint")),
        ({"throttled": True}, Verdict(Ruling.SUPPRESSED, "throttled")),
        ({"expires_at": NOW}, Verdict(Ruling.EXPIRED, "expired")),
        ({"paused": True}, Verdict(Ruling.HELD, "sending_paused", "contract", None, NOW + dt.timedelta(minutes=1))),
    ],
)
def test_everything_else_that_speaks_against_it(changes, expected) -> None:
    assert may_send(replace(SERVICE_MAIL, **changes), NOW) == expected


def test_the_first_reason_in_the_order_of_weight_is_the_one_that_is_given() -> None:
    midnight = dt.datetime(2026, 7, 15, 22, 0, tzinfo=dt.UTC)
    against = [
        ("has_address", False, "no_address"),
        ("suppression", "manual", "address_manual"),
        ("has_order", False, "no_contract"),
        ("throttled", True, "throttled"),
        ("quiet_hours", NIGHT, "quiet_hours"),
        ("paused", True, "sending_paused"),
    ]
    everything = replace(SERVICE_MAIL, **{name: value for name, value, _ in against})
    given = []
    for name, _, reason in against:
        given.append((may_send(everything, midnight).reason, reason))
        everything = replace(everything, **{name: None if name == "quiet_hours" else getattr(SERVICE_MAIL, name)})

    assert [found for found, _ in given] == [reason for _, reason in given]
    assert may_send(everything, midnight).allowed


def test_at_night_it_is_held_until_the_morning_unless_it_answers_the_shopper() -> None:
    midnight = dt.datetime(2026, 7, 15, 22, 0, tzinfo=dt.UTC)
    morning = dt.datetime(2026, 7, 16, 6, 0, tzinfo=dt.UTC)

    assert may_send(SERVICE_MAIL, midnight) == Verdict(Ruling.HELD, "quiet_hours", "contract", None, morning)
    assert may_send(replace(SERVICE_MAIL, immediate=True), midnight).allowed
    assert may_send(replace(SERVICE_MAIL, quiet_hours=None), midnight).allowed
    assert may_send(replace(SERVICE_MAIL, expires_at=midnight), midnight) == Verdict(Ruling.EXPIRED, "expired")


@pytest.mark.parametrize(
    ("hours", "zone", "at", "until"),
    [
        (NIGHT, BERLIN, "2026-07-15T20:59:59+02:00", None),
        (NIGHT, BERLIN, "2026-07-15T21:00:00+02:00", "2026-07-16T08:00:00+02:00"),
        (NIGHT, BERLIN, "2026-07-16T07:59:59+02:00", "2026-07-16T08:00:00+02:00"),
        (NIGHT, BERLIN, "2026-07-16T08:00:00+02:00", None),
        (QuietHours(dt.time(12), dt.time(14)), BERLIN, "2026-07-15T13:00:00+02:00", "2026-07-15T14:00:00+02:00"),
        (QuietHours(dt.time(12), dt.time(14)), BERLIN, "2026-07-15T23:00:00+02:00", None),
        # The nights in which the clocks change have 10 and 12 hours between 21:00 and 08:00.
        (NIGHT, "Europe/Zurich", "2027-03-27T22:00:00+01:00", "2027-03-28T08:00:00+02:00"),
        (NIGHT, "Europe/Zurich", "2026-10-24T22:00:00+02:00", "2026-10-25T08:00:00+01:00"),
        # An end within the hour that comes twice: quiet through both; within the one that is skipped: not cut short.
        (QuietHours(dt.time(21), dt.time(2, 30)), BERLIN, "2026-10-25T02:45:00+02:00", "2026-10-25T02:30:00+01:00"),
        (QuietHours(dt.time(21), dt.time(2, 30)), BERLIN, "2027-03-28T01:59:00+01:00", "2027-03-28T03:30:00+02:00"),
        # A start within the hour that comes twice: quiet from the first.
        (QuietHours(dt.time(2, 30), dt.time(8)), BERLIN, "2026-10-25T02:10:00+01:00", "2026-10-25T08:00:00+01:00"),
        (NIGHT, "Australia/Lord_Howe", "2026-10-03T23:00:00+10:30", "2026-10-04T08:00:00+11:00"),
        (NIGHT, "Asia/Kathmandu", "2026-07-15T23:00:00+05:45", "2026-07-16T08:00:00+05:45"),
    ],
)
def test_quiet_hours_go_by_the_wall_clock(hours, zone, at, until) -> None:
    found = quiet_until(hours, zone, dt.datetime.fromisoformat(at))

    assert found == (dt.datetime.fromisoformat(until) if until else None)


@given(
    st.integers(0, 2 * 365 * 24 * 60).map(lambda minutes: FIRST_DAY + dt.timedelta(minutes=minutes)),
    st.sampled_from([BERLIN, "Europe/Zurich", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia"]),
    st.times(),
    st.times(),
)
def test_the_end_of_quiet_hours_is_never_quiet_and_never_past(at, zone, start, end) -> None:
    if start == end:
        return
    until = quiet_until(QuietHours(start, end), zone, at)

    if until is not None:
        assert at < until <= at + dt.timedelta(hours=26)
        again = quiet_until(QuietHours(start, end), zone, until)
        # Quiet hours of nearly a day may begin again at once; they are then the next night's.
        assert again is None or again > until


@pytest.mark.usefixtures("in_scope")
class TestJudge:
    def test_a_service_mail_goes_by_the_contract(self, merchant) -> None:
        message = make_message(make_order(merchant))

        assert judge(message=message, merchant=merchant, now=NOW) == Verdict(Ruling.ALLOWED, "", "contract")

    def test_permission_and_evidence_are_the_persons_own(self, merchant) -> None:
        order, other = make_order(merchant), make_customer(merchant)
        allow(other, "survey")
        message = make_message(order, message_class="survey")

        before = judge(message=message, merchant=merchant, now=NOW)
        permission = allow(order.customer, "survey")
        after = judge(message=message, merchant=merchant, now=NOW)

        assert before == Verdict(Ruling.SUPPRESSED, "no_permission")
        assert after == Verdict(Ruling.ALLOWED, "", "consent", permission.evidence_id)

    def test_permission_for_one_thing_is_none_for_another(self, merchant) -> None:
        order = make_order(merchant)
        for purpose, channel in itertools.product(("survey", "marketing"), ("email", "sms")):
            set_permission(order.customer, purpose, channel, "granted" if purpose == "survey" else "withdrawn")
        message = make_message(order, message_class="marketing")

        assert judge(message=message, merchant=merchant, now=NOW).reason == "permission_withdrawn"

    def test_a_suppressed_address_is_recognised_however_it_is_written(self, merchant) -> None:
        message = make_message(make_order(merchant, make_customer(merchant, email="anna@example.com")))
        address = {"merchant_id": merchant.id, "channel": "email", "address": " Anna@Example.com"}

        news = [suppress(**address, reason="complaint", now=NOW) for _ in range(2)]
        verdict = judge(message=message, merchant=merchant, now=NOW)

        assert news == [True, False]
        assert verdict == Verdict(Ruling.SUPPRESSED, "address_complaint")

    def test_a_suppression_stays_with_its_merchant_and_channel(self, merchant, other_merchant) -> None:
        message = make_message(make_order(merchant, make_customer(merchant, email="anna@example.com")))
        suppress(merchant_id=merchant.id, channel="sms", address="anna@example.com", reason="manual", now=NOW)
        with merchant_scope(other_merchant.id):
            suppress(
                merchant_id=other_merchant.id, channel="email", address="anna@example.com", reason="manual", now=NOW
            )

        assert judge(message=message, merchant=merchant, now=NOW).allowed

    @pytest.mark.parametrize(
        ("state", "days_ago", "throttled"),
        [
            ("accepted", 89, True),
            ("delivered", 89, True),
            ("unknown", 89, True),
            ("sending", 0, True),
            ("accepted", 90, False),
            ("suppressed", 1, False),
            ("failed", 1, False),
            ("expired", 1, False),
            ("held", 1, True),
        ],
    )
    def test_what_may_have_arrived_or_is_about_to_counts_against_the_throttle(
        self, merchant, state, days_ago, throttled
    ) -> None:
        customer = make_customer(merchant)
        allow(customer, "survey")
        before = NOW - dt.timedelta(days=days_ago)
        survey = {"template": "nps_survey", "message_class": "survey", "throttle_days": 90}
        make_message(
            make_order(merchant, customer),
            dedupe_key="1",
            state=state,
            lease_until=NOW,
            state_at=before,
            planned_at=before,
            **survey,
        )
        message = make_message(make_order(merchant, customer), dedupe_key="2", **survey)

        assert (judge(message=message, merchant=merchant, now=NOW).reason == "throttled") is throttled


def test_of_two_surveys_claimed_at_once_one_is_sent(committed_db, merchant) -> None:
    """Two workers hold two messages to one person; the second waits at the person's lock and then sees the first."""
    with merchant_scope(merchant.id):
        customer = make_customer(merchant)
        allow(customer, "survey")
        survey = {"template": "nps_survey", "message_class": "survey", "throttle_days": 90}
        ids = [
            make_message(make_order(merchant, customer), dedupe_key=str(number), planned_at=NOW, **survey).id
            for number in range(2)
        ]
    barrier, verdicts = threading.Barrier(2), []

    def claim(message_id: uuid.UUID) -> None:
        try:
            with merchant_scope(merchant.id):
                message = Message.objects.select_for_update().get(pk=message_id)
                barrier.wait(timeout=20)
                verdict = judge(message=message, merchant=Merchant.objects.get(), now=NOW)
                Message.objects.filter(pk=message_id).update(
                    state="sending" if verdict.allowed else "suppressed", lease_until=NOW
                )
            verdicts.append(verdict.reason)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=claim, args=[message_id]) for message_id in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)

    assert sorted(verdicts) == ["", "throttled"]


@pytest.mark.parametrize("permission", [None, WITHDRAWN])
@pytest.mark.parametrize("channel", ["email", "sms"])
def test_what_somebody_has_just_asked_for_needs_no_permission(channel, permission) -> None:
    asked = with_permission(replace(SERVICE_MAIL, channel=channel, asked_for=True), permission)

    assert may_send(asked, NOW).basis == "contract"
    assert may_send(replace(asked, suppression="opted_out"), NOW).reason == "address_opted_out"
    assert not may_send(replace(asked, has_order=False), NOW).allowed
