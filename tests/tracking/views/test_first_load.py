"""What a phone fetches before it can show the page: the page, its style sheets and its script, without pictures."""

import gzip
import re

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from postpurchase.accounts import page_links
from postpurchase.accounts.models import PageKind
from postpurchase.accounts.scoping import merchant_scope
from tests.conftest import NOW
from tests.tracking.build import make_order, make_shipment, news
from tracking.inputs import ShipmentLineInput
from tracking.services.record import record_checkpoints

pytestmark = pytest.mark.usefixtures("still_clock")


@pytest.fixture
def still_clock(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def page(world):
    with merchant_scope(world.merchant.id):
        order = make_order(world)
        for number in ("A1", "A2", "A3"):
            line = ShipmentLineInput(line="1", quantity=1)
            make_shipment(world, order, number, tracking_number=number, lines=(line,))
            scans = [news(h, "in_transit", number=number, message=f"scan {h}", city="Berlin") for h in range(9)]
            record_checkpoints(merchant=world.merchant, checkpoints=scans, now=NOW)
        token = page_links.page_token(
            merchant_id=world.merchant.id, kind=PageKind.TRACKING, subject_id=order.id, now=NOW
        )
    return Client(headers={"accept-encoding": "gzip"}).get(f"/t/{token}")


def test_the_first_load_of_three_parcels_is_less_than_14_kb(page) -> None:
    html = gzip.decompress(page.content).decode()
    parts = {"page": len(page.content)}
    for address in re.findall(r'<(?:link rel="stylesheet" href|script[^>]* src)="([^"]+)"', html):
        parts[address] = len(gzip.compress(_content(address.replace("&amp;", "&")), 6))

    assert len(parts) >= 3
    assert sum(parts.values()) < 14_000, parts


def test_nothing_keeps_the_page_from_showing_but_its_style_sheets(page) -> None:
    html = gzip.decompress(page.content).decode()
    scripts = re.findall(r"<script\b[^>]*>", html)
    assert scripts == ['<script src="/static/js/tracking.js" defer>']
    assert len(_content("/static/js/tracking.js")) <= 3_000


def _content(address: str) -> bytes:
    if address.startswith("/static/"):
        path = finders.find(address.removeprefix("/static/"))
        assert isinstance(path, str)
        with open(path, "rb") as file:
            return file.read()
    return Client().get(address).content
