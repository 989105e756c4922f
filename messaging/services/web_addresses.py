"""Addresses that a mail may name: pictures of our own, and links that lead to web pages."""

from django.conf import settings


def own_picture(url: str) -> str:
    """Return the address of a picture on our own origin, nothing for any other: mails load nothing from elsewhere."""
    if url.startswith("/") and not url.startswith("//"):
        return settings.BASE_URL + url
    return url if url.startswith(f"{settings.BASE_URL}/") else ""


def web_address(url: str) -> str:
    """Return ``url`` where it leads to a web page, nothing for ``javascript:`` and the like."""
    return url if url.startswith(("https://", "http://")) else ""
