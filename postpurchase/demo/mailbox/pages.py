"""What the mailbox looks like: plain data for the template `web/mailbox.html`, in German or English."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import urlencode

import jinja2

from postpurchase.demo.mailbox.store import Mail, Sms
from postpurchase.demo.mailbox.texts import TEXTS, month
from postpurchase.demo.sample import WANTED, read_sample

TEMPLATES = jinja2.Environment(
    loader=jinja2.FileSystemLoader(Path(__file__).resolve().parent / "web"),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_VIEWS = ("page", "text", "headers")
_MOST_LISTED = 200
_ADDRESS = re.compile(r"(https?://[^\s]+)")
_HEAD = re.compile(r"<head[^>]*>", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class ListedMail:
    """One row of the list."""

    id: str
    sender: str
    initial: str
    tint: int
    to: str
    subject: str
    preview: str
    time: str
    link: str
    is_open: bool


def mailbox_page(
    *,
    mails: Sequence[Mail],
    sms: Sequence[Sms],
    query: Mapping[str, str],
    accept_language: str,
    product_url: str,
    now: datetime,
) -> str:
    """The whole page as HTML. Without `mail` in the query the newest mail lies open."""
    language = language_of(query.get("lang", ""), accept_language)
    kept = {name: query[name] for name in ("lang", "from", "to") if query.get(name)}
    shown = [
        mail
        for mail in reversed(mails)
        if kept.get("from") in (None, mail.sender_name)
        and (kept.get("to") is None or kept["to"].lower() in (to.lower() for to in mail.envelope.to))
    ]
    chosen = next((mail for mail in shown if mail.envelope.id == query.get("mail")), None)
    opened = chosen or (shown[0] if shown else None)
    view = query.get("view") if query.get("view") in _VIEWS else "page"
    senders = sorted({mail.sender_name for mail in mails if mail.sender_name})
    return TEMPLATES.get_template("mailbox.html").render(
        t=TEXTS[language],
        language=language,
        product_url=product_url,
        total=len(mails),
        mails=[
            _listed(mail, kept=kept, senders=senders, language=language, now=now, opened=opened)
            for mail in shown[:_MOST_LISTED]
        ],
        opened=opened,
        opened_at=_long_time(opened.envelope.received_at, language) if opened else "",
        is_chosen=chosen is not None,
        view="text" if opened and not opened.html and view == "page" else view,
        views=[
            (name, _link({**kept, "mail": opened.envelope.id, "view": name})) for name in _VIEWS
        ] if opened else [],
        senders=[(name, _link({**_without(kept, "from"), "from": name}), kept.get("from") == name) for name in senders],
        all_link=_link(_without(kept, "from")),
        to=kept.get("to", ""),
        without_to=_link(_without(kept, "to")),
        only_to=[(to, _link({**_without(kept, "to"), "to": to})) for to in opened.envelope.to] if opened else [],
        back=_link(kept),
        other_language=_link({**dict(query), "lang": "en" if language == "de" else "de"}),
        sms=[(one, _pieces(one.body), _short_time(one.received_at, language, now)) for one in reversed(sms)][:50],
    )  # fmt: skip


def about_page(*, language: str, product_url: str) -> str:
    """What is real in the demo, what was changed and what is invented, with the credit for the orders."""
    orders = sum(len(read_sample(shop)) for shop in WANTED)
    return TEMPLATES.get_template("about.html").render(
        t=TEXTS[language], language=language, product_url=product_url, orders=orders
    )


def framed(html: str) -> str:
    """The HTML of a mail so that its links open beside the mailbox and not inside of its frame."""
    base = '<base target="_blank">'
    return _HEAD.sub(lambda head: head.group() + base, html, count=1) if _HEAD.search(html) else base + html


def _listed(
    mail: Mail, *, kept: Mapping[str, str], senders: list[str], language: str, now: datetime, opened: Mail | None
) -> ListedMail:
    sender = mail.sender_name or mail.sender_address
    return ListedMail(
        id=mail.envelope.id,
        sender=sender,
        initial=sender[:1].upper(),
        tint=senders.index(mail.sender_name) % 4 if mail.sender_name in senders else 0,
        to=", ".join(mail.envelope.to),
        subject=mail.subject,
        preview=mail.preview,
        time=_short_time(mail.envelope.received_at, language, now),
        link=_link({**kept, "mail": mail.envelope.id}),
        is_open=mail is opened,
    )


def _pieces(body: str) -> list[tuple[str, bool]]:
    """A text in pieces, each with whether it is a web address."""
    return [(piece, bool(_ADDRESS.fullmatch(piece))) for piece in _ADDRESS.split(body) if piece]


def language_of(wanted: str, accept_language: str) -> str:
    """The wanted one, else the first of the browser's languages that we speak, else English."""
    for tag in (wanted, *(part.split(";")[0].strip() for part in accept_language.split(","))):
        if tag[:2].lower() in TEXTS:
            return tag[:2].lower()
    return "en"


def _link(query: Mapping[str, str]) -> str:
    return f"/?{urlencode(query)}" if query else "/"


def _without(query: Mapping[str, str], name: str) -> dict[str, str]:
    return {key: value for key, value in query.items() if key != name}


def _short_time(received_at: str, language: str, now: datetime) -> str:
    """The time of day on the same day, the date before; in this machine's time zone."""
    moment = datetime.fromisoformat(received_at).astimezone()
    if moment.date() == now.astimezone().date():
        return f"{moment:%H:%M}"
    name = month(moment.month, language)
    return f"{moment.day}. {name}" if language == "de" else f"{moment.day} {name}"


def _long_time(received_at: str, language: str) -> str:
    moment = datetime.fromisoformat(received_at).astimezone()
    name = month(moment.month, language)
    if language == "de":
        return f"{moment.day}. {name} {moment.year}, {moment:%H:%M:%S} Uhr"
    return f"{moment.day} {name} {moment.year}, {moment:%H:%M:%S}"
