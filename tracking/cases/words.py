"""Words of strangers: what a shopper writes is kept as text, and only as text. Pure."""

import re

from postpurchase.lib.composition import composed_text

LONGEST_REPORT = 2_000
# Control characters but line breaks, and signs that turn the direction of reading around.
_UNSEEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff]")


def plain_words(text: str, *, longest: int = LONGEST_REPORT) -> str:
    """Return what somebody wrote without what cannot be seen; longer texts are cut."""
    lines = _UNSEEN.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n"))
    return composed_text(lines).strip()[:longest]


def plain_line(text: str, *, longest: int) -> str:
    """Return what somebody wrote as one line."""
    return " ".join(plain_words(text, longest=longest).split())
