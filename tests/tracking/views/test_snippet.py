"""The script for product pages: small, cacheable for good, and the merchant's own."""

import pytest

from tracking.snippet import ready_code, script, version

ADDRESS = "/lindenhof/delivery-day.js"


def test_the_present_version_may_be_kept_for_good_by_any_page(client, world) -> None:
    answer = client.get(f"{ADDRESS}?v={version()}")

    assert (answer.status_code, answer.content) == (200, script())
    assert answer["Content-Type"] == "text/javascript; charset=utf-8"
    assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
    assert (answer["Access-Control-Allow-Origin"], answer["Cross-Origin-Resource-Policy"]) == ("*", "cross-origin")
    assert answer.cookies == {}


@pytest.mark.parametrize("query", ["", "?v=", "?v=000000000000"])
def test_any_other_address_gets_it_for_a_while(client, world, query) -> None:
    answer = client.get(ADDRESS + query)

    assert (answer.content, answer["Cache-Control"]) == (script(), "public, max-age=300")


def test_nobodys_script_is_not_there(client, world) -> None:
    assert client.get("/nobody/delivery-day.js").status_code == 404
    assert client.post(ADDRESS).status_code == 405


def test_the_script_is_small_and_keeps_to_itself() -> None:
    text = script().decode()

    assert len(script()) <= 2_000
    for word in ("cookie ", "localStorage", "sessionStorage", "innerHTML", "eval(", "http://", "https://"):
        assert word not in text.replace("No cookie, ", "")


def test_the_ready_code_is_the_merchants(world, settings) -> None:
    assert ready_code(merchant=world.merchant) == (
        '<p data-delivery-day data-country="DE" aria-live="polite"></p>\n'
        f'<script src="{settings.BASE_URL}/lindenhof/delivery-day.js?v={version()}" async></script>'
    )
