"""Asking the DNS for texts."""

import pytest

from postpurchase.lib import dns_records
from postpurchase.lib.dns_records import NoAnswer, txt_records
from tests.lib.dns_server import dns_server


@pytest.fixture
def server(monkeypatch):
    with dns_server(monkeypatch) as server:
        yield server


def test_all_texts_of_a_name_are_found_and_parts_of_one_belong_together(server):
    server.texts["_postpurchase.track.shop.example"] = ["other", 'first half, " "second half']

    assert sorted(txt_records("_postpurchase.track.shop.example")) == ["first half, second half", "other"]
    assert server.asked == ["_postpurchase.track.shop.example"]


def test_no_name_and_no_text_are_none(server):
    server.texts["empty.shop.example"] = []

    assert (txt_records("nothing.shop.example"), txt_records("empty.shop.example")) == ([], [])


def test_a_dns_that_fails_or_keeps_silent_is_no_answer(server, monkeypatch):
    monkeypatch.setattr(dns_records, "LOOK_UP_SECONDS", 0.3)
    server.broken = True

    with pytest.raises(NoAnswer):
        txt_records("track.shop.example")
