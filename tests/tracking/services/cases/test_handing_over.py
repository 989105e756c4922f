"""Files for carriers: what they need and no more, safe to open, told once, the same ever after."""

import csv
import datetime as dt
import io

from orders.models import Customer, Order
from postpurchase.lib.personal_data import ErasedPerson
from tests.conftest import NOW
from tests.tracking.build import make_order, make_shipment, news
from tests.tracking.services.cases.test_opening import hear, kinds
from tracking.cases.choices import Address, Choice
from tracking.models import Case, CaseEntry, HandOver, HandOverLine, ShipmentAlarm
from tracking.selectors.cases import cases_for_carrier, file_of
from tracking.services.cases.answering import Wish, answer_case, deny_delivery, say_whether_home
from tracking.services.cases.entries import By
from tracking.services.cases.handing_over import hand_over
from tracking.services.erase import erase_cases

HOUR = dt.timedelta(hours=1)
TEAM = By("team")
NEW = Address("=HYPERLINK(1)", "@Nebenstr. 2", "", "10117", "Berlin")


def parcel(world, number: str, *items, **fields) -> Order:
    order = make_order(world, number, **fields)
    order.refresh_from_db()
    make_shipment(world, order, tracking_number=number)
    for item in items:
        hear(world, item, order=order)
    return order


def failed(world, number: str, **fields) -> Case:
    item = news(20, "attempt_failed", number, substatus="attempt_failed_not_home")
    return Case.objects.get(order=parcel(world, number, item, **fields), reason="failed_attempt")


def make(world, cases, *, now=NOW, language="de", carrier="dhl") -> HandOver | None:
    ids = [case.pk for case in cases]
    return hand_over(merchant=world.merchant, carrier=carrier, case_ids=ids, language=language, by=TEAM, now=now)


def rows(made: HandOver) -> list[dict[str, str]]:
    text = file_of(hand_over=made)
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def waiting(carrier="dhl") -> list[str]:
    return [case.shipment.tracking_number for case in cases_for_carrier(carrier=carrier)]


def test_a_file_says_what_the_shopper_wants_and_is_told_once(world, in_scope) -> None:
    case = failed(world, "A")
    assert waiting() == []  # nothing chosen yet: the carrier tries again anyway
    answer_case(
        merchant=world.merchant,
        case=case,
        wish=Wish(Choice.NEW_DATE, day=dt.date(2026, 7, 17)),
        verified=False,
        now=NOW,
    )
    assert waiting() == ["A"]

    made = make(world, [case], now=NOW + HOUR)

    (row,) = rows(made)
    assert row == {
        "Sendungsnummer": "A",
        "Bestellung": "A",
        "Worum es geht": "Zustellversuch gescheitert",
        "Letzte Meldung": "Niemand angetroffen",
        "Gemeldet am": "2026-07-15 08:30",
        "Bitte": "Bitte am neuen Tag zustellen",
        "Neuer Tag": "2026-07-17",
        "Neuer Name": "",
        "Neue Straße": "",
        "Zusatz": "",
        "Neue Postleitzahl": "",
        "Neuer Ort": "",
        "Land": "",
        "Belege": "",
        "Bei uns seit": "2026-07-15 12:30",
    }
    case.refresh_from_db()
    assert case.handed_over_at == NOW + HOUR
    assert case.due_at == dt.datetime(2026, 7, 20, 11, 30, tzinfo=dt.UTC)  # three working days later
    assert kinds(case) == ["opened", "answered", "handed_over"]
    assert waiting() == []
    assert make(world, [case], now=NOW + 2 * HOUR) is None
    assert HandOver.objects.count() == 1


def test_a_new_address_goes_along_only_where_it_is_wished_and_runs_nothing(world, in_scope) -> None:
    moved, other = failed(world, "A"), failed(world, "B")
    answer_case(merchant=world.merchant, case=moved, wish=Wish(Choice.NEW_ADDRESS, address=NEW), verified=True, now=NOW)
    answer_case(merchant=world.merchant, case=other, wish=Wish(Choice.PICKUP), verified=False, now=NOW)

    made = make(world, [moved, other], language="en")

    first, second = rows(made)
    assert [first[name] for name in ("New name", "New street", "New town", "Country")] == [
        "'=HYPERLINK(1)",
        "'@Nebenstr. 2",
        "Berlin",
        "DE",
    ]
    assert second["Request"] == "Please leave it at a parcel shop"
    assert [second[name] for name in ("New name", "New street", "New postal code", "New town", "Country")] == [""] * 5
    text = file_of(hand_over=made)
    assert [word for word in ("Hauptstr. 1", "10115", "Anna") if word in text] == []


def test_evidence_goes_along_with_a_disputed_attempt(world, in_scope) -> None:
    case = failed(world, "A")
    say_whether_home(merchant=world.merchant, case=case, was_home=True, was_rung=False, now=NOW)
    ShipmentAlarm.objects.create(
        merchant=world.merchant,
        order=case.order,
        shipment=case.shipment,
        kind="false_attempt",
        detail={"score": 7, "signs": ["at_home", "no_ring", "never_out", "day_off", "not known here"]},
        raised_at=NOW,
    )

    made = make(world, Case.objects.all())

    (row,) = rows(made)
    assert row["Worum es geht"] == "Zustellversuch bestritten"
    assert row["Belege"] == (
        "Empfänger war zu Hause (eigene Angabe); Es wurde nicht geklingelt (Angabe des Empfängers); "
        "Kein Scan im Zustellfahrzeug an diesem Tag; Scan an einem Sonn- oder Feiertag"
    )


def test_a_denied_delivery_says_where_it_is_said_to_be(world, in_scope) -> None:
    order = parcel(world, "A", news(20, "delivered", "A", substatus="delivered_to_neighbour"))
    deny_delivery(merchant=world.merchant, order=order, shipment=order.shipments.get(), text="Geheim", now=NOW)

    made = make(world, Case.objects.all())

    (row,) = rows(made)
    assert (row["Bitte"], row["Belege"]) == (
        "Bitte nachforschen und Zustellnachweis senden",
        "Als Ablageort gemeldet: Nachbarn",
    )
    assert "Geheim" not in file_of(hand_over=made)


def test_each_carrier_gets_their_own_and_only_what_was_chosen(world, in_scope) -> None:
    for number in ("A", "B"):
        parcel(world, number, news(20, "exception", number, substatus="exception_lost"))
    order = make_order(world, "G")
    make_shipment(world, order, carrier="gls", tracking_number="G")
    order.refresh_from_db()
    hear(world, news(20, "exception", "G", substatus="exception_lost"), order=order)
    cases = {case.shipment.tracking_number: case for case in Case.objects.select_related("shipment")}

    made = make(world, [cases["B"], cases["G"]])

    assert [row["Sendungsnummer"] for row in rows(made)] == ["B"]
    assert (waiting(), waiting("gls")) == (["A"], ["G"])


def test_news_after_the_file_is_told_again(world, in_scope) -> None:
    case = failed(world, "A")
    answer_case(merchant=world.merchant, case=case, wish=Wish(Choice.PICKUP), verified=False, now=NOW)
    first = make(world, [case], now=NOW + HOUR)
    case.refresh_from_db()
    answer_case(merchant=world.merchant, case=case, wish=Wish(Choice.REFUSE), verified=False, now=NOW + 2 * HOUR)

    second = make(world, [case], now=NOW + 3 * HOUR)

    assert [rows(made)[0]["Bitte"] for made in (first, second)] == [
        "Bitte in einem Paketshop hinterlegen",
        "Bitte an den Absender zurückschicken",
    ]


def test_a_file_is_the_same_whatever_changes_and_forgets_the_erased(world, in_scope) -> None:
    customer = Customer.objects.create(merchant=world.merchant, created_at=NOW, updated_at=NOW)
    for number, fields in (("A", {"customer": customer}), ("B", {})):
        parcel(world, number, news(20, "exception", number, substatus="exception_lost"), **fields)
    made = make(world, Case.objects.all())
    before = file_of(hand_over=made)

    Order.objects.update(number="changed", shipping_address={})
    Case.objects.update(reason="held", state="resolved", resolved_at=NOW)
    CaseEntry.objects.all().delete()
    assert file_of(hand_over=made) == before

    erase_cases(person=ErasedPerson(merchant_id=world.merchant.id, customer_ids=(customer.id,)), now=NOW)
    assert [row["Sendungsnummer"] for row in rows(made)] == ["B"]
    assert HandOverLine.objects.count() == 2


def test_parcels_without_a_number_and_shoppers_matters_are_nothing_for_a_carrier(world, in_scope) -> None:
    order = parcel(world, "A", news(20, "exception", "A", substatus="exception_lost"))
    order.shipments.update(tracking_number="")
    other = parcel(world, "B")
    fields = {"merchant": world.merchant, "order": other, "shipment": other.shipments.get(), "source": "shopper"}
    Case.objects.create(reason="wrong_item", opened_at=NOW, due_at=NOW, updated_at=NOW, **fields)

    assert cases_for_carrier() == []
    assert make(world, Case.objects.all()) is None
