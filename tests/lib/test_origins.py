"""Origins: exact, by https, and nothing that could go on in a header."""

import pytest

from postpurchase.lib.origins import is_origin, origin_of


@pytest.mark.parametrize(
    ("written", "origin"),
    [
        ("https://www.shop.example", "https://www.shop.example"),
        ("https://Shop.example/checkout?x=1#y", "https://shop.example"),
        ("shop.example", "https://shop.example"),
        (" https://shop.example:443/ ", "https://shop.example"),
        ("https://shop.example:8443", "https://shop.example:8443"),
        ("https://müller.example", "https://xn--mller-kva.example"),
        ("http://shop.example", ""),
        ("https://*.shop.example", ""),
        ("*", ""),
        ("https:", ""),
        ("https://user@shop.example", ""),
        ("https://shop.example; script-src *", ""),
        ("https://shop.example\r\nX: y", ""),
        ("https://localhost", ""),
        ("data:text/html,x", ""),
        ("'self'", ""),
        ("https://[::1]", ""),
        ("https://shop.example:x", ""),
        ("https://" + "a" * 70 + ".example", ""),
        ("", ""),
    ],
)
def test_an_address_has_one_origin_or_none(written: str, origin: str) -> None:
    assert origin_of(written) == origin
    assert is_origin(origin) is (origin != "")


@pytest.mark.parametrize(
    "text", ["https://shop.example/", "https://shop.example\n", "HTTPS://shop.example", "https://a b.c"]
)
def test_what_is_more_than_an_origin_is_none(text: str) -> None:
    assert not is_origin(text)
