"""The tracking page inside a page of the shop, in a real browser."""

import datetime as dt

import pytest
from django.core.cache import cache
from playwright.sync_api import Page, expect

from orders.models import Customer
from postpurchase.accounts import page_links
from postpurchase.accounts.models import PageKind, Store
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.lib import clock
from tests.browser.conftest import take_picture
from tests.browser.looks import accessibility_problems
from tests.tracking.build import NUMBER, make_order, make_shipment
from tracking.inputs import CheckpointInput
from tracking.services.record import record_checkpoints

pytestmark = pytest.mark.browser

SITE = "https://www.shop.example"
# A shop as they are: another size for 1rem, loud rules for everything, variables that are called like ours.
SHOP = """<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>Sendungsverfolgung</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="{scheme}">
<link rel="icon" href="data:,">
<style>:root {{ color-scheme: {scheme}; --accent: #f0f; --ink: #ff0; }} html {{ font-size: 62.5% }}
body {{ font: 1.6rem/1.4 Georgia, serif; margin: 0 }} * {{ letter-spacing: .03em }} p {{ text-align: right }}
button {{ background: #f0f !important }} .card {{ display: none }}
main {{ padding: 1.6rem; max-width: 96rem; margin: auto }}
</style></head><body><main><h1>Sendungsverfolgung</h1>
<postpurchase-tracking{attributes}><a href="{web}/lindenhof/track">Wo ist mein Paket?</a></postpurchase-tracking>
</main><script src="{web}/lindenhof/embed.js" defer></script></body></html>"""


@pytest.fixture
def parcel(committed_db, world):
    """The key of the page of a parcel that is on its way; the shop's site is named."""
    cache.clear()
    now = clock.now()
    with merchant_scope(world.merchant.id):
        Store.objects.update(embedded_by=[SITE])
        customer = Customer.objects.create(
            merchant=world.merchant, email="anna@example.com", created_at=now, updated_at=now
        )
        order = make_order(world, number="#1001", customer=customer, placed_at=now - dt.timedelta(days=2))
        make_shipment(world, order)
        record_checkpoints(
            merchant=world.merchant,
            checkpoints=[
                CheckpointInput(tracking_number=NUMBER, occurred_at=now - dt.timedelta(hours=5), status="in_transit")
            ],
            now=now,
        )
        return page_links.page_token(
            merchant_id=world.merchant.id, kind=PageKind.TRACKING, subject_id=order.id, now=now
        )


@pytest.fixture
def shop(web, parcel, browser):
    """Open the shop's own page; returns it and what it asked others for. Whatever its console complains about fails."""
    contexts = []
    complaints: list[str] = []

    def open_it(
        path: str = "/",
        *,
        site: str = SITE,
        language: str = "de",
        colours: str = "normal",
        attributes: str = "",
        width: int = 390,
        prefers: str = "light",
        scripts: bool = True,
    ) -> tuple[Page, list[str]]:
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme=prefers,
            locale="de-DE",
            java_script_enabled=scripts,
            permissions=["local-network-access"],
        )
        contexts.append(context)
        body = SHOP.format(language=language, scheme=colours, web=web, attributes=attributes)
        page = context.new_page()
        page.route(f"{site}/**", lambda route: route.fulfill(body=body, content_type="text/html; charset=utf-8"))
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(f"{site}{path}")
        page.wait_for_load_state("networkidle")
        return page, [url for url in asked if not url.startswith((site, "data:"))]

    open_it.complaints = complaints
    yield open_it
    for context in contexts:
        assert context.cookies(SITE) == []
        context.close()
    assert complaints == []


def test_the_parcel_stands_on_the_shops_page(shop, web, parcel) -> None:
    page, asked = shop(f"/#parcel={parcel}")

    expect(page.get_by_role("heading", name="Ihr Paket ist unterwegs")).to_be_visible()
    assert asked == [f"{web}/lindenhof/embed.js", f"{web}/lindenhof/embedded/t/{parcel}?lang=de"]
    assert page.context.cookies() == []
    assert page.get_by_text("Wo ist mein Paket?").is_hidden()
    assert accessibility_problems(page) == []
    take_picture(page, "embed-parcel", full_page=True)


def test_nothing_leaks_in_or_out_and_sizes_are_the_readers(shop, parcel) -> None:
    page, _ = shop(f"/#parcel={parcel}")

    looks = page.evaluate("""() => {
      const inside = document.querySelector("postpurchase-tracking").shadowRoot;
      const [lede, card, button] = [".lede", ".card", "button"].map(one => getComputedStyle(inside.querySelector(one)));
      const outside = getComputedStyle(document.querySelector("h1")).fontFamily;
      return [lede.fontSize, lede.letterSpacing, lede.textAlign, card.display, button.backgroundColor, outside];
    }""")

    assert looks == ["16px", "normal", "start", "grid", "rgb(255, 255, 255)", "Georgia, serif"]


@pytest.mark.parametrize(
    ("colours", "attributes", "is_dark"),
    [
        ("normal", "", False),
        ("light dark", "", True),
        ("normal", ' scheme="light dark"', True),
        ("light dark", ' scheme="light"', False),
    ],
)
def test_it_is_dark_where_reader_and_shop_are(shop, parcel, colours, attributes, is_dark) -> None:
    page, _ = shop(f"/#parcel={parcel}", colours=colours, attributes=attributes, prefers="dark")

    ground = page.evaluate(
        "getComputedStyle(document.querySelector('postpurchase-tracking').shadowRoot.firstElementChild).backgroundColor"
    )
    assert ground == ("rgb(18, 19, 21)" if is_dark else "rgb(246, 245, 241)")
    assert accessibility_problems(page) == []
    take_picture(page, f"embed-{'dark' if is_dark else 'light'}", full_page=True)


def test_the_look_up_works_in_place_by_keyboard(shop, web, parcel) -> None:
    page, _ = shop(language="en-GB")
    expect(page.get_by_role("heading", name="Where is my order?")).to_be_visible()
    assert accessibility_problems(page) == []
    take_picture(page, "embed-look-up", full_page=True)

    page.get_by_label("Order number").press_sequentially("1001")
    page.keyboard.press("Tab")
    page.keyboard.type("bert@example.com")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("We found nothing")
    expect(page.get_by_role("alert")).to_be_focused()
    assert page.get_by_label("Order number").input_value() == "1001"
    assert accessibility_problems(page) == []
    page.get_by_label("Email address or postal code").fill("anna@example.com")
    page.get_by_role("button", name="Find my parcel").click()

    expect(page.get_by_role("heading", name="on its way")).to_be_focused()
    assert page.url == f"{SITE}/"
    assert page.get_by_role("link", name="Open this page by itself").get_attribute("href").startswith(f"{web}/t/")
    page.get_by_role("link", name="Deutsch").click()
    expect(page.get_by_role("heading", name="Ihr Paket ist unterwegs")).to_be_focused()
    page.get_by_role("link", name="Andere Bestellung").click()
    expect(page.get_by_role("heading", name="Wo ist meine Bestellung?")).to_be_focused()
    (told,) = shop.complaints
    assert "404" in told  # browsers note it, as for any page
    shop.complaints.clear()


def test_what_needs_a_cookie_or_answers_the_shop_opens_the_page_itself(shop, web, parcel) -> None:
    page, _ = shop(f"/#parcel={parcel}")

    page.get_by_role("button", name="Code schicken").click()

    page.wait_for_url(f"{web}/t/{parcel}/code**")
    expect(page.get_by_label("Ihr Code")).to_be_visible()


def test_a_new_key_in_the_address_shows_its_parcel(shop, parcel) -> None:
    page, _ = shop()
    expect(page.get_by_role("heading", name="Wo ist meine Bestellung?")).to_be_visible()

    page.evaluate("key => { location.hash = 'parcel=' + key }", parcel)

    expect(page.get_by_role("heading", name="Ihr Paket ist unterwegs")).to_be_visible()


def test_without_scripts_the_link_stays(shop, web, parcel) -> None:
    page, asked = shop(scripts=False)

    expect(page.get_by_role("link", name="Wo ist mein Paket?")).to_have_attribute("href", f"{web}/lindenhof/track")
    assert asked == []


def test_in_a_narrow_column_it_is_a_phones_page(shop, parcel) -> None:
    page, _ = shop(f"/#parcel={parcel}", attributes=' style="display:block;width:320px"', width=1280)

    assert accessibility_problems(page) == []
    assert (
        page.evaluate("""() => {
      const part = document.querySelector("postpurchase-tracking").shadowRoot.firstElementChild;
      return part.scrollWidth <= part.clientWidth && getComputedStyle(part.querySelector(".qr")).display;
    }""")
        == "none"
    )
    take_picture(page, "embed-narrow", full_page=True)


def test_a_site_that_is_not_named_keeps_its_link_and_learns_nothing(shop, web, parcel) -> None:
    page, _ = shop(f"/#parcel={parcel}", site="https://evil.example")

    expect(page.get_by_role("link", name="Wo ist mein Paket?")).to_be_visible()
    assert page.evaluate("document.querySelector('postpurchase-tracking').shadowRoot") is None
    assert all(SITE not in told for told in shop.complaints)
    shop.complaints.clear()


def test_when_nobody_answers_it_says_so_and_leads_on(shop, web, parcel) -> None:
    page, _ = shop()
    page.route("**/embedded**", lambda route: route.abort())

    page.get_by_label("Bestellnummer").fill("1001")
    page.get_by_label("E-Mail-Adresse oder Postleitzahl").fill("anna@example.com")
    page.get_by_role("button", name="Paket finden").click()

    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_role("alert").get_by_role("link")).to_have_attribute("href", f"{web}/lindenhof/track")
    assert page.get_by_label("Bestellnummer").input_value() == "1001"
    shop.complaints.clear()
