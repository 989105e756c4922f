"""The answer to a link that leads nowhere."""

from django.http import HttpRequest, HttpResponse

from postpurchase.accounts.brand import PageBrand
from postpurchase.lib.texts import texts_for
from tracking.answers import page_response
from tracking.languages import page_language


def not_found(request: HttpRequest) -> HttpResponse:
    """Answer a wrong, revoked or outdated link: the same for each, without anybody's brand."""
    language = page_language(accepted=request.headers.get("Accept-Language", ""), store="de")
    context: dict[str, object] = {
        "brand": PageBrand(name="", css_url="", logo_url="", shop_url="", imprint="", links=()),
        "language": language,
        "texts": texts_for("tracking", language=language),
    }
    return page_response(request, "tracking/not_found.html", context, status=404)
