"""The problems desk as shoppers meet it: on the tracking page, and the forms on it."""

import datetime as dt
import re
import uuid

import pytest
from django.core.cache import cache, caches
from django.http import HttpResponse
from django.test import Client
from django.utils.html import escape

from orders.models import Customer, Order
from postpurchase.accounts import page_links
from postpurchase.accounts.models import PageKind, Store
from postpurchase.accounts.scoping import merchant_scope
from tests.api.rows import digest_of
from tests.conftest import NOW
from tests.tracking.build import make_order, make_shipment, news
from tests.tracking.services.cases.test_opening import hear as hear_all
from tracking.models import Case, CaseEntry, CaseOutcome
from tracking.services.cases.closing import resolve_case
from tracking.services.cases.entries import PRODUCT, By, add_entry
from tracking.views import opening

pytestmark = pytest.mark.usefixtures("still_clock", "empty_cache")

HOSTILE = "<script>alert('x')</script>\x00\u202e{{7*7}} =cmd|' /C calc'!A0"
NOT_HOME = {"substatus": "attempt_failed_not_home"}


@pytest.fixture
def still_clock(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def empty_cache():
    cache.clear()
    caches["pages"].clear()


@pytest.fixture
def order(world) -> Order:
    with merchant_scope(world.merchant.id):
        buyer = Customer.objects.create(
            merchant=world.merchant, email="anna@example.com", created_at=NOW, updated_at=NOW
        )
        make_order(world, customer=buyer)
        return Order.objects.get()


@pytest.fixture
def path(world, order) -> str:
    with merchant_scope(world.merchant.id):
        token = page_links.page_token(
            merchant_id=world.merchant.id, kind=PageKind.TRACKING, subject_id=order.id, now=NOW
        )
    return f"/t/{token}"


@pytest.fixture
def shopper() -> Client:
    """A browser that knows nothing but the link, and insists on CSRF as a real one's server would."""
    return Client(raise_request_exception=False, enforce_csrf_checks=True)


def hear(world, order, *items) -> None:
    with merchant_scope(world.merchant.id):
        if not order.shipments.exists():
            make_shipment(world, order)
        hear_all(world, *items, order=order)


def case_of(world, **fields) -> Case:
    with merchant_scope(world.merchant.id):
        return Case.objects.select_related("order", "shipment").get(**fields)


def entries(world) -> list[CaseEntry]:
    with merchant_scope(world.merchant.id):
        return list(CaseEntry.objects.order_by("happened_at", "id"))


def let_in(world, client, path) -> None:
    """Give the browser what the right code would have given it."""
    response = HttpResponse()
    with merchant_scope(world.merchant.id):
        token = path.removeprefix("/t/")
        link = page_links.resolve(token=token, kind=PageKind.TRACKING, now=NOW)
        opening.let_in(response, link=link, token=token, now=NOW)
    client.cookies.update(response.cookies)


def words(response) -> str:
    body = re.sub(r"<title>.*?</title>", " ", response.content.decode(), flags=re.S)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))


def test_after_a_failed_attempt_the_page_asks_and_remembers(world, order, path, shopper) -> None:
    hear(world, order, news(20, "attempt_failed", **NOT_HOME))
    case = case_of(world)

    asked = words(shopper.get(path))
    assert "Was sollen wir tun?" in asked
    assert "Waren Sie zu Hause?" in asked
    assert "Freitag, 17. Juli" in asked
    assert "18. Juli" not in asked
    assert "Straße und Hausnummer" not in asked
    assert "Eine andere Adresse angeben (mit einem Code, den nur Sie bekommen)" in asked

    answered = shopper.post(f"{path}/cases/{case.id}/answer", {"choice": "new_date", "day": "2026-07-17"})
    assert (answered.status_code, answered["Location"]) == (303, f"{path}#case-{case.id}")
    page = words(shopper.get(path))
    assert "Danke, wir geben es weiter" in page
    assert "Sie möchten es Freitag, 17. Juli bekommen." in page
    assert "Wir sind seit heute dran. Wie es weitergeht, steht hier bis heute, Mittwoch, 15. Juli." in page

    with merchant_scope(world.merchant.id):
        Customer.objects.update(email="")
    assert "mit einem Code" not in words(shopper.get(path))

    assert "Ja, aber es hat niemand geklingelt" in page
    assert shopper.get(f"{path}/cases/{case.id}/home?home=not_rung").status_code == 405
    assert "at_home" not in [entry.kind for entry in entries(world)]
    home = shopper.post(f"{path}/cases/{case.id}/home", {"home": "not_rung"})
    assert home.status_code == 303
    page = words(shopper.get(path))
    assert "Waren Sie zu Hause?" not in page
    assert "Sie waren zu Hause. Danke, das klären wir mit dem Zustelldienst. Geklingelt hat niemand." in page


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("not_rung", {"was_home": True, "was_rung": False}),
        ("rung", {"was_home": True, "was_rung": True}),
        ("yes", {"was_home": True}),
        ("no", {"was_home": False}),
        ("perhaps", None),
    ],
)
def test_one_tap_says_who_was_there_and_whether_anybody_rang(world, order, path, shopper, said, kept) -> None:
    hear(world, order, news(20, "attempt_failed", **NOT_HOME))

    shopper.post(f"{path}/cases/{case_of(world).id}/home", {"home": said})

    assert [entry.data for entry in entries(world) if entry.kind == "at_home"] == ([kept] if kept else [])


def test_a_verified_shopper_gives_another_address(world, order, path, shopper) -> None:
    hear(world, order, news(20, "attempt_failed", **NOT_HOME))
    let_in(world, shopper, path)
    assert "Straße und Hausnummer" in words(shopper.get(path))
    address = {"name": " Anna\nMuster ", "street": "Nebenstr. 2\x00", "postal_code": "10117", "city": "Berlin"}
    url = f"{path}/cases/{case_of(world).id}/answer"

    assert shopper.post(url, {"choice": "new_address", "city": "Berlin"}).status_code == 422
    assert shopper.post(url, {"choice": "new_address", **address}).status_code == 303

    assert entries(world)[-1].details["address"] == {
        "name": "Anna Muster",
        "street": "Nebenstr. 2",
        "street2": "",
        "postal_code": "10117",
        "city": "Berlin",
    }
    page = words(shopper.get(path))
    assert "Sie möchten es an eine andere Adresse bekommen." in page
    assert "Nebenstr." not in page


def test_an_old_link_wants_a_code_first(world, order, path, shopper, time_machine) -> None:
    time_machine.move_to(NOW + dt.timedelta(days=120), tick=False)

    for response in (shopper.get(f"{path}/report"), shopper.post(f"{path}/report", {"reason": "damaged"})):
        assert (response.status_code, response["Location"]) == (303, f"{path}/code")
    assert entries(world) == []


def test_saying_it_twice_is_saying_it_once(world, order, path, shopper) -> None:
    hear(world, order, news(20, "attempt_failed", **NOT_HOME))
    case = case_of(world)
    for _ in range(2):
        assert shopper.post(f"{path}/cases/{case.id}/answer", {"choice": "pickup"}).status_code == 303
        assert shopper.post(f"{path}/cases/{case.id}/home", {"home": "yes"}).status_code == 303

    assert [entry.kind for entry in entries(world)] == ["opened", "answered", "at_home", "opened"]


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"choice": "new_date", "day": "2026-07-18"}, 422),
        ({"choice": "new_date", "day": "nonsense"}, 422),
        ({"choice": "new_date"}, 422),
        ({"choice": "new_address", "name": "X", "street": "Y 1", "postal_code": "1", "city": "Z"}, 422),
        ({"choice": "take all"}, 303),
        ({}, 303),
    ],
)
def test_what_cannot_be_chosen_is_not_kept(world, order, path, shopper, form, status) -> None:
    hear(world, order, news(20, "attempt_failed", **NOT_HOME))

    response = shopper.post(f"{path}/cases/{case_of(world).id}/answer", form)

    assert response.status_code == status
    assert [entry.kind for entry in entries(world)] == ["opened"]


@pytest.mark.parametrize(
    ("location", "look"),
    [
        ("delivered_to_neighbour", "Fragen Sie bitte zuerst im Haus und nebenan."),
        ("delivered_to_letterbox", "auch hinter der Klappe"),
        ("delivered_to_parcel_locker", "Den Code zum Öffnen"),
        ("delivered_to_safe_place", "auch in Garage, Schuppen"),
        ("", "Fragen Sie bitte zuerst im Haus und bei Nachbarn"),
    ],
)
def test_who_misses_a_parcel_is_asked_to_look_first(world, order, path, shopper, location, look) -> None:
    hear(world, order, news(20, "delivered", substatus=location))

    page = words(shopper.get(path))

    assert "Ich habe es nicht erhalten" in page
    assert look in page


def test_a_missing_parcel_is_looked_into_until_it_turns_up(world, order, path, shopper) -> None:
    hear(world, order, news(20, "delivered"))
    with merchant_scope(world.merchant.id):
        shipment = order.shipments.get()

    for _ in range(2):
        assert shopper.post(f"{path}/parcels/{shipment.id}/missing").status_code == 303
    page = words(shopper.get(path))
    assert "Wir kümmern uns darum" in page
    assert "Ich habe es nicht erhalten" not in page
    assert "Ihr Paket soll zugestellt sein, ist aber nicht bei Ihnen." in page
    assert "Wie es weitergeht, steht hier bis morgen, Donnerstag, 16. Juli." in page

    case = case_of(world)
    assert shopper.post(f"{path}/cases/{case.id}/found").status_code == 303
    page = words(shopper.get(path))
    assert "Das ist erledigt" in page
    assert "Ihr Paket hat sich gefunden. Abgeschlossen heute." in page
    assert "Es hat sich gefunden" not in page


def test_what_is_on_its_way_cannot_be_missed(world, order, path, shopper) -> None:
    hear(world, order, news(20, "in_transit"))
    with merchant_scope(world.merchant.id):
        shipment = order.shipments.get()

    assert "Ich habe es nicht erhalten" not in words(shopper.get(path))
    assert shopper.post(f"{path}/parcels/{shipment.id}/missing").status_code == 422
    with merchant_scope(world.merchant.id):
        assert Case.objects.count() == 0


def test_a_report_becomes_a_case_and_the_page_says_so(world, order, path, shopper) -> None:
    hear(world, order, news(20, "delivered"))
    with merchant_scope(world.merchant.id):
        cup = order.lines.get(sku="cup")
    form = words(shopper.get(f"{path}/report"))
    assert all(text in form for text in ("Was ist passiert?", "Etwas fehlt", "Lampe", "Tasse"))

    told = {"reason": "missing_item", "line": str(cup.id), "text": "Die Tasse fehlt."}
    first = shopper.post(f"{path}/report", told)
    again = shopper.post(f"{path}/report", told)

    case = case_of(world)
    assert [(one.status_code, one["Location"]) for one in (first, again)] == [(303, f"{path}#case-{case.id}")] * 2
    assert (case.reason, case.shipment_id is not None) == ("missing_item", True)
    (entry,) = entries(world)
    assert (entry.text, entry.data["line"]) == ("Die Tasse fehlt.", cup.external_id)
    page = words(shopper.get(path))
    assert "In Ihrem Paket fehlt etwas. Wir sind seit heute dran." in page
    assert "Ist alles gut angekommen?" not in page


def test_an_unhappy_face_leads_to_the_form(world, order, path, shopper) -> None:
    hear(world, order, news(20, "delivered"))

    shopper.post(f"{path}/sentiment", {"score": "1"})

    assert f'<a class="btn" href="{path}/report">' in shopper.get(path).content.decode()


def test_hostile_words_stay_words(world, order, path, shopper) -> None:
    hear(world, order, news(20, "delivered"))

    refused = shopper.post(f"{path}/report", {"reason": "<b>", "text": HOSTILE})
    assert refused.status_code == 422
    assert b"<script>" not in refused.content
    assert escape("<script>alert('x')</script>") in refused.content.decode()
    assert shopper.post(f"{path}/report", {"reason": "other", "text": HOSTILE + "x" * 5_000}).status_code == 303

    (entry,) = entries(world)
    assert entry.text.startswith("<script>alert('x')</script>  {{7*7}} =cmd")
    assert len(entry.text) == 2_000
    assert b"alert(" not in shopper.get(path).content


@pytest.mark.parametrize(
    "form",
    [{}, {"reason": "not_received", "text": "x"}, {"reason": "other"}, {"reason": "other", "text": " \x00 \n"}],
)
def test_an_empty_report_is_asked_for_again(world, order, path, shopper, form) -> None:
    response = shopper.post(f"{path}/report", form)

    assert response.status_code == 422
    assert 'role="alert"' in response.content.decode()
    assert entries(world) == []


def test_nobody_fills_the_queue(world, order, path, shopper) -> None:
    codes = [
        shopper.post(f"{path}/report", {"reason": "other", "text": f"Nummer {number}"}).status_code
        for number in range(12)
    ]

    assert codes == [303] * 10 + [429] * 2
    assert len(entries(world)) == 10


def test_looking_stores_nothing(world, order, path, shopper) -> None:
    hear(world, order, news(10, "attempt_failed", **NOT_HOME))
    hear(world, order, news(20, "delivered"))
    shopper.get(path)
    before = digest_of(world.merchant)
    case, parcel = uuid.uuid4(), uuid.uuid4()

    for method in (shopper.get, shopper.head):
        assert method(f"{path}/report").status_code == 200
        for action in (
            f"cases/{case}/answer",
            f"cases/{case}/home",
            f"cases/{case}/found",
            f"parcels/{parcel}/missing",
        ):
            assert method(f"{path}/{action}").status_code == 405

    assert digest_of(world.merchant) == before


def test_another_orders_link_leads_to_nothing(world, other_world, order, path, shopper) -> None:
    """Neither another order of the shop nor another shop's: both are strangers."""
    hear(world, order, news(10, "attempt_failed", **NOT_HOME))
    hear(world, order, news(20, "delivered"))
    with merchant_scope(world.merchant.id):
        case, parcel = Case.objects.get(), order.shipments.get()
    strangers = []
    for one, number in ((world, "2002"), (other_world, "3003")):
        with merchant_scope(one.merchant.id):
            other = make_order(one, number)
            strangers.append(
                page_links.page_token(merchant_id=one.merchant.id, kind=PageKind.TRACKING, subject_id=other.id, now=NOW)
            )
    before = digest_of(world.merchant)

    for token in (*strangers, "A" * 22, "x"):
        for action, form in {
            f"cases/{case.id}/answer": {"choice": "pickup"},
            f"cases/{case.id}/home": {"home": "yes"},
            f"cases/{case.id}/found": {},
            f"parcels/{parcel.id}/missing": {},
        }.items():
            response = shopper.post(f"/t/{token}/{action}", form)
            assert (response.status_code, b"Lampe" in response.content) == (404, False)
    for token in ("A" * 22, "x"):
        assert shopper.get(f"/t/{token}/report").status_code == 404
        assert shopper.post(f"/t/{token}/report", {"reason": "damaged"}).status_code == 404

    assert digest_of(world.merchant) == before


def test_parcels_and_articles_of_others_are_not_taken_up(world, order, path, shopper) -> None:
    hear(world, order, news(20, "delivered"))
    with merchant_scope(world.merchant.id):
        other = make_order(world, "2002")
        foreign = {
            "parcel": str(make_shipment(world, other, tracking_number="X").id),
            "line": str(other.lines.first().id),
        }

    assert shopper.post(f"{path}/report", {"reason": "damaged", **foreign}).status_code == 303

    case = case_of(world)
    assert case.shipment.order_id == order.id
    assert "line" not in entries(world)[0].data


@pytest.mark.parametrize(
    ("fields", "language", "expected"),
    [
        ({}, "de", "Waren Sie zu Hause?"),
        ({"tone": "du"}, "de", "Warst du zu Hause?"),
        ({}, "de-CH", "Waren Sie zu Hause?"),
        ({}, "en", "Were you at home?"),
    ],
)
def test_every_voice(world, order, path, shopper, fields, language, expected) -> None:
    with merchant_scope(world.merchant.id):
        Store.objects.update(**fields)
        Order.objects.update(language=language)
    hear(world, order, news(20, "attempt_failed", **NOT_HOME))

    page = words(shopper.get(path))
    assert expected in page
    assert "ß" not in page or language == "de"


def test_carriers_trouble_that_the_shopper_is_not_asked_about_is_the_teams(world, order, path, shopper) -> None:
    hear(world, order, news(20, "exception", substatus="exception_lost"))
    case = case_of(world)
    assert f"case-{case.id}" not in shopper.get(path).content.decode()

    with merchant_scope(world.merchant.id):
        team = By("team")
        add_entry(case=case, kind="replied", by=team, now=NOW, text="Wir schicken <b>morgen</b> neue Tassen.")
        add_entry(case=case, kind="note", by=team, now=NOW, text="Kunde ist schwierig")

    page = shopper.get(path).content.decode()
    assert "Wir schicken &lt;b&gt;morgen&lt;/b&gt; neue Tassen." in page
    assert "schwierig" not in page


def test_how_it_ended_stands_there_for_two_weeks(world, order, path, shopper, time_machine) -> None:
    shopper.post(f"{path}/report", {"reason": "damaged", "text": "Riss"})
    with merchant_scope(world.merchant.id):
        resolve_case(case=Case.objects.get(), outcome=CaseOutcome.SENT_AGAIN, by=PRODUCT, now=NOW)
    assert "Wir haben es noch einmal an Sie geschickt." in words(shopper.get(path))

    time_machine.move_to(NOW + dt.timedelta(days=15), tick=False)
    assert "Das ist erledigt" not in words(shopper.get(path))


def test_what_takes_longer_than_said_is_owned_up_to(world, order, path, shopper, time_machine) -> None:
    shopper.post(f"{path}/report", {"reason": "damaged", "text": "Riss"})

    time_machine.move_to(NOW + dt.timedelta(days=5), tick=False)

    page = words(shopper.get(path))
    assert "Es dauert länger, als wir wollten." in page
    assert "Bis" not in page.partition("Es dauert länger")[0][-80:]


def test_nothing_personal_is_on_the_page(world, order, path, shopper) -> None:
    hear(world, order, news(20, "attempt_failed", **NOT_HOME))
    case = case_of(world)
    address = {"name": "Berta Beispiel", "street": "Geheimweg 7", "postal_code": "10999", "city": "Berlin"}
    with merchant_scope(world.merchant.id):
        add_entry(
            case=case,
            kind="answered",
            by=By("shopper"),
            now=NOW,
            details={"address": address},
            data={"choice": "new_address"},
        )

    page = shopper.get(path).content.decode()

    assert "Sie möchten es an eine andere Adresse bekommen." in page
    assert [word for word in ("Berta", "Geheimweg", "10999") if word in page] == []
