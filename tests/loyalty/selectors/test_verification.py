"""Verifying finds what was tampered with: each promise is broken on purpose, behind the product's back."""

import io

import pytest
from django.core.management import CommandError, call_command

from loyalty.enums import EntryKind, Explanation
from loyalty.models import Lot, LotUse, PointsAccount
from loyalty.selectors import violations
from loyalty.services.ledger import post_entry
from postpurchase.accounts.scoping import merchant_scope
from tests.loyalty.making import make_customer


@pytest.fixture
def customer(merchant, now):
    """A customer with 50 points of one lot and 20 of another, of which 60 are spent."""
    with merchant_scope(merchant.id):
        customer = make_customer(merchant)
        for number, points in enumerate((50, 20, -60)):
            post_entry(
                merchant=merchant,
                customer=customer,
                points=points,
                kind=EntryKind.EARN if points > 0 else EntryKind.REDEEM,
                source_key=str(number),
                explanation=Explanation.MANUAL,
                now=now,
            )
    return customer


def _codes(merchant):
    with merchant_scope(merchant.id):
        return [violation.code for violation in violations(merchant=merchant)]


def test_a_sound_ledger_has_no_violations(merchant, customer):
    assert _codes(merchant) == []


def test_a_balance_that_is_not_the_sum_is_found(merchant, customer):
    with merchant_scope(merchant.id):
        PointsAccount.objects.update(points=11)

    assert _codes(merchant) == ["account_differs"]


def test_a_lot_with_another_rest_is_found(merchant, customer):
    with merchant_scope(merchant.id):
        Lot.objects.filter(original=20).update(remaining=11)

    assert _codes(merchant) == ["lots_differ"]


def test_points_taken_in_the_wrong_order_are_found(committed_db, merchant, customer, owner_cursor):
    owner_cursor.execute("SET app.all_merchants = 'on'")
    owner_cursor.execute("UPDATE loyalty_lotuse SET points = 70 - points - 20 WHERE points = 10")

    with merchant_scope(merchant.id):
        assert sorted(LotUse.objects.values_list("points", flat=True)) == [40, 50]
    assert _codes(merchant) == ["uses_differ"]


def test_a_changed_entry_is_found(committed_db, merchant, customer, owner_cursor):
    owner_cursor.execute("SET app.all_merchants = 'on'")
    owner_cursor.execute("UPDATE loyalty_ledgerentry SET points = 30 WHERE points = 20")

    assert _codes(merchant) == ["account_differs", "lots_differ"]


def test_a_missing_entry_is_found(committed_db, merchant, customer, owner_cursor):
    owner_cursor.execute("SET app.all_merchants = 'on'")
    owner_cursor.execute("DELETE FROM loyalty_lotuse")
    owner_cursor.execute("DELETE FROM loyalty_lot USING loyalty_ledgerentry e WHERE e.id = entry_id AND e.number = 1")
    owner_cursor.execute("DELETE FROM loyalty_ledgerentry WHERE number = 1")

    assert set(_codes(merchant)) == {
        "number_missing",
        "points_from_nowhere",
        "below_zero",
        "account_differs",
        "lots_differ",
        "uses_differ",
    }


def test_the_command_says_that_all_is_well_or_fails_naming_what_is_not(merchant, other_merchant, customer):
    out, errors = io.StringIO(), io.StringIO()

    call_command("ledger", "verify", stdout=out)
    assert out.getvalue() == "The ledger is sound (2 merchants).\n"

    with merchant_scope(merchant.id):
        PointsAccount.objects.update(points=11)
    with pytest.raises(CommandError, match="1 broken promises in the ledger"):
        call_command("ledger", "verify", "--merchant", merchant.slug, stderr=errors)
    assert errors.getvalue() == (
        f"lindenhof: account_differs customer={customer.id} (11, 0, 3) instead of (10, 0, 3)\n"
    )
    call_command("ledger", "verify", "--merchant", other_merchant.slug, stdout=io.StringIO())
    with pytest.raises(CommandError, match="no merchant"):
        call_command("ledger", "verify", "--merchant", "nobody")
