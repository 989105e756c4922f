"""The page on which a merchant sets WhatsApp up."""

import pytest

from messaging.models import WhatsAppSender
from postpurchase.accounts.models import Store
from postpurchase.accounts.scoping import merchant_scope

ADDRESS = "/dashboard/brand/stores/default/whatsapp/"
SID = "HX" + "0123456789abcdefABCDEF0123456789"


def stored(merchant):
    with merchant_scope(merchant.id):
        return list(WhatsAppSender.objects.values_list("number", "content_sids"))


def test_number_and_templates_are_set_changed_and_removed(world, manager, settings):
    settings.TWILIO_ACCOUNT_SID = "AC1"
    assert ADDRESS in manager.get("/dashboard/brand/").content.decode()
    assert "can choose WhatsApp." not in manager.get(ADDRESS).content.decode()
    filled = {"number": "030 123456", "de-sie.one_time_code": SID, "de-sie.out_for_delivery": f" {SID} "}

    assert manager.post(ADDRESS, filled).status_code == 302
    assert stored(world.merchant) == [
        ("+4930123456", {"de-sie": {"one_time_code": SID, "out_for_delivery": SID}, "en": {}})
    ]
    page = manager.get(ADDRESS).content.decode()
    assert page.count("Shoppers of this language can choose WhatsApp.") == 1
    assert page.count(f'value="{SID}"') == 2

    assert manager.post(ADDRESS, {"number": ""}).status_code == 302
    assert stored(world.merchant) == []


def test_the_texts_to_hand_in_stand_there_word_for_word(world, manager):
    page = manager.get(ADDRESS).content.decode()

    assert (
        "Guten Tag, heute kommt Ihr Paket von {{1}} (Bestellung {{2}}). Wo es gerade ist: {{3}}"
        "\n\nMit STOP beenden Sie diese Nachrichten.</textarea>"
    ) in page
    assert "Hello, your parcel from {{1}} arrives today" in page
    assert "Name: out_for_delivery_de_sie · Language: de" in page
    assert "{{1}} Lindenhof" in page
    assert page.count("No journey of yours sends this to phones") == 2 * 2

    with merchant_scope(world.merchant.id):
        Store.objects.update(tone="du")
    assert "Hallo, heute kommt dein Paket von {{1}}" in manager.get(ADDRESS).content.decode()


@pytest.mark.parametrize(
    ("filled", "field"),
    [
        ({"number": "call me"}, "id_number_error"),
        ({"number": "\x00"}, "id_number_error"),
        ({"number": "", "en.shipped": SID}, "id_number_error"),
        ({"number": "+4930123456", "en.shipped": "HX1"}, "id_en.shipped_error"),
        ({"number": "+4930123456", "en.shipped": SID + "0"}, "id_en.shipped_error"),
    ],
)
def test_what_does_not_do_is_refused_beside_the_field(world, manager, filled, field):
    response = manager.post(ADDRESS, filled)

    assert response.status_code == 422
    assert f'id="{field}"' in response.content.decode()
    assert stored(world.merchant) == []


def test_a_stranger_touches_nothing_of_ours(world, manager, stranger):
    manager.post(ADDRESS, {"number": "+4930123456", "en.shipped": SID})
    ours = stored(world.merchant)

    page = stranger.get(ADDRESS).content.decode()
    stranger.post(ADDRESS, {"number": ""})

    assert "+4930123456" not in page
    assert stored(world.merchant) == ours
    assert stranger.get("/dashboard/brand/stores/at/whatsapp/").status_code == 404
