"""The design of a store's tracking page: published, in work, and as it once was."""

from dataclasses import dataclass
from typing import Any

from postpurchase.accounts.models import Store
from tracking.design.content import PageDesign, design_from
from tracking.models import PageDraft, PageVersion


@dataclass(frozen=True, slots=True)
class Editing:
    """A store's design as whoever edits it sees it. ``is_changed``: there is a draft that differs from the page."""

    published: PageDesign
    draft: PageDesign
    is_changed: bool


def design_in_work(*, store: Store) -> Editing:
    """Return a store's published design with its draft, which is the same where nothing was changed."""
    published = published_design(store=store)
    draft = PageDraft.objects.filter(store=store).first()
    if draft is None:
        return Editing(published, published, is_changed=False)
    design = design_from(draft.content)
    return Editing(published, design, is_changed=design != published)


def published_design(*, store: Store) -> PageDesign:
    """Return the design shoppers see."""
    newest = PageVersion.objects.filter(store=store).order_by("-number").values_list("content", flat=True).first()
    return published_content(newest, style=store.style)


def published_content(content: dict[str, Any] | None, *, style: dict[str, dict[str, str]]) -> PageDesign:
    """Return a version's design; before the first one, ours in the style the store began with."""
    return PageDesign(style=style) if content is None else design_from(content)


def versions_of(*, store: Store, limit: int = 50) -> list[PageVersion]:
    """Return the newest published versions with who published them, newest first."""
    return list(PageVersion.objects.filter(store=store).select_related("user").order_by("-number")[:limit])
