"""The API's way past what only pages need: sessions, forms' tokens, log-ins and messages.

A program shows its key with each request and never has a session, and making one ready takes a tenth of the time that
a small request has. What the API's answers show of Django's middleware, their language and length, stays.
"""

from collections.abc import Callable
from typing import cast

from django.core.handlers.base import BaseHandler
from django.core.handlers.exception import convert_exception_to_response
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.common import CommonMiddleware
from django.middleware.locale import LocaleMiddleware

from postpurchase.api.problems import unexpected

GetResponse = Callable[[HttpRequest], HttpResponseBase]

OPERATIONS = "/api/v1/"
# The one page there: it is rendered like the others, with who is logged in.
PAGE = "/api/v1/docs/"


class ShortWayMiddleware:
    """Answers for the API's operations without the middleware that stands behind it in the settings."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self._operations = _Operations()

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info.startswith(OPERATIONS) and request.path_info != PAGE:
            return self._operations.answer(request)
        return self.get_response(request)


class _Operations(BaseHandler):
    """Django's own handler of views with few middleware around it; transactions and errors are as everywhere."""

    def __init__(self) -> None:
        self._view_middleware: list[object] = []
        self._template_response_middleware: list[object] = []
        self._exception_middleware = [lambda error, _request: unexpected(error)]
        view = convert_exception_to_response(self._get_response)  # type: ignore[attr-defined]  # unknown to the stubs
        common = convert_exception_to_response(CommonMiddleware(view))
        self.answer = cast(GetResponse, convert_exception_to_response(LocaleMiddleware(common)))
