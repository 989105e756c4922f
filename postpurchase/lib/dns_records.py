"""What the DNS says of a name: the only place that asks it for anything but an address to connect to.

Whoever controls a name can put a text there, which is how a merchant shows that a name is theirs. We ask the system's
resolver (``/etc/resolv.conf``), with a bound on the time.
"""

import dns.exception
import dns.resolver

LOOK_UP_SECONDS = 4.0
# More is nobody's proof, and not ours to read.
MOST_RECORDS = 50


class NoAnswer(Exception):
    """The DNS could not be asked, or said nothing in time: what stands there is unknown."""


def txt_records(name: str) -> list[str]:
    """Return the texts of a name's TXT records, none where there are none or no such name. Raises ``NoAnswer``."""
    try:
        answer = dns.resolver.resolve(name, "TXT", lifetime=LOOK_UP_SECONDS, search=False)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return []
    except (dns.exception.DNSException, OSError) as error:
        raise NoAnswer(type(error).__name__) from error
    return [b"".join(record.strings).decode("utf-8", "replace") for record in list(answer)[:MOST_RECORDS]]
