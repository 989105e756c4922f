"""Draft, publication, restoring: what shoppers see changes in one step, and every step can be gone back."""

import pytest

from postpurchase.accounts.models import Store
from postpurchase.accounts.services.stores import close_store, open_store
from tests.conftest import NOW
from tracking.design.content import PageDesign
from tracking.models import PageDraft, PageVersion
from tracking.selectors.page_designs import design_in_work, published_design, versions_of
from tracking.services.page_designs import (
    NothingToPublish,
    NotReadable,
    VersionUnknown,
    change_draft,
    discard_draft,
    publish_draft,
    restore_version,
)

pytestmark = pytest.mark.usefixtures("in_scope")


@pytest.fixture
def store(world):
    return world.store


def change(store, **changes):
    return change_draft(merchant=store.merchant, store=store, now=NOW, **changes)


def publish(store):
    return publish_draft(merchant=store.merchant, store=store, user=None, now=NOW)


def test_a_draft_is_not_what_shoppers_see(store) -> None:
    change(store, order=("items", "parcels"))
    change(store, hidden=("points",))

    editing = design_in_work(store=store)
    assert editing.is_changed
    assert editing.draft == PageDesign(order=("items", "parcels"), hidden=("points",))
    assert editing.published == published_design(store=store) == PageDesign()
    assert Store.objects.get(pk=store.pk).page_version == 0


def test_publishing_is_one_version_and_the_draft_is_done(store) -> None:
    style = {"light": {"--card": "#fffbe6"}, "dark": {}}
    change(store, order=("items",), style=style)

    version = publish(store)

    assert (version.number, version.published_at, version.restored_from) == (1, NOW, None)
    stored = Store.objects.get(pk=store.pk)
    assert (stored.page_version, stored.style) == (1, style)
    assert published_design(store=store) == PageDesign(order=("items",), style=style)
    assert not design_in_work(store=store).is_changed
    assert PageDraft.objects.count() == 0
    with pytest.raises(NothingToPublish):
        publish(store)
    assert PageVersion.objects.count() == 1


def test_a_draft_that_says_what_the_page_says_is_no_change(store) -> None:
    change(store, hidden=("points",))
    change(store, hidden=())

    assert not design_in_work(store=store).is_changed
    with pytest.raises(NothingToPublish):
        publish(store)


def test_an_earlier_version_comes_back_as_a_new_one(store) -> None:
    change(store, hidden=("points",))
    publish(store)
    change(store, hidden=("items",), style={"light": {"--r1": "0"}, "dark": {}})
    publish(store)
    change(store, order=("items",))

    version = restore_version(merchant=store.merchant, store=store, number=1, user=None, now=NOW)

    assert (version.number, version.restored_from) == (3, 1)
    assert published_design(store=store) == PageDesign(hidden=("points",))
    assert Store.objects.get(pk=store.pk).style == {}
    assert [one.number for one in versions_of(store=store)] == [3, 2, 1]
    assert not design_in_work(store=store).is_changed
    with pytest.raises(NothingToPublish):
        restore_version(merchant=store.merchant, store=store, number=1, user=None, now=NOW)
    with pytest.raises(VersionUnknown):
        restore_version(merchant=store.merchant, store=store, number=9, user=None, now=NOW)


def test_a_draft_can_be_thrown_away(store) -> None:
    change(store, hidden=("points",))
    discard_draft(store=store)

    assert design_in_work(store=store).draft == PageDesign()


def test_colours_nobody_can_read_are_not_stored(store) -> None:
    change(store, hidden=("points",))

    with pytest.raises(NotReadable) as refused:
        change(store, style={"light": {"--muted": "#aaaaaa"}, "dark": {}})

    assert {pair.front for pair in refused.value.pairs} == {"--muted"}
    assert design_in_work(store=store).draft == PageDesign(hidden=("points",))


def test_an_accent_that_came_later_is_checked_when_publishing(store) -> None:
    # Pale enough for the green accent's tint, too pale for the one of a black accent.
    change(store, style={"light": {"--muted": "#646870"}, "dark": {}})
    Store.objects.filter(pk=store.pk).update(accent_colour="#000000")

    with pytest.raises(NotReadable):
        publish(store)
    assert PageVersion.objects.count() == 0


def test_each_storefront_has_a_page_of_its_own_and_begins_in_the_first_ones_style(store, world) -> None:
    change(store, hidden=("points",), style={"light": {"--r1": "0"}, "dark": {}})
    publish(store)
    store.refresh_from_db()
    second = open_store(
        merchant=world.merchant, model=store, slug="at", name="AT", shop_url="", language="de-AT", tone="sie"
    )

    assert second.page_version == 0
    assert published_design(store=second) == PageDesign(style=store.style)
    change(second, hidden=("items",))
    assert publish(second).number == 1
    assert published_design(store=store).hidden == ("points",)
    close_store(store=second)
    assert [version.store_id for version in PageVersion.objects.all()] == [store.id]
