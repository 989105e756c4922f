"""System checks: a wrong setting is named before it does harm.

    manage.py check                        the settings
    manage.py check --database default     also what the product's role may do in the database

``migrate`` runs both. The web server and the workers refuse to start on an error (``require_sound_settings``). Every
message has an id, ``postpurchase.E…`` or ``postpurchase.W…``; SILENCED_SYSTEM_CHECKS=id,id accepts one knowingly.
"""

import ipaddress
import re
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Error, Tags
from django.core.checks import Warning as CheckWarning
from django.core.exceptions import ImproperlyConfigured
from django.db import connections
from django.db.utils import OperationalError

OLDEST_POSTGRES = 15_00_00
SHORTEST_SECRET = 32

SECRETS = {
    "SECRET_KEY": ("postpurchase.E001", "it signs sessions"),
    "API_KEY_HASH_KEY": ("postpurchase.E002", "API keys are stored as digests under it"),
    "SUPPRESSION_HASH_KEY": ("postpurchase.E003", "addresses that must not be written to are remembered under it"),
    "FIELD_KEYS": ("postpurchase.E004", "it encrypts merchants' secrets"),
}
HOW_TO_MAKE_ONE = 'Make one: python3 -c "import secrets; print(secrets.token_urlsafe(48))"'

ROLE_QUESTION = """
    SELECT current_user, rolsuper, rolbypassrls,
           ARRAY(SELECT relname::text FROM pg_class
                 WHERE relnamespace = to_regnamespace('public') AND relkind IN ('r', 'p')
                   AND pg_has_role(pg_roles.oid, relowner, 'MEMBER')
                 ORDER BY relname LIMIT 3)
    FROM pg_roles WHERE rolname = current_user
"""


def check_settings(**_registry: Any) -> list[CheckMessage]:
    """Everything about the settings that can be said without talking to anybody."""
    return [
        *_secrets(),
        *_base_url(),
        *_database_urls(),
        *_broker_url(),
        *_smtp(),
        *_twilio(),
        *_egress(),
        *_logs_and_metrics(),
        *_paused(),
    ]


def check_database_role(*, databases: Sequence[str] | None = None, **_registry: Any) -> list[CheckMessage]:
    """The product's role is held by row-level security, and the server is new enough."""
    if "default" not in (databases or ()):
        return []
    connection = connections["default"]
    try:
        with connection.cursor() as cursor:
            cursor.execute(ROLE_QUESTION)
            role, is_superuser, bypasses, owned = cursor.fetchone()
            cursor.execute("SHOW server_version_num")
            version = int(cursor.fetchone()[0])
    except OperationalError as error:
        reason = str(error).strip().splitlines()[0]
        return [Error(f"The database of DATABASE_URL does not answer: {reason}", id="postpurchase.E020")]
    hint = "DATABASE_URL must name a role made with: CREATE ROLE … LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB;"
    messages: list[CheckMessage] = []
    if is_superuser:
        messages.append(Error(f"The product's database role “{role}” is a superuser.", hint, id="postpurchase.E021"))
    if bypasses:
        messages.append(Error(f"The product's database role “{role}” has BYPASSRLS.", hint, id="postpurchase.E022"))
    if owned:
        tables = ", ".join(owned)
        messages.append(Error(f"The product's database role “{role}” owns tables ({tables} …): an owner can switch "
                              "row-level security off.", hint, id="postpurchase.E023"))  # fmt: skip
    if version < OLDEST_POSTGRES:
        messages.append(Error(f"PostgreSQL {version // 10000} is too old; 15 is the oldest.", id="postpurchase.E024"))
    return messages


def require_sound_settings() -> None:
    """Raise ``ImproperlyConfigured`` that names every error of the settings: for processes that run no checks."""
    errors = [message for message in check_settings() if message.is_serious() and not message.is_silenced()]
    if errors:
        raise ImproperlyConfigured("\n".join(f"{error.id}: {error.msg}" for error in errors))


def register() -> None:
    """Put the checks into Django's registry; the operations app calls it."""
    checks.register(check_settings, Tags.security)
    checks.register(check_database_role, Tags.database)


def _secrets() -> Iterator[CheckMessage]:
    if settings.DEMO or settings.TESTING:
        return
    for name, (check_id, purpose) in SECRETS.items():
        value = getattr(settings, name)
        secret = str((value or [""])[0] if isinstance(value, list) else value or "")
        if secret in ("", "missing"):
            yield Error(f"{name} is not set ({purpose}).", hint=HOW_TO_MAKE_ONE, id=check_id)
        elif len(secret) < SHORTEST_SECRET:
            yield Error(f"{name} has fewer than {SHORTEST_SECRET} characters.", hint=HOW_TO_MAKE_ONE, id=check_id)


def _base_url() -> Iterator[CheckMessage]:
    url = urlsplit(settings.BASE_URL)
    if url.scheme not in ("http", "https") or not url.hostname or url.path or url.query or url.fragment:
        yield Error(
            f"BASE_URL is “{settings.BASE_URL}”; it must look like https://shop.example.com, without a path.",
            id="postpurchase.E005",
        )
        return
    if _is_loopback(url.hostname):
        return
    if url.scheme != "https":
        yield Error(
            f"BASE_URL is “{settings.BASE_URL}”: without https, links to parcels and log-ins can be read on the way.",
            id="postpurchase.E006",
        )
    if settings.DEMO:
        yield Error(
            "DEMO is on while BASE_URL is public: the demo's secrets are made up and stand in the source.",
            id="postpurchase.E007",
        )
    if "*" in settings.ALLOWED_HOSTS:
        yield CheckWarning("ALLOWED_HOSTS accepts every name.", id="postpurchase.W008")


def _database_urls() -> Iterator[CheckMessage]:
    default, owner = settings.DATABASES["default"], settings.DATABASES.get("owner")
    if not default["USER"] or not default["NAME"]:
        yield Error(
            "DATABASE_URL must look like postgresql://role:password@host:5432/database.", id="postpurchase.E009"
        )
    elif owner is not None and owner["USER"] == default["USER"]:
        yield Error(
            f"DATABASE_URL and DATABASE_OWNER_URL name the same role “{owner['USER']}”: the owner can switch "
            "row-level security off, so the product must work as another one.",
            id="postpurchase.E010",
        )


def _broker_url() -> Iterator[CheckMessage]:
    url = urlsplit(settings.REDIS_URL)
    if url.scheme not in ("redis", "rediss") or not url.hostname:
        yield Error(
            "REDIS_URL must look like redis://:password@host:6379/0 (rediss:// for TLS).", id="postpurchase.E011"
        )


def _smtp() -> Iterator[CheckMessage]:
    if settings.SMTP_TLS not in ("none", "starttls", "tls"):
        yield Error(f"SMTP_TLS is “{settings.SMTP_TLS}”; it must be none, starttls or tls.", id="postpurchase.E012")
    elif settings.SMTP_TLS == "none" and settings.SMTP_USER and not _is_loopback(settings.SMTP_HOST):
        yield Error(
            f"SMTP_USER is set and SMTP_TLS is none: the password would travel to {settings.SMTP_HOST} in the clear.",
            hint="SMTP_TLS=starttls (usual for port 587) or SMTP_TLS=tls (port 465).",
            id="postpurchase.E013",
        )
    elif (settings.SMTP_PORT == 465) != (settings.SMTP_TLS == "tls"):
        yield CheckWarning(
            f"SMTP_PORT is {settings.SMTP_PORT} and SMTP_TLS is {settings.SMTP_TLS}: 465 goes with tls, other ports "
            "with starttls.",
            id="postpurchase.W014",
        )
    if bool(settings.SMTP_USER) != bool(settings.SMTP_PASSWORD):
        yield Error("SMTP_USER and SMTP_PASSWORD belong together; one is missing.", id="postpurchase.E015")
    if settings.MAIL_PROVIDER:
        from messaging.providers.registry import PROVIDERS  # only who has one needs the providers' libraries

        if settings.MAIL_PROVIDER not in PROVIDERS:
            known = ", ".join(sorted(PROVIDERS))
            yield Error(f"MAIL_PROVIDER is “{settings.MAIL_PROVIDER}”; known are {known}.", id="postpurchase.E026")


def _twilio() -> Iterator[CheckMessage]:
    given = {name: bool(getattr(settings, name)) for name in ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_FROM")}
    if any(given.values()) and not all(given.values()):
        missing = ", ".join(name for name, is_given in given.items() if not is_given)
        yield Error(f"SMS need all of Twilio's settings; missing: {missing}.", id="postpurchase.E016")


def _egress() -> Iterator[CheckMessage]:
    for target in settings.EGRESS_ALLOW:
        address, _, port = target.rpartition(":")
        try:
            ipaddress.ip_address(address.strip("[]"))
            is_exact = 0 < int(port) < 65536
        except ValueError:
            is_exact = False
        if not is_exact:
            yield Error(
                f"EGRESS_ALLOW holds “{target}”; each entry is an exact address and port, like 127.0.0.1:8025.",
                id="postpurchase.E017",
            )
    for network in settings.EGRESS_REFUSE:
        try:
            ipaddress.ip_network(network, strict=False)
        except ValueError:
            yield Error(
                f"EGRESS_REFUSE holds “{network}”; each entry is an address or a network, like 203.0.113.0/24.",
                id="postpurchase.E027",
            )


def _logs_and_metrics() -> Iterator[CheckMessage]:
    if settings.LOG_FORMAT not in ("json", "console"):
        yield Error(f"LOG_FORMAT is “{settings.LOG_FORMAT}”; it must be json or console.", id="postpurchase.E018")
    if settings.METRICS_TOKEN and not re.fullmatch(r"\S{16,}", settings.METRICS_TOKEN):
        yield Error("METRICS_TOKEN must have at least 16 characters and no spaces.", id="postpurchase.E019")


def _paused() -> Iterator[CheckMessage]:
    if settings.SENDING_PAUSED:
        yield CheckWarning("SENDING_PAUSED is on: nothing is sent until it is taken away.", id="postpurchase.W025")


def _is_loopback(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
