"""``Idempotency-Key``: the same request again gets the same answer and does nothing.

The answer is stored in the transaction of the work, so there is never one without the other. Only answers to work that
was done (2xx) are stored: a refused request left nothing behind and may be tried again.
"""

import datetime as dt
import hashlib
import uuid
from typing import Any

import msgspec
from django.db import connection
from django.http import HttpResponse
from rest_framework.request import Request

from postpurchase.accounts.models import Merchant
from postpurchase.accounts.scoping import all_merchants
from postpurchase.api.models import StoredAnswer
from postpurchase.api.problems import ApiProblem
from postpurchase.api.renderers import JSON
from postpurchase.lib import crypto
from postpurchase.lib.validation import Problem, Refused

KEEP = dt.timedelta(hours=72)
HEADER = "HTTP_IDEMPOTENCY_KEY"
# Advisory locks with two numbers are a space of their own; tracking uses 7315002.
LOCK_CLASS = 7_315_003


class IdempotentRequest:
    """One POST that carries a key."""

    def __init__(self, *, merchant: Merchant, route: str, key: str, path: str, body: Any, now: dt.datetime) -> None:
        if not 0 < len(key) <= 255 or not key.isprintable():
            raise ApiProblem(400, "An Idempotency-Key has 1 to 255 printable characters.")
        self.merchant, self.route, self.key, self.now = merchant, route, key, now
        content = path.encode() + b"\n" + msgspec.json.encode(body, order="sorted")
        self.request_hash = hashlib.sha256(content).digest()

    def stored_answer(self) -> HttpResponse | None:
        """Return the answer given before, None where there is none.

        Holds the key until the transaction ends. Raises ``ApiProblem`` 409 while another request holds it, ``Refused``
        where the key stood for another request.
        """
        if not _hold(self.merchant.id, self.route, self.key):
            raise ApiProblem(409, "A request with this Idempotency-Key is still running.", {"Retry-After": "1"})
        mine = StoredAnswer.objects.filter(route=self.route, key=self.key)
        row = mine.filter(created_at__gt=self.now - KEEP).first()
        if row is None:
            mine.delete()
            return None
        if bytes(row.request_hash) != self.request_hash:
            raise Refused([Problem("", "idempotency_key_reused", "This Idempotency-Key stood for another request.")])
        response = HttpResponse(crypto.unseal(row.content), status=row.status, content_type=JSON)
        response["Idempotent-Replay"] = "true"
        response["Cache-Control"] = "no-store"
        return response

    def store(self, response: HttpResponse) -> None:
        """Keep the answer to work that was done."""
        if 200 <= response.status_code < 300:
            StoredAnswer.objects.create(
                merchant=self.merchant,
                route=self.route,
                key=self.key,
                request_hash=self.request_hash,
                status=response.status_code,
                content=crypto.seal(response.content.decode()),
                created_at=self.now,
            )


def idempotency_key(request: Request) -> str | None:
    """Return the request's key, as text."""
    key: str | None = request.META.get(HEADER)
    return key


def forget_old_answers(*, now: dt.datetime) -> int:
    """Delete the answers nobody may ask for any more, of all merchants. Returns how many."""
    with all_merchants("stored answers are kept for three days"):
        deleted, _ = StoredAnswer.objects.filter(created_at__lte=now - KEEP).delete()
    return deleted


def _hold(merchant_id: uuid.UUID, route: str, key: str) -> bool:
    digest = hashlib.blake2b(f"{merchant_id}:{route}:{key}".encode(), digest_size=4).digest()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_try_advisory_xact_lock(%s, %s)", [LOCK_CLASS, int.from_bytes(digest, "big", signed=True)]
        )
        return bool(cursor.fetchone()[0])
