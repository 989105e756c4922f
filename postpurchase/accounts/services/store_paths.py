"""A storefront's path on the shop's own site: asked for, proved by asking there, given up.

ask_for_path    the merchant names the address and gets a key for the site's server
check_path      asks the address, outside of any transaction; when the question comes back to us with the key, it works
give_up_path    links have the installation's name again

The site's server passes ``https://shop.example/parcels/…`` on to ``/via/<key>/…`` here. No header is believed for it:
the address was stored by the merchant, and who knows the key is the site's server.
"""

import datetime as dt
import re
import uuid
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.crypto import salted_hmac

from postpurchase.accounts import own_places
from postpurchase.accounts.models import Merchant, Store, StorePath
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.accounts.services.place_checks import after_check, begin_anew
from postpurchase.lib import crypto, http
from postpurchase.lib.origins import origin_of
from postpurchase.lib.tokens import new_page_token, page_token_digest

LONGEST_PATH = 100
PROOF = "proof"
_PATH = re.compile(r"(?:/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+")


def ask_for_path(*, merchant: Merchant, store: Store, address: str) -> StorePath:
    """Store the address the merchant wants for a storefront, in place of an earlier one. Needs the merchant's scope.

    ``address`` is what a person writes (``https://Shop.example/parcels/``). The same address again changes nothing,
    another one keeps the key. Raises ``ValidationError`` with code ``not_an_address`` or ``ours``.
    """
    wanted_address = address_of(address)
    if not wanted_address:
        raise ValidationError("This is no address by https with a path.", code="not_an_address")
    if urlsplit(wanted_address).hostname in (*settings.ALLOWED_HOSTS, urlsplit(settings.BASE_URL).hostname):
        raise ValidationError("This is the installation's own name.", code="ours")
    key = new_page_token()
    wanted, _ = StorePath.objects.get_or_create(
        merchant=merchant,
        store=store,
        defaults={"address": wanted_address, "key_digest": page_token_digest(key), "key_sealed": crypto.seal(key)},
    )
    if wanted.address != wanted_address:
        wanted.address = wanted_address
        begin_anew(wanted)
    transaction.on_commit(own_places.forget)
    return wanted


def check_path(*, merchant_id: uuid.UUID, store_id: uuid.UUID, now: dt.datetime) -> bool:
    """Ask the address for the proof, and say whether the pages are there. Opens its own scopes; none while it asks.

    ``problem`` says why not: ``no_answer`` (nobody answers there by https), ``other_answer`` (somebody else does).
    """
    with merchant_scope(merchant_id):
        wanted = StorePath.objects.filter(store_id=store_id).first()
    if wanted is None:
        return False
    problem = _problem(wanted)
    with merchant_scope(merchant_id):
        # Only what was asked for: the merchant may have chosen another address meanwhile.
        asked = StorePath.objects.filter(pk=wanted.pk, address=wanted.address)
        asked.update(**after_check(wanted, problem=problem, now=now))
    own_places.forget()
    return not problem


def give_up_path(*, store: Store) -> bool:
    """End a storefront's path; links that were sent with it open nothing. Returns whether there was one."""
    deleted, _ = StorePath.objects.filter(store=store).delete()
    transaction.on_commit(own_places.forget)
    return bool(deleted)


def address_of(written: str) -> str:
    """Return an address as links have it, without a slash at the end; empty where it is none by https with a path."""
    text = written.strip().rstrip("/")
    origin = origin_of(text)
    if not origin:
        return ""
    parts = urlsplit(text if "://" in text else f"https://{text}")
    is_plain = not parts.query and not parts.fragment and len(parts.path) <= LONGEST_PATH
    return f"{origin}{parts.path}" if is_plain and _PATH.fullmatch(parts.path) else ""


def key_of(path: StorePath) -> str:
    """Return the key for the site's server."""
    return crypto.unseal(path.key_sealed)


def proof_of(key: str) -> str:
    """Return what we answer to whoever asks for the proof with a key; nobody else can know it."""
    return f"postpurchase-{salted_hmac('accounts.store_path', key, algorithm='sha256').hexdigest()}"


def _problem(wanted: StorePath) -> str:
    try:
        answer = http.request("GET", f"{wanted.address}/{PROOF}", allow=settings.EGRESS_ALLOW, whole_answer=False)
    except http.EgressError:
        return "no_answer"
    is_ours = answer.status == 200 and answer.body.decode("utf-8", "replace").strip() == proof_of(key_of(wanted))
    return "" if is_ours else "other_answer"
