"""Signing in: by password, with a second factor, after losing the password; never by signing up."""

import base64
import datetime as dt
import hashlib
import hmac
import re
import struct

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client

from postpurchase.accounts.models import Role, User
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.accounts.services.merchants import add_member
from tests.conftest import NOW

PASSWORD = "holunderblüte und walnuss"


@pytest.fixture
def person(merchant):
    cache.clear()  # attempts are counted there
    user = User.objects.create_user(email="klara@lindenhof.example.com", password=PASSWORD)
    with merchant_scope(merchant.id):
        add_member(merchant=merchant, user=user, role=Role.OWNER, now=NOW)
    return user


@pytest.fixture
def browser(person):
    return Client(headers={"accept-language": "en"})


def sign_in(browser: Client, password: str = PASSWORD):
    return browser.post("/accounts/login/", {"login": "klara@lindenhof.example.com", "password": password})


def code_for(secret: str) -> str:
    """The six digits an authenticator app shows now (RFC 6238)."""
    counter = int(dt.datetime.now(tz=dt.UTC).timestamp()) // 30
    digest = hmac.new(base64.b32decode(secret), struct.pack(">Q", counter), hashlib.sha1).digest()
    start = digest[-1] & 15
    return f"{(int.from_bytes(digest[start : start + 4]) & 0x7FFFFFFF) % 1_000_000:06d}"


def test_with_the_password_one_stands_on_the_overview(browser):
    response = sign_in(browser)

    assert (response.status_code, response.url) == (302, "/dashboard/")
    assert browser.get("/dashboard/").status_code == 200


def test_with_a_wrong_password_one_stays_outside(browser):
    assert sign_in(browser, "wrong").status_code == 200
    assert browser.get("/dashboard/").status_code == 302


def test_a_second_factor_is_set_up_and_then_asked_for(browser):
    sign_in(browser)
    asked_again = browser.get("/accounts/2fa/totp/activate/")
    assert asked_again.url.startswith("/accounts/reauthenticate/")
    page = browser.post(asked_again.url, {"password": PASSWORD}, follow=True)
    assert page.request["PATH_INFO"] == "/accounts/2fa/totp/activate/"

    answer = browser.post("/accounts/2fa/totp/activate/", {"code": code_for(page.context["form"].secret)})
    assert answer.status_code == 302
    codes = re.findall(r"\b[0-9a-f]{8}\b|\b\d{8}\b", browser.get("/accounts/2fa/recovery-codes/").content.decode())
    assert len(codes) >= 10

    elsewhere = Client(headers={"accept-language": "en"})
    response = sign_in(elsewhere)
    assert (response.status_code, response.url) == (302, "/accounts/2fa/authenticate/")
    assert elsewhere.get("/dashboard/").status_code == 302
    assert elsewhere.post("/accounts/2fa/authenticate/", {"code": "000000"}).status_code == 200
    assert elsewhere.post("/accounts/2fa/authenticate/", {"code": codes[0]}).status_code == 302
    assert elsewhere.get("/dashboard/").status_code == 200


def test_a_lost_password_is_set_anew_by_a_link_in_a_mail(browser, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    browser.post("/accounts/password/reset/", {"email": "klara@lindenhof.example.com"})
    (sent,) = mail.outbox
    link = re.search(r"https?://[^/\s]+(/accounts/password/reset/key/\S+)", sent.body)[1]

    page = browser.get(link, follow=True)
    new = "sommerwind am hafen"
    answer = browser.post(page.request["PATH_INFO"], {"password1": new, "password2": new})

    assert answer.status_code == 302
    assert sign_in(browser, new).url == "/dashboard/"


def test_nobody_learns_who_has_an_account(browser, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

    known = browser.post("/accounts/password/reset/", {"email": "klara@lindenhof.example.com"})
    unknown = browser.post("/accounts/password/reset/", {"email": "nobody@lindenhof.example.com"})

    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)


def test_nobody_signs_up(browser):
    browser.post("/accounts/signup/", {"email": "new@example.com", "password1": PASSWORD})

    assert User.objects.count() == 1
