"""Answers of the API: JSON, whatever the caller says to accept."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from django.http import HttpResponse
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

JSON = "application/json"


class JSONRenderer(BaseRenderer):
    """Writes plain data and Structs as JSON."""

    media_type = JSON
    format = "json"
    charset = None

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Mapping[str, Any] | None = None
    ) -> bytes:
        return msgspec.json.encode(data)


class AlwaysJSON(BaseContentNegotiation):
    """There is one format. A caller who asks for another gets JSON rather than nothing."""

    def select_parser(self, request: Request, parsers: Iterable[BaseParser]) -> BaseParser | None:
        kind, _, parameters = (request.content_type or "").partition(";")
        charset = parameters.partition("charset=")[2].strip(" \"'").lower()
        is_json = kind.strip().lower() == JSON and charset in ("", "utf-8", "utf8")
        is_plain = request.META.get("HTTP_CONTENT_ENCODING", "identity").lower() == "identity"
        return next(iter(parsers)) if is_json and is_plain else None

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        renderer = next(iter(renderers))
        return renderer, renderer.media_type


def json_response(body: Any, status: int = 200) -> HttpResponse:
    """Return ``body`` (Structs or plain data) as a JSON response that no cache keeps."""
    response = HttpResponse(msgspec.json.encode(body), status=status, content_type=JSON)
    response["Cache-Control"] = "no-store"
    return response
