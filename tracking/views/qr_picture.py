"""``/t/<token>/qr.svg``: the page's own address as a QR code.

A picture of its own, because only wide screens ask for it, and drawing it takes half as long as making the page. It
says nothing that its address does not, so no table is asked.
"""

import re

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from postpurchase.accounts.middleware import not_for_caches
from postpurchase.accounts.own_places import visited_own_place
from tracking.page.qr import qr_code
from tracking.views.lost import not_found

# Tokens have 22 characters (postpurchase/lib/tokens.py), the preview in the dashboard fewer; a code has its limits.
_TOKEN = re.compile(r"[A-Za-z0-9_-]{1,22}")
_KEPT_SECONDS = 86_400


@transaction.non_atomic_requests
@require_safe
def qr_picture(request: HttpRequest, token: str) -> HttpResponse:
    """Draw the address under which the page was opened."""
    if not _TOKEN.fullmatch(token):
        return not_found(request)
    own = visited_own_place()
    code = qr_code(f"{own.base if own else settings.BASE_URL}/t/{token}")
    drawing = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {code.size} {code.size}" shape-rendering="crispEdges">'
        f'<rect width="{code.size}" height="{code.size}" fill="#fff"/><path d="{code.path}"/></svg>'
    )
    response = not_for_caches(HttpResponse(drawing, content_type="image/svg+xml"))
    response.headers["Cache-Control"] = f"private, max-age={_KEPT_SECONDS}"
    return response
