"""Mails in a real browser: readable by everybody, and never wider than the phone."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from messaging.content.facts import MessageFacts
from messaging.content.html import render_html
from messaging.content.mails import MAILS, compose
from tests.messaging.render.voices import DU, ENGLISH, Voice

pytestmark = pytest.mark.browser

LONG = "Donaudampfschifffahrtsgesellschaft" * 3
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"], "resultTypes": ["violations"]}


@pytest.fixture(scope="module", params=["light", "dark"])
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page in one colour scheme, cut off from the network."""
    page = browser.new_page(viewport={"width": 390, "height": 640}, color_scheme=request.param)
    page.route("**/*", lambda route: route.abort())
    yield page
    page.close()


def stretched(template: str, voice: Voice) -> MessageFacts:
    """Facts whose every word is longer than a line."""
    facts = voice.facts(template)
    assert facts.order is not None
    lines = tuple(replace(line, name=LONG, total=Decimal("12345678.9")) for line in facts.order.lines)
    order = replace(facts.order, number="9" * 60, total=Decimal("123456789"), lines=lines, address=(LONG, LONG))
    parcel = facts.parcel and replace(facts.parcel, number="1" * 80, place=LONG, carrier="other", carrier_word="A" * 60)
    case = facts.case and replace(facts.case, reply=LONG)
    store = replace(facts.store, name=LONG, imprint=LONG, support_email=f"{'a' * 60}@example.com", can_reply=False)
    person = replace(facts.person, first_name="B" * 60)
    return replace(facts, order=order, parcels=(parcel,) if parcel else (), case=case, store=store, person=person)


@pytest.mark.parametrize("template", MAILS)
def test_mails_pass_the_accessibility_rules(page: Page, template: str) -> None:
    facts = ENGLISH.facts(template)
    page.set_content(render_html(compose(template, facts), facts.store))

    violations = Axe().run(page, options=RULES).response["violations"]

    assert [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in violations] == []


def test_no_word_is_long_enough_to_make_a_mail_wider_than_a_small_phone(page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    widths = {}
    for template in MAILS:
        facts = stretched(template, DU)
        page.set_content(render_html(compose(template, facts), facts.store))
        widths[template] = page.evaluate("document.documentElement.scrollWidth")
    page.set_viewport_size({"width": 390, "height": 640})

    assert widths == dict.fromkeys(MAILS, 320)
