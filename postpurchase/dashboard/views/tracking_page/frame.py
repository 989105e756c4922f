"""What every form about the tracking page has around it: the store, the draft, the ways to the other forms."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from postpurchase.accounts.models import Store
from postpurchase.dashboard import page_words
from postpurchase.dashboard.access import Member
from postpurchase.dashboard.views.brand import stores_in_order
from postpurchase.lib import clock
from tracking.design.content import PageDesign
from tracking.design.examples import FIRST_STATE, STATES
from tracking.selectors.page_designs import Editing, design_in_work
from tracking.services.page_designs import change_draft


@dataclass(frozen=True, slots=True)
class PageEditor:
    """One store's page while somebody changes it."""

    member: Member
    store: Store
    editing: Editing

    @property
    def design(self) -> PageDesign:
        """The design as it stands in the draft."""
        return self.editing.draft

    def change(self, **changes: object) -> None:
        """Change parts of the draft; see ``change_draft`` for what it raises."""
        change_draft(merchant=self.member.merchant, store=self.store, now=clock.now(), **changes)

    def saved(self, request: HttpRequest, section: str) -> HttpResponse:
        """Say that the draft was changed, and lead back to the form."""
        messages.success(request, _("Saved as a draft. Shoppers see it once you publish."))
        return redirect(f"dashboard:{section}", self.store.slug)

    def show(
        self, request: HttpRequest, template: str, *, section: str, status: int = 200, **context: object
    ) -> HttpResponse:
        """Answer with a form about the page."""
        around: dict[str, object] = {
            "member": self.member,
            "area": "tracking_page",
            "section": section,
            "store": self.store,
            "stores": stores_in_order(),
            "design": self.design,
            "is_changed": self.editing.is_changed,
            "states": [(state, page_words.STATES[state]) for state in STATES],
            "state": FIRST_STATE,
        }
        return render(request, f"dashboard/tracking_page/{template}", around | context, status=status)


def editor_of(member: Member, store_slug: str) -> PageEditor:
    """Return the editor of a store's page. Raises ``Http404`` where the merchant has no such store."""
    store = Store.objects.filter(slug=store_slug).first()
    if store is None:
        raise Http404
    return PageEditor(member=member, store=store, editing=design_in_work(store=store))
