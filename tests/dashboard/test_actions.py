"""What the buttons do, and what a page says of what happened."""

import datetime as dt
import re

import msgspec
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from messaging.journeys.standard import KEYS, standard_journeys
from messaging.models import Journey, JourneyDecision, Message, MessageContent
from messaging.services.journeys import install_standard_journeys, publish
from postpurchase.accounts.models import ApiKey, Store
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.accounts.services.api_keys import recognise_api_key
from postpurchase.dashboard import words
from postpurchase.lib import clock
from tests.conftest import NOW
from tests.messaging.making import make_message, make_order
from tests.tenancy.rows import fill_world

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 100


def test_a_journey_goes_off_and_on(merchant, owner):
    with merchant_scope(merchant.id):
        install_standard_journeys(merchant=merchant, now=NOW)

    for wanted, words_shown in (("off", b"Switched off."), ("on", b"Switched on.")):
        response = owner.post("/dashboard/journeys/shipped/switch/", {"active": wanted}, follow=True)

        assert words_shown in response.content
        with merchant_scope(merchant.id):
            assert Journey.objects.get(key="shipped").active is (wanted == "on")
            others = Journey.objects.filter(active=False).exclude(key="shipped")
            assert [journey.key for journey in others] == ["recommendations"]


def test_a_journey_can_be_read_from_top_to_bottom(merchant, owner):
    with merchant_scope(merchant.id):
        install_standard_journeys(merchant=merchant, now=NOW)

    html = owner.get("/dashboard/journeys/nps_survey/").content.decode()

    read = [re.sub(r"\s+", " ", text) for text in re.findall(r"<strong>(.*?)</strong>", html.split('class="steps"')[1])]
    assert read == [
        "Parcel: new status",
        "Wait 3 days, until 10:00 in the shop&#x27;s time",
        "E-mail: Survey",
        "The journey is finished.",
    ]


def test_a_key_is_shown_once_and_works(merchant, owner):
    response = owner.post("/dashboard/api-keys/", {"name": "shop plug-in", "scopes": ["orders:write"]})

    (secret,) = re.findall(r"<code class=\"secret\"[^>]*>(pp_[^<]+)</code>", response.content.decode())
    key = recognise_api_key(secret=secret, now=NOW)
    assert key is not None
    assert (key.merchant_id, key.name, key.scopes) == (merchant.id, "shop plug-in", ["orders:write"])
    assert secret not in owner.get("/dashboard/api-keys/").content.decode()


@pytest.mark.parametrize(
    "data", [{"name": "", "scopes": ["orders:write"]}, {"name": "x"}, {"name": "x", "scopes": ["all"]}]
)
def test_a_key_without_name_or_scope_is_not_made(merchant, owner, data):
    with merchant_scope(merchant.id):
        before = ApiKey.objects.count()

    assert owner.post("/dashboard/api-keys/", data).status_code == 422

    with merchant_scope(merchant.id):
        assert ApiKey.objects.count() == before


def test_a_revoked_key_is_dead_at_once(world, owner):
    assert recognise_api_key(secret=world.secret, now=NOW) is not None

    owner.post(f"/dashboard/api-keys/{world.api_key.id}/revoke/")

    assert recognise_api_key(secret=world.secret, now=NOW) is None


def brand(store: Store, **changes) -> dict[str, object]:
    names = ("name", "shop_url", "accent_colour", "tone", "language", "sender_name", "sender_email", "imprint")
    return {name: getattr(store, name) for name in names} | changes


def test_the_brand_is_changed(world, manager):
    logo = SimpleUploadedFile("logo.png", PNG, content_type="text/html")

    response = manager.post("/dashboard/brand/", brand(world.store, accent_colour="#1144aa", tone="du", logo_file=logo))

    assert response.status_code == 302
    with merchant_scope(world.merchant.id):
        store = Store.objects.get()
    assert (store.accent_colour, store.tone, bytes(store.logo), store.logo_type) == ("#1144aa", "du", PNG, "image/png")


@pytest.mark.parametrize(
    "changes",
    [
        {"accent_colour": "red"},
        {"accent_colour": "#12345;"},
        {"sender_name": "Shop\nBcc: x@example.com"},
        {"sender_name": "boss@example.com"},
        {"sender_email": "no address"},
        {"shop_url": "javascript:alert(1)"},
        {"logo_file": SimpleUploadedFile("logo.svg", b"<svg onload='alert(1)'/>", content_type="image/svg+xml")},
        {"logo_file": SimpleUploadedFile("logo.png", PNG + b"0" * 200_000, content_type="image/png")},
    ],
)
def test_a_brand_that_would_harm_is_refused(world, owner, changes):
    response = owner.post("/dashboard/brand/", brand(world.store, **changes))

    assert response.status_code == 422
    with merchant_scope(world.merchant.id):
        store = Store.objects.get()
    assert (brand(store), store.logo) == (brand(world.store), None)


def test_a_mail_is_read_in_a_frame_that_can_do_nothing(merchant, owner):
    with merchant_scope(merchant.id):
        message = make_message(make_order(merchant))
        MessageContent.objects.create(
            merchant=merchant,
            message=message,
            subject="Hallo",
            html="<script>alert(1)</script>",
            text="Hallo",
            rendered_at=NOW,
        )

    page = owner.get(f"/dashboard/messages/{message.id}/").content.decode()
    frame = owner.get(f"/dashboard/messages/{message.id}/html/")

    assert f'<iframe class="frame" sandbox src="/dashboard/messages/{message.id}/html/"' in page
    policy = frame.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert policy.endswith("sandbox")
    assert "script-src" not in policy
    assert "<script>" not in page


def test_the_story_says_why_nothing_was_sent(merchant, owner):
    with merchant_scope(merchant.id):
        install_standard_journeys(merchant=merchant, now=NOW)
        order = make_order(merchant)
        JourneyDecision.objects.create(
            merchant=merchant,
            journey=Journey.objects.get(key="order_confirmation"),
            order=order,
            subject_key=f"order:{order.id}",
            outcome="not_entered",
            reason="not:order.payment_status",
            decided_at=NOW,
        )

    html = owner.get(f"/dashboard/orders/{order.id}/").content.decode()

    assert "The payment did not fit: it is still outstanding, or was given back." in html
    assert "Not sent" in html


def test_every_code_of_the_product_has_words():
    from messaging import enums
    from orders.enums import OrderStatus, PaymentStatus
    from tracking.enums import ShipmentStatus

    tables = [
        (words.ORDER_STATUS, OrderStatus),
        (words.PAYMENT_STATUS, PaymentStatus),
        (words.SHIPMENT_STATUS, ShipmentStatus),
        (words.MESSAGE_STATE, enums.MessageState),
        (words.CHANNEL, enums.Channel),
        (words.MESSAGE_CLASS, enums.Purpose),
        (words.ATTEMPT, enums.AttemptOutcome),
        (words.OUTCOME, enums.DecisionOutcome),
        (words.BASIS, enums.Basis),
    ]
    for table, codes in tables:
        assert set(table) == set(codes.values)
    assert set(words.TEMPLATE) == {*enums.Template.values, *KEYS}, "it names templates and journeys"
    assert {f"address_{reason}" for reason in enums.SuppressionReason.values} <= set(words.REASON)


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("", ""),
        ("throttled", "The person got one like it recently."),
        ("refused_550", "The provider refused it for good (550)."),
        ("render_missing_parcel", "It could not be written (missing parcel)."),
        ("something_new", "something_new"),
    ],
)
def test_reasons_are_sentences(code, sentence):
    from django.utils import translation

    with translation.override("en"):
        assert words.why(code) == sentence


@pytest.mark.parametrize("cursor", ["", "nonsense", "2026-01-01~x", "2026-01-01T00:00:00~", "\x00"])
def test_a_broken_position_starts_the_list_over(merchant, owner, cursor):
    with merchant_scope(merchant.id):
        fill_world(merchant, mark="MINE")
        count = Message.objects.count()

    response = owner.get("/dashboard/messages/", {"after": cursor})

    if "\x00" in cursor:
        assert response.status_code == 400
    else:
        assert len(response.context["rows"]) == count > 0


@pytest.fixture
def outdated(merchant) -> Journey:
    """A journey as an older release had it."""
    (now_standard,) = (one for one in standard_journeys() if one.key == "order_refunded")
    old = msgspec.structs.replace(now_standard, description={"en": "As it was."})
    with merchant_scope(merchant.id):
        journey = Journey.objects.create(merchant=merchant, key=old.key, name="Refund", created_at=NOW, updated_at=NOW)
        publish(journey=journey, definition=old, standard=True, now=NOW)
    return journey


def test_a_newer_version_of_a_journey_is_shown_read_and_taken(outdated, owner):
    assert "newer version" in owner.get("/dashboard/journeys/").content.decode()
    page = owner.get("/dashboard/journeys/order_refunded/").content.decode()
    assert "A newer version came with the product" in page
    assert page.count('<ol class="steps">') == 2
    done = owner.post("/dashboard/journeys/order_refunded/newer/", {"take": "yes"}, follow=True).content.decode()

    assert "The new version counts" in done
    assert "A newer version" not in done
    assert "For every refund, with its amount." in done


def test_a_newer_version_may_be_declined(merchant, outdated, owner):
    done = owner.post("/dashboard/journeys/order_refunded/newer/", {"take": "no"}, follow=True).content.decode()

    assert "Your version stays." in done
    assert "A newer version" not in done
    assert "As it was." in done
    with merchant_scope(merchant.id):
        assert outdated.versions.count() == 1


def test_a_journey_that_came_with_a_release_is_marked_as_new_for_a_month(merchant, owner):
    with merchant_scope(merchant.id):
        install_standard_journeys(merchant=merchant, now=NOW)
        for key, days in (("case_answered", 29), ("case_resolved", 31)):
            Journey.objects.filter(key=key).update(created_at=clock.now() - dt.timedelta(days=days))

    rows = owner.get("/dashboard/journeys/").content.decode().split("<li>")

    assert [re.findall(r"journeys/(\w+)/", row)[0] for row in rows if ">new</span>" in row] == ["case_answered"]
