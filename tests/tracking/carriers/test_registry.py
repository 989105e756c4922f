"""Carriers by word and number, their codes in our words, their pages. Numbers are made here, digit by digit."""

import pytest

from tracking.carriers import dhl_codes, registry
from tracking.carriers.base import plain_code
from tracking.carriers.check_digits import modulo_37_36, s10, ups, weighted_from_right
from tracking.enums import STATUS_OF_SUBSTATUS, Carrier, ShipmentStatus


def with_check_digit(stem: str, fits: object, tail: str = "") -> str:
    """Append the one digit or letter that fits."""
    for sign in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ":
        number = f"{stem}{sign}{tail}"
        if (sign.isdigit() or fits is modulo_37_36) and fits(number):  # type: ignore[operator]
            return number
    raise AssertionError(stem)


@pytest.mark.parametrize(
    ("number", "carrier"),
    [
        (with_check_digit("0034043412345678901", lambda n: weighted_from_right(n, (3, 1))), Carrier.DHL),
        (with_check_digit("RR12345678", s10, "DE"), Carrier.DHL),
        (with_check_digit("RR12345678", s10, "CH"), Carrier.SWISS_POST),
        (with_check_digit("RR12345678", s10, "AT"), Carrier.AUSTRIAN_POST),
        (with_check_digit("RR12345678", s10, "US"), Carrier.USPS),
        (with_check_digit("1ZABC1234567890123"[:17], ups), Carrier.UPS),
        (with_check_digit("09981122334455", modulo_37_36), Carrier.DPD),
        ("H1001234567890123456", Carrier.HERMES),
        ("996001234567890123", Carrier.SWISS_POST),
        ("", Carrier.OTHER),
        ("TEST-1", Carrier.OTHER),
        ("12345678", Carrier.OTHER),
        (with_check_digit("RR12345678", s10, "FR"), Carrier.OTHER),
    ],
)
def test_a_number_names_its_carrier_or_nobody(number: str, carrier: Carrier) -> None:
    assert registry.carrier_of_number(number) == carrier


def test_a_wrong_check_digit_names_nobody() -> None:
    right = with_check_digit("0034043412345678901", lambda n: weighted_from_right(n, (3, 1)))
    wrong = right[:-1] + str((int(right[-1]) + 1) % 10)

    assert registry.carrier_of_number(wrong) == Carrier.OTHER


def test_a_number_that_could_be_of_two_carriers_names_neither() -> None:
    both = next(
        number
        for number in map(str, range(100_000_000_000, 100_000_010_000))
        if sum(any(p.matches(number) for p in profile.numbers) for profile in registry.PROFILES.values()) == 2
    )

    assert registry.carrier_of_number(both) == Carrier.OTHER


@pytest.mark.parametrize(
    ("word", "carrier"),
    [
        ("dhl", Carrier.DHL),
        ("DHL Paket", Carrier.DHL),
        ("Deutsche-Post", Carrier.DHL),
        ("Österreichische Post", Carrier.AUSTRIAN_POST),
        ("Die Post", Carrier.SWISS_POST),
        ("Radkurier Lindenhof", Carrier.OTHER),
    ],
)
def test_a_shops_word_names_its_carrier(word: str, carrier: Carrier) -> None:
    assert registry.carrier_of_word(word) == carrier


@pytest.mark.parametrize(
    ("carrier", "code", "expected"),
    [
        ("dhl", "DLVRD/ACCPK", ("delivered", "delivered_picked_up")),
        ("dhl", "dlvrd accdm", ("delivered", "")),
        ("dhl", "DLVRD-CODRP", (None, "")),
        ("dhl", "ADVIS-DLVDT", (None, "")),
        ("dhl", "LDTMV-FWEXH", ("in_transit", "in_transit_departed")),
        ("dhl", "unknown", (None, "")),
        ("hermes", "3732", ("attempt_failed", "attempt_failed_second")),
        ("gls", "INTIAL.PREADVICE", ("info_received", "")),
        ("ups", "X-SR", ("in_transit", "in_transit_customs_cleared")),
        ("fedex", "OD", ("out_for_delivery", "")),
        ("usps", "02", ("attempt_failed", "attempt_failed_not_home")),
        ("dpd", "AT_DELIVERY_DEPOT", ("in_transit", "in_transit_arrived")),
        # The same scan in two of DHL's classes, and one DHL counts as delivered.
        ("dhl", "SRTED/NRQRD/NB", ("in_transit", "")),
        ("dhl", "SRTED/NRQRD/PO", ("out_for_delivery", "")),
        ("dhl", "ADVIS-STBSD-DD", (None, "")),
        ("dhl", "ADVIS-STBSD-ZN", ("exception", "exception_held")),
        ("dhl", "DSPSD-NTCLM-ZU", ("exception", "exception_not_picked_up")),
        ("dhl", "NTDEL-NHOME", ("attempt_failed", "attempt_failed_not_home")),
        ("dhl", "NTDEL-NEWRC", ("attempt_failed", "")),
        ("dhl", "DLVRD-NGHBR", ("delivered", "delivered_to_neighbour")),
        # Nine digits and four; the driver, the depot, the parcel shop.
        ("hermes", "090001004", ("delivered", "")),
        ("hermes", "060004004", ("attempt_failed", "attempt_failed_second")),
        ("hermes", "060004003", ("in_transit", "in_transit_arrived")),
        ("hermes", "060014004", ("attempt_failed", "")),
        ("hermes", "060014008", ("in_transit", "in_transit_arrived")),
        ("hermes", "060017008", ("attempt_failed", "")),
        ("hermes", "065001003", ("exception", "exception_returning_to_sender")),
        ("hermes", "3000", ("out_for_delivery", "")),
        ("hermes", "3410", ("available_for_pickup", "available_for_pickup_parcel_shop")),
        ("hermes", "125001009", ("exception", "exception_returned")),
        ("hermes", "60-4-3", ("in_transit", "in_transit_arrived")),
        ("hermes", "050-001-003", ("out_for_delivery", "")),
        # UPS: the status beside the type says more, and never less.
        ("ups", "I-OT-021", ("out_for_delivery", "")),
        ("ups", "I-XX", ("in_transit", "")),
        ("ups", "X-SR-003", ("in_transit", "in_transit_customs_cleared")),
        ("ups", "X-48-022", ("attempt_failed", "")),
        ("ups", "X-ZZ-011", ("exception", "exception_unknown_reason")),
        ("ups", "I-ZZ-011", ("in_transit", "")),
        ("ups", "D-2Q-161", ("available_for_pickup", "available_for_pickup_parcel_shop")),
        ("ups", "D-FS-011", ("delivered", "")),
        ("dpd", "14", ("attempt_failed", "")),
        ("dpd", "ParcelShop", ("available_for_pickup", "available_for_pickup_parcel_shop")),
        ("gls", "DELIVD.PARCELSHOP", ("available_for_pickup", "available_for_pickup_parcel_shop")),
        ("gls", "DELIVD.POD", ("delivered", "")),
        ("fedex", "DD", ("in_transit", "in_transit_delayed")),
        # FedEx: the reason beside the scan says more where it is documented.
        ("fedex", "DE-08", ("attempt_failed", "attempt_failed_not_home")),
        ("fedex", "DE-03", ("exception", "exception_address_incorrect")),
        ("fedex", "DE-A47", ("exception", "exception_unknown_reason")),
        ("fedex", "DL-08", ("delivered", "")),
        ("usps", "54", ("attempt_failed", "")),
        ("usps", "TL", ("in_transit", "")),
        ("usps", "T1", ("in_transit", "in_transit_departed")),
        ("swiss_post", "PARCEL.*.1.1003", ("out_for_delivery", "")),
        ("swiss_post", "MISSED_DELIVERY", ("attempt_failed", "")),
        ("swiss_post", "PARCEL.*.2.3800", ("delivered", "delivered_to_letterbox")),
        ("swiss_post", "LETTER.*.93.923", ("exception", "exception_address_incorrect")),
        ("austrian_post", "readyForPickUp", ("available_for_pickup", "")),
        # Austrian Post: what hindered the driver is no tour, and a return that arrives no delivery.
        ("austrian_post", "AZT-AT", ("out_for_delivery", "")),
        ("austrian_post", "ZUH/BN", ("attempt_failed", "attempt_failed_not_home")),
        ("austrian_post", "ZUH-AV", ("exception", "exception_refused")),
        ("austrian_post", "ZUH-HS", ("available_for_pickup", "")),
        ("austrian_post", "HIA-HO", ("available_for_pickup", "")),
        ("austrian_post", "BEI-EAW", ("available_for_pickup", "available_for_pickup_locker")),
        ("austrian_post", "CUD-CL", ("exception", "exception_customs")),
        ("austrian_post", "CUS-CR", ("in_transit", "in_transit_customs_cleared")),
        ("austrian_post", "ZUS-ZU", ("delivered", "")),
        ("austrian_post", "ZUS-ZAW", ("delivered", "delivered_picked_up")),
        ("austrian_post", "ZUS-ZR", ("exception", "exception_returned")),
        ("austrian_post", "RTS-NEW", ("exception", "exception_returning_to_sender")),
        ("austrian_post", "PKI-PD", (None, "")),  # the second notice was delivered, not the parcel
        ("austrian_post", "BNT-2056", ("delivered", "delivered_to_letterbox")),
        ("other", "out_for_delivery", ("out_for_delivery", "")),
        ("other", "delivered_to_neighbour", ("delivered", "delivered_to_neighbour")),
        ("other", "exception", ("exception", "exception_unknown_reason")),
    ],
)
def test_a_carriers_code_in_our_words(carrier: str, code: str, expected: tuple[str | None, str]) -> None:
    meaning = registry.meaning_of(carrier, code)

    assert meaning is not None
    assert (meaning.status and str(meaning.status), meaning.substatus) == expected


@pytest.mark.parametrize(
    ("carrier", "code"),
    [
        ("dhl", "NEVER-SEEN"),
        ("dhl", ""),
        ("other", "DLVRD"),
        ("other", ""),
        ("hermes", "999999999"),
        ("fedex", "08"),
        ("hermes", "06000400"),
        ("swiss_post", "PARCEL.*.1.9999"),
    ],
)
def test_a_code_in_no_table_stays_unknown(carrier: str, code: str) -> None:
    assert registry.meaning_of(carrier, code) is None


@pytest.mark.parametrize("profile", registry.PROFILES.values(), ids=lambda profile: profile.slug)
def test_every_table_uses_our_words_and_its_own_key_form(profile: registry.CarrierProfile) -> None:
    for code, meaning in profile.codes.items():
        assert code == plain_code(code)
        assert meaning.substatus == "" or STATUS_OF_SUBSTATUS[meaning.substatus] == meaning.status
        assert meaning.status != ShipmentStatus.EXCEPTION or meaning.substatus


FAILED = ("NTDEL", "DLVRF", "RETRN", "EXPHD", "DSPSD", "RCCLS", "DMGDS", "HLDCU", "CNFSC")


@pytest.mark.parametrize("event", FAILED)
def test_no_failed_attempt_of_dhl_is_a_delivery_whatever_the_reason(event: str) -> None:
    own = [code for code in registry.PROFILES[Carrier.DHL].codes if code.partition("-")[0] == event]

    for code in (*own, f"{event}-NEVER", f"{event}-NEVER-ZU"):
        meaning = registry.meaning_of("dhl", code)
        assert meaning is not None
        assert meaning.status not in (ShipmentStatus.DELIVERED, ShipmentStatus.OUT_FOR_DELIVERY)


def test_no_code_of_dhl_stands_in_two_tables() -> None:
    parts = (dhl_codes.BEFORE, dhl_codes.ON_THE_WAY, dhl_codes.TROUBLE, dhl_codes.ARRIVED)

    assert len(dhl_codes.CODES) == sum(map(len, parts)) + 3


@pytest.mark.parametrize("status", range(200))
def test_only_ups_own_type_delivers(status: int) -> None:
    for kind in "MPIOX":
        meaning = registry.meaning_of("ups", f"{kind}-ZZ-{status:03}")
        assert meaning is not None
        assert meaning.status != ShipmentStatus.DELIVERED


def test_every_carrier_but_other_has_a_profile_and_a_page_that_holds_the_number() -> None:
    assert set(registry.PROFILES) == set(Carrier) - {Carrier.OTHER}
    for carrier in registry.PROFILES:
        assert "A%26B%201" in registry.page_of(carrier, "A&B 1", language="de-CH")
        assert registry.PROFILES[carrier].slug == carrier
        assert registry.page_of(carrier, "", language="de") == ""
    assert registry.page_of("other", "1", language="de") == ""


def test_the_carriers_page_speaks_the_shoppers_language() -> None:
    assert registry.page_of("dpd", "1", language="de") == "https://tracking.dpd.de/status/de_DE/parcel/1"
    assert registry.page_of("dpd", "1", language="en-GB") == "https://tracking.dpd.de/status/en_US/parcel/1"


def test_names_are_the_carriers_own_or_the_shops_word() -> None:
    assert registry.name_of("swiss_post") == "Die Post"
    assert registry.name_of("other", "Radkurier") == "Radkurier"
