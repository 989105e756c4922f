"""What an operator does by hand with merchants, people and keys."""

import datetime as dt
import io
import re

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django import Settings

from postpurchase.accounts.models import ApiKey, Membership, Merchant, Role, Scope, Store, User
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.accounts.selectors import merchant_by_slug
from postpurchase.accounts.services.api_keys import create_api_key, recognise_api_key
from postpurchase.lib import clock
from tests.conftest import World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch, now: dt.datetime) -> None:
    monkeypatch.setattr(clock, "now", lambda: now)


def run(name: str, *arguments: str, **options: object) -> str:
    out = io.StringIO()
    call_command(name, *arguments, stdout=out, stderr=io.StringIO(), **options)
    return out.getvalue().removesuffix("\n")


def memberships(merchant: Merchant) -> dict[str, str]:
    with merchant_scope(merchant.id):
        return dict(Membership.objects.values_list("user__email", "role"))


def test_create_merchant_makes_it_with_its_default_store(now: dt.datetime) -> None:
    said = run(
        "create_merchant", "apfelhof", "Apfelhof Müller", "--sender-email=hallo@apfelhof.example", "--country=at"
    )

    assert said == "Created merchant “apfelhof”. Next: add_member apfelhof EMAIL --role owner"
    merchant = merchant_by_slug(slug="apfelhof")
    assert merchant is not None
    assert (merchant.name, merchant.country, merchant.time_zone, merchant.created_at) == (
        "Apfelhof Müller",
        "AT",
        "Europe/Berlin",
        now,
    )
    with merchant_scope(merchant.id):
        assert [store.sender_email for store in Store.objects.all()] == ["hallo@apfelhof.example"]


@pytest.mark.parametrize(
    ("slug", "options", "reason"),
    [
        ("lindenhof", [], "“lindenhof” is taken."),
        ("api", [], "“api” is one of our own addresses; choose another."),
        ("Apfelhof!", [], "Enter a valid"),
        ("apfelhof", ["--time-zone=Mars/Olympus"], "“Mars/Olympus” is not a time zone."),
        ("apfelhof", ["--sender-email=nobody"], "Enter a valid email address."),
    ],
)
def test_create_merchant_says_what_is_wrong(merchant: Merchant, slug: str, options: list[str], reason: str) -> None:
    with pytest.raises(CommandError) as caught:
        run("create_merchant", slug, "Apfelhof", "--sender-email=hallo@apfelhof.example", *options)

    assert str(caught.value).startswith(reason)
    assert run("list_merchants") == "lindenhof\tLindenhof\t2026-07-15"


def test_list_merchants_shows_all_and_whose_sending_is_paused(merchant: Merchant, other_merchant: Merchant) -> None:
    run("pause_sending", "stranger")

    assert run("list_merchants") == ("lindenhof\tLindenhof\t2026-07-15\nstranger\tStranger\t2026-07-15\tsending paused")


def test_add_member_invites_a_new_person_who_then_sets_a_password(
    merchant: Merchant, other_merchant: Merchant, client: Client, settings: Settings
) -> None:
    said = run("add_member", "lindenhof", "Eva@Example.com", "--role=owner").splitlines()

    assert said[0] == "eva@example.com is now owner of “lindenhof”."
    assert memberships(merchant) == {"eva@example.com": "owner"}
    assert memberships(other_merchant) == {}
    user = User.objects.get()
    assert not user.has_usable_password()
    link = re.fullmatch(
        rf"To set the password \(once, within three days\): {settings.BASE_URL}(/accounts/\S+/)", said[1]
    )
    assert link is not None

    page = client.get(link[1])
    assert page.status_code == 302
    client.post(page["Location"], {"password1": "schöne-grüße-1832", "password2": "schöne-grüße-1832"})

    user.refresh_from_db()
    assert user.check_password("schöne-grüße-1832")
    assert Client().get(link[1]).status_code != 302  # it works once


def test_add_member_changes_a_role_and_says_no_link_unless_asked(merchant: Merchant) -> None:
    run("add_member", "lindenhof", "eva@example.com", "--role=owner")

    assert run("add_member", "lindenhof", "eva@example.com", "--role=support") == (
        "eva@example.com is now support of “lindenhof”."
    )
    assert memberships(merchant) == {"eva@example.com": "support"}
    assert "/accounts/" in run("add_member", "lindenhof", "eva@example.com", "--role=support", "--new-link")


@pytest.mark.parametrize(
    "arguments", [["eva@example.com", "--role=king"], ["eva@example.com"], ["nobody", "--role=owner"]]
)
def test_add_member_refuses_unknown_roles_and_addresses(merchant: Merchant, arguments: list[str]) -> None:
    with pytest.raises(CommandError):
        run("add_member", "lindenhof", *arguments)

    assert User.objects.count() == 0


def test_remove_member_ends_one_role_only(merchant: Merchant, other_merchant: Merchant) -> None:
    for slug in ("lindenhof", "stranger"):
        run("add_member", slug, "eva@example.com", "--role=owner")

    assert run("remove_member", "lindenhof", "eva@example.com") == (
        "eva@example.com has no role at “lindenhof” any more."
    )
    assert (memberships(merchant), memberships(other_merchant)) == ({}, {"eva@example.com": Role.OWNER})
    with pytest.raises(CommandError, match=r"eva@example\.com has no role at “lindenhof”\."):
        run("remove_member", "lindenhof", "eva@example.com")


def test_create_api_key_shows_a_key_that_works_and_nothing_else(merchant: Merchant, now: dt.datetime) -> None:
    out, err = io.StringIO(), io.StringIO()

    call_command(
        "create_api_key", "lindenhof", "plug-in", "--scope=orders:write", "--scope=orders:read", "--days=30",
        stdout=out, stderr=err,
    )  # fmt: skip

    secret = out.getvalue().strip()
    key = recognise_api_key(secret=secret, now=now)
    assert key is not None
    assert (key.merchant_id, key.name, key.scopes, key.requests_per_minute, key.expires_at) == (
        merchant.id,
        "plug-in",
        ["orders:write", "orders:read"],
        600,
        now + dt.timedelta(days=30),
    )
    assert err.getvalue() == f"Key {key.prefix} of “lindenhof”. It is shown this once; keep it now.\n"


def test_create_api_key_may_be_without_limits(merchant: Merchant, now: dt.datetime) -> None:
    key = recognise_api_key(secret=run("create_api_key", "lindenhof", "everything", "--requests-per-minute=0"), now=now)

    assert key is not None
    assert (sorted(key.scopes), key.requests_per_minute, key.expires_at) == (sorted(Scope.values), None, None)


def test_list_api_keys_shows_states_but_no_secret(world: World, now: dt.datetime) -> None:
    with merchant_scope(world.merchant.id):
        made = {
            name: create_api_key(
                merchant=world.merchant, name=name, scopes=[Scope.ORDERS_READ], now=now + dt.timedelta(minutes=n)
            )[0]
            for n, name in enumerate(["used", "revoked", "ended", "ending"], start=1)
        }
        keys = ApiKey.objects
        keys.filter(name="used").update(last_used_at=now)
        keys.filter(name="revoked").update(revoked_at=now)
        keys.filter(name="ended").update(expires_at=now)
        keys.filter(name="ending").update(expires_at=now + dt.timedelta(days=2))

    assert run("list_api_keys", "lindenhof") == "\n".join(
        [
            f"{world.api_key.prefix}\ttests\tlive\tnever used\t{','.join(Scope.values)}",
            f"{made['used'].prefix}\tused\tlive\tused 2026-07-15 10:30\torders:read",
            f"{made['revoked'].prefix}\trevoked\trevoked 2026-07-15\tnever used\torders:read",
            f"{made['ended'].prefix}\tended\tended 2026-07-15\tnever used\torders:read",
            f"{made['ending'].prefix}\tending\tuntil 2026-07-17\tnever used\torders:read",
        ]
    )


def test_revoke_api_key_ends_it_and_no_other(world: World, other_world: World, now: dt.datetime) -> None:
    with pytest.raises(CommandError, match=f"“stranger” has no live key {world.api_key.prefix}."):
        run("revoke_api_key", "stranger", world.api_key.prefix)
    assert recognise_api_key(secret=world.secret, now=now) is not None

    assert run("revoke_api_key", "lindenhof", world.api_key.prefix) == f"Key {world.api_key.prefix} is revoked."

    assert recognise_api_key(secret=world.secret, now=now) is None
    assert recognise_api_key(secret=other_world.secret, now=now) is not None
    with pytest.raises(CommandError):
        run("revoke_api_key", "lindenhof", world.api_key.prefix)


def test_pause_sending_holds_one_merchant_back_until_it_resumes(merchant: Merchant, other_merchant: Merchant) -> None:
    def paused() -> list[bool]:
        found = [merchant_by_slug(slug=slug) for slug in ("lindenhof", "stranger")]
        return [merchant.sending_paused for merchant in found if merchant is not None]

    assert run("pause_sending", "lindenhof") == "Sending of “lindenhof” is now paused."
    assert run("pause_sending", "lindenhof") == "Sending of “lindenhof” was already paused."
    assert paused() == [True, False]

    assert run("pause_sending", "lindenhof", "--resume") == "Sending of “lindenhof” is now on."
    assert paused() == [False, False]


@pytest.mark.parametrize(
    ("command", "arguments"),
    [
        ("add_member", ["eva@example.com", "--role=owner"]),
        ("remove_member", ["eva@example.com"]),
        ("create_api_key", ["plug-in"]),
        ("list_api_keys", []),
        ("revoke_api_key", ["pp_01234567"]),
        ("pause_sending", []),
    ],
)
def test_an_unknown_merchant_is_named(command: str, arguments: list[str]) -> None:
    with pytest.raises(CommandError, match=r"^There is no merchant “nowhere”\. See list_merchants\.$"):
        run(command, "nowhere", *arguments)
