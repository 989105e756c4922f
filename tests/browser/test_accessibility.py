"""Every page, in light and dark, on a desk and down to 320 px, against WCAG 2.2 AA."""

import datetime as dt

import pytest

from messaging.models import Message, PermissionEvidence
from orders.inserts.decide import decide_packing
from orders.models import Order
from postpurchase.accounts.models import Merchant, PageKind
from postpurchase.accounts.page_links import page_url
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.documentation.pages import PAGES
from postpurchase.lib import clock
from tests.browser.looks import LOOKS, accessibility_problems, problems_in_every_look
from tests.browser.merchants import make_owner, sign_in
from tests.flows.conftest import mailbox, shop  # noqa: F401 - fixtures
from tests.flows.test_order_to_points import checkpoint, eventually, mail_with, order_body
from tracking.models import CaseReason
from tracking.services.cases.answering import Report, report_problem

pytestmark = pytest.mark.browser

# Nothing in it at which a line could break: it must not make a page wider than a phone.
LONG_WORD = "Donaudampfschifffahrtsgesellschaftskapitänswitwenrentenauszahlungsstelle"
OPEN_PAGES = [
    "/accounts/login/",
    "/accounts/password/reset/",
    "/accounts/signup/",
    "/docs/style-guide/",
    *[f"/docs/{slug}/" for slug in PAGES],
]
MERCHANT_PAGES = [
    "/dashboard/",
    "/dashboard/orders/",
    "/dashboard/orders/?q=nobody",
    "/dashboard/parcels/",
    "/dashboard/inserts/",
    "/dashboard/free-shipping/",
    "/dashboard/inserts/new/",
    "/dashboard/delivery/",
    "/dashboard/questions/",
    "/dashboard/watch/",
    "/dashboard/watch/?show=all",
    "/dashboard/watch/settings/",
    "/dashboard/customers/",
    "/dashboard/customers/?q=nobody",
    "/dashboard/attributes/",
    "/dashboard/recommendations/",
    "/dashboard/recommendations/?product=nothing",
    "/dashboard/problems/",
    "/dashboard/problems/?view=resolved",
    "/dashboard/problems/rules/",
    "/dashboard/problems/files/",
    "/dashboard/messages/",
    "/dashboard/carriers/",
    "/dashboard/carriers/dhl/",
    "/dashboard/carriers/push/shippo/",
    "/dashboard/carrier-codes/",
    "/dashboard/carrier-codes/explain/?carrier=dhl&code=ZZ-9",
    "/dashboard/journeys/",
    "/dashboard/journeys/out_for_delivery/",
    "/dashboard/journeys/nps_survey/",
    "/dashboard/brand/",
    "/dashboard/brand/stores/",
    "/dashboard/brand/stores/default/host/",
    "/dashboard/brand/stores/default/whatsapp/",
    "/dashboard/brand/stores/default/path/",
    "/dashboard/badges/",
    "/dashboard/badges/new/",
    "/dashboard/campaigns/",
    "/dashboard/campaigns/new/",
    *(f"/dashboard/tracking-page/default/{part}" for part in ("", "questions/", "texts/", "contact/", "style/")),
    "/dashboard/tracking-page/default/versions/",
    "/dashboard/tracking-page/default/embedding/",
    "/dashboard/tracking-page/default/preview/failed_attempt/",
    "/dashboard/api-keys/",
    "/dashboard/export/",
    "/dashboard/imports/",
    "/dashboard/shops/",
    "/dashboard/shops/shopify/default/",
    "/dashboard/shops/woocommerce/default/",
    "/dashboard/shops/magento/default/",
    "/dashboard/shops/deliveries/",
    "/dashboard/webhooks/",
    "/dashboard/webhooks/new/",
    "/dashboard/data-care/",
    "/dashboard/data-care/?q=nobody",
    "/dashboard/data-care/notice/",
    "/dashboard/team/",
    "/accounts/password/change/",
    "/accounts/email/",
    "/accounts/2fa/",
    "/accounts/reauthenticate/",
    "/accounts/logout/",
]


@pytest.mark.parametrize("language", LOOKS)
def test_pages_that_are_open_to_everybody(visit, language):
    page = visit(language=language)

    problems = [problem for path in OPEN_PAGES for problem in _problems(page, path, language)]

    assert problems == []


def test_the_page_for_what_is_not_there(web, browser):
    page = browser.new_page()
    page.goto(f"{web}/nothing/here/")

    problems = accessibility_problems(page)
    page.close()

    assert problems == []


def test_pages_of_merchants_and_shoppers_in_every_look(
    mailbox,  # noqa: F811
    base_url,
    shop,  # noqa: F811
    running_worker,
    api,
    visit,
):
    now = clock.now()
    order = order_body(now - dt.timedelta(hours=2))
    order["customer"]["last_name"] = LONG_WORD
    order["lines"].append(
        {"sku": LONG_WORD, "name": f"Windlicht {LONG_WORD} {LONG_WORD}", "quantity": 1, "unit_price": "0"}
    )
    assert api.put("/api/v1/orders/1001", order).status_code == 201
    shipment = {"carrier": "dhl", "tracking_number": "00340434161094015902"}
    assert api.put("/api/v1/orders/1001/shipments/p-1", shipment).status_code == 201
    news = [
        checkpoint("attempt_failed", "Niemand angetroffen", now - dt.timedelta(minutes=90), city=LONG_WORD),
        checkpoint("delivered", "Zugestellt", now, substatus="delivered_to_neighbour"),
    ]
    assert api.post("/api/v1/checkpoints/batch", {"checkpoints": news}).status_code == 200
    eventually(lambda: mail_with(mailbox, "s"), 90)
    owner = make_owner(shop)
    shoppers, merchants = _addresses(shop)

    problems = []
    for language in LOOKS:
        page = visit(language=language)
        sign_in(page, owner)
        for path in [*MERCHANT_PAGES, *merchants, *shoppers]:
            problems += _problems(page, path, language)

    assert problems == []


def _addresses(merchant: Merchant) -> tuple[list[str], list[str]]:
    """The shopper's pages, and the merchant's pages about this order."""
    now, merchant_id = clock.now(), merchant.id
    with merchant_scope(merchant_id):
        order = Order.objects.get()
        subjects = {
            PageKind.TRACKING: order.id,
            PageKind.SURVEY: order.id,
            PageKind.POINTS: order.customer_id,
            PageKind.PREFERENCES: order.customer_id,
        }
        shoppers = [
            page_url(merchant_id=merchant_id, kind=kind, subject_id=subject_id, now=now)
            for kind, subject_id in subjects.items()
        ]
        message = Message.objects.filter(template="order_confirmation").get()
        evidence = PermissionEvidence.objects.latest("recorded_at")
        told = Report(CaseReason.OTHER, "Der Karton war offen.")
        case = report_problem(merchant=merchant, order=order, report=told, now=now)
        decide_packing(merchant=merchant, order=order, now=now)
    look_up = f"/{merchant.slug}/track"
    return [*shoppers, f"{shoppers[0]}/code", f"{shoppers[0]}/report", look_up, f"{look_up}/code/{order.id}"], [
        f"/dashboard/orders/{order.id}/",
        f"/dashboard/orders/{order.id}/packing-slip/",
        f"/dashboard/problems/{case.id}/",
        f"/dashboard/messages/{message.id}/",
        f"/dashboard/customers/{order.customer_id}/",
        f"/dashboard/data-care/?q={order.number}",
        f"/dashboard/data-care/customers/{order.customer_id}/",
        f"/dashboard/data-care/evidence/{evidence.id}/",
    ]


def _problems(page, path: str, language: str) -> list[str]:
    page.goto(path)
    name = path.split("?")[0].partition("//")[2].partition("/")[2] or path
    return problems_in_every_look(page, language, name.strip("/").replace("/", "-")[:40])
