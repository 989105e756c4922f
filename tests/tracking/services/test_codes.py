"""One-time codes: who may give them back, how often and how long."""

import datetime as dt
import threading

import pytest
from django.db import connections

from postpurchase.accounts.scoping import all_merchants, merchant_scope
from tests.conftest import NOW
from tests.tracking.build import make_order
from tracking.models import CodePurpose, OneTimeCode
from tracking.services.codes import (
    KEPT_FOR,
    MOST_TRIES,
    VALID_FOR,
    ask_for_code,
    check_code,
    digits_of,
    forget_old_codes,
    waiting_code,
)

OPEN = CodePurpose.OPEN_PAGE


@pytest.fixture
def order(world):
    with merchant_scope(world.merchant.id):
        return make_order(world)


def ask(world, order, *, now=NOW, purpose=OPEN):
    return ask_for_code(merchant_id=world.merchant.id, order_id=order.id if order else None, purpose=purpose, now=now)


@pytest.fixture
def in_worlds_scope(world):
    with merchant_scope(world.merchant.id):
        yield


@pytest.mark.usefixtures("in_worlds_scope")
def test_the_right_digits_count_once(world, order) -> None:
    code = ask(world, order)

    used = check_code(code_id=code.id, given=digits_of(code.id), now=NOW)

    assert used is not None
    assert (used.order_id, used.used_at) == (order.id, NOW)
    assert check_code(code_id=code.id, given=digits_of(code.id), now=NOW) is None
    assert waiting_code(order_id=order.id, purpose=OPEN, now=NOW) is None


@pytest.mark.usefixtures("in_worlds_scope")
@pytest.mark.parametrize("written", ["{0} {1}", " {0}-{1} ", "{0}\u202f{1}"])
def test_digits_may_be_written_as_people_do(world, order, written) -> None:
    code = ask(world, order)
    digits = digits_of(code.id)

    assert check_code(code_id=code.id, given=written.format(digits[:3], digits[3:]), now=NOW) is not None


@pytest.mark.usefixtures("in_worlds_scope")
def test_after_five_tries_even_the_right_digits_are_wrong(world, order) -> None:
    code = ask(world, order)
    wrong = f"{(int(digits_of(code.id)) + 1) % 1_000_000:06}"
    for _ in range(MOST_TRIES):
        assert waiting_code(order_id=order.id, purpose=OPEN, now=NOW) == code
        assert check_code(code_id=code.id, given=wrong, now=NOW) is None

    assert check_code(code_id=code.id, given=digits_of(code.id), now=NOW) is None
    assert waiting_code(order_id=order.id, purpose=OPEN, now=NOW) is None
    assert OneTimeCode.objects.get().tries == MOST_TRIES


@pytest.mark.usefixtures("in_worlds_scope")
def test_a_code_ends_after_a_quarter_of_an_hour(world, order) -> None:
    code = ask(world, order)
    end = NOW + VALID_FOR

    assert check_code(code_id=code.id, given=digits_of(code.id), now=end) is None
    assert waiting_code(order_id=order.id, purpose=OPEN, now=end) is None
    assert check_code(code_id=code.id, given=digits_of(code.id), now=end - dt.timedelta(seconds=1)) is not None


@pytest.mark.usefixtures("in_worlds_scope")
def test_only_the_newest_code_of_a_purpose_counts(world, order) -> None:
    first, second = ask(world, order), ask(world, order)
    other = ask(world, order, purpose=CodePurpose.CONFIRM_NUMBER)

    assert check_code(code_id=first.id, given=digits_of(first.id), now=NOW) is None
    assert check_code(code_id=second.id, given=digits_of(second.id), now=NOW) is not None
    assert check_code(code_id=other.id, given=digits_of(other.id), now=NOW) is not None


@pytest.mark.usefixtures("in_worlds_scope")
def test_what_belongs_to_no_order_fits_no_digits(world) -> None:
    code = ask(world, None)

    assert check_code(code_id=code.id, given=digits_of(code.id), now=NOW) is None
    assert OneTimeCode.objects.get().tries == 1


def test_another_merchants_code_is_unknown(world, other_world, order) -> None:
    with merchant_scope(world.merchant.id):
        code = ask(world, order)
    with merchant_scope(other_world.merchant.id):
        assert check_code(code_id=code.id, given=digits_of(code.id), now=NOW) is None
    with merchant_scope(world.merchant.id):
        assert OneTimeCode.objects.get().tries == 0


def test_codes_are_six_digits_that_depend_on_the_operators_key(settings) -> None:
    code_id = OneTimeCode(expires_at=NOW).id
    digits = digits_of(code_id)
    settings.SECRET_KEY = "another"

    assert len(digits) == 6
    assert digits.isdecimal()
    assert digits_of(code_id) != digits


def test_codes_are_forgotten_after_a_day(world, order) -> None:
    with merchant_scope(world.merchant.id):
        ask(world, order)
    with all_merchants("test"):
        assert forget_old_codes(now=NOW + KEPT_FOR) == 0
        assert forget_old_codes(now=NOW + KEPT_FOR + dt.timedelta(seconds=1)) == 1


def test_many_answers_at_once_are_counted_one_by_one(committed_db, world) -> None:
    with merchant_scope(world.merchant.id):
        code = ask(world, make_order(world))
    digits = digits_of(code.id)
    wrong = f"{(int(digits) + 1) % 1_000_000:06}"
    outcomes: list[bool] = []
    start = threading.Barrier(8)

    def answer(given: str) -> None:
        start.wait()
        try:
            with merchant_scope(world.merchant.id):
                outcomes.append(check_code(code_id=code.id, given=given, now=NOW) is not None)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=answer, args=(given,)) for given in [digits] * 3 + [wrong] * 5]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with merchant_scope(world.merchant.id):
        stored = OneTimeCode.objects.get()
    assert len(outcomes) == 8
    assert outcomes.count(True) <= 1
    assert stored.tries <= MOST_TRIES
    assert (stored.used_at is not None) == (outcomes.count(True) == 1)
