"""Badges in the dashboard: declared, previewed, changed, switched off, and seen on the customer's page."""

from decimal import Decimal

import pytest

from loyalty.models import Badge, BadgeAward
from loyalty.services.badges import BadgeInput, declare_badge
from loyalty.services.review import review_all
from postpurchase.accounts.scoping import merchant_scope
from tests.conftest import NOW
from tests.loyalty.making import deliver, make_customer, make_order
from tests.tracking.views.test_page import words

HOSTILE = "<script>alert(1)</script>"
NEW = {
    "slug": "regular-guest",
    "rule": "orders",
    "goal": "1",
    "picture": "crown",
    "active": "on",
    "name_de": "Stammgast",
    "sentence_de": "Schön, dass Sie wieder da sind.",
    "sentence_de_du": "Schön, dass du wieder da bist.",
    "name_en": "Regular",
}


@pytest.fixture(autouse=True)
def still(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def anna(merchant):
    with merchant_scope(merchant.id):
        customer = make_customer(merchant, external_id="c-1", first_name="Anna", last_name="Muster")
        deliver(make_order(merchant, customer))
    return customer


def badge_of(merchant) -> Badge:
    with merchant_scope(merchant.id):
        return Badge.objects.get()


def test_it_is_declared_given_out_and_seen(merchant, manager, anna):
    assert "No badge yet" in words(manager.get("/dashboard/badges/"))

    response = manager.post("/dashboard/badges/new/", NEW)

    assert (response.status_code, response.url) == (302, "/dashboard/badges/")
    badge = badge_of(merchant)
    assert (badge.slug, badge.rule, badge.goal, badge.currency, badge.picture) == (
        "regular-guest",
        "orders",
        Decimal(1),
        "",
        "crown",
    )
    assert badge.names == {"de": "Stammgast", "en": "Regular"}
    assert badge.sentences == {"de": NEW["sentence_de"], "de_du": NEW["sentence_de_du"]}
    assert "Regular 1 order that arrived 0 Can be earned" in words(manager.get("/dashboard/badges/"))
    review_all(now=NOW)
    assert "Regular 1 order that arrived 1 Can be earned" in words(manager.get("/dashboard/badges/"))
    assert "Badges Regular 15 Jul 2026, 12:30" in words(manager.get(f"/dashboard/customers/{anna.id}/"))


def test_the_preview_shows_every_language_and_how_many_have_it_and_stores_nothing(merchant, manager, anna):
    with merchant_scope(merchant.id):
        make_customer(merchant, external_id="c-2")

    body = words(manager.post("/dashboard/badges/new/", NEW | {"do": "preview"}))

    assert "Stammgast Schön, dass Sie wieder da sind. Regular Stammgast Schön, dass du wieder da bist." in body
    assert "1 order that arrived: 1 of the 2 customers who became known last would have it today." in body
    with merchant_scope(merchant.id):
        assert not Badge.objects.exists()


def test_it_is_changed_and_switched_off_and_nobody_loses_it(merchant, manager, anna):
    manager.post("/dashboard/badges/new/", NEW)
    review_all(now=NOW)
    path = f"/dashboard/badges/{badge_of(merchant).id}/"
    form = manager.get(path).context["form"]
    assert (form["goal"].value(), form["name_de"].value(), "slug" in form.fields) == (1, "Stammgast", False)

    changed = NEW | {"rule": "spent", "goal": "99.50", "currency": "eur", "active": ""}
    assert manager.post(path, changed).status_code == 302

    badge = badge_of(merchant)
    assert (badge.slug, badge.goal, badge.currency, badge.active) == ("regular-guest", Decimal("99.50"), "EUR", False)
    assert "Regular €99.50 spent on goods that were kept 1 Switched off" in words(manager.get("/dashboard/badges/"))
    assert "1 customer has it and keeps it" in words(manager.get(path))
    with merchant_scope(merchant.id):
        assert BadgeAward.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"slug": "Two Words"}, "slug"),
        ({"slug": "taken"}, "slug"),
        ({"goal": "0"}, "goal"),
        ({"goal": "1.5"}, "goal"),
        ({"goal": "NaN"}, "goal"),
        ({"currency": "EUR"}, "currency"),
        ({"rule": "spent"}, "currency"),
        ({"rule": "karma"}, "rule"),
        ({"picture": "skull"}, "picture"),
        ({"name_de": "", "name_en": "", "sentence_de": "", "sentence_de_du": ""}, "name_de"),
        ({"name_de": ""}, "name_de"),
        ({"name_en": "x" * 61}, "name_en"),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_field(merchant, manager, changes, field):
    with merchant_scope(merchant.id):
        taken = BadgeInput("heart", "orders", Decimal(1), "", {"de": "Da"}, {})
        declare_badge(merchant=merchant, slug="taken", data=taken, now=NOW)

    response = manager.post("/dashboard/badges/new/", NEW | changes)

    assert response.status_code == 422
    assert set(response.context["form"].errors) == {field}
    with merchant_scope(merchant.id):
        assert Badge.objects.count() == 1


def test_a_preview_of_what_makes_no_sense_is_refused_too(manager):
    for field, value in (("goal", "0"), ("name_de", "")):
        response = manager.post("/dashboard/badges/new/", NEW | {field: value, "do": "preview"})

        assert (response.status_code, set(response.context["form"].errors)) == (422, {field})
        assert "reach" not in response.context


def test_whatever_is_written_is_text(merchant, manager, anna):
    written = {"name_de": HOSTILE, "name_en": HOSTILE, "sentence_de": HOSTILE}
    pages = [manager.post("/dashboard/badges/new/", NEW | written | {"do": "preview"})]
    manager.post("/dashboard/badges/new/", NEW | written)
    review_all(now=NOW)
    pages += [manager.get("/dashboard/badges/"), manager.get(f"/dashboard/customers/{anna.id}/")]

    for page in pages:
        assert HOSTILE not in page.content.decode()
        assert "&lt;script&gt;" in page.content.decode()


def test_a_language_the_pages_speak_can_be_named(merchant, manager):
    with merchant_scope(merchant.id):
        french = BadgeInput("heart", "orders", Decimal(1), "", {"fr": "Habitué"}, {"fr": "Bonjour."})
        badge = declare_badge(merchant=merchant, slug="habitue", data=french, now=NOW)

    form = manager.get(f"/dashboard/badges/{badge.id}/").context["form"]

    assert [language for language, _fields in form.words] == ["de", "en", "fr"]
    assert form["sentence_fr"].value() == "Bonjour."


def test_support_sees_badges_and_may_not_change_them(merchant, manager, support):
    manager.post("/dashboard/badges/new/", NEW)

    body = support.get("/dashboard/badges/").content.decode()

    assert "Regular" in body
    assert "/dashboard/badges/new/" not in body
    assert f"/dashboard/badges/{badge_of(merchant).id}/" not in body
