"""Many at once: nothing is sold twice, nothing is posted twice, and the sums are right afterwards."""

import threading
from collections import Counter
from collections.abc import Callable

from django.db import connection

from loyalty.enums import EntryKind, Explanation
from loyalty.models import LedgerEntry
from loyalty.selectors import balance, violations
from loyalty.services.earn import settle_order
from loyalty.services.ledger import NotEnoughPoints, post_entry
from loyalty.services.programme import install_default_programme
from postpurchase.accounts.scoping import merchant_scope
from tests.loyalty.making import deliver, make_customer, make_order

THREADS = 16


def _at_once(merchant, work: Callable[[int], object]) -> Counter:
    """Run ``work`` in sixteen threads that start together, each in its own connection; count what came out."""
    gate = threading.Barrier(THREADS)
    outcomes: Counter = Counter()

    def run(number: int) -> None:
        try:
            gate.wait(10)
            outcomes.update(work(number))
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return outcomes


def _post(merchant, customer, now, points, key, **options):
    kind = options.pop("kind", EntryKind.EARN if points > 0 else EntryKind.REDEEM)
    with merchant_scope(merchant.id):
        return post_entry(
            merchant=merchant,
            customer=customer,
            points=points,
            kind=kind,
            source_key=key,
            explanation=Explanation.MANUAL,
            now=now,
            **options,
        )


def test_sixteen_that_redeem_at_once_sell_every_point_once(committed_db, merchant, now):
    with merchant_scope(merchant.id):
        customer = make_customer(merchant)
    for lot in range(10):
        _post(merchant, customer, now, 25, f"lot {lot}")

    def redeem(number: int) -> Counter:
        outcomes: Counter = Counter()
        for turn in range(5):
            try:
                _post(merchant, customer, now, -10, f"redeem {number} {turn}")
            except NotEnoughPoints:
                outcomes["refused"] += 1
            else:
                outcomes["redeemed"] += 1
        return outcomes

    outcomes = _at_once(merchant, redeem)

    assert outcomes == {"redeemed": 25, "refused": 55}
    with merchant_scope(merchant.id):
        found = balance(merchant=merchant, customer=customer, now=now)
        assert (found.points, found.available, found.receivable) == (0, 0, 0)
        assert list(violations(merchant=merchant)) == []


def test_one_cause_posted_by_sixteen_at_once_is_posted_once(committed_db, merchant, now):
    with merchant_scope(merchant.id):
        customer = make_customer(merchant)

    outcomes = _at_once(merchant, lambda _: Counter([str(_post(merchant, customer, now, 45, "purchase:1").created)]))

    assert outcomes == {"True": 1, "False": 15}
    with merchant_scope(merchant.id):
        assert list(LedgerEntry.objects.values_list("number", "points")) == [(1, 45)]
        assert list(violations(merchant=merchant)) == []


def test_earning_redeeming_and_reversing_at_once_keeps_the_sum(committed_db, merchant, now):
    with merchant_scope(merchant.id):
        customer = make_customer(merchant)
    earned = _post(merchant, customer, now, 500, "order").entry

    def hammer(number: int) -> Counter:
        outcomes: Counter = Counter()
        for turn in range(6):
            key = f"{number} {turn}"
            try:
                if number % 3 == 0:
                    _post(merchant, customer, now, 7, key)
                elif number % 3 == 1:
                    _post(merchant, customer, now, -11, key)
                else:
                    _post(merchant, customer, now, -13, key, kind=EntryKind.REVERSE, corrects=earned)
            except NotEnoughPoints:
                outcomes["refused"] += 1
            else:
                outcomes[number % 3] += 1
        return outcomes

    outcomes = _at_once(merchant, hammer)

    assert sum(outcomes.values()) == THREADS * 6
    expected = 500 + 7 * outcomes[0] - 11 * outcomes[1] - 13 * outcomes[2]
    with merchant_scope(merchant.id):
        found = balance(merchant=merchant, customer=customer, now=now)
        assert found.points - found.receivable == expected
        assert list(violations(merchant=merchant)) == []


def test_an_order_settled_by_sixteen_at_once_earns_once(committed_db, merchant, now):
    with merchant_scope(merchant.id):
        install_default_programme(merchant=merchant, now=now)
        order = make_order(merchant, make_customer(merchant))
        deliver(order)

    def settle(number: int) -> Counter:
        with merchant_scope(merchant.id):
            posting = settle_order(merchant=merchant, order_id=order.id, cause=f"news {number}", now=now)
        return Counter(["posted" if posting else "nothing"])

    assert _at_once(merchant, settle) == {"posted": 1, "nothing": 15}
    with merchant_scope(merchant.id):
        assert list(LedgerEntry.objects.values_list("kind", "points")) == [("earn", 45)]
