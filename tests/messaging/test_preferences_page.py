"""``/u/{token}``: look, save, end with one click."""

import json
import os
import re
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from messaging.enums import Channel, PermissionStatus, Purpose
from messaging.models import Permission, PermissionEvidence
from messaging.services.permissions import grant, withdraw
from orders.models import Customer
from orders.services.ingest import upsert_order
from postpurchase.accounts.models import Merchant, PageKind, PageLink, Store
from postpurchase.accounts.page_links import page_token, revoke
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.events.models import Event
from tests.conftest import NOW
from tests.orders.bodies import order_input

ONE_CLICK = "List-Unsubscribe=One-Click"
Allowed = tuple[tuple[Purpose, Channel], ...]
FORM = "application/x-www-form-urlencoded"
ALLOWED: Allowed = (
    (Purpose.SURVEY, Channel.EMAIL),
    (Purpose.MARKETING, Channel.EMAIL),
    (Purpose.MARKETING, Channel.SMS),
)


EVERYTHING = ("survey.email", "marketing.email", "marketing.sms")


class Person:
    """A customer with one order, permissions and a page, and a browser without cookies."""

    def __init__(
        self, merchant: Merchant, allowed: tuple[tuple[Purpose, Channel], ...] = ALLOWED, **order: Any
    ) -> None:
        self.merchant = merchant
        self.browser = Client(enforce_csrf_checks=True)
        with merchant_scope(merchant.id):
            order_input_ = order_input(customer={"email": "anna@example.com", "phone": "+4915112345678"}, **order)
            upsert_order(merchant=merchant, data=order_input_, now=NOW)
            self.customer = Customer.objects.get()
            for purpose, channel in allowed:
                grant(
                    merchant=merchant,
                    customer=self.customer,
                    channel=channel,
                    purpose=purpose,
                    source="checkout",
                    wording="Yes please",
                    now=NOW,
                )
            token = page_token(merchant_id=merchant.id, kind=PageKind.PREFERENCES, subject_id=self.customer.id, now=NOW)
        self.address = f"/u/{token}"

    def get(self, query: str = "", **headers: str) -> HttpResponse:
        return self.browser.get(self.address + query, headers=headers)

    def save(
        self, *ticked: str, shown: tuple[str, ...] = ("survey.email", "marketing.email", "marketing.sms")
    ) -> HttpResponse:
        return self.browser.post(self.address, {"do": "save", "shown": list(shown), "ticked": list(ticked)})

    def post(self, body: str, content_type: str = FORM) -> HttpResponse:
        return self.browser.generic("POST", self.address, body, content_type=content_type)

    def granted(self) -> set[str]:
        with merchant_scope(self.merchant.id):
            rows = Permission.objects.filter(customer=self.customer, status=PermissionStatus.GRANTED)
            return {f"{row.purpose}.{row.channel}" for row in rows}

    def traces(self) -> tuple[int, int, int]:
        """How much has been written down: evidence, permissions, events."""
        with merchant_scope(self.merchant.id):
            return PermissionEvidence.objects.count(), Permission.objects.count(), Event.objects.count()


@pytest.fixture
def anna(merchant: Merchant) -> Person:
    return Person(merchant)


def boxes(response: HttpResponse) -> dict[str, str]:
    """Every checkbox by its key: ``on``, ``off`` or ``fixed``."""
    found = re.findall(r'<input type="checkbox" name="ticked" value="([a-z.]+)"([^>]*)>', response.content.decode())
    return {key: "fixed" if "disabled" in rest else "on" if "checked" in rest else "off" for key, rest in found}


def test_the_page_shows_every_choice_and_that_news_about_orders_always_come(anna: Person) -> None:
    response = anna.get()

    assert response.status_code == 200
    assert boxes(response) == {
        "service.email": "fixed",
        "survey.email": "on",
        "marketing.email": "on",
        "marketing.sms": "on",
    }
    page = response.content.decode()
    assert "Was möchten Sie von uns hören?" in page
    assert "a…@example.com" in page
    assert "anna" not in page.lower().replace("hannah", "")


def test_what_is_not_granted_can_be_chosen_by_e_mail_only(merchant: Merchant) -> None:
    assert boxes(Person(merchant, allowed=()).get()) == {
        "service.email": "fixed",
        "survey.email": "off",
        "marketing.email": "off",
    }


def test_the_page_keeps_to_itself(anna: Person) -> None:
    response = anna.get()

    assert {name: response.headers[name] for name in ("Cache-Control", "Referrer-Policy", "X-Robots-Tag")} == {
        "Cache-Control": "private, no-cache",
        "Referrer-Policy": "no-referrer",
        "X-Robots-Tag": "noindex, nofollow",
    }
    assert response.cookies == {}
    assert anna.get(if_none_match=response.headers["ETag"]).status_code == 304


def test_the_page_runs_no_script_and_loads_nothing_from_elsewhere(anna: Person) -> None:
    page = anna.get().content.decode()

    loaded = re.findall(r'(?:src|<link[^>]*href|<use href)="([^"]+)"', page)
    assert re.search(r"<script|<style|style=|\son[a-z]+=", page) is None
    assert [address for address in loaded if not address.startswith("/")] == []


@pytest.mark.parametrize(
    ("store", "query", "language", "title"),
    [
        ({"tone": "du"}, "", "de", "Was möchtest du von uns hören?"),
        ({"language": "en"}, "", "en", "What would you like to hear from us?"),
        ({}, "?language=en", "en", "What would you like to hear from us?"),
        ({"language": "en"}, "?language=de", "de", "Was möchten Sie von uns hören?"),
        ({}, "?language=xx", "de", "Was möchten Sie von uns hören?"),
    ],
)
def test_languages_and_tones(merchant: Merchant, store: dict[str, str], query: str, language: str, title: str) -> None:
    with merchant_scope(merchant.id):
        Store.objects.update(**store)
    page = Person(merchant, language="").get(query).content.decode()

    assert f'<html lang="{language}">' in page
    assert f"<h1>{title}</h1>" in page


def test_saving_withdraws_what_was_unticked_and_only_that(anna: Person) -> None:
    response = anna.save("survey.email", "marketing.sms")

    assert (response.status_code, response.headers["Location"]) == (303, "?saved")
    assert anna.granted() == {"survey.email", "marketing.sms"}
    with merchant_scope(anna.merchant.id):
        newest = PermissionEvidence.objects.latest("recorded_at")
        assert (newest.purpose, newest.channel, newest.status, newest.source) == (
            "marketing",
            "email",
            "withdrawn",
            "preferences_page",
        )
    assert "Gespeichert. Ihre Auswahl gilt ab sofort." in anna.get("?saved").content.decode()


def test_saying_yes_again_keeps_the_words_that_were_shown_as_evidence(anna: Person) -> None:
    anna.save()
    assert anna.granted() == set()

    anna.save("survey.email")

    assert anna.granted() == {"survey.email"}
    with merchant_scope(anna.merchant.id):
        permission = Permission.objects.select_related("evidence").get(purpose="survey", channel="email")
        assert permission.evidence.wording == (
            "Umfragen. Nach einer Lieferung eine kurze Frage, wie zufrieden Sie waren. Per E-Mail"
        )


def test_a_phone_cannot_be_signed_up_from_a_link_in_a_mail(merchant: Merchant) -> None:
    person = Person(merchant, allowed=())

    person.save(
        "marketing.sms", "survey.whatsapp", "service.sms", shown=("marketing.sms", "survey.whatsapp", "service.sms")
    )

    assert person.granted() == set()


def test_what_the_page_had_not_shown_is_left_alone(anna: Person) -> None:
    anna.save(shown=("survey.email",))

    assert anna.granted() == {"marketing.email", "marketing.sms"}


def test_news_about_orders_cannot_be_unticked_by_a_made_up_form(anna: Person) -> None:
    anna.save("survey.email", "marketing.email", "marketing.sms", shown=("service.email", *EVERYTHING))

    with merchant_scope(anna.merchant.id):
        assert not Permission.objects.filter(purpose="service").exists()


def test_who_declined_news_about_orders_by_name_may_have_them_again(anna: Person) -> None:
    with merchant_scope(anna.merchant.id):
        withdraw(
            merchant=anna.merchant,
            customer=anna.customer,
            channel=Channel.EMAIL,
            purpose=Purpose.SERVICE,
            source="api",
            now=NOW,
        )
    assert boxes(anna.get())["service.email"] == "off"

    anna.save("service.email", shown=("service.email",))

    assert "service.email" in anna.granted()
    assert boxes(anna.get())["service.email"] == "fixed"


def test_one_button_ends_everything_but_news_about_orders_on_every_channel(anna: Person) -> None:
    response = anna.browser.post(anna.address, {"do": "unsubscribe"})

    assert (response.status_code, response.headers["Location"]) == (303, "?unsubscribed")
    assert anna.granted() == set()
    page = anna.get("?unsubscribed").content.decode()
    assert "Erledigt. Sie bekommen von uns nur noch Nachrichten zu Ihren Bestellungen." in page
    assert 'value="unsubscribe"' not in page


def test_the_language_stays_after_saving(anna: Person) -> None:
    response = anna.browser.post(f"{anna.address}?language=en", {"do": "unsubscribe"})

    assert response.headers["Location"] == "?language=en&unsubscribed"


def test_one_click_ends_surveys_and_offers_by_e_mail(anna: Person) -> None:
    response = anna.post(ONE_CLICK)

    assert (response.status_code, response.content) == (200, b"OK\n")
    assert response.cookies == {}
    assert "Location" not in response.headers
    assert anna.granted() == {"marketing.sms"}
    with merchant_scope(anna.merchant.id):
        sources = set(PermissionEvidence.objects.filter(status="withdrawn").values_list("source", flat=True))
        assert sources == {"one_click"}


def test_one_click_again_changes_nothing_more(anna: Person) -> None:
    anna.post(ONE_CLICK)
    before = anna.traces()

    assert [anna.post(ONE_CLICK).status_code for _ in range(3)] == [200, 200, 200]
    assert anna.traces() == before


def test_one_click_may_come_as_multipart(anna: Person) -> None:
    body = '--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--\r\n'

    assert anna.post(body, content_type="multipart/form-data; boundary=b").status_code == 200
    assert anna.granted() == {"marketing.sms"}


def test_one_click_is_committed_before_it_is_answered(committed_db: None, merchant: Merchant) -> None:
    person = Person(merchant)

    assert person.post(ONE_CLICK).status_code == 200

    assert person.granted() == {"marketing.sms"}


@pytest.mark.parametrize("body", ["", "List-Unsubscribe=", "do=everything", "x" * 2000])
def test_a_post_that_means_nothing_changes_nothing(anna: Person, body: str) -> None:
    before = anna.traces()

    assert anna.post(body).status_code == 400
    assert (anna.granted(), anna.traces()) == (set(EVERYTHING), before)


def test_a_hundred_looks_change_nothing(anna: Person) -> None:
    before = anna.traces()

    for number in range(100):
        query = ("", "?saved", "?unsubscribed", f"?{ONE_CLICK}", "?do=unsubscribe")[number % 5]
        assert anna.browser.generic(("GET", "HEAD")[number % 2], anna.address + query).status_code == 200

    assert (anna.granted(), anna.traces()) == (set(EVERYTHING), before)


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
def test_other_methods_are_refused(anna: Person, method: str) -> None:
    assert anna.browser.generic(method, anna.address).status_code == 405
    assert anna.granted() == set(EVERYTHING)


@pytest.mark.parametrize(
    ("language", "title"), [("de-CH", "Dieser Link führt nirgendwohin"), ("fr", "This link leads nowhere")]
)
def test_an_unknown_link_gets_a_friendly_page(db: None, language: str, title: str) -> None:
    response = Client().get("/u/" + "A" * 22, headers={"Accept-Language": language})

    assert response.status_code == 404
    assert f"<h1>{title}</h1>" in response.content.decode()
    assert response.headers["Referrer-Policy"] == "no-referrer"


def test_links_of_another_kind_revoked_ones_and_those_of_people_who_are_gone_open_nothing(anna: Person) -> None:
    with merchant_scope(anna.merchant.id):
        points = page_token(merchant_id=anna.merchant.id, kind=PageKind.POINTS, subject_id=anna.customer.id, now=NOW)
        nobody = page_token(merchant_id=anna.merchant.id, kind=PageKind.PREFERENCES, subject_id=uuid.uuid4(), now=NOW)
    unknown = anna.browser.get("/u/" + "A" * 22)
    assert [anna.browser.get(f"/u/{token}").content for token in (points, nobody)] == [unknown.content] * 2

    with merchant_scope(anna.merchant.id):
        revoke(merchant_id=anna.merchant.id, kind=PageKind.PREFERENCES, subject_id=anna.customer.id, now=NOW)
    assert anna.get().status_code == 404
    assert anna.post(ONE_CLICK).status_code == 404
    assert anna.granted() == set(EVERYTHING)


def test_somebody_who_was_erased_has_no_page(anna: Person) -> None:
    with merchant_scope(anna.merchant.id):
        Customer.objects.update(erased_at=NOW)

    assert anna.get().status_code == 404


def test_the_stranger_is_never_touched(anna: Person, other_merchant: Merchant) -> None:
    stranger = Person(other_merchant)
    before = stranger.traces()

    anna.post(ONE_CLICK)
    anna.browser.post(anna.address, {"do": "unsubscribe"})

    assert (stranger.granted(), stranger.traces()) == (set(EVERYTHING), before)
    with merchant_scope(other_merchant.id):
        assert PageLink.objects.count() == 1


# Requests recorded from mail providers, for those who have such a file: RFC8058_CASES=cases.json
OUTSIDE_CASES = Path(os.environ.get("RFC8058_CASES", ""))

if OUTSIDE_CASES.is_file():

    def test_requests_as_mail_providers_send_them(anna: Person) -> None:
        requests = [case["request"] for case in json.loads(OUTSIDE_CASES.read_text()) if "request" in case]

        for request in requests:
            head, _, body = request.partition("\r\n\r\n")
            content_type = re.search(r"(?im)^content-type: *(.+?)\r?$", head)
            assert content_type is not None
            assert anna.post(body, content_type=content_type.group(1)).status_code == 200
        assert anna.granted() == {"marketing.sms"}
