"""Accounts at carriers: keys are sealed and checked, limits are the merchant's, and changes take effect at once."""

import pytest

from postpurchase.accounts.scoping import merchant_scope
from postpurchase.lib.validation import Refused
from tests.tracking.polling.services.conftest import fresh
from tracking.models import CarrierAccount
from tracking.polling.clients.registry import CLIENTS
from tracking.polling.services.accounts import connect_account, credentials_of, pause_of, quota_of

pytestmark = pytest.mark.usefixtures("in_scope")


def test_keys_are_sealed_and_tried_out(merchant, now) -> None:
    result = connect_account(
        merchant=merchant, client=CLIENTS["dhl"], credentials={"api_key": "  very-secret "}, now=now
    )

    account = fresh(result.account)
    assert (result.created, account.active, account.probe_wanted_at, account.next_request_at) == (True, True, now, now)
    assert credentials_of(account) == {"api_key": "very-secret"}
    assert b"very-secret" not in bytes(account.credentials_sealed)
    assert (quota_of(account), pause_of(account).total_seconds()) == (250, 5)


@pytest.mark.parametrize(
    ("client", "credentials", "problems"),
    [
        ("dhl", {}, [("/credentials/api_key", "required")]),
        ("dhl", None, [("/credentials/api_key", "required")]),
        ("ups", {"client_id": "i"}, [("/credentials/client_secret", "required")]),
        ("dhl", {"api_key": " "}, [("/credentials/api_key", "too_short")]),
        ("dhl", {"api_key": "a\r\nHost: evil"}, [("/credentials/api_key", "format")]),
        ("dhl", {"api_key": "schlüssel"}, [("/credentials/api_key", "format")]),
        ("dhl", {"api_key": "k" * 501}, [("/credentials/api_key", "format")]),
        ("dhl", {"api_key": "k", "password": "p"}, [("/credentials/password", "unknown_field")]),
    ],
)
def test_what_cannot_be_a_key_is_refused(merchant, now, client, credentials, problems) -> None:
    with pytest.raises(Refused) as refused:
        connect_account(merchant=merchant, client=CLIENTS[client], credentials=credentials, now=now)

    assert [(one.pointer, one.code) for one in refused.value.problems] == problems
    assert CarrierAccount.objects.count() == 0


def test_new_keys_forget_what_was_said_of_the_old_ones_and_the_same_keys_do_not(merchant, now) -> None:
    account = connect_account(
        merchant=merchant, client=CLIENTS["ups"], credentials={"client_id": "i", "client_secret": "s"}, now=now
    ).account
    told = {
        "token_sealed": b"t",
        "token_until": now,
        "failures": 4,
        "trouble": "refused",
        "trouble_detail": "no",
        "trouble_at": now,
        "probe_wanted_at": None,
    }
    CarrierAccount.objects.update(**told)

    connect_account(merchant=merchant, client=CLIENTS["ups"], credentials={"client_secret": "s"}, now=now)
    assert (fresh(account).trouble, fresh(account).failures) == ("refused", 4)

    result = connect_account(merchant=merchant, client=CLIENTS["ups"], credentials={"client_secret": "s-2"}, now=now)
    after = fresh(account)
    assert not result.created
    assert credentials_of(after) == {"client_id": "i", "client_secret": "s-2"}
    assert (after.token_sealed, after.token_until, after.failures) == (None, None, 0)
    assert (after.trouble, after.trouble_detail, after.trouble_at, after.probe_wanted_at) == ("", "", None, now)


def test_limits_are_the_merchants_own_where_the_carrier_granted_others(merchant, now) -> None:
    account = connect_account(
        merchant=merchant,
        client=CLIENTS["dhl"],
        credentials={"api_key": "k"},
        limits={"quota_per_day": 0, "seconds_between": 0},
        now=now,
    ).account
    assert (quota_of(account), pause_of(account).total_seconds()) == (0, 0)

    connect_account(merchant=merchant, client=CLIENTS["dhl"], limits={"quota_per_day": None}, now=now)
    assert (quota_of(fresh(account)), pause_of(account).total_seconds()) == (250, 0)


def test_an_account_is_the_merchants_own(merchant, other_merchant, now) -> None:
    connect_account(merchant=merchant, client=CLIENTS["dhl"], credentials={"api_key": "k"}, now=now)
    with merchant_scope(other_merchant.id):
        assert CarrierAccount.objects.count() == 0
        connect_account(merchant=other_merchant, client=CLIENTS["dhl"], credentials={"api_key": "other"}, now=now)

    assert credentials_of(CarrierAccount.objects.get()) == {"api_key": "k"}
