"""Hours of a delivery by API: pushed by shops and couriers, refused with their field, told where a parcel is read."""

import pytest

from postpurchase.accounts.scoping import merchant_scope
from tests.conftest import NOW
from tests.orders.bodies import order_body
from tests.tracking.build import NUMBER
from tracking.models import Promise, Shipment
from tracking.services.promise import renew_promise

HOURS = {"window_from": "2026-07-15T14:10:00+02:00", "window_to": "2026-07-15T15:10:00+02:00"}
IN_UTC = ("2026-07-15T12:10:00Z", "2026-07-15T13:10:00Z")
PARCEL = "/api/v1/orders/1001/shipments/p-1"


@pytest.fixture(autouse=True)
def order(api, world, time_machine) -> None:
    time_machine.move_to(NOW, tick=False)
    api.put("/api/v1/orders/1001", order_body())


def push(api, status="out_for_delivery", minute=0, **fields):
    item = {"tracking_number": NUMBER, "occurred_at": f"2026-07-15T10:{minute:02}:00Z", "status": status, **fields}
    answer = api.post("/api/v1/checkpoints/batch", {"checkpoints": [item]})
    assert answer.status_code == 200
    return answer.json()["results"][0]


def read(api):
    parcel = api.put(PARCEL, {"tracking_number": NUMBER}).json()
    return api.get(f"/api/v1/shipments/{parcel['id']}").json()


def told(promise, which="current"):
    return promise[which]["window_from"], promise[which]["window_to"]


def test_a_couriers_hours_are_promised_and_judged_when_it_came(api, world) -> None:
    api.put(PARCEL, {"tracking_number": NUMBER})

    assert push(api, **HOURS)["status"] == "recorded"
    promise = read(api)["promise"]
    assert (promise["source"], promise["current"]["latest"], promise["in_window"]) == ("carrier", "2026-07-15", None)
    assert told(promise) == IN_UTC

    assert push(api, minute=20, window_from="2026-07-15T12:30:00Z", window_to="2026-07-15T13:30:00Z")["status"]
    assert told(read(api)["promise"]) == ("2026-07-15T12:30:00Z", "2026-07-15T13:30:00Z")
    with merchant_scope(world.merchant.id):
        assert Promise.objects.filter(window_from__isnull=False).count() == 2

    item = {"tracking_number": NUMBER, "occurred_at": "2026-07-15T12:29:00Z", "status": "delivered"}
    api.post("/api/v1/checkpoints/batch", {"checkpoints": [item]})
    assert (read(api)["promise"]["in_window"], read(api)["promise"]["kept"]) == (False, True)


def test_the_shops_hours_are_stored_and_promised(api, world) -> None:
    answer = api.put(PARCEL, {"tracking_number": NUMBER, **HOURS})
    again = api.put(PARCEL, {"tracking_number": NUMBER, **HOURS})
    with merchant_scope(world.merchant.id):
        shipment = Shipment.objects.get()
        renew_promise(merchant=world.merchant, order=shipment.order, shipment=shipment, now=NOW)
    parcel = api.get(f"/api/v1/shipments/{answer.json()['id']}").json()

    assert (answer.status_code, again.json()["changed"]) == (201, False)
    assert (parcel["window_from"], parcel["window_to"]) == IN_UTC
    assert (parcel["promise"]["source"], *told(parcel["promise"])) == ("shop", *IN_UTC)


def test_without_hours_they_are_null(api, world) -> None:
    api.put(PARCEL, {"tracking_number": NUMBER})
    push(api, promised_to="2026-07-16")

    promise = read(api)["promise"]
    assert (told(promise), told(promise, "original"), promise["in_window"]) == ((None, None), (None, None), None)


@pytest.mark.parametrize(
    ("fields", "pointer", "code"),
    [
        ({"window_from": HOURS["window_from"]}, "/window_to", "required"),
        ({"window_to": HOURS["window_to"]}, "/window_from", "required"),
        ({"window_from": HOURS["window_to"], "window_to": HOURS["window_from"]}, "/window_to", "order"),
        (HOURS | {"window_to": "2026-07-16T14:10:01+02:00"}, "/window_to", "too_long"),
        (HOURS | {"window_from": "2026-07-15T14:10:00"}, "/window_from", None),
        (HOURS | {"window_from": "14:10"}, "/window_from", None),
        ({"window_from": "0001-01-01T00:00:00+02:00", "window_to": "0001-01-01T01:00:00Z"}, "/window_from", None),
    ],
)
def test_hours_that_are_none_are_refused_with_their_field(api, world, fields, pointer, code) -> None:
    api.put(PARCEL, {"tracking_number": NUMBER})

    refused = api.put(PARCEL, {"tracking_number": NUMBER, **fields})
    result = push(api, **fields)

    assert (refused.status_code, result["status"]) == (422, "invalid")
    for error in (refused.json()["errors"][0], result["errors"][0]):
        assert error["pointer"] == pointer
        assert code in (None, error["code"])
    with merchant_scope(world.merchant.id):
        assert not Shipment.objects.get().checkpoints.exists()
        assert not Promise.objects.filter(window_from__isnull=False).exists()
