"""Telephone numbers in one spelling: E.164."""

from phonenumbers import NumberParseException, PhoneNumberFormat, format_number, is_possible_number, parse


def e164(written: str, country: str) -> str | None:
    """Return a number as ``+4915112345678``, or None where it cannot be read.

    ``country`` (ISO 3166-1 alpha-2, may be empty) reads numbers without a country code.
    """
    try:
        number = parse(written, country or None)
    except NumberParseException:
        return None
    return format_number(number, PhoneNumberFormat.E164) if is_possible_number(number) else None
