"""The webhooks' pages: added, changed, tested, looked at, sent again, switched on again."""

import datetime as dt
import re

import pytest
from standardwebhooks import Webhook

from postpurchase.accounts.scoping import merchant_scope
from postpurchase.dashboard import webhook_words
from postpurchase.lib import clock
from postpurchase.lib.http import EgressRefused, resolve
from postpurchase.webhooks.models import DisabledReason, WebhookDelivery, WebhookEndpoint, WebhookState
from postpurchase.webhooks.services.endpoints import URL_PROBLEMS, switch_off
from postpurchase.webhooks.services.plan import plan_all
from postpurchase.webhooks.services.send import send_batch
from tests.lib.http_server import answer, raw_server
from tests.webhooks.making import make_endpoint, record, states

URL = "http://127.0.0.1:9/in"
NEW = "/dashboard/webhooks/new/"


@pytest.fixture(autouse=True)
def open_target(settings):
    settings.EGRESS_ALLOW = ["127.0.0.1:9"]


@pytest.fixture
def endpoint(merchant):
    with merchant_scope(merchant.id):
        return make_endpoint(merchant, URL, "order.*", "cart.left", now=clock.now())[0]


def the(merchant) -> WebhookEndpoint:
    with merchant_scope(merchant.id):
        return WebhookEndpoint.objects.get()


def page_of(endpoint) -> str:
    return f"/dashboard/webhooks/{endpoint.id}/"


def test_a_webhook_is_added_and_its_secret_shown_once(merchant, manager):
    data = {"url": URL, "description": "Lager", "events": ["order.*"], "more_events": "cart.left, order.*"}

    shown = manager.post(NEW, data).content.decode()

    (secret,) = re.findall(r"<code class=\"secret\"[^>]*>(whsec_[^<]+)</code>", shown)
    Webhook(secret)
    found = the(merchant)
    assert (found.url, found.description, found.events) == (URL, "Lager", ["order.*", "cart.left"])
    assert (found.include_personal_data, found.active) == (False, True)
    assert "whsec_" not in manager.get(page_of(found)).content.decode()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"url": ""}, "This field is required."),
        ({"url": "https://10.0.0.1/"}, "The address leads into a private network."),
        ({"url": "http://93.184.215.14/"}, "The address does not begin with https://."),
        ({"url": "https://nowhere.invalid/"}, "The host name could not be looked up."),
        ({"events": []}, "Choose at least one."),
        ({"more_events": "order.*.x"}, "“order.*.x” is no name of an event."),
        ({"more_events": " ".join(f"e{n}" for n in range(60))}, "At most 50 entries."),
    ],
)
def test_what_is_wrong_is_said_beside_the_field_and_nothing_is_stored(merchant, owner, change, words):
    response = owner.post(NEW, {"url": URL, "events": ["*"], **change})

    assert response.status_code == 422
    assert words in response.content.decode().replace("&#x27;", "'")
    with merchant_scope(merchant.id):
        assert WebhookEndpoint.objects.count() == 0


def test_a_webhook_is_changed(merchant, owner, endpoint):
    form = owner.get(f"{page_of(endpoint)}edit/").content.decode()
    assert 'value="order.*" checked' in form
    assert 'value="cart.left"' in form

    response = owner.post(
        f"{page_of(endpoint)}edit/", {"url": URL + "2", "events": ["*"], "include_personal_data": "on"}
    )

    assert (response.status_code, response.url) == (302, page_of(endpoint))
    found = the(merchant)
    assert (found.url, found.events, found.include_personal_data, found.active) == (URL + "2", ["*"], True, True)


def test_a_test_shows_what_the_receiver_answered(merchant, owner, settings):
    with raw_server(answer("500 Oh", b"<b>broken</b>")) as server:
        settings.EGRESS_ALLOW = [server.target]
        with merchant_scope(merchant.id):
            endpoint, _ = make_endpoint(merchant, server.url, now=clock.now())
        planned = owner.post(f"{page_of(endpoint)}test/")
        assert "Look again" in owner.get(planned.url).content.decode()
        send_batch(merchant_id=merchant.id, endpoint_id=endpoint.id)

    html = owner.get(planned.url).content.decode()

    assert "The receiver answered 500." in html
    assert "&lt;b&gt;broken&lt;/b&gt;" in html
    assert "Look again" not in html


def test_one_delivery_and_a_time_range_are_sent_again(merchant, owner, endpoint):
    now = clock.now()
    with merchant_scope(merchant.id):
        record(merchant, "order.placed", now=now)
        record(merchant, "order.paid", now=now)
    plan_all(now=now)
    with merchant_scope(merchant.id):
        WebhookDelivery.objects.update(state=WebhookState.DELIVERED, finished_at=now)
        first = WebhookDelivery.objects.get(event_type="order.placed")

    one = owner.post(f"/dashboard/webhooks/deliveries/{first.id}/replay/")
    # The form speaks the merchant's time, which is Berlin's.
    local = [(now + dt.timedelta(hours=hours)).astimezone(_berlin()).strftime("%Y-%m-%dT%H:%M") for hours in (-1, 1)]
    many = owner.post(f"{page_of(endpoint)}replay/", {"start": local[0], "end": local[1]}, follow=True)

    assert one.status_code == 302
    assert "1 event is sent again." in many.content.decode()
    with merchant_scope(merchant.id):
        assert sorted(row[:3] for row in states(endpoint)) == [
            ("order.paid", 1, "delivered"),
            ("order.paid", 2, "pending"),
            ("order.placed", 1, "delivered"),
            ("order.placed", 2, "pending"),
        ]


def _berlin():
    from zoneinfo import ZoneInfo

    return ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        ("2026-07-02T10:00", "2026-07-01T10:00", "The time range ends before it begins."),
        ("2026-05-01T10:00", "2026-07-01T10:00", "The time range has at most 31 days."),
        ("yesterday", "2026-07-01T10:00", "Enter a valid date/time."),
    ],
)
def test_a_range_that_makes_no_sense_is_explained(owner, endpoint, start, end, words):
    response = owner.post(f"{page_of(endpoint)}replay/", {"start": start, "end": end})

    assert response.status_code == 422
    assert words in response.content.decode()


def test_what_we_switched_off_is_on_the_overview_and_goes_on_again(merchant, owner, reader, endpoint):
    failing = clock.now() - dt.timedelta(days=8)
    with merchant_scope(merchant.id):
        WebhookEndpoint.objects.update(failing_since=failing, failed_in_a_row=20)
        switch_off(endpoint=WebhookEndpoint.objects.get(), reason=DisabledReason.FAILING, now=clock.now())

    assert f"We have switched off the webhook to {URL}" in owner.get("/dashboard/").content.decode()
    assert f'href="{page_of(endpoint)}"' not in reader.get("/dashboard/").content.decode()
    assert "for seven days every delivery failed" in owner.get(page_of(endpoint)).content.decode()

    switched = owner.post(f"{page_of(endpoint)}switch/", {"active": "on"})

    assert switched.url == f"{page_of(endpoint)}?since={int(failing.timestamp())}#replay"
    html = owner.get(switched.url.removesuffix("#replay")).content.decode()
    assert failing.astimezone(_berlin()).strftime('value="%Y-%m-%dT%H:%M"') in html
    assert the(merchant).active is True
    assert "We have switched off" not in owner.get("/dashboard/").content.decode()


def test_it_does_not_go_on_again_at_an_address_that_is_not_called(merchant, owner, endpoint, settings):
    owner.post(f"{page_of(endpoint)}switch/", {"active": "off"})
    settings.EGRESS_ALLOW = []

    response = owner.post(f"{page_of(endpoint)}switch/", {"active": "on"}, follow=True)

    assert "The address does not begin with https://." in response.content.decode()
    assert the(merchant).active is False


def test_a_new_secret_is_shown_with_the_end_of_the_old_one(merchant, owner, endpoint):
    html = owner.post(f"{page_of(endpoint)}rotate/").content.decode()

    assert len(re.findall(r"whsec_[A-Za-z0-9+/=]+", html)) == 1
    assert "The old secret signs along until" in html
    assert the(merchant).previous_secret_until > clock.now() + dt.timedelta(hours=23)


def test_only_what_is_off_is_deleted(merchant, owner, endpoint):
    owner.post(f"{page_of(endpoint)}delete/")
    assert the(merchant).active is True

    owner.post(f"{page_of(endpoint)}switch/", {"active": "off"})
    owner.post(f"{page_of(endpoint)}delete/")

    with merchant_scope(merchant.id):
        assert WebhookEndpoint.objects.count() == 0


@pytest.mark.parametrize("action", ["test/", "replay/"])
def test_nothing_is_sent_to_what_is_off(merchant, owner, endpoint, action):
    owner.post(f"{page_of(endpoint)}switch/", {"active": "off"})

    data = {"start": "2026-07-01T10:00", "end": "2026-07-02T10:00"}
    html = owner.post(f"{page_of(endpoint)}{action}", data, follow=True).content.decode()

    assert "switch" in html
    with merchant_scope(merchant.id):
        assert WebhookDelivery.objects.count() == 0


def test_every_code_has_words():
    assert set(webhook_words.STATE) == set(WebhookState.values)
    assert set(webhook_words.DISABLED) == set(DisabledReason.values)
    assert set(URL_PROBLEMS) <= set(webhook_words.REASON)
    assert {f"endpoint_{reason}" for reason in DisabledReason.values} <= set(webhook_words.REASON)


def test_every_reason_not_to_call_an_address_is_known():
    with pytest.raises(EgressRefused) as refused:
        resolve("ftp://x/")

    assert refused.value.reason in URL_PROBLEMS
