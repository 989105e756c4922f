"""The outer wall: addresses that are clean, and problem documents for the API even where no view was reached."""

import re
from collections.abc import Callable
from urllib.parse import unquote_to_bytes

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from postpurchase.api.problems import KINDS, problem_response, unexpected

GetResponse = Callable[[HttpRequest], HttpResponseBase]

API = "/api/"
# Django has decoded the path already and left what is not UTF-8 quoted.
_BROKEN = re.compile(r"%[89A-Fa-f][0-9A-Fa-f]")


class CleanAddressMiddleware:
    """Refuses addresses that hold NUL or are not UTF-8, for every page of the product, before anything reads them."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        is_clean = "\x00" not in request.path_info and not _BROKEN.search(request.path_info)
        if is_clean and _is_clean_query(request.META.get("QUERY_STRING", "")):
            return self.get_response(request)
        if request.path_info.startswith(API):
            return problem_response(400, "The address holds NUL or is not UTF-8.")
        return HttpResponse("400 Bad Request", status=400, content_type="text/plain")


class ApiMiddleware:
    """Below ``/api/`` every refusal is a problem document, Django's own included."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if not request.path_info.startswith(API):
            return response
        is_ours = response.headers.get("Content-Type", "").startswith("application/")
        if response.status_code in KINDS and not is_ours:
            return problem_response(response.status_code)
        if response.headers.get("Cache-Control", "").startswith("public"):
            # Django's middleware says of everything that it varies by language; the API's answers have none, and a
            # shared cache would keep one copy for each browser. And no cookie goes into a copy for everybody.
            del response.headers["Vary"], response.headers["Content-Language"]
            response.cookies.clear()
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer for what a view did not catch, the opening of its transaction included."""
        return unexpected(error) if request.path_info.startswith(API) else None


def _is_clean_query(query: str) -> bool:
    try:
        return "\x00" not in unquote_to_bytes(query).decode("utf-8")
    except UnicodeDecodeError:
        return False
