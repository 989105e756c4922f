"""How the numbers of couriers look that have no file of their own here, and the rarer numbers of those that have.

Facts for detection only: whoever ships with one of them is told by name who it may be, and the parcel is kept as
``other``. The forms are those of the public collection jkeen/tracking_number_data; ``manage.py check_numbers`` holds
them against it.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from postpurchase.lib.countries import COUNTRIES
from tracking.carriers.check_digits import fedex, fedex_34, luhn, modulo_37_36, s10, weighted_from_right
from tracking.enums import Carrier

COUNTRIES_OF_S10 = {"DE": Carrier.DHL, "AT": Carrier.AUSTRIAN_POST, "CH": Carrier.SWISS_POST, "US": Carrier.USPS}


@dataclass(frozen=True, slots=True)
class NumberKind:
    """One form of number. ``courier`` is a slug, one of ours or the courier's own.

    ``check`` gets the groups of ``pattern``; None means that the number has no check digit. ``is_distinctive``: the
    form alone, letters and all, is used by nobody else we know of.
    """

    courier: str
    name: str
    pattern: re.Pattern[str]
    check: Callable[[tuple[str, ...]], bool] | None = None
    is_distinctive: bool = False

    def matches(self, number: str) -> bool:
        """Say whether a whole number (upper case, no spaces) has this form, check digit included."""
        found = self.pattern.fullmatch(number)
        return found is not None and (self.check is None or self.check(tuple(group or "" for group in found.groups())))


def _gs1(groups: tuple[str, ...]) -> bool:
    """Modulo 10 with weights 3 and 1 over the last group, which ends with its check digit."""
    return weighted_from_right(groups[-1], (3, 1))


def _doubled(groups: tuple[str, ...]) -> bool:
    return weighted_from_right(groups[-1], (2, 1))


def _plain_first(groups: tuple[str, ...]) -> bool:
    return weighted_from_right(groups[-1], (1, 2))


def _luhn(groups: tuple[str, ...]) -> bool:
    return luhn(groups[-1])


def _with_first_digit(digit: str) -> Callable[[tuple[str, ...]], bool]:
    """The check digit counts a first digit that is not always printed."""
    return lambda groups: _doubled((groups[-1] if groups[-1].startswith(digit) else f"{digit}{groups[-1]}",))


def _kind(
    courier: str,
    name: str,
    pattern: str,
    check: Callable[[tuple[str, ...]], bool] | None = None,
    *,
    distinctive: bool = False,
) -> NumberKind:
    return NumberKind(courier, name, re.compile(pattern), check, distinctive)


KINDS: tuple[NumberKind, ...] = (
    _kind("amazon", "Amazon Logistics", r"TB[ACM]\d{12}", distinctive=True),
    _kind("amazon", "Amazon", r"[AFC]\d{10}"),
    _kind("canada_post", "Canada Post", r"(\d{16})", _gs1),
    _kind("canpar", "Canpar", r"[CDKLSUXZ]\d{21}", distinctive=True),
    _kind("dhl", "DHL eCommerce", r"(?:GM|LX|RX|UV|CN|SG|TH|IN|HK|MY)(?=\D*\d)[0-9A-Z]{10,39}"),
    _kind("dhl", "DHL eCommerce", r"\d{14}"),
    _kind("dpd", "DPD", r"(\d{14}[0-9A-Z])", lambda groups: modulo_37_36(groups[0])),
    _kind("fedex", "FedEx ASTRA", r"3\d{15}(\d{12})\d{4}", lambda groups: fedex(groups[0])),
    _kind("fedex", "FedEx Ground", r"(\d{15})", _gs1),
    _kind("fedex", "FedEx Ground", r"\d{2}(\d{16})", _gs1),
    _kind("fedex", "FedEx Ground", r"96\d{5}(\d{15})", _gs1),
    _kind("fedex", "FedEx Ground", r"(96\d{32})", lambda groups: fedex_34(groups[0])),
    _kind("gofo", "GOFO Express", r"GFUS\d{14}", distinctive=True),
    _kind("landmark", "Landmark Global", r"LTN\d{8}N1", distinctive=True),
    _kind("lasership", "LaserShip", r"L[AIEHNX][1-3]\d{7}"),
    _kind("lasership", "LaserShip", r"1LS7[12]\d{10}", distinctive=True),
    _kind("lasership", "LaserShip", r"1LS7[12]\d{2}01[1-4]\d{6}-1", distinctive=True),
    _kind("lasership", "LaserShip", r"1LSCX[0-9A-Z]{10}", distinctive=True),
    _kind("old_dominion", "Old Dominion", r"((?:77[78]|072|780)\d{8})", _luhn),
    _kind("old_dominion", "Old Dominion", r"(80\d{9})", _luhn),
    _kind("ontrac", "OnTrac", r"C(\d{14})", _with_first_digit("4")),
    _kind("ontrac", "OnTrac", r"D(\d{14})", _with_first_digit("5")),
    _kind("purolator", "Purolator", r"([0-5]\d{11})", _luhn),
    _kind("purolator", "Purolator", r"[A-Z]{3}\d{9}"),
    _kind("speedee", "Spee-Dee", r"SP\d{18}", distinctive=True),
    _kind("ups", "UPS", r"[AHJKTV](\d{10})", _plain_first),
    _kind("usps", "USPS", r"(\d{20})", _gs1),
    # With or without the routing code (420 and the ZIP) in front.
    _kind("usps", "USPS", r"(?:420\d{5}(?:\d{4})?)?(9[1-5]\d{20}|9[2-5]\d{24}|9[2-5]\d{28})", _gs1),
    _kind("usps", "USPS", r"(?:420\d{9})?(\d{20})", lambda groups: _gs1((f"91{groups[0]}",))),
    _kind("yodel", "Yodel", r"JJ?D\d{16}"),
    _kind("yunexpress", "YunExpress", r"YT\d{16}", distinctive=True),
)


def post_of(number: str) -> tuple[str, str] | None:
    """Return slug and name of the post that an international number (UPU S10) names, None for other numbers.

    A country that does not exist, or a wrong check digit, makes it no such number.
    """
    if not re.fullmatch(r"[A-Z]{2}\d{9}[A-Z]{2}", number) or number[-2:] not in COUNTRIES or not s10(number):
        return None
    carrier = COUNTRIES_OF_S10.get(number[-2:])
    return (carrier.value, "") if carrier else ("s10", f"{number[-2:]} Post")
