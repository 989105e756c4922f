"""A pytest plugin, loaded before the settings are: each xdist worker gets its own database name and broker number.

Child processes that a test starts inherit both through the environment.
"""

import os
from urllib.parse import urlsplit, urlunsplit


def _with_path(url: str, path: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{path}"))


def _isolate() -> None:
    if "DATABASE_OWNER_URL" not in os.environ:
        return
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    # Workers inherit the controller's environment and overwrite the names it chose for itself.
    os.environ.setdefault("MAINTENANCE_DATABASE_URL", os.environ["DATABASE_OWNER_URL"])
    name = f"test_{worker or 'main'}_{os.getpid()}"
    for variable in ("DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_READ_URL"):
        if variable in os.environ:
            os.environ[variable] = _with_path(os.environ[variable], name)
    number = int(worker.removeprefix("gw")) + 1 if worker else 0
    os.environ["REDIS_URL"] = _with_path(os.environ["REDIS_URL"], str(number % 16))


_isolate()
