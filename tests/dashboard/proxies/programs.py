"""Real web servers of a shop's site, each with the recipe that the dashboard shows, and as little else as it needs."""

import gzip
import http.client
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode, urlsplit

APACHE_MODULES = (Path("/usr/lib/apache2/modules"), Path("/usr/lib64/httpd/modules"), Path("/usr/lib/httpd/modules"))
APACHE_NEEDS = ("mpm_event", "authz_core", "proxy", "proxy_http", "ssl", "unixd")

NGINX = """daemon off;
{user}
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{
        listen 127.0.0.1:{port};
        location / {{ return 200 "the shop"; }}
{recipe}
    }}
}}
"""
CADDY = """{{
    admin off
    auto_https off
}}
http://:{port} {{
{recipe}
    respond "the shop"
}}
"""
APACHE = """ServerRoot {folder}
ServerName shop.example
Listen 127.0.0.1:{port}
PidFile {folder}/apache.pid
ErrorLog {folder}/error.log
{modules}
ProxyPreserveHost On
<IfModule unixd_module>
User {user}
</IfModule>
{recipe}
"""


def _apache_modules() -> Path | None:
    return next((folder for folder in APACHE_MODULES if (folder / "mod_proxy_http.so").exists()), None)


def apache() -> str:
    """Return where Apache is, empty where it or a module is missing."""
    found = shutil.which("apache2") or shutil.which("httpd")
    return found if found and _apache_modules() else ""


def caddy() -> str:
    """Return where Caddy is, empty where it is not."""
    return shutil.which("caddy") or ""


def nginx() -> str:
    """Return where nginx is, empty where it is not."""
    return shutil.which("nginx") or ""


PROGRAMS: dict[str, Callable[[], str]] = {"nginx": nginx, "Caddy": caddy, "Apache": apache}
INSTALLED = [name for name, find in PROGRAMS.items() if find()]


@contextmanager
def site_with(program: str, recipe: str, folder: Path, **env: str) -> Iterator[str]:
    """Run a shop's web server with a recipe; gives its address."""
    folder.mkdir(exist_ok=True)
    port = free_port()
    folder.chmod(0o755)
    config = folder / "Caddyfile" if program == "Caddy" else folder / "server.conf"
    config.write_text(_config(program, recipe, folder, port))
    with running(_command(program, config), folder=folder, port=port, **env):
        yield f"http://127.0.0.1:{port}"


@contextmanager
def running(command: list[str], *, folder: Path, port: int, **env: str) -> Iterator[None]:
    """Run a server until the end of the block; it answers at ``port`` when this begins."""
    env = os.environ | {"HOME": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)} | env
    with (folder / "output.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, env=env)
    try:
        _wait_for(port, process, folder / "output.log")
        yield
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(5)


def free_port() -> int:
    """Return a port that nobody uses."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
        return port


@dataclass
class Shopper:
    """A browser at the shop's site, which speaks HTTP to whatever web server is there."""

    site: str
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, **headers: str):
        return self.ask("GET", path, **headers)

    def post(self, path: str, **answers: str):
        form = {"Content-Type": "application/x-www-form-urlencoded", "Origin": "https://shop.example"}
        return self.ask("POST", path, urlencode(answers), **form)

    def ask(self, method: str, path: str, body: str | None = None, **headers: str):
        connection = http.client.HTTPConnection(urlsplit(self.site).netloc, timeout=30)
        sent = {"Host": "shop.example", "Accept-Language": "de", "Accept-Encoding": "gzip"} | headers
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        connection.request(method, path, body, sent)
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        return answer, gzip.decompress(content) if answer.headers["Content-Encoding"] == "gzip" else content


def _config(program: str, recipe: str, folder: Path, port: int) -> str:
    if program == "nginx":
        user = "user root;" if os.geteuid() == 0 else ""  # its folders are
        return NGINX.format(folder=folder, port=port, user=user, recipe=recipe)
    if program == "Caddy":
        return CADDY.format(port=port, recipe=recipe)
    built_in = subprocess.run([apache(), "-l"], capture_output=True, text=True, check=True).stdout
    modules = "\n".join(
        f"LoadModule {name}_module {_apache_modules()}/mod_{name}.so"
        for name in APACHE_NEEDS
        if f"mod_{name}.c" not in built_in
    )
    user = "nobody" if os.geteuid() == 0 else f"#{os.geteuid()}"
    return APACHE.format(folder=folder, port=port, modules=modules, user=user, recipe=recipe)


def _command(program: str, config: Path) -> list[str]:
    return {
        "nginx": [nginx(), "-c", str(config), "-p", str(config.parent), "-e", str(config.parent / "error.log")],
        "Caddy": [caddy(), "run", "--config", str(config), "--adapter", "caddyfile"],
        "Apache": [apache(), "-f", str(config), "-D", "FOREGROUND"],
    }[program]


def _wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended:\n{log.read_text()}")
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"the server did not answer:\n{log.read_text()}")
