"""JSON from strangers, read strictly.

Python's reader is generous: it takes NaN, keeps the last of two equal keys, hands on NUL characters and half surrogate
pairs that PostgreSQL then refuses, and follows any depth until the stack ends. Here all of that is refused, with a
reason, before anybody else sees the data.

    NotStrict   400   syntax, UTF-8, NUL, lone surrogate, duplicate key, NaN and Infinity, too deep
    TooLarge    413   more bytes or values than the caller allows
    Refused     422   JSON as it should be, but a number that nothing here can hold

Nearly every body is plainly in order, and a few scans of its bytes prove it (``_plainly_strict``). Only of others is
looked at each string, to say exactly what is wrong with them.
"""

import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec

from postpurchase.lib.validation import Problem, Refused, pointer_part

MAX_DEPTH = 32
# What a signed 64-bit integer holds; larger ones would lose digits in most programs that read our answers.
LARGEST_INTEGER = 2**63 - 1

_STRING = re.compile(rb'"(?:[^"\\]+|\\.)*"', re.DOTALL)
_EMPTY = re.compile(rb"\[\s*\]|\{\s*\}")
_NOT_BRACKETS = bytes(byte for byte in range(256) if byte not in b"[]{}")
_ONE_KIND = bytes.maketrans(b"{}", b"[]")
_ALL_DIGITS_ONE = bytes.maketrans(b"012345678", b"9" * 9)
_LONG_NUMBER = b"9" * 19  # what has fewer digits fits into 64 bits
_DOUBTFUL_COLONS = (b'\\":', b" :", b"\t:", b"\n:", b"\r:")
_UNSURE = object()
_SUSPICIOUS_ESCAPE = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")


@dataclass(frozen=True, slots=True)
class Limits:
    """The largest body: its size in bytes and the number of values in it."""

    size: int
    nodes: int


SINGLE = Limits(size=2_000_000, nodes=50_000)
BATCH = Limits(size=8_000_000, nodes=400_000)


class NotStrict(ValueError):
    """Not JSON, or not JSON that means one thing only."""


class TooLarge(ValueError):
    """More than the limit, which the message names."""


class _OutOfRange:
    """Stands in the tree for a number that cannot be held, until it is reported with its place."""


def loads(raw: bytes, limits: Limits) -> Any:
    """Read one JSON document. Raises ``NotStrict``, ``TooLarge`` or ``Refused``."""
    if len(raw) > limits.size:
        raise TooLarge(f"The body may have {limits.size:,} bytes.")
    if not raw.strip():
        raise NotStrict("The body is empty.")
    tree = _plainly_strict(raw, limits)
    return _thoroughly(raw, limits) if tree is _UNSURE else tree


def _plainly_strict(raw: bytes, limits: Limits) -> Any:
    """Return the document if it is strict beyond doubt, else ``_UNSURE``: what may be wrong is for others to say."""
    # More than there are values: what stands within strings is counted as well.
    if raw.count(b",") + raw.count(b"[") + raw.count(b"{") >= limits.nodes:
        return _UNSURE
    if _LONG_NUMBER in raw.translate(_ALL_DIGITS_ONE):
        return _UNSURE
    # Each key ends with a quote and a colon; where no space or backslash stands before either, every key is such a pair
    # (and a text that begins with a colon). Were a key there twice, the document would hold fewer keys than pairs.
    if any(pair in raw for pair in _DOUBTFUL_COLONS):
        return _UNSURE
    try:
        tree = msgspec.json.decode(raw)
    except (ValueError, RecursionError):
        return _UNSURE
    if _keys_within_depth(tree) != raw.count(b'":'):
        return _UNSURE
    if _SUSPICIOUS_ESCAPE.search(raw):
        _refuse_unstorable_text(tree)
    return tree


def _keys_within_depth(tree: Any) -> int:
    """Return the number of keys of all objects, -1 where they are too deep."""
    keys, level = 0, [tree] if isinstance(tree, dict | list) else []
    for _ in range(MAX_DEPTH):
        if not level:
            return keys
        keys += sum(len(container) for container in level if type(container) is dict)
        level = [
            value
            for container in level
            for value in (container.values() if type(container) is dict else container)
            if type(value) is dict or type(value) is list
        ]
    return -1 if level else keys


def _thoroughly(raw: bytes, limits: Limits) -> Any:
    bones = _STRING.sub(b"", raw)
    if _is_too_deep(bones):
        raise NotStrict(f"Objects and lists may be {MAX_DEPTH} deep.")
    if _count(bones) > limits.nodes:
        raise TooLarge(f"The body may have {limits.nodes:,} values.")
    tree, has_wrong_numbers = _parse(raw)
    if _SUSPICIOUS_ESCAPE.search(raw) or b"\x00" in raw:
        _refuse_unstorable_text(tree)
    if has_wrong_numbers:
        raise Refused(
            Problem(pointer, "out_of_range", "This number is too large.") for pointer in _wrong_numbers(tree, "")
        )
    return tree


def _count(bones: bytes) -> int:
    """Count the values from the structure alone: each comma and each container that is not empty adds one."""
    containers = bones.count(b"[") + bones.count(b"{") - len(_EMPTY.findall(bones))
    return 1 + bones.count(b",") + containers


def _is_too_deep(bones: bytes) -> bool:
    """Take the innermost pairs of brackets away, level by level. What is merely unbalanced is the parser's to tell."""
    # One kind of bracket, so that a round takes one level and no more.
    brackets = bones.translate(_ONE_KIND, delete=_NOT_BRACKETS)
    for _ in range(MAX_DEPTH):
        if not brackets:
            return False
        brackets = brackets.replace(b"[]", b"")
    # Unbalanced brackets never vanish. Up to the allowed depth they cannot hurt; the parser names the mistake.
    return len(brackets) > MAX_DEPTH or b"[]" in brackets


def _parse(raw: bytes) -> tuple[Any, bool]:
    wrong: list[_OutOfRange] = []

    def out_of_range() -> _OutOfRange:
        wrong.append(_OutOfRange())
        return wrong[-1]

    def integer(text: str) -> Any:
        # Python itself refuses more than 4,300 digits.
        if len(text) > 20:
            return out_of_range()
        value = int(text)
        return value if -LARGEST_INTEGER - 1 <= value <= LARGEST_INTEGER else out_of_range()

    def number(text: str) -> Any:
        value = float(text)
        return value if math.isfinite(value) else out_of_range()

    try:
        tree = json.loads(
            raw.decode("utf-8"),
            object_pairs_hook=_object,
            parse_int=integer,
            parse_float=number,
            parse_constant=_refuse_constant,
        )
    except UnicodeDecodeError:
        raise NotStrict("The body is not UTF-8.") from None
    except json.JSONDecodeError as error:
        raise NotStrict(f"{error.msg} (line {error.lineno}, column {error.colno}).") from None
    except RecursionError:
        raise NotStrict(f"Objects and lists may be {MAX_DEPTH} deep.") from None
    return tree, bool(wrong)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for index, name in enumerate(names) if name in names[:index])
        raise NotStrict(f"The key {json.dumps(twice)[:100]} stands twice in one object.")
    return result


def _refuse_constant(name: str) -> Any:
    raise NotStrict(f"{name} is not JSON.")


def _refuse_unstorable_text(value: Any) -> None:
    for text in _texts(value):
        if "\x00" in text:
            raise NotStrict("Text may not hold the NUL character.")
        if any("\ud800" <= character <= "\udfff" for character in text):
            raise NotStrict("Text holds half of a surrogate pair.")


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, dict):
        for name, item in value.items():
            yield name
            yield from _texts(item)


def _wrong_numbers(value: Any, pointer: str) -> Iterator[str]:
    if isinstance(value, _OutOfRange):
        yield pointer
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _wrong_numbers(item, f"{pointer}/{index}")
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from _wrong_numbers(item, f"{pointer}/{pointer_part(name)}")
