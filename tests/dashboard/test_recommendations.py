"""What the merchant sees of recommendations, and the one switch."""

from django.urls import reverse

from orders.models import LearnedArticle, RecommendationSettings
from orders.recommendations.learn import learn
from orders.recommendations.select import personal_allowed
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.lib import clock
from tests.dashboard.conftest import Role, sign_in
from tests.orders.recommendations.build import bought, person, sells

PAGE = "/dashboard/recommendations/"


def test_it_shows_what_is_known_and_what_an_article_gets(world) -> None:
    with merchant_scope(world.merchant.id):
        sells(world, "lamp", related=["bulb"])
        sells(world, "bulb")
        sells(world, "gone", available=False, related=["bulb"])
        bought(world, 1, "lamp", customer=person(world, external_id="c-1"))
        learn(merchant=world.merchant, now=clock.now())
        LearnedArticle.objects.filter(sku="lamp").update(together=["bulb"], together_scores=[0.5], together_orders=[2])
    client = sign_in(world.merchant, Role.READ_ONLY)

    content = client.get(PAGE).content.decode()
    tried = client.get(PAGE, {"product": "lamp"})

    assert (tried.context["known"].products, tried.context["known"].companions) == (2, 1)
    assert tried.context["known"].declared == 1
    assert "Try it" in content
    assert [(one.article.sku, str(one.reason)) for one in tried.context["found"]] == [("bulb", "accessory")]
    assert "Goes with: Lamp" in tried.content.decode()
    assert "There is no customer" in client.get(PAGE, {"customer": "nobody"}).content.decode()
    assert "Nothing is good enough" in client.get(PAGE, {"product": "bulb"}).content.decode()


def test_a_manager_switches_history_off_and_on(world, other_world) -> None:
    client = sign_in(world.merchant, Role.MANAGER)

    client.post(reverse("dashboard:recommendations_personal"), {"personal": "no"})
    with merchant_scope(world.merchant.id):
        assert not personal_allowed()
    with merchant_scope(other_world.merchant.id):
        assert personal_allowed()

    client.post(reverse("dashboard:recommendations_personal"), {"personal": "yes"})
    with merchant_scope(world.merchant.id):
        assert personal_allowed()
        assert RecommendationSettings.objects.count() == 1
