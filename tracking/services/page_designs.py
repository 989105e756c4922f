"""Changing the design of a store's tracking page: a draft first, then published in one step, and back again."""

import datetime as dt

import msgspec

from postpurchase.accounts.models import Merchant, Store, User
from postpurchase.lib.page_style import BadStyle, Unreadable, style_from, unreadable
from tracking.design.content import PageDesign, design_as_data, design_from
from tracking.models import PageDraft, PageVersion
from tracking.selectors.page_designs import design_in_work


class NothingToPublish(Exception):
    """There is no draft, or it is what shoppers see already."""


class NotReadable(Exception):
    """Too many people could not read the page in these colours; ``pairs`` says which on which."""

    def __init__(self, pairs: list[Unreadable]) -> None:
        super().__init__(f"{len(pairs)} pairs of colours without contrast")
        self.pairs = pairs


class VersionUnknown(Exception):
    """The store has no version of this number."""


def change_draft(*, merchant: Merchant, store: Store, now: dt.datetime, **changes: object) -> PageDesign:
    """Change parts of a store's design (fields of ``PageDesign``, already checked) and return the draft.

    Raises ``NotReadable`` for a style without contrast; nothing is stored then. Needs the merchant's scope.
    """
    _locked(store)
    design = msgspec.structs.replace(design_in_work(store=store).draft, **changes)
    _insist_on_contrast(store, design)
    PageDraft.objects.update_or_create(
        merchant=merchant, store=store, defaults={"content": design_as_data(design), "updated_at": now}
    )
    return design


def discard_draft(*, store: Store) -> None:
    """Forget what was changed since the last publication."""
    PageDraft.objects.filter(store=store).delete()


def publish_draft(*, merchant: Merchant, store: Store, user: User | None, now: dt.datetime) -> PageVersion:
    """Make the draft what shoppers see. Raises ``NothingToPublish`` and ``NotReadable`` (the accent may be new)."""
    locked = _locked(store)
    editing = design_in_work(store=locked)
    if not editing.is_changed:
        raise NothingToPublish
    return _publish(merchant, locked, editing.draft, user, now)


def restore_version(
    *, merchant: Merchant, store: Store, number: int, user: User | None, now: dt.datetime
) -> PageVersion:
    """Publish an earlier version again, as a new one; a draft is forgotten.

    Raises ``VersionUnknown``, ``NothingToPublish`` where it is what shoppers see, and ``NotReadable``.
    """
    locked = _locked(store)
    earlier = PageVersion.objects.filter(store=locked, number=number).first()
    if earlier is None:
        raise VersionUnknown
    design = design_from(earlier.content)
    if design == design_in_work(store=locked).published:
        raise NothingToPublish
    return _publish(merchant, locked, design, user, now, restored_from=number)


def _publish(
    merchant: Merchant,
    store: Store,
    design: PageDesign,
    user: User | None,
    now: dt.datetime,
    restored_from: int | None = None,
) -> PageVersion:
    _insist_on_contrast(store, design)
    version = PageVersion.objects.create(
        merchant=merchant,
        store=store,
        number=store.page_version + 1,
        content=design_as_data(design),
        restored_from=restored_from,
        user=user,
        published_at=now,
    )
    # Pages that were kept know by the store's row that there is something new.
    Store.objects.filter(pk=store.pk).update(page_version=version.number, style=design.style)
    discard_draft(store=store)
    return version


def _locked(store: Store) -> Store:
    """One change of a store's design at a time; orders that name the store need not wait."""
    return Store.objects.select_for_update(no_key=True).get(pk=store.pk)


def _insist_on_contrast(store: Store, design: PageDesign) -> None:
    try:
        pairs = unreadable(accent=store.accent_colour, style=style_from(design.style))
    except BadStyle:
        return  # of an earlier list of variables; pages leave it out
    if pairs:
        raise NotReadable(pairs)
