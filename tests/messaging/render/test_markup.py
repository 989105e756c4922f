"""What inboxes may read of shipping mails: complete or not there, and never more than text."""

import datetime as dt
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from zoneinfo import ZoneInfo

import pytest

from messaging.content.facts import AddressFacts, DaySpan
from messaging.content.html import render_html
from messaging.content.mails import MAILS, compose
from messaging.content.markup import ON_THE_WAY
from tests.messaging.render.voices import SIE

HOSTILE = "</script><script>alert('x')</script>&amp; \u2028 \"quoted\" {{7*7}} ]]>"


class Scripts(HTMLParser):
    """Every script element of a page as a browser would find it: its type and its text."""

    def __init__(self, html):
        super().__init__()
        self.found, self.inside = [], False
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.inside = tag == "script"
        if self.inside:
            self.found.append((dict(attrs).get("type"), ""))

    def handle_endtag(self, tag):
        self.inside = False

    def handle_data(self, data):
        if self.inside:
            kind, text = self.found[-1]
            self.found[-1] = (kind, text + data)


def scripts(facts, template="shipped"):
    return Scripts(render_html(compose(template, facts), facts.store)).found


def markup(facts, template="shipped"):
    found = scripts(facts, template)
    assert [kind for kind, _ in found] == ["application/ld+json"] * len(found)
    return json.loads(found[0][1]) if found else None


def keys(value):
    """Every way to a value: ``partOfOrder.merchant.name``."""
    if not isinstance(value, dict):
        return {""}
    return {f"{key}.{rest}".strip(".") for key, inner in value.items() for rest in keys(inner)}


@pytest.fixture
def facts():
    facts = SIE.facts("shipped")
    return replace(facts, links=replace(facts.links, order="https://parcels.example.com/t/7Hq2vXbK9mTzR4wLs8NcYd"))


def test_a_shipping_mail_says_all_that_gmail_requires(facts) -> None:
    said = markup(replace(facts, parcels=(replace(facts.parcel, lines=facts.order.lines[:1]),)))

    assert said == {
        "@context": "http://schema.org",
        "@type": "ParcelDelivery",
        "deliveryAddress": {
            "@type": "PostalAddress",
            "name": "Anna Muster",
            "streetAddress": "Lindenstraße 14",
            "postalCode": "10969",
            "addressLocality": "Berlin",
            "addressRegion": "Berlin",
            "addressCountry": "DE",
        },
        "expectedArrivalUntil": "2026-11-26T23:59:00+01:00",
        "carrier": {"@type": "Organization", "name": "DHL"},
        "itemShipped": {"@type": "Product", "name": "Teelichthalter Herz, weiß"},
        "partOfOrder": {
            "@type": "Order",
            "orderNumber": "1001",
            "merchant": {"@type": "Organization", "name": "Lindenhof"},
        },
        "trackingNumber": "00340434161094042557",
        "trackingUrl": facts.links.order,
    }


def test_several_articles_are_several(facts) -> None:
    assert len(markup(facts)["itemShipped"]) == 3


@pytest.mark.parametrize("template", MAILS)
def test_only_mails_about_a_parcel_on_its_way_carry_it(template) -> None:
    assert (markup(SIE.facts(template), template) is not None) == (template in ON_THE_WAY)


@pytest.mark.parametrize(
    "broken",
    [
        lambda facts: replace(facts, order=replace(facts.order, destination=AddressFacts(country="DE"))),
        lambda facts: replace(facts, order=replace(facts.order, promise=None)),
        lambda facts: replace(facts, parcels=(replace(facts.parcel, carrier="other", carrier_word=""),)),
        lambda facts: replace(facts, order=replace(facts.order, lines=())),
    ],
)
def test_where_something_required_is_not_known_there_is_none(facts, broken) -> None:
    assert markup(broken(facts)) is None


def test_hostile_text_stays_text(facts) -> None:
    line = replace(facts.order.lines[0], name=HOSTILE)
    hostile = replace(
        facts,
        store=replace(facts.store, name=HOSTILE),
        order=replace(facts.order, number=HOSTILE, lines=(line,), destination=AddressFacts(*[HOSTILE] * 6)),
    )

    found = scripts(hostile)

    assert len(found) == 1
    assert not re.search("[<>&\u2028]", found[0][1])
    said = json.loads(found[0][1])
    assert said["itemShipped"]["name"].replace(" ", "") == HOSTILE.replace(" ", "").replace("\u2028", "")
    assert said["deliveryAddress"]["streetAddress"] == HOSTILE


def test_only_links_by_https_are_told(facts) -> None:
    plain = replace(facts, links=replace(facts.links, order="http://127.0.0.1:8000/t/x"))

    assert "trackingUrl" not in markup(plain)


def test_hours_are_told_from_when_until_when(facts) -> None:
    begins, ends = (dt.datetime(2026, 11, 26, hour, 10, tzinfo=ZoneInfo("Europe/Berlin")) for hour in (14, 15))
    span = DaySpan(begins.date(), ends.date(), begins, ends)

    said = markup(replace(facts, parcels=(replace(facts.parcel, promise=span),)))

    assert (said["expectedArrivalFrom"], said["expectedArrivalUntil"]) == (
        "2026-11-26T14:10:00+01:00",
        "2026-11-26T15:10:00+01:00",
    )
