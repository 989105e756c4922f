"""Stands in for Twilio's Content resource: templates for WhatsApp, approved the moment they are handed in.

`POST /v1/Content`, basic authentication, JSON with `friendly_name`, `language` and `types`, of which `twilio/text`
(with a `body`) and `whatsapp/authentication` (whose text is WhatsApp's own) are known. As in Twilio's API reference
(https://www.twilio.com/docs/content/content-api-resources) the answer carries the Content SID.
"""

from __future__ import annotations

import json
import re
from typing import Any

from postpurchase.demo.mailbox.store import ContentStore

PATH = "/v1/Content"
_CODE_TEXTS = {"de": "{{1}} ist dein Verifizierungscode.", "en": "{{1}} is your verification code."}
_GAP = re.compile(r"\{\{(\w+)\}\}")


def keep(*, store: ContentStore, body: bytes) -> str | None:
    """Keep a template and return its Content SID, None for what is none."""
    try:
        handed_in = json.loads(body)
        return store.add(_text_of(handed_in["types"], str(handed_in["language"])[:2]))
    except (ValueError, LookupError, TypeError):
        return None


def filled(text: str, variables: str) -> str | None:
    """Return a template's text with its gaps filled from `ContentVariables`, None where that does not do."""
    try:
        values: dict[str, Any] = json.loads(variables or "{}")
        # WhatsApp takes no empty value (https://www.twilio.com/docs/api/errors/63013).
        if not all(isinstance(value, str) and value for value in values.values()):
            return None
        return _GAP.sub(lambda gap: values[gap.group(1)], text)
    except (ValueError, LookupError, AttributeError):
        return None


def _text_of(types: dict[str, dict[str, str]], language: str) -> str:
    if "whatsapp/authentication" in types:
        return _CODE_TEXTS[language]
    return str(types["twilio/text"]["body"])
