"""The recipes for a path on a shop's own site, as the dashboard shows them, in the real web servers."""

import html
import re
from urllib.parse import urlencode, urlsplit

import pytest
from django.core.cache import caches

from orders.models import Customer, Product
from postpurchase.accounts.models import PageKind, Store
from postpurchase.accounts.page_links import page_url
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.accounts.services.store_paths import check_path
from postpurchase.lib import clock
from postpurchase.lib import http as our_http
from tests.dashboard.proxies.conftest import ADDRESS
from tests.dashboard.proxies.programs import INSTALLED, Shopper, site_with
from tests.tracking.build import make_order, make_shipment
from tracking.models import OneTimeCode
from tracking.services.attempts import TRIES_PER_ADDRESS
from tracking.services.codes import digits_of

ASTRAY = re.compile(r'(?:href|src|action|srcset|content)="(/(?!parcels/)[^"]*)"')
FILES = re.compile(r'(?:href|src)="(/parcels/[^"]+\.(?:css|svg|js|ics)[^"#]*)')


@pytest.fixture
def order(committed_db, world):
    caches["default"].clear()
    now = clock.now()
    with merchant_scope(world.merchant.id):
        buyer = Customer.objects.create(
            merchant=world.merchant, email="anna@example.com", first_name="Anna", created_at=now, updated_at=now
        )
        Product.objects.create(
            merchant=world.merchant, sku="lamp", name="Lampe", image_url="/static/a.svg", created_at=now, updated_at=now
        )
        Store.objects.update(logo=b"<svg/>", logo_type="image/svg+xml")
        order = make_order(world, number="#1001", customer=buyer, placed_at=now)
        make_shipment(world, order)
        return order


@pytest.fixture(params=INSTALLED)
def shopper(request, order, recipes, web, world, tmp_path, monkeypatch):
    """A browser at a site whose server has the recipe; the path is proved through it."""
    with site_with(request.param, recipes()[request.param], tmp_path) as site:
        shopper = Shopper(site)

        def asked_by_us(_method, url, **_options):
            answer, body = shopper.get(urlsplit(url).path)
            return our_http.Answer(answer.status, {}, body)

        monkeypatch.setattr(our_http, "request", asked_by_us)
        assert check_path(merchant_id=world.merchant.id, store_id=world.store.id, now=clock.now())
        yield shopper


def page_of(world, order) -> str:
    with merchant_scope(world.merchant.id):
        url = page_url(
            merchant_id=world.merchant.id,
            kind=PageKind.TRACKING,
            subject_id=order.id,
            now=clock.now(),
            store_id=world.store.id,
        )
    assert url.startswith(f"{ADDRESS}/t/")
    return url.removeprefix("https://shop.example")


def test_pages_files_and_what_the_browser_has_already(shopper, world, order) -> None:
    path = page_of(world, order)
    answer, body = shopper.get(path)

    text = body.decode()
    assert (answer.status, ASTRAY.findall(text)) == (200, [])
    assert "/via/" not in text
    again, nothing = shopper.get(path, **{"If-None-Match": answer.headers["ETag"]})
    assert (again.status, nothing) == (304, b"")
    head, nothing = shopper.ask("HEAD", path)
    assert (head.status, nothing) == (200, b"")
    files = [html.unescape(file) for file in FILES.findall(text) if "/static/a.svg" not in file]
    files += [f"/parcels/{world.merchant.slug}/logo", f"{path}/qr.svg", f"/parcels/{world.merchant.slug}/embed.js"]
    assert len(files) > 6
    for file in files:
        found, content = shopper.get(file)
        assert (found.status, bool(content)) == (200, True), file
    english, body = shopper.get(f"{path}?lang=en&x=%C3%A4")
    assert (english.status, b'<html lang="en"' in body) == (200, True)
    for closed in ("/parcels/dashboard/", "/parcels/healthz", "/parcels/api/v1/orders", f"/parcels/t/{'A' * 22}"):
        assert shopper.get(closed)[0].status == 404, closed
    for beyond in ("/parcels/../dashboard/", "/parcels/%2e%2e/dashboard/", "/parcels/%2e%2e%2fdashboard%2f"):
        assert b"password" not in shopper.get(beyond)[1], beyond


def test_look_up_code_and_cookie_stay_below_the_path(shopper, world, order) -> None:
    look_up = f"/parcels/{world.merchant.slug}/track"
    wrong, body = shopper.post(look_up, number="1001", second="x@example.com")
    assert (wrong.status, b'role="alert"' in body) == (404, True)

    found, _ = shopper.post(look_up, number="1001", second="anna@example.com")
    path = found.headers["Location"]
    assert (found.status, path) == (303, page_of(world, order))
    sent, _ = shopper.post(f"{path}/code", do="send")
    assert (sent.status, sent.headers["Location"]) == (303, f"{path}/code")
    with merchant_scope(world.merchant.id):
        digits = digits_of(OneTimeCode.objects.get().id)
    right, _ = shopper.post(f"{path}/code", do="check", code=digits)
    assert (right.status, right.headers["Location"]) == (303, f"{path}#buyer")
    cookie = right.headers["Set-Cookie"]
    assert f"Path={path};" in f"{cookie};"
    assert "domain" not in cookie.lower()

    assert b"anna@example.com" not in shopper.get(path)[1]
    name, _, value = cookie.partition(";")[0].partition("=")
    shopper.cookies = {"PHPSESSID": "1", "sessionid": "2", name: value}
    answer, body = shopper.get(path)
    assert (answer.headers["Cache-Control"], b"anna@example.com" in body) == ("no-store", True)


def test_shoppers_are_counted_by_the_address_that_the_site_saw(shopper, world) -> None:
    look_up = f"/parcels/{world.merchant.slug}/track"

    def wrong(number: int):
        form = {"Content-Type": "application/x-www-form-urlencoded", "X-Forwarded-For": f"203.0.113.{number}"}
        return shopper.ask("POST", look_up, urlencode({"number": str(number), "second": "x"}), **form)[0].status

    status = [wrong(number) for number in range(TRIES_PER_ADDRESS + 1)]

    assert (set(status[:-1]), status[-1]) == ({404}, 429)
