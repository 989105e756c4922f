"""Any sequence of postings keeps every promise of the ledger. A simple model in Python says what must come out."""

import datetime as dt

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from loyalty.enums import EntryKind, Explanation
from loyalty.models import LedgerEntry
from loyalty.selectors import balance, violations
from loyalty.services.ledger import NotEnoughPoints, post_entry
from tests.conftest import NOW
from tests.loyalty.making import make_customer

DAYS = st.integers(0, 5)
AMOUNTS = st.integers(1, 60)


class PointsMachine(RuleBasedStateMachine):
    """One customer, whose time goes on while points come and go. ``merchant`` is set by the test."""

    merchant = None

    @initialize()
    def begin(self) -> None:
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.now = NOW
        self.customer = make_customer(self.merchant)
        self.earned: list[LedgerEntry] = []
        self.keys: list[tuple[int, str, dict]] = []
        self.points = self.receivable = 0

    def teardown(self) -> None:
        if hasattr(self, "savepoint"):
            transaction.set_rollback(True)
            self.savepoint.__exit__(None, None, None)

    def _post(self, points: int, kind: EntryKind, **options) -> LedgerEntry:
        key = f"key {len(self.keys)}"
        options = {"kind": kind, "explanation": Explanation.MANUAL, **options}
        self.keys.append((points, key, options))
        return post_entry(
            merchant=self.merchant, customer=self.customer, points=points, source_key=key, now=self.now, **options
        ).entry

    @rule(points=AMOUNTS, held=DAYS, lasts=st.none() | st.integers(1, 9))
    def earn(self, points: int, held: int, lasts: int | None) -> None:
        entry = self._post(
            points,
            EntryKind.EARN,
            available_at=self.now + dt.timedelta(days=held),
            expires_at=None if lasts is None else self.now + dt.timedelta(days=held + lasts),
        )
        self.earned.append(entry)
        paid = min(points, self.receivable)
        self.points += points - paid
        self.receivable -= paid

    @rule(points=AMOUNTS, kind=st.sampled_from([EntryKind.REDEEM, EntryKind.ADJUST]))
    def take(self, points: int, kind: EntryKind) -> None:
        found = balance(merchant=self.merchant, customer=self.customer, now=self.now)
        if kind == EntryKind.ADJUST and points > found.points:
            with pytest.raises(NotEnoughPoints):
                self._post(-points, kind)
            self.keys.pop()
            return
        try:
            self._post(-points, kind)
        except NotEnoughPoints:
            self.keys.pop()
        else:
            self.points -= points

    @rule(points=AMOUNTS, choice=st.randoms())
    def reverse(self, points: int, choice) -> None:
        if not self.earned:
            return
        self._post(-points, EntryKind.REVERSE, corrects=choice.choice(self.earned))
        taken = min(points, self.points)
        self.points -= taken
        self.receivable += points - taken

    @rule(days=st.integers(1, 4))
    def wait(self, days: int) -> None:
        self.now += dt.timedelta(days=days)

    @rule(choice=st.randoms())
    def repeat(self, choice) -> None:
        if not self.keys:
            return
        points, key, options = choice.choice(self.keys)
        again = post_entry(
            merchant=self.merchant, customer=self.customer, points=points, source_key=key, now=self.now, **options
        )
        assert again.created is False

    @invariant()
    def the_sums_are_right_and_never_negative(self) -> None:
        if not hasattr(self, "customer"):
            return
        found = balance(merchant=self.merchant, customer=self.customer, now=self.now)
        assert (found.points, found.receivable) == (self.points, self.receivable)
        assert 0 <= found.pending <= found.points

    @invariant()
    def a_replay_gives_the_same_ledger(self) -> None:
        assert list(violations(merchant=self.merchant)) == []


@pytest.mark.usefixtures("in_scope")
def test_any_sequence_of_postings_keeps_the_ledgers_promises(merchant):
    class Machine(PointsMachine):
        pass

    Machine.merchant = merchant
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=20,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
