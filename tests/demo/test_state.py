"""What the demo remembers between two starts."""

import json
import socket
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from postpurchase.demo import state

NOW = datetime(2026, 11, 22, 4, 30, tzinfo=UTC)


def test_a_second_start_finds_everything_again(tmp_path):
    first = state.load(tmp_path, port=0, now=NOW)
    state.save(tmp_path, replace(first, live_at=NOW, live_stage=3, loaded=True, api_keys={"haselstube": "pp_x"}))

    second = state.load(tmp_path, port=0, now=NOW + timedelta(days=3))

    assert second == replace(first, live_at=NOW, live_stage=3, loaded=True, api_keys={"haselstube": "pp_x"})


def test_ports_stay_unless_somebody_else_took_them(tmp_path):
    first = state.load(tmp_path, port=0, now=NOW)

    with socket.socket() as other:
        other.bind(("127.0.0.1", first.port))
        other.listen()
        second = state.load(tmp_path, port=0, now=NOW)

    assert second.port != first.port
    assert (second.mailbox_port, second.smtp_port) == (first.mailbox_port, first.smtp_port)
    assert len({second.port, second.mailbox_port, second.smtp_port}) == 3


def test_a_named_port_is_taken_as_it_is(tmp_path):
    assert state.load(tmp_path, port=65001, now=NOW).port == 65001


def test_only_the_owner_may_read_log_ins_and_keys(tmp_path):
    state.load(tmp_path, port=0, now=NOW)
    file = tmp_path / state.FILE

    assert file.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == [state.FILE]
    assert set(json.loads(file.read_text())["passwords"]) == {"haselstube", "wimpel"}


def test_every_demo_has_passwords_of_its_own(tmp_path):
    one, other = (state.load(tmp_path / name, port=0, now=NOW) for name in ("a", "b"))

    passwords = {*one.passwords.values(), *other.passwords.values()}
    assert len(passwords) == 4
    assert min(len(password) for password in passwords) >= 12
