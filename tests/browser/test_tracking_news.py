"""The tracking page's own script, in a real browser: news comes by itself, and nobody loses what is under their hands.

The browser's clock is ours (``pass_time``), so that a minute takes no time.
"""

import datetime as dt

import pytest
from playwright.sync_api import expect

from postpurchase.accounts import page_links
from postpurchase.accounts.models import PageKind
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.lib import clock
from tests.browser.conftest import take_picture
from tests.browser.looks import accessibility_problems
from tests.tracking.build import NUMBER, make_order, make_shipment
from tracking.inputs import CheckpointInput
from tracking.services.record import record_checkpoints

pytestmark = pytest.mark.browser

MINUTE = 60_000
TOLD = "Es gibt Neues: Ihr Paket kommt heute"
WAITING = "Es gibt Neues – Seite aktualisieren"
# Playwright has no hidden tabs: a page is told that it is one.
LOOKS_AWAY = """hidden => {
  Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
  document.dispatchEvent(new Event("visibilitychange"));
}"""
TYPING = """() => {
  const field = document.createElement("textarea");
  field.id = "typed";
  field.ariaLabel = "Was ist passiert?";
  document.querySelector("main").append(field);
}"""


@pytest.fixture
def parcel(committed_db, world):
    """The address of the page of a parcel that is on its way, with earlier news folded away."""
    now = clock.now()
    with merchant_scope(world.merchant.id):
        order = make_order(world, placed_at=now - dt.timedelta(days=2))
        make_shipment(world, order)
        token = page_links.page_token(
            merchant_id=world.merchant.id, kind=PageKind.TRACKING, subject_id=order.id, now=now
        )
    for hours in range(6, 1, -1):
        hear(world, "in_transit", hours_ago=hours)
    return f"/t/{token}"


def hear(world, status: str, *, hours_ago: float = 0) -> None:
    now = clock.now()
    item = CheckpointInput(tracking_number=NUMBER, occurred_at=now - dt.timedelta(hours=hours_ago), status=status)
    with merchant_scope(world.merchant.id):
        record_checkpoints(merchant=world.merchant, checkpoints=[item], now=now)


@pytest.fixture
def window(web, parcel, open_page):
    """Open the parcel's page; returns it and what it asked its own address for since."""

    def open_it(**options):
        page = open_page("about:blank", base_url=web, **options)
        if options.get("java_script_enabled", True):
            page.clock.install()
        page.goto(parcel)
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url) if request.url.endswith(parcel) else None)
        return page, asked

    return open_it


def pass_time(page, milliseconds: int = MINUTE + 1_000) -> None:
    """Let time pass, and whatever was asked for be answered."""
    page.clock.run_for(milliseconds)
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(300)


def test_news_comes_by_itself_and_is_said_once(window, world) -> None:
    page, asked = window()
    said = page.get_by_role("status")
    page.locator("details.more summary").click()
    page.evaluate("scrollTo(0, 300)")

    pass_time(page)
    assert len(asked) == 1
    expect(said).to_have_text("")

    hear(world, "out_for_delivery")
    pass_time(page)

    expect(said).to_have_text(TOLD)
    expect(page.locator("h1")).to_have_text("Ihr Paket kommt heute")
    assert page.locator("details.more").get_attribute("open") is not None
    assert page.evaluate("document.activeElement.localName") == "summary"
    # The line takes room above; what somebody reads stays where it was.
    assert page.evaluate("scrollY - document.getElementById('news').offsetHeight") == 300
    assert accessibility_problems(page) == []
    take_picture(page, "tracking-news")

    hear(world, "delivered")
    pass_time(page)
    expect(said).to_contain_text("Es gibt Neues: Ihr Paket ist")
    assert len(asked) == 3
    pass_time(page, 10 * MINUTE)
    assert len(asked) == 3


def test_what_somebody_types_stays_and_the_news_waits(window, world) -> None:
    page, _asked = window(viewport={"width": 320, "height": 640}, scheme="dark")
    page.evaluate(TYPING)
    page.locator("#typed").fill("Der Karton war offen.")
    page.evaluate("document.activeElement.blur()")
    hear(world, "out_for_delivery")

    pass_time(page)

    link = page.get_by_role("status").get_by_role("link", name=WAITING)
    expect(link).to_be_visible()
    expect(page.locator("h1")).to_have_text("Ihr Paket ist unterwegs")
    assert page.locator("#typed").input_value() == "Der Karton war offen."
    page.evaluate("scrollTo(0, 0)")  # further down the line of news lies over what is scrolled away below it
    assert accessibility_problems(page) == []
    take_picture(page, "tracking-news-waiting")

    page.locator("#typed").fill("")
    page.locator("#typed").focus()
    pass_time(page)
    assert page.evaluate("document.activeElement.id") == "typed"

    link.click()
    expect(page.locator("h1")).to_have_text("Ihr Paket kommt heute")
    expect(page.get_by_role("status")).to_have_text("")


def test_nothing_is_asked_while_nobody_looks(window, world) -> None:
    page, asked = window()
    page.evaluate(LOOKS_AWAY, True)
    hear(world, "out_for_delivery")

    pass_time(page, 30 * MINUTE)
    assert asked == []

    page.evaluate(LOOKS_AWAY, False)
    expect(page.get_by_role("status")).to_have_text(TOLD)
    assert len(asked) == 1


def test_who_is_refused_asks_less_and_less_often(web, parcel, browser) -> None:
    context = browser.new_context(base_url=web, locale="de-DE")
    page = context.new_page()
    page.clock.install()
    page.goto(parcel)
    asked: list[str] = []

    def refuse(route) -> None:
        asked.append(route.request.url)
        route.fulfill(status=429)

    page.route(f"**{parcel}", refuse)
    counts = []
    for _minute in range(8):
        pass_time(page, MINUTE)
        page.evaluate(LOOKS_AWAY, False)  # looking again is no way around it
        counts.append(len(asked))

    assert counts == [1, 1, 2, 2, 2, 2, 3, 3]
    expect(page.get_by_role("status")).to_have_text("")
    context.close()


def test_without_a_script_everything_is_there(window, world) -> None:
    page, _asked = window(java_script_enabled=False)
    expect(page.locator("h1")).to_have_text("Ihr Paket ist unterwegs")

    hear(world, "out_for_delivery")
    page.get_by_role("link", name="Aktualisieren").click()

    expect(page.locator("h1")).to_have_text("Ihr Paket kommt heute")
