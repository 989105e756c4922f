"""The page of carriers: keys go in and never come out, and what goes wrong is said in words."""

import pytest
from django.utils.translation import override

from postpurchase.accounts.scoping import merchant_scope
from postpurchase.connectors.models import Connection
from postpurchase.connectors.registry import AGGREGATORS
from postpurchase.dashboard.carrier_guides import AGGREGATORS as AGGREGATOR_STEPS
from postpurchase.dashboard.carrier_guides import CREDENTIALS, GUIDES, TROUBLE, about, usual_quota
from postpurchase.lib import clock
from postpurchase.lib.standard_webhooks import live_secrets
from tests.tracking.build import make_order, make_shipment
from tests.tracking.polling.services.conftest import ask, connect, parcel, stand_in  # noqa: F401 - fixtures
from tests.tracking.polling.stand_in import as_json, dhl_says
from tracking.carriers.answers.base import Trouble
from tracking.models import CarrierAccount
from tracking.polling.clients.registry import CLIENTS
from tracking.polling.services.accounts import credentials_of

KEY = "the-very-secret-key"


def account_of(merchant) -> CarrierAccount:
    with merchant_scope(merchant.id):
        return CarrierAccount.objects.get()


def test_every_carrier_and_aggregator_has_its_words() -> None:
    assert list(GUIDES) == list(CLIENTS)
    assert set(CREDENTIALS) == {label for client in CLIENTS.values() for label in client.credentials.values()}
    assert set(AGGREGATOR_STEPS) == set(AGGREGATORS)
    assert set(TROUBLE) == set(Trouble) - {Trouble.NOT_FOUND}


@pytest.mark.parametrize(
    ("client", "language", "at_once", "quota"),
    [
        ("gls", "en", "10 parcels in each question.", "Usually 500 questions a day are allowed."),
        ("ups", "en", "1 parcel in each question.", "The carrier names no number of questions a day."),
        ("usps", "en", "1 parcel in each question.", "USPS usually allows 60 questions an hour"),
        ("fedex", "de", "30 Pakete je Anfrage.", "Üblich sind 100.000 Anfragen am Tag."),
        (
            "dhl_parcel_de",
            "en",
            "For business customers of DHL Paket in Germany: the most exact news. 20 parcels in each question.",
            "Usually 1,000 questions a day are allowed.",
        ),
    ],
)
def test_what_asking_costs_is_told_as_the_client_has_it(client: str, language: str, at_once: str, quota: str) -> None:
    with override(language):
        assert about(CLIENTS[client]) == at_once
        assert usual_quota(CLIENTS[client]).startswith(quota)


def test_an_account_is_connected_and_its_key_never_comes_out(merchant, manager) -> None:
    answer = manager.post("/dashboard/carriers/dhl/", {"key_api_key": KEY, "quota_per_day": "1000"})

    assert answer.status_code == 302
    account = account_of(merchant)
    assert (credentials_of(account), account.quota_per_day, account.seconds_between) == ({"api_key": KEY}, 1000, None)
    pages = manager.get("/dashboard/carriers/dhl/").content + manager.get("/dashboard/carriers/").content
    assert KEY.encode() not in pages
    assert b"1000 of 1000 questions left today" in pages.replace(b",", b"")
    assert b"The keys are being tried out." in pages


def test_an_empty_key_keeps_the_stored_one(merchant, manager) -> None:
    manager.post("/dashboard/carriers/ups/", {"key_client_id": "id", "key_client_secret": KEY})
    manager.post("/dashboard/carriers/ups/", {"key_client_id": "id-2", "key_client_secret": ""})

    assert credentials_of(account_of(merchant)) == {"client_id": "id-2", "client_secret": KEY}


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "This field is required."),
        ({"key_api_key": "schlüssel"}, "This is no key as carriers give them out."),
        ({"key_api_key": KEY, "quota_per_day": "-1"}, "greater than or equal to 0"),
    ],
)
def test_what_is_wrong_is_said_at_the_field_and_nothing_is_stored(merchant, manager, fields, words) -> None:
    answer = manager.post("/dashboard/carriers/dhl/", fields)

    assert answer.status_code == 422
    assert words in answer.content.decode()
    with merchant_scope(merchant.id):
        assert CarrierAccount.objects.count() == 0


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (as_json({"detail": "Invalid API key"}, 401), "The carrier refuses these keys."),
        ((429, {"Retry-After": "3600"}, b""), "The carrier asks us to slow down"),
        ((503, {}, b""), "The carrier&#x27;s server does not answer."),
        ((200, {}, b"<html>"), "The carrier&#x27;s answer cannot be read."),
    ],
)
def test_what_went_wrong_is_said_in_words_and_german(
    stand_in,  # noqa: F811
    connect,  # noqa: F811
    parcel,  # noqa: F811
    manager,
    now,
    time_machine,
    said,
    words,
) -> None:
    time_machine.move_to(now, tick=False)
    account = connect()
    parcel("00340434161094042557")
    stand_in.says = lambda _asked: said
    ask(account, now)

    page = manager.get("/dashboard/carriers/dhl/").content.decode()
    assert words in page
    assert ("We ask again" in page) == (said[0] in (401, 429))
    assert b"needs a look" in manager.get("/dashboard/carriers/").content
    assert (b"refuses your keys" in manager.get("/dashboard/").content) == (said[0] == 401)
    german = manager.get("/dashboard/carriers/dhl/", headers={"accept-language": "de"}).content.decode()
    assert words not in german
    assert "Zustelldienst" in german


def test_the_try_out_really_asks_the_carrier(stand_in, connect, parcel, manager, merchant) -> None:  # noqa: F811
    connect()
    parcel("00340434161094042557")
    stand_in.says = lambda _asked: dhl_says("00340434161094042557", ("2026-07-14T18:00:00", "transit"))

    assert manager.post("/dashboard/carriers/dhl/try/").status_code == 302
    ask(account_of(merchant), clock.now())

    assert len(stand_in.asked) == account_of(merchant).asked == 1
    page = manager.get("/dashboard/carriers/dhl/").content.decode()
    assert "The keys are being tried out." not in page
    assert ">connected<" in page


def test_switched_off_it_is_not_asked(merchant, manager) -> None:
    manager.post("/dashboard/carriers/dhl/", {"key_api_key": KEY})
    manager.post("/dashboard/carriers/dhl/switch/", {"active": "off"})
    assert not account_of(merchant).active
    assert b"switched off" in manager.get("/dashboard/carriers/").content
    manager.post("/dashboard/carriers/dhl/switch/", {"active": "on"})
    assert account_of(merchant).active


def test_of_two_accounts_the_page_says_which_is_asked(manager) -> None:
    manager.post("/dashboard/carriers/dhl/", {"key_api_key": KEY})
    keys = dict.fromkeys(("key_api_key", "key_api_secret", "key_user", "key_password"), KEY)
    assert manager.post("/dashboard/carriers/dhl_parcel_de/", keys).status_code == 302

    assert b"DHL Paket (Parcel DE Tracking) is connected, too" in manager.get("/dashboard/carriers/dhl/").content
    assert b"is connected, too" not in manager.get("/dashboard/carriers/dhl_parcel_de/").content


def test_there_is_no_page_for_what_nobody_knows(manager) -> None:
    for path in ("carriers/pigeon/", "carriers/push/pigeon/", "carriers/push/shopify/"):
        assert manager.get(f"/dashboard/{path}").status_code == 404
    assert manager.post("/dashboard/carriers/dhl/try/").status_code == 404
    assert manager.post("/dashboard/carriers/push/easypost/switch/", {"active": "on"}).status_code == 404


def connection_of(merchant) -> Connection:
    with merchant_scope(merchant.id):
        return Connection.objects.get()


def test_an_aggregators_secret_is_made_and_shown_once(merchant, manager) -> None:
    before = manager.get("/dashboard/carriers/push/easypost/").content.decode()
    assert "/hooks/lindenhof/carriers/easypost/" in before
    shown = manager.post("/dashboard/carriers/push/easypost/connect/").content.decode()

    [secret] = live_secrets(connection_of(merchant), clock.now())
    assert secret in shown
    assert secret not in manager.get("/dashboard/carriers/push/easypost/").content.decode()
    assert b"EasyPost" not in manager.get("/dashboard/shops/").content


def test_an_aggregators_own_secret_is_taken(merchant, manager) -> None:
    assert manager.post("/dashboard/carriers/push/ship24/connect/", {"secret": ""}).status_code == 422
    assert manager.post("/dashboard/carriers/push/ship24/connect/", {"secret": "shown-by-ship24"}).status_code == 302
    assert live_secrets(connection_of(merchant), clock.now()) == ["shown-by-ship24"]
    manager.post("/dashboard/carriers/push/ship24/switch/", {"active": "off"})
    assert not connection_of(merchant).active


def test_the_list_counts_parcels(merchant, manager, world, connect, parcel) -> None:  # noqa: F811
    connect()
    parcel("00340434161094042557")
    with merchant_scope(merchant.id):
        make_shipment(world, make_order(world, "other"), carrier="gls", tracking_number="36301911111")

    assert b"1 parcel under way" in manager.get("/dashboard/carriers/").content
    page = manager.get("/dashboard/carriers/dhl/").content.decode()
    assert "Waiting for their turn" in page
