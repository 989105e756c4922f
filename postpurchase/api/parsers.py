"""Bodies of the API: strict JSON and nothing else."""

from collections.abc import Mapping
from typing import IO, Any

from rest_framework.parsers import BaseParser

from postpurchase.lib.bodies import declared_length
from postpurchase.lib.composition import composed
from postpurchase.lib.strict_json import SINGLE, Limits, TooLarge, loads


class StrictJSONParser(BaseParser):
    """Reads a body within the limits of the operation (``postpurchase/lib/strict_json.py`` says what is refused)."""

    media_type = "application/json"

    def parse(
        self, stream: IO[bytes], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        context = parser_context or {}
        request, view = context.get("request"), context.get("view")
        operation = getattr(getattr(view, (request.method if request else "").lower(), None), "operation", None)
        limits: Limits = operation.limits if operation else SINGLE
        if request is not None and declared_length(request.META) > limits.size:
            raise TooLarge(f"The body may have {limits.size:,} bytes.")
        raw = stream.read(limits.size + 1)
        return composed(loads(raw, limits), raw)
