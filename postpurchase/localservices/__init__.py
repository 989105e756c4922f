"""A private PostgreSQL and a private Valkey for the demo and the tests, without installing anything by hand.

    with start(None, durable=False) as services:      # thrown away afterwards
        services.database_url, services.redis_url

The programs come from wheels (`programs.py`). Both servers listen on a free port of 127.0.0.1, with random passwords,
and end with this process (`lifeline.py`). A real installation uses none of this: it sets DATABASE_URL,
DATABASE_OWNER_URL and REDIS_URL.
"""

from __future__ import annotations

import contextlib
import json
import secrets
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from postpurchase.localservices import places, postgres, programs, valkey
from postpurchase.localservices.postgres import DATABASE, OWNER_ROLE, PRODUCT_ROLE, READ_ROLE, SUPERUSER
from postpurchase.localservices.programs import LocalServicesError

__all__ = ["LocalServices", "LocalServicesError", "remove_data", "start"]


@dataclass
class LocalServices:
    """Running servers. `stop()` ends them; the data of a `data_dir` stays, everything else is removed."""

    database_url: str
    """The product's role: not the owner, no superuser, held by row-level security."""
    database_owner_url: str
    """The role that owns the database and runs migrations."""
    database_read_url: str
    """Reads every merchant's rows and changes nothing: for looking behind the curtain of the demo."""
    redis_url: str
    pids: dict[str, int]
    """`postgres` and `valkey`."""
    _ending: contextlib.ExitStack = field(repr=False)

    def stop(self) -> None:
        """End both servers within seconds. Calling it twice is harmless."""
        self._ending.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.stop()


def start(data_dir: Path | None, *, durable: bool) -> LocalServices:
    """Start both servers and return when they answer and the roles exist.

    `data_dir` keeps the data for the next start (None: a temporary place that `stop` removes).
    `durable=False` gives up what protects data from a power cut and makes tests faster. Raises
    LocalServicesError with a reason for the person at the terminal, among them a second start on a directory
    that is in use.
    """
    identity = places.server_identity()
    with contextlib.ExitStack() as ending:
        if data_dir is None:
            home = places.temporary_directory(ending)
        else:
            data_dir.mkdir(parents=True, exist_ok=True)
            places.claim(data_dir, ending)
            home = places.home_of(data_dir, identity)
        found = places.reachable(programs.find(), identity, ending)

        keys = _read_keys(home)
        first_start = not keys
        if first_start:
            keys = {name: secrets.token_hex(16) for name in (SUPERUSER, OWNER_ROLE, PRODUCT_ROLE, READ_ROLE, "valkey")}
            postgres.create_cluster(home, found, identity, keys[SUPERUSER], durable=durable)
        database, port = postgres.start(home, found, identity, ending, durable=durable)
        if first_start:
            postgres.create_roles(port, keys)
            # Written last: a directory without keys is a first start that was interrupted, and is made again.
            places.write_private(home / "keys.json", json.dumps(keys))
        broker, broker_port = valkey.start(home, found, identity, ending, keys["valkey"], durable=durable)

        address = f"127.0.0.1:{port}/{DATABASE}"
        return LocalServices(
            database_url=f"postgresql://{PRODUCT_ROLE}:{keys[PRODUCT_ROLE]}@{address}",
            database_owner_url=f"postgresql://{OWNER_ROLE}:{keys[OWNER_ROLE]}@{address}",
            database_read_url=f"postgresql://{READ_ROLE}:{keys[READ_ROLE]}@{address}",
            redis_url=f"redis://:{keys['valkey']}@127.0.0.1:{broker_port}/0",
            pids={"postgres": database.pid, "valkey": broker.pid},
            _ending=ending.pop_all(),
        )


def remove_data(data_dir: Path) -> None:
    """Delete the servers' data of a directory that is not in use, for starting over. Other files in it
    stay."""
    if not data_dir.exists():
        return
    with contextlib.ExitStack() as ending:
        places.claim(data_dir, ending)
        for name in ("postgres", "valkey"):
            shutil.rmtree(data_dir / name, ignore_errors=True)
            (data_dir / f"{name}.log").unlink(missing_ok=True)
        (data_dir / "keys.json").unlink(missing_ok=True)
        shutil.rmtree(places.home_elsewhere(data_dir), ignore_errors=True)


def _read_keys(home: Path) -> dict[str, str]:
    try:
        keys: dict[str, str] = json.loads((home / "keys.json").read_text())
    except FileNotFoundError:
        return {}
    return keys
