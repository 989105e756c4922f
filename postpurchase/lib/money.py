"""Currencies and amounts. Money is a ``Decimal`` beside a currency; it never passes through a float.

Active codes and minor units: ISO 4217 list one (2026-01-01), without funds, metals and testing codes.
"""

from decimal import ROUND_HALF_UP, Decimal

_TWO = """
AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC CUP
CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES
KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK
NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB
TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG
"""
_NONE = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"
_THREE = "BHD IQD JOD KWD LYD OMR TND"

MINOR_UNITS: dict[str, int] = {
    **dict.fromkeys(_TWO.split(), 2),
    **dict.fromkeys(_NONE.split(), 0),
    **dict.fromkeys(_THREE.split(), 3),
}

UNIT_PRICE_DECIMALS = 4


def decimals_of(amount: Decimal) -> int:
    """Return how many decimals an amount really uses: 1 for 2.50."""
    exponent = amount.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def rounded(amount: Decimal, currency: str) -> Decimal:
    """Round to the currency's minor unit, halves up."""
    return amount.quantize(Decimal(1).scaleb(-MINOR_UNITS.get(currency, 2)), rounding=ROUND_HALF_UP)


def amount_text(amount: Decimal, currency: str) -> str:
    """Return a total as the API writes it: a plain decimal with the currency's minor unit."""
    return format(rounded(amount, currency), "f")


def unit_price_text(amount: Decimal, currency: str) -> str:
    """Return a unit price as the API writes it: the currency's minor unit, and up to four decimals where used."""
    places = max(MINOR_UNITS.get(currency, 2), min(decimals_of(amount), UNIT_PRICE_DECIMALS))
    return format(amount.quantize(Decimal(1).scaleb(-places)), "f")
