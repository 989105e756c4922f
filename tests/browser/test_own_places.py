"""What a merchant copies for a place of their own: long lines, on the narrowest phone too."""

import pytest

from postpurchase.accounts.scoping import merchant_scope
from postpurchase.accounts.services.store_hosts import ask_for_host
from postpurchase.accounts.services.store_paths import ask_for_path
from tests.browser.looks import problems_in_every_look
from tests.browser.merchants import make_owner, sign_in

pytestmark = pytest.mark.browser


def test_recipes_and_records_can_be_read_everywhere(committed_db, world, visit) -> None:
    owner = make_owner(world.merchant)
    with merchant_scope(world.merchant.id):
        ask_for_path(merchant=world.merchant, store=world.store, address="https://shop.example/parcels")
        ask_for_host(merchant=world.merchant, store=world.store, host="a-rather-long-name.track.shop.example")
    page = visit(language="de-DE")
    sign_in(page, owner)

    problems = []
    for place in ("path", "host"):
        page.goto(f"/dashboard/brand/stores/default/{place}/")
        problems += problems_in_every_look(page, "de-DE", f"own-{place}")

    assert problems == []
