"""A merchant brings a file in, and every page on the way in every look."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looks import LOOKS, problems_in_every_look
from tests.browser.merchants import make_owner, sign_in
from tests.flows.conftest import mailbox, shop  # noqa: F401 - fixtures

pytestmark = pytest.mark.browser

TABLE = (
    "Bestellnummer;Bestelldatum;Artikelnummer;Artikelname;Menge;Einzelpreis;E-Mail;Lieferadresse Ort;Notiz\n"
    "1001;04.07.2026 10:00;T-100;Kräutertee aus dem Garten;2;22,50;anna@example.com;Berlin;bitte als Geschenk\n"
    "1002;05.07.2026 11:30;D-7;Donaudampfschifffahrtsgesellschaftsdose;eins;9,90;b@example.com;Wien;\n"
    "1003;06.07.2026 09:15;T-100;Kräutertee aus dem Garten;1;22,50;c@example.com;Zürich;\n"
)


def test_from_the_file_to_the_result(mailbox, base_url, shop, running_worker, visit):  # noqa: F811
    owner = make_owner(shop)
    page = visit(language="en-GB")
    sign_in(page, owner)
    windows = _signed_in_windows(visit, owner)
    page.get_by_role("link", name="Import", exact=True).click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Products: CSV").click()
    assert download.value.suggested_filename == "products.csv"

    page.get_by_label("File").set_input_files(
        {"name": "bestellungen.csv", "mimeType": "text/csv", "buffer": TABLE.encode("cp1252")}
    )
    page.get_by_role("button", name="Upload").click()
    expect(page.locator("h1")).to_have_text("What do the columns hold?")
    expect(page.get_by_text("letters as Windows-1252")).to_be_visible()
    expect(page.get_by_label("What the column “Einzelpreis” holds")).to_have_value("unit_price")
    columns = page.url.replace(base_url, "")
    problems = _problems_in(windows, columns, "columns")

    page.get_by_role("button", name="Try it out").click()
    expect(page.get_by_role("heading", name="What would happen")).to_be_visible(timeout=60_000)
    problems += _problems_in(windows, columns, "dry-run")

    page.get_by_role("button", name="Import now").click()
    expect(page.get_by_role("heading", name="What happened")).to_be_visible(timeout=60_000)
    expect(page.locator(".figure-box", has_text="new")).to_contain_text("2")
    with page.expect_download() as download:
        page.get_by_role("link", name="All rows with reasons").click()
    assert re.search(r'"3","Menge","[^"]+","1002"', download.value.path().read_text(encoding="utf-8-sig"))
    problems += _problems_in(windows, columns, "result")
    problems += _problems_in(windows, "/dashboard/imports/", "list")

    page.get_by_role("link", name="Orders", exact=True).click()
    expect(page.get_by_role("link", name="1003")).to_be_visible()
    assert problems == []


def _signed_in_windows(visit, owner) -> dict[str, Page]:
    """A window for each language."""
    windows = {language: visit(language=language) for language in LOOKS}
    for page in windows.values():
        sign_in(page, owner)
    return windows


def _problems_in(windows: dict[str, Page], path: str, name: str) -> list[str]:
    problems = []
    for language, page in windows.items():
        page.goto(path)
        problems += problems_in_every_look(page, language, f"import-{name}")
    return problems
