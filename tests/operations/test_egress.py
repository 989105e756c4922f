"""One module opens connections to other people's servers; the checks notice whoever else tries."""

import re
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
BANNED = set(PYPROJECT["tool"]["ruff"]["lint"]["flake8-tidy-imports"]["banned-api"])

# Every way out that could be written; each is refused outside of the module that owns it.
WAYS_OUT = [
    "import urllib.request",
    "from urllib.request import urlopen",
    "from urllib import request\nrequest.urlopen('https://example.com')",
    "import http.client",
    "from http.client import HTTPSConnection",
    "from http import client\nclient.HTTPSConnection('example.com')",
    "import socket\nsocket.create_connection(('example.com', 443))",
    "from socket import create_connection",
    "import ssl",
    "import asyncio\nasyncio.open_connection('example.com', 443)",
    "from asyncio import open_connection",
    "import smtplib",
    "from smtplib import SMTP",
    "import dns.resolver",
    "from dns.resolver import resolve",
    "import ftplib",
    "import imaplib",
    "import poplib",
    "import telnetlib",
    "import xmlrpc.client",
    "from xmlrpc.client import ServerProxy",
    "import requests",
    "from requests import Session",
    "import requests.sessions",
    "import httpx",
    "import httpcore",
    "import aiohttp",
    "import aiohttp_retry",
    "import urllib3",
    "from urllib3.poolmanager import PoolManager",
    "def late():\n    import requests",
    "from prometheus_client import push_to_gateway",
    "from jwt import PyJWKClient",
]
# Installed packages that open connections and are not forbidden, each with the reason why nothing gets out by them.
KNOWN = {
    "aiohappyeyeballs": "aiohttp's, which is forbidden",
    "allauth": "asks only for social log-in, which is not installed as an app",
    "amqp": "a broker kind we do not use",
    "anymail": "forbidden outside of the mail adapters by import-linter",
    "billiard": "processes on this machine",
    "celery": "the broker",
    "django": "account mail by the operator's SMTP server",
    "granian": "listens",
    "jwt": "its key fetcher is forbidden by name",
    "kombu": "the broker",
    "numpy": "its own installer's and documentation's helpers; only arrays are used",
    "prometheus_client": "answers scrapes; pushing is forbidden by name",
    "prompt_toolkit": "celery's command line",
    "redis": "the broker and the cache",
    "rest_framework": "its test client",
    "twilio": "forbidden outside of the SMS adapter by import-linter",
}
_OPENS = re.compile(
    r"^[ \t]*(?:import|from)[ \t]+(?:socket|http\.client|urllib\.request|smtplib|ftplib|urllib3|requests|httpx|httpcore"
    r"|aiohttp|xmlrpc)\b",
    re.MULTILINE,
)


@pytest.mark.parametrize("code", WAYS_OUT)
def test_a_planted_way_out_is_caught(code):
    found = _ruff(code, "orders/services/planted.py")

    assert "TID251" in found, code


@pytest.mark.parametrize(
    "place", ["postpurchase/connectors/planted.py", "postpurchase/webhooks/planted.py", "messaging/planted.py"]
)
def test_it_is_caught_everywhere(place):
    assert "TID251" in _ruff("import urllib.request", place)


def test_what_opens_nothing_is_not_caught():
    assert "TID251" not in _ruff(
        "import http\nfrom urllib.parse import urlsplit\nurlsplit(http.HTTPStatus.OK.phrase)", "orders/x.py"
    )


def test_the_contract_on_imports_catches_a_planted_library(tmp_path):
    """The second fence: whole packages, over the graph of imports."""
    for package in ("postpurchase", "orders", "tracking", "loyalty", "messaging"):
        shutil.copytree(
            ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__", "static", "locale")
        )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / "orders" / "planted.py").write_text("import requests\nimport urllib3\nimport smtplib\n")

    lint = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [lint, "--contract", "egress", "--no-cache"], cwd=tmp_path, capture_output=True, text=True, check=False
    )

    assert done.returncode == 1, done.stdout
    for module in ("requests", "urllib3", "smtplib"):
        assert f"orders.planted -> {module}" in done.stdout


def test_every_installed_package_that_opens_connections_is_forbidden_or_known():
    opening = {package for name in _locked() for package in _packages_that_open(name)}

    assert opening - BANNED - set(KNOWN) == set()
    assert set(KNOWN) - opening == set(), "these open nothing any more"


def _ruff(code: str, path: str) -> str:
    done = subprocess.run(
        [Path(sys.executable).with_name("ruff"), "check", "--no-cache", "--stdin-filename", path, "-"],
        cwd=ROOT,
        input=code + "\n",
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout


def _locked() -> list[str]:
    lines = (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()
    return [match[0] for line in lines if (match := re.match(r"[A-Za-z0-9._-]+(?==)", line))]


def _packages_that_open(name: str) -> set[str]:
    try:
        files = distribution(name).files or []
    except PackageNotFoundError:  # for another platform or Python
        return set()
    sources = (file for file in files if file.suffix == ".py")
    return {
        file.parts[0]
        for file in sources
        if _OPENS.search(Path(str(file.locate())).read_text(encoding="utf-8", errors="replace"))
    }
