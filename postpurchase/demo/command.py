"""`manage.py demo`: the whole product with its demo shops, on this machine, without installing anything by hand.

    python3 manage.py demo                      http://127.0.0.1:8000, or the next free port
    python3 manage.py demo --port 9000          that port
    python3 manage.py demo --data DIR           where the demo keeps its data (default .demo/)
    python3 manage.py demo --fresh              forget everything and start over
    python3 manage.py demo --info FILE          write addresses, log-ins and keys as JSON when all is ready

It runs before Django's settings are read, because the settings need the servers' addresses. Ctrl-C ends everything; a
second start shows the same shops, the same orders and the same mails.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from postpurchase import localservices
from postpurchase.demo import state as demo_state
from postpurchase.demo.live import ApiError
from postpurchase.demo.run import HOST, DemoRun, Info, Places
from postpurchase.demo.terminal import Terminal
from postpurchase.localservices import LocalServicesError
from postpurchase.supervisor import (
    StartError,
    Supervisor,
    stop_on_signals,
)

ROOT = Path(__file__).resolve().parent.parent.parent
USUAL_PORT = 8000


def main(arguments: Sequence[str]) -> int:
    """Run the demo until it is stopped. 0 after Ctrl-C or a signal, 1 with a sentence when it cannot start."""
    options = _options(arguments)
    terminal = Terminal(sys.stdout)
    code = 0
    with stop_on_signals():
        try:
            _run(options, terminal)
        except (LocalServicesError, StartError, DemoError, ApiError) as error:
            sys.stderr.write(f"{error}\n")
            code = 1
    return code


class DemoError(Exception):
    """The demo cannot start; the message is for the person at the terminal."""


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="manage.py demo", description="Start the product with two demo shops and show what it does."
    )
    parser.add_argument("--port", type=_port, default=None, help="port of the product (default: 8000, or a free one)")
    parser.add_argument("--data", type=Path, default=ROOT / ".demo", metavar="DIR", help="where data is kept")
    parser.add_argument("--fresh", action="store_true", help="forget what an earlier start has stored")
    parser.add_argument("--info", type=Path, metavar="FILE", help="write addresses and keys as JSON when ready")
    options = parser.parse_args(arguments)
    options.data = options.data.resolve()
    return options


def _port(text: str) -> int:
    port = int(text)
    if not 0 <= port < 65536:
        raise argparse.ArgumentTypeError("a port is a number from 0 to 65535; 0 takes a free one")
    return port


def _run(options: argparse.Namespace, terminal: Terminal) -> None:
    data: Path = options.data
    info = Info(options.info)
    info.forget_the_dead()
    if options.fresh:
        forget(data)
    terminal.headline("postpurchase demo")
    with localservices.start(data / "servers", durable=True) as services:
        terminal.step("PostgreSQL and Valkey are running")
        state = demo_state.load(data, port=_wished_port(options.port, data), now=datetime.now(UTC))
        if options.port and not demo_state.is_free(options.port):
            raise DemoError(f"Port {options.port} is taken. Choose another: --port {options.port + 1}, or 0 for any.")
        places = Places(data, state)
        environment = _environment(services, places)
        with (
            info.kept_while_running(),
            Supervisor(
                environment={**os.environ, **environment},
                log_directory=data / "logs",
                say=terminal.say,
                on_restart=info.update_pids,
            ) as supervisor,
        ):
            DemoRun(places, services, supervisor, info, terminal, environment).run()


def forget(data: Path) -> None:
    """Delete what earlier starts have stored. Raises LocalServicesError while a demo is running on it."""
    localservices.remove_data(data / "servers")
    shutil.rmtree(data / "mailbox", ignore_errors=True)
    shutil.rmtree(data / "logs", ignore_errors=True)
    (data / demo_state.FILE).unlink(missing_ok=True)


def _wished_port(port: int | None, data: Path) -> int:
    """0 lets the state decide; a first start without a wish takes the usual port if it is free."""
    if port is not None:
        return port
    first_start = not (data / demo_state.FILE).exists()
    return USUAL_PORT if first_start and demo_state.is_free(USUAL_PORT) else 0


def _environment(services: localservices.LocalServices, places: Places) -> dict[str, str]:
    """What makes the product a demo: its servers, the mailbox as the whole world outside."""
    state = places.state
    return {
        "DEMO": "1",
        "DJANGO_SETTINGS_MODULE": "postpurchase.settings",
        "BASE_URL": places.base_url,
        "ALLOWED_HOSTS": f"{HOST},localhost",
        "DATABASE_URL": services.database_url,
        "DATABASE_OWNER_URL": services.database_owner_url,
        "REDIS_URL": services.redis_url,
        "SMTP_HOST": HOST,
        "SMTP_PORT": str(state.smtp_port),
        "SMTP_TLS": "none",
        "PARCEL_NEWS_WAITS_SECONDS": "5",  # a day on the road takes seconds here
        "TWILIO_ACCOUNT_SID": state.twilio_sid,
        "TWILIO_AUTH_TOKEN": state.twilio_token,
        "TWILIO_FROM": "+4917139200000",
        "TWILIO_BASE_URL": f"http://{HOST}:{state.mailbox_port}",
        "EGRESS_ALLOW": f"{HOST}:{state.mailbox_port}",
    }
