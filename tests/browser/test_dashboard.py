"""A merchant's walk through the dashboard."""

import re

import pytest
from playwright.sync_api import expect

from postpurchase.lib import clock
from tests.browser.conftest import take_picture
from tests.browser.merchants import make_owner, sign_in
from tests.flows.conftest import mailbox, shop  # noqa: F401 - fixtures
from tests.flows.test_order_to_points import order_body

pytestmark = pytest.mark.browser


def test_from_order_to_message_journey_brand_and_key(
    mailbox,  # noqa: F811
    base_url,
    shop,  # noqa: F811
    running_worker,
    api,
    visit,
):
    assert api.put("/api/v1/orders/1001", order_body(clock.now())).status_code == 201
    mailbox.wait_for(1)
    page = visit(language="en-GB")
    sign_in(page, make_owner(shop))

    # The order, and from it the mail as it was sent, in a frame that can do nothing.
    page.get_by_role("link", name="Orders", exact=True).click()
    page.get_by_role("link", name="1001").click()
    page.locator(".story").get_by_role("link", name="Order confirmation").click()
    expect(page.locator("iframe")).to_have_attribute("sandbox", "")
    expect(page.frame_locator("iframe").get_by_text("Teelichthalter Herz")).to_be_visible()
    take_picture(page, "message", full_page=True)

    # A journey off and on again.
    page.get_by_role("link", name="Journeys", exact=True).click()
    page.get_by_role("button", name=re.compile("^Switch off")).first.click()
    expect(page.get_by_role("status")).to_contain_text("Switched off")
    page.get_by_role("button", name=re.compile("^Switch on")).first.click()
    expect(page.get_by_role("status")).to_contain_text("Switched on")

    # Another colour; the page beside the form is the shopper's.
    page.get_by_role("link", name="Brand", exact=True).click()
    page.get_by_label("Accent colour").fill("#1144aa")
    page.get_by_label("Name of the store").fill("Lindenhof am See")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text("Saved")
    expect(page.frame_locator("iframe").locator(".bar")).to_contain_text("Lindenhof am See")
    accent = page.frames[-1].evaluate("getComputedStyle(document.documentElement).getPropertyValue('--accent')")
    assert accent.strip() == "#1144aa"
    take_picture(page, "brand", full_page=True)

    # A key, shown once.
    page.get_by_role("link", name="API keys").first.click()
    page.get_by_label("Name").fill("shop plug-in")
    page.get_by_role("button", name="Make the key").click()
    secret = page.locator("code.secret").inner_text()
    assert secret.startswith("pp_")
    page.goto("/dashboard/api-keys/")
    assert secret not in page.content()
    expect(page.get_by_text("shop plug-in")).to_be_visible()


def test_on_a_phone_everything_is_within_reach_of_the_thumb(shop, visit):  # noqa: F811
    page = visit(width=390, height=844)
    sign_in(page, make_owner(shop))

    page.get_by_role("link", name="Mehr").click()
    page.get_by_role("link", name="Marke").click()
    expect(page.locator("h1")).to_have_text("Marke")

    # The bar stays where the thumb is, however long the page.
    page.mouse.wheel(0, 5_000)
    bar = page.locator(".tabbar").bounding_box()
    assert bar is not None
    assert round(bar["y"] + bar["height"]) == 844
