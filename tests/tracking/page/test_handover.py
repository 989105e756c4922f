"""How a parcel was handed over, who may read it, and what can still be changed before."""

import pytest

from postpurchase.lib.texts import texts_for
from tests.tracking.page.test_build import parcel
from tracking.carriers.delivery_options import OPTIONS
from tracking.enums import Carrier, DeliveryLocation
from tracking.enums import ShipmentStatus as S
from tracking.page.handover import Handover, choices_of, handover_of

SIE = texts_for("tracking", language="de")


@pytest.mark.parametrize("location", DeliveryLocation.values)
def test_every_place_has_its_words(location) -> None:
    for language, tone in (("de", "sie"), ("de", "du"), ("de-CH", "sie"), ("en", "sie")):
        texts = texts_for("tracking", language=language, tone=tone)
        assert handover_of(parcel(S.DELIVERED, delivery_location=location), texts, verified=False).place


def test_names_are_for_the_buyer() -> None:
    facts = parcel(
        S.DELIVERED, delivery_location="neighbour", delivery_location_text="Familie Weber", signed_by="K. Weber"
    )

    assert handover_of(facts, SIE, verified=False) == Handover("bei Ihren Nachbarn", "", "liegt vor", has_more=True)
    assert handover_of(facts, SIE, verified=True) == Handover(
        "bei Ihren Nachbarn", "Familie Weber", "K. Weber", has_more=False
    )


def test_the_carriers_proof_is_for_the_buyer() -> None:
    facts = parcel(S.DELIVERED, proof_url="https://proof.example.com/1")

    assert handover_of(facts, SIE, verified=False) == Handover("", "", "", has_more=True)
    assert handover_of(facts, SIE, verified=True) == Handover("", "", "", False, "https://proof.example.com/1")


def test_a_code_is_promised_only_where_it_shows_more() -> None:
    facts = parcel(S.DELIVERED, delivery_location="neighbour")
    nowhere = parcel(S.DELIVERED, delivery_location_text="bei Weber", signed_by="K. Weber")

    assert handover_of(facts, SIE, verified=False) == Handover("bei Ihren Nachbarn", "", "", has_more=False)
    assert handover_of(nowhere, SIE, verified=True) == Handover("", "", "K. Weber", has_more=False)


@pytest.mark.parametrize(
    "facts",
    [
        parcel(S.IN_TRANSIT, delivery_location="neighbour"),
        parcel(S.AVAILABLE_FOR_PICKUP, delivery_location="parcel_shop"),
        parcel(S.DELIVERED),
    ],
)
def test_nothing_is_said_of_what_did_not_happen(facts) -> None:
    assert handover_of(facts, SIE, verified=True) is None


def test_a_shop_is_no_secret() -> None:
    facts = parcel(S.DELIVERED, delivery_location="parcel_shop", delivery_location_text="Kiosk am Platz")

    assert handover_of(facts, SIE, verified=False) == Handover("im Paketshop", "", "", has_more=False)


@pytest.mark.parametrize(
    ("carrier", "status", "expected"),
    [
        ("dhl", S.INFO_RECEIVED, "https://www.dhl.de/de/privatkunden/pakete-empfangen/verfolgen.html?piececode=0034"),
        ("dhl", S.OUT_FOR_DELIVERY, None),
        ("hermes", S.IN_TRANSIT, "https://www.myhermes.de/empfangen/sendungsverfolgung/sendungsinformation#0034"),
        ("hermes", S.INFO_RECEIVED, None),
        ("dpd", S.ATTEMPT_FAILED, "https://tracking.dpd.de/status/de_DE/parcel/0034"),
        ("swiss_post", S.ATTEMPT_FAILED, "https://www.post.ch/de/empfangen/empfang-steuern/meine-sendungen"),
        ("austrian_post", S.DELIVERED, None),
        ("gls", S.IN_TRANSIT, None),
        ("other", S.IN_TRANSIT, None),
    ],
)
def test_a_delivery_can_be_changed_where_the_carrier_still_takes_wishes(carrier, status, expected) -> None:
    choices = choices_of(parcel(status, carrier=carrier), SIE)

    assert (choices and choices.url) == expected


def test_the_offer_names_the_carrier_and_every_wish() -> None:
    choices = choices_of(parcel(carrier="swiss_post"), SIE)

    assert choices is not None
    assert choices.offer == (
        "Die Post bietet oft noch an: anderer Tag, Ablageort, Abgabe bei Nachbarn, "
        "Abholung in einer Filiale oder einem Paketshop, andere Adresse."
    )
    assert choices.needs_account


def test_without_a_number_the_carrier_knows_no_parcel() -> None:
    assert choices_of(parcel(tracking_number=""), SIE) is None


@pytest.mark.parametrize("carrier", OPTIONS)
def test_no_carrier_takes_wishes_for_what_is_over(carrier) -> None:
    over = {S.DELIVERED, S.EXCEPTION, S.EXPIRED, S.AVAILABLE_FOR_PICKUP, S.OUT_FOR_DELIVERY}

    assert isinstance(carrier, Carrier)
    assert not OPTIONS[carrier].statuses & over
