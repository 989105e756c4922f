"""The page about delivery: how promises fared, what they start from, and the code for product pages."""

import datetime as dt
import re

import pytest

from postpurchase.accounts.scoping import merchant_scope
from tests.conftest import NOW
from tests.tracking.services.test_delivery import CHOICE
from tests.tracking.test_hit_rate import judged
from tracking.models import DeliverySettings
from tracking.selectors.delivery import delivery_choices
from tracking.services.delivery import choose_delivery

PAGE = "/dashboard/delivery/"
CHOSEN = {
    "cut_off": "16:30",
    "processing_days": "0",
    "working_days": ["0", "1", "5"],
    "origin_country": "AT",
    "origin_postal_code": "1010",
    "sources": "carrier,shop,estimate",
    "carrier": "austrian_post",
    "service": "Premium",
}


@pytest.fixture
def spring(merchant, world, time_machine) -> None:
    time_machine.move_to(NOW, tick=False)
    with merchant_scope(merchant.id):
        judged(world, carrier="dhl", due="2026-06-10", kept=True, within=True, exact=True)
        judged(world, carrier="dhl", due="2026-06-11", kept=True)
        judged(world, carrier="dhl", due="2026-06-12", kept=False, cause="warehouse", source="shop")
        judged(world, carrier="other", due="2026-03-01", kept=False)


def words_of(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_without_promises_it_says_so_and_shows_the_defaults(owner, merchant, settings) -> None:
    html = owner.get(PAGE).content.decode()

    assert "No promised day has come yet." in html
    assert 'value="14:00"' in html
    assert [f'value="{day}" checked' in html for day in range(7)] == [True] * 5 + [False] * 2
    assert "the shop, the carrier, our estimate" in html
    assert "<table" not in html
    assert f"&lt;script src=&quot;{settings.BASE_URL}/lindenhof/delivery-day.js?v=" in html


def test_promises_are_counted_with_their_causes(owner, spring) -> None:
    shown = words_of(owner.get(PAGE).content.decode())

    assert "Parcels 3 By the latest day 67 % Between both days 33 % On the likely day 33 %" in shown
    assert "Why promises were broken Handed over late 1" in shown
    assert "DHL 3 67 % 33 % 33 %" in shown
    assert "our estimate 2 100 % 50 % 50 %" in shown
    assert "2026-06 3" in shown
    assert "DE-80 3" in shown


def test_a_choice_is_kept_and_shown(owner, merchant) -> None:
    response = owner.post(PAGE, CHOSEN, follow=True)

    html = response.content.decode()
    assert "Saved. It holds for what is promised from now on." in html
    assert 'value="16:30"' in html
    with merchant_scope(merchant.id):
        choices = delivery_choices(merchant=merchant)
    assert choices.warehouse.place == ("AT", ("9",))
    assert (choices.warehouse.cut_off, choices.warehouse.working_days) == (dt.time(16, 30), frozenset({0, 1, 5}))
    assert (choices.sources, choices.carrier) == (("carrier", "shop", "estimate"), "austrian_post")


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"working_days": []}, "This field is required."),
        ({"working_days": ["7"]}, "7 is not one of the available choices."),
        ({"processing_days": "61"}, "less than or equal to 60"),
        ({"origin_postal_code": "12"}, "This is no postal code of the country."),
        ({"sources": "shop"}, "shop is not one of the available choices."),
        ({"cut_off": "25:00"}, "Enter a valid time."),
    ],
)
def test_what_cannot_be_is_named_and_nothing_is_kept(owner, merchant, change, complaint) -> None:
    response = owner.post(PAGE, CHOSEN | change)

    assert response.status_code == 422
    assert complaint in response.content.decode()
    with merchant_scope(merchant.id):
        assert not DeliverySettings.objects.exists()


def test_who_may_not_choose_sees_the_form_locked(reader, merchant) -> None:
    html = reader.get(PAGE).content.decode()

    assert re.search(r"<fieldset[^>]* disabled", html)
    assert ">Save<" not in html


def test_a_stranger_sees_and_chooses_their_own(stranger, merchant, spring) -> None:
    with merchant_scope(merchant.id):
        choose_delivery(merchant=merchant, data=CHOICE, now=NOW)

    html = stranger.get(PAGE).content.decode()
    stranger.post(PAGE, CHOSEN)

    assert "No promised day has come yet." in html
    assert "lindenhof" not in html
    with merchant_scope(merchant.id):
        assert delivery_choices(merchant=merchant).carrier == "dhl"
