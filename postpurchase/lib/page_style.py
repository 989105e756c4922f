"""A merchant's own CSS variables for shoppers' pages: read strictly, and refused where they cannot be read.

Nothing a merchant writes reaches a style sheet as text. Each line is one ``--name: value;`` of a fixed list, its value
is parsed into what it means (a colour, a length, names of fonts) and written anew; so there is no way in for ``url()``,
``@import``, ``expression()``, ``position`` or a closing brace. Colours stand per scheme (light, dark); lengths and
fonts are the same in both.

    style = read_style(light="--card: #fff; --r3: 8px;", dark="")   # raises BadStyle with every problem
    unreadable(accent="#0b6b58", style=style)                       # pairs below WCAG 2.2's contrast, with a way out
    style_sheet(accent="#0b6b58", style=style)                      # what /<slug>/brand.css answers
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from postpurchase.lib.colours import Accent, Palette, contrast, nearest_readable, palette

TEXT_CONTRAST = 4.5  # WCAG 2.2, success criterion 1.4.3
CONTROL_CONTRAST = 3.0  # 1.4.11, borders of fields
MOST_CHARACTERS = 4_000

# What the variables of tokens.css are without a merchant's; a test keeps both files in step.
LIGHT = {
    "--ground": "#f6f5f1",
    "--card": "#ffffff",
    "--sunken": "#efeee9",
    "--ink": "#1c1d1f",
    "--muted": "#5a5e64",
    "--line": "#e2e0d9",
    "--field": "#83868b",
}
DARK = {
    "--ground": "#121315",
    "--card": "#1b1d20",
    "--sunken": "#16181a",
    "--ink": "#ecedee",
    "--muted": "#a6abb1",
    "--line": "#2e3136",
    "--field": "#7a7f86",
}
COLOURS = tuple(LIGHT)
SURFACES = ("--card", "--ground", "--sunken")
# Which colour stands on which, and the contrast it needs there.
PAIRS = (
    ("--ink", (*SURFACES, "--accent-tint"), TEXT_CONTRAST),
    ("--muted", (*SURFACES, "--accent-tint"), TEXT_CONTRAST),
    ("--accent-ink", (*SURFACES, "--accent-tint"), TEXT_CONTRAST),
    ("--ok", ("--card",), TEXT_CONTRAST),
    ("--bad", ("--card",), TEXT_CONTRAST),
    ("--accent", SURFACES, CONTROL_CONTRAST),
    ("--field", ("--card",), CONTROL_CONTRAST),
)
# Tones of messages are ours in both schemes.
TONES = {"light": {"--ok": "#17693f", "--bad": "#a3231c"}, "dark": {"--ok": "#7fd6a3", "--bad": "#ff9d94"}}

# Lengths with their bounds in rem (1rem = 16px).
LENGTHS = {"--r1": (0.0, 3.0), "--r2": (0.0, 3.0), "--r3": (0.0, 3.0), "--round": (0.0, 63.0), "--width": (20.0, 80.0)}
FONT = "--font"
GENERIC_FONTS = frozenset(
    [
        "serif",
        "sans-serif",
        "monospace",
        "cursive",
        "system-ui",
        "ui-serif",
        "ui-sans-serif",
        "ui-monospace",
        "ui-rounded",
    ]
)
MOST_FONTS = 8

_LINE = re.compile(r"^(--[a-z0-9-]+)\s*:\s*(.+)$", re.DOTALL)
_HEX = re.compile(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})")
_LENGTH = re.compile(r"([0-9]{1,4}(?:\.[0-9]{1,3})?)(px|rem)|0")
_FONT_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9 _-]{0,59}")


@dataclass(frozen=True, slots=True)
class StyleProblem:
    """``code`` is unknown_name, not_a_line, bad_colour, bad_length, bad_font, only_light or too_long."""

    scheme: str
    code: str
    text: str


class BadStyle(ValueError):
    """The text holds something that is not one of the allowed variables; ``problems`` names each."""

    def __init__(self, problems: list[StyleProblem]) -> None:
        super().__init__(", ".join(f"{problem.code}: {problem.text}" for problem in problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class PageStyle:
    """Variables by name, in normal spelling. ``light`` also holds what does not depend on the scheme."""

    light: Mapping[str, str] = field(default_factory=dict)
    dark: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Two colours that stand on each other with too little contrast.

    ``change`` names the merchant's variable that ``proposal`` (``#rrggbb``, the nearest that passes everywhere) is for.
    """

    scheme: str
    front: str
    ground: str
    ratio: float
    wanted: float
    change: str
    proposal: str


def read_style(*, light: str, dark: str) -> PageStyle:
    """Return what a merchant wrote as variables. Raises ``BadStyle``."""
    problems: list[StyleProblem] = []
    schemes = {
        scheme: dict(_read(text, scheme, problems))
        for scheme, text in (("light", light.strip()), ("dark", dark.strip()))
    }
    if problems:
        raise BadStyle(problems)
    return PageStyle(**schemes)


def style_from(stored: Mapping[str, Mapping[str, str]]) -> PageStyle:
    """Return a stored style (``{"light": {…}, "dark": {…}}``). Rows are checked again: a restored copy is not ours."""
    return read_style(light=written(stored.get("light", {})), dark=written(stored.get("dark", {})))


def written(variables: Mapping[str, str]) -> str:
    """Return variables as a merchant would write them, one to a line."""
    return "\n".join(f"{name}: {value};" for name, value in variables.items())


def unreadable(*, accent: str, style: PageStyle) -> list[Unreadable]:
    """Return the pairs of text and ground that too many people could not read, each with the nearest colour that does.

    Text needs 4.5 : 1 wherever it stands, the border of a field and the surface of a button 3 : 1.
    """
    colours = _palette(accent, style)
    return [
        *_unreadable("light", LIGHT | TONES["light"] | _accents(colours.light), style.light),
        *_unreadable("dark", DARK | TONES["dark"] | _accents(colours.dark), style.dark),
    ]


def style_sheet(*, accent: str, style: PageStyle) -> str:
    """Return the style sheet of a store: its accent, readable on its own surfaces, and its variables."""
    colours = _palette(accent, style)
    common = {name: value for name, value in style.light.items() if name not in COLOURS}
    light = {name: value for name, value in style.light.items() if name in COLOURS}
    sheet = f":root{{{_declarations(_accents(colours.light) | common)}}}\n"
    if light:
        sheet += f"@media (prefers-color-scheme:light){{:root{{{_declarations(light)}}}}}\n"
    dark = _accents(colours.dark) | dict(style.dark)
    return sheet + f"@media (prefers-color-scheme:dark){{:root{{{_declarations(dark)}}}}}\n"


def _read(text: str, scheme: str, problems: list[StyleProblem]) -> Iterator[tuple[str, str]]:
    if len(text) > MOST_CHARACTERS:
        problems.append(StyleProblem(scheme, "too_long", str(MOST_CHARACTERS)))
        return
    for line in filter(None, (piece.strip() for piece in text.split(";"))):
        match = _LINE.match(line)
        if match is None:
            problems.append(StyleProblem(scheme, "not_a_line", line[:80]))
            continue
        name, value = match[1], " ".join(match[2].split())
        code, normal = _normal(name, value, scheme)
        if code:
            problems.append(StyleProblem(scheme, code, line[:80]))
        else:
            yield name, normal


def _normal(name: str, value: str, scheme: str) -> tuple[str, str]:
    """Return a problem's code, or the empty string with the value in normal spelling."""
    if name in COLOURS:
        return ("", _six_digits(value)) if _HEX.fullmatch(value) else ("bad_colour", "")
    if name not in LENGTHS and name != FONT:
        return "unknown_name", ""
    if scheme == "dark":
        return "only_light", ""
    if name == FONT:
        families = _families(value)
        return ("", families) if families else ("bad_font", "")
    return _length(value, *LENGTHS[name])


def _six_digits(value: str) -> str:
    digits = value[1:].lower()
    return "#" + ("".join(digit * 2 for digit in digits) if len(digits) == 3 else digits)


def _length(value: str, least: float, most: float) -> tuple[str, str]:
    match = _LENGTH.fullmatch(value)
    if match is None:
        return "bad_length", ""
    rem = float(match[1] or 0) / (16 if match[2] == "px" else 1)
    return ("", value) if least <= rem <= most else ("bad_length", "")


def _families(value: str) -> str:
    """Return font names, each in quotation marks unless it is a generic one; empty where one is not a name."""
    names = [name.strip() for name in value.split(",")]
    if len(names) > MOST_FONTS:
        return ""
    families = []
    for name in names:
        bare = name[1:-1] if len(name) > 1 and name[0] == name[-1] and name[0] in "\"'" else name
        if bare in GENERIC_FONTS:
            families.append(bare)
        elif _FONT_NAME.fullmatch(bare):
            families.append(f'"{bare}"')
        else:
            return ""
    return ",".join(families)


def _unreadable(scheme: str, defaults: Mapping[str, str], variables: Mapping[str, str]) -> Iterator[Unreadable]:
    own = {name: variables[name] for name in COLOURS if name in variables}
    if not own:
        return  # ours are readable with every accent
    colours = {**defaults, **own}
    for front, grounds, wanted in PAIRS:
        for ground in grounds:
            ratio = contrast(colours[front], colours[ground])
            if ratio < wanted:
                change = next((name for name in (front, ground) if name in own), "--card")
                against = [(colours[name], least) for name, least in _opposites(change, front)]
                proposal = nearest_readable(colours[change], against)
                yield Unreadable(scheme, front, ground, ratio, wanted, change, proposal)


def _opposites(change: str, failing: str) -> Iterator[tuple[str, float]]:
    """What a colour must keep its contrast to. Accents follow the surfaces by themselves."""
    for front, grounds, wanted in PAIRS:
        if change == front:
            yield from ((ground, wanted) for ground in grounds)
        elif change in grounds and (front == failing or not front.startswith("--accent")):
            yield front, wanted


def _palette(accent: str, style: PageStyle) -> Palette:
    light, dark = (
        [own.get(name, defaults[name]) for name in SURFACES]
        for defaults, own in ((LIGHT, style.light), (DARK, style.dark))
    )
    return palette(accent, light_surfaces=light, dark_surfaces=dark)


def _accents(accent: Accent) -> dict[str, str]:
    return {
        "--accent": accent.fill,
        "--accent-contrast": accent.contrast,
        "--accent-ink": accent.ink,
        "--accent-tint": accent.tint,
        "--accent-line": accent.line,
    }


def _declarations(variables: Mapping[str, str]) -> str:
    return ";".join(f"{name}:{value}" for name, value in variables.items())
