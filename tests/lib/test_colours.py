"""One brand colour, readable everywhere."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postpurchase.lib import colours

TOKENS = Path("postpurchase/static/css/tokens.css").read_text()
LIGHT_TOKENS, DARK_TOKENS = TOKENS.split("@media (prefers-color-scheme: dark)")

any_colour = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


def test_contrast_of_black_on_white_is_twenty_one() -> None:
    assert colours.contrast("#000000", "#ffffff") == 21.0
    assert colours.contrast("#777777", "#777777") == 1.0


@given(any_colour)
def test_every_brand_colour_stays_readable(accent: str) -> None:
    made = colours.palette(accent)

    for scheme, surfaces in ((made.light, colours.LIGHT_SURFACES), (made.dark, colours.DARK_SURFACES)):
        assert colours.contrast(scheme.fill, scheme.contrast) >= 4.5
        for surface in surfaces:
            assert colours.contrast(scheme.ink, surface) >= 4.5
            assert colours.contrast(scheme.fill, surface) >= 3
        assert colours.contrast(scheme.ink, scheme.tint) >= 4.5


def test_a_strong_colour_is_left_as_it_is() -> None:
    assert colours.palette("#0b6b58").light.fill == "#0b6b58"
    assert colours.palette("#0b6b58").light.ink == "#0b6b58"


def test_pale_yellow_gets_darker_for_text_and_black_on_it() -> None:
    made = colours.palette("#ffe45c").light

    assert made.contrast == "#000000"
    assert colours.contrast("#ffe45c", "#ffffff") < 1.5
    assert colours.contrast(made.ink, "#ffffff") >= 4.5


def test_a_dark_brand_stays_its_colour_in_the_dark() -> None:
    ink = colours.palette("#35594a").dark.ink

    red, green, blue = (int(ink[start : start + 2], 16) for start in (1, 3, 5))
    assert green > blue > red
    assert green - red >= 0x59 - 0x35


@pytest.mark.parametrize("text", ["", "red", "#fff", "#12345g", "#1234567", "#123456;}", " #123456"])
def test_what_is_no_colour_is_refused(text: str) -> None:
    with pytest.raises(colours.NotAColour):
        colours.palette(text)


@given(any_colour, st.lists(any_colour, min_size=1, max_size=3))
def test_the_nearest_readable_colour_is_the_colour_itself_or_can_be_read(colour: str, others: list[str]) -> None:
    found = colours.nearest_readable(colour, [(other, 3) for other in others])

    if all(colours.contrast(colour, other) >= 3 for other in others):
        assert found == colour
    elif found not in ("#000000", "#ffffff"):
        assert all(colours.contrast(found, other) >= 3 for other in others)
    if len(others) == 1:
        assert colours.contrast(found, others[0]) >= 3


@pytest.mark.parametrize("css", [LIGHT_TOKENS, DARK_TOKENS], ids=["light", "dark"])
def test_tokens_keep_text_readable_in_both_schemes(css: str) -> None:
    token = {name: _long(value) for name, value in re.findall(r"--([\w-]+): (#[0-9a-f]{3,6});", css)}
    surfaces = [token["ground"], token["card"], token["sunken"]]

    for ink in ("ink", "muted", "accent-ink"):
        for surface in [*surfaces, token["accent-tint"]]:
            assert colours.contrast(token[ink], surface) >= 4.5, (ink, surface)
    for tone in ("ok", "warn", "bad", "info"):
        assert colours.contrast(token[tone], token[f"{tone}-bg"]) >= 4.5, tone
        assert colours.contrast(token[tone], token["card"]) >= 4.5, tone
    assert colours.contrast(token["accent"], token["accent-contrast"]) >= 4.5
    for surface in surfaces:
        assert colours.contrast(token["field"], surface) >= 3, "the border of a form field"


def test_surfaces_are_those_of_the_tokens() -> None:
    for css, surfaces in ((LIGHT_TOKENS, colours.LIGHT_SURFACES), (DARK_TOKENS, colours.DARK_SURFACES)):
        named = [re.findall(rf"--{name}: (#[0-9a-f]+);", css)[0] for name in ("card", "ground", "sunken")]
        assert tuple(_long(value) for value in named) == surfaces


def _long(colour: str) -> str:
    return colour if len(colour) == 7 else "#" + "".join(letter * 2 for letter in colour[1:])
