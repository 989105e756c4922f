"""The product as people meet it: pushed order → mail → tracking page → sentiment → survey → points → dashboard."""

import datetime as dt
import re

import pytest
from playwright.sync_api import expect

from postpurchase.accounts.models import Role, User
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.accounts.services.merchants import add_member
from postpurchase.lib import clock
from tests.browser.conftest import DESKTOP, take_picture
from tests.flows.conftest import mailbox, shop  # noqa: F401 - fixtures
from tests.flows.test_order_to_points import checkpoint, eventually, mail_with, order_body

pytestmark = pytest.mark.browser

PASSWORD = "holunderblüte und walnuss"


def _push(api) -> None:
    now = clock.now()
    body = order_body(now - dt.timedelta(minutes=55))
    assert api.put("/api/v1/orders/1001", body).status_code == 201
    shipment = {"carrier": "dhl", "tracking_number": "00340434161094015902", "promised_to": str(now.date())}
    assert api.put("/api/v1/orders/1001/shipments/p-1", shipment).status_code == 201
    news = [
        checkpoint("in_transit", "Im Paketzentrum angekommen", now - dt.timedelta(minutes=50), city="Börnicke"),
        checkpoint("out_for_delivery", "In der Zustellung", now - dt.timedelta(minutes=30), city="Berlin"),
        checkpoint("delivered", "Zugestellt", now, substatus="delivered_to_neighbour", city="Berlin"),
    ]
    assert api.post("/api/v1/checkpoints/batch", {"checkpoints": news}).status_code == 200


def _link(mail, kind: str) -> str:
    text = mail.get_body(("plain",)).get_content()
    return re.search(rf"https?://[^/\s]+/{kind}/[\w-]{{22}}\S*", text)[0]


def test_from_the_pushed_order_to_the_dashboards_timeline(
    mailbox,  # noqa: F811
    base_url,
    shop,  # noqa: F811
    running_worker,
    web,
    api,
    open_page,
):
    _push(api)

    # The mail leads to the page, on her phone.
    confirmation = eventually(lambda: mail_with(mailbox, "t"))
    page = open_page(_link(confirmation, "t"))
    expect(page.locator("h1")).to_contain_text("Nachbar")
    take_picture(page, "tracking-page", readme=True)

    # One tap says how the delivery was.
    page.locator("button.face").last.click()
    expect(page.locator("main")).to_contain_text("Danke")
    take_picture(page, "tracking-page-thanks")

    # The survey's mail leads to the survey; a tap and a sentence.
    survey = eventually(lambda: mail_with(mailbox, "s"), 60)
    page = open_page(_link(survey, "s"))
    take_picture(page, "survey")
    page.locator("button.score", has_text=re.compile(r"^9$")).click()
    page.locator("textarea").fill("Liebevoll verpackt, und schnell!")
    page.locator("form", has=page.locator("textarea")).locator("button[type=submit], button:not([type])").last.click()
    expect(page.locator("main")).to_contain_text("Dank, Ihre Worte sind angekommen")

    # Points came of it.
    points = eventually(lambda: mail_with(mailbox, "p"), 60)
    page = open_page(_link(points, "p"))
    expect(page.locator(".points-number")).to_have_text(re.compile(r"[1-9]"))
    take_picture(page, "points")

    # The merchant sees all of it.
    _make_owner(shop)
    board = open_page(f"{base_url}/dashboard/", viewport=DESKTOP)
    board.fill("#id_login", "klara@example.com")
    board.fill("#id_password", PASSWORD)
    board.locator("form button.btn").click()
    board.get_by_role("link", name="1001").first.click()
    story = board.locator("ol.story")
    for words in ("Bestellung", "Zugestellt", "9 von 10", "Liebevoll verpackt"):
        expect(story).to_contain_text(words)
    take_picture(board, "dashboard", readme=True)


def _make_owner(shop) -> None:  # noqa: F811
    user = User.objects.create_user(email="klara@example.com", password=PASSWORD)
    with merchant_scope(shop.id):
        add_member(merchant=shop, user=user, role=Role.OWNER, now=clock.now())
