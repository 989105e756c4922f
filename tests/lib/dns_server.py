"""A DNS server on loopback, and the system's resolver pointed at it: the one place where tests stand in for the DNS."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import dns.flags
import dns.message
import dns.rcode
import dns.resolver
import dns.rrset
import pytest


@dataclass
class DnsServer:
    """``texts`` by name; a name that is not in it does not exist. ``broken`` answers every question with SERVFAIL."""

    texts: dict[str, list[str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    broken: bool = False

    def answer(self, wire: bytes) -> bytes:
        query = dns.message.from_wire(wire)
        (question,) = query.question
        name = question.name.to_text(omit_final_dot=True)
        self.asked.append(name)
        response = dns.message.make_response(query)
        response.flags |= dns.flags.RA
        if self.broken:
            response.set_rcode(dns.rcode.SERVFAIL)
        elif name not in self.texts:
            response.set_rcode(dns.rcode.NXDOMAIN)
        elif self.texts[name]:
            records = [f'"{text}"' for text in self.texts[name]]
            response.answer.append(dns.rrset.from_text(question.name, 60, "IN", "TXT", *records))
        return response.to_wire()


@contextmanager
def dns_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[DnsServer]:
    """Answer the process's DNS questions from a table."""
    server = DnsServer()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listening:
        listening.bind(("127.0.0.1", 0))
        address = listening.getsockname()

        def serve() -> None:
            while True:
                wire, client = listening.recvfrom(4096)
                if not wire:
                    return
                listening.sendto(server.answer(wire), client)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        resolver = dns.resolver.Resolver(configure=False)
        resolver.nameservers, resolver.port = [address[0]], address[1]
        monkeypatch.setattr(dns.resolver, "default_resolver", resolver)
        try:
            yield server
        finally:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as closing:
                closing.sendto(b"", address)
            thread.join(5)
