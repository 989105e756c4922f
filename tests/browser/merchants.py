"""Somebody who runs the shop, at the browser."""

from playwright.sync_api import Page

from postpurchase.accounts.models import Merchant, Role, User
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.accounts.services.merchants import add_member
from postpurchase.lib import clock

PASSWORD = "holunderblüte und walnuss"


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
