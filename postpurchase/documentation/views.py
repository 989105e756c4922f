"""``/docs/``: pages for merchants, developers and operators, and the style guide of the shoppers' pages."""

import re
from functools import cache

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from postpurchase.accounts.brand import PageBrand
from postpurchase.documentation.pages import CONTENTS, FIRST, PAGES, html_of

# Parts of pictures, which are no picture by themselves.
PARTS = {"landscape", "sender", "home", "parcel-shop", "car", "box", "warning"}
WAY = ("Bestellt", "19.11."), ("Gepackt", "20.11."), ("Unterwegs", "21.11."), ("In Zustellung", "heute"), ("Da", "")


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Begin where a newcomer begins."""
    return redirect("docs-page", slug=FIRST)


@require_safe
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one page with the table of contents beside it."""
    found = PAGES.get(slug)
    if found is None:
        raise Http404
    context = {"page": found, "contents": CONTENTS, "html": mark_safe(html_of(slug))}  # noqa: S308 - our own files
    return render(request, "docs/page.html", context)


@require_safe
def style_guide(request: HttpRequest) -> HttpResponse:
    """Show every component of the shoppers' pages once, with made-up content."""
    brand = PageBrand(
        name="Lindenhof",
        css_url="",
        logo_url="",
        shop_url="/docs/",
        imprint="Lindenhof Manufaktur GmbH\nLindenstraße 1, 10969 Berlin",
        links=(),
    )
    context = {
        "brand": brand,
        "language": "de",
        "stops": [{"label": label, "note": note} for label, note in WAY],
        "scores": range(11),
        "recs": range(4),
        "icons": _symbols("icons"),
        "arts": [name for name in _symbols("art") if name not in PARTS],
    }
    return render(request, "docs/style-guide.html", context)


@cache
def _symbols(sprite: str) -> list[str]:
    path = settings.BASE_DIR / "postpurchase" / "static" / "img" / f"{sprite}.svg"
    return re.findall(r'<symbol id="([\w-]+)"', path.read_text(encoding="utf-8"))
