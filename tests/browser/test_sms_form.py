"""Asking for parcel news on the phone, in the eyes of a verified buyer."""

import pytest

from messaging.services.whatsapp import set_up_whatsapp
from orders.models import Customer
from postpurchase.accounts import page_links
from postpurchase.accounts.models import PageKind
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.lib import clock
from tests.browser.conftest import DESKTOP, PHONE, take_picture
from tests.browser.looks import accessibility_problems
from tests.tracking.build import make_order
from tests.tracking.views.test_code import newest_code
from tracking.services.codes import digits_of

pytestmark = pytest.mark.browser


@pytest.fixture
def twilio(monkeypatch) -> None:
    """The web server can send text messages. Stands before ``web``."""
    monkeypatch.setenv("TWILIO_ACCOUNT_SID", "AC1")
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", "secret")
    monkeypatch.setenv("TWILIO_FROM", "+4915100000000")


@pytest.fixture
def page_of_a_buyer(committed_db, world) -> str:
    now = clock.now()
    with merchant_scope(world.merchant.id):
        customer = Customer.objects.create(
            merchant=world.merchant, email="anna@example.com", created_at=now, updated_at=now
        )
        order = make_order(world, customer=customer)
        sids = {"one_time_code": "HX" + "1" * 32, "shipped": "HX" + "2" * 32}
        set_up_whatsapp(
            merchant=world.merchant,
            store=world.store,
            number="+4930123456",
            content_sids={"de-sie": sids, "en": sids},
            now=now,
        )
        token = page_links.page_token(
            merchant_id=world.merchant.id, kind=PageKind.TRACKING, subject_id=order.id, now=now
        )
    return f"/t/{token}"


@pytest.mark.parametrize(
    ("viewport", "scheme", "tag", "ask"),
    [
        pytest.param(PHONE, "dark", "de", "Code", id="phone-dark-de"),
        pytest.param(DESKTOP, "light", "en", "code", id="desk-light-en"),
    ],
)
def test_the_number_is_asked_for_and_confirmed(
    twilio, web, world, page_of_a_buyer, open_page, viewport, scheme, tag, ask
) -> None:
    page = open_page(f"{web}{page_of_a_buyer}/code?lang={tag}", viewport=viewport, scheme=scheme, language=tag)
    page.locator("button[value=send]").click()
    page.locator("input[name=code]").fill(digits_of(newest_code(world).id))
    page.locator("button[value=check]").click()
    page.wait_for_selector("#sms")
    assert accessibility_problems(page) == []
    page.locator("#sms").scroll_into_view_if_needed()
    take_picture(page, f"sms-block-{tag}")

    page.locator("#phone").fill("0151 12345678")
    page.locator("#sms input[value=whatsapp]").check()
    page.locator("#sms button[value=send]").click()
    page.wait_for_selector("input[name=code]")
    assert ask in page.locator("main").inner_text()
    assert page.locator("input[value=whatsapp]").is_checked()
    assert accessibility_problems(page) == []
    take_picture(page, f"sms-form-{tag}", full_page=True)
