"""E-mail addresses in one spelling, and domains as the wire wants them.

Case is taken away by lowering, not by folding: folding makes ``straße@`` into ``strasse@``, which is another mailbox
(RFC 8265 section 3.3.2 lowers user names for the same reason). What follows a plus sign is part of the address.
"""

import unicodedata

_A_LABEL = "xn--"
LONGEST_LABEL = 63


def normal_email(written: str) -> str:
    """Return the address as it is stored and compared: trimmed, NFC, lower case, the domain in Unicode.

    ``Anna@XN--BCHER-KVA.example`` and ``anna@bücher.example`` become the same. Empty stays empty; what is no address
    is only trimmed, composed and lowered.
    """
    text = written.strip()
    if text.isascii() and _A_LABEL not in (lowered := text.lower()):
        return lowered
    text = unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).lower())
    local, at, domain = text.rpartition("@")
    return f"{local}{at}{unicode_domain(domain)}" if at else text


def unicode_domain(domain: str) -> str:
    """Return a domain with its ``xn--`` labels decoded (RFC 3492); a label that is none stays as it is."""
    return ".".join(_decoded(label) for label in domain.split("."))


def ascii_domain(domain: str) -> str:
    """Return a domain as DNS and mail servers take it: labels beyond ASCII as ``xn--`` (RFC 5891 section 4.4).

    Python's own codec follows the older IDNA 2003, which sends ``straße.example`` to ``strasse.example``. Raises
    ``ValueError`` for a label that is empty or longer than DNS allows.
    """
    labels = [_encoded(label) for label in unicodedata.normalize("NFC", domain.lower()).split(".")]
    if not all(0 < len(label) <= LONGEST_LABEL for label in labels):
        raise ValueError("not a domain")
    return ".".join(labels)


def _encoded(label: str) -> str:
    return label if label.isascii() else _A_LABEL + label.encode("punycode").decode("ascii")


def _decoded(label: str) -> str:
    if not label.startswith(_A_LABEL):
        return label
    try:
        decoded = unicodedata.normalize("NFC", label.removeprefix(_A_LABEL).encode("ascii").decode("punycode"))
    except (UnicodeError, ValueError):
        return label
    # Only what encodes to the same label again is its other spelling.
    return decoded if decoded.isprintable() and _encoded(decoded.lower()) == label else label
