"""``manage.py draw_mail_pictures``: our illustrations as PNG, because mail programs show no SVG.

A picture in a mail cannot know the store's accent or the reader's colour scheme. So it is drawn once, in warm cardboard
colours that stand on white and on black. Run it again after ``img/art.svg`` changed. Needs the development packages.
"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from messaging.content.mails import PICTURES

WIDTH, HEIGHT, DENSITY = 160, 120, 2
COLOURS = {
    "ink": "#7c5a34",
    "accent": "#e2a548",
    "accent-ink": "#b97a1e",
    "accent-line": "#f3d9a8",
    "accent-tint": "rgba(214,170,104,.2)",
    "accent-contrast": "#fff8ea",
    "card": "#fff8ea",
    "ground": "#fff8ea",
    "sunken": "#f3e6cf",
    "line": "rgba(190,160,120,.55)",
    "field": "#b39b78",
    "muted": "#a08a6a",
}


class Command(BaseCommand):
    help = "Draw the pictures of mails anew from img/art.svg (for developers)."
    # Needs no database, no broker and no secrets.
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--chromium", default="/usr/bin/chromium", help="path of the browser that draws")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write ``img/mail/<name>.png`` below the static files for every picture a mail uses."""
        from playwright.sync_api import sync_playwright

        static = Path(settings.BASE_DIR) / "postpurchase" / "static" / "img"
        art = (static / "art.svg").read_text(encoding="utf-8")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=options["chromium"], args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
            )
            page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, device_scale_factor=DENSITY)
            for name in sorted(set(PICTURES.values())):
                page.set_content(_page(art, name))
                page.screenshot(path=static / "mail" / f"{name}.png", omit_background=True)
                self.stdout.write(f"{name}.png")
            browser.close()


def _page(art: str, name: str) -> str:
    colours = ";".join(f"--{key}:{value}" for key, value in COLOURS.items())
    return (
        f"<style>body{{margin:0;{colours}}}svg{{display:block}}</style><div style='display:none'>{art}</div>"
        f"<svg width='{WIDTH}' height='{HEIGHT}' viewBox='0 0 {WIDTH} {HEIGHT}'><use href='#{name}'/></svg>"
    )
