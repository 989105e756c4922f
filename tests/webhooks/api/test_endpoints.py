"""Endpoints by REST: made, changed, rotated, tested, deleted; and what is refused."""

import pytest
from standardwebhooks import Webhook

from postpurchase.accounts.models import Scope
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.accounts.services.api_keys import create_api_key
from postpurchase.lib import clock
from postpurchase.webhooks.models import WebhookDelivery, WebhookEndpoint
from postpurchase.webhooks.services.endpoints import MOST_ENDPOINTS
from postpurchase.webhooks.services.plan import plan_all
from postpurchase.webhooks.services.send import send_batch
from tests.conftest import NOW
from tests.lib.http_server import answer
from tests.webhooks.making import read, record, states

PATH = "/api/v1/webhook-endpoints"
URL = "http://127.0.0.1:9/in"


@pytest.fixture(autouse=True)
def open_target(settings):
    settings.EGRESS_ALLOW = ["127.0.0.1:9"]


def create(api, **fields):
    return api.post(PATH, {"url": URL, "events": ["order.*"], **fields})


def test_an_endpoint_is_made_and_its_secret_shown_once(api, merchant):
    made = create(api, description="our shop")

    assert made.status_code == 201
    body = made.json()
    secret = body.pop("secret")
    assert secret.startswith("whsec_")
    Webhook(secret)
    assert {name: body[name] for name in ("url", "description", "events", "include_personal_data", "active")} == {
        "url": URL,
        "description": "our shop",
        "events": ["order.*"],
        "include_personal_data": False,
        "active": True,
    }
    assert api.get(f"{PATH}/{body['id']}").json() == body
    assert api.get(PATH).json() == {"results": [body], "next": None}
    with merchant_scope(merchant.id):
        assert secret.encode() not in bytes(WebhookEndpoint.objects.get().secret_sealed)


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("https://127.0.0.1/", "private_address"),
        ("https://[::1]/", "private_address"),
        ("https://169.254.169.254/latest/meta-data", "private_address"),
        ("https://2130706433/", "private_address"),
        ("https://0x7f.1/", "private_address"),
        ("https://localhost/", "private_address"),
        ("http://93.184.215.14/", "not_https"),
        ("https://93.184.215.14:22/", "port_not_allowed"),
        ("https://user:password@93.184.215.14/", "user_in_address"),
        ("https://[fe80::1%25eth0]/", "bad_address"),
        ("https://nowhere.invalid/", "no_such_host"),
        ("ftp://93.184.215.14/", "bad_address"),
        ("shop", "bad_address"),
    ],
)
def test_an_address_that_is_not_called_is_refused_with_its_reason(api, merchant, url, code):
    refused = create(api, url=url)

    assert refused.status_code == 422
    assert [(error["pointer"], error["code"]) for error in refused.json()["errors"]] == [("/url", code)]
    assert refused.json()["errors"][0]["message"].endswith(".")
    with merchant_scope(merchant.id):
        assert WebhookEndpoint.objects.count() == 0


def test_a_public_address_is_taken(api):
    assert create(api, url="https://93.184.215.14:8443/hooks?x=1").status_code == 201


@pytest.mark.parametrize(
    ("fields", "pointer", "code"),
    [
        ({"events": []}, "/events", "too_short"),
        ({"events": ["order.placed", "order*"]}, "/events/1", "format"),
        ({"events": ["x" * 61]}, "/events/0", "too_long"),
        ({"events": ["a"] * 51}, "/events", "too_long"),
        ({"events": None}, "/events", "type"),
        ({"description": "x" * 201}, "/description", "too_long"),
        ({"secret": "whsec_mine"}, "/secret", "unknown_field"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_stored(api, merchant, fields, pointer, code):
    answer = create(api, **fields)

    assert answer.status_code == 422
    assert [(error["pointer"], error["code"]) for error in answer.json()["errors"]] == [(pointer, code)]
    with merchant_scope(merchant.id):
        assert WebhookEndpoint.objects.count() == 0


def test_there_is_a_limit(api, merchant):
    with merchant_scope(merchant.id):
        for _ in range(MOST_ENDPOINTS):
            WebhookEndpoint.objects.create(
                merchant=merchant, url=URL, events=["*"], secret_sealed=b"", created_at=NOW, updated_at=NOW
            )

    answer = create(api)

    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "too_many")


def test_the_same_idempotency_key_makes_one_endpoint_and_repeats_its_secret(api, merchant):
    first = api.post(PATH, {"url": URL, "events": ["*"]}, HTTP_IDEMPOTENCY_KEY="k-1")
    again = api.post(PATH, {"url": URL, "events": ["*"]}, HTTP_IDEMPOTENCY_KEY="k-1")

    assert (first.status_code, again.status_code, again["Idempotent-Replay"]) == (201, 201, "true")
    assert first.json() == again.json()
    with merchant_scope(merchant.id):
        assert WebhookEndpoint.objects.count() == 1


def test_an_idempotency_key_counts_without_a_body_too(api, merchant):
    endpoint = create(api).json()
    path = f"{PATH}/{endpoint['id']}/test"

    answers = [api.post(path, HTTP_IDEMPOTENCY_KEY="k-2") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [202, 202]
    assert answers[0].json() == answers[1].json()
    with merchant_scope(merchant.id):
        assert WebhookDelivery.objects.count() == 1


def test_an_endpoint_is_changed_as_a_whole(api, merchant):
    endpoint = create(api, description="old", include_personal_data=True).json()

    changed = api.put(f"{PATH}/{endpoint['id']}", {"url": URL + "2", "events": ["*"]}).json()

    different = [name for name in changed if endpoint[name] != changed[name]]
    assert {name: (endpoint[name], changed[name]) for name in different} == {
        "url": (URL, URL + "2"),
        "events": (["order.*"], ["*"]),
        "description": ("old", ""),
        "include_personal_data": (True, False),
        "updated_at": (endpoint["updated_at"], changed["updated_at"]),
    }
    assert api.get(f"{PATH}/{endpoint['id']}").json() == changed
    refused = api.put(f"{PATH}/{endpoint['id']}", {"url": "https://10.0.0.1/", "events": ["*"]})
    assert refused.status_code == 422
    assert api.get(f"{PATH}/{endpoint['id']}").json() == changed


def test_switched_off_it_drops_what_waits_and_switched_on_it_hears_of_what_comes(api, merchant):
    endpoint = create(api).json()
    path, whole = f"{PATH}/{endpoint['id']}", {"url": URL, "events": ["order.*"]}
    with merchant_scope(merchant.id):
        record(merchant, "order.placed")
    plan_all(now=clock.now())

    off = api.put(path, {**whole, "active": False}).json()
    with merchant_scope(merchant.id):
        record(merchant, "order.paid")
    plan_all(now=clock.now())
    on = api.put(path, {**whole, "active": True}).json()
    with merchant_scope(merchant.id):
        record(merchant, "order.cancelled")
    plan_all(now=clock.now())

    assert (off["active"], off["disabled_reason"], off["disabled_at"] is None) == (False, "by_hand", False)
    assert (on["active"], on["disabled_reason"], on["disabled_at"]) == (True, "", None)
    with merchant_scope(merchant.id):
        assert states(WebhookEndpoint.objects.get()) == [
            ("order.placed", 1, "dropped", 0, "endpoint_by_hand"),
            ("order.cancelled", 1, "pending", 0, ""),
        ]


def test_an_endpoint_that_is_off_is_not_tested(api, merchant):
    endpoint = create(api, active=False).json()

    answer = api.post(f"{PATH}/{endpoint['id']}/test")

    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "switched_off")
    with merchant_scope(merchant.id):
        assert WebhookDelivery.objects.count() == 0


def test_a_test_arrives_once_and_signed(api, merchant, receiver):
    server = receiver()
    endpoint = create(api, url=f"{server.url}/in").json()

    planned = api.post(f"{PATH}/{endpoint['id']}/test")
    send_batch(merchant_id=merchant.id, endpoint_id=endpoint["id"])

    assert (planned.status_code, planned.json()["state"], planned.json()["type"]) == (202, "pending", "webhook.test")
    (request,) = server.requests
    headers, body, content = read(request)
    assert Webhook(endpoint["secret"]).verify(body, headers) == content
    assert (content["type"], content["data"]["subject"]) == ("webhook.test", None)
    shown = api.get(f"/api/v1/webhook-deliveries/{planned.json()['id']}").json()
    assert (shown["state"], [(row["status"], row["error"]) for row in shown["attempts"]]) == ("delivered", [(200, "")])


def test_a_test_that_fails_is_not_repeated(api, merchant, receiver):
    server = receiver(answer("500 Oh"))
    endpoint = create(api, url=f"{server.url}/in").json()
    api.post(f"{PATH}/{endpoint['id']}/test")

    send_batch(merchant_id=merchant.id, endpoint_id=endpoint["id"])

    with merchant_scope(merchant.id):
        assert states(WebhookEndpoint.objects.get()) == [("webhook.test", 1, "failed", 1, "status_500")]


@pytest.mark.parametrize("hours", [0, 24, 48])
def test_a_secret_is_rotated(api, merchant, hours):
    endpoint = create(api).json()

    rotated = api.post(f"{PATH}/{endpoint['id']}/rotate-secret", {"overlap_hours": hours} if hours != 24 else {}).json()

    assert rotated["secret"] != endpoint["secret"]
    with merchant_scope(merchant.id):
        row = WebhookEndpoint.objects.get()
    if hours == 0:
        assert (row.previous_secret_sealed, rotated["previous_secret_until"]) == (None, None)
    else:
        left = (row.previous_secret_until - clock.now()).total_seconds() / 3600
        assert left == pytest.approx(hours, abs=0.1)


def test_deleted_with_its_log(api, merchant):
    endpoint = create(api).json()
    other = create(api).json()
    for one in (endpoint, other):
        api.post(f"{PATH}/{one['id']}/test")

    assert api.delete(f"{PATH}/{endpoint['id']}").json() == {"id": endpoint["id"], "deleted": True}

    assert api.delete(f"{PATH}/{endpoint['id']}").status_code == 404
    with merchant_scope(merchant.id):
        assert [str(row.endpoint_id) for row in WebhookDelivery.objects.all()] == [other["id"]]


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_scope_is_needed(api, merchant, method):
    with merchant_scope(merchant.id):
        _, api.secret = create_api_key(
            merchant=merchant,
            name="all but webhooks",
            scopes=[scope for scope in Scope if scope != Scope.WEBHOOKS_WRITE],
            now=NOW,
        )

    assert api.request(method, PATH, {"url": URL, "events": ["*"]} if method == "POST" else None).status_code == 403
