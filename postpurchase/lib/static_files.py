"""Where static files are called: below the path at which a request came in (``here.py``)."""

from typing import Any

from django.contrib.staticfiles.storage import StaticFilesStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage

from postpurchase.lib.here import here


class PlainFilesHere(StaticFilesStorage):
    """Static files from where they lie."""

    def url(self, name: str | None) -> str:
        return here(super().url(name))


class PackedFilesHere(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # it has no types
    """Collected static files with their fingerprint in the name."""

    def url(self, *arguments: Any, **keywords: Any) -> str:
        return here(super().url(*arguments, **keywords))
