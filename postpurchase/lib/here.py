"""Paths of our own as this request's browser has to ask for them."""

from django.urls import get_script_prefix


def here(path: str) -> str:
    """Return a path of ours (``/t/abc``) as it is called where this request came in: ``/parcels/t/abc``, mostly itself.

    For what a page, a cookie or a redirect names. Whole addresses are made with ``accounts.own_places.pages_base``.
    """
    return f"{get_script_prefix().rstrip('/')}{path}"
