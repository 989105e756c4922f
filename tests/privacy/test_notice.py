"""The notice of § 7 (3) UWG: its words are kept, it is shown to everybody, and only its proof makes a permission."""

import datetime as dt
import hashlib

import pytest

from messaging.models import Permission
from orders.models import ConsentReport, NoticeVersion
from orders.notice_proof import make_proof, read_proof
from orders.services.notices import publish_notice
from postpurchase.accounts.models import Store
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.events.dispatch import handle_subject
from postpurchase.events.models import Event
from postpurchase.lib import clock
from postpurchase.lib.validation import Refused
from tests.conftest import NOW
from tests.orders.bodies import order_body

WORDS = "Wir schreiben Ihnen gelegentlich über ähnliche Artikel. Sie können jederzeit widersprechen."


@pytest.fixture
def version(merchant, world) -> NoticeVersion:
    with merchant_scope(merchant.id):
        return publish_notice(merchant=merchant, store=world.store, language="de", text=WORDS, now=clock.now())


def push(api, merchant, number: str, proof: str | None, **changes: str):
    """Push an order whose customer was told, as the shop says; return its warnings' codes."""
    consent = {
        "channel": "email",
        "purpose": "marketing",
        "basis": "existing_customer",
        "obtained_at": clock.now().isoformat(),
        "wording": WORDS,
        **changes,
    }
    if proof is not None:
        consent["notice_proof"] = proof
    customer = {**order_body()["customer"], "consents": [consent]}
    answer = api.put(f"/api/v1/orders/{number}", order_body(number=number, customer=customer))
    assert answer.status_code == 201, answer.content
    with merchant_scope(merchant.id):
        subjects = set(Event.objects.values_list("subject_id", flat=True))
    for subject_id in subjects:
        handle_subject(merchant_id=merchant.id, subject_id=subject_id)
    return [warning["code"] for warning in answer.json()["warnings"] if "notice" in warning["code"]]


def permissions(merchant) -> list[tuple[str, str]]:
    with merchant_scope(merchant.id):
        return list(Permission.objects.values_list("status", "basis"))


def test_with_the_proof_an_order_grants_a_permission(committed_db, api, client, merchant, version) -> None:
    shown = client.get("/lindenhof/notice").json()

    assert push(api, merchant, "1001", shown["proof"]) == []

    assert permissions(merchant) == [("granted", "existing_customer")]
    with merchant_scope(merchant.id):
        report = ConsentReport.objects.get()
        assert (report.notice_version_id, report.notice_proof) == (version.pk, shown["proof"])


@pytest.mark.parametrize("proof", [None, "", "nonsense", "a.b.c:d"])
def test_without_it_the_consent_is_stored_and_grants_nothing(committed_db, api, merchant, version, proof) -> None:
    expected = "notice_proof_invalid" if proof else "notice_proof_missing"
    assert push(api, merchant, "1001", proof) == [expected]

    assert permissions(merchant) == []
    with merchant_scope(merchant.id):
        report = ConsentReport.objects.get()
        assert (report.wording, report.notice_version_id, report.notice_proof) == (WORDS, None, "")


def test_a_changed_proof_and_one_of_another_time_do_not_hold(committed_db, api, merchant, version) -> None:
    now = clock.now()
    good = make_proof(version_id=version.id, now=now)
    changed = good[:-1] + ("A" if good[-1] != "A" else "B")
    old = make_proof(version_id=version.id, now=now - dt.timedelta(days=8))
    later = make_proof(version_id=version.id, now=now + dt.timedelta(hours=1))

    for number, proof in enumerate([changed, old, later]):
        assert push(api, merchant, str(number), proof) == ["notice_proof_invalid"]

    assert permissions(merchant) == []


def test_a_strangers_notice_proves_nothing(committed_db, api, merchant, other_world) -> None:
    with merchant_scope(other_world.merchant.id):
        foreign = publish_notice(
            merchant=other_world.merchant, store=other_world.store, language="de", text=WORDS, now=clock.now()
        )

    push(api, merchant, "1001", make_proof(version_id=foreign.id, now=clock.now()))

    assert permissions(merchant) == []
    with merchant_scope(merchant.id):
        assert ConsentReport.objects.get().notice_version_id is None


def test_the_proof_says_version_and_moment_and_outlives_neither_its_days(now) -> None:
    version_id = Store().pk
    proof = make_proof(version_id=version_id, now=now)

    found = read_proof(proof, ordered_at=now + dt.timedelta(days=7))
    assert found is not None
    assert (found.version_id, found.shown_at) == (version_id, now)
    assert read_proof(proof, ordered_at=now + dt.timedelta(days=7, seconds=1)) is None
    assert read_proof(proof, ordered_at=now - dt.timedelta(minutes=10)) is not None
    assert read_proof(proof, ordered_at=now - dt.timedelta(minutes=11)) is None


@pytest.mark.usefixtures("in_scope")
def test_changed_words_are_the_next_version_and_the_same_are_none(merchant, world) -> None:
    def publish(text: str, language: str = "de") -> NoticeVersion:
        return publish_notice(merchant=merchant, store=world.store, language=language, text=text, now=NOW)

    first, same, second, english = publish("A"), publish(" A \r\n"), publish("B"), publish("A", "en")

    assert (first.pk, first.number, second.number, english.number) == (same.pk, 1, 2, 1)
    assert first.digest == hashlib.sha256(b"A").hexdigest()
    for text, language in (("", "de"), ("x" * 2001, "de"), ("A", "fr")):
        with pytest.raises(Refused):
            publish(text, language)
    assert NoticeVersion.objects.count() == 3


def test_it_is_open_to_every_page_without_a_cookie(client, merchant, version) -> None:
    answer = client.get("/lindenhof/notice?language=de-CH")
    fragment = client.get("/lindenhof/notice.html")

    assert answer.json().keys() == {"language", "version", "sha256", "text", "proof"}
    assert (answer.json()["text"], answer.json()["sha256"]) == (WORDS, hashlib.sha256(WORDS.encode()).hexdigest())
    for response in (answer, fragment):
        assert response.headers["Cache-Control"] == "public, max-age=300"
        assert response.headers["Access-Control-Allow-Origin"] == "*"
        assert response.cookies == {}
        assert "Vary" not in response.headers or "Cookie" not in response.headers["Vary"]
    assert 'name="notice_proof"' in fragment.content.decode()


def test_what_was_not_published_is_not_there(client, merchant, other_merchant, version) -> None:
    for path in ("/lindenhof/notice?store=nothing", "/stranger/notice", "/nobody/notice", "/stranger/notice.html"):
        assert client.get(path).status_code == 404
    # A language without a notice of its own falls back to none, never to words in another one.
    assert client.get("/lindenhof/notice?language=en").status_code == 404


def test_words_that_are_markup_are_shown_as_words(client, merchant, world) -> None:
    with merchant_scope(merchant.id):
        publish_notice(merchant=merchant, store=world.store, language="de", text="<script>alert(1)</script>", now=NOW)

    assert "<script>" not in client.get("/lindenhof/notice.html").content.decode()
