"""A storefront's own host name: only the DNS makes it theirs, and only its merchant's pages answer there."""

import pytest
from django.core.cache import caches
from django.core.exceptions import ValidationError
from django.test import Client

from postpurchase.accounts import own_places
from postpurchase.accounts.models import PageKind, Store, StoreHost
from postpurchase.accounts.page_links import page_url
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.accounts.services.merchants import create_merchant
from postpurchase.accounts.services.store_hosts import ask_for_host, check_host, give_up_host, host_of
from postpurchase.accounts.services.stores import open_store
from tests.conftest import NOW
from tests.lib.dns_server import dns_server
from tests.orders.bodies import order_body
from tests.tracking.build import make_order

HOST = "track.lindenhof.example"


@pytest.fixture
def dns(monkeypatch):
    with dns_server(monkeypatch) as server:
        yield server


@pytest.fixture(autouse=True)
def moment(time_machine):
    time_machine.move_to(NOW, tick=False)
    caches["pages"].clear()


def ask(world, host=HOST, store=None):
    with merchant_scope(world.merchant.id):
        wanted = ask_for_host(merchant=world.merchant, store=store or world.store, host=host)
    own_places.forget()
    return wanted


def prove(world, dns, host=HOST, store=None):
    wanted = ask(world, host, store)
    dns.texts.setdefault(f"_postpurchase.{wanted.host}", []).append(wanted.proof)
    return check_host(merchant_id=world.merchant.id, store_id=wanted.store_id, now=NOW)


def address(world, kind, subject_id, store=None):
    with merchant_scope(world.merchant.id):
        return page_url(
            merchant_id=world.merchant.id, kind=kind, subject_id=subject_id, now=NOW, store_id=store and store.id
        )


def ordered(world, **fields):
    with merchant_scope(world.merchant.id):
        return make_order(world, **fields)


def status(path, host=HOST):
    return Client().get(path, headers={"host": host}).status_code


@pytest.mark.parametrize(
    ("written", "host"),
    [
        (" Track.Shop.Example. ", "track.shop.example"),
        ("pakete.müller.example", "pakete.xn--mller-kva.example"),
        ("https://track.shop.example", ""),
        ("track.shop.example/x", ""),
        ("track.shop.example:443", ""),
        ("*.shop.example", ""),
        ("shop", ""),
        ("203.0.113.7", ""),
        ("[::1]", ""),
        ("a_b.shop.example", ""),
        ("-a.shop.example", ""),
        ("a..example", ""),
        (f"{'a' * 64}.example", ""),
        (".".join(["a" * 60] * 5), ""),
        ("track.shop.example\nx", ""),
        ("", ""),
    ],
)
def test_what_is_a_host_name(written, host):
    assert host_of(written) == host


def test_asking_alone_gives_nothing(world, dns):
    wanted = ask(world)

    assert (wanted.host, wanted.verified_at) == (HOST, None)
    assert check_host(merchant_id=world.merchant.id, store_id=world.store.id, now=NOW) is False
    assert dns.asked == [f"_postpurchase.{HOST}"]
    assert status(f"/{world.merchant.slug}/track") == 400
    with merchant_scope(world.merchant.id):
        assert StoreHost.objects.get().problem == "no_record"


def test_another_text_or_a_silent_dns_prove_nothing_and_say_why(world, dns):
    ask(world)
    dns.texts[f"_postpurchase.{HOST}"] = ["v=spf1 -all"]
    problems = []
    for broken in (False, True):
        dns.broken = broken
        assert check_host(merchant_id=world.merchant.id, store_id=world.store.id, now=NOW) is False
        with merchant_scope(world.merchant.id):
            problems.append(StoreHost.objects.values_list("problem", "verified_at").get())

    assert problems == [("other_record", None), ("no_answer", None)]


@pytest.mark.parametrize("host", ["localhost.", "testserver", "127.0.0.1", "no", "api.shop.example"])
def test_the_installations_own_names_cannot_be_taken(world, settings, host):
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "api.shop.example"]

    with pytest.raises(ValidationError):
        ask(world, host)


def test_the_proved_name_answers_for_shoppers_only(world, dns):
    order = ordered(world)
    assert prove(world, dns) is True
    page = address(world, PageKind.TRACKING, order.id)
    assert page.startswith(f"https://{HOST}/t/")
    path = page.removeprefix(f"https://{HOST}")

    assert (status(path), status(f"/{world.merchant.slug}/track"), status(f"/{world.merchant.slug}/brand.css")) == (
        200,
        200,
        200,
    )
    closed = ["/", "/dashboard/", "/accounts/login/", "/api/v1/orders", "/docs/", "/healthz", "/metrics", "/t"]
    closed += [f"/hooks/{world.merchant.slug}/shopify/", "//t/x", "/t/../dashboard/", "/T/x"]
    answers = [Client().get(path, headers={"host": HOST}) for path in closed]
    assert [answer.status_code for answer in answers] == [404] * len(closed)
    assert [answer.content for answer in answers[:8]] == [b"404 Not Found\n"] * 8
    assert status(path, host="testserver") == 200


@pytest.mark.parametrize("host", ["TRACK.Lindenhof.example", f"{HOST}.", f"{HOST}:443", f"{HOST}:8443"])
def test_ways_to_write_the_name_mean_the_same(world, dns, host):
    order = ordered(world)
    prove(world, dns)
    path = "/t/" + address(world, PageKind.TRACKING, order.id).rpartition("/")[2]

    assert [status(path, host), status(path, host), status("/dashboard/", host)] == [200, 200, 404]


@pytest.mark.parametrize(
    "host",
    [f"x.{HOST}", "lindenhof.example", f"{HOST}.evil.example", f"{HOST}@evil.example", f"{HOST}:x", "evil.example"],
)
def test_a_wrong_name_is_refused_whatever_is_asked(world, dns, host):
    order = ordered(world)
    prove(world, dns)
    path = "/t/" + address(world, PageKind.TRACKING, order.id).rpartition("/")[2]

    assert [status(path, host), status("/dashboard/", host), status("/api/v1/orders", host)] == [400, 400, 400]


def test_what_belongs_to_another_merchant_is_not_there(world, other_world, dns):
    theirs, ours = ordered(other_world), ordered(world)
    prove(world, dns)
    their_page = address(other_world, PageKind.TRACKING, theirs.id)
    assert HOST not in their_page
    path = "/t/" + their_page.rpartition("/")[2]
    assert status(path, host="testserver") == 200

    assert [status(path), status(path), status(f"{path}/code"), status(f"/{other_world.merchant.slug}/track")] == [
        404,
        404,
        404,
        404,
    ]
    for kind, first in ((PageKind.SURVEY, "s"), (PageKind.POINTS, "p"), (PageKind.PREFERENCES, "u")):
        token = address(other_world, kind, theirs.id).rpartition("/")[2]
        assert status(f"/{first}/{token}") == 404
    assert status("/t/" + address(world, PageKind.TRACKING, ours.id).rpartition("/")[2]) == 200


def test_kept_pages_stay_apart_by_name_and_go_with_it(world, dns):
    order = ordered(world)
    prove(world, dns)
    path = "/t/" + address(world, PageKind.TRACKING, order.id).rpartition("/")[2]
    assert [status(path), status(path)] == [200, 200]

    with merchant_scope(world.merchant.id):
        assert give_up_host(store=world.store) is True
    own_places.forget()

    assert [status(path), status(path, host="testserver")] == [400, 200]
    assert address(world, PageKind.TRACKING, order.id).startswith("http://")


def test_a_name_that_another_storefront_proved_is_taken(world, other_world, dns):
    assert prove(world, dns) is True

    assert prove(other_world, dns) is False

    with merchant_scope(other_world.merchant.id):
        assert StoreHost.objects.values_list("problem", "verified_at").get() == ("taken", None)
    assert own_places.known_places().by_host[HOST].merchant_id == world.merchant.id
    assert status(f"/{other_world.merchant.slug}/track") == 404


def test_another_name_needs_a_proof_of_its_own_and_the_same_one_does_not(world, dns):
    prove(world, dns)
    with merchant_scope(world.merchant.id):
        first = StoreHost.objects.get()
    assert ask(world, HOST.upper()).verified_at == NOW

    second = ask(world, "other.lindenhof.example")

    assert second.verified_at is None
    assert second.proof != first.proof
    assert (status(f"/{world.merchant.slug}/track"), own_places.known_places().by_host) == (400, {})


def test_each_storefront_has_its_own_name_in_links(world, dns, api):
    with merchant_scope(world.merchant.id):
        austria = open_store(
            merchant=world.merchant,
            model=Store.objects.get(),
            slug="at",
            name="Wien",
            shop_url="",
            language="de-AT",
            tone="du",
        )
    order = ordered(world, store=austria)
    prove(world, dns)
    assert address(world, PageKind.SURVEY, order.id, austria).startswith("http://")

    prove(world, dns, "sendung.lindenhof.example", austria)

    assert address(world, PageKind.SURVEY, order.id, austria).startswith("https://sendung.lindenhof.example/s/")
    assert address(world, PageKind.PREFERENCES, order.id).startswith(f"https://{HOST}/u/")
    told = api.put("/api/v1/orders/2002", order_body(store="at")).json()["tracking_url"]
    assert told.startswith("https://sendung.lindenhof.example/t/")
    assert api.get("/api/v1/orders/2002").json()["tracking_url"] == told
    assert {one["tracking_url"].split("/t/")[0] for one in api.get("/api/v1/orders").json()["results"]} == {
        "https://sendung.lindenhof.example"
    }


def test_forms_work_at_the_own_name_and_cookies_stay_there(world, dns):
    prove(world, dns)

    answer = Client(enforce_csrf_checks=True).post(
        f"/{world.merchant.slug}/track",
        {"number": "1", "second": "x"},
        headers={"host": HOST, "origin": f"https://{HOST}"},
    )

    assert answer.status_code == 404
    assert b"<form" in answer.content
    assert all(not cookie["domain"] for cookie in answer.cookies.values())


def test_a_proxy_learns_for_which_names_to_get_certificates(world, dns):
    ask(world)
    before = Client().get("/healthz/host", {"domain": HOST}).status_code
    prove(world, dns)

    after = [Client().get("/healthz/host", {"domain": name}).status_code for name in (HOST, f"x.{HOST}", "")]

    assert (before, after) == (404, [200, 404, 404])


def test_a_made_up_name_asks_the_database_nothing(world, django_assert_num_queries):
    own_places.forget()
    status("/t/x", "evil.example")

    with django_assert_num_queries(0):
        assert [status("/t/x", f"{number}.evil.example") for number in range(3)] == [400] * 3


def test_a_merchant_without_a_name_is_not_led_to_anothers(world, dns, now):
    prove(world, dns)
    third = create_merchant(slug="third", name="Third", sender_email="a@third.example", now=now)

    assert own_places.pages_base(merchant_id=third.id, store_id=None).startswith("http://")
