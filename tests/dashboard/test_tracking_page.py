"""The tracking page edited in the dashboard: a draft, a preview of the real page, one publication."""

import re

import pytest

from orders.models import Product
from postpurchase.accounts.models import Store
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.dashboard import page_words
from tests.conftest import NOW
from tracking.design.content import OwnQuestion, PageDesign
from tracking.design.examples import STATES
from tracking.design.texts import groups
from tracking.selectors.page_designs import design_in_work, published_design
from tracking.views.blocks import BLOCKS, MANDATORY

PAGE = "/dashboard/tracking-page/default/"
HOSTILE = "<script>alert(1)</script>"


def draft(world) -> PageDesign:
    with merchant_scope(world.merchant.id):
        return design_in_work(store=world.store).draft


def published(world) -> PageDesign:
    with merchant_scope(world.merchant.id):
        return published_design(store=Store.objects.get(pk=world.store.pk))


def positions(*names: str, shown=()) -> dict[str, str]:
    rest = [block.name for block in BLOCKS if block.name not in names]
    places = {f"position-{name}": str(place) for place, name in enumerate([*names, *rest], start=1)}
    return places | {f"shown-{name}": "on" for name in shown}


def test_words_are_about_blocks_and_texts_that_exist() -> None:
    assert page_words.BLOCKS.keys() == {block.name for block in BLOCKS}
    assert page_words.TEXT_GROUPS.keys() == set(groups())
    assert page_words.ALWAYS_THERE.keys() == MANDATORY
    assert set(STATES) == page_words.STATES.keys()
    assert (page_words.block_title("new"), page_words.block_note("new")) == ("new", "")


def test_blocks_are_put_in_order_and_taken_away_but_not_the_parcels(world, manager):
    everything = {block.name for block in BLOCKS}
    response = manager.post(PAGE, positions("contact", "questions", shown=everything - {"points", "parcels"}))

    assert (response.status_code, response.url) == (302, PAGE)
    assert draft(world).order[:2] == ("contact", "questions")
    assert draft(world).hidden == ("points",)
    assert published(world) == PageDesign()
    body = manager.get(PAGE).content.decode()
    assert "There is a draft" in body
    assert 'name="shown-parcels"' not in body
    assert "This is what shoppers open the page for, so it always stays." in body
    assert "Only here can shoppers answer your questions about a parcel" in body
    assert re.search(r'name="shown-points"(?! checked)', body)


def test_a_step_up_or_down_moves_one_block_and_stops_at_the_ends(world, manager):
    names = [block.name for block in BLOCKS]
    form = positions(*names, shown=names)

    manager.post(PAGE, form | {"move": f"down:{names[0]}"})
    assert draft(world).order[:2] == (names[1], names[0])
    manager.post(PAGE, form | {"move": f"up:{names[0]}"})
    assert draft(world).order[0] == names[0]
    manager.post(PAGE, form | {"move": "up:nothing"})
    assert set(draft(world).order) == set(names)


@pytest.mark.parametrize("number", ["", "x", "-1", "٣", "9" * 20])
def test_a_place_that_is_no_number_breaks_nothing(world, manager, number):
    response = manager.post(PAGE, positions("contact") | {"position-points": number})

    assert response.status_code == 302
    assert sorted(draft(world).order) == sorted(block.name for block in BLOCKS)


def question(number: int, question: str, answer: str, order: object = "", language: str = "de") -> dict[str, str]:
    fields = {"question": question, "answer": answer, "ORDER": str(order), "language": language}
    return {f"q-{number}-{name}": value for name, value in fields.items()}


def test_questions_are_stored_in_the_order_of_their_numbers(world, manager):
    form = {"q-TOTAL_FORMS": "3", "q-INITIAL_FORMS": "0", "only_own_questions": "on"}
    form |= question(0, "Zwei?", "2", 2) | question(1, HOSTILE, HOSTILE, 1) | question(2, "", "")

    assert manager.post(f"{PAGE}questions/", form).status_code == 302

    assert draft(world).questions == (OwnQuestion("de", HOSTILE, HOSTILE), OwnQuestion("de", "Zwei?", "2"))
    assert draft(world).only_own_questions is True
    body = manager.get(f"{PAGE}questions/").content.decode()
    assert "&lt;script&gt;" in body
    assert HOSTILE not in body
    assert HOSTILE not in manager.get(f"{PAGE}preview/delivered/").content.decode()


def test_half_a_question_is_asked_for_and_nothing_stored(world, manager):
    form = {"q-TOTAL_FORMS": "2", "q-INITIAL_FORMS": "0"} | question(0, "Ja?", "Ja.", 1) | question(1, "Nur?", "")

    response = manager.post(f"{PAGE}questions/", form)

    assert response.status_code == 422
    assert b"Please write this too" in response.content
    assert draft(world) == PageDesign()


def test_words_are_checked_with_their_placeholders(world, manager):
    address = f"{PAGE}texts/?language=de&group=help"
    refused = manager.post(address, {"help.lede": "Nennen Sie {name.__class__}.", "help.title": "Hallo"})
    assert refused.status_code == 422
    assert b"A brace stands alone" in refused.content
    assert draft(world) == PageDesign()

    response = manager.post(address, {"help.lede": "Ihre Nummer: {number}", "help.title": ""})

    assert response.status_code == 302
    assert draft(world).texts == {"de": {"help.lede": "Ihre Nummer: {number}"}}
    manager.post(address, {"help.lede": ""})
    assert draft(world).texts == {}


def test_a_language_is_added_by_its_first_text_and_can_be_chosen_in_the_preview(world, manager):
    assert manager.post(f"{PAGE}language/", {"language": "fr"}).url == f"{PAGE}texts/?language=fr&group={groups()[0]}"
    assert draft(world).texts == {}

    manager.post(f"{PAGE}texts/?language=fr&group=help", {"help.title": "Des questions ?"})

    form = manager.get(f"{PAGE}texts/?language=fr&group=help").content.decode()
    assert '<a href="?language=fr&amp;group=faq">' in form
    assert '<a href="?language=fr&amp;group=help" lang="fr" aria-current="true">' in form
    preview = manager.get(f"{PAGE}preview/on_the_way/?lang=fr").content.decode()
    assert '<html lang="fr">' in preview
    assert "Des questions ?" not in manager.get(f"{PAGE}preview/on_the_way/?lang=de").content.decode()
    assert b'<option value="fr">Fran' in manager.get(f"{PAGE}questions/").content
    manager.post(f"{PAGE}language/", {"language": "<script>"})
    assert b"Two or three small letters" in manager.get(PAGE).content


def test_contact_ways_are_read_strictly(world, manager):
    refused = manager.post(f"{PAGE}contact/", {"contact_url": "http://plain.example/", "whatsapp": "call me"})
    assert refused.status_code == 422
    assert set(refused.context["form"].errors) == {"contact_url", "whatsapp"}
    for bad in ("javascript:alert(1)", "https:// x"):
        assert manager.post(f"{PAGE}contact/", {"contact_url": bad}).status_code == 422

    form = {"contact_url": "shop.example/kontakt", "whatsapp": "0151 12345678", "hours-de": "Mo–Fr 9–17"}
    assert manager.post(f"{PAGE}contact/", form).status_code == 302

    design = draft(world)
    assert (design.contact_url, design.whatsapp) == ("https://shop.example/kontakt", "+4915112345678")
    assert design.opening_hours == {"de": "Mo–Fr 9–17"}


def test_a_style_is_refused_line_by_line_or_for_its_contrast(world, manager):
    hostile = manager.post(f"{PAGE}style/", {"light": "--card: url(https://evil.example/)", "dark": "position: fixed"})
    assert hostile.status_code == 422
    assert set(hostile.context["form"].errors) == {"light", "dark"}

    pale = manager.post(f"{PAGE}style/", {"light": "--muted: #aaa", "dark": ""})
    assert pale.status_code == 422
    body = pale.content.decode()
    assert "2.32 : 1" in body
    proposal = re.search(r"--muted: (#[0-9a-f]{6});</code>", body)[1]
    assert draft(world) == PageDesign()

    assert manager.post(f"{PAGE}style/", {"light": f"--muted: {proposal}", "dark": ""}).status_code == 302
    assert draft(world).style == {"light": {"--muted": proposal}, "dark": {}}
    assert proposal.encode() in manager.get(f"{PAGE}preview.css").content
    assert proposal not in manager.get(f"/{world.merchant.slug}/brand.css").content.decode()


@pytest.mark.parametrize("state", STATES)
def test_the_preview_is_the_real_page_in_every_state_under_the_same_policy(world, manager, state):
    with merchant_scope(world.merchant.id):
        Store.objects.update(support_email="hallo@lindenhof.example")
        Product.objects.create(merchant=world.merchant, sku="x", name=HOSTILE, created_at=NOW, updated_at=NOW)
    manager.post(PAGE, positions("contact", shown={"contact"}))

    response = manager.get(f"{PAGE}preview/{state}/?lang=en")

    assert response.status_code == 200
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert "form-action 'none'" in policy
    body = response.content.decode()
    assert "Order 1001" in body
    assert "/dashboard/tracking-page/default/preview.css" in body
    assert HOSTILE not in body
    assert "style=" not in body


def test_publishing_shows_it_to_shoppers_and_an_earlier_version_comes_back(world, manager):
    manager.post(PAGE, positions("contact"))
    assert manager.post(f"{PAGE}publish/").url == PAGE
    assert published(world).order[0] == "contact"
    manager.post(PAGE, positions("items"))
    manager.post(f"{PAGE}publish/")
    assert published(world).order[0] == "items"

    body = manager.get(f"{PAGE}versions/").content.decode()
    assert "Bring back version 1" in body
    assert "manager@lindenhof.example.com" in body
    assert manager.post(f"{PAGE}versions/1/restore/").status_code == 302
    assert published(world).order[0] == "contact"
    assert "as version 1 was" in manager.get(f"{PAGE}versions/").content.decode()
    assert manager.post(f"{PAGE}versions/7/restore/").status_code == 404
    assert b"There was nothing to publish." in manager.post(f"{PAGE}publish/", follow=True).content


def test_a_draft_is_thrown_away(world, manager):
    manager.post(PAGE, positions("contact"))
    manager.post(f"{PAGE}discard/")

    assert draft(world) == PageDesign()
    assert b"There is a draft" not in manager.get(PAGE).content


def test_a_page_nobody_could_read_with_the_new_accent_is_not_published(world, manager):
    manager.post(f"{PAGE}style/", {"light": "--muted: #646870", "dark": ""})
    with merchant_scope(world.merchant.id):
        Store.objects.update(accent_colour="#000000")

    response = manager.post(f"{PAGE}publish/", follow=True)

    assert b"some of these colours cannot be read" in response.content
    assert published(world) == PageDesign()


def test_a_stranger_has_a_page_of_their_own_and_never_ours(world, other_world, manager, stranger):
    manager.post(PAGE, positions("contact"))
    manager.post("/dashboard/brand/stores/", {"name": "AT", "slug": "at", "language": "de-AT", "tone": "sie"})

    assert stranger.get("/dashboard/tracking-page/at/").status_code == 404
    assert stranger.post("/dashboard/tracking-page/at/publish/").status_code == 404
    stranger.post(PAGE, positions("items"))
    stranger.post(f"{PAGE}publish/")

    assert published(world) == PageDesign()
    assert draft(world).order[0] == "contact"
