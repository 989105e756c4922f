"""Every page of the documentation is listed, answers, and leads nowhere that does not exist."""

import re

import pytest
from django.urls import Resolver404, resolve, reverse

from postpurchase.documentation.pages import FOLDER, PAGES, html_of

pytestmark = pytest.mark.django_db


def test_every_file_is_in_the_table_of_contents():
    assert {path.stem for path in FOLDER.glob("*.md")} == set(PAGES)


def test_the_first_page_is_for_newcomers(client):
    response = client.get("/docs/")

    assert (response.status_code, response.url) == (302, "/docs/getting-started/")


@pytest.mark.parametrize("slug", PAGES)
def test_a_page_shows_its_text_and_all_others(client, slug):
    response = client.get(reverse("docs-page", args=[slug]))

    html = response.content.decode()
    assert response.status_code == 200
    assert html.count("<h1>") == 1
    assert all(f'href="/docs/{other}/"' in html for other in PAGES)


@pytest.mark.parametrize("slug", PAGES)
def test_links_of_a_page_lead_somewhere(slug):
    for link in re.findall(r'href="(/[^"#]*)', html_of(slug)):
        try:
            match = resolve(link)
        except Resolver404:
            raise AssertionError(f"{slug}: {link} leads nowhere") from None
        if match.url_name == "docs-page":
            assert match.kwargs["slug"] in PAGES, f"{slug}: {link} leads nowhere"


def test_raw_html_stays_text(monkeypatch, tmp_path):
    (tmp_path / "demo.md").write_text("# <script>alert(1)</script>")
    monkeypatch.setattr("postpurchase.documentation.pages.FOLDER", tmp_path)

    html = html_of.__wrapped__("demo")

    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_an_unknown_page_is_not_there(client):
    assert client.get("/docs/nothing/").status_code == 404


def test_the_style_guide_names_every_component(client):
    html = client.get("/docs/style-guide/").content.decode()
    css = (FOLDER.parents[1] / "postpurchase/static/css/shopper.css").read_text()

    named = re.findall(r"^   ([a-z][a-z-]*)", css[: css.index("*/")], re.MULTILINE)
    assert len(named) > 15
    assert [name for name in named if name not in html] == []


def test_every_icon_a_page_names_is_drawn():
    root = FOLDER.parents[1]
    drawn = set(re.findall(r'<symbol id="([a-z-]+)"', (root / "postpurchase/static/img/icons.svg").read_text()))
    named = {
        (path.name, name)
        for path in (root / "templates").rglob("*.html")
        for name in re.findall(r'partials/icon\.html" with name="([a-z-]+)"', path.read_text())
    }

    assert len(named) > 50
    assert {(page, name) for page, name in named if name not in drawn} == set()
