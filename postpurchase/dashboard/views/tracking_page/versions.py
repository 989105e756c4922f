"""Publishing the draft, throwing it away, and going back to what was published before."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from postpurchase.dashboard.access import Action, Member, member_page
from postpurchase.dashboard.views.tracking_page.frame import editor_of
from postpurchase.lib import clock
from tracking.selectors.page_designs import versions_of
from tracking.services.page_designs import (
    NothingToPublish,
    NotReadable,
    VersionUnknown,
    discard_draft,
    publish_draft,
    restore_version,
)


@require_safe
@member_page(Action.EDIT_BRAND)
def versions(request: HttpRequest, member: Member, store_slug: str) -> HttpResponse:
    """List what was published, by whom and when."""
    editor = editor_of(member, store_slug)
    return editor.show(request, "versions.html", section="versions", versions=versions_of(store=editor.store))


@require_POST
@member_page(Action.EDIT_BRAND)
def publish(request: HttpRequest, member: Member, store_slug: str) -> HttpResponse:
    """Make the draft what shoppers see."""
    editor = editor_of(member, store_slug)
    try:
        version = publish_draft(merchant=member.merchant, store=editor.store, user=member.user, now=clock.now())
    except NothingToPublish:
        messages.info(request, _("There was nothing to publish."))
    except NotReadable:
        return _refused(request, editor.store.slug)
    else:
        published = _("Version %(number)s is published. Shoppers see it from now on.") % {"number": version.number}
        messages.success(request, published)
    return redirect("dashboard:page_blocks", editor.store.slug)


@require_POST
@member_page(Action.EDIT_BRAND)
def discard(request: HttpRequest, member: Member, store_slug: str) -> HttpResponse:
    """Forget what was changed since the last publication."""
    editor = editor_of(member, store_slug)
    discard_draft(store=editor.store)
    messages.success(request, _("The draft is gone. The forms show what shoppers see."))
    return redirect("dashboard:page_blocks", editor.store.slug)


@require_POST
@member_page(Action.EDIT_BRAND)
def restore(request: HttpRequest, member: Member, store_slug: str, number: int) -> HttpResponse:
    """Publish an earlier version again."""
    editor = editor_of(member, store_slug)
    try:
        version = restore_version(
            merchant=member.merchant, store=editor.store, number=number, user=member.user, now=clock.now()
        )
    except VersionUnknown:
        raise Http404 from None
    except NothingToPublish:
        messages.info(request, _("This is what shoppers see already."))
    except NotReadable:
        return _refused(request, editor.store.slug)
    else:
        restored = _("Version %(old)s is back, as version %(new)s.") % {"old": number, "new": version.number}
        messages.success(request, restored)
    return redirect("dashboard:page_versions", editor.store.slug)


def _refused(request: HttpRequest, store_slug: str) -> HttpResponse:
    messages.error(
        request, _("With the brand's accent, some of these colours cannot be read. Save them again to see which.")
    )
    return redirect("dashboard:page_style", store_slug)
