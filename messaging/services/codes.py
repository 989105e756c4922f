"""Sending the one-time codes that shoppers ask for on their pages (``tracking/services/codes.py``)."""

import datetime as dt
import uuid

from messaging.enums import Channel, Purpose, Template
from messaging.journeys.definition import Send
from messaging.services.gate import CONFIRMS_NUMBER
from messaging.services.permissions import agreed_phone
from messaging.services.phone_news import can_send_sms
from messaging.services.plan import Occasion, plan_message
from orders.models import Customer
from postpurchase.accounts.models import Merchant
from postpurchase.accounts.scoping import all_merchants, merchant_scope
from tracking.models import CodePurpose, OneTimeCode
from tracking.services.codes import forget_old_codes

# What stands where journeys have their name, in the message's row and in its events.
JOURNEY_KEY = "page"


def plan_codes(*, merchant_id: uuid.UUID, now: dt.datetime) -> int:
    """Plan a message for every code that waits for one; return how many. Opens the merchant's scope.

    Where the customer left neither an e-mail address nor a number we can write to, nobody is told, and the page says
    the same as ever.
    """
    with merchant_scope(merchant_id):
        merchant = Merchant.objects.get()
        codes = list(
            OneTimeCode.objects.select_for_update(of=("self",), skip_locked=True)
            .select_related("order__store", "order__customer")
            .filter(planned_at=None, order__isnull=False, expires_at__gt=now)
            .order_by("created_at")
        )
        return sum(_plan(merchant, code, now) for code in codes)


def plan_all_codes(*, now: dt.datetime) -> int:
    """Plan what every merchant's shoppers wait for, and forget codes of yesterday. Returns how many were planned."""
    with all_merchants("one-time codes whose doorbell was lost"):
        forget_old_codes(now=now)
        waiting = OneTimeCode.objects.filter(planned_at=None, order__isnull=False, expires_at__gt=now)
        merchants = list(waiting.values_list("merchant_id", flat=True).distinct())
    return sum(plan_codes(merchant_id=merchant_id, now=now) for merchant_id in merchants)


def _plan(merchant: Merchant, code: OneTimeCode, now: dt.datetime) -> bool:
    OneTimeCode.objects.filter(pk=code.pk).update(planned_at=now)
    order = code.order
    customer = order.customer if order else None
    if order is None or customer is None:
        return False
    channel, recipient = _way(code, customer)
    if not recipient:
        return False
    occasion = Occasion(
        journey_key=JOURNEY_KEY,
        step=Send(
            key=Template.ONE_TIME_CODE,
            template=Template.ONE_TIME_CODE,
            message_class="service",
            immediate=True,
            expires_after="PT15M",
        ),
        subject_key=f"code:{code.id}",
        occurrence="1",
        order=order,
        customer=customer,
        context={"code_id": str(code.id), CONFIRMS_NUMBER: code.purpose == CodePurpose.CONFIRM_NUMBER},
        recipient=recipient,
        channel=channel,
    )
    _, is_new = plan_message(merchant=merchant, occasion=occasion, now=now)
    return is_new


def _way(code: OneTimeCode, customer: Customer) -> tuple[str, str]:
    """The channel and the address: the number to be confirmed, by its way, else e-mail, else SMS where we can."""
    if customer.erased_at is not None:
        return Channel.EMAIL, ""
    if code.purpose == CodePurpose.CONFIRM_NUMBER:
        return code.channel, code.phone
    if customer.email or not can_send_sms():
        return Channel.EMAIL, customer.email
    agreed = agreed_phone(customer_id=customer.id, channel=Channel.SMS, purpose=Purpose.SERVICE)
    return Channel.SMS, agreed or customer.phone
