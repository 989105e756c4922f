"""Which banner, and why: the same facts, the same answer, with every reason."""

import dataclasses
import datetime as dt
import random
import uuid
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postpurchase.accounts.models import Store
from tracking.campaigns.choose import Candidate, Rules, Situation, choose, reason_for_shoppers
from tracking.campaigns.links import ShopPlaces, leads_to_the_shop, shop_places

STORE = uuid.UUID(int=7)
SITUATION = Situation(
    store_id=STORE,
    today=dt.date(2026, 7, 15),
    language="de-CH",
    country="CH",
    status="in_transit",
    skus=frozenset({"lamp"}),
    categories=frozenset({"light"}),
    value=Decimal("49.90"),
    currency="EUR",
    is_returning=True,
    attributes={"vip": "true"},
)


def candidate(number: int = 1, place: int = 10, *, is_active: bool = True, is_safe: bool = True, **rules) -> Candidate:
    return Candidate(uuid.UUID(int=number), place, is_active, is_safe, Rules(**rules))


@pytest.mark.parametrize(
    ("rules", "name", "fits"),
    [
        ({"store_id": STORE}, "store", True),
        ({"store_id": uuid.UUID(int=8)}, "store", False),
        ({"language": "de"}, "language", True),
        ({"language": "en"}, "language", False),
        ({"starts_on": dt.date(2026, 7, 15)}, "period", True),
        ({"starts_on": dt.date(2026, 7, 16)}, "period", False),
        ({"ends_on": dt.date(2026, 7, 15)}, "period", True),
        ({"ends_on": dt.date(2026, 7, 14)}, "period", False),
        ({"countries": ("DE", "CH")}, "country", True),
        ({"countries": ("DE",)}, "country", False),
        ({"statuses": ("in_transit",)}, "status", True),
        ({"statuses": ("ordered",)}, "status", False),
        ({"skus": ("cup", "lamp")}, "product", True),
        ({"skus": ("cup",)}, "product", False),
        ({"categories": ("light",)}, "category", True),
        ({"categories": ("dark",)}, "category", False),
        ({"value_from": Decimal("49.90")}, "value", True),
        ({"value_from": Decimal("49.91")}, "value", False),
        ({"value_to": Decimal("49.90")}, "value", True),
        ({"value_to": Decimal("49.89")}, "value", False),
        ({"value_from": Decimal(1), "currency": "CHF"}, "value", False),
        ({"customers": "returning"}, "returning", True),
        ({"customers": "first"}, "first", False),
        ({"attribute": "vip", "attribute_value": "True"}, "attribute", True),
        ({"attribute": "vip", "attribute_value": "no"}, "attribute", False),
        ({"attribute": "gold", "attribute_value": "1"}, "attribute", False),
    ],
)
def test_each_rule_holds_or_not_and_is_named(rules, name, fits) -> None:
    (judged,) = choose([candidate(**rules)], SITUATION)

    assert judged.outcome == ("shown" if fits else "not_fitting")
    assert (name in judged.held, name in judged.failed) == (fits, not fits)
    assert judged.failed == (() if fits else (name,))


@pytest.mark.parametrize("trouble", ["has_trouble", "has_open_case"])
def test_nothing_is_sold_beside_bad_news_unless_the_merchant_says_so(trouble) -> None:
    situation = dataclasses.replace(SITUATION, **{trouble: True})

    (calm,), (anyway,) = choose([candidate()], situation), choose([candidate(in_trouble=True)], situation)

    assert (calm.outcome, calm.failed) == ("not_fitting", ("calm",))
    assert anyway.outcome == "shown"


def test_what_is_switched_off_or_leads_elsewhere_is_never_shown() -> None:
    off, away = choose([candidate(1, is_active=False), candidate(2, is_safe=False)], SITUATION)

    assert (off.outcome, off.failed) == ("not_fitting", ("active",))
    assert (away.outcome, away.failed) == ("not_fitting", ("link",))


def test_the_first_in_the_queue_wins_and_of_equals_the_older_one() -> None:
    campaigns = [candidate(4, 5), candidate(3, 5), candidate(2, 6), candidate(1, 1, countries=("DE",))]

    judged = choose(campaigns, SITUATION)

    assert [(one.campaign_id.int, one.outcome) for one in judged] == [
        (1, "not_fitting"),
        (3, "shown"),
        (4, "behind"),
        (2, "behind"),
    ]


places = st.lists(st.tuples(st.integers(1, 4), st.booleans()), max_size=8)


@given(places, st.randoms(use_true_random=False))
def test_the_order_in_which_campaigns_are_read_changes_nothing(rows, shuffle: random.Random) -> None:
    campaigns = [candidate(number, place, is_active=on) for number, (place, on) in enumerate(rows, start=1)]
    shuffled = list(campaigns)
    shuffle.shuffle(shuffled)

    assert choose(shuffled, SITUATION) == choose(campaigns, SITUATION)
    assert sum(one.outcome == "shown" for one in choose(shuffled, SITUATION)) == any(on for _, on in rows)


def test_shoppers_are_told_the_rule_that_says_most() -> None:
    def reason(**rules) -> str:
        return reason_for_shoppers(choose([candidate(**rules)], SITUATION)[0])

    assert reason(skus=("lamp",), countries=("CH",)) == "product"
    assert reason(categories=("light",)) == "category"
    assert reason(customers="returning") == "returning"
    assert reason(value_from=Decimal(1)) == "value"
    assert reason(attribute="vip", attribute_value="true") == "everybody"  # what a shop notes of people stays there
    assert reason() == "everybody"


PLACES = ShopPlaces(hosts=frozenset({"shop.example"}))
HERE = ShopPlaces(hosts=frozenset({"127.0.0.1"}), local_origins=frozenset({"http://127.0.0.1:8001"}))


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://shop.example/sale?x=1", True),
        ("https://SHOP.example/", True),
        ("https://shop.example:443/", True),
        ("http://shop.example/", False),
        ("https://shop.example:8443/", False),
        ("https://evil.example/?shop.example", False),
        ("https://shop.example.evil.example/", False),
        ("https://shop.example@evil.example/", False),
        ("https://evil@shop.example/", False),
        ("https://www.shop.example/", False),
        ("https://evil.example\\@shop.example/", False),
        ("https:///shop.example/", False),
        ("//shop.example/", False),
        ("javascript:alert(1)//shop.example", False),
        ("https://shop.example:x/", False),
        ("https://shop.example/\n", False),
        ("https://[shop.example/", False),
        ("", False),
    ],
)
def test_a_banner_leads_to_the_shop_and_nowhere_else(url, safe) -> None:
    assert leads_to_the_shop(url, places=PLACES) is safe


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("http://127.0.0.1:8001/shop/x", True),
        ("http://127.0.0.1:8002/shop/x", False),
        ("http://127.0.0.1/", False),
        ("http://localhost:8001/", False),
        ("http://127.0.0.1:8001@evil.example/", False),
        ("http://127.0.0.1:8001.evil.example/", False),
    ],
)
def test_a_shop_on_this_machine_is_reached_where_it_is(url, safe) -> None:
    assert leads_to_the_shop(url, places=HERE) is safe


def test_the_shops_places_are_those_of_its_storefronts() -> None:
    stores = [Store(shop_url="https://Shop.example/x"), Store(shop_url=""), Store(shop_url="https://[x")]

    assert shop_places(stores) == PLACES
    assert shop_places([Store(shop_url="http://127.0.0.1:8001/shop/x")]) == HERE
    assert shop_places([Store(shop_url="http://shop.example/")]).local_origins == frozenset()
