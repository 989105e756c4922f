"""The page for a page of the shop: named sites read it, others get nothing, nobody sees more than on the page."""

import re
from urllib.parse import urlencode

import pytest
from django.core.cache import cache, caches
from django.test import Client

from orders.models import Customer
from postpurchase.accounts import own_places, page_links
from postpurchase.accounts.models import PageKind, Store
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.accounts.services.store_paths import ask_for_path, key_of
from postpurchase.events.models import Event
from tests.conftest import NOW
from tests.tracking.build import make_order, make_shipment
from tests.tracking.views.test_code import verify
from tracking.services.attempts import MISSES_PER_NUMBER, TRIES_PER_ADDRESS

SITE = "https://www.shop.example"
FORM = "/lindenhof/embedded"
FOUND = {"number": "1001", "second": "anna.muster@example.com"}
PERSONAL = ("Muster", "anna.muster@example.com", "Lindenweg", "4915112345678")


@pytest.fixture(autouse=True)
def still_and_empty(time_machine):
    time_machine.move_to(NOW, tick=False)
    cache.clear()
    caches["pages"].clear()


@pytest.fixture
def page(world):
    """The address of an order's page for pages of the shop, which the merchant has named."""
    with merchant_scope(world.merchant.id):
        Store.objects.update(embedded_by=[SITE, "*"])
        customer = Customer.objects.create(
            merchant=world.merchant,
            email="anna.muster@example.com",
            phone="+4915112345678",
            last_name="Muster",
            created_at=NOW,
            updated_at=NOW,
        )
        order = make_order(world, number="#1001", customer=customer)
        make_shipment(world, order)
        token = page_links.page_token(
            merchant_id=world.merchant.id, kind=PageKind.TRACKING, subject_id=order.id, now=NOW
        )
    return f"{FORM}/t/{token}"


def ask(path, *, origin=SITE, method="get", data=None, client=None, **headers):
    sent = headers | ({"Origin": origin} if origin else {})
    return getattr(client or Client(), method)(path, data, headers=sent)


def cors(response) -> dict[str, str]:
    return {name: value for name, value in response.headers.items() if name.startswith("Access-Control")}


def test_a_named_site_reads_the_page_without_a_cookie(world, page) -> None:
    response = ask(page)

    body = response.content.decode()
    assert (response.status_code, cors(response)) == (200, {"Access-Control-Allow-Origin": SITE})
    assert "Origin" in response["Vary"]
    assert response["Cache-Control"] == "private, no-cache"
    assert response.cookies == {}
    assert '<section class="embedded" lang="de" dir="ltr" aria-label="Bestellung #1001">' in body
    assert not [word for word in PERSONAL if word in body]
    assert "<script" not in body
    assert " style=" not in body.replace("<template data-style=", "")
    with merchant_scope(world.merchant.id):
        assert Event.objects.filter(type="page.viewed").count() == 1
    again = ask(page, **{"If-None-Match": response["ETag"]})
    assert (again.status_code, cors(again)) == (304, {"Access-Control-Allow-Origin": SITE})


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "https://shop.example", "http://www.shop.example", "null", "*"]
)
@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_any_other_site_gets_nothing(page, origin, method) -> None:
    for path in (page, FORM):
        response = ask(path, origin=origin, method=method)

        assert (response.status_code, response.content, cors(response)) == (403, b"", {})
        assert "Origin" in response["Vary"]


def test_a_site_that_is_not_named_finds_nothing_and_no_try_is_counted(page) -> None:
    for _ in range(TRIES_PER_ADDRESS + 1):
        assert ask(FORM, origin="https://evil.example", method="post", data=FOUND).status_code == 403
    assert ask(FORM, method="post", data=FOUND).status_code == 200


def test_preflights_of_named_sites_are_answered_without_credentials(page) -> None:
    response = ask(page, method="options", **{"Access-Control-Request-Method": "POST"})

    assert (response.status_code, response.content) == (204, b"")
    assert cors(response) == {
        "Access-Control-Allow-Origin": SITE,
        "Access-Control-Allow-Methods": "GET, HEAD, POST, OPTIONS",
        "Access-Control-Max-Age": "600",
    }


def test_our_own_pages_and_programs_read_what_the_link_opens_anyway(page, settings) -> None:
    for origin in ("", settings.BASE_URL):
        response = ask(page, origin=origin)

        assert (response.status_code, cors(response)) == (200, {})


def test_the_look_up_finds_the_order_in_place(page) -> None:
    form = ask(f"{FORM}?lang=en")
    assert form.status_code == 200
    assert 'action="/lindenhof/track" data-stay="/lindenhof/embedded?lang=en"' in form.content.decode()

    response = ask(f"{FORM}?lang=en", method="post", data=FOUND)

    assert (response.status_code, cors(response)) == (200, {"Access-Control-Allow-Origin": SITE})
    assert 'aria-label="Order ' in response.content.decode()
    assert 'data-stay="/lindenhof/embedded?lang=en"' in response.content.decode()
    assert not [word for word in PERSONAL if word in response.content.decode()]


def test_wrong_and_unknown_are_answered_alike_and_many_tries_are_slowed_down(page) -> None:
    wrong = ask(FORM, method="post", data=FOUND | {"second": "bert@example.com"})
    unknown = ask(FORM, method="post", data=FOUND | {"number": "7777"})

    assert (wrong.status_code, cors(wrong)) == (404, {"Access-Control-Allow-Origin": SITE})
    assert wrong.content.replace(b"1001", b"7777") == unknown.content
    for _ in range(TRIES_PER_ADDRESS - 2):
        ask(FORM, method="post", data={"number": "7", "second": "x"})
    slowed = ask(FORM, method="post", data=FOUND)
    assert (slowed.status_code, cors(slowed)) == (429, {"Access-Control-Allow-Origin": SITE})
    assert int(slowed["Retry-After"]) > 0


def test_after_many_misses_the_code_is_given_on_the_page_itself(page) -> None:
    for number in range(MISSES_PER_NUMBER):
        Client(REMOTE_ADDR=f"192.0.2.{number}").post("/lindenhof/track", FOUND | {"second": "x"})

    body = ask(FORM, method="post", data=FOUND).content.decode()

    assert re.search(r'<a class="btn" href="/lindenhof/track/code/[0-9a-f-]{36}">', body)
    assert "<form" not in body


def test_a_verified_browser_sees_no_more_here_than_anybody(world, page) -> None:
    token = page.rpartition("/")[2]
    browser = verify(world, f"/t/{token}")
    assert "anna.muster@example.com" in browser.get(f"/t/{token}").content.decode()

    body = ask(page, client=browser).content.decode()

    assert not [word for word in PERSONAL if word in body]


def test_an_old_link_leads_to_its_code(page, time_machine) -> None:
    time_machine.shift(91 * 86_400)

    body = ask(page).content.decode()

    assert f'href="/t/{page.rpartition("/")[2]}/code"' in body
    assert "<form" not in body


def test_a_strangers_link_and_a_made_up_one_open_the_form(world, other_world, page) -> None:
    with merchant_scope(other_world.merchant.id):
        theirs = page_links.page_token(
            merchant_id=other_world.merchant.id,
            kind=PageKind.TRACKING,
            subject_id=make_order(other_world).id,
            now=NOW,
        )
    foreign, made_up = ask(f"{FORM}/t/{theirs}"), ask(f"{FORM}/t/{'a' * 22}")

    assert foreign.status_code == made_up.status_code == 404
    assert foreign.content == made_up.content
    assert 'data-stay="/lindenhof/embedded?"' in made_up.content.decode()
    assert ask(f"/{other_world.merchant.slug}/embedded/t/{theirs}").status_code == 403
    assert ask("/nobody/embedded").status_code == 404


def test_a_storefront_keeps_to_its_own_sites_and_look(world, page) -> None:
    with merchant_scope(world.merchant.id):
        first = Store.objects.get()
        first.pk, first.slug, first.embedded_by, first.accent_colour = None, "ch", ["https://shop.example"], "#aa2200"
        first.save()

    assert ask(f"{page}?store=ch").status_code == 403
    body = ask(f"{page}?store=ch", origin="https://shop.example").content.decode()
    assert "--accent:#aa2200" in body
    assert "/embedded?store=ch&amp;" in body


def test_everything_that_answers_the_shop_leads_to_the_page_itself(page) -> None:
    body = ask(page).content.decode()

    actions = re.findall(r'<form[^>]* action="([^"]*)"', body)
    assert actions
    assert all(address.startswith(f"/t/{page.rpartition('/')[2]}/") for address in actions)
    assert "data-stay" not in "".join(re.findall(r"<form[^>]*>", body))


def test_pictures_are_within_the_page_each_once(page) -> None:
    body = ask(page).content.decode()

    used = set(re.findall(r'<use\b[^>]*\bhref="([^"]*)"', body))
    drawn = re.findall(r'<symbol id="([^"]*)"', body)
    assert used == {f"#{name}" for name in drawn}
    assert len(drawn) == len(set(drawn)) > 5


def test_below_a_path_of_the_shops_site_its_other_pages_read_it_unnamed(world, page, site) -> None:
    with merchant_scope(world.merchant.id):
        site.key = key_of(
            ask_for_path(merchant=world.merchant, store=world.store, address="https://shop.example/parcels")
        )
    own_places.forget()

    found = site.client.post(
        f"/via/{site.key}/lindenhof/embedded",
        urlencode(FOUND),
        content_type="application/x-www-form-urlencoded",
        headers={"origin": "https://shop.example"},
    )
    foreign = site("GET", f"https://shop.example/parcels{page}", origin="https://evil.example")

    assert (found.status_code, cors(found)) == (200, {})
    assert 'data-stay="/parcels/lindenhof/embedded?"' in found.content.decode()
    assert (foreign.status_code, foreign.content) == (403, b"")
