"""What the demo has to remember between two starts, in `demo.json` of its data directory.

Its moments (so that a second start tells the same story), its log-ins and keys (the product keeps only their digests)
and its ports (addresses in mails keep working). The file is readable for its owner only.
"""

from __future__ import annotations

import json
import os
import secrets
import socket
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path

from postpurchase.demo.shops import SHOPS

FILE = "demo.json"
_WORDS = "ahorn birke eiche erle esche fichte kiefer linde pappel tanne ulme weide quitte kirsche walnuss holunder"


@dataclass(frozen=True, kw_only=True)
class DemoState:
    """`started_at` is the first start; `live_at` the moment the live orders were placed, empty before.

    `live_stage` is how far those orders have come, `loaded` whether the history is in. `passwords` and `api_keys` are
    by shop, `hook_secrets` by connector; `twilio_sid` and `twilio_token` belong to the telephone of the mailbox.
    """

    started_at: datetime
    port: int
    mailbox_port: int
    smtp_port: int
    passwords: dict[str, str]
    twilio_sid: str
    twilio_token: str
    live_at: datetime | None = None
    live_stage: int = 0
    loaded: bool = False
    api_keys: dict[str, str] = field(default_factory=dict)
    hook_secrets: dict[str, str] = field(default_factory=dict)


def load(directory: Path, *, port: int, now: datetime) -> DemoState:
    """The state of a directory, made up where there is none. Ports that are taken are replaced by free ones.

    `port` is what the caller asks for: 0 takes the one of last time, or any free one.
    """
    directory.mkdir(parents=True, exist_ok=True)
    state = _read(directory / FILE)
    if state is None:
        state = DemoState(
            started_at=now,
            port=port,
            mailbox_port=0,
            smtp_port=0,
            passwords={shop.key: _password() for shop in SHOPS},
            twilio_sid=f"AC{secrets.token_hex(16)}",
            twilio_token=secrets.token_hex(16),
        )
    # A port somebody asked for is theirs to free; the demo's own ones move out of the way.
    chosen = port or _free(state.port)
    mailbox = _free(state.mailbox_port, wish=chosen + 1)
    state = replace(state, port=chosen, mailbox_port=mailbox, smtp_port=_free(state.smtp_port))
    save(directory, state)
    return state


def save(directory: Path, state: DemoState) -> None:
    """Write the whole state, or nothing."""
    content = json.dumps(asdict(state), default=datetime.isoformat, indent=2)
    write_private(directory / FILE, content)


def write_private(path: Path, content: str) -> None:
    """Replace a file in one go; only its owner may read it."""
    unfinished = path.with_name(f".{path.name}.part")
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(content)
    os.replace(unfinished, path)


def is_free(port: int) -> bool:
    """Whether this machine's loopback address can be listened on at this port."""
    with socket.socket() as probe:
        # As servers do: an address whose connections are still being closed is not taken.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _free(last: int, *, wish: int = 0) -> int:
    """The port of last time if it is free, else the wished one, else any."""
    for port in (last, wish):
        if port and port < 65536 and is_free(port):
            return port
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _password() -> str:
    """Easy to type, too long to guess: two words and five digits."""
    words = _WORDS.split()
    return f"{secrets.choice(words)}-{secrets.choice(words)}-{secrets.randbelow(90000) + 10000}"


def _read(path: Path) -> DemoState | None:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    for name in ("started_at", "live_at"):
        data[name] = datetime.fromisoformat(data[name]) if data[name] else None
    return DemoState(**data)
