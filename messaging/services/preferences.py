"""What a person chose to hear from a store: shown on ``/u/{token}``, saved there, and ended by one click in a mail.

Which boxes there are is decided here, not by the form: news about orders come by e-mail as part of the contract, and a
yes given here counts for e-mail only. Whoever opens the page came by a mail, which says nothing about a phone.
"""

import datetime as dt
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from messaging.enums import Channel, PermissionStatus, Purpose
from messaging.models import Permission
from messaging.services.permissions import grant, withdraw
from orders.models import Customer, Order
from orders.selectors import customer_by_id
from postpurchase.accounts.models import Merchant, Store
from postpurchase.accounts.models.store import DEFAULT_STORE

PAGE, ONE_CLICK = "preferences_page", "one_click"


@dataclass(frozen=True, slots=True)
class Choice:
    """One box: messages for ``purpose`` on ``channel``. A fixed one is shown and cannot be changed."""

    purpose: Purpose
    channel: Channel
    granted: bool
    fixed: bool

    @property
    def key(self) -> str:
        return f"{self.purpose}.{self.channel}"


@dataclass(frozen=True, slots=True)
class Preferences:
    """The page's data: who, of which store, and their choices by topic."""

    merchant: Merchant
    customer: Customer
    store: Store
    language: str
    choices: tuple[Choice, ...]

    @property
    def anything_to_end(self) -> bool:
        """Whether anything but news about orders is still sent."""
        return any(choice.granted for choice in self.choices if choice.purpose != Purpose.SERVICE)


def load_preferences(*, customer_id: uuid.UUID) -> Preferences | None:
    """Return a person's choices (also under a merged record's id), None where they are gone.

    Needs the merchant's scope; changes nothing.
    """
    customer = customer_by_id(customer_id=customer_id)
    if customer is None:
        return None
    order = Order.objects.select_related("store").filter(customer=customer).order_by("-placed_at", "-id").first()
    store = order.store if order else Store.objects.get(slug=DEFAULT_STORE)
    return Preferences(
        merchant=customer.merchant,
        customer=customer,
        store=store,
        language=customer.language or (order.language if order else "") or store.language,
        choices=_choices(customer),
    )


def _choices(customer: Customer) -> tuple[Choice, ...]:
    status = {
        (permission.purpose, permission.channel): permission.status
        for permission in Permission.objects.filter(customer=customer)
    }
    choices = []
    for purpose in Purpose:
        for channel in Channel:
            granted = status.get((purpose, channel)) == PermissionStatus.GRANTED
            if channel == Channel.EMAIL:
                by_contract = purpose == Purpose.SERVICE and status.get((purpose, channel)) is None
                fixed = purpose == Purpose.SERVICE and (by_contract or granted)
                choices.append(Choice(purpose, channel, granted or by_contract, fixed))
            elif granted:
                choices.append(Choice(purpose, channel, granted=True, fixed=False))
    return tuple(choices)


def save_preferences(
    *,
    preferences: Preferences,
    shown: Collection[str],
    ticked: Collection[str],
    wording: Mapping[str, str],
    now: dt.datetime,
) -> int:
    """Save what a person ticked, of what the page had ``shown`` them; return how many choices changed.

    ``wording`` gives the words beside each box, kept as evidence of a yes.
    """
    changed = 0
    for choice in preferences.choices:
        if choice.fixed or choice.key not in shown or choice.granted == (choice.key in ticked):
            continue
        if choice.granted:
            changed += withdraw(
                merchant=preferences.merchant,
                customer=preferences.customer,
                channel=choice.channel,
                purpose=choice.purpose,
                source=PAGE,
                now=now,
            )
        else:
            changed += grant(
                merchant=preferences.merchant,
                customer=preferences.customer,
                channel=choice.channel,
                purpose=choice.purpose,
                source=PAGE,
                wording=wording[choice.key],
                now=now,
            )
    return changed


def unsubscribe_from_all(*, preferences: Preferences, now: dt.datetime) -> int:
    """End everything but news about orders, on every channel; return how many choices changed."""
    return withdraw(
        merchant=preferences.merchant,
        customer=preferences.customer,
        channel=None,
        purpose=None,
        source=PAGE,
        now=now,
    )


def unsubscribe_by_one_click(*, preferences: Preferences, now: dt.datetime) -> int:
    """End surveys and offers by e-mail: what the button of a mail program means. Again changes nothing."""
    return withdraw(
        merchant=preferences.merchant,
        customer=preferences.customer,
        channel=Channel.EMAIL,
        purpose=None,
        source=ONE_CLICK,
        now=now,
    )
