"""Mark-up beside the example that was published for it."""

import json
from dataclasses import replace

import pytest

from tests.lib.outside import outside_files
from tests.messaging.render.test_markup import keys, markup
from tests.messaging.render.voices import SIE


@pytest.mark.parametrize("path", outside_files("specs/gmail_parcel_delivery.json"))
def test_nothing_of_the_published_example_is_missing(path) -> None:
    facts = SIE.facts("shipped")
    links = replace(facts.links, order="https://parcels.example.com/t/7Hq2vXbK9mTzR4wLs8NcYd")
    one_line = replace(facts.parcel, lines=facts.order.lines[:1])
    said = markup(replace(facts, links=links, parcels=(one_line,)))

    assert keys(json.loads(path.read_text())) <= keys(said)
