"""What looks the same is the same."""

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postpurchase.lib.composition import composed, composed_text
from postpurchase.lib.strict_json import BATCH, NotStrict, loads

E_ACUTE, IN_TWO = "\u00e9", "e\u0301"


def read(raw: bytes) -> object:
    return composed(loads(raw, BATCH), raw)


@pytest.mark.parametrize(
    ("raw", "tree"),
    [
        (f'{{"name": "Ren{IN_TWO}"}}'.encode(), {"name": f"Ren{E_ACUTE}"}),
        (b'{"name": "Rene\\u0301"}', {"name": f"Ren{E_ACUTE}"}),
        (f'[{{"{IN_TWO}": ["{IN_TWO}"]}}]'.encode(), [{E_ACUTE: [E_ACUTE]}]),
        (f'{{"name": "Ren{E_ACUTE}", "n": 1, "b": null}}'.encode(), {"name": f"Ren{E_ACUTE}", "n": 1, "b": None}),
        (b'{"line": "a\\nb"}', {"line": "a\nb"}),
    ],
)
def test_all_text_is_composed(raw, tree) -> None:
    assert read(raw) == tree


def test_two_keys_that_become_one_are_refused() -> None:
    with pytest.raises(NotStrict, match="differently composed"):
        read(json.dumps({E_ACUTE: 1, IN_TWO: 2}).encode())


@given(
    st.recursive(
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8),
        lambda inner: st.lists(inner, max_size=3),
    ),
    st.booleans(),
)
def test_whatever_comes_in_is_composed_once_and_for_all(tree, as_ascii) -> None:
    found = read(json.dumps(tree, ensure_ascii=as_ascii).encode())

    assert all(unicodedata.is_normalized("NFC", text) and composed_text(text) == text for text in _texts(found))


def _texts(tree: object) -> list[str]:
    return [tree] if isinstance(tree, str) else [text for item in tree for text in _texts(item)]
