"""Is it working? Each question gets ``ok`` or a few words that name what is wrong; no secrets, no addresses."""

import datetime as dt

import redis
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor

from postpurchase.operations import heartbeat

OK = "ok"


def database() -> str:
    """Whether the database answers the product's role."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return "does not answer"
    return OK


def migrations() -> str:
    """Whether the database has the form this version of the code expects."""
    try:
        executor = MigrationExecutor(connection)
        waiting = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    except Error:
        return "cannot be read"
    return OK if waiting == 0 else f"{waiting} not applied"


def broker() -> str:
    """Whether the broker answers."""
    try:
        with heartbeat.store() as client:
            client.ping()
    except redis.RedisError:
        return "does not answer"
    return OK


def workers(*, now: dt.datetime) -> str:
    """Whether a worker lately did what beat asked for."""
    age = heartbeat.age(now=now)
    if age is None:
        return "no heartbeat"
    return OK if age <= heartbeat.STALE_AFTER else f"last heartbeat {age.total_seconds():.0f} s ago"


def all_parts(*, now: dt.datetime) -> dict[str, str]:
    """Every part of a working installation and how it is."""
    return {
        "database": database(),
        "migrations": migrations(),
        "broker": broker(),
        "workers": workers(now=now),
    }
