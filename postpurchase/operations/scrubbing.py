"""Keeps people out of the logs: names of fields that hold personal data, and shapes that give it away.

Events and ids are written by us and stay. What a person wrote (an address, a comment) may turn up in anybody's log
call, in a library's message, or in the text of an exception; whatever is recognised here is replaced by ``…``.
"""

import re
from collections.abc import Mapping
from typing import Any

HIDDEN = "…"

# Fields whose content belongs to a person or is a secret, whatever it looks like.
PERSONAL_FIELDS = frozenset(
    """
    address addresses api_key args attributes authorization billing_address birth_date body city comment company content
    cookie customer data detail email first_name headers html ip kwargs last_name message name password path phone
    postal_code query recipient recipients remote_addr reply_to sender sender_email sender_name shipping_address street
    street2 subject text to token tokens tracking_number url user_agent username value
    """.split()  # noqa: SIM905 - one name to a line would fill a page
)

# What every text of a shape holds, the shape, what is left of it. Most texts hold none and are not searched.
SHAPES = (
    ("://", re.compile(r"(://)[^/\s@]+@"), r"\1" + HIDDEN + "@"),  # passwords in addresses of servers
    ("@", re.compile(r"[^\s@<>\"'(),:;=/…]+@[^\s@<>\"'(),:;=/]+\.[^\s@<>\"'(),:;=/]+"), HIDDEN),  # e-mail addresses
    ("+", re.compile(r"\+\d[\d ()/.-]{5,}\d"), HIDDEN),  # telephone numbers with a country code
    ("pp_", re.compile(r"\bpp_[0-9a-f]{8}_[\w-]+"), HIDDEN),  # API keys
    (" ", re.compile(r"(?i)\b(bearer|basic) [\w.~+/=-]+"), r"\1 " + HIDDEN),
    ("/", re.compile(r"/([tsupc])/[\w-]{12,}"), r"/\1/" + HIDDEN),  # shoppers' links
    ("?", re.compile(r"(/[^\s?\"']*)\?[^\s\"']+"), r"\1?" + HIDDEN),  # query strings
)


def scrub_text(text: str) -> str:
    """Return ``text`` without what has the shape of an address, a number, a key or a shopper's link."""
    for sign, shape, replacement in SHAPES:
        if sign in text:
            text = shape.sub(replacement, text)
    return text


def scrub(value: Any) -> Any:
    """Return a copy of ``value`` (any nesting of mappings and sequences) fit for a log."""
    if isinstance(value, str):
        return scrub_text(value)
    if isinstance(value, Mapping):
        return {key: HIDDEN if _is_personal(key, inner) else scrub(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [scrub(inner) for inner in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    return scrub_text(str(value))


def _is_personal(key: object, value: object) -> bool:
    return str(key).lower() in PERSONAL_FIELDS and value not in (None, "")
