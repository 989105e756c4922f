"""Making and resolving the links of shoppers' pages."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from postpurchase.accounts.models import PageKind, PageLink
from postpurchase.accounts.own_places import pages_base, visited_own_place
from postpurchase.accounts.rows import insert_rows, instance_of, read_rows, selection
from postpurchase.accounts.scoping import look_up_across_merchants
from postpurchase.lib import crypto
from postpurchase.lib.ids import uuid7
from postpurchase.lib.tokens import new_page_token, page_token_digest

# A tracking link that has lain around longer than this opens nothing without a one-time code.
TRACKING_LINK_FRESH_FOR = dt.timedelta(days=90)

PATHS = {
    PageKind.TRACKING: "t",
    PageKind.SURVEY: "s",
    PageKind.PREFERENCES: "u",
    PageKind.POINTS: "p",
}


def page_urls(
    *,
    merchant_id: uuid.UUID,
    kind: PageKind,
    subject_ids: Sequence[uuid.UUID],
    now: dt.datetime,
    are_new: bool = False,
    replace_old: bool = False,
    store_ids: Mapping[uuid.UUID, uuid.UUID] | None = None,
) -> dict[uuid.UUID, str]:
    """Return the addresses of many subjects' pages at once. Needs the merchant's scope.

    Subjects that ``are_new`` were made in this transaction; nobody can have asked for their pages before.
    Two callers at once get the same token: the loser of the race reads the winner's row. With ``replace_old`` a link
    that is old is ended and a new one made: for a new mail, and for whoever has just shown who they are.
    ``store_ids`` says whose own place stands in the addresses, by subject; without it the default store's.
    """
    links = [] if are_new else _live_links(kind, subject_ids)
    if replace_old and (old := [link for link in links if is_old(link, now=now)]):
        PageLink.objects.filter(pk__in=[link.pk for link in old]).update(revoked_at=now)
        links = [link for link in links if link not in old]
    tokens = _tokens(links)
    new = {subject_id: new_page_token() for subject_id in subject_ids if subject_id not in tokens}
    if new:
        rows = [_new_link(merchant_id, kind, subject_id, token, now) for subject_id, token in new.items()]
        stored = insert_rows(PageLink, rows, on_conflict="ON CONFLICT DO NOTHING")
        tokens |= new if stored == len(new) else _tokens(_live_links(kind, list(new)))
    stores = store_ids or {}
    return {
        subject_id: (f"{pages_base(merchant_id=merchant_id, store_id=stores.get(subject_id))}/{PATHS[kind]}/{token}")
        for subject_id, token in tokens.items()
    }


def page_token(*, merchant_id: uuid.UUID, kind: PageKind, subject_id: uuid.UUID, now: dt.datetime) -> str:
    """Return the token of the subject's page, making its link on first need. Needs the merchant's scope."""
    return page_url(merchant_id=merchant_id, kind=kind, subject_id=subject_id, now=now).rpartition("/")[2]


def page_url(
    *,
    merchant_id: uuid.UUID,
    kind: PageKind,
    subject_id: uuid.UUID,
    now: dt.datetime,
    is_new: bool = False,
    replace_old: bool = False,
    store_id: uuid.UUID | None = None,
) -> str:
    """Return the absolute address of the subject's page, making its link on first need. Needs the merchant's scope.

    It is at the own path or host name of the store ``store_id`` where it has one; None stands for the default store.
    """
    urls = page_urls(
        merchant_id=merchant_id,
        kind=kind,
        subject_ids=[subject_id],
        now=now,
        are_new=is_new,
        replace_old=replace_old,
        store_ids=None if store_id is None else {subject_id: store_id},
    )
    return urls[subject_id]


def is_old(link: PageLink, *, now: dt.datetime) -> bool:
    """Say whether a tracking link may lie in too many places by now. Other pages' links do not age."""
    return link.kind == PageKind.TRACKING and link.created_at + TRACKING_LINK_FRESH_FOR <= now


def resolve(*, token: str, kind: PageKind, now: dt.datetime) -> PageLink | None:
    """Return the link a token stands for, or None where it is unknown, revoked or over. Looks across merchants.

    A request by a place of a merchant's own (host name, path) opens that merchant's links only.
    """
    row = look_up_across_merchants(
        f"SELECT {selection(PageLink)} FROM {PageLink._meta.db_table}"  # noqa: S608 - names of columns
        " WHERE token_digest = %(digest)s AND kind = %(kind)s AND revoked_at IS NULL",
        {"digest": page_token_digest(token), "kind": kind},
        reason="a page token does not name its merchant",
    )
    link = instance_of(PageLink, row) if row else None
    if link is None or (link.expires_at is not None and link.expires_at <= now):
        return None
    visited = visited_own_place()
    return link if visited is None or visited.merchant_id == link.merchant_id else None


def revoke(*, merchant_id: uuid.UUID, kind: PageKind, subject_id: uuid.UUID, now: dt.datetime) -> bool:
    """End the subject's live link; the next ``page_url`` makes a new one. Returns whether there was one."""
    return bool(
        PageLink.objects.filter(
            merchant_id=merchant_id, kind=kind, subject_id=subject_id, revoked_at__isnull=True
        ).update(revoked_at=now)
    )


def revoke_links_of(*, subject_ids: Sequence[uuid.UUID], now: dt.datetime) -> int:
    """End every link to any page of these subjects; returns how many there were. Needs the merchant's scope."""
    return PageLink.objects.filter(subject_id__in=subject_ids, revoked_at__isnull=True).update(revoked_at=now)


def _live_links(kind: PageKind, subject_ids: Sequence[uuid.UUID]) -> list[PageLink]:
    return read_rows(
        PageLink,
        "kind = %(kind)s AND subject_id = ANY(%(subjects)s) AND revoked_at IS NULL",
        {"kind": kind, "subjects": list(subject_ids)},
        columns=("id", "kind", "subject_id", "token_sealed", "created_at"),
    )


def _tokens(links: Sequence[PageLink]) -> dict[uuid.UUID, str]:
    return {link.subject_id: crypto.unseal(link.token_sealed) for link in links}


def _new_link(
    merchant_id: uuid.UUID, kind: PageKind, subject_id: uuid.UUID, token: str, now: dt.datetime
) -> dict[str, Any]:
    return {
        "id": uuid7(),
        "merchant_id": merchant_id,
        "kind": kind,
        "subject_id": subject_id,
        "token_digest": page_token_digest(token),
        "token_sealed": crypto.seal(token),
        "created_at": now,
    }
