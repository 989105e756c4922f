"""Points are posted once per cause, taken in order, and never below zero."""

import datetime as dt

import pytest
from django.db import connection, transaction
from django.db.utils import ProgrammingError

from loyalty.enums import EntryKind, Explanation
from loyalty.models import LedgerEntry, Lot, LotUse, PointsAccount
from loyalty.selectors import balance, violations
from loyalty.services.ledger import NotEnoughPoints, SourceKeyReused, post_entry
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.events.models import Event
from tests.loyalty.making import make_customer, make_order

pytestmark = pytest.mark.usefixtures("in_scope")

DAY = dt.timedelta(days=1)


@pytest.fixture
def customer(merchant, in_scope):
    return make_customer(merchant)


@pytest.fixture
def post(merchant, customer, now):
    """Post points; the kind follows the sign unless it is named."""

    def _post(points, key, **options):
        kind = options.pop("kind", EntryKind.EARN if points > 0 else EntryKind.REDEEM)
        values = {"explanation": Explanation.MANUAL, "customer": customer, "now": now, **options}
        return post_entry(merchant=merchant, points=points, kind=kind, source_key=key, **values)

    return _post


def _entries(customer):
    rows = LedgerEntry.objects.filter(customer=customer).order_by("number")
    return list(rows.values_list("number", "kind", "points", "receivable"))


def _lots(customer):
    rows = Lot.objects.filter(customer=customer).order_by("entry__number")
    return list(rows.values_list("original", "remaining"))


def _sums(merchant, customer, now):
    found = balance(merchant=merchant, customer=customer, now=now)
    return found.points, found.pending, found.available, found.receivable


def test_an_entry_moves_the_balance_makes_a_lot_and_tells(merchant, customer, post, now):
    order = make_order(merchant, customer)

    posting = post(45, "purchase:1", order=order, explanation=Explanation.PURCHASE, available_at=now + DAY)

    assert posting.created is True
    assert _entries(customer) == [(1, "earn", 45, 0)]
    assert _lots(customer) == [(45, 45)]
    assert _sums(merchant, customer, now) == (45, 45, 0, 0)
    assert _sums(merchant, customer, now + DAY) == (45, 0, 45, 0)
    event = Event.objects.get(type="points.posted")
    assert (event.subject_kind, event.subject_id) == ("customer", customer.id)
    assert event.data == {
        "entry_id": str(posting.entry.id),
        "kind": "earn",
        "points": 45,
        "explanation": "purchase",
        "rule": None,
        "order_id": str(order.id),
        "available_at": (now + DAY).isoformat(),
        "backfill": False,
    }


def test_the_same_cause_posts_once(merchant, customer, post, now):
    first = post(45, "purchase:1")
    again = post(45, "purchase:1")

    assert (again.entry.id, again.created) == (first.entry.id, False)
    assert _entries(customer) == [(1, "earn", 45, 0)]
    assert Event.objects.filter(type="points.posted").count() == 1


@pytest.mark.parametrize("change", [{"points": 46}, {"kind": EntryKind.ADJUST}, {"other_customer": True}])
def test_a_key_that_stands_for_something_else_is_refused(merchant, customer, post, change):
    post(45, "purchase:1")
    options = {key: value for key, value in change.items() if key == "kind"}
    if "other_customer" in change:
        options["customer"] = make_customer(merchant)

    with pytest.raises(SourceKeyReused):
        post(change.get("points", 45), "purchase:1", **options)

    assert _entries(customer) == [(1, "earn", 45, 0)]


def test_two_merchants_may_use_the_same_key(merchant, other_merchant, customer, post, now):
    post(45, "purchase:1")
    with merchant_scope(other_merchant.id):
        stranger = make_customer(other_merchant)
        post_entry(
            merchant=other_merchant,
            customer=stranger,
            points=7,
            kind=EntryKind.EARN,
            source_key="purchase:1",
            explanation=Explanation.MANUAL,
            now=now,
        )
        assert _entries(stranger) == [(1, "earn", 7, 0)]

    assert _sums(merchant, customer, now) == (45, 0, 45, 0)
    assert LedgerEntry.objects.count() == 1


@pytest.mark.parametrize(
    ("kind", "points"),
    [
        (EntryKind.EARN, -1),
        (EntryKind.EARN, 0),
        (EntryKind.REDEEM, 1),
        (EntryKind.REVERSE, 1),
        (EntryKind.EXPIRE, 1),
        (EntryKind.SETTLE, -1),
        (EntryKind.SETTLE, 1),
    ],
)
def test_a_kind_moves_points_in_its_own_direction_only(customer, post, kind, points):
    post(100, "first")

    with pytest.raises(ValueError, match="cannot move"):
        post(points, "second", kind=kind)

    assert _entries(customer) == [(1, "earn", 100, 0)]


def test_redeeming_takes_what_ends_first_then_what_is_oldest(customer, post, now):
    post(10, "never ends")
    post(10, "ends late", expires_at=now + 30 * DAY)
    post(10, "ends soon", expires_at=now + 2 * DAY)
    post(10, "not yet available", available_at=now + DAY)
    post(10, "over", expires_at=now, available_at=now - DAY)

    post(-25, "redeem")

    assert _lots(customer) == [(10, 5), (10, 0), (10, 0), (10, 10), (10, 10)]
    assert sorted(LotUse.objects.values_list("points", flat=True)) == [5, 10, 10]


def test_more_than_is_available_cannot_be_redeemed(merchant, customer, post, now):
    post(10, "now")
    post(10, "later", available_at=now + DAY)

    with pytest.raises(NotEnoughPoints) as refused:
        post(-11, "redeem")

    assert (refused.value.wanted, refused.value.available) == (11, 10)
    assert _entries(customer) == [(1, "earn", 10, 0), (2, "earn", 10, 0)]
    assert _lots(customer) == [(10, 10), (10, 10)]
    assert _sums(merchant, customer, now) == (20, 10, 10, 0)


def test_taking_by_hand_may_use_pending_points_but_no_more_than_there_are(customer, post, now):
    post(10, "later", available_at=now + DAY)

    post(-10, "by hand", kind=EntryKind.ADJUST)
    with pytest.raises(NotEnoughPoints):
        post(-1, "too much", kind=EntryKind.ADJUST)

    assert _entries(customer) == [(1, "earn", 10, 0), (2, "adjust", -10, 0)]


def test_a_reversal_takes_the_orders_own_points_first(customer, post):
    post(10, "older")
    earned = post(10, "order").entry

    post(-10, "cancelled", kind=EntryKind.REVERSE, corrects=earned)

    assert _lots(customer) == [(10, 10), (10, 0)]


def test_an_expiry_ends_its_own_points_and_no_others(customer, post):
    post(10, "older")
    earned = post(10, "order").entry

    post(-10, "expired", kind=EntryKind.EXPIRE, corrects=earned)
    with pytest.raises(NotEnoughPoints):
        post(-1, "expired again", kind=EntryKind.EXPIRE, corrects=earned)

    assert _lots(customer) == [(10, 10), (10, 0)]


def test_a_reversal_of_spent_points_leaves_a_receivable_and_never_a_negative_balance(merchant, customer, post, now):
    earned = post(100, "order").entry
    post(-70, "redeem")

    reversal = post(-100, "cancelled", kind=EntryKind.REVERSE, corrects=earned).entry

    assert (reversal.points, reversal.receivable) == (-30, 70)
    assert _sums(merchant, customer, now) == (0, 0, 0, 70)


def test_a_reversal_that_finds_nothing_is_all_receivable(merchant, customer, post, now):
    earned = post(100, "order").entry
    post(-100, "redeem")

    reversal = post(-100, "cancelled", kind=EntryKind.REVERSE, corrects=earned).entry

    assert (reversal.points, reversal.receivable) == (0, 100)
    assert _sums(merchant, customer, now) == (0, 0, 0, 100)
    assert list(violations(merchant=merchant)) == []


def test_the_next_points_pay_what_is_owed(merchant, customer, post, now):
    earned = post(100, "order").entry
    post(-100, "redeem")
    post(-100, "cancelled", kind=EntryKind.REVERSE, corrects=earned)

    post(30, "survey")
    assert _sums(merchant, customer, now) == (0, 0, 0, 70)
    post(90, "next order", available_at=now + DAY)

    assert _sums(merchant, customer, now) == (20, 20, 0, 0)
    assert _entries(customer)[3:] == [
        (4, "earn", 30, 0),
        (5, "settle", -30, -30),
        (6, "earn", 90, 0),
        (7, "settle", -70, -70),
    ]
    assert _lots(customer) == [(100, 0), (30, 0), (90, 20)]
    assert list(violations(merchant=merchant)) == []


@pytest.mark.parametrize(
    "statement", ["UPDATE loyalty_ledgerentry SET points = 1000", "DELETE FROM loyalty_ledgerentry"]
)
def test_the_database_lets_nobody_change_an_entry(customer, post, statement):
    post(10, "earned")

    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)

    assert _entries(customer) == [(1, "earn", 10, 0)]


def test_accounts_can_only_be_looked_at_inside_the_wall(merchant, other_merchant, customer, post):
    post(10, "earned")

    with merchant_scope(other_merchant.id):
        assert PointsAccount.objects.count() == 0
        assert Lot.objects.count() == 0
