"""Parcel news by text message: asked for on the tracking page, confirmed by a code sent to the number itself.

Who may ask has shown before, by a code from their mail, that they are the buyer. So the number is proved to be theirs,
and the yes is theirs too (double opt-in, § 7 (2) UWG). It is withdrawn on the preferences page.
"""

import datetime as dt

from django.conf import settings

from messaging.enums import Channel, PermissionStatus, Purpose
from messaging.models import Permission
from messaging.services.permissions import grant
from orders.models import Customer
from orders.services.phones import take_confirmed_phone
from postpurchase.accounts.models import Merchant
from tracking.models import OneTimeCode

SOURCE = "tracking_page"


def can_send_sms() -> bool:
    """Say whether this installation can send text messages at all."""
    return bool(settings.TWILIO_ACCOUNT_SID)


def gets_sms(*, customer: Customer) -> bool:
    """Say whether a customer gets parcel news by text message already. Needs the merchant's scope."""
    granted = Permission.objects.filter(
        customer=customer, channel=Channel.SMS, purpose=Purpose.SERVICE, status=PermissionStatus.GRANTED
    )
    return bool(customer.phone) and granted.exists()


def confirm_sms(*, merchant: Merchant, customer: Customer, code: OneTimeCode, now: dt.datetime) -> bool:
    """Take the number and the yes that a right code confirms; return whether it is a new yes."""
    take_confirmed_phone(customer=customer, phone=code.phone, now=now)
    return grant(
        merchant=merchant,
        customer=customer,
        channel=Channel.SMS,
        purpose=Purpose.SERVICE,
        source=SOURCE,
        wording=code.wording,
        now=now,
    )
