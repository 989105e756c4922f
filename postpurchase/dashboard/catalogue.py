"""The German words of the dashboard: found in templates and code, kept in ``postpurchase/locale/de``.

Django's own ``makemessages`` needs GNU gettext on the machine; Babel, which the product has anyway, reads Python, and
Django turns its templates into something that looks like Python. ``manage.py translations`` does it; a test holds that
nothing is missing, nothing stale and the compiled file is the text file.
"""

import datetime as dt
import io
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

LOCALE = "de"
FOLDER: Path = settings.BASE_DIR / "postpurchase" / "locale" / LOCALE / "LC_MESSAGES"
PO, MO = FOLDER / "django.po", FOLDER / "django.mo"

# Where words for people who work with the product stand. Words for shoppers are in the apps' text catalogues.
CODE = (
    "postpurchase/dashboard",
    "postpurchase/documentation",
    "postpurchase/accounts",
    "postpurchase/imports",
    "postpurchase/webhooks",
)
TEMPLATES = "templates"

KEYWORDS: dict[str, tuple[int, ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "lazy": None,
    "ngettext": (1, 2),
}
SOME_DAY = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
HEADER_NOISE = tuple(
    f'"{field}:'.encode()
    for field in (
        "POT-Creation-Date",
        "PO-Revision-Date",
        "Project-Id-Version",
        "Report-Msgid-Bugs-To",
        "Last-Translator",
        "Language-Team",
        "Generated-By",
    )
)


def words_in_use() -> Catalog:
    """Return every msgid of templates and code, untranslated."""
    catalogue = Catalog()
    for path, source in _sources():
        for _line, message, _comments, context in extract("python", io.BytesIO(source.encode()), KEYWORDS):
            if message:
                catalogue.add(message, locations=[(path, 0)], context=context)
    return catalogue


def stored() -> Catalog:
    """Return the catalogue as it is written in ``django.po``."""
    if not PO.exists():
        return Catalog(locale=LOCALE)
    with PO.open("rb") as file:
        return read_po(file, locale=LOCALE)


def update() -> list[str]:
    """Bring ``django.po`` in line with what is in use, compile it, and return the msgids without German words."""
    catalogue = stored()
    catalogue.update(words_in_use(), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    catalogue.fuzzy = False
    catalogue.header_comment = "# The dashboard in German. Written by manage.py translations; fill in the msgstr lines."
    FOLDER.mkdir(parents=True, exist_ok=True)
    PO.write_bytes(_as_po(catalogue))
    MO.write_bytes(compiled(stored()))
    return untranslated(catalogue)


def untranslated(catalogue: Catalog) -> list[str]:
    """Return the msgids that have no words yet."""
    return [key_of(message) for message in catalogue if message.id and not _is_complete(message.string)]


def key_of(message: Message) -> str:
    """Return the English words, of a plural the singular ones."""
    return message.id if isinstance(message.id, str) else message.id[0]


def compiled(catalogue: Catalog) -> bytes:
    """Return the bytes of ``django.mo``: the same words, the same bytes."""
    catalogue.creation_date = catalogue.revision_date = SOME_DAY
    target = io.BytesIO()
    write_mo(target, catalogue)
    return target.getvalue()


def _sources() -> Iterator[tuple[str, str]]:
    for folder in CODE:
        for path in sorted((settings.BASE_DIR / folder).rglob("*.py")):
            yield str(path.relative_to(settings.BASE_DIR)), path.read_text(encoding="utf-8")
    for path in sorted((settings.BASE_DIR / TEMPLATES).rglob("*.html")):
        python = templatize(path.read_text(encoding="utf-8"), origin=str(path))
        # What is not a message has become X's, whose indentation would mean something to Python.
        flat = "\n".join(line.strip() for line in python.splitlines())
        yield str(path.relative_to(settings.BASE_DIR)), flat


def _as_po(catalogue: Catalog) -> bytes:
    target = io.BytesIO()
    write_po(target, catalogue, width=110, sort_output=True, omit_header=False, include_lineno=False)
    lines = target.getvalue().splitlines(keepends=True)
    # Dates would change the file each time it is written; the other fields of the header say nothing here.
    return b"".join(line for line in lines if not line.startswith(HEADER_NOISE))


def _is_complete(words: str | list[str] | tuple[str, ...] | None) -> bool:
    return bool(words) if isinstance(words, str) or words is None else all(words)
