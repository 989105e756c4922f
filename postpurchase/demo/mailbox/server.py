"""The mailbox over HTTP: pages for people, JSON for programs, and the stand-in for Twilio.

GET    /                          the mailbox; ?mail=ID opens one, ?view=text|headers, ?from=, ?to=, ?lang=
GET    /mails/ID.html             the HTML part of a mail, for a frame without scripts
GET    /mails/ID.eml              the mail as it arrived
GET    /mails.json, /sms.json     arrays, newest last; ?to= filters, DELETE empties
GET    /shop/SHOP, /shop/SHOP/SKU the shop windows that links of products lead to (shop_window.py)
GET    /about                     what is real in the demo, changed, invented
GET    /changes.json              what a page has to know to notice new post
POST   /2010-04-01/Accounts/…     the telephone (sms.py)
POST   /v1/Content                texts for WhatsApp, approved at once (contents.py)
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from postpurchase.demo.mailbox import contents, pages, shop_window, sms
from postpurchase.demo.mailbox.sms import TwilioAccount
from postpurchase.demo.mailbox.store import ContentStore, MailStore, SmsStore

_WEB = Path(__file__).resolve().parent / "web"
_STATIC = Path(__file__).resolve().parents[2] / "static"
_FILES: dict[str, tuple[Path, str]] = {
    "/web/mailbox.css": (_WEB / "mailbox.css", "text/css; charset=utf-8"),
    "/web/mailbox.js": (_WEB / "mailbox.js", "text/javascript; charset=utf-8"),
    "/web/shop.css": (_WEB / "shop.css", "text/css; charset=utf-8"),
    "/web/tokens.css": (_STATIC / "css" / "tokens.css", "text/css; charset=utf-8"),
    "/favicon.ico": (_STATIC / "img" / "favicon.svg", "image/svg+xml"),
}
_MAIL_PART = re.compile(r"/mails/(?P<id>[0-9a-f-]+)\.(?P<part>html|eml)")
_WINDOW = re.compile(r"/shop/(?P<shop>[a-z]+)(?:/(?P<sku>[0-9]+[A-Z]?))?")
_LARGEST_FORM = 100_000  # bytes

_SAFE = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
}


@dataclass(frozen=True, kw_only=True)
class Mailbox:
    """What the pages show and the stand-ins fill. `product_url` is the origin mails may load pictures from."""

    mails: MailStore
    sms: SmsStore
    contents: ContentStore
    account: TwilioAccount
    product_url: str


def start_pages(mailbox: Mailbox, *, host: str, port: int) -> ThreadingHTTPServer:
    """Answer on a thread of its own; the returned server's `shutdown()` ends it."""

    class Handler(_Handler):
        box = mailbox

    server = _Server((host, port), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True).start()
    return server


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True


class _Handler(BaseHTTPRequestHandler):
    box: Mailbox
    protocol_version = "HTTP/1.1"
    timeout = 30

    def do_GET(self) -> None:
        if not self._is_for_us():
            return
        url = urlsplit(self.path)
        query = {name: values[-1] for name, values in parse_qs(url.query).items()}
        if url.path in _FILES:
            self._file(url.path)
        elif url.path == "/":
            self._page(query)
        elif url.path == "/about":
            self._html(pages.about_page(language=self._language(query), product_url=self.box.product_url))
        elif url.path == "/mails.json":
            self._json([mail.as_json() for mail in self.box.mails.all(to=query.get("to", ""))])
        elif url.path == "/sms.json":
            self._json([one.as_json() for one in self.box.sms.all(to=query.get("to", ""))])
        elif url.path == "/changes.json":
            self._json({"mail": self.box.mails.last_id, "sms": len(self.box.sms.all())})
        elif url.path == "/healthz":
            self._json({"status": "ok"})
        elif window := _WINDOW.fullmatch(url.path):
            self._shop_window(window["shop"], window["sku"], query)
        elif part := _MAIL_PART.fullmatch(url.path):
            self._mail(part["id"], part["part"])
        else:
            self._nothing()

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_DELETE(self) -> None:
        if not self._is_for_us():
            return
        path = urlsplit(self.path).path
        if path == "/mails.json":
            self.box.mails.clear()
        elif path == "/sms.json":
            self.box.sms.clear()
        else:
            self._nothing()
            return
        self._send(HTTPStatus.NO_CONTENT, b"", "")

    def do_POST(self) -> None:
        if not self._is_for_us():
            return
        path = urlsplit(self.path).path
        found = sms.PATH.fullmatch(path)
        length = self.headers.get("Content-Length", "")
        if found is None and path != contents.PATH:
            self._nothing()
            return
        if not length.isdigit() or int(length) > _LARGEST_FORM:
            self.close_connection = True
            self._json({"error": "a form with Content-Length is expected"}, HTTPStatus.LENGTH_REQUIRED)
            return
        body, authorization = self.rfile.read(int(length)), self.headers.get("Authorization", "")
        if found is None:
            self._take_content(body, authorization)
            return
        answer = sms.accept(
            store=self.box.sms,
            templates=self.box.contents,
            account=self.box.account,
            sid=found["account"],
            authorization=authorization,
            form=body.decode("utf-8", "replace"),
            now=datetime.now(UTC),
        )
        self._json(answer.body, HTTPStatus(answer.status))

    def _take_content(self, body: bytes, authorization: str) -> None:
        if not sms.is_account(self.box.account, authorization):
            self._json({"code": 20003, "message": "Authenticate", "status": 401}, HTTPStatus.UNAUTHORIZED)
            return
        sid = contents.keep(store=self.box.contents, body=body)
        if sid is None:
            self._json({"code": 20001, "message": "No template", "status": 400}, HTTPStatus.BAD_REQUEST)
            return
        self._json({"sid": sid}, HTTPStatus.CREATED)

    def _is_for_us(self) -> bool:
        """Only names of this machine are answered: a page elsewhere whose name is made to point here (DNS
        rebinding) must not read the mailbox."""
        if (self.headers.get("Host") or "").rpartition(":")[0] in ("127.0.0.1", "localhost", "[::1]"):
            return True
        self.close_connection = True
        self._send(HTTPStatus.MISDIRECTED_REQUEST, b"unknown host\n", "text/plain; charset=utf-8")
        return False

    def _page(self, query: Mapping[str, str]) -> None:
        html = pages.mailbox_page(
            mails=self.box.mails.all(),
            sms=self.box.sms.all(),
            query=query,
            accept_language=self.headers.get("Accept-Language", ""),
            product_url=self.box.product_url,
            now=datetime.now(UTC),
        )
        self._html(html)

    def _shop_window(self, shop: str, sku: str | None, query: Mapping[str, str]) -> None:
        html = shop_window.window_page(
            shop,
            sku,
            language=self._language(query),
            product_url=self.box.product_url,
        )
        if html is None:
            self._nothing()
        else:
            self._html(html)

    def _language(self, query: Mapping[str, str]) -> str:
        return pages.language_of(query.get("lang", ""), self.headers.get("Accept-Language", ""))

    def _html(self, html: str) -> None:
        policy = (
            "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; frame-src 'self'; "
            f"img-src 'self' data: {self.box.product_url}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        )
        self._send(HTTPStatus.OK, html.encode(), "text/html; charset=utf-8", {"Content-Security-Policy": policy})

    def _mail(self, id: str, part: str) -> None:
        mail, source = self.box.mails.get(id), self.box.mails.source(id)
        if mail is None or source is None:
            self._nothing()
        elif part == "eml":
            named = {"Content-Disposition": f'attachment; filename="{id}.eml"'}
            self._send(HTTPStatus.OK, source, "message/rfc822", named)
        else:
            # What somebody mails is shown without scripts, forms and foreign pictures, whatever it contains.
            policy = (
                f"default-src 'none'; img-src 'self' data: {self.box.product_url}; style-src 'unsafe-inline'; "
                "base-uri 'none'; form-action 'none'; frame-ancestors 'self'; "
                "sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox"
            )
            html = pages.framed(mail.html).encode()
            self._send(HTTPStatus.OK, html, "text/html; charset=utf-8", {"Content-Security-Policy": policy})

    def _file(self, path: str) -> None:
        file, kind = _FILES[path]
        self._send(HTTPStatus.OK, file.read_bytes(), kind, {"Cache-Control": "no-cache"})

    def _json(self, value: object, status: HTTPStatus = HTTPStatus.OK) -> None:
        self._send(status, json.dumps(value, ensure_ascii=False).encode(), "application/json; charset=utf-8")

    def _nothing(self) -> None:
        self._send(HTTPStatus.NOT_FOUND, b"nothing here\n", "text/plain; charset=utf-8")

    def _send(self, status: HTTPStatus, body: bytes, kind: str, headers: Mapping[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {**_SAFE, **(headers or {})}.items():
            self.send_header(name, value)
        if kind:
            self.send_header("Content-Type", kind)
        if status is not HTTPStatus.NO_CONTENT:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def version_string(self) -> str:
        return "mailbox"

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing: addresses and texts of people do not belong into a log."""
