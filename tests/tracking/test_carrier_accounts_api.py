"""Accounts at carriers by REST: set, changed, tried out, read; never a key in an answer."""

import pytest

from postpurchase.accounts.scoping import merchant_scope
from tracking.models import CarrierAccount
from tracking.polling.services.accounts import credentials_of

URL = "/api/v1/carrier-accounts/dhl"
KEY = "the-very-secret-key"


def test_an_account_is_set_changed_and_read(api, world) -> None:
    made = api.put(URL, {"credentials": {"api_key": KEY}, "quota_per_day": 1000})
    changed = api.put(URL, {"quota_per_day": None, "seconds_between": 1, "active": False})

    assert (made.status_code, changed.status_code) == (201, 200)
    body = changed.json()
    assert {name: body[name] for name in ("carrier", "active", "credentials", "quota_per_day", "seconds_between")} == {
        "carrier": "dhl",
        "active": False,
        "credentials": ["api_key"],
        "quota_per_day": 250,
        "seconds_between": 1,
    }
    assert (made.json()["left_today"], made.json()["asked_today"], body["trouble"]) == (1000, 0, "")
    read, listed = api.get(URL), api.get("/api/v1/carrier-accounts")
    assert read.json() == listed.json()["results"][0] == body
    assert KEY not in "".join(answer.content.decode() for answer in (made, changed, read, listed))
    with merchant_scope(world.merchant.id):
        assert credentials_of(CarrierAccount.objects.get()) == {"api_key": KEY}


def test_a_trial_is_wanted_at_once(api, world) -> None:
    assert api.post(f"{URL}/try").status_code == 404
    api.put(URL, {"credentials": {"api_key": KEY}})
    with merchant_scope(world.merchant.id):
        CarrierAccount.objects.update(probe_wanted_at=None)

    assert api.post(f"{URL}/try").status_code == 202

    with merchant_scope(world.merchant.id):
        assert CarrierAccount.objects.get().probe_wanted_at is not None


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({}, "/credentials/api_key", "required"),
        ({"credentials": {"api_key": "ü"}}, "/credentials/api_key", "format"),
        ({"credentials": {"api_key": "k", "password": "p"}}, "/credentials/password", "unknown_field"),
        ({"credentials": {"api_key": "k"}, "quota_per_day": -1}, "/quota_per_day", "too_small"),
        ({"credentials": {"api_key": "k"}, "quota": 1}, "/quota", "unknown_field"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_stored(api, world, body, pointer: str, code: str) -> None:
    answer = api.put(URL, body)

    assert answer.status_code == 422
    assert [(one["pointer"], one["code"]) for one in answer.json()["errors"]] == [(pointer, code)]
    with merchant_scope(world.merchant.id):
        assert CarrierAccount.objects.count() == 0


def test_a_carrier_that_cannot_be_asked_is_not_there(api) -> None:
    assert api.put("/api/v1/carrier-accounts/swiss_post", {"credentials": {}}).status_code == 404
    assert api.get("/api/v1/carrier-accounts/gls").status_code == 404
