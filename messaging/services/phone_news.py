"""Parcel news on the phone, by SMS or WhatsApp: asked for on the tracking page, confirmed by a code sent that way.

Who may ask has shown before, by a code from their mail, that they are the buyer. So the number is proved to be theirs,
and the yes is theirs too (double opt-in, § 7 (2) UWG); Meta asks for such a yes before any message that is not an
answer (https://developers.facebook.com/docs/whatsapp/overview/getting-opt-in). It is for that number, whatever a shop
says of the customer later, and for one of the two ways: choosing the other ends the first. It is withdrawn on the
preferences page or by STOP, and comes back by a new code or by START (``stop_and_start.py``).
"""

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Q

from messaging.enums import Channel, PermissionStatus, Purpose
from messaging.models import Permission
from messaging.services.addresses import lift_stop
from messaging.services.permissions import grant, withdraw
from messaging.services.plan import language_of
from messaging.services.whatsapp import can_send_whatsapp
from orders.models import Customer, Order
from orders.services.phones import take_confirmed_phone
from postpurchase.accounts.models import Merchant
from tracking.models import OneTimeCode

SOURCE = "tracking_page"
PHONE = (Channel.SMS, Channel.WHATSAPP)


@dataclass(frozen=True, slots=True)
class ChosenWay:
    """How and to which number (E.164) a customer gets parcel news on the phone."""

    channel: Channel
    phone: str


def can_send_sms() -> bool:
    """Say whether this installation can send text messages at all."""
    return bool(settings.TWILIO_ACCOUNT_SID)


def ways_to_phone(*, order: Order, customer: Customer) -> tuple[Channel, ...]:
    """Return the ways by which the buyer may have parcel news on the phone, none where nothing is set up.

    Needs the merchant's scope.
    """
    if not can_send_sms():
        return ()
    language = language_of(order, customer, order.store)
    return PHONE if can_send_whatsapp(store=order.store, language=language) else (Channel.SMS,)


def chosen_way(*, customer: Customer) -> ChosenWay | None:
    """Return the way by which a customer gets parcel news on the phone, None for none. Needs the merchant's scope.

    The one they confirmed; of two that a shop reported, the one they agreed to last; SMS of two at once.
    """
    granted = Permission.objects.filter(
        customer=customer, channel__in=PHONE, purpose=Purpose.SERVICE, status=PermissionStatus.GRANTED
    ).exclude(evidence__phone="")
    by_choice = granted.annotate(reported=Q(evidence__consent_report__isnull=False)).order_by(
        "reported", "-evidence__obtained_at", "channel"
    )
    first = by_choice.values_list("channel", "evidence__phone").first()
    return ChosenWay(Channel(first[0]), first[1]) if first else None


def confirm_phone(*, merchant: Merchant, customer: Customer, code: OneTimeCode, now: dt.datetime) -> bool:
    """Take the number and the yes that a right code confirms; return whether it is a new yes.

    Where its owner had said STOP, this is a new and explicit consent, and the code has just arrived there.
    """
    take_confirmed_phone(customer=customer, phone=code.phone, now=now)
    lift_stop(merchant_id=merchant.id, channel=code.channel, phone=code.phone)
    return choose_way(
        merchant=merchant,
        customer=customer,
        way=Channel(code.channel),
        phone=code.phone,
        source=SOURCE,
        wording=code.wording,
        now=now,
    )


def choose_way(
    *,
    merchant: Merchant,
    customer: Customer,
    way: Channel,
    phone: str,
    source: str,
    wording: str,
    now: dt.datetime,
) -> bool:
    """Record that a number's owner wants parcel news there, this way and not the other; return whether it is new."""
    before = chosen_way(customer=customer)
    if before is not None and before.channel != way:
        withdraw(
            merchant=merchant,
            customer=customer,
            channel=before.channel,
            purpose=Purpose.SERVICE,
            source=source,
            now=now,
        )
    return grant(
        merchant=merchant,
        customer=customer,
        channel=way,
        purpose=Purpose.SERVICE,
        source=source,
        wording=wording,
        phone=phone,
        now=now,
    )
