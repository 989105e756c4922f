"""``manage.py preview_mails --out DIR``: every mail with example data, as files to open in a browser."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from messaging.content.examples import example_facts
from messaging.content.html import render_html
from messaging.content.mails import MAILS, compose
from messaging.content.plain import render_text
from messaging.content.sms import SMS_TEMPLATES, compose_sms
from messaging.content.whatsapp import WHATSAPP_TEMPLATES, compose_whatsapp


class Command(BaseCommand):
    help = "Write every mail, SMS and WhatsApp message with example data as files, to read and to look at."
    # Needs no database, no broker and no secrets.
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--out", type=Path, required=True, help="folder for the files; made where it is missing")
        parser.add_argument("--language", default="de", help="language tag: de, de-CH, de-AT, en, en-US (default: de)")
        parser.add_argument("--tone", choices=["sie", "du"], default="sie", help="how German speaks to people")
        parser.add_argument("--accent", default="#2f5d50", help="the store's colour as #rrggbb")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write ``<template>.html``, ``<template>.txt`` and for phones ``<template>.sms.txt`` and ``.whatsapp.txt``."""
        out: Path = options["out"]
        out.mkdir(parents=True, exist_ok=True)
        for template in MAILS:
            facts = example_facts(
                template,
                language=options["language"],
                tone=options["tone"],
                base_url=settings.BASE_URL,
                accent_colour=options["accent"],
            )
            mail = compose(template, facts)
            text = f"Subject: {mail.subject}\nPreheader: {mail.preheader}\n\n{render_text(mail)}"
            (out / f"{template}.html").write_text(render_html(mail, facts.store), encoding="utf-8")
            (out / f"{template}.txt").write_text(text, encoding="utf-8")
            if template in SMS_TEMPLATES:
                (out / f"{template}.sms.txt").write_text(compose_sms(template, facts) + "\n", encoding="utf-8")
            if template in WHATSAPP_TEMPLATES:
                said = compose_whatsapp(template, facts).text
                (out / f"{template}.whatsapp.txt").write_text(said + "\n", encoding="utf-8")
        self.stdout.write(f"{len(MAILS)} mails written to {out}")
