import re

from postpurchase.accounts.brand import BrandLink, logo_url, page_brand
from postpurchase.accounts.models import Store


def test_a_brand_shows_only_what_the_store_has_set(world):
    store = Store(
        slug="default", name="Lindenhof", accent_colour="#a3231c", support_email="hallo@lindenhof.example.com"
    )

    brand = page_brand(merchant=world.merchant, store=store)

    assert re.fullmatch(r"/lindenhof/brand\.css\?store=default&v=[0-9a-f]{12}", brand.css_url)
    assert (brand.logo_url, logo_url(merchant=world.merchant, store=store)) == ("", "")
    assert brand.links == (BrandLink("contact", "mailto:hallo@lindenhof.example.com"),)


def test_the_legal_pages_stand_in_the_footer(world):
    store = Store(
        slug="default", privacy_url="https://shop.example/privacy", imprint_url="https://shop.example/imprint"
    )

    assert page_brand(merchant=world.merchant, store=store).links == (
        BrandLink("privacy", "https://shop.example/privacy"),
        BrandLink("imprint", "https://shop.example/imprint"),
    )


def test_a_new_logo_has_a_new_address(world, settings):
    store = Store(slug="at", name="Lindenhof", logo=b"first")
    first = logo_url(merchant=world.merchant, store=store)
    store.logo = b"second"

    assert first.startswith(f"{settings.BASE_URL}/lindenhof/logo?store=at&v=")
    assert logo_url(merchant=world.merchant, store=store) != first
