"""A receiver on loopback that our one way out may reach."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.lib.http_server import Heard, answer, raw_server


@pytest.fixture
def receiver(settings) -> Iterator[Callable[..., Heard]]:
    """Start a receiver: ``receiver(answer("500 Oh"), answer())`` fails once and then takes everything."""
    with ExitStack() as stack:

        def start(*answers, pause: float = 0) -> Heard:
            server = stack.enter_context(raw_server(*(answers or [answer()]), pause=pause))
            settings.EGRESS_ALLOW = [*settings.EGRESS_ALLOW, server.target]
            return server

        yield start
