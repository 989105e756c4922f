"""``/healthz`` and ``/readyz``: what is up, what is down, and what is said about it."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from celery.signals import worker_ready
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.db.utils import OperationalError
from django.test import Client
from pytest_django import Settings

from postpurchase.lib import clock
from postpurchase.operations import heartbeat, tasks

pytestmark = pytest.mark.django_db

NOWHERE = "redis://127.0.0.1:1/0"
ALL_WELL = {"database": "ok", "migrations": "ok", "broker": "ok", "workers": "ok"}


@pytest.fixture(autouse=True)
def no_heartbeat() -> None:
    with heartbeat.store() as store:
        store.delete(heartbeat.KEY)


@pytest.fixture
def lost_database(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_arguments: Any, **_options: Any) -> None:
        raise OperationalError("connection to server at 10.0.0.5 failed for user postpurchase")

    monkeypatch.setattr(connection, "cursor", fail)


def ask(client: Client, path: str) -> tuple[int, Any]:
    response = client.get(path)
    return response.status_code, response.json()


def test_healthz_is_fine_while_web_and_database_work(client: Client, settings: Settings) -> None:
    settings.REDIS_URL = NOWHERE  # not this address's business

    response = client.get("/healthz")

    assert (response.status_code, response.json()) == (200, {"status": "ok"})
    assert "no-store" in response["Cache-Control"]


@pytest.mark.usefixtures("lost_database")
def test_healthz_says_that_the_database_is_away(client: Client) -> None:
    assert ask(client, "/healthz") == (503, {"status": "unavailable", "down": ["database"]})


def test_healthz_answers_the_machine_itself_whatever_the_public_name(client: Client) -> None:
    assert client.get("/healthz", headers={"host": "127.0.0.1:8000"}).status_code == 200
    assert client.get("/healthz", headers={"host": "elsewhere.example.com"}).status_code == 400


def test_readyz_is_fine_while_everything_works(client: Client) -> None:
    tasks.heartbeat()

    assert ask(client, "/readyz") == (200, {"status": "ok", "parts": ALL_WELL})


def test_readyz_names_workers_that_never_answered(client: Client) -> None:
    parts = {**ALL_WELL, "workers": "no heartbeat"}
    assert ask(client, "/readyz") == (503, {"status": "unavailable", "down": ["workers"], "parts": parts})


def test_a_worker_that_has_just_started_is_alive(client: Client) -> None:
    worker_ready.send(sender=None)

    assert ask(client, "/readyz") == (200, {"status": "ok", "parts": ALL_WELL})


@pytest.mark.parametrize(("seconds", "state"), [(45, "ok"), (46, "last heartbeat 46 s ago")])
def test_readyz_names_workers_that_stopped_answering(
    client: Client, monkeypatch: pytest.MonkeyPatch, now: dt.datetime, seconds: int, state: str
) -> None:
    heartbeat.give(now=now)
    monkeypatch.setattr(clock, "now", lambda: now + dt.timedelta(seconds=seconds))

    status, body = ask(client, "/readyz")

    assert body["parts"]["workers"] == state
    assert status == (200 if state == "ok" else 503)


def test_readyz_names_a_broker_that_is_away(client: Client, settings: Settings) -> None:
    settings.REDIS_URL = NOWHERE

    parts = {**ALL_WELL, "broker": "does not answer", "workers": "no heartbeat"}
    assert ask(client, "/readyz") == (503, {"status": "unavailable", "down": ["broker", "workers"], "parts": parts})


def test_readyz_names_migrations_that_are_not_applied(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    tasks.heartbeat()
    applied: Callable[[MigrationRecorder], dict[Any, Any]] = MigrationRecorder.applied_migrations

    def without_the_newest(self: MigrationRecorder) -> dict[Any, Any]:
        return {key: value for key, value in applied(self).items() if key[0] != "messaging"}

    monkeypatch.setattr(MigrationRecorder, "applied_migrations", without_the_newest)

    status, body = ask(client, "/readyz")

    assert (status, body["down"]) == (503, ["migrations"])
    assert body["parts"]["migrations"].endswith(" not applied")


@pytest.mark.usefixtures("lost_database")
def test_readyz_says_nothing_about_the_way_to_the_database(client: Client) -> None:
    tasks.heartbeat()

    parts = {**ALL_WELL, "database": "does not answer", "migrations": "cannot be read"}
    assert ask(client, "/readyz") == (
        503,
        {"status": "unavailable", "down": ["database", "migrations"], "parts": parts},
    )


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_nothing_can_be_written_here(client: Client, path: str) -> None:
    assert client.post(path).status_code == 405
