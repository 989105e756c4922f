"""Telephone numbers in one spelling: E.164."""

from phonenumbers import (
    NumberParseException,
    PhoneNumberFormat,
    PhoneNumberType,
    format_number,
    is_possible_number,
    is_valid_number,
    number_type,
    parse,
)

# Where numbers do not tell the two apart (as in the USA), one that may be a mobile counts as one.
_MOBILE = (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE)


def e164(written: str, country: str) -> str | None:
    """Return a number as ``+4915112345678``, or None where it cannot be read.

    ``country`` (ISO 3166-1 alpha-2, may be empty) reads numbers without a country code.
    """
    try:
        number = parse(written, country or None)
    except NumberParseException:
        return None
    return format_number(number, PhoneNumberFormat.E164) if is_possible_number(number) else None


def mobile_number(written: str, country: str) -> str | None:
    """Return a number as ``e164`` does where it is in use and may take text messages, None for any other.

    Dear numbers (premium, shared cost) are none that text messages are sent to.
    """
    number = e164(written, country)
    if number is None:
        return None
    parsed = parse(number)
    return number if is_valid_number(parsed) and number_type(parsed) in _MOBILE else None
