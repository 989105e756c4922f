"""A topic says what a body is when the body itself does not: it never makes a body into something else."""

from types import ModuleType
from typing import Any

import pytest

from postpurchase.connectors.shops.shopify.reading import TOPICS as SHOPIFY_TOPICS
from postpurchase.connectors.shops.woocommerce.reading import TOPICS as WOOCOMMERCE_TOPICS
from tests.connectors.shops.shopify import bodies as shopify
from tests.connectors.shops.woocommerce import bodies as woocommerce

SHOPS = (shopify, woocommerce)
UNKNOWN_TOPICS = {
    shopify: ["", "something/new", "carts/update"],
    woocommerce: ["", "something.new", "action.woocommerce_add_to_cart"],
}
TOPICS = {shopify: sorted(SHOPIFY_TOPICS), woocommerce: sorted(WOOCOMMERCE_TOPICS)}


def cases(topics: dict[ModuleType, list[str]]) -> list[Any]:
    """Every body under every one of its shop's ``topics``."""
    return [
        pytest.param(shop, name, body, kind, topic, id=f"{shop.CONNECTOR.name}-{name}-{topic}")
        for shop in SHOPS
        for name, (body, kind) in shop.BODIES.items()
        for topic in topics[shop]
    ]


@pytest.mark.parametrize(("shop", "name", "body", "kind", "topic"), cases(UNKNOWN_TOPICS))
def test_without_a_topic_we_know_the_shape_decides(
    shop: ModuleType, name: str, body: Any, kind: type, topic: str
) -> None:
    bare = shop.read(body, topic)

    assert {type(change) for change in bare} == {kind}
    assert shop.read({name: body}, topic) == bare
    assert shop.read({f"{name}s": [body]}, topic) == bare
    assert shop.read([body, body], topic) == bare * 2


@pytest.mark.parametrize(("shop", "name", "body", "kind", "topic"), cases(TOPICS))
def test_no_topic_makes_a_whole_body_into_something_else(
    shop: ModuleType, name: str, body: Any, kind: type, topic: str
) -> None:
    """Topics are not signed: an order sent again under another word must not become an erasure."""
    assert {type(change) for change in shop.read(body, topic)} == {kind}
