"""Somebody who runs the shop, and what a page must never be."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from postpurchase.accounts.models import Merchant, Role, User
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.accounts.services.merchants import add_member
from postpurchase.lib import clock

PASSWORD = "holunderblüte und walnuss"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def make_owner(merchant: Merchant) -> User:
    """Somebody who may do everything."""
    owner = User.objects.create_user(email="klara@lindenhof.example.com", password=PASSWORD)
    with merchant_scope(merchant.id):
        add_member(merchant=merchant, user=owner, role=Role.OWNER, now=clock.now())
    return owner


def sign_in(page: Page, owner: User) -> None:
    """Log in and stand on the overview."""
    page.goto("/dashboard/")
    page.locator("input[name=login]").fill(owner.email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=password]").press("Enter")
    page.wait_for_url("**/dashboard/")


def accessibility_problems(page: Page) -> list[str]:
    """What axe finds against WCAG 2.2 AA, and a page that is wider than its window."""
    found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
    problems = [
        f"{page.url} {violation['id']}: {node['html'][:200]} – {node.get('failureSummary', '')[:300]}"
        for violation in found
        for node in violation["nodes"][:3]
    ]
    width, room = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    if width > room:
        problems.append(f"{page.url} is {width} px wide in a window of {room} px")
    return problems
