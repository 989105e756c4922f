"""The script for product pages: small, cacheable for good, and the merchant's own."""

import gzip

import pytest

from postpurchase.accounts.models import Store
from tracking.snippet import DELIVERY_DAY, EMBED, delivery_day_code, embed_code

ADDRESS = "/lindenhof/delivery-day.js"


def test_the_present_version_may_be_kept_for_good_by_any_page(client, world) -> None:
    answer = client.get(f"{ADDRESS}?v={DELIVERY_DAY.version}")

    assert (answer.status_code, answer.content) == (200, DELIVERY_DAY.content)
    assert answer["Content-Type"] == "text/javascript; charset=utf-8"
    assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
    assert (answer["Access-Control-Allow-Origin"], answer["Cross-Origin-Resource-Policy"]) == ("*", "cross-origin")
    assert answer.cookies == {}


@pytest.mark.parametrize("query", ["", "?v=", "?v=000000000000"])
def test_any_other_address_gets_it_for_a_while(client, world, query) -> None:
    answer = client.get(ADDRESS + query)

    assert (answer.content, answer["Cache-Control"]) == (DELIVERY_DAY.content, "public, max-age=300")


def test_nobodys_script_is_not_there(client, world) -> None:
    assert client.get("/nobody/delivery-day.js").status_code == 404
    assert client.post(ADDRESS).status_code == 405


def test_the_script_is_small_and_keeps_to_itself() -> None:
    text = DELIVERY_DAY.content.decode()

    assert len(DELIVERY_DAY.content) <= 2_000
    for word in ("cookie ", "localStorage", "sessionStorage", "innerHTML", "eval(", "http://", "https://"):
        assert word not in text.replace("No cookie, ", "")


def test_the_ready_code_is_the_merchants(world, settings) -> None:
    assert delivery_day_code(merchant=world.merchant) == (
        '<p data-delivery-day data-country="DE" aria-live="polite"></p>\n'
        f'<script src="{settings.BASE_URL}/lindenhof/delivery-day.js?v={DELIVERY_DAY.version}" async></script>'
    )


def test_the_embedding_script_is_at_most_three_kilobytes_and_keeps_to_itself(client, world) -> None:
    answer = client.get("/lindenhof/embed.js", headers={"Accept-Encoding": "gzip"})

    assert answer["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in answer["Vary"]
    assert len(answer.content) <= 3_000
    text = gzip.decompress(answer.content).decode()
    assert text == EMBED.content.decode()
    for word in ("cookie", "localStorage", "sessionStorage", "innerHTML", "eval(", "http://", "https://", "include"):
        assert word not in text.replace("No cookie, ", "")


def test_the_embedding_code_names_the_storefront_and_leaves_a_link_where_no_script_runs(world, settings) -> None:
    first = embed_code(merchant=world.merchant, store=world.store, words="Where is <it>?")
    swiss = embed_code(merchant=world.merchant, store=Store(id=world.store.id, slug="ch"), words="Wo?")

    assert first == (
        f'<postpurchase-tracking><a href="{settings.BASE_URL}/lindenhof/track">Where is &lt;it&gt;?</a>'
        "</postpurchase-tracking>\n"
        f'<script src="{settings.BASE_URL}/lindenhof/embed.js" defer></script>'
    )
    assert f'"{settings.BASE_URL}/lindenhof/track?store=ch"' in swiss
    assert f'"{settings.BASE_URL}/lindenhof/embed.js?store=ch"' in swiss
