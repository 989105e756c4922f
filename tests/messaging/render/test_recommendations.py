"""Recommendations in mails: from the engine, with a true reason, and in marketing mails only."""

import dataclasses
import datetime as dt

import pytest

from messaging.content.blocks import Recommendations
from messaging.content.facts import RecommendedFacts
from messaging.content.html import render_html
from messaging.content.mails import MAILS, compose
from messaging.content.parts import NothingToSay
from messaging.content.plain import WIDTH, render_text
from messaging.services.render import render_message
from orders.models import LearnedArticle, Order, Product, RecommendationSettings
from orders.recommendations.choose import Reason
from orders.recommendations.select import recommend
from tests.conftest import NOW
from tests.messaging.render.conftest import Desk
from tests.messaging.render.parts import addresses
from tests.messaging.render.voices import DU, ENGLISH, SIE, SWISS, VOICES, Voice
from tracking.models import CaseActor, CaseOutcome, CaseReason
from tracking.services.cases.answering import Report, report_problem
from tracking.services.cases.closing import resolve_case
from tracking.services.cases.entries import By
from tracking.services.cases.working import reply_to_shopper

HERE = "http://127.0.0.1:8000"
SHOP = "https://shop.example.com/"
HOLDER = "85123A"


def sells(desk: Desk, sku: str, name: str, **fields) -> None:
    values = {"url": f"{SHOP}{sku}", "created_at": NOW, "updated_at": NOW}
    Product.objects.create(merchant=desk.merchant, sku=sku, name=name, **(values | fields))


def with_accessories(desk: Desk, *skus: str) -> Order:
    """An order of a tealight holder, to which the merchant declared articles that belong to it."""
    order = desk.order()
    Product.objects.filter(sku=HOLDER).delete()
    sells(desk, HOLDER, "Teelichthalter", related=list(skus))
    return order


def offer(desk: Desk, order: Order, **fields):
    return desk.message("recommendations", order, message_class="marketing", **fields)


def test_a_mail_recommends_what_the_engine_finds_with_its_reason(desk: Desk) -> None:
    order = with_accessories(desk, "candle", "tray")
    sells(desk, "candle", "Teelichte", image_url="/media/candle.png")
    sells(desk, "tray", "Tablett", image_url="https://cdn.example/tray.png")

    rendered = render_message(message=offer(desk, order), now=NOW)

    assert rendered.subject == "Das könnte gut zu Ihrer Bestellung 1001 passen"
    assert f"- Teelichte\n  Passt zu: Teelichthalter\n  {SHOP}candle\n" in rendered.text
    assert f"- Tablett\n  Passt zu: Teelichthalter\n  {SHOP}tray\n" in rendered.text
    assert f'href="{SHOP}candle"' in rendered.html
    assert f'src="{HERE}/media/candle.png"' in rendered.html
    assert "cdn.example" not in rendered.html
    assert f"{HERE}/u/" in rendered.text


def test_there_are_three_at_most_and_only_such_that_have_a_page(desk: Desk) -> None:
    order = with_accessories(desk, "nowhere", "script", "a", "b", "c", "d")
    sells(desk, "nowhere", "Ohne Seite", url="")
    sells(desk, "script", "Falsche Seite", url="javascript:alert(1)")
    for sku in ("a", "b", "c", "d"):
        sells(desk, sku, f"Artikel {sku}")

    rendered = render_message(message=offer(desk, order), now=NOW)

    assert rendered.text.count("Passt zu:") == 3
    assert "Falsche Seite" not in rendered.text
    assert "Ohne Seite" not in rendered.text


def test_what_they_had_before_and_runs_out_is_a_reason_unless_the_merchant_says_no(desk: Desk) -> None:
    desk.order("900", lines=[{"sku": "soap", "name": "Seife", "quantity": 1, "unit_price": "5.00"}], total="9.90")
    Order.objects.filter(external_id="900").update(placed_at=NOW - dt.timedelta(days=56))
    order = with_accessories(desk)
    sells(desk, "soap", "Seife", replenish_days=50)

    rendered = render_message(message=offer(desk, order, tone="du"), now=NOW)

    assert rendered.subject == "Zeit für Nachschub?"
    assert f"- Seife\n  Zeit für Nachschub: vor 8 Wochen gekauft\n  {SHOP}soap\n" in rendered.text
    assert "Das hier könnte dir bald fehlen" in rendered.text

    RecommendationSettings.objects.create(merchant=desk.merchant, personal=False, updated_at=NOW)
    with pytest.raises(NothingToSay):
        render_message(message=offer(desk, order, tone="du"), now=NOW)


def test_nothing_good_or_only_popular_is_no_reason_to_write(desk: Desk) -> None:
    order = with_accessories(desk)

    with pytest.raises(NothingToSay) as nothing:
        render_message(message=offer(desk, order), now=NOW)
    assert nothing.value.reason == "nothing_to_recommend"

    sells(desk, "hit", "Renner")
    LearnedArticle.objects.create(merchant=desk.merchant, sku="hit", recent_orders=50)
    found = recommend(basket=[HOLDER], customer_id=None, now=NOW)
    assert [(one.product.sku, one.reason) for one in found] == [("hit", Reason.POPULAR)]
    with pytest.raises(NothingToSay):
        render_message(message=offer(desk, order), now=NOW)


@pytest.mark.parametrize("message_class", ["service", "survey"])
def test_no_other_mail_recommends_anything_however_good_it_is(desk: Desk, message_class: str) -> None:
    order = with_accessories(desk, "candle")
    sells(desk, "candle", "Duftkerze")
    parcel = desk.parcel(order, status="delivered")
    case = report_problem(merchant=desk.merchant, order=order, report=Report(CaseReason.DAMAGED, "Kaputt."), now=NOW)
    reply_to_shopper(case=case, text="Eine neue ist unterwegs.", by=By(CaseActor.TEAM), now=NOW)
    resolve_case(case=case, outcome=CaseOutcome.SENT_AGAIN, by=By(CaseActor.TEAM), now=NOW)
    about = {
        "shipment_id": str(parcel.id),
        "refund_id": str(desk.refund(order, "1.00").id),
        "case_id": str(case.id),
        "case_entry_id": str(case.entries.get(kind="replied").id),
    }
    others = set(MAILS) - {"recommendations", "points_earned", "one_time_code"}

    for template in others:
        message = desk.message(template, order, message_class=message_class, context=about)
        rendered = render_message(message=message, now=NOW)
        assert "Duftkerze" not in rendered.text + rendered.html
        assert f"{SHOP}candle" not in rendered.text + rendered.html

    with pytest.raises(NothingToSay):
        render_message(message=desk.message("recommendations", order, message_class=message_class), now=NOW)


@pytest.mark.parametrize("message_class", ["service", "survey"])
@pytest.mark.parametrize("template", list(MAILS))
def test_facts_of_another_class_cannot_hold_a_recommendation(template: str, message_class: str) -> None:
    article = RecommendedFacts("Duftkerze", "Passt zu: Teelichthalter", f"{SHOP}candle")

    with pytest.raises(ValueError, match=f"a {message_class} message recommends nothing"):
        dataclasses.replace(SIE.facts(template), message_class=message_class, recommended=(article,))


def test_only_one_mail_has_the_block() -> None:
    having = {
        template
        for template in MAILS
        if any(isinstance(block, Recommendations) for block in SIE.compose(template).blocks)
    }

    assert having == {"recommendations"}
    assert SIE.facts("recommendations").message_class == "marketing"


TITLES = {
    SIE: "Was gut dazu passen könnte",
    DU: "Was gut dazu passen könnte",
    SWISS: "Was gut dazu passen könnte",
    ENGLISH: "What might go well with it",
}


@pytest.mark.parametrize("voice", VOICES, ids=str)
def test_every_article_is_there_in_both_parts_with_reason_and_link(voice: Voice) -> None:
    facts = voice.facts("recommendations")
    mail = voice.compose("recommendations")
    html, text = render_html(mail, facts.store), render_text(mail)

    assert TITLES[voice] in text
    assert mail.preheader.count(facts.recommended[0].name) == 1
    assert len(facts.recommended) == 3
    for one in facts.recommended:
        assert one.name in html
        assert one.name in text
        assert one.why in html
        assert " ".join(one.why.split()) in " ".join(text.split())
        assert ("a", "href", one.url) in addresses(html)
        assert f"  {one.url}" in text.splitlines()


def test_hostile_names_stay_text(desk: Desk) -> None:
    order = with_accessories(desk, "bad")
    sells(desk, "bad", "<script>alert(1)</script>\r\nBcc: all@example.com {number} " + "x" * 200)

    rendered = render_message(message=offer(desk, order), now=NOW)

    assert "<script>" not in rendered.html
    assert "&lt;script&gt;alert(1)&lt;/script&gt; Bcc: all@example.com {number}" in rendered.html
    assert "x" * 121 not in rendered.html
    assert "\nBcc" not in rendered.text


def test_long_reasons_are_wrapped() -> None:
    facts = SIE.facts("recommendations")
    long = dataclasses.replace(facts.recommended[0], why="Passt zu: " + "Teelichthalter " * 12)

    text = render_text(compose("recommendations", dataclasses.replace(facts, recommended=(long,))))

    assert [line for line in text.splitlines() if len(line) > WIDTH and "://" not in line] == []
