"""Dockerfile and docker-compose.yml, checked for form: no engine runs here."""

import io
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings
from django.core.management import CommandError, call_command

from postpurchase.operations.management.commands.make_secrets import new_secrets
from postpurchase.settings import database_from_url

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ("web", "worker", "beat", "migrate")


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    return loaded


def test_every_secret_that_is_used_is_declared_and_made(compose: dict[str, Any]) -> None:
    used = {name for service in compose["services"].values() for name in service.get("secrets", [])}

    assert used == set(compose["secrets"]) == set(new_secrets())
    assert {name: secret["file"] for name, secret in compose["secrets"].items()} == {
        name: f"secrets/{name}" for name in new_secrets()
    }


@pytest.mark.parametrize("service", PRODUCT)
def test_a_service_reads_only_secrets_it_was_given(compose: dict[str, Any], service: str) -> None:
    environment = compose["services"][service]["environment"]
    files = {value for name, value in environment.items() if name.endswith("_FILE")}

    assert files == {f"/run/secrets/{name}" for name in compose["services"][service]["secrets"]}


def test_only_migrations_know_the_owner(compose: dict[str, Any]) -> None:
    knowing = [name for name, service in compose["services"].items() if "database_owner_url" in service["secrets"]]

    assert knowing == ["migrate"]


def test_every_variable_is_one_that_the_settings_read(compose: dict[str, Any]) -> None:
    source = (ROOT / "postpurchase" / "settings.py").read_text()
    read = set(re.findall(r'(?:env\w*|_secret)\(\s*"(\w+)"', source))
    given = {name.removesuffix("_FILE") for service in PRODUCT for name in compose["services"][service]["environment"]}

    assert given - read == set()


@pytest.mark.parametrize("service", PRODUCT)
def test_the_product_runs_with_as_little_as_possible(compose: dict[str, Any], service: str) -> None:
    found = compose["services"][service]

    assert found["read_only"] is True
    assert found["cap_drop"] == ["ALL"]
    assert found["security_opt"] == ["no-new-privileges:true"]
    assert "user" not in found  # the image's own, which is not root


def test_images_are_pinned_and_databases_are_not_reachable_from_outside(compose: dict[str, Any]) -> None:
    for service in ("postgres", "redis"):
        assert re.fullmatch(r"\w+:\d+(\.\d+)?-bookworm", compose["services"][service]["image"])
        assert compose["services"][service]["networks"] == ["inside"]
        assert "ports" not in compose["services"][service]
    bases = re.findall(r"^FROM (\S+)", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    assert bases == ["python:3.13-slim-bookworm"] * 2


def test_the_image_does_not_run_as_root_and_holds_no_tests() -> None:
    lines = (ROOT / "Dockerfile").read_text().splitlines()

    assert lines.index("USER 10001") < next(number for number, line in enumerate(lines) if line.startswith("CMD"))
    assert {".*", "tests", "secrets"} <= set((ROOT / ".dockerignore").read_text().split())


def test_made_secrets_fit_together() -> None:
    made = new_secrets()
    product, owner = database_from_url(made["database_url"]), database_from_url(made["database_owner_url"])

    assert (product["USER"], product["PASSWORD"]) == ("postpurchase", made["database_password"])
    assert (owner["USER"], owner["PASSWORD"]) == ("postpurchase_owner", made["database_owner_password"])
    assert made["redis_password"] in made["redis_url"]
    assert made["database_password"] != made["database_owner_password"]
    assert {name for name, value in made.items() if len(value) < 32} == {"smtp_password", "twilio_auth_token"}
    assert new_secrets()["secret_key"] != made["secret_key"]


def test_make_secrets_writes_each_once_and_overwrites_nothing(tmp_path: Path) -> None:
    call_command("make_secrets", tmp_path, stdout=io.StringIO())
    first = {file.name: file.read_text() for file in tmp_path.iterdir()}
    assert first.keys() == new_secrets().keys()

    with pytest.raises(CommandError, match="already holds api_key_hash_key, database_owner_password"):
        call_command("make_secrets", tmp_path)

    assert {file.name: file.read_text() for file in tmp_path.iterdir()} == first


def test_make_secrets_needs_a_directory(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="mkdir -m 700"):
        call_command("make_secrets", tmp_path / "missing")


def test_the_collected_static_files_are_served_from_where_the_image_has_them() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text()

    assert "STATIC_ROOT=/static /venv/bin/python manage.py collectstatic" in dockerfile
    assert "COPY --from=build /static /static" in dockerfile
    assert settings.STATIC_URL == "/static/"
