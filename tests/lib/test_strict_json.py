"""What strict JSON takes and what it refuses."""

import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from postpurchase.lib.strict_json import BATCH, SINGLE, Limits, NotStrict, TooLarge, loads
from postpurchase.lib.validation import Refused


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"   ",
        b"{",
        b'{"a":1,}',
        b"{'a':1}",
        b"nul",
        b'"\x01"',
        b'{"a":1} x',
        b"\xef\xbb\xbf{}",
        b'{"a":"\xff"}',
        b'{"a":"\xed\xa0\x80"}',
        '{"a":1}'.encode("utf-16"),
        b'{"a":"\\u0000"}',
        b'{"\\u0000":1}',
        b'{"a":"\\ud800"}',
        b'{"a":"\\udc00\\ud800"}',
        b'{"a":1,"a":2}',
        b'{"x":{"a":1,"\\u0061":2}}',
        b'{"a":NaN}',
        b'{"a":-Infinity}',
        b"[" * 33 + b"]" * 33,
        b'{"a":' * 33 + b"1" + b"}" * 33,
        b"[" * 100_000 + b"]" * 100_000,
        b"[" * 100_000,
        b'["]",' * 40 + b"1" + b"]" * 40,
        b'{"a":[}',
    ],
    ids=lambda raw: raw[:24].decode("latin-1").encode("unicode_escape").decode() + f" ({len(raw)})",
)
def test_what_is_not_strict_is_refused(raw) -> None:
    with pytest.raises(NotStrict):
        loads(raw, SINGLE)


@pytest.mark.parametrize(
    ("raw", "pointers"),
    [
        (b'{"a":' + b"9" * 4301 + b"}", ["/a"]),
        (b'{"a":[1,1e400],"b/c":-1e999}', ["/a/1", "/b~1c"]),
        (b"[9223372036854775808, -9223372036854775809]", ["/0", "/1"]),
    ],
)
def test_numbers_that_nothing_can_hold_are_wrong_content_with_their_place(raw, pointers) -> None:
    with pytest.raises(Refused) as refused:
        loads(raw, SINGLE)

    assert [problem.pointer for problem in refused.value.problems] == pointers


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (b"9223372036854775807", 2**63 - 1),
        (b'"\\ud83d\\ude00 \\\\u0000"', "😀 \\u0000"),
        (b"[" * 32 + b"]" * 32, None),
        (b'["[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[", "\\"[{"]', None),
        (b" {} ", {}),
        ('"שלום Grüße"'.encode(), "שלום Grüße"),
    ],
)
def test_what_is_strict_is_read_as_it_is(raw, value) -> None:
    assert loads(raw, SINGLE) == (json.loads(raw) if value is None else value)


@pytest.mark.parametrize(
    ("raw", "is_allowed"),
    [
        (b"[" + b",".join([b"1"] * 9) + b"]", True),
        (b"[" + b",".join([b"1"] * 10) + b"]", False),
        (b'{"a":[],"b":{},"c":[ ],"d":[1,2,3,4,5]}', True),
        (b'{"a":[],"b":{},"c":[ ],"d":[1,2,3,4,5,6]}', False),
        (b'"' + b"," * 50 + b'"', True),
        (b'"' + b"x" * 98 + b'"', True),
        (b'"' + b"x" * 99 + b'"', False),
    ],
)
def test_size_and_number_of_values_are_limited_exactly(raw, is_allowed) -> None:
    limits = Limits(size=100, nodes=10)

    if is_allowed:
        assert loads(raw, limits) == json.loads(raw)
    else:
        with pytest.raises(TooLarge):
            loads(raw, limits)


def test_the_largest_hostile_bodies_are_refused_quickly() -> None:
    bodies = [b'["' * 2_000_000, b'"' + b"\\" * 7_000_000, b"[" * 8_000_000, b'{"":' * 2_000_000]

    for body in bodies:
        start = time.process_time()
        with pytest.raises((NotStrict, TooLarge)):
            loads(body, BATCH)
        assert time.process_time() - start < 5


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=5)
        | st.dictionaries(st.text(max_size=5).filter(lambda t: "\x00" not in t), inner, max_size=5)
    ),
    max_leaves=20,
)


@settings(max_examples=200, deadline=None)
@given(json_values, st.booleans())
def test_whatever_json_can_say_is_read_as_python_reads_it(value, ascii_only) -> None:
    try:
        raw = json.dumps(value, ensure_ascii=ascii_only).encode()
    except UnicodeEncodeError:
        return
    try:
        assert loads(raw, SINGLE) == value
    except NotStrict:
        assert any("\ud800" <= character <= "\udfff" for character in str(value)) or _depth(value) > 32


keys = st.sampled_from(
    ["a", "\\u0061", "b", "a\\\\", '\\"', '\\":', ":", "a :", "", "\\ud83d\\ude00", "😀", "\\/", "/"]
)
spaces = st.sampled_from(["", "", " ", "  ", "\t", "\n", "\r\n "])
texts = st.sampled_from(["1", '""', '":"', '":x"', '" :"', '"a\\":"', '"\\\\"', '"{"', "[]", "{}", '[":", {"b":1}]'])


@settings(max_examples=1000, deadline=None)
@given(st.lists(st.tuples(keys, spaces, spaces, texts), max_size=4))
def test_a_key_that_stands_twice_is_always_found(members) -> None:
    raw = "{" + ",".join(f'{space}"{key}"{space}:{after}{text}' for key, space, after, text in members) + "}"
    names = [json.loads(f'"{key}"') for key, _, _, _ in members]

    if len(set(names)) == len(names):
        assert loads(raw.encode(), SINGLE) == json.loads(raw)
    else:
        with pytest.raises(NotStrict, match="twice"):
            loads(raw.encode(), SINGLE)


def test_a_plain_body_is_read_without_looking_at_each_string(monkeypatch) -> None:
    monkeypatch.setattr("postpurchase.lib.strict_json._thoroughly", None)
    body = {
        "orders": [{"external_id": str(number), "name": "Grüße: 10:00, [x] {y}", "lines": []} for number in range(99)]
    }

    assert loads(json.dumps(body).encode(), BATCH) == body
    assert loads(json.dumps(body, ensure_ascii=False, indent=1).encode(), BATCH) == body


def _depth(value: object) -> int:
    if isinstance(value, dict):
        return 1 + max((_depth(item) for item in value.values()), default=0)
    if isinstance(value, list):
        return 1 + max((_depth(item) for item in value), default=0)
    return 0


@settings(max_examples=300, deadline=None)
@given(
    st.binary(max_size=60)
    | st.text('{}[]",:0123456789.eE+-\\untrfals \ud83d', max_size=60).map(lambda t: t.encode("utf-8", "replace"))
)
def test_nothing_but_the_three_refusals_ever_comes_out(raw) -> None:
    try:
        loads(raw, SINGLE)
    except (NotStrict, TooLarge, Refused):
        return
    json.loads(raw)
