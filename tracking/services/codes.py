"""One-time codes of six digits: asked for on a page, sent by messaging, given back on the page once.

    ask_for_code ──commit──▶ messaging plans the message ──▶ check_code: five tries in 15 minutes, one success

The code is stored nowhere. It is computed from its row's id with the operator's key, when the message is written and
when an answer is compared, so a copy of the database holds no code. Only the newest code of an order counts.
"""

import datetime as dt
import uuid

from django.db.models import F
from django.utils.crypto import constant_time_compare, salted_hmac

from orders.enums import ConsentChannel
from postpurchase.lib.doorbell import ring_after_commit
from tracking.models import CodePurpose, OneTimeCode

VALID_FOR = dt.timedelta(minutes=15)
MOST_TRIES = 5
KEPT_FOR = dt.timedelta(days=1)
DIGITS = 6


def ask_for_code(
    *,
    merchant_id: uuid.UUID,
    order_id: uuid.UUID | None,
    purpose: CodePurpose,
    now: dt.datetime,
    phone: str = "",
    channel: str = ConsentChannel.SMS,
    wording: str = "",
) -> OneTimeCode:
    """Store that somebody asked for a code; messaging is told after commit. Needs the merchant's scope.

    Without an order (a look-up that found nothing) the same is done and no message follows. Whoever calls has counted
    the request (``services/attempts.py``).
    """
    code = OneTimeCode.objects.create(
        merchant_id=merchant_id,
        order_id=order_id,
        purpose=purpose,
        phone=phone,
        channel=channel,
        wording=wording,
        created_at=now,
        expires_at=now + VALID_FOR,
    )
    ring_after_commit("messaging.plan_codes", merchant_id=merchant_id)
    return code


def waiting_code(*, order_id: uuid.UUID, purpose: CodePurpose, now: dt.datetime) -> OneTimeCode | None:
    """Return the code of an order that may still be given, None without one."""
    newest = _newest(order_id, purpose)
    if newest is None or newest.used_at is not None or newest.expires_at <= now or newest.tries >= MOST_TRIES:
        return None
    return newest


def check_code(*, code_id: uuid.UUID, given: str, now: dt.datetime) -> OneTimeCode | None:
    """Use one try of a code; return it where the answer was right, for the first time and in time.

    The try is counted before it is compared, under the row's lock, so that answers at the same moment count too. Spaces
    and hyphens in the answer do not matter. Needs the merchant's scope.
    """
    counted = OneTimeCode.objects.filter(pk=code_id, used_at=None, expires_at__gt=now, tries__lt=MOST_TRIES).update(
        tries=F("tries") + 1
    )
    code = OneTimeCode.objects.select_related("order__customer").filter(pk=code_id).first()
    is_right = constant_time_compare(_plain(given), digits_of(code_id))
    if code is None or code.order is None or not counted or not is_right:
        return None
    if _newest(code.order.id, CodePurpose(code.purpose)) != code:
        return None
    OneTimeCode.objects.filter(pk=code.id).update(used_at=now)
    code.used_at = now
    return code


def digits_of(code_id: uuid.UUID) -> str:
    """Return the code of a row: six digits that nobody without the operator's key can compute."""
    digest = salted_hmac("tracking.one_time_code", str(code_id), algorithm="sha256").digest()
    return f"{int.from_bytes(digest, 'big') % 10**DIGITS:0{DIGITS}}"


def forget_old_codes(*, now: dt.datetime) -> int:
    """Delete codes a day after they were asked for. Works across merchants, in a scope that sees all of them."""
    deleted, _ = OneTimeCode.objects.filter(created_at__lt=now - KEPT_FOR).delete()
    return deleted


def _newest(order_id: uuid.UUID, purpose: CodePurpose) -> OneTimeCode | None:
    return OneTimeCode.objects.filter(order_id=order_id, purpose=purpose).order_by("-created_at", "-id").first()


def _plain(given: str) -> str:
    """Digits of any script as ours, without what people put between them."""
    return "".join(str(int(sign)) for sign in given[:40] if sign.isdecimal())
