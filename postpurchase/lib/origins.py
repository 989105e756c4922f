"""Origins of web pages (RFC 6454): scheme, host and port, as browsers compare them and policies name them."""

import re
from urllib.parse import urlsplit

LONGEST = 200
_ORIGIN = re.compile(
    r"https://[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)+(?::[0-9]{2,5})?"
)


def is_origin(text: str) -> bool:
    """Say whether a text is one exact origin by https: no wildcard, no path, nothing that could go on in a header."""
    return len(text) <= LONGEST and _ORIGIN.fullmatch(text) is not None


def origin_of(written: str) -> str:
    """Return the origin of an address as people write it (``Shop.example/checkout``), empty where it has none."""
    text = written.strip()
    try:
        parts = urlsplit(text if "://" in text else f"https://{text}")
        host, port = parts.hostname or "", parts.port
        host = host if host.isascii() else host.encode("idna").decode("ascii")
    except (ValueError, UnicodeError):
        return ""
    if parts.scheme != "https" or "@" in parts.netloc:
        return ""
    origin = f"https://{host}" + (f":{port}" if port not in (None, 443) else "")
    return origin if is_origin(origin) else ""
