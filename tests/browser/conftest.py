"""A browser, and the real web server it looks at.

Pictures go to ``tests/browser/out/`` (not kept). ``README_PICTURES=1`` also renews those of the README.
"""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

OUT = Path(__file__).parent / "out"
README_PICTURES = Path(__file__).parents[2] / "postpurchase" / "static" / "readme"
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 900}


@pytest.fixture(scope="session")
def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
        return port


@pytest.fixture
def base_url(free_port: int, monkeypatch: pytest.MonkeyPatch, settings) -> str:
    """Where the product will answer. Ask for it before any process that writes links."""
    url = f"http://127.0.0.1:{free_port}"
    monkeypatch.setenv("BASE_URL", url)
    settings.BASE_URL = url
    return url


@pytest.fixture
def web(base_url: str, free_port: int, committed_db: None, tmp_path: Path) -> Iterator[str]:
    """The product on its real web server, in a process of its own."""
    log = (tmp_path / "web.log").open("wb")
    command = ["--interface", "wsgi", "--host", "127.0.0.1", "--port", str(free_port), "--workers", "1"]
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "granian", *command, "--no-access-log", "postpurchase.wsgi:application"],
        stdout=log,
        stderr=subprocess.STDOUT,
    )
    try:
        _wait_for(f"{base_url}/healthz", process, tmp_path / "web.log")
        yield base_url
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(5)
        log.close()


def _wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the web server ended:\n{log.read_text()}")
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310 - our own address
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"the web server did not answer:\n{log.read_text()}")


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
    """Keep what the page looks like now."""
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
