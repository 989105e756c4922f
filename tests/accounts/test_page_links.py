"""Links of shoppers' pages: random, stored hashed, one per page, revocable."""

import datetime as dt
import re
import threading

from django.db import connection

from postpurchase.accounts.models import PageKind, PageLink
from postpurchase.accounts.page_links import page_token, page_url, resolve, revoke
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.lib.ids import uuid7


def test_the_same_page_keeps_its_address(merchant, in_scope, now):
    order_id = uuid7()

    first = page_url(merchant_id=merchant.id, kind=PageKind.TRACKING, subject_id=order_id, now=now)
    second = page_url(merchant_id=merchant.id, kind=PageKind.TRACKING, subject_id=order_id, now=now)

    assert re.fullmatch(r"http://[^/]+/t/[\w-]{22}", first)
    assert first == second
    assert PageLink.objects.count() == 1


def test_each_kind_has_an_address_and_token_of_its_own(merchant, in_scope, now):
    subject = uuid7()

    urls = [page_url(merchant_id=merchant.id, kind=kind, subject_id=subject, now=now) for kind in PageKind]

    assert [url.split("/")[-2] for url in urls] == ["t", "s", "u", "p"]
    assert len({url.split("/")[-1] for url in urls}) == 4


def test_the_token_itself_is_not_in_the_table(merchant, in_scope, now):
    token = page_token(merchant_id=merchant.id, kind=PageKind.TRACKING, subject_id=uuid7(), now=now)

    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(l)::text FROM accounts_pagelink l")
        (stored,) = cursor.fetchone()
    assert token not in stored
    assert token.encode().hex() not in stored


def test_a_token_resolves_across_merchants_for_its_own_kind_only(merchant, other_merchant, now):
    order_id = uuid7()
    with merchant_scope(other_merchant.id):
        token = page_token(merchant_id=other_merchant.id, kind=PageKind.TRACKING, subject_id=order_id, now=now)

    link = resolve(token=token, kind=PageKind.TRACKING, now=now)

    assert (link.merchant_id, link.subject_id) == (other_merchant.id, order_id)
    assert resolve(token=token, kind=PageKind.SURVEY, now=now) is None
    assert resolve(token=token[:-1], kind=PageKind.TRACKING, now=now) is None
    assert resolve(token="", kind=PageKind.TRACKING, now=now) is None


def test_a_revoked_or_expired_link_opens_nothing_and_the_next_one_is_new(merchant, now):
    order_id = uuid7()
    with merchant_scope(merchant.id):
        old = page_token(merchant_id=merchant.id, kind=PageKind.TRACKING, subject_id=order_id, now=now)
        assert revoke(merchant_id=merchant.id, kind=PageKind.TRACKING, subject_id=order_id, now=now) is True
        assert revoke(merchant_id=merchant.id, kind=PageKind.TRACKING, subject_id=order_id, now=now) is False
        new = page_token(merchant_id=merchant.id, kind=PageKind.TRACKING, subject_id=order_id, now=now)
        PageLink.objects.filter(revoked_at__isnull=True).update(expires_at=now + dt.timedelta(days=1))

    assert new != old
    assert resolve(token=old, kind=PageKind.TRACKING, now=now) is None
    assert resolve(token=new, kind=PageKind.TRACKING, now=now) is not None
    assert resolve(token=new, kind=PageKind.TRACKING, now=now + dt.timedelta(days=1)) is None


def test_two_that_need_the_link_at_once_get_the_same_one(committed_db, merchant, now):
    order_id = uuid7()
    tokens = []

    def work() -> None:
        try:
            with merchant_scope(merchant.id):
                tokens.append(page_token(merchant_id=merchant.id, kind=PageKind.TRACKING, subject_id=order_id, now=now))
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(tokens) == 8
    assert len(set(tokens)) == 1
