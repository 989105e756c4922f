"""The looks in which every page is seen, and what a page must never be in any of them."""

from dataclasses import dataclass

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

from tests.browser.conftest import take_picture

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# Told only what fails, axe does not describe every element that is fine: half of its time, the same findings.
OPTIONS = {"runOnly": RULES, "resultTypes": ["violations"]}


@dataclass(frozen=True)
class Look:
    """A window's width in pixels and the colours its owner prefers."""

    width: int
    scheme: str


# A page is asked for once in a language and then looked at in both looks: each language on a desk and on the
# narrowest phone, each width in light and in dark.
LOOKS = {
    "en-GB": (Look(1280, "light"), Look(320, "dark")),
    "de-DE": (Look(1280, "dark"), Look(320, "light")),
}


def problems_in_every_look(page: Page, language: str, name: str) -> list[str]:
    """What is wrong with the page that is open, in the looks of its language."""
    problems = []
    for look in LOOKS[language]:
        page.set_viewport_size({"width": look.width, "height": 900})
        page.emulate_media(color_scheme=look.scheme)
        where = f"{look.width}-{look.scheme}"
        take_picture(page, f"{where}-{name}", full_page=True)
        problems += [f"{where} {problem}" for problem in accessibility_problems(page)]
    return problems


def accessibility_problems(page: Page) -> list[str]:
    """What axe finds against WCAG 2.2 AA, and a page that is wider than its window."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found = page.evaluate("options => axe.run(options).then(results => results.violations)", OPTIONS)
    problems = [
        f"{page.url} {violation['id']}: {node['html'][:200]} – {node.get('failureSummary', '')[:300]}"
        for violation in found
        for node in violation["nodes"][:3]
    ]
    width, room = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    if width > room:
        problems.append(f"{page.url} is {width} px wide in a window of {room} px")
    return problems
