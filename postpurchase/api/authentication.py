"""Who is speaking: ``Authorization: Bearer <api key>``. From here on the request belongs to the key's merchant."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from postpurchase.accounts.models import ApiKey, Merchant
from postpurchase.accounts.services.api_keys import enter_scope_of_api_key
from postpurchase.lib import clock

# ``last_used_at`` is for people; once a minute is exact enough and keeps a busy key's row quiet.
NOTE_USE_EVERY = dt.timedelta(minutes=1)
LONGEST_SECRET = 200


@dataclass(frozen=True, slots=True)
class Caller:
    """The program that speaks: its key and its merchant. Django asks for the two properties."""

    merchant: Merchant
    key: ApiKey

    is_authenticated = True
    is_active = True

    @property
    def pk(self) -> str:
        return str(self.key.pk)


class ApiKeyAuthentication(BaseAuthentication):
    """Recognises a key and opens its merchant's scope for the rest of the request."""

    def authenticate(self, request: Request) -> tuple[Caller, ApiKey] | None:
        kind, _, secret = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
        if not kind:
            return None
        if kind.lower() != "bearer":
            raise AuthenticationFailed("Say `Authorization: Bearer <api key>`.")
        secret, now = secret.strip(), clock.now()
        if not secret.isascii() or "\x00" in secret or not 0 < len(secret) <= LONGEST_SECRET:
            raise AuthenticationFailed("This key is not known.")
        key = enter_scope_of_api_key(secret=secret, now=now)
        if key is None:
            raise AuthenticationFailed("This key is not known.")
        _note_use(key, now)
        return Caller(merchant=key.merchant, key=key), key

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="api"'


def _note_use(key: ApiKey, now: dt.datetime) -> None:
    if key.last_used_at is not None and key.last_used_at > now - NOTE_USE_EVERY:
        return
    # Another request of this key may be noting the same; waiting for it would serialise a merchant's requests.
    free = (
        ApiKey.objects.select_for_update(skip_locked=True)
        .filter(Q(last_used_at__isnull=True) | Q(last_used_at__lte=now - NOTE_USE_EVERY), pk=key.pk)
        .values("pk")
    )
    ApiKey.objects.filter(pk__in=free).update(last_used_at=now)


def caller_of(request: Request) -> Caller | None:
    """Return who speaks, None without a key."""
    speaker: object = request.user
    return speaker if isinstance(speaker, Caller) else None
