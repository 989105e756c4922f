"""Showing the notice of § 7 (3) UWG at the checkout, and proving afterwards which words were shown when.

    GET /<merchant>/notice ──▶ text and proof ──▶ checkout page ──▶ order with "notice_proof" ──▶ ConsentReport

A proof is signed by us and names the version and the moment. It shows which words the shop fetched for its checkout and
when; that they stood beside the field for the address is the shop's page, of which it should keep a picture.
"""

import datetime as dt
import hashlib
import uuid
from collections.abc import Collection

from orders.models import NoticeVersion
from postpurchase.accounts.models import Merchant, Store
from postpurchase.lib.validation import Problem, Refused

LANGUAGES = ("de", "en")
LONGEST_TEXT = 2_000


def publish_notice(*, merchant: Merchant, store: Store, language: str, text: str, now: dt.datetime) -> NoticeVersion:
    """Show these words from now on. The same words again are no new version. Raises ``Refused``. Needs the scope."""
    text = "\n".join(line.rstrip() for line in text.replace("\x00", "").strip().splitlines())
    if language not in LANGUAGES:
        raise Refused([Problem("/language", "choice", f"One of {', '.join(LANGUAGES)}.")])
    if not text or len(text) > LONGEST_TEXT:
        raise Refused([Problem("/text", "length", f"1 to {LONGEST_TEXT} characters.")])
    # Two who publish at once wait for each other.
    Store.objects.select_for_update().get(pk=store.pk)
    current = current_notice(store=store, language=language)
    if current is not None and current.text == text:
        return current
    return NoticeVersion.objects.create(
        merchant=merchant,
        store=store,
        language=language,
        number=current.number + 1 if current else 1,
        text=text,
        digest=hashlib.sha256(text.encode()).hexdigest(),
        published_at=now,
    )


def current_notice(*, store: Store, language: str) -> NoticeVersion | None:
    """Return what a store shows now, None where nothing was published. Needs the merchant's scope."""
    return NoticeVersion.objects.filter(store=store, language=language).order_by("-number").first()


def known_versions(version_ids: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Return which of these versions are the merchant's. Needs the scope."""
    return set(NoticeVersion.objects.filter(pk__in=version_ids).values_list("pk", flat=True)) if version_ids else set()
