"""The watch list, the file for the carrier, the settings, and that every number of the overview leads to its rows."""

import csv
import datetime as dt
import io

import pytest

from postpurchase.accounts.scoping import merchant_scope
from tests.conftest import NOW
from tests.tracking.build import make_order, make_shipment
from tracking.models import AlarmKind, Shipment, ShipmentAlarm, WatchSettings
from tracking.selectors.patience import patience
from tracking.services.alarms import raise_and_tell
from tracking.watching.cause import Cause
from tracking.watching.patience import LIMITS

DEFAULTS = {name: str(limits.default) for name, limits in LIMITS.items()}


@pytest.fixture
def alarms(world):
    """One parcel that is late and disputed, an order without one, and an alarm that is over."""
    with merchant_scope(world.merchant.id):
        late, unsent, over = (make_order(world, number) for number in ("LATE-1", "UNSENT-1", "OVER-1"))
        parcel = make_shipment(world, late, tracking_number="A1")
        arrived = make_shipment(world, over, tracking_number="B1", carrier="gls")
        disputed = {"score": 5, "signs": ["at_home", "same_minute"], "attempted_at": "2026-07-15T09:12:30+00:00"}
        causes = {
            AlarmKind.PROMISE_MISSED: Cause(late.id, parcel.id),
            AlarmKind.FALSE_ATTEMPT: Cause(late.id, parcel.id, disputed),
            AlarmKind.NOT_SENT: Cause(unsent.id, None, {"hours": 72}),
            AlarmKind.NO_NEWS: Cause(over.id, arrived.id),
        }
        for kind, cause in causes.items():
            raise_and_tell(merchant_id=world.merchant.id, kind=kind, causes=[cause], now=NOW)
        ShipmentAlarm.objects.filter(kind=AlarmKind.NO_NEWS).update(ended_at=NOW)
    return causes


def shown(response) -> list[tuple[str, str]]:
    return sorted((row["alarm"].order.number, row["alarm"].kind) for row in response.context["rows"])


def test_the_list_shows_what_is_open_with_its_reason(owner, alarms):
    response = owner.get("/dashboard/watch/")

    assert shown(response) == [
        ("LATE-1", "false_attempt"),
        ("LATE-1", "promise_missed"),
        ("UNSENT-1", "not_sent"),
    ]
    text = response.content.decode()
    assert "15 Jul 2026, 11:12: the shopper was at home, several in the same area within the same minute" in text
    assert "OVER-1" not in text


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?kind=not_sent", [("UNSENT-1", "not_sent")]),
        ("?kind=nonsense", [("LATE-1", "false_attempt"), ("LATE-1", "promise_missed"), ("UNSENT-1", "not_sent")]),
        ("?carrier=gls", []),
        ("?carrier=gls&show=all", [("OVER-1", "no_news")]),
        ("?carrier=dhl", [("LATE-1", "false_attempt"), ("LATE-1", "promise_missed")]),
    ],
)
def test_the_list_can_be_narrowed(owner, alarms, query, expected):
    assert shown(owner.get(f"/dashboard/watch/{query}")) == expected


def test_what_somebody_has_seen_to_is_off_the_list_once(merchant, support, alarms):
    with merchant_scope(merchant.id):
        alarm_id = ShipmentAlarm.objects.get(kind="promise_missed").id

    first = support.post(f"/dashboard/watch/{alarm_id}/done/", follow=True)
    again = support.post(f"/dashboard/watch/{alarm_id}/done/", follow=True)

    assert b"Done: it is off the list." in first.content
    assert b"Done: it is off the list." not in again.content
    assert ("LATE-1", "promise_missed") not in shown(again)


def test_the_file_for_the_carrier_names_no_person(owner, support, alarms):
    response = support.get("/dashboard/watch/evidence.csv?carrier=dhl")

    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert rows == [
        [
            *("Carrier", "Tracking number", "Order", "Attempt (local time)", "Attempt (UTC)", "Postal area"),
            *("Disputed (local time)", "Points", "What speaks against it"),
        ],
        [
            *("DHL", "A1", "LATE-1", "2026-07-15 11:12:30", "2026-07-15 09:12:30", "101", "2026-07-15 12:30:00", "5"),
            "the shopper was at home; several in the same area within the same minute",
        ],
    ]
    assert "Muster" not in response.content.decode()
    assert len(support.get("/dashboard/watch/evidence.csv?carrier=gls").content.decode().splitlines()) == 1


def test_patience_is_chosen_within_its_limits(merchant, manager):
    chosen = {**DEFAULTS, "not_sent_hours": "48", "watched": ["no_news", "not_sent"]}

    assert manager.post("/dashboard/watch/settings/", chosen).status_code == 302
    with merchant_scope(merchant.id):
        stored = patience()
    assert stored.not_sent_hours == 48
    assert stored.switched_off == {"not_picked_up", "promise_at_risk", "promise_missed", "pickup_ending"}

    too_short = manager.post("/dashboard/watch/settings/", {**chosen, "not_sent_hours": "23"})
    assert too_short.status_code == 422
    assert b"greater than or equal to 24" in too_short.content
    with merchant_scope(merchant.id):
        assert WatchSettings.objects.get().not_sent_hours == 48


def test_the_form_shows_what_holds(merchant, manager):
    manager.post("/dashboard/watch/settings/", {**DEFAULTS, "no_news_days_abroad": "9", "watched": []})

    page = manager.get("/dashboard/watch/settings/").content.decode()

    assert 'name="no_news_days_abroad" value="9"' in page
    assert page.count('type="checkbox" name="watched"') == 6
    assert "checked" not in page


@pytest.mark.parametrize(
    ("status", "address"),
    [
        ("in_transit", "/dashboard/parcels/?show=under_way"),
        ("out_for_delivery", "/dashboard/parcels/?show=under_way"),
        ("exception", "/dashboard/parcels/?show=trouble"),
        ("expired", "/dashboard/parcels/?show=trouble"),
    ],
)
def test_the_overviews_numbers_lead_to_exactly_those_parcels(world, owner, status, address):
    with merchant_scope(world.merchant.id):
        for number in range(3):
            make_shipment(world, make_order(world, f"N{number}"), tracking_number=f"T{number}")
        Shipment.objects.filter(tracking_number__in=["T0", "T2"]).update(status=status)

    home = owner.get("/dashboard/").content.decode()
    listed = owner.get(address)

    assert f'href="{address}"' in home
    assert sorted(row["parcel"].tracking_number for row in listed.context["rows"]) == ["T0", "T2"]


def test_the_overview_counts_open_alarms_and_leads_to_them(owner, alarms):
    response = owner.get("/dashboard/")

    assert response.context["overview"].alarms_open == 3
    assert b'class="figure-box" href="/dashboard/watch/"' in response.content


def test_parcels_are_found_by_their_number_or_their_orders(world, owner):
    with merchant_scope(world.merchant.id):
        for number in ("1001", "2002"):
            make_shipment(world, make_order(world, number), tracking_number=f"JJD{number}")

    def found(query: str) -> list[str]:
        rows = owner.get("/dashboard/parcels/", {"q": query}).context["rows"]
        return sorted(row["parcel"].tracking_number for row in rows)

    assert found("jjd 1001") == ["JJD1001"]
    assert found("2002") == ["JJD2002"]
    assert found("JJD") == ["JJD1001", "JJD2002"]
    assert found("nothing") == []


def test_a_long_list_goes_on_where_it_ended(world, owner):
    with merchant_scope(world.merchant.id):
        order = make_order(world)
        for number in range(45):
            raise_and_tell(
                merchant_id=world.merchant.id,
                kind=AlarmKind.NO_NEWS,
                causes=[Cause(order.id, make_shipment(world, order, f"p{number}", tracking_number=f"N{number}").id)],
                now=NOW + dt.timedelta(minutes=number),
            )

    first = owner.get("/dashboard/watch/?kind=no_news")
    second = owner.get("/dashboard/watch/", {"kind": "no_news", "after": first.context["next"]})

    numbers = [row["alarm"].shipment.tracking_number for page in (first, second) for row in page.context["rows"]]
    assert numbers == [f"N{number}" for number in reversed(range(45))]
    assert second.context["next"] == ""
