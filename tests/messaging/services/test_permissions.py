"""Who agreed to what: derived from evidence, never from a bare tick, and a no always counts."""

import datetime as dt

import pytest
import time_machine

from messaging.models import Permission, PermissionEvidence
from messaging.services.permissions import grant, withdraw
from orders.models import Customer
from orders.services.notices import publish_notice
from postpurchase.accounts.models import Store
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.events.models import Event
from tests.conftest import NOW
from tests.messaging.making import happen_to, make_customer, report_consent

pytestmark = pytest.mark.usefixtures("in_scope")


@pytest.fixture
def anna(merchant) -> Customer:
    return make_customer(merchant, accepts_marketing=True)


def report(customer: Customer, *, shown: bool = False, **fields) -> None:
    """A shop reports a consent and the handlers run; ``shown`` proves that the checkout showed the notice."""
    if shown:
        merchant, store = customer.merchant, Store.objects.get(slug="default")
        fields["notice_version"] = publish_notice(merchant=merchant, store=store, language="de", text="x", now=NOW)
    row = report_consent(customer, **fields)
    with time_machine.travel(NOW, tick=False):
        happen_to(customer, "customer.consent_reported", consent_report_ids=[row.id], order_id=None)


def standing(customer: Customer) -> dict[tuple[str, str], tuple[str, str]]:
    return {(row.channel, row.purpose): (row.status, row.basis) for row in Permission.objects.filter(customer=customer)}


def told() -> list[tuple[str, str, str]]:
    rows = Event.objects.filter(type__startswith="permission.").order_by("sequence")
    return [(row.type, row.data["channel"], row.data["purpose"]) for row in rows]


def test_a_reported_consent_is_a_permission_with_its_evidence(anna) -> None:
    report(anna, wording="Ja, gern.", source="checkout")

    permission = Permission.objects.select_related("evidence").get()
    assert standing(anna) == {("email", "survey"): ("granted", "consent")}
    evidence = permission.evidence
    assert (evidence.wording, evidence.source, evidence.obtained_at) == (
        "Ja, gern.",
        "checkout",
        NOW - dt.timedelta(hours=1),
    )
    assert told() == [("permission.granted", "email", "survey")]


def test_a_bare_tick_without_evidence_grants_nothing(anna) -> None:
    happen_to(anna, "customer.created")

    assert anna.accepts_marketing
    assert standing(anna) == {}


@pytest.mark.parametrize(
    ("fields", "granted"),
    [
        ({"basis": "existing_customer", "purpose": "marketing", "shown": True}, True),
        ({"basis": "existing_customer", "purpose": "marketing", "shown": True, "wording": ""}, True),
        ({"basis": "existing_customer", "purpose": "marketing"}, False),
        ({"basis": "existing_customer", "purpose": "marketing", "shown": True, "channel": "sms"}, False),
        ({"basis": "existing_customer", "purpose": "service", "shown": True}, False),
        ({"basis": "contract", "purpose": "marketing"}, False),
        ({"basis": "contract", "purpose": "survey"}, False),
        ({"basis": "contract", "purpose": "service", "channel": "sms"}, True),
        ({"basis": "contract", "purpose": "service", "channel": "whatsapp"}, False),
        ({"basis": "consent", "purpose": "service", "channel": "whatsapp"}, True),
        ({"basis": "consent", "purpose": "marketing", "channel": "sms"}, True),
    ],
)
def test_each_basis_carries_only_what_it_can(anna, fields, granted) -> None:
    report(anna, **fields)

    assert bool(standing(anna)) is granted


def test_the_same_report_twice_changes_nothing(anna) -> None:
    report(anna)
    report(anna)

    assert PermissionEvidence.objects.count() == 1
    assert len(told()) == 1


def test_saying_no_ends_everything_that_needs_permission_on_every_channel(merchant, anna) -> None:
    report(anna)

    changed = withdraw(merchant=merchant, customer=anna, channel=None, purpose=None, source="one_click", now=NOW)

    assert changed == 6
    assert standing(anna) == {
        (channel, purpose): ("withdrawn", "consent")
        for channel in ("email", "sms", "whatsapp")
        for purpose in ("survey", "marketing")
    }
    assert PermissionEvidence.objects.filter(source="one_click").count() == 6


def test_saying_no_to_one_thing_leaves_the_others(merchant, anna) -> None:
    for purpose in ("survey", "marketing"):
        report(anna, purpose=purpose)

    changed = withdraw(
        merchant=merchant, customer=anna, channel="email", purpose="marketing", source="preferences", now=NOW
    )
    again = withdraw(
        merchant=merchant, customer=anna, channel="email", purpose="marketing", source="preferences", now=NOW
    )

    assert (changed, again) == (1, 0)
    assert standing(anna) == {
        ("email", "survey"): ("granted", "consent"),
        ("email", "marketing"): ("withdrawn", "consent"),
    }


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"obtained_at": NOW - dt.timedelta(days=1)}, "withdrawn"),
        ({"obtained_at": NOW + dt.timedelta(minutes=1), "reported_at": NOW + dt.timedelta(minutes=1)}, "granted"),
        # A shop whose clock runs ahead said it before the no.
        ({"obtained_at": NOW + dt.timedelta(days=9), "reported_at": NOW - dt.timedelta(minutes=1)}, "withdrawn"),
        # No business relation undoes an objection, however new.
        (
            {
                "basis": "existing_customer",
                "shown": True,
                "obtained_at": NOW + dt.timedelta(minutes=1),
                "reported_at": NOW + dt.timedelta(minutes=1),
            },
            "withdrawn",
        ),
    ],
)
def test_after_a_no_only_a_later_consent_is_a_yes_again(merchant, anna, fields, status) -> None:
    withdraw(merchant=merchant, customer=anna, channel="email", purpose="survey", source="one_click", now=NOW)

    report(anna, **fields)

    assert standing(anna)["email", "survey"][0] == status
    assert PermissionEvidence.objects.count() == 2


def test_consent_is_stronger_than_a_business_relation_and_is_not_weakened_by_one(anna) -> None:
    report(anna, purpose="marketing", basis="existing_customer", shown=True)
    relation = standing(anna)
    report(anna, purpose="marketing", basis="consent")
    consent = standing(anna)
    report(anna, purpose="marketing", basis="existing_customer", shown=True)

    assert relation == {("email", "marketing"): ("granted", "existing_customer")}
    assert consent == standing(anna) == {("email", "marketing"): ("granted", "consent")}
    assert told() == [("permission.granted", "email", "marketing")]


def test_a_person_may_agree_on_their_own_page(merchant, anna) -> None:
    words = {"channel": "email", "purpose": "survey", "source": "preferences", "wording": "Ja, fragt mich."}

    first = grant(merchant=merchant, customer=anna, now=NOW, **words)
    second = grant(merchant=merchant, customer=anna, now=NOW, **words)

    assert (first, second) == (True, False)
    assert PermissionEvidence.objects.get().wording == "Ja, fragt mich."


def test_who_was_erased_gets_no_permissions_back(anna) -> None:
    Customer.objects.update(erased_at=NOW)

    report(anna)

    assert standing(anna) == {}
    assert PermissionEvidence.objects.count() == 0


def test_a_strangers_customers_are_not_touched(merchant, other_merchant, anna) -> None:
    with merchant_scope(other_merchant.id):
        stranger = make_customer(other_merchant)
        foreign_report = report_consent(stranger)

    happen_to(anna, "customer.consent_reported", consent_report_ids=[foreign_report.id], order_id=None)

    assert standing(anna) == {}
    with merchant_scope(other_merchant.id):
        assert standing(stranger) == {}
