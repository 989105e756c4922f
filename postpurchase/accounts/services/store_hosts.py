"""A storefront's own host name: asked for, proved by the DNS, given up.

ask_for_host    the merchant names it and gets a text to put into the name's DNS
check_host      asks the DNS, outside of any transaction; the text there makes the name theirs, as long as it is there
give_up_host    the pages answer at BASE_URL again
"""

import datetime as dt
import ipaddress
import re
import secrets
import uuid
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from postpurchase.accounts import own_places
from postpurchase.accounts.models import Merchant, Store, StoreHost
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.accounts.services.place_checks import after_check, begin_anew
from postpurchase.lib.dns_records import NoAnswer, txt_records

PROOF_BELOW = "_postpurchase"
LONGEST_HOST = 253
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST = re.compile(rf"{_LABEL}(?:\.{_LABEL})+")


def ask_for_host(*, merchant: Merchant, store: Store, host: str) -> StoreHost:
    """Store the name the merchant wants for a storefront, in place of an earlier one. Needs the merchant's scope.

    ``host`` is what a person writes (``Track.Shop.example``). The same name again changes nothing. Raises
    ``ValidationError`` with code ``not_a_host`` or ``ours``.
    """
    name = host_of(host)
    if not name:
        raise ValidationError("This is no host name.", code="not_a_host")
    if name in (*settings.ALLOWED_HOSTS, urlsplit(settings.BASE_URL).hostname):
        raise ValidationError("This is the installation's own name.", code="ours")
    wanted, _ = StoreHost.objects.get_or_create(
        merchant=merchant, store=store, defaults={"host": name, "proof": _new_proof()}
    )
    if wanted.host != name:
        wanted.host, wanted.proof = name, _new_proof()
        begin_anew(wanted)
        transaction.on_commit(own_places.forget)
    return wanted


def check_host(*, merchant_id: uuid.UUID, store_id: uuid.UUID, now: dt.datetime) -> bool:
    """Ask the DNS for the proof, and say whether the name is the store's. Opens its own scopes; none while it asks.

    ``problem`` says why not: ``no_answer``, ``no_record``, ``other_record`` or ``taken`` (another storefront proved the
    name before). A name that was proved is given up only after days (``place_checks.py``).
    """
    with merchant_scope(merchant_id):
        wanted = StoreHost.objects.filter(store_id=store_id).first()
    if wanted is None:
        return False
    problem = _problem(wanted)
    # Only what was asked for: the merchant may have chosen another name meanwhile.
    asked = {"pk": wanted.pk, "proof": wanted.proof}
    try:
        with merchant_scope(merchant_id):
            StoreHost.objects.filter(**asked).update(**after_check(wanted, problem=problem, now=now))
    except IntegrityError:
        problem = "taken"
        with merchant_scope(merchant_id):
            StoreHost.objects.filter(**asked).update(**after_check(wanted, problem=problem, now=now))
    own_places.forget()
    return not problem


def give_up_host(*, store: Store) -> bool:
    """End a storefront's own name; links that were sent with it open nothing. Returns whether there was one."""
    deleted, _ = StoreHost.objects.filter(store=store).delete()
    transaction.on_commit(own_places.forget)
    return bool(deleted)


def host_of(written: str) -> str:
    """Return a host name as the net spells it, empty where a text is none (an address, a path, a port, one label)."""
    text = written.strip().removesuffix(".").lower()
    try:
        name = text if text.isascii() else text.encode("idna").decode("ascii")
    except UnicodeError:
        return ""
    if len(name) > LONGEST_HOST or not _HOST.fullmatch(name) or _is_address(name):
        return ""
    return name


def proof_name(host: str) -> str:
    """Return the name whose TXT record holds the proof."""
    return f"{PROOF_BELOW}.{host}"


def _problem(wanted: StoreHost) -> str:
    try:
        texts = txt_records(proof_name(wanted.host))
    except NoAnswer:
        return "no_answer"
    if wanted.proof in (text.strip() for text in texts):
        return ""
    return "other_record" if texts else "no_record"


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return name.rpartition(".")[2].isdigit()
    return True


def _new_proof() -> str:
    return f"postpurchase-{secrets.token_urlsafe(24)}"
