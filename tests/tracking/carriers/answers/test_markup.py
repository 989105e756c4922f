"""XML from outside is read, or refused; it declares nothing and fetches nothing."""

import pytest

from tracking.carriers.answers.base import CarrierTrouble, Trouble
from tracking.carriers.answers.markup import xml_tree

BILLION_LAUGHS = b"""<!DOCTYPE lolz [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]><lolz>&b;</lolz>"""
FILE = b"""<!DOCTYPE data [<!ENTITY file SYSTEM "file:///etc/passwd">]><data>&file;</data>"""


def test_elements_attributes_and_text() -> None:
    root = xml_tree('<s:a xmlns:s="urn:x" s:one="1">Grüße<b two="2"/><b>Ende</b></s:a>'.encode())

    assert (root.tag, root.attributes["one"], root.text) == ("a", "1", "Grüße")
    assert [(item.tag, item.attributes, item.text) for item in root.below()] == [
        ("b", {"two": "2"}, ""),
        ("b", {}, "Ende"),
    ]


@pytest.mark.parametrize(
    "body",
    [
        BILLION_LAUGHS,
        BILLION_LAUGHS.decode().encode("utf-16"),
        FILE,
        b"",
        b"{}",
        b"<a>",
        b"<a></b>",
        b"<a>&unknown;</a>",
        b'<?xml version="1.0" encoding="no-such-encoding"?><a/>',
        b"<a>" * 60 + b"</a>" * 60,
        b"<a>" * 100_000,
        b"\x00\x01\x02",
    ],
    ids=range(12),
)
def test_anything_else_is_nonsense(body: bytes) -> None:
    with pytest.raises(CarrierTrouble) as caught:
        xml_tree(body)

    assert caught.value.trouble == Trouble.NONSENSE
