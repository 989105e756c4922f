"""Caddy in front of the installation: certificates for merchants' own names, and TLS behind the sites' recipes."""

import re
import socket
import ssl
from pathlib import Path

import pytest

from postpurchase.accounts.models import StoreHost, StorePath
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.accounts.services.store_hosts import ask_for_host
from postpurchase.accounts.services.store_paths import PROOF, key_of, proof_of
from postpurchase.lib import clock
from tests.dashboard.proxies.programs import INSTALLED, Shopper, caddy, free_port, running, site_with

OPERATIONS = Path(__file__).parents[3] / "templates" / "docs" / "operations.md"
RECIPE = re.compile(r"```\n(\{\n.*?)```", re.DOTALL)
HOST = "track.shop.example"
# Caddy's own certificates are for this process alone: it is told to leave the machine's list of authorities as it is.
FRONT = """{
    admin off
    skip_install_trust
    auto_https disable_redirects
}
https://localhost:PORT {
    tls internal
    reverse_proxy WEB
}
"""


@pytest.fixture
def front(web, tmp_path):
    """Run Caddy in front of the installation; gives its TLS port. Its certificates are its own, not the net's."""
    port = free_port()

    def run(config: str):
        (tmp_path / "Caddyfile").write_text(config.replace("PORT", str(port)))
        command = [caddy(), "run", "--config", str(tmp_path / "Caddyfile"), "--adapter", "caddyfile"]
        return running(command, folder=tmp_path, port=port)

    return run, port


def tls(port: int, host: str, request: bytes = b"") -> bytes:
    """Ask ``host`` at a port of this machine. Raises ``ssl.SSLError`` where it has no certificate."""
    trusting = ssl.create_default_context()
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
    with (
        socket.create_connection(("127.0.0.1", port), timeout=30) as plain,
        trusting.wrap_socket(plain, server_hostname=host) as connection,
    ):
        connection.sendall(request or f"GET /lindenhof/track HTTP/1.0\r\nHost: {host}\r\n\r\n".encode())
        parts = []
        while part := connection.recv(65_536):
            parts.append(part)
    return b"".join(parts)


def test_a_proved_name_gets_a_certificate_and_its_pages_and_no_other_does(committed_db, world, front, web) -> None:
    with merchant_scope(world.merchant.id):
        wanted = ask_for_host(merchant=world.merchant, store=world.store, host=HOST)
        StoreHost.objects.filter(pk=wanted.pk).update(verified_at=clock.now())
    recipe = RECIPE.search(OPERATIONS.read_text())[1].replace("127.0.0.1:8000", web.removeprefix("http://"))
    options = "admin off\n    skip_install_trust\n    https_port PORT\n    auto_https disable_redirects"
    here_only = recipe.replace("{\n", f"{{\n    {options}\n", 1)
    run, port = front

    with run(here_only.replace("on_demand\n", "on_demand\n        issuer internal\n", 1)):
        page = tls(port, HOST)
        with pytest.raises(ssl.SSLError):
            tls(port, "track.stranger.example")
        closed = tls(port, HOST, f"GET /dashboard/ HTTP/1.0\r\nHost: {HOST}\r\n\r\n".encode())

    assert page.startswith(b"HTTP/1.0 200 ")
    assert b'name="second"' in page
    assert closed.startswith(b"HTTP/1.0 404 ")


@pytest.mark.parametrize("program", INSTALLED)
def test_recipes_reach_an_installation_by_tls(program, world, front, web, recipes, settings, tmp_path) -> None:
    run, port = front
    settings.BASE_URL = f"https://localhost:{port}"
    with merchant_scope(world.merchant.id):
        key = key_of(StorePath.objects.get())
    config = FRONT.replace("WEB", web.removeprefix("http://"))

    with run(config):
        tls(port, "localhost")
        trusted = str(tmp_path / "caddy/pki/authorities/local/root.crt")
        with site_with(program, recipes()[program], tmp_path / "site", SSL_CERT_FILE=trusted) as site:
            answer, body = Shopper(site).get(f"/parcels/{PROOF}")

    assert (answer.status, body.decode().strip()) == (200, proof_of(key))
