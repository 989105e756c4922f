"""What a basket, an order or a person gets, read in one query."""

import datetime as dt

import pytest

from orders.models import LearnedArticle, Machine, Product, RecommendationSettings
from orders.recommendations.choose import Show
from orders.recommendations.learn import learn
from orders.recommendations.select import personal_allowed, recommend
from postpurchase.accounts.scoping import merchant_scope
from tests.conftest import NOW
from tests.orders.recommendations.build import bought, gave_back, person, sells


def knows(world, sku, **fields):
    return LearnedArticle.objects.create(merchant=world.merchant, sku=sku, **fields)


def goes_with(world, sku, *others, score=0.5):
    return knows(
        world,
        sku,
        together=list(others),
        together_scores=[score - place / 100 for place in range(len(others))],
        together_orders=[3] * len(others),
    )


def is_followed_by(world, sku, *others, score=0.5):
    return knows(
        world,
        sku,
        following=list(others),
        following_scores=[score - place / 100 for place in range(len(others))],
        following_customers=[3] * len(others),
    )


def got(found):
    return [(one.product.sku, str(one.reason), one.because) for one in found]


def ask(*basket, customer=None, **options):
    customer_id = customer.id if customer else None
    return recommend(basket=list(basket), customer_id=customer_id, now=NOW, **options)


@pytest.mark.parametrize("known", [False, True])
@pytest.mark.parametrize("personal", [False, True])
def test_it_takes_one_query_however_much_there_is(world, in_scope, known, personal, django_assert_num_queries) -> None:
    customer = person(world)
    skus = [f"thing {number}" for number in range(40)]
    sells(world, *skus)
    for number in range(3):
        bought(world, number, *skus[:20], customer=customer, days_ago=70 + number)
    for sku in skus:
        goes_with(world, sku, *skus[20:36])

    with django_assert_num_queries(1):
        found = ask(*skus[:10], customer=customer if known else None, use_history=personal, limit=8)

    assert len(found) == 8


def test_learned_articles_are_served_with_their_reason(world, in_scope) -> None:
    customer = person(world)
    sells(world, "lamp", "bulb", "cup")
    for number in range(3):
        bought(world, number, "lamp", "bulb", "cup")
    for number in range(9):
        bought(world, f"alone {number}", f"thing {number}")
    bought(world, "mine", "cup", customer=customer)
    learn(merchant=world.merchant, now=NOW)

    assert got(ask("lamp")) == [("bulb", "bought_together", "Lamp"), ("cup", "bought_together", "Lamp")]
    assert got(ask("lamp", customer=customer)) == [("bulb", "bought_together", "Lamp")]


def test_an_empty_basket_gets_what_is_wanted(world, in_scope) -> None:
    sells(world, "lamp")
    sells(world, "bulb", available=False)
    for number in range(3):
        bought(world, number, "lamp", "bulb")
    learn(merchant=world.merchant, now=NOW)

    assert got(ask()) == [("lamp", "popular", "")]


def test_weak_ties_do_not_keep_out_what_is_wanted(world, in_scope) -> None:
    weak = [f"thing {number}" for number in range(16)]
    sells(world, "lamp", "pen", *weak)
    goes_with(world, "lamp", *weak, score=0.04)
    knows(world, "pen", recent_orders=3)

    assert got(ask("lamp")) == [("pen", "popular", "")]


def test_nothing_of_the_basket_nothing_unknown_and_nothing_that_cannot_be_had(world, in_scope) -> None:
    sells(world, "lamp", "cup", "saucer")
    sells(world, "gone", available=False)
    goes_with(world, "lamp", "cup", "gone", "never-heard-of", "saucer")

    assert got(ask("lamp", "cup", "cup")) == [("saucer", "bought_together", "Lamp")]


def test_a_reason_that_nobody_can_say_is_none(world, in_scope) -> None:
    sells(world, "cup")
    goes_with(world, "not in the catalogue", "cup")

    assert ask("not in the catalogue") == []


def test_while_choosing_orders_say_most_and_afterwards_customers(world, in_scope) -> None:
    sells(world, "lamp", "cup", "bulb")
    row = goes_with(world, "lamp", "cup")
    row.following, row.following_scores, row.following_customers = ["bulb"], [0.5], [3]
    row.save()

    assert got(ask("lamp", ordered=False)) == [("cup", "bought_together", "Lamp"), ("bulb", "bought_next", "Lamp")]
    assert got(ask("lamp", ordered=True)) == [("bulb", "bought_next", "Lamp"), ("cup", "bought_together", "Lamp")]


def test_several_articles_of_the_basket_add_up_and_the_strongest_is_the_reason(world, in_scope) -> None:
    sells(world, "lamp", "cup", "tray", "saucer")
    goes_with(world, "lamp", "tray", score=0.3)
    goes_with(world, "cup", "saucer", "tray", score=0.41)

    assert got(ask("lamp", "cup", ordered=False)) == [
        ("tray", "bought_together", "Cup"),
        ("saucer", "bought_together", "Cup"),
    ]


def test_what_the_merchant_declared_needs_no_learning(world, in_scope) -> None:
    sells(world, "drill", related=["case", "bits"], spare_parts=["brush"])
    sells(world, "case", "bits", "brush")

    assert got(ask("drill")) == [
        ("brush", "spare_part", "Drill"),
        ("case", "accessory", "Drill"),
        ("bits", "accessory", "Drill"),
    ]


def test_a_person_gets_what_follows_what_they_had_and_what_they_run_out_of(world, in_scope) -> None:
    customer = person(world)
    sells(world, "lamp", "bulb", "pen")
    sells(world, "soap", replenish_days=30)
    is_followed_by(world, "lamp", "bulb")
    bought(world, 1, "lamp", "soap", customer=customer, days_ago=40)

    assert got(ask(customer=customer, use_history=True)) == [
        ("soap", "replenish", ""),
        ("bulb", "bought_next", "Lamp"),
    ]
    assert ask(customer=customer, use_history=True)[0].last_bought == NOW - dt.timedelta(days=40)
    assert got(ask(customer=customer, use_history=True, show=Show.NEW)) == [("bulb", "bought_next", "Lamp")]
    assert got(ask(customer=customer, use_history=True, show=Show.AGAIN)) == [("soap", "replenish", "")]


def test_without_leave_a_persons_history_only_keeps_things_out(world, in_scope) -> None:
    customer = person(world)
    sells(world, "lamp", "bulb", "cup")
    sells(world, "soap", replenish_days=30)
    is_followed_by(world, "lamp", "bulb")
    is_followed_by(world, "pen", "cup", "bulb")
    sells(world, "pen")
    bought(world, 1, "lamp", "soap", customer=customer, days_ago=40)
    bought(world, 2, "bulb", customer=customer, days_ago=10)

    assert ask(customer=customer) == []
    assert got(ask("pen", customer=customer)) == [("cup", "bought_next", "Pen")]


def test_a_merchant_who_says_no_is_heard(world, in_scope) -> None:
    customer = person(world)
    sells(world, "lamp", "bulb", spare_parts=["seal"])
    sells(world, "seal")
    sells(world, "soap", replenish_days=30)
    is_followed_by(world, "lamp", "bulb")
    bought(world, 1, "lamp", "soap", customer=customer, days_ago=40)
    Machine.objects.create(
        merchant=world.merchant, customer=customer, external_id="m-1", sku="lamp", created_at=NOW, updated_at=NOW
    )
    assert len(ask(customer=customer, use_history=True)) == 3

    RecommendationSettings.objects.create(merchant=world.merchant, personal=False, updated_at=NOW)

    assert ask(customer=customer, use_history=True) == []


def test_parts_for_a_machine_somebody_owns(world, in_scope) -> None:
    customer = person(world)
    sells(world, "press", spare_parts=["seal"])
    sells(world, "seal")
    Machine.objects.create(
        merchant=world.merchant, customer=customer, external_id="m-1", sku="press", created_at=NOW, updated_at=NOW
    )

    assert got(ask(customer=customer, use_history=True)) == [("seal", "spare_part", "Press")]
    assert ask(customer=customer) == []


def test_parts_for_a_machine_of_a_record_that_was_merged(world, in_scope) -> None:
    customer = person(world)
    before = person(world, merged_into=customer)
    sells(world, "press", spare_parts=["seal"])
    sells(world, "seal")
    Machine.objects.create(
        merchant=world.merchant,
        customer=person(world, merged_into=before),
        external_id="m-1",
        sku="press",
        created_at=NOW,
        updated_at=NOW,
    )

    assert got(ask(customer=customer, use_history=True)) == [("seal", "spare_part", "Press")]


def test_what_came_back_was_not_bought(world, in_scope) -> None:
    customer = person(world)
    sells(world, "lamp", "bulb")
    is_followed_by(world, "lamp", "bulb")
    gave_back(world, bought(world, 1, "lamp", customer=customer, days_ago=70), "lamp")
    bought(world, 2, "lamp", customer=customer, days_ago=70, status="cancelled")
    bought(world, 3, "lamp", customer=customer, days_ago=70, payment_status="refunded")

    assert ask(customer=customer, use_history=True) == []


def test_an_erased_persons_orders_are_nobodys_history(world, in_scope) -> None:
    customer = person(world)
    sells(world, "lamp", "bulb")
    is_followed_by(world, "lamp", "bulb")
    bought(world, 1, "lamp", customer=customer, days_ago=70, erased_at=NOW)

    assert ask(customer=customer, use_history=True) == []


def test_an_old_history_counts_from_its_newest_purchase(world, in_scope) -> None:
    customer = person(world)
    sells(world, "lamp", "bulb")
    is_followed_by(world, "lamp", "bulb")
    bought(world, 1, "lamp", customer=customer, days_ago=5_000)

    assert got(ask(customer=customer, use_history=True)) == [("bulb", "bought_next", "Lamp")]


def test_a_stranger_knows_other_articles(world, other_world) -> None:
    with merchant_scope(other_world.merchant.id):
        stranger = person(other_world)
        sells(other_world, "lamp", "bulb", related=["bulb"], spare_parts=["bulb"])
        goes_with(other_world, "lamp", "bulb")
        bought(other_world, 1, "lamp", customer=stranger, days_ago=70)
    with merchant_scope(world.merchant.id):
        sells(world, "lamp", "bulb")

        assert ask("lamp", customer=stranger, use_history=True) == []
        assert Product.objects.count() == 2


def test_history_is_used_unless_the_merchant_says_no(world, in_scope) -> None:
    assert personal_allowed()
    RecommendationSettings.objects.create(merchant=world.merchant, personal=False, updated_at=NOW)
    assert not personal_allowed()
