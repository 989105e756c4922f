"""A browser; the real web server it looks at is in ``tests/conftest.py``.

``PICTURES=1`` takes pictures into ``tests/browser/out/`` (not kept); ``README_PICTURES=1`` renews those of the README.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

OUT = Path(__file__).parent / "out"
README_PICTURES = Path(__file__).parents[2] / "postpurchase" / "static" / "readme"
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 900}


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Open a page; whatever its console complains about fails the test (a refused script, a missing file)."""
    contexts = []
    complaints: list[str] = []

    def open_page(
        url: str, *, viewport: dict[str, int] = PHONE, scheme: str = "light", language: str = "de-DE", **options
    ) -> Page:
        context = browser.new_context(
            viewport=viewport, color_scheme=scheme, locale=language, reduced_motion="reduce", **options
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(url)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


def take_picture(page: Page, name: str, *, readme: bool = False, full_page: bool = False) -> None:
    """Keep what the page looks like now, where somebody wants to see it."""
    if os.environ.get("PICTURES"):
        OUT.mkdir(exist_ok=True)
        page.screenshot(path=OUT / f"{name}.png", full_page=full_page)
    if readme and os.environ.get("README_PICTURES"):
        README_PICTURES.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=README_PICTURES / f"{name}.png", full_page=False)


@pytest.fixture
def visit(open_page: Callable[..., Page], web: str) -> Callable[..., Page]:
    """Open a window on our own pages: ``visit(width=320, scheme="dark", language="en").goto("/dashboard/")``."""

    def window(*, width: int = 1280, height: int = 900, scheme: str = "light", language: str = "de-DE") -> Page:
        viewport = {"width": width, "height": height}
        page = open_page("about:blank", viewport=viewport, scheme=scheme, language=language, base_url=web)
        page.set_default_timeout(60_000)
        return page

    return window
