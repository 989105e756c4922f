"""The private Valkey: Celery's broker and the cache."""

from __future__ import annotations

import contextlib
import signal
import socket
import subprocess
from pathlib import Path

from postpurchase.lifeline import Identity
from postpurchase.localservices.places import own_directory, write_private
from postpurchase.localservices.programs import Programs
from postpurchase.localservices.server import start_server


def start(
    home: Path,
    programs: Programs,
    identity: Identity | None,
    ending: contextlib.ExitStack,
    password: str,
    *,
    durable: bool,
) -> tuple[subprocess.Popen[bytes], int]:
    """Start the server with its data below ``home``; returns its process and port. Its end is put on ``ending``."""
    data = home / "valkey"
    own_directory(data, identity)
    configuration = data / "valkey.conf"
    # In a file, so that the password is not in the process list.
    keeping = "appendonly yes" if durable else "appendonly no"
    text = f'bind 127.0.0.1\nrequirepass {password}\ndir "{data}"\nsave ""\n{keeping}\n'
    write_private(configuration, text, identity)

    def is_ready(_process: subprocess.Popen[bytes], port: int) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
                connection.sendall(f"AUTH {password}\r\nPING\r\n".encode())
                with connection.makefile("rb") as answer:
                    return answer.readline() == b"+OK\r\n" and answer.readline() == b"+PONG\r\n"
        except OSError:
            return False

    return start_server(
        "Valkey",
        lambda port: [str(programs.valkey), str(configuration), "--port", str(port)],
        is_ready,
        home / "valkey.log",
        identity,
        ending,
        signal.SIGTERM,
    )
