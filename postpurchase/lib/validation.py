"""What is wrong with a body, all of it at once, each with a pointer to the place.

Bodies are msgspec Structs. ``msgspec.convert`` is fast but stops at the first mistake; only when it refuses is the body
walked a second time here, to name every mistake.
"""

import types
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin, get_type_hints

import msgspec
from msgspec import Struct
from msgspec.structs import fields as fields_of

T = TypeVar("T")

MOST_PROBLEMS = 100

# The beginnings of msgspec's messages, and the codes that programs may rely on.
_CODES = (
    ("Expected `datetime` with a timezone", "timezone"),
    ("Invalid RFC3339", "format"),
    ("Expected `str` matching regex", "format"),
    ("Expected `str` of length >=", "too_short"),
    ("Expected `str` of length <=", "too_long"),
    ("Expected `array` of length >=", "too_short"),
    ("Expected `array` of length <=", "too_long"),
    ("Expected `object` of length <=", "too_long"),
    ("Expected `int` >", "too_small"),
    ("Expected `int` <", "too_large"),
    ("Integer value out of range", "too_large"),
    ("Invalid enum value", "choice"),
    ("Expected `", "type"),
)


class Problem(Struct, frozen=True):
    """One mistake (or warning). ``pointer`` is a JSON pointer (RFC 6901) into the body, ``code`` is for programs."""

    pointer: str
    code: str
    message: str


class Refused(Exception):
    """A body with wrong content; nothing of it was applied."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(f"{problem.pointer}: {problem.message}" for problem in self.problems))


def read(value: Any, type_: type[T], *, lax: bool = False) -> T:
    """Turn plain JSON data into ``type_``. Raises ``Refused`` with all mistakes. ``lax`` reads numbers from text."""
    try:
        return msgspec.convert(value, type_, strict=not lax)
    except msgspec.ValidationError:
        raise Refused(list(_problems(value, type_, "", lax))[:MOST_PROBLEMS]) from None


def pointer_part(name: str) -> str:
    """Escape one step of a JSON pointer."""
    return name.replace("~", "~0").replace("/", "~1")


def _problems(value: Any, hint: Any, pointer: str, lax: bool) -> Iterable[Problem]:
    """Name every mistake in ``value``, which should be what the type hint says."""
    inner = _without_none_and_annotations(hint)
    found = False
    if isinstance(inner, type) and issubclass(inner, Struct) and isinstance(value, Mapping):
        for problem in _problems_of_struct(value, inner, pointer, lax):
            found = True
            yield problem
    elif get_origin(inner) in (list, tuple) and isinstance(value, list):
        for index, item in enumerate(value):
            for problem in _problems(item, get_args(inner)[0], f"{pointer}/{index}", lax):
                found = True
                yield problem
    if not found:
        try:
            msgspec.convert(value, hint, strict=not lax)
        except msgspec.ValidationError as error:
            yield _problem(str(error), pointer)


def _problems_of_struct(value: Mapping[str, Any], struct: type[Struct], pointer: str, lax: bool) -> Iterable[Problem]:
    hints = _hints(struct)
    declared = {field.encode_name: field for field in fields_of(struct)}
    for name in value:
        if name not in declared and struct.__struct_config__.forbid_unknown_fields:
            yield Problem(f"{pointer}/{pointer_part(str(name))}", "unknown_field", "There is no such field.")
    for name, field in declared.items():
        at = f"{pointer}/{pointer_part(name)}"
        if name in value:
            yield from _problems(value[name], hints[field.name], at, lax)
        elif field.required:
            yield Problem(at, "required", "This field is required.")


def _problem(message: str, pointer: str) -> Problem:
    text = message.split(" - at `", 1)[0]
    code = next((code for start, code in _CODES if text.startswith(start)), "invalid")
    return Problem(pointer, code, f"{text}.")


@lru_cache(maxsize=256)
def _hints(struct: type[Struct]) -> dict[str, Any]:
    return get_type_hints(struct, include_extras=True)


def _without_none_and_annotations(hint: Any) -> Any:
    while True:
        origin = get_origin(hint)
        if origin is Annotated:
            hint = get_args(hint)[0]
        elif origin in (Union, types.UnionType):
            options = [option for option in get_args(hint) if option is not types.NoneType]
            if len(options) != 1:
                return hint
            hint = options[0]
        else:
            return hint
