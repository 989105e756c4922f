"""The web server of a shop's own site, as far as it passes a path on to us: what nginx does with ``proxy_pass``."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from django.http.response import HttpResponseBase
from django.test import Client

from postpurchase.lib import http


@dataclass
class SiteServer:
    """Passes ``https://<host><path>/…`` on to ``/via/<key>/…``. ``is_away``: nobody answers there."""

    host: str = "shop.example"
    path: str = "/parcels"
    key: str = ""
    is_away: bool = False
    client: Client = field(default_factory=lambda: Client(enforce_csrf_checks=True, raise_request_exception=False))

    def __call__(self, method: str, address: str, data: Any = None, **headers: str) -> HttpResponseBase:
        """Answer a browser, which sends along what the site has set besides."""
        parts = urlsplit(address)
        if parts.hostname not in (None, self.host) or self.is_away or not parts.path.startswith(f"{self.path}/"):
            raise http.NotConnected("refused")
        passed_on = f"/via/{self.key}{parts.path.removeprefix(self.path)}" + (f"?{parts.query}" if parts.query else "")
        sent = {"x-forwarded-for": "203.0.113.9", "origin": f"https://{self.host}", **headers}
        return self.client.generic(method, passed_on, data or "", headers=sent)

    def asked_by_us(self, method: str, url: str, **_options: Any) -> http.Answer:
        """Answer our own check."""
        answer = self(method, url)
        return http.Answer(answer.status_code, {}, getattr(answer, "content", b""))
