"""A mail server that answers by script: real sockets, one line for each thing it is asked."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

# What to answer to each command; HANG_UP closes the connection instead, SILENCE says nothing.
HANG_UP, SILENCE = b"hang up", b"silence"
FRIENDLY = {
    "GREETING": b"220 ready",
    "EHLO": b"250 hello",
    "MAIL": b"250 ok",
    "RCPT": b"250 ok",
    "DATA": b"354 go on",
    "CONTENT": b"250 2.0.0 queued as 4F2A",
    "RSET": b"250 ok",
    "QUIT": b"221 bye",
}


@dataclass
class Conversation:
    """What was said to the server, over all connections."""

    port: int
    commands: list[str] = field(default_factory=list)
    mails: list[bytes] = field(default_factory=list)
    connections: int = 0


@contextmanager
def scripted_server(**answers: bytes | list[bytes]) -> Iterator[Conversation]:
    """Run a server; ``answers`` replaces what it says, a list is used up one by one, then it is friendly again."""
    script = {name: list(answer) if isinstance(answer, list) else answer for name, answer in answers.items()}
    listener = socket.create_server(("127.0.0.1", 0))
    conversation = Conversation(port=listener.getsockname()[1])

    def answer(connection: socket.socket, name: str) -> bool:
        said = script.get(name, FRIENDLY[name])
        if isinstance(said, list):
            said = said.pop(0) if said else FRIENDLY[name]
        if said == HANG_UP:
            return False
        if said != SILENCE:
            connection.sendall(said + b"\r\n")
        return True

    def serve(connection: socket.socket) -> None:
        with connection, connection.makefile("rb") as lines:
            going_on = answer(connection, "GREETING")
            while going_on and (line := lines.readline()):
                name = line[:4].decode("ascii").upper()
                conversation.commands.append(line.decode("utf-8").strip())
                going_on = answer(connection, "EHLO" if name == "HELO" else name) and name != "QUIT"
                if going_on and name == "DATA" and script.get("DATA", b"354")[:3] == b"354":
                    content = b""
                    while not content.endswith(b"\r\n.\r\n") and (more := lines.readline()):
                        content += more
                    conversation.mails.append(content)
                    going_on = answer(connection, "CONTENT")

    def accept() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            conversation.connections += 1
            threading.Thread(target=serve, args=[connection], daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield conversation
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
