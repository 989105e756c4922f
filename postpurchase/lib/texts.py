"""Texts that shoppers read, kept as data so that tone, country and merchant can vary them.

Each app keeps catalogues in ``<app>/texts/<name>.toml``. German comes in two tones: ``de`` says Sie and is complete,
``de_du`` holds only what differs. Swiss German is derived from German (no ß), Austrian German is German.

    texts = texts_for("tracking", language="de-CH", tone="du")
    texts("status.delivered.title", name="Anna")
    texts("parcels", count=3)          # a table with the keys ``one`` and ``other``
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

LANGUAGES = ("de", "en")


class TextMissing(KeyError):
    """There is no text under this key in the catalogue or in what it falls back to."""


@dataclass(frozen=True, slots=True)
class Texts:
    """One app's texts in one language and tone. ``language`` is a BCP 47 tag fit for a ``lang`` attribute."""

    language: str
    entries: Mapping[str, str]

    def __call__(self, key: str, *, count: int | None = None, **values: object) -> str:
        """Return the text under ``key`` with its ``{placeholders}`` filled.

        With ``count`` the key ends in ``.one`` or ``.other`` by the language's rule (German and English share it).
        Raises ``TextMissing`` for an unknown key and ``KeyError`` for a placeholder without a value.
        """
        full_key = key if count is None else f"{key}.{'one' if count == 1 else 'other'}"
        try:
            pattern = self.entries[full_key]
        except KeyError:
            raise TextMissing(f"{full_key} ({self.language})") from None
        if count is not None:
            values["count"] = count
        return pattern.format_map(values) if values else pattern

    def has(self, key: str) -> bool:
        """Say whether there is a text under ``key``."""
        return key in self.entries


def texts_for(app: str, *, language: str, tone: str = "sie") -> Texts:
    """Return the texts of ``app`` (a package name) for a BCP 47 ``language`` and a ``tone`` (``sie`` or ``du``).

    Languages without a catalogue get English.
    """
    primary = language.replace("_", "-").split("-")[0].lower()
    region = language.replace("_", "-").partition("-")[2].upper()
    if primary not in LANGUAGES:
        primary, region = "en", ""
    return _load(app, primary, region, tone)


@lru_cache(maxsize=128)
def _load(app: str, primary: str, region: str, tone: str) -> Texts:
    entries = dict(_catalogue(app, primary))
    if primary == "de" and tone == "du":
        entries.update(_catalogue(app, "de_du"))
    if primary == "de" and region in ("CH", "LI"):
        entries = {key: swiss_spelling(text) for key, text in entries.items()}
    return Texts(language=f"{primary}-{region}" if region else primary, entries=entries)


def swiss_spelling(text: str) -> str:
    """Return German text as Switzerland and Liechtenstein write it: ss for ß, guillemets for quotation marks."""
    return text.replace("ß", "ss").replace("ẞ", "SS").replace("„", "«").replace("“", "»")


@lru_cache(maxsize=32)
def _catalogue(app: str, name: str) -> Mapping[str, str]:
    spec = find_spec(app)
    if spec is None or spec.origin is None:
        raise TextMissing(f"no package {app}")
    path = Path(spec.origin).parent / "texts" / f"{name}.toml"
    if not path.exists():
        if name == "de_du":
            return {}
        raise TextMissing(f"no catalogue {path}")
    return dict(_flatten(tomllib.loads(path.read_text(encoding="utf-8"))))


def _flatten(table: Mapping[str, object], prefix: str = "") -> list[tuple[str, str]]:
    entries: list[tuple[str, str]] = []
    for key, value in table.items():
        if isinstance(value, dict):
            entries += _flatten(value, f"{prefix}{key}.")
        else:
            entries.append((f"{prefix}{key}", str(value).strip()))
    return entries
