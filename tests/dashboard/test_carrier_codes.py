"""The page of codes nobody knows: what it counts, and what saying a meaning does."""

import pytest

from postpurchase.accounts.scoping import merchant_scope
from tests.conftest import NOW
from tests.tracking.build import make_order, make_shipment, news
from tracking.models import Checkpoint, CodeMeaning
from tracking.services.record import record_checkpoints

PATH = "/dashboard/carrier-codes/"
EXPLAIN = f"{PATH}explain/"


@pytest.fixture
def unknown(world):
    with merchant_scope(world.merchant.id):
        make_shipment(world, make_order(world))
        record_checkpoints(
            merchant=world.merchant,
            checkpoints=[news(1, code="zz/9", message="Sendung <b>umgelagert</b>"), news(2, code="ZZ-9")],
            now=NOW,
        )


def meanings(world):
    with merchant_scope(world.merchant.id):
        return list(CodeMeaning.objects.values_list("carrier", "code", "status", "substatus", "is_withdrawn"))


def test_it_counts_what_nobody_knows_and_shows_the_carriers_sentence(unknown, owner) -> None:
    html = owner.get(PATH).content.decode()

    assert "<code>ZZ-9</code><small>DHL</small>" in html
    assert '<td data-label="How often">2</td>' in html
    assert "Sendung &lt;b&gt;umgelagert&lt;/b&gt;" in html
    assert f'href="{EXPLAIN}?carrier=dhl&amp;code=ZZ-9"' in html


def test_who_may_not_explain_sees_no_link(unknown, reader) -> None:
    html = reader.get(PATH).content.decode()

    assert "<code>ZZ-9</code>" in html
    assert EXPLAIN not in html


def test_without_unknown_codes_it_says_so(owner) -> None:
    assert b"Every code is known" in owner.get(PATH).content


@pytest.mark.parametrize(
    ("chosen", "stored"),
    [
        ("out_for_delivery", ("out_for_delivery", "")),
        ("delivered_to_neighbour", ("delivered", "delivered_to_neighbour")),
        ("nothing", (None, "")),
    ],
)
def test_a_meaning_is_saved_and_shown_in_shoppers_words(world, unknown, owner, chosen, stored) -> None:
    assert "Sendung" in owner.get(EXPLAIN, {"carrier": "dhl", "code": "ZZ-9"}).content.decode()

    response = owner.post(EXPLAIN, {"carrier": "dhl", "code": "ZZ-9", "meaning": chosen}, follow=True)

    assert b"is being read again" in response.content
    assert b"Every code is known" in response.content
    assert meanings(world) == [("dhl", "ZZ-9", *stored, False)]


def test_a_meaning_is_taken_back(world, unknown, owner) -> None:
    owner.post(EXPLAIN, {"carrier": "dhl", "code": "ZZ-9", "meaning": "in_transit"})
    with merchant_scope(world.merchant.id):
        meaning = CodeMeaning.objects.get()

    response = owner.post(f"{PATH}{meaning.id}/withdraw/", follow=True)

    assert b"Taken back" in response.content
    assert [row[-1] for row in meanings(world)] == [True]
    assert owner.post(f"{PATH}{meaning.id}/withdraw/").status_code == 404


@pytest.mark.parametrize(
    ("data", "status"),
    [
        ({"carrier": "dhl", "code": "ZZ-9"}, 422),
        ({"carrier": "dhl", "code": "ZZ-9", "meaning": "made_up"}, 422),
        ({"carrier": "dhl", "code": "DLVRD", "meaning": "in_transit"}, 422),
        ({"carrier": "nobody", "code": "ZZ-9", "meaning": "in_transit"}, 404),
        ({}, 404),
    ],
)
def test_what_does_not_fit_is_refused(world, unknown, owner, data, status) -> None:
    assert owner.post(EXPLAIN, data).status_code == status
    assert meanings(world) == []
    with merchant_scope(world.merchant.id):
        assert Checkpoint.objects.filter(status=None).count() == 2
