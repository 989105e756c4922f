"""Own host names and paths are checked again each day; what fails is told and given up only after three days."""

import datetime as dt

import pytest
from django.core import mail
from django.core.cache import caches
from django.test import Client

from postpurchase.accounts import own_places
from postpurchase.accounts.models import Membership, PageKind, Role, StoreHost, StorePath, User
from postpurchase.accounts.page_links import page_url
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.accounts.services.place_checks import after_check
from postpurchase.accounts.services.place_rounds import check_places, tell_owners
from postpurchase.accounts.services.store_hosts import ask_for_host, check_host
from postpurchase.accounts.services.store_paths import ask_for_path, check_path, key_of
from tests.conftest import NOW
from tests.lib.dns_server import dns_server
from tests.tracking.build import make_order

HOST = "track.lindenhof.example"
RECORD = f"_postpurchase.{HOST}"
DAY = dt.timedelta(days=1)


@pytest.fixture
def dns(monkeypatch):
    with dns_server(monkeypatch) as server:
        yield server


@pytest.fixture(autouse=True)
def no_pages():
    caches["pages"].clear()
    own_places.forget()


@pytest.fixture
def owner(world):
    user = User.objects.create_user(email="chef@lindenhof.example", password="x", language="de")
    with merchant_scope(world.merchant.id):
        Membership.objects.create(merchant=world.merchant, user=user, role=Role.OWNER, created_at=NOW)
    return user


@pytest.fixture
def proved(world, dns):
    with merchant_scope(world.merchant.id):
        wanted = ask_for_host(merchant=world.merchant, store=world.store, host=HOST)
    dns.texts[RECORD] = [wanted.proof]
    assert check_host(merchant_id=world.merchant.id, store_id=world.store.id, now=NOW)
    return wanted


def place(world, model=StoreHost):
    with merchant_scope(world.merchant.id):
        return model.objects.get()


def link(world):
    with merchant_scope(world.merchant.id):
        order = make_order(world, external_id=f"o{len(mail.outbox)}-{id(object())}")
        return page_url(merchant_id=world.merchant.id, kind=PageKind.TRACKING, subject_id=order.id, now=NOW)


def one_round(now):
    return check_places(now=now), tell_owners(now=now)


def test_what_still_holds_is_asked_once_a_day_and_nothing_is_said(world, dns, proved, owner):
    hours = [one_round(NOW + dt.timedelta(hours=hour)) for hour in (1, 23, 24, 25, 47, 48)]

    assert hours == [(0, 0), (0, 0), (1, 0), (0, 0), (0, 0), (1, 0)]
    stored = place(world)
    assert (stored.verified_at, stored.checked_at, stored.failing_since) == (NOW, NOW + 2 * DAY, None)
    assert mail.outbox == []


def test_a_name_whose_proof_is_gone_is_given_up_after_days_and_told_twice(world, dns, proved, owner, time_machine):
    sent = link(world)
    del dns.texts[RECORD]
    seen = []
    for day in (1, 2, 3, 4, 5):
        one_round(NOW + day * DAY)
        stored = place(world)
        seen.append((stored.verified_at is not None, stored.lapsed_at is not None, len(mail.outbox)))

    assert seen == [(True, False, 0), (True, False, 1), (True, False, 1), (False, True, 2), (False, True, 2)]
    assert place(world).problem == "no_record"
    warned, lapsed = mail.outbox
    assert [message.to for message in mail.outbox] == [["chef@lindenhof.example"]] * 2
    assert (warned.subject, lapsed.subject) == (
        f"Mit {HOST} stimmt etwas nicht",
        f"Links führen nicht mehr zu {HOST}",
    )
    assert "/dashboard/brand/stores/default/host/" in lapsed.body
    # Links that were sent go on to work; new ones have the installation's name.
    time_machine.move_to(NOW + 5 * DAY, tick=False)
    own_places.forget()
    assert Client().get(sent.removeprefix(f"https://{HOST}"), headers={"host": HOST}).status_code == 200
    assert link(world).startswith("http://")


def test_what_comes_back_in_time_was_never_away(world, dns, proved, owner):
    texts = dns.texts.pop(RECORD)
    one_round(NOW + DAY)
    dns.texts[RECORD] = texts
    one_round(NOW + 2 * DAY)
    one_round(NOW + 6 * DAY)

    stored = place(world)
    assert (stored.verified_at, stored.failing_since, stored.problem) == (NOW, None, "")
    assert mail.outbox == []


def test_what_lapsed_is_proved_again_by_itself(world, dns, proved, owner):
    texts = dns.texts.pop(RECORD)
    for day in range(1, 6):
        one_round(NOW + day * DAY)
    dns.texts[RECORD] = texts
    one_round(NOW + 6 * DAY)

    stored = place(world)
    assert (stored.verified_at, stored.lapsed_at, stored.owners_told_at) == (NOW + 6 * DAY, None, None)
    assert link(world).startswith(f"https://{HOST}/")


def test_a_lapsed_name_gives_way_to_whoever_proves_it(world, other_world, dns, proved):
    del dns.texts[RECORD]
    for day in range(1, 6):
        check_places(now=NOW + day * DAY)
    with merchant_scope(other_world.merchant.id):
        theirs = ask_for_host(merchant=other_world.merchant, store=other_world.store, host=HOST)
    dns.texts[RECORD] = [theirs.proof]

    assert check_host(merchant_id=other_world.merchant.id, store_id=other_world.store.id, now=NOW + 6 * DAY)
    assert own_places.known_places().by_host[HOST].merchant_id == other_world.merchant.id
    one_round(NOW + 8 * DAY)
    assert own_places.known_places().by_host[HOST].merchant_id == other_world.merchant.id


def test_what_was_never_proved_is_not_asked(world, dns, owner):
    with merchant_scope(world.merchant.id):
        ask_for_host(merchant=world.merchant, store=world.store, host=HOST)
    check_host(merchant_id=world.merchant.id, store_id=world.store.id, now=NOW)

    assert one_round(NOW + 9 * DAY) == (0, 0)
    assert dns.asked == [RECORD]


def test_a_path_is_asked_and_given_up_the_same_way(world, site, owner):
    with merchant_scope(world.merchant.id):
        wanted = ask_for_path(merchant=world.merchant, store=world.store, address="https://shop.example/parcels")
    site.key = key_of(wanted)
    own_places.forget()
    assert check_path(merchant_id=world.merchant.id, store_id=world.store.id, now=NOW)
    assert link(world).startswith("https://shop.example/parcels/t/")

    site.is_away = True
    rounds = [one_round(NOW + day * DAY) for day in (1, 2, 3, 4)]

    assert rounds == [(1, 0), (1, 1), (1, 0), (1, 1)]
    assert place(world, StorePath).problem == "no_answer"
    assert link(world).startswith("http://")
    assert "/dashboard/brand/stores/default/path/" in mail.outbox[-1].body


def test_a_mail_server_that_refuses_is_asked_again(world, dns, proved, owner, monkeypatch):
    def refuses(*_arguments):
        raise OSError("refused")

    dns.texts.clear()
    check_places(now=NOW + DAY)
    check_places(now=NOW + 2 * DAY)
    with monkeypatch.context() as broken:
        broken.setattr("postpurchase.accounts.services.owner_mails.send_mail", refuses)
        assert tell_owners(now=NOW + 2 * DAY) == 0
    assert tell_owners(now=NOW + 2 * DAY) == 1
    assert len(mail.outbox) == 1


@pytest.mark.parametrize(("days", "lapses"), [(0, False), (2.99, False), (3, True), (30, True)])
def test_three_days_are_three_days(days, lapses):
    host = StoreHost(verified_at=NOW - 30 * DAY, failing_since=NOW - days * DAY)

    changes = after_check(host, problem="no_record", now=NOW)

    assert ("lapsed_at" in changes) is lapses
    assert changes["failing_since"] == NOW - days * DAY
