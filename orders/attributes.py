"""Reading the attributes shops send: what type a value looks like, and a value as the type it should have. Pure."""

import datetime as dt
import re
from decimal import Decimal, InvalidOperation
from typing import Any

from orders.enums import AttributeType

TypedValue = str | Decimal | dt.date | dt.datetime | bool | tuple[str | Decimal | bool, ...]

_DATE = re.compile(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")
_NUMBER = re.compile(r"^[+-]?[0-9]{1,30}(\.[0-9]{1,30})?$")
_YES_AND_NO = {"true": True, "false": False}


class DoesNotFit(ValueError):
    """The value cannot be read as the type."""


def typed_value(value: Any, type: str) -> TypedValue:
    """Return a JSON value as an ``AttributeType``. Raises ``DoesNotFit``.

    Numbers are exact, also from text; a moment needs an offset; a date is also the day of a moment, as it was written;
    text is also what a number or a switch looks like in JSON; a list holds text, numbers and switches.
    """
    match type:
        case AttributeType.TEXT:
            return _text(value)
        case AttributeType.NUMBER:
            return _number(value)
        case AttributeType.DATE:
            return _date(value)
        case AttributeType.DATETIME:
            return _moment(value)
        case AttributeType.BOOLEAN:
            return _switch(value)
        case AttributeType.LIST if isinstance(value, list):
            return tuple(_item(item) for item in value)
    raise DoesNotFit(type)


def guessed_type(value: Any) -> AttributeType | None:
    """Return what a value looks like, None where it says nothing (null, an object).

    Digits in quotation marks are text: an article number, a postal code.
    """
    match value:
        case bool():
            return AttributeType.BOOLEAN
        case int() | float():
            return AttributeType.NUMBER
        case list():
            return AttributeType.LIST
        case str():
            return next(
                (kind for kind in (AttributeType.DATE, AttributeType.DATETIME) if _could_be(value, kind)),
                AttributeType.TEXT,
            )
    return None


def _could_be(value: str, kind: AttributeType) -> bool:
    if (kind == AttributeType.DATE) != bool(_DATE.match(value)):
        return False
    try:
        typed_value(value, kind)
    except DoesNotFit:
        return False
    return True


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int | float):
        return str(value)
    raise DoesNotFit("text")


def _number(value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise DoesNotFit("number")
    # A float's shortest text is what was written; text must look like a number, not like one of Python's.
    text = repr(value) if isinstance(value, int | float) else value.strip()
    if isinstance(value, str) and not _NUMBER.match(text):
        raise DoesNotFit("number")
    try:
        return Decimal(text)
    except InvalidOperation:
        raise DoesNotFit("number") from None


def _date(value: Any) -> dt.date:
    if not isinstance(value, str):
        raise DoesNotFit("date")
    try:
        return dt.date.fromisoformat(value) if _DATE.match(value) else _moment(value).date()
    except ValueError:
        raise DoesNotFit("date") from None


def _moment(value: Any) -> dt.datetime:
    if not isinstance(value, str) or len(value) <= len("2026-01-01T00:00"):
        raise DoesNotFit("datetime")
    try:
        moment = dt.datetime.fromisoformat(value)
    except ValueError:
        raise DoesNotFit("datetime") from None
    if moment.tzinfo is None:
        raise DoesNotFit("datetime")
    return moment


def _switch(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and (switch := _YES_AND_NO.get(value.strip().lower())) is not None:
        return switch
    raise DoesNotFit("boolean")


def _item(item: Any) -> str | Decimal | bool:
    if isinstance(item, bool | str):
        return item
    return _number(item)
