"""The pages behind links: looking changes nothing, answering takes one tap, strangers see nothing."""

import re
from decimal import Decimal
from html import unescape

import pytest
import time_machine
from django.db import connection
from django.test import Client

from loyalty.enums import EntryKind, Explanation, SurveyKind
from loyalty.models import LedgerEntry, Programme, SurveyResponse
from loyalty.services.award import give_badge
from loyalty.services.badges import BadgeInput, declare_badge
from loyalty.services.earn import earn_for_answer
from loyalty.services.ledger import post_entry
from loyalty.services.programme import install_default_programme
from loyalty.services.surveys import record_response
from orders.models import Customer
from postpurchase.accounts.models import PageKind, PageLink, Store
from postpurchase.accounts.page_links import page_token, revoke
from postpurchase.accounts.scoping import all_merchants, merchant_scope
from postpurchase.events.models import Event
from tests.loyalty.making import deliver, make_customer, make_order
from tests.tenancy.rows import MERCHANT_MODELS

SCANNER = {"user-agent": "Mozilla/5.0 (compatible; SafeLinks; +https://scanner.example.com)"}


@pytest.fixture(autouse=True)
def at_noon(now):
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def shopper(merchant, now):
    """A customer with an order, a programme, and the addresses of their pages."""
    with merchant_scope(merchant.id):
        Store.objects.update(name="Haselstube", support_email="hallo@haselstube.example.com")
        install_default_programme(merchant=merchant, now=now)
        customer = make_customer(merchant, email="anna@example.com")
        return Shopper(merchant, customer, make_order(merchant, customer, number="1001"), now)


class Shopper:
    def __init__(self, merchant, customer, order, now) -> None:
        self.merchant, self.customer, self.order = merchant, customer, order
        self.survey = f"/s/{self._token(PageKind.SURVEY, order.id, now)}"
        self.tracking = f"/t/{self._token(PageKind.TRACKING, order.id, now)}"
        self.points = f"/p/{self._token(PageKind.POINTS, customer.id, now)}"

    def _token(self, kind, subject_id, now) -> str:
        return page_token(merchant_id=self.merchant.id, kind=kind, subject_id=subject_id, now=now)

    def answers(self) -> list[tuple]:
        with merchant_scope(self.merchant.id):
            rows = SurveyResponse.objects.order_by("kind", "shipment", "revision")
            return list(rows.values_list("kind", "revision", "score", "comment", "source"))


def _words(response) -> str:
    """What a person reads in the main part."""
    main = re.search(r"<main.*?</main>", response.content.decode(), re.S).group()
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


def _everything() -> dict[str, object]:
    """Every row of every merchant table, as text."""
    found = {}
    with all_merchants("test"), connection.cursor() as cursor:
        for model in MERCHANT_MODELS:
            table = model._meta.db_table
            cursor.execute(f"SELECT coalesce(string_agg(t::text, chr(10) ORDER BY id), '') FROM \"{table}\" t")
            found[table] = cursor.fetchone()[0]
    return found


def test_a_scanner_that_opens_every_link_a_hundred_times_changes_nothing(client, shopper):
    addresses = {shopper.survey: 200, f"{shopper.survey}?score=10": 200, f"{shopper.tracking}/sentiment": 303}
    before = _everything()

    for number in range(100):
        for address, status in addresses.items():
            look = client.head if number % 2 else client.get
            assert look(address, headers=SCANNER).status_code == status
    for _ in range(10):
        assert client.get(shopper.points, headers=SCANNER).status_code == 200

    assert _everything() == before


def test_a_scanner_on_an_answered_survey_changes_nothing_either(client, shopper):
    client.post(shopper.survey, {"score": "9"})
    before = _everything()

    for score in range(11):
        client.get(f"{shopper.survey}?score={score}", headers=SCANNER)

    assert _everything() == before


def test_the_question_in_german(client, shopper):
    response = client.get(shopper.survey)

    assert response.status_code == 200
    assert response.headers["Content-Language"] == "de"
    assert _words(response) == (
        "Ihre Bestellung 1001 bei Haselstube Würden Sie uns weiterempfehlen?"
        " Ein Tipp genügt. Danach können Sie noch sagen, warum – wenn Sie mögen."
        " Wie wahrscheinlich ist es, dass Sie Haselstube Freunden oder Bekannten weiterempfehlen?"
        " 0 1 2 3 4 5 6 7 8 9 10 0 – sehr unwahrscheinlich 10 – sehr wahrscheinlich"
        " Als Dank für Ihre Antwort bekommen Sie 25 Punkte, ganz gleich, wie sie ausfällt."
        " Ihre Antwort liest nur Haselstube. Veröffentlicht wird sie nicht."
    )


@pytest.mark.parametrize(
    ("language", "country", "tone", "tag", "heading"),
    [
        ("de", "DE", "du", "de", "Würdest du uns weiterempfehlen?"),
        ("de", "CH", "sie", "de-CH", "Würden Sie uns weiterempfehlen?"),
        ("en", "DE", "du", "en", "Would you recommend us?"),
        ("fr", "FR", "sie", "de", "Würden Sie uns weiterempfehlen?"),
        ("", "CH", "sie", "de-CH", "Würden Sie uns weiterempfehlen?"),
    ],
)
def test_the_page_speaks_as_the_order_and_the_store_do(
    client, merchant, shopper, now, language, country, tone, tag, heading
):
    with merchant_scope(merchant.id):
        Store.objects.update(tone=tone)
        type(shopper.order).objects.update(language=language, shipping_address={"country": country})

    response = client.get(shopper.survey)

    assert response.headers["Content-Language"] == tag
    assert f'<html lang="{tag}">' in response.content.decode()
    assert f"<h1>{heading}</h1>" in response.content.decode()


def test_where_nothing_tells_the_language_the_browser_does(client, shopper):
    page = client.get(shopper.survey, headers={"accept-language": "en-GB,de;q=0.5"})

    assert page.headers["Content-Language"] == "en-GB"
    assert "How likely are you to recommend Haselstube to a friend?" in _words(page)


def test_a_shop_may_call_its_points_something_else(client, merchant, shopper, now):
    with merchant_scope(merchant.id):
        Programme.objects.update(units={"de": {"one": "Haselnuss", "other": "Haselnüsse"}})

    assert "bekommen Sie 25 Haselnüsse, ganz gleich" in _words(client.get(shopper.survey))
    words = _words(client.get(shopper.points))
    assert words.startswith("Ihre Haselnüsse bei Haselstube 0 Haselnüsse Noch keine Haselnüsse")
    assert "1 Haselnuss für je 1 € Warenwert" in words


def test_one_tap_answers_and_zero_is_an_answer(client, shopper):
    response = client.post(shopper.survey, {"score": "0"})

    assert (response.status_code, response.headers["Location"]) == (303, shopper.survey)
    assert shopper.answers() == [("nps", 1, 0, "", "page")]
    thanks = _words(client.get(shopper.survey))
    assert thanks.startswith(
        "Vielen Dank! Es tut uns leid, dass wir Sie nicht überzeugt haben. Danke, dass Sie es uns offen sagen."
    )
    assert "Ihre Antwort 0 von 10" in thanks


def test_a_number_from_the_mail_is_only_marked_and_waits_to_be_sent(client, shopper):
    page = client.get(f"{shopper.survey}?score=0")

    assert _words(page).startswith(
        "Ihre Bestellung 1001 bei Haselstube Ihre Antwort: 0 von 10 Noch ist nichts gespeichert."
    )
    assert re.findall(r'value="(\d+)" aria-label="[^"]+" aria-pressed="true"', page.content.decode()) == ["0"]
    assert '<input type="hidden" name="score" value="0">' in page.content.decode()
    assert shopper.answers() == []

    client.post(shopper.survey, {"score": "0", "comment": ""})
    assert shopper.answers() == [("nps", 1, 0, "", "page")]


@pytest.mark.parametrize("score", ["11", "-1", "9.5", "", "neun", "٣", "9 "])
def test_a_wrong_number_in_a_link_shows_the_plain_question(client, shopper, score):
    assert "Würden Sie uns weiterempfehlen?" in _words(client.get(shopper.survey, {"score": score}))


def test_the_comment_comes_later_and_everything_can_be_changed(client, shopper):
    client.post(shopper.survey, {"score": "9"})
    client.post(shopper.survey, {"comment": "Sehr schön verpackt, <b>danke</b>!"})
    page = client.get(shopper.survey)
    client.post(shopper.survey, {"score": "6"})

    assert "Vielen Dank, Ihre Worte sind angekommen." in _words(page)
    assert "Sehr schön verpackt, &lt;b&gt;danke&lt;/b&gt;!" in page.content.decode()
    assert shopper.answers() == [
        ("nps", 1, 9, "", "page"),
        ("nps", 2, 9, "Sehr schön verpackt, <b>danke</b>!", "page"),
        ("nps", 3, 6, "Sehr schön verpackt, <b>danke</b>!", "page"),
    ]
    changing = _words(client.get(f"{shopper.survey}?score=10"))
    assert "Bisher hatten Sie 6 von 10 gewählt." in changing


def test_posting_the_same_twice_is_one_answer(client, shopper):
    for _ in range(2):
        assert client.post(shopper.survey, {"score": "9", "comment": "Gut"}).status_code == 303

    assert shopper.answers() == [("nps", 1, 9, "Gut", "page")]


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ({"score": "11"}, "Bitte wählen Sie eine Zahl von 0 bis 10."),
        ({"score": ""}, "Bitte wählen Sie eine Zahl von 0 bis 10."),
        ({"comment": "Gut"}, "Bitte wählen Sie zuerst eine Zahl von 0 bis 10."),
        ({}, "Bitte wählen Sie zuerst eine Zahl von 0 bis 10."),
    ],
)
def test_what_cannot_be_stored_is_said_and_leaves_nothing(client, shopper, said, problem):
    response = client.post(shopper.survey, said)

    assert response.status_code == 422
    assert _words(response).startswith(problem)
    assert shopper.answers() == []


def test_too_long_a_text_is_given_back_whole(client, shopper):
    client.post(shopper.survey, {"score": "3"})
    text = "Zu spät. " * 300

    response = client.post(shopper.survey, {"comment": text})

    assert response.status_code == 422
    assert text in response.content.decode()
    assert 'aria-invalid="true"' in response.content.decode()
    assert shopper.answers() == [("nps", 1, 3, "", "page")]


@pytest.mark.parametrize(("score", "reachable"), [("0", True), ("6", True), ("7", False), ("10", False)])
def test_the_unhappy_are_told_how_to_reach_a_person(client, shopper, score, reachable):
    client.post(shopper.survey, {"score": score})

    page = client.get(shopper.survey).content.decode()

    link = 'href="mailto:hallo@haselstube.example.com?subject=Zu%20meiner%20Bestellung%201001"'
    assert (link in page) is reachable


def test_the_happy_and_the_unhappy_get_the_same_thanks_in_points(client, shopper, merchant, now):
    client.post(shopper.survey, {"score": "2"})
    before = _words(client.get(shopper.survey))
    with merchant_scope(merchant.id):
        earn_for_answer(merchant=merchant, response=SurveyResponse.objects.get(), now=now)

    after = client.get(shopper.survey)

    assert "Für Ihre Antwort gleich auf Ihrem Konto: 25 Punkte" in before
    assert "Für Ihre Antwort gutgeschrieben: 25 Punkte Ihre Punkte ansehen" in _words(after)
    assert f'href="http://127.0.0.1:8000{shopper.points}"' in after.content.decode()


def test_badges_stand_on_the_page_of_points(client, merchant, shopper, now):
    words = {"names": {"de": "Stammgast"}, "sentences": {}}
    with merchant_scope(merchant.id):
        data = BadgeInput(picture="crown", rule="orders", goal=Decimal(1), currency="", **words)
        badge = declare_badge(merchant=merchant, slug="regular", data=data, now=now)
        before = _words(client.get(shopper.points))
        give_badge(badge=badge, customer_id=shopper.customer.id, cause="test", now=now)

    assert "Abzeichen" not in before
    assert "Ihre Abzeichen Stammgast" in _words(client.get(shopper.points))
    english = client.get(shopper.points, headers={"accept-language": "en"}).content.decode()
    assert '<li lang="de">' in english


def test_a_guests_survey_promises_no_points(client, merchant, shopper, now):
    with merchant_scope(merchant.id):
        guests = make_order(merchant)
        address = f"/s/{page_token(merchant_id=merchant.id, kind=PageKind.SURVEY, subject_id=guests.id, now=now)}"

    client.post(address, {"score": "9"})

    assert "Punkte" not in _words(client.get(address))


def test_a_face_is_kept_and_leads_back_to_the_tracking_page(client, merchant, shopper):
    with merchant_scope(merchant.id):
        parcel = deliver(shopper.order)
    for said in ({"score": "3", "shipment": str(parcel.id)}, {"score": "1"}, {"score": "1"}):
        response = client.post(f"{shopper.tracking}/sentiment", said)
        assert (response.status_code, response.headers["Location"]) == (303, f"{shopper.tracking}#sentiment")

    assert shopper.answers() == [("sentiment", 1, 3, "", "tracking"), ("sentiment", 1, 1, "", "tracking")]
    with merchant_scope(merchant.id):
        assert SurveyResponse.objects.get(score=3).shipment_id == parcel.id


@pytest.mark.parametrize("score", ["", "0", "4", "good", "1'--"])
def test_what_is_no_face_leads_back_and_leaves_nothing(client, shopper, score):
    assert client.post(f"{shopper.tracking}/sentiment", {"score": score}).status_code == 303
    assert shopper.answers() == []


def test_a_parcel_of_another_order_is_not_taken_for_ones_own(client, merchant, shopper):
    with merchant_scope(merchant.id):
        foreign = deliver(make_order(merchant, make_customer(merchant)))

    client.post(f"{shopper.tracking}/sentiment", {"score": "3", "shipment": str(foreign.id)})

    with merchant_scope(merchant.id):
        assert SurveyResponse.objects.get().shipment_id is None


def test_the_points_page_of_somebody_new(client, shopper):
    page = client.get(shopper.points)

    assert _words(page) == (
        "Ihre Punkte bei Haselstube 0 Punkte Noch keine Punkte Aber die ersten sind schon auf dem Weg zu Ihnen."
        " Auf dem Weg zu Ihnen Bestellung 1001 kommen dazu, sobald alles angekommen ist +45"
        " So sammeln Sie Punkte"
        " 1 Punkt für je 1 € Warenwert Gutgeschrieben, sobald alles angekommen ist. 14 Tage später verfügbar."
        " 25 Punkte für Ihre Antwort auf unsere Umfrage Einmal je Bestellung, ganz gleich, wie die Antwort ausfällt."
    )


def _post(shopper, now, points, key, **options):
    kind = EntryKind.EARN if points > 0 else EntryKind.REDEEM
    values = {"kind": kind, "explanation": Explanation.MANUAL, "now": now, **options}
    with merchant_scope(shopper.merchant.id):
        return post_entry(
            merchant=shopper.merchant, customer=shopper.customer, points=points, source_key=key, **values
        ).entry


def test_the_points_page_names_every_entry_with_its_reason(client, shopper, now):
    earned = _post(shopper, now, 1245, "order", order=shopper.order, explanation=Explanation.PURCHASE)
    _post(shopper, now, -1000, "redeemed", explanation=Explanation.REDEEMED)
    _post(
        shopper,
        now,
        -1245,
        "refund",
        kind=EntryKind.REVERSE,
        corrects=earned,
        order=shopper.order,
        explanation=Explanation.ORDER_REFUNDED,
    )
    owing = _words(client.get(shopper.points))
    _post(shopper, now, 1001, "gift")

    words = _words(client.get(shopper.points))

    assert "Noch offen aus einer Erstattung: 1.000 Punkte, schon eingelöst." in owing
    assert words.startswith("Ihre Punkte bei Haselstube 1 Punkt ")
    day = "15. Juli 2026"
    assert (
        "Alle Buchungen"
        f" Ausgleich für eine frühere Erstattung {day} −1.000"
        f" Gutschrift von Haselstube {day} +1.001"
        f" Erstattung zu Bestellung 1001 {day} · davon schon eingelöst: 1.000 Punkte −245"
        f" Eingelöst {day} −1.000"
        f" Bestellung 1001 {day} +1.245"
        " Ihr Stand ist die Summe aller Buchungen auf dieser Seite."
    ) in words


def test_pending_points_are_shown_with_their_day(client, shopper, now):
    later = now.replace(year=2099)
    _post(shopper, now, 10, "gift")
    _post(shopper, now, 45, "order", order=shopper.order, explanation=Explanation.PURCHASE, available_at=later)

    words = _words(client.get(shopper.points))

    assert "55 Punkte Verfügbar 10 Vorgemerkt bis 15. Juli 2099 45 Vorgemerkte Punkte stehen schon auf" in words
    assert "Bestellung 1001 15. Juli 2026 · vorgemerkt bis 15. Juli 2099 +45" in words


def test_a_long_history_is_turned_page_by_page(client, shopper, now):
    for number in range(1, 28):
        _post(shopper, now, number, f"gift {number}")

    first, second, beyond = (client.get(f"{shopper.points}?page={page}") for page in ("1", "2", "x"))

    assert 'href="?page=2"' in first.content.decode()
    assert _words(first).count("Gutschrift von Haselstube") == 25
    assert _words(second).count("Gutschrift von Haselstube") == 2
    assert 'href="?page=3"' not in second.content.decode()
    assert _words(beyond) == _words(first)


def test_a_paused_programme_says_so_and_keeps_the_balance(client, merchant, shopper, now):
    _post(shopper, now, 10, "gift")
    with merchant_scope(merchant.id):
        Programme.objects.update(active=False)

    words = _words(client.get(shopper.points))

    assert words.startswith("Ihre Punkte bei Haselstube 10 Punkte")
    assert words.endswith("Zurzeit werden keine neuen Punkte vergeben. Ihr Stand bleibt erhalten.")


@pytest.mark.parametrize("page", ["survey", "points"])
def test_a_page_is_for_this_browser_only(client, shopper, page):
    response = client.get(getattr(shopper, page))

    assert {name: response.headers.get(name) for name in ("Cache-Control", "Referrer-Policy", "X-Robots-Tag")} == {
        "Cache-Control": "private, no-cache",
        "Referrer-Policy": "no-referrer",
        "X-Robots-Tag": "noindex, nofollow",
    }
    assert response.cookies.output() == ""
    unchanged = client.get(getattr(shopper, page), headers={"if-none-match": response.headers["ETag"]})
    assert unchanged.status_code == 304
    assert re.findall(r"<(?:script|style)\b|\bstyle=|\bon\w+=", response.content.decode()) == []


def _lost_addresses(shopper, merchant, now):
    with merchant_scope(merchant.id):
        revoked = make_order(merchant, shopper.customer)
        token = page_token(merchant_id=merchant.id, kind=PageKind.SURVEY, subject_id=revoked.id, now=now)
        revoke(merchant_id=merchant.id, kind=PageKind.SURVEY, subject_id=revoked.id, now=now)
    return [
        "/s/nonsense",
        "/p/nonsense",
        "/t/nonsense/sentiment",
        f"/s/{token}",
        shopper.survey[:-1],
        shopper.survey.replace("/s/", "/p/"),
        shopper.points.replace("/p/", "/s/"),
        "/s/" + "a" * 2000,
    ]


def test_every_address_that_leads_nowhere_gets_the_same_friendly_answer(client, merchant, shopper, now):
    answers = {client.get(address).content for address in _lost_addresses(shopper, merchant, now)}
    statuses = {client.post(address, {"score": "9"}).status_code for address in _lost_addresses(shopper, merchant, now)}

    assert statuses - {405} == {404}
    assert len(answers) == 1
    assert "Hier geht es leider nicht weiter" in answers.pop().decode()
    assert shopper.answers() == []


def test_an_erased_customers_points_page_is_gone(client, merchant, shopper, now):
    with merchant_scope(merchant.id):
        Customer.objects.update(erased_at=now)

    assert client.get(shopper.points).status_code == 404


def test_a_link_of_one_merchant_shows_and_changes_nothing_of_another(client, merchant, other_merchant, shopper, now):
    with merchant_scope(other_merchant.id):
        Store.objects.update(name="Fremdladen")
        install_default_programme(merchant=other_merchant, now=now)
        customer = make_customer(other_merchant)
        stranger = Shopper(other_merchant, customer, make_order(other_merchant, customer, number="1001"), now)
    _post(shopper, now, 777, "gift")

    client.post(stranger.survey, {"score": "1"})

    assert shopper.answers() == []
    assert stranger.answers() == [("nps", 1, 1, "", "page")]
    assert _words(client.get(stranger.points)).startswith("Ihre Punkte bei Fremdladen 0 Punkte")
    with merchant_scope(merchant.id):
        assert LedgerEntry.objects.count() == 1
        assert Event.objects.filter(type="survey.answered").count() == 0


def test_the_form_needs_no_cookie_and_no_token(shopper):
    strict = Client(enforce_csrf_checks=True)

    assert strict.post(shopper.survey, {"score": "9"}).status_code == 303
    assert strict.post(f"{shopper.tracking}/sentiment", {"score": "3"}).status_code == 303
    assert [answer[2] for answer in shopper.answers()] == [9, 3]


def test_answering_makes_the_link_to_the_points_once(client, merchant, shopper, now):
    with merchant_scope(merchant.id):
        revoke(merchant_id=merchant.id, kind=PageKind.POINTS, subject_id=shopper.customer.id, now=now)

    for score in ("9", "8"):
        client.post(shopper.survey, {"score": score})

    with merchant_scope(merchant.id):
        live = PageLink.objects.filter(kind=PageKind.POINTS, subject_id=shopper.customer.id, revoked_at__isnull=True)
        assert live.count() == 1


def test_an_answer_given_elsewhere_is_thanked_for_here(client, merchant, shopper, now):
    with merchant_scope(merchant.id):
        record_response(merchant=merchant, order=shopper.order, kind=SurveyKind.NPS, score=10, source="api", now=now)

    assert "Es freut uns sehr, dass wir Sie überzeugt haben." in _words(client.get(shopper.survey))


# --- what assistive technology is given -----------------------------------------------------------------------------


def _states(client, shopper):
    yield client.get(shopper.survey)
    yield client.get(f"{shopper.survey}?score=9")
    client.post(shopper.survey, {"score": "2"})
    yield client.get(shopper.survey)
    yield client.post(shopper.survey, {"comment": "x" * 2001})
    client.post(shopper.survey, {"comment": "Zu spät."})
    yield client.get(shopper.survey)
    yield client.get(shopper.points)
    yield client.get("/s/nonsense")


def test_every_state_has_one_heading_labelled_fields_and_named_groups(client, shopper):
    for response in _states(client, shopper):
        page = response.content.decode()
        ids = re.findall(r'\bid="([^"]+)"', page)
        assert len(re.findall(r"<h1>[^<]", page)) == 1
        assert len(ids) == len(set(ids))
        assert set(re.findall(r'<label for="([^"]+)"', page)) == set(re.findall(r'<textarea id="([^"]+)"', page))
        for described in re.findall(r'aria-describedby="([^"]+)"', page):
            assert set(described.split()) <= set(ids)
        assert page.count("<fieldset>") == page.count("<legend")
        assert re.findall(r"<img(?![^>]*\balt=)", page) == []


def test_each_number_is_a_button_that_says_what_it_means(client, shopper):
    page = client.get(shopper.survey).content.decode()

    buttons = re.findall(r'<button class="score" type="submit" name="score" value="(\d+)" aria-label="([^"]+)">', page)
    assert buttons == [(str(score), f"{score} von 10") for score in range(11)]
