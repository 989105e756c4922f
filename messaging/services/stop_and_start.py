"""What somebody says to the number that writes to them: STOP, and START after it.

STOP ends everything that goes to a number on a channel: no message is sent there any more, and what was agreed to for
it is withdrawn. Two things end a STOP, both by the number's owner: START from that very number, and a number confirmed
anew by a code (``phone_news.py``). START brings back parcel news only, with the words once agreed to; whoever wants
surveys or offers by phone again says so again, because one word does not name them (§ 7 (2) UWG).

Twilio keeps a list of its own for SMS: after STOP it refuses every message (21610), one-time codes too, until START,
UNSTOP or YES. YES we do not take: it may be an answer to anything. Toll-free numbers are blocked by the carriers, until
START or UNSTOP. A refusal with 21610 is a STOP of which we had not heard.

https://help.twilio.com/articles/223134027
https://www.twilio.com/docs/messaging/tutorials/advanced-opt-out
https://www.twilio.com/docs/api/errors/21610

Twilio says nothing of when a word was sent. What is reported again changes nothing; of two words that overtook each
other the last to arrive counts, and where that is a START too many, the provider's own list still refuses.
"""

import datetime as dt

from django.db.models import Q

from messaging.enums import Channel, PermissionStatus, Purpose, SuppressionReason
from messaging.models import Permission, PermissionEvidence
from messaging.services.addresses import lift_stop, suppress
from messaging.services.permissions import withdraw
from messaging.services.phone_news import choose_way
from orders.models import Customer
from orders.selectors import current_customer
from postpurchase.accounts.models import Merchant

STOPPED, STARTED = "provider_opted_out", "provider_opted_in"


def hear_stop(*, merchant: Merchant, channel: Channel, phone: str, now: dt.datetime) -> int:
    """Send nothing more to a number (E.164) on a channel; return how many permissions ended. Needs the scope.

    It ends what was agreed to for this number, whoever's profile it stands in now, and is a no of those who have it in
    their profile. What somebody agreed to for another number stays.
    """
    suppress(merchant_id=merchant.id, channel=channel, address=phone, reason=SuppressionReason.OPTED_OUT, now=now)
    granted = Permission.objects.filter(channel=channel, status=PermissionStatus.GRANTED)
    agreed = granted.filter(evidence__phone=phone).values_list("customer_id", flat=True)
    people = Customer.objects.filter(Q(phone=phone) | Q(pk__in=list(agreed)))
    ended = 0
    for customer in {one.pk: one for person in people for one in (person, current_customer(person))}.values():
        elsewhere = granted.filter(customer=customer).exclude(evidence__phone__in=["", phone])
        kept = set(elsewhere.values_list("purpose", flat=True))
        for purpose in Purpose:
            if purpose not in kept:
                ended += withdraw(
                    merchant=merchant,
                    customer=customer,
                    channel=channel,
                    purpose=purpose,
                    source=STOPPED,
                    phone=phone,
                    now=now,
                )
    return ended


def hear_start(*, merchant: Merchant, channel: Channel, phone: str, now: dt.datetime) -> int:
    """Take back a STOP of a number (E.164); return how many people get parcel news there again. Needs the scope.

    Only who had agreed for this number and ended it by STOP does; who never agreed, or said no in another way too, must
    say yes on the page.
    """
    lift_stop(merchant_id=merchant.id, channel=channel, phone=phone)
    stopped = Permission.objects.filter(
        channel=channel,
        purpose=Purpose.SERVICE,
        status=PermissionStatus.WITHDRAWN,
        evidence__phone=phone,
        evidence__source=STOPPED,
        evidence__obtained_at__lt=now,
    ).select_related("customer")
    back = 0
    for permission in stopped:
        agreed = (
            PermissionEvidence.objects.filter(
                customer=permission.customer,
                channel=channel,
                purpose=Purpose.SERVICE,
                status=PermissionStatus.GRANTED,
                phone=phone,
            )
            .order_by("-obtained_at", "-id")
            .first()
        )
        if agreed is not None:
            back += choose_way(
                merchant=merchant,
                customer=permission.customer,
                way=channel,
                phone=phone,
                source=STARTED,
                wording=agreed.wording,
                now=now,
            )
    return back
