"""A shop that answers a poller what it is told to, and remembers what it was asked."""

import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

from postpurchase.connectors.base import Reply, Request


def reply(body: Any, status: int = 200, **headers: str) -> Reply:
    """Return an answer; header names are given with underscores."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Reply(status, {name.replace("_", "-"): value for name, value in headers.items()}, raw)


class ShopStandIn:
    """Answers each path (without its query) by a function of the request, or always the same."""

    def __init__(self, answers: Mapping[str, Reply | Callable[[Request], Reply]]) -> None:
        self.answers = answers
        self.asked: list[Request] = []

    def __call__(self, request: Request) -> Reply:
        self.asked.append(request)
        answer = self.answers.get(urlsplit(request.path).path, reply({"message": "no such path"}, 404))
        return answer(request) if callable(answer) else answer

    @property
    def paths(self) -> list[str]:
        return [urlsplit(request.path).path for request in self.asked]


def query_of(request: Request) -> dict[str, str]:
    """Return a request's query, each name once."""
    return {name: values[0] for name, values in parse_qs(urlsplit(request.path).query).items()}
