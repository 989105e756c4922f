"""A merchant's own CSS variables: nothing gets through that is not on the list, and nothing nobody can read."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postpurchase.lib import page_style
from postpurchase.lib.colours import contrast
from postpurchase.lib.page_style import BadStyle, PageStyle, read_style, style_from, style_sheet, unreadable

TOKENS = Path("postpurchase/static/css/tokens.css").read_text()
LIGHT_TOKENS, DARK_TOKENS = TOKENS.split("@media (prefers-color-scheme: dark)")
ACCENT = "#0b6b58"

any_colour = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


def test_variables_are_read_and_written_in_one_spelling() -> None:
    style = read_style(
        light="--card: #FFF;\n--r3:8px;  --font: Fira Sans, 'Open Sans', sans-serif; --width: 50rem",
        dark="--card: #000;",
    )

    assert style.light == {
        "--card": "#ffffff",
        "--r3": "8px",
        "--font": '"Fira Sans","Open Sans",sans-serif',
        "--width": "50rem",
    }
    assert style.dark == {"--card": "#000000"}
    assert style_from({"light": dict(style.light), "dark": dict(style.dark)}) == style


HOSTILE = [
    ("--card: url(https://evil.example/x)", "bad_colour"),
    ("--card: #fff} body{display:none", "bad_colour"),
    ("--card: expression(alert(1))", "bad_colour"),
    ("--card: red", "bad_colour"),
    ("--card: #ffff", "bad_colour"),
    ("--card: #fff /* x */", "bad_colour"),
    ("--card: var(--ink)", "bad_colour"),
    ("@import 'https://evil.example/x.css'", "not_a_line"),
    ("position: fixed", "not_a_line"),
    ("--card", "not_a_line"),
    ("}", "not_a_line"),
    ("--position: fixed", "unknown_name"),
    ("--accent: #ffffff", "unknown_name"),
    ("--CARD: #ffffff", "not_a_line"),
    ("--r1: calc(1px * 9999)", "bad_length"),
    ("--r1: -1px", "bad_length"),
    ("--r1: 49px", "bad_length"),
    ("--r1: ٣px", "bad_length"),
    ("--width: 10px", "bad_length"),
    ("--width: 100vw", "bad_length"),
    ("--font: url(x)", "bad_font"),
    ('--font: "a\\22 b"', "bad_font"),
    ("--font: \"a'", "bad_font"),
    ("--font: a,,b", "bad_font"),
    ("--font: " + ", ".join("abcdefghi"), "bad_font"),
    ("--font: <style>", "bad_font"),
]


@pytest.mark.parametrize(("line", "code"), HOSTILE)
def test_what_is_not_on_the_list_is_refused_with_its_line(line: str, code: str) -> None:
    with pytest.raises(BadStyle) as refused:
        read_style(light=line, dark="")

    assert [(problem.scheme, problem.code) for problem in refused.value.problems] == [("light", code)]
    assert refused.value.problems[0].text == line[:80]


def test_every_problem_is_named_at_once_and_lengths_stand_once_for_both_schemes() -> None:
    with pytest.raises(BadStyle) as refused:
        read_style(light="--ink: blue; --what: 1px", dark="--r1: 2px; --card: #111")

    assert [(problem.scheme, problem.code) for problem in refused.value.problems] == [
        ("light", "bad_colour"),
        ("light", "unknown_name"),
        ("dark", "only_light"),
    ]
    with pytest.raises(BadStyle):
        read_style(light=";" * 4_001, dark="")


@given(st.text(alphabet="-:;#rgbinkcarduloft0123 ()'\"/*}{@\\\n", max_size=60))
def test_whatever_is_written_the_sheet_holds_only_what_the_list_allows(text: str) -> None:
    try:
        style = read_style(light=text, dark=text)
    except BadStyle:
        return

    sheet = style_sheet(accent=ACCENT, style=style)

    names = set(re.findall(r"(--[a-z0-9-]+):", sheet))
    accents = {"--accent", "--accent-contrast", "--accent-ink", "--accent-tint", "--accent-line"}
    assert names <= {*page_style.COLOURS, *page_style.LENGTHS, "--font", *accents}
    assert not re.search(r"url|import|expression|@(?!media \(prefers)|[\\<]|/\*", sheet)
    assert sheet.count("{") == sheet.count("}") == 3 + 2 * ("light)" in sheet)


def test_the_sheet_sets_both_schemes_and_keeps_light_colours_out_of_the_dark() -> None:
    plain = style_sheet(accent="#7a1f5c", style=PageStyle())
    own = style_sheet(accent="#7a1f5c", style=read_style(light="--card: #fffbe6; --r1: 0", dark="--ink: #fff"))

    assert plain.count("--accent:") == 2
    assert plain.startswith(":root{--accent:#7a1f5c;--accent-contrast:#ffffff;")
    assert "@media (prefers-color-scheme:light){:root{--card:#fffbe6}}" in own
    assert own.index("--r1:0") < own.index("@media")
    assert own.endswith("--ink:#ffffff}}\n")


@given(any_colour, any_colour, any_colour)
def test_an_accent_stays_readable_on_a_merchants_own_surfaces_or_the_surfaces_are_refused(
    accent: str, card: str, ground: str
) -> None:
    style = PageStyle(light={"--card": card, "--ground": ground})

    if unreadable(accent=accent, style=style):
        return

    light = style_sheet(accent=accent, style=style).split("@media")[0]
    ink, tint = (re.findall(rf"--accent-{name}:(#\w+)", light)[0] for name in ("ink", "tint"))
    assert min(contrast(ink, surface) for surface in (card, ground, tint, "#efeee9")) >= 4.5


@given(any_colour)
def test_our_own_variables_need_no_complaint_with_any_accent(accent: str) -> None:
    whole = PageStyle(light=page_style.LIGHT, dark=page_style.DARK)

    assert unreadable(accent=accent, style=whole) == []
    assert unreadable(accent=accent, style=PageStyle()) == []


def test_grey_on_white_is_refused_with_the_nearest_grey_that_does() -> None:
    style = read_style(light="--muted: #999999", dark="")

    found = unreadable(accent=ACCENT, style=style)

    assert [(one.front, one.ground) for one in found] == [
        ("--muted", ground) for ground in ("--card", "--ground", "--sunken", "--accent-tint")
    ]
    first = found[0]
    assert (first.scheme, first.change, round(first.ratio, 2), first.wanted) == ("light", "--muted", 2.85, 4.5)
    again = read_style(light=f"--muted: {first.proposal}", dark="")
    assert unreadable(accent=ACCENT, style=again) == []
    darker = int(first.proposal[1:3], 16)
    brighter = PageStyle(light={"--muted": "#{0:02x}{0:02x}{0:02x}".format(darker + 6)})
    assert unreadable(accent=ACCENT, style=brighter) != []


def test_a_card_too_dark_for_our_text_is_told_with_a_lighter_card() -> None:
    style = read_style(light="--card: #808080", dark="")

    found = unreadable(accent=ACCENT, style=style)

    assert {one.change for one in found} == {"--card"}
    muted = next(one for one in found if one.front == "--muted" and one.ground == "--card")
    assert contrast("#5a5e64", muted.proposal) >= 4.5


@pytest.mark.parametrize(("css", "values"), [(LIGHT_TOKENS, page_style.LIGHT), (DARK_TOKENS, page_style.DARK)])
def test_the_variables_are_those_of_the_tokens(css: str, values: dict[str, str]) -> None:
    for name, value in values.items():
        (token,) = re.findall(rf"{name}: (#[0-9a-f]+);", css)
        assert value in (token, "#" + "".join(2 * digit for digit in token[1:])), name
    for tone, value in page_style.TONES["light" if css is LIGHT_TOKENS else "dark"].items():
        assert f"{tone}: {value};" in css


def test_lengths_and_font_are_variables_the_style_sheets_use() -> None:
    sheets = TOKENS + Path("postpurchase/static/css/shopper.css").read_text()

    for name in (*page_style.LENGTHS, "--font"):
        assert f"var({name})" in sheets, name
