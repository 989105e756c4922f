"""Every wrong setting is named, a right one is left alone."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core import checks
from django.core.exceptions import ImproperlyConfigured
from django.db import connections
from pytest_django import Settings

from postpurchase.checks import check_database_role, check_settings, require_sound_settings

GOOD: dict[str, Any] = {
    "DEMO": False,
    "TESTING": False,
    "SECRET_KEY": "s" * 48,
    "API_KEY_HASH_KEY": "a" * 48,
    "SUPPRESSION_HASH_KEY": "b" * 48,
    "FIELD_KEYS": ["f" * 44],
    "BASE_URL": "https://parcels.example.com",
    "ALLOWED_HOSTS": ["parcels.example.com"],
    "DATABASES": {
        "default": {"USER": "postpurchase", "NAME": "postpurchase"},
        "owner": {"USER": "postpurchase_owner", "NAME": "postpurchase"},
    },
    "REDIS_URL": "redis://:secret@redis:6379/0",
    "SMTP_HOST": "mail.example.com",
    "SMTP_PORT": 587,
    "SMTP_USER": "shop",
    "SMTP_PASSWORD": "secret",
    "SMTP_TLS": "starttls",
    "MAIL_PROVIDER": "postmark",
    "TWILIO_ACCOUNT_SID": "",
    "TWILIO_AUTH_TOKEN": "",
    "TWILIO_FROM": "",
    "EGRESS_ALLOW": [],
    "EGRESS_REFUSE": [],
    "LOG_FORMAT": "json",
    "METRICS_TOKEN": "",
    "SENDING_PAUSED": False,
    "SILENCED_SYSTEM_CHECKS": [],
}


@pytest.fixture
def installation(settings: Settings) -> Iterator[Settings]:
    """The settings of a real installation in which everything is right."""
    databases = GOOD["DATABASES"]
    for name, value in GOOD.items():
        if name != "DATABASES":
            setattr(settings, name, value)
    # Only the roles' names: the open connections stay what they are.
    with pytest.MonkeyPatch.context() as patch:
        for alias, database in databases.items():
            for key, value in database.items():
                patch.setitem(settings.DATABASES[alias], key, value)
        yield settings


def ids() -> list[str | None]:
    return [message.id for message in check_settings()]


def test_a_right_installation_gets_no_message(installation: Settings) -> None:
    assert ids() == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"SECRET_KEY": "missing"}, "E001"),
        ({"SECRET_KEY": "short"}, "E001"),
        ({"API_KEY_HASH_KEY": ""}, "E002"),
        ({"SUPPRESSION_HASH_KEY": ""}, "E003"),
        ({"FIELD_KEYS": []}, "E004"),
        ({"BASE_URL": "parcels.example.com"}, "E005"),
        ({"BASE_URL": "https://parcels.example.com/shop"}, "E005"),
        ({"BASE_URL": "http://parcels.example.com"}, "E006"),
        ({"DEMO": True}, "E007"),
        ({"ALLOWED_HOSTS": ["*"]}, "W008"),
        ({"REDIS_URL": "amqp://rabbit"}, "E011"),
        ({"REDIS_URL": "redis://"}, "E011"),
        ({"SMTP_TLS": "ssl"}, "E012"),
        ({"SMTP_TLS": "none"}, "E013"),
        ({"SMTP_PORT": 465}, "W014"),
        ({"SMTP_TLS": "tls"}, "W014"),
        ({"SMTP_PASSWORD": ""}, "E015"),
        ({"SMTP_USER": ""}, "E015"),
        ({"MAIL_PROVIDER": "pigeon"}, "E026"),
        ({"TWILIO_ACCOUNT_SID": "AC1", "TWILIO_FROM": "+49301234567"}, "E016"),
        ({"EGRESS_ALLOW": ["127.0.0.1"]}, "E017"),
        ({"EGRESS_ALLOW": ["sms.example.com:80"]}, "E017"),
        ({"EGRESS_ALLOW": ["127.0.0.1:70000"]}, "E017"),
        ({"EGRESS_REFUSE": ["own.example.com"]}, "E027"),
        ({"LOG_FORMAT": "xml"}, "E018"),
        ({"METRICS_TOKEN": "guessable"}, "E019"),
        ({"SENDING_PAUSED": True}, "W025"),
    ],
)
def test_a_wrong_setting_is_named(installation: Settings, changes: dict[str, Any], expected: str) -> None:
    for name, value in changes.items():
        setattr(installation, name, value)

    messages = check_settings()

    assert [message.id for message in messages] == [f"postpurchase.{expected}"]
    assert messages[0].level == (checks.ERROR if expected.startswith("E") else checks.WARNING)


def test_a_database_url_without_a_role_is_named(installation: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(installation.DATABASES["default"], "USER", "")

    assert ids() == ["postpurchase.E009"]


def test_one_role_for_owner_and_product_is_named(installation: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(installation.DATABASES["default"], "USER", "postpurchase_owner")

    assert ids() == ["postpurchase.E010"]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "shop.localhost", "[::1]"])
def test_the_demo_on_this_machine_needs_no_https_and_no_secrets(installation: Settings, host: str) -> None:
    installation.BASE_URL = f"http://{host}:8000"
    installation.DEMO = True
    installation.SECRET_KEY = "missing"
    installation.FIELD_KEYS = []

    assert ids() == []


def test_a_process_refuses_to_start_with_wrong_settings(installation: Settings) -> None:
    installation.SECRET_KEY = "missing"
    installation.API_KEY_HASH_KEY = ""
    installation.SENDING_PAUSED = True  # a warning stops nobody

    with pytest.raises(ImproperlyConfigured) as caught:
        require_sound_settings()

    assert str(caught.value) == (
        "postpurchase.E001: SECRET_KEY is not set (it signs sessions).\n"
        "postpurchase.E002: API_KEY_HASH_KEY is not set (API keys are stored as digests under it)."
    )


def test_a_silenced_error_lets_a_process_start(installation: Settings) -> None:
    installation.BASE_URL = "http://parcels.intranet"
    installation.SILENCED_SYSTEM_CHECKS = ["postpurchase.E006"]

    require_sound_settings()

    assert ids() == ["postpurchase.E006"]


def test_the_checks_are_registered() -> None:
    assert {check_settings, check_database_role} <= checks.registry.registry.registered_checks


def role_ids() -> list[str | None]:
    return [message.id for message in check_database_role(databases=["default"])]


@pytest.mark.django_db
def test_the_products_role_is_held_by_row_level_security() -> None:
    assert role_ids() == []


def test_databases_nobody_asked_for_are_left_alone() -> None:
    assert check_database_role(databases=None) == []
    assert check_database_role(databases=["owner"]) == []


@pytest.mark.django_db(databases=["default", "owner"])
def test_an_owner_as_the_products_role_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("postpurchase.checks.connections", {"default": connections["owner"]})

    (message,) = check_database_role(databases=["default"])

    assert message.id == "postpurchase.E023"
    assert message.msg.startswith(
        "The product's database role “postpurchase_owner” owns tables (account_emailaddress, "
    )


@pytest.mark.parametrize(
    ("answer", "version", "expected"),
    [
        (("admin", True, False, []), 150000, ["postpurchase.E021"]),
        (("reader", False, True, []), 180006, ["postpurchase.E022"]),
        (("postpurchase", False, False, []), 140012, ["postpurchase.E024"]),
    ],
)
def test_a_too_mighty_role_and_an_old_server_are_named(
    monkeypatch: pytest.MonkeyPatch, answer: tuple[object, ...], version: int, expected: list[str]
) -> None:
    class Cursor:
        def __init__(self) -> None:
            self.answers = iter([answer, (str(version),)])

        def __enter__(self) -> "Cursor":
            return self

        def __exit__(self, *_exception: object) -> None: ...

        def execute(self, _question: str) -> None: ...

        def fetchone(self) -> tuple[object, ...]:
            return next(self.answers)

    class Connection:
        cursor = Cursor

    monkeypatch.setattr("postpurchase.checks.connections", {"default": Connection()})

    assert role_ids() == expected


@pytest.mark.django_db
def test_a_database_that_is_away_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    lost = connections["default"].copy()
    lost.settings_dict = {**lost.settings_dict, "PORT": "1"}
    monkeypatch.setattr("postpurchase.checks.connections", {"default": lost})

    (message,) = check_database_role(databases=["default"])

    assert message.id == "postpurchase.E020"
    assert message.msg.startswith("The database of DATABASE_URL does not answer: connection to server at ")
