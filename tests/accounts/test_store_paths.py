"""A storefront's pages below a path of the shop's own site: proved by asking there, and all of it works below it."""

import re
from urllib.parse import urlencode

import pytest
from django.core.cache import caches
from django.core.exceptions import ValidationError
from django.test import Client

from orders.models import Customer, Product
from postpurchase.accounts import own_places
from postpurchase.accounts.models import PageKind, Store, StorePath
from postpurchase.accounts.page_links import page_url
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.accounts.services.store_paths import address_of, ask_for_path, check_path, give_up_path, key_of
from tests.conftest import NOW
from tests.tracking.build import make_order, make_shipment, news
from tracking.models import OneTimeCode
from tracking.services.codes import digits_of
from tracking.services.record import record_checkpoints

ADDRESS = "https://shop.example/parcels"
# A path of ours that a browser would ask the site for, past the path it passes on to us.
ASTRAY = re.compile(r'(?:href|src|action|srcset|content)="(/(?!parcels/)[^"]*)"')
FORM = "application/x-www-form-urlencoded"


@pytest.fixture(autouse=True)
def moment(time_machine):
    time_machine.move_to(NOW, tick=False)
    caches["pages"].clear()
    caches["default"].clear()


def ask(world, address=ADDRESS, store=None):
    with merchant_scope(world.merchant.id):
        wanted = ask_for_path(merchant=world.merchant, store=store or world.store, address=address)
    own_places.forget()
    return wanted


def prove(world, site):
    wanted = ask(world)
    site.key = key_of(wanted)
    return check_path(merchant_id=world.merchant.id, store_id=world.store.id, now=NOW)


def address(world, kind, subject_id):
    with merchant_scope(world.merchant.id):
        return page_url(
            merchant_id=world.merchant.id, kind=kind, subject_id=subject_id, now=NOW, store_id=world.store.id
        )


@pytest.fixture
def order(world):
    with merchant_scope(world.merchant.id):
        buyer = Customer.objects.create(
            merchant=world.merchant, email="anna@example.com", first_name="Anna", created_at=NOW, updated_at=NOW
        )
        Product.objects.create(
            merchant=world.merchant, sku="lamp", name="Lampe", image_url="/static/a.svg", created_at=NOW, updated_at=NOW
        )
        Store.objects.update(logo=b"<svg/>", logo_type="image/svg+xml")
        order = make_order(world, customer=buyer)
        make_shipment(world, order)
        record_checkpoints(merchant=world.merchant, checkpoints=[news(20, "delivered")], now=NOW)
        return order


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (" https://Shop.Example/parcels/ ", ADDRESS),
        ("shop.example/parcels", ADDRESS),
        ("https://shop.example:8443/a/b-c_d", "https://shop.example:8443/a/b-c_d"),
        ("https://müller.example/x", "https://xn--mller-kva.example/x"),
        ("http://shop.example/parcels", ""),
        ("https://shop.example", ""),
        ("https://shop.example/", ""),
        ("https://shop.example/a?b", ""),
        ("https://shop.example/a#b", ""),
        ("https://user@shop.example/a", ""),
        ("https://shop.example/a/../b", ""),
        ("https://shop.example//a", ""),
        ("https://shop.example/a b", ""),
        ('https://shop.example/a"b', ""),
        ("https://shop.example/" + "a" * 100, ""),
        ("javascript:alert(1)", ""),
        ("", ""),
    ],
)
def test_what_is_an_address_with_a_path(written, expected):
    assert address_of(written) == expected


@pytest.mark.parametrize("ours", ["https://localhost.example/../x", "https://testserver/parcels", "nonsense"])
def test_the_installations_own_name_cannot_be_taken(world, settings, ours):
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "api.shop.example"]

    for wrong in (ours, "https://api.shop.example/parcels"):
        with pytest.raises(ValidationError):
            ask(world, wrong)


def test_until_the_sites_server_passes_it_on_links_stay_as_they_are(world, site, order):
    wanted = ask(world)
    problems = []
    for key, is_away in (("", True), ("A" * 22, False)):
        site.key, site.is_away = key, is_away
        assert check_path(merchant_id=world.merchant.id, store_id=world.store.id, now=NOW) is False
        with merchant_scope(world.merchant.id):
            problems.append(StorePath.objects.values_list("problem", "verified_at").get())

    assert problems == [("no_answer", None), ("other_answer", None)]
    assert address(world, PageKind.TRACKING, order.id).startswith("http://")
    site.key, site.is_away = key_of(wanted), False
    assert check_path(merchant_id=world.merchant.id, store_id=world.store.id, now=NOW) is True
    assert address(world, PageKind.TRACKING, order.id).startswith(f"{ADDRESS}/t/")


def test_everything_on_every_page_stays_below_the_path(world, site, order):
    assert prove(world, site)
    with merchant_scope(world.merchant.id):
        customer_id = order.customer_id
    pages = {
        address(world, PageKind.TRACKING, order.id): 200,
        address(world, PageKind.TRACKING, order.id) + "/report": 200,
        address(world, PageKind.TRACKING, order.id) + "/code": 200,
        address(world, PageKind.SURVEY, order.id): 200,
        address(world, PageKind.PREFERENCES, customer_id): 200,
        f"{ADDRESS}/{world.merchant.slug}/track": 200,
        f"{ADDRESS}/t/{'A' * 22}": 404,
        f"{ADDRESS}/p/{'A' * 22}": 404,
    }

    for url, status in pages.items():
        for _again in range(2):
            answer = site("GET", url)
            html = answer.content.decode()
            assert (answer.status_code, ASTRAY.findall(html)) == (status, []), url
            assert "Strict-Transport-Security" not in answer.headers
        for file in re.findall(r'(?:href|src)="(/parcels/[^"]+\.(?:css|svg|js)[^"#]*)', html):
            if "/static/a.svg" not in file:
                found = site("GET", file.replace("&amp;", "&"))
                b"".join(found)
                assert found.status_code == 200, file
    tracking = site("GET", next(iter(pages))).content.decode()
    assert f'src="/parcels/{world.merchant.slug}/logo?' in tracking
    assert 'src="/parcels/static/a.svg"' in tracking


def test_the_same_page_by_another_way_has_the_paths_of_that_way(world, site, order):
    prove(world, site)
    url = address(world, PageKind.TRACKING, order.id)
    path = url.removeprefix(ADDRESS)

    below, plain, again = site("GET", url), Client().get(path), site("GET", url)
    assert b'href="/parcels/static/' in below.content
    assert b'="/parcels/' not in plain.content
    assert again.content == below.content


def test_a_look_up_and_a_code_lead_on_below_the_path_and_the_cookie_stays_there(world, site, order):
    prove(world, site)
    answers = urlencode({"number": order.number, "second": "10115"})
    found = site.client.post(
        f"/via/{site.key}/{world.merchant.slug}/track",
        answers,
        content_type=FORM,
        headers={"origin": "https://shop.example"},
    )
    path = found.headers["Location"]
    assert (found.status_code, path.startswith("/parcels/t/")) == (303, True)

    via = f"/via/{site.key}{path.removeprefix('/parcels')}"
    sent = site.client.post(f"{via}/code", "do=send", content_type=FORM, headers={"origin": "https://shop.example"})
    with merchant_scope(world.merchant.id):
        digits = digits_of(OneTimeCode.objects.get().id)
    right = site.client.post(f"{via}/code", f"do=check&code={digits}", content_type=FORM)
    assert (sent.headers["Location"], right.headers["Location"]) == (f"{path}/code", f"{path}#buyer")
    (cookie,) = right.cookies.values()
    assert (cookie.key, cookie["path"], cookie["domain"]) == ("verified", path, "")

    theirs = f"PHPSESSID=1; sessionid=x; verified={cookie.coded_value}"
    assert b"anna@example.com" in Client(headers={"cookie": theirs}).get(via).content
    assert b"anna@example.com" not in Client().get(via).content


def test_the_sites_own_cookies_change_nothing(world, site, order, django_assert_num_queries):
    prove(world, site)
    via = f"/via/{site.key}{address(world, PageKind.TRACKING, order.id).removeprefix(ADDRESS)}"
    shopper = Client(headers={"cookie": "PHPSESSID=1; csrftoken=2; sessionid=3; broken"})
    first = shopper.get(via)

    with django_assert_num_queries(1):
        assert shopper.get(via).content == first.content


def test_only_shoppers_pages_of_this_merchant_are_there(world, other_world, site, order):
    prove(world, site)
    with merchant_scope(other_world.merchant.id):
        foreign = page_url(
            merchant_id=other_world.merchant.id,
            kind=PageKind.TRACKING,
            subject_id=make_order(other_world).id,
            now=NOW,
        )
    token = foreign.rpartition("/t/")[2]
    closed = ["/", "/dashboard/", "/accounts/login/", "/api/v1/orders", "/docs/", "/healthz", f"/via/{site.key}/t/x"]
    closed += [f"/{other_world.merchant.slug}/track", f"/t/{token}", "//t/x", f"/hooks/{world.merchant.slug}/shopify/"]

    assert [site("GET", f"{ADDRESS}{path}").status_code for path in closed] == [404] * len(closed)
    assert Client().get(f"/t/{token}").status_code == 200
    with merchant_scope(other_world.merchant.id):
        theirs = ask_for_path(
            merchant=other_world.merchant, store=other_world.store, address="https://other.example/parcels"
        )
    own_places.forget()
    assert Client().get(f"/via/{key_of(theirs)}/t/{token}").status_code == 200
    assert site("GET", f"{ADDRESS}/t/{token}").status_code == 404
    unknown = [Client().get(path).status_code for path in (f"/via/{'A' * 22}/t/x", "/via/x/t/x", "/via/", "/via")]
    assert unknown == [404] * 4


def test_no_header_of_a_browser_makes_a_path(world, order):
    url = address(world, PageKind.TRACKING, order.id)
    claims = {"x-forwarded-prefix": "/evil", "x-script-name": "/evil", "x-forwarded-host": "evil.example"}

    answer = Client().get(f"/t/{url.rpartition('/')[2]}", headers=claims)
    assert answer.status_code == 200
    assert b"evil" not in answer.content


@pytest.mark.parametrize(
    ("behind_proxy", "forwarded", "remote", "expected"),
    [
        (False, "198.51.100.7", "192.0.2.1", "198.51.100.7"),
        (False, "10.0.0.1, 198.51.100.7", "192.0.2.1", "198.51.100.7"),
        (False, "", "192.0.2.1", "192.0.2.1"),
        (False, "<script>", "192.0.2.1", "192.0.2.1"),
        (True, "198.51.100.7, 192.0.2.1", "127.0.0.1", "198.51.100.7"),
        (True, "192.0.2.1", "127.0.0.1", "192.0.2.1"),
    ],
)
def test_shoppers_are_counted_by_their_own_address(
    world,
    site,
    settings,
    monkeypatch,
    behind_proxy,
    forwarded,
    remote,
    expected,
):
    prove(world, site)
    settings.BEHIND_PROXY = behind_proxy
    counted = []
    monkeypatch.setattr("tracking.services.attempts.count_try", lambda *, merchant_id, address: counted.append(address))
    track = f"/{world.merchant.slug}/track"
    for path in (f"/via/{site.key}{track}", track):
        Client(REMOTE_ADDR=remote).post(
            path, {"number": "1", "second": "x"}, headers={"x-forwarded-for": forwarded} if forwarded else {}
        )

    by_the_path, directly = counted
    assert by_the_path == expected
    assert directly == (forwarded.rpartition(", ")[2] if behind_proxy else remote)


def test_given_up_links_are_as_before_and_the_key_opens_nothing(world, site, order, django_capture_on_commit_callbacks):
    prove(world, site)
    with django_capture_on_commit_callbacks(execute=True), merchant_scope(world.merchant.id):
        assert give_up_path(store=world.store)
        assert not give_up_path(store=world.store)

    assert address(world, PageKind.TRACKING, order.id).startswith("http://")
    assert Client().get(f"/via/{site.key}/proof").status_code == 404


def test_another_address_keeps_the_key_and_begins_anew(world, site):
    prove(world, site)
    same = ask(world)
    other = ask(world, "https://shop.example/post")

    assert (same.verified_at, other.verified_at) == (NOW, None)
    assert key_of(other) == site.key


def test_a_site_that_hands_on_its_own_name_is_served_all_the_same(world, site, order):
    assert prove(world, site)
    url = address(world, PageKind.TRACKING, order.id)

    named, ours = site("GET", url, host="shop.example"), site("GET", url)

    assert (named.status_code, named.content) == (200, ours.content)
