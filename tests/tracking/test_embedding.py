"""What the page brings along where another page shows it: its style and its pictures."""

import re

from tracking.embedding.pictures import PLACE, with_pictures
from tracking.embedding.style import embedded_style

STORE = ":root{--accent:#0b6b58}\n@media (prefers-color-scheme:dark){:root{--accent:#14836c}}\n"


def test_nothing_is_said_of_the_page_around() -> None:
    style = embedded_style(STORE)

    for sheet in (style.light, style.dark):
        assert not re.search(r"(?<![\w.-])(?:html|body)\b|:root|[\d.]rem\b|\dvw\b|prefers-color-scheme|url\(", sheet)
        assert sheet.count("{") == sheet.count("}")
    assert style.light.startswith(".embedded{all:initial}")


def test_colours_of_the_dark_come_apart_and_the_stores_come_last() -> None:
    style = embedded_style(STORE)

    assert re.findall(r"--accent:\s*(#\w+)", style.light)[-1] == "#0b6b58"
    assert re.findall(r"--accent:\s*(#\w+)", style.dark)[-1] == "#14836c"
    assert "#14836c" not in style.light


def test_sizes_follow_what_the_reader_chose_and_widths_the_place() -> None:
    light = embedded_style(STORE).light

    assert "--s4: calc(var(--rem,16px)*1);" in light
    assert "margin-left: calc(var(--rem,16px)*-.5)" in light
    assert "clamp(calc(var(--rem,16px)*1.75), calc(var(--rem,16px)*1.4) + 1.8cqi, calc(var(--rem,16px)*2.5))" in light
    assert "@container (min-width:640px){" in light
    assert "@media (min-width" not in light


def test_a_picture_made_of_others_brings_them_along_once() -> None:
    html = f'{PLACE}<svg><use href="/static/img/art.svg#lost"/></svg><use x="1" href="/p/static/img/icons.svg#van"/>'

    page = with_pictures(html)

    assert '<use href="#art-lost"/>' in page
    assert '<use x="1" href="#icons-van"/>' in page
    drawn = re.findall(r'<symbol id="([\w-]+)"', page)
    assert {"art-lost", "icons-van"} <= set(drawn)
    assert len(drawn) == len(set(drawn))
    assert set(re.findall(r'href="#([\w-]+)"', page)) <= set(drawn)
