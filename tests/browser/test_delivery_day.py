"""The script on somebody else's product page, in a real browser."""

from contextlib import ExitStack

import pytest

from postpurchase.accounts.scoping import merchant_scope
from tests.conftest import NOW
from tests.lib.http_server import answer as answer_of
from tests.lib.http_server import raw_server
from tests.tracking.services.test_delivery import CHOICE
from tracking.services.delivery import choose_delivery

pytestmark = pytest.mark.browser

PAGE = """<!doctype html><html lang="{language}"><title>Lampe</title><body>
<input id="zip" value="">
<p id="day" data-delivery-day data-country="DE" data-postal-code-from="#zip" {more}>2 bis 4 Tage</p>
<script src="{web}/{slug}/delivery-day.js" async></script></body></html>"""


@pytest.fixture
def product_page(web, browser, shop_merchant):
    """Open the merchant's product page on a host of their own; returns its text and what it asked for."""
    context = browser.new_context()
    shops = ExitStack()

    def open_page(*, language: str = "de", slug: str = "lindenhof", more: str = "", answer: bool = True):
        page = context.new_page()
        asked: list[str] = []
        body = PAGE.format(language=language, web=web, slug=slug, more=more)
        shop = shops.enter_context(raw_server(answer_of(body=body.encode(), Content_Type="text/html; charset=utf-8")))
        if not answer:
            page.route("**/api/v1/delivery-estimate**", lambda route: route.abort())
        page.on("request", lambda request: asked.append(request.url))
        page.goto(f"{shop.url}/lampe")
        page.wait_for_load_state("networkidle")
        return page, [url for url in asked if not url.startswith(shop.url)]

    yield open_page
    assert context.cookies() == []
    shops.close()
    context.close()


@pytest.fixture
def shop_merchant(committed_db, world):
    with merchant_scope(world.merchant.id):
        choose_delivery(merchant=world.merchant, data=CHOICE, now=NOW)
    return world.merchant


def test_the_day_stands_on_the_page_in_its_language(product_page, web) -> None:
    german, asked = product_page()
    english, _ = product_page(language="en-GB")

    assert german.text_content("#day").startswith("Lieferung voraussichtlich ")
    assert english.text_content("#day").startswith("Expected delivery ")
    assert english.get_attribute("#day", "aria-live") == "polite"
    assert [url.removeprefix(web).partition("?")[0] for url in asked] == [
        "/lindenhof/delivery-day.js",
        "/api/v1/delivery-estimate",
    ]


def test_a_postal_code_is_asked_again_and_own_words_are_kept(product_page) -> None:
    page, _ = product_page(more='data-text="Arriva da {from} a {to}" data-lang="it"')
    assert page.text_content("#day").startswith("Arriva da ")

    with page.expect_response("**/api/v1/delivery-estimate**postal_code=80331**") as answer:
        page.fill("#zip", "80331")
        page.press("#zip", "Tab")

    assert answer.value.status == 200
    assert page.text_content("#day").startswith("Arriva da ")


@pytest.mark.parametrize("broken", [{"slug": "nobody"}, {"answer": False}])
def test_without_an_answer_nothing_breaks(product_page, broken) -> None:
    page, _ = product_page(**broken)

    assert page.text_content("#day") == "2 bis 4 Tage"
