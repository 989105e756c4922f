"""Recommendations by REST: with a key for people, without one for shop pages."""

import datetime as dt

import pytest
from django.test import Client

from orders.models import LearnedArticle, RecommendationSettings
from postpurchase.accounts.models import Store
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.privacy.services.erase import request_erasure
from tests.api.test_hostile import assert_problem
from tests.conftest import NOW
from tests.orders.recommendations.build import bought, person, sells

ADDRESS = "/api/v1/recommendations"


@pytest.fixture(autouse=True)
def at_noon(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def shop(world):
    """A lamp with a spare part; bulbs follow lamps, cups stand in the same orders; soap runs out after 30 days."""
    with merchant_scope(world.merchant.id):
        sells(world, "lamp", spare_parts=["socket"])
        sells(world, "bulb", price="2.5000", currency="EUR", image_url="https://shop.example.com/bulb.jpg")
        sells(world, "cup", "socket")
        sells(world, "soap", replenish_days=30)
        LearnedArticle.objects.create(
            merchant=world.merchant,
            sku="lamp",
            together=["cup"],
            together_scores=[0.5],
            together_orders=[3],
            following=["bulb"],
            following_scores=[0.4],
            following_customers=[4],
        )
        anna = person(world, external_id="c-1", language="en")
        bought(world, 1001, "lamp", customer=anna, days_ago=3)
        bought(world, 900, "soap", customer=anna, days_ago=56)
    return anna


def reasons(answer):
    assert answer.status_code == 200, answer.content
    return [(one["sku"], one["reason"]["code"], one["reason"]["text"]) for one in answer.json()["results"]]


def test_with_an_order_come_its_parts_what_follows_it_and_what_stood_beside_it(api, shop) -> None:
    assert reasons(api.get(f"{ADDRESS}?order=1001&language=de")) == [
        ("socket", "spare_part", "Ersatzteil für: Lamp"),
        ("bulb", "bought_next", "Beliebt bei allen, die das gekauft haben: Lamp"),
        ("cup", "bought_together", "Oft zusammen gekauft mit: Lamp"),
    ]


def test_everything_a_page_needs_is_there(api, shop) -> None:
    assert api.get(f"{ADDRESS}?order=1001&limit=2").json()["results"][1] == {
        "sku": "bulb",
        "name": "Bulb",
        "url": "https://shop.example.com/bulb",
        "image_url": "https://shop.example.com/bulb.jpg",
        "price": "2.50",
        "currency": "EUR",
        "reason": {
            "code": "bought_next",
            "text": "Beliebt bei allen, die das gekauft haben: Lamp",
            "product": "lamp",
        },
    }


def test_a_customer_is_told_what_runs_out_in_their_language(api, shop) -> None:
    found = reasons(api.get(f"{ADDRESS}?customer=c-1"))

    assert found == [
        ("socket", "spare_part", "Spare part for: Lamp"),
        ("soap", "replenish", "Time to restock: bought 8 weeks ago"),
        ("bulb", "bought_next", "Popular with everyone who bought: Lamp"),
        ("cup", "bought_together", "Often bought with: Lamp"),
    ]
    assert [sku for sku, *_ in reasons(api.get(f"{ADDRESS}?customer=c-1&show=again"))] == ["soap"]
    assert [sku for sku, *_ in reasons(api.get(f"{ADDRESS}?customer=c-1&show=new&limit=2"))] == ["socket", "bulb"]


def test_an_order_alone_says_nothing_of_what_else_its_buyer_bought(api, shop) -> None:
    assert "soap" not in {sku for sku, *_ in reasons(api.get(f"{ADDRESS}?order=1001"))}
    assert "soap" in {sku for sku, *_ in reasons(api.get(f"{ADDRESS}?order=1001&customer=c-1"))}


def test_a_merchant_who_wants_no_personal_ones_gets_none(api, world, shop) -> None:
    with merchant_scope(world.merchant.id):
        RecommendationSettings.objects.create(merchant=world.merchant, personal=False, updated_at=NOW)

    assert reasons(api.get(f"{ADDRESS}?customer=c-1")) == []


def test_an_erased_customer_is_unknown(api, world, shop) -> None:
    with merchant_scope(world.merchant.id):
        request_erasure(merchant=world.merchant, customer=shop, source="api", now=NOW)

    assert_problem(api.get(f"{ADDRESS}?customer=c-1"), 404)
    assert [sku for sku, *_ in reasons(api.get(f"{ADDRESS}?order=1001"))] == ["socket", "bulb", "cup"]


def test_du_and_swiss_spelling_come_from_the_storefront(api, world, shop) -> None:
    with merchant_scope(world.merchant.id):
        Store.objects.update(tone="du")
        bought(world, 800, "cup", customer=shop, days_ago=70)
        bought(world, 801, "cup", customer=shop, days_ago=90)

    found = {sku: text for sku, _, text in reasons(api.get(f"{ADDRESS}?customer=c-1&language=de-CH"))}
    assert found["cup"] == "Hast du schon mehrmals gekauft"


def test_shop_pages_need_no_key_and_are_told_of_nobody(world, shop) -> None:
    answer = Client().get(f"{ADDRESS}?merchant=lindenhof&product=lamp")

    assert [sku for sku, *_ in reasons(answer)] == ["socket", "cup", "bulb"]
    assert answer["Cache-Control"] == "public, max-age=300"
    assert answer["Access-Control-Allow-Origin"] == "*"
    for person_in_it in ("customer=c-1", "order=1001", "show=again"):
        problem = assert_problem(Client().get(f"{ADDRESS}?merchant=lindenhof&{person_in_it}"), 422)
        assert [one["code"] for one in problem["errors"]] == ["needs_key"]
    assert_problem(Client().get(f"{ADDRESS}?product=lamp"), 401)


@pytest.mark.parametrize("wrong", ["customer=nobody", "order=none"])
def test_what_is_not_there_is_404(api, shop, wrong) -> None:
    assert_problem(api.get(f"{ADDRESS}?{wrong}"), 404)


@pytest.mark.parametrize("wrong", ["limit=0", "limit=51", "limit=x", "show=everything", "sku=lamp", "product="])
def test_what_cannot_be_meant_is_422(api, shop, wrong) -> None:
    assert_problem(api.get(f"{ADDRESS}?{wrong}"), 422)


def test_a_stranger_learns_nothing(stranger_api, other_world, shop) -> None:
    assert_problem(stranger_api.get(f"{ADDRESS}?customer=c-1"), 404)
    assert_problem(stranger_api.get(f"{ADDRESS}?order=1001"), 404)
    assert reasons(stranger_api.get(f"{ADDRESS}?product=lamp")) == []
    assert reasons(Client().get(f"{ADDRESS}?merchant={other_world.merchant.slug}&product=lamp")) == []


def test_a_product_nobody_knows_gets_what_is_popular(api, world, shop) -> None:
    with merchant_scope(world.merchant.id):
        LearnedArticle.objects.create(merchant=world.merchant, sku="cup", recent_orders=7)

    assert reasons(api.get(f"{ADDRESS}?product=unheard-of&language=de")) == [
        ("cup", "popular", "Beliebt in diesem Shop")
    ]


def test_an_old_customers_newest_purchase_counts_however_long_ago(api, world, shop) -> None:
    with merchant_scope(world.merchant.id):
        late = person(world, external_id="c-2")
        bought(world, 1, "lamp", customer=late, placed_at=NOW - dt.timedelta(days=4_000))

    assert [sku for sku, *_ in reasons(api.get(f"{ADDRESS}?customer=c-2"))] == ["socket", "bulb", "cup"]
