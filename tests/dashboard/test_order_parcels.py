"""An order's page names who carries each parcel, and of whom the number may be where nobody is known."""

from postpurchase.accounts.scoping import merchant_scope
from tests.tracking.build import make_order, make_shipment


def parcels_of(world, owner, **parcel) -> str:
    with merchant_scope(world.merchant.id):
        order = make_order(world)
        make_shipment(world, order, **parcel)
    return owner.get(f"/dashboard/orders/{order.id}/").content.decode()


def test_a_parcel_of_nobody_we_know_names_whose_number_it_may_be(world, owner) -> None:
    page = parcels_of(world, owner, carrier=None, tracking_number="RB123456785GB")

    assert "<strong>Unknown carrier</strong>" in page
    assert "Its number looks like one of: GB Post" in page


def test_the_shops_own_word_stands_and_a_number_of_no_form_says_nothing(world, owner) -> None:
    page = parcels_of(world, owner, carrier="Radkurier Süd", tracking_number="RK-1")

    assert "<strong>Radkurier Süd</strong>" in page
    assert "looks like" not in page


def test_a_known_carrier_is_asked_nothing(world, owner) -> None:
    page = parcels_of(world, owner, carrier="dhl", tracking_number="00340434161094042557")

    assert "<strong>DHL</strong>" in page
    assert "looks like" not in page
