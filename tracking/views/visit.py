"""One look at a tracking page: what its blocks may ask for."""

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import quote

from django.conf import settings
from django.core.cache import caches

from orders.models import Customer, Order
from postpurchase.accounts.models import Merchant, Store
from postpurchase.lib.here import here
from postpurchase.lib.texts import Texts
from tracking.design.content import PageDesign
from tracking.page.build import TrackingPage
from tracking.selectors import OrderPage

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Visit:
    """Whose page is looked at, in which words, when. ``found`` are the facts, ``page`` what is said of them.

    ``token`` is the secret part of the page's address; a block's forms post below ``path``. ``verified``: whoever
    looks has shown with a one-time code that they are the buyer; personal data is for them alone.
    """

    found: OrderPage
    page: TrackingPage
    texts: Texts
    token: str
    now: dt.datetime
    verified: bool = False

    @property
    def order(self) -> Order:
        """The order, with its merchant, store and customer at hand."""
        return self.found.order

    @property
    def merchant(self) -> Merchant:
        """The order's merchant."""
        return self.order.merchant

    @property
    def store(self) -> Store:
        """The storefront it was bought in."""
        store: Store = self.order.store
        return store

    @property
    def design(self) -> PageDesign:
        """What the merchant decided about the page."""
        return self.found.design

    @property
    def customer(self) -> Customer | None:
        """Who bought, None where the shop did not say."""
        customer: Customer | None = self.order.customer
        return customer

    @property
    def path(self) -> str:
        """The page's own path, without a slash at the end."""
        return here(f"/t/{self.token}")

    @property
    def code_url(self) -> str:
        """Where a one-time code is asked for and given; empty where there is no address that one could go to."""
        customer = self.customer
        if customer is None or not (customer.email or (customer.phone and settings.TWILIO_ACCOUNT_SID)):
            return ""
        return f"{self.path}/code?lang={self.texts.language}"

    @property
    def parcel_names(self) -> dict[uuid.UUID, str]:
        """What each parcel is called, empty where it is the only one."""
        parcels = self.found.facts.parcels
        if len(parcels) < 2:
            return {parcel.id: "" for parcel in parcels}
        return {
            parcel.id: self.texts("page.parcel_of", number=number, total=len(parcels))
            for number, parcel in enumerate(parcels, start=1)
        }

    @property
    def mail_link(self) -> str:
        """Where a question goes, with the order already named; empty where the store gave no address."""
        address = self.store.support_email or self.store.reply_to
        subject = quote(self.texts("help.mail_subject", number=self.order.number))
        return f"mailto:{address}?subject={subject}" if address else ""


def remembered(key: str, seconds: int, read: Callable[[], T]) -> T:
    """Return what ``read`` gives, at most once in a while in each web process: asking Redis would take longer."""
    shelf = caches["pages"]
    known: T | None = shelf.get(key)
    if known is None:
        known = read()
        shelf.set(key, known, seconds)
    return known
