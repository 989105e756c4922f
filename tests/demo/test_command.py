"""`manage.py demo` as a whole: real processes, two starts, every mail, and nothing left behind."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import psycopg2
import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.chaos

KEYS = {
    "base_url", "dashboard_url", "login", "password", "api_key", "merchant_slug", "second_merchant", "tracking_url",
    "look_up_url", "survey_url", "points_url", "mailbox_url", "mailbox_json_url", "sms_json_url", "hook_secrets",
    "database_url", "database_read_url", "redis_url", "pids",
}  # fmt: skip
# Generous: the tests of other files run beside it on the same cores.
READY_WITHIN = 420
MAILS_WITHIN = 420
STOPPED_WITHIN = 30


class Demo:
    """A running demo. `info` is what it wrote when it was ready."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.info_file = data / "info.json"
        environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("DATABASE", "REDIS", "POSTPURCHASE", "DJANGO", "MAINTENANCE", "PYTEST"))
        }
        output = os.open(data / "out.txt", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "demo", "--port", "0", "--data", str(data), "--info", str(self.info_file)],
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        os.close(output)

    def wait_until_ready(self) -> dict:
        self.wait_for(lambda: self.info_file.exists() or self.process.poll() is not None, READY_WITHIN)
        assert self.process.poll() is None, self.output
        self.info = json.loads(self.info_file.read_text())
        return self.info

    @property
    def output(self) -> str:
        return (self.data / "out.txt").read_text()

    def wait_for(self, is_so, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while not is_so():
            assert time.monotonic() < deadline, f"not so after {seconds} s\n{self.output}"
            time.sleep(0.3)

    def mails(self) -> list[dict]:
        return json.loads(get(self.info["mailbox_json_url"])[1])

    def journeys(self, number: str) -> set[str]:
        """What an order's buyer was told, by the subjects' journeys."""
        _, body = get(f"{self.info['base_url']}/api/v1/messages?order={number}&limit=100", key=self.info["api_key"])
        return {message["journey"] for message in json.loads(body)["results"] if message["state"] == "accepted"}

    def counts(self) -> dict[str, int]:
        tables = ("orders_order", "orders_customer", "orders_product", "tracking_shipment", "tracking_checkpoint",
                  "accounts_merchant", "accounts_apikey", "messaging_message", "loyalty_ledgerentry")  # fmt: skip
        with (
            contextlib.closing(psycopg2.connect(self.info["database_read_url"])) as connection,
            connection.cursor() as cursor,
        ):
            found = {}
            for table in tables:
                cursor.execute(f"SELECT count(*) FROM {table}")
                found[table] = cursor.fetchone()[0]
        return found

    def has_dealt_with_all(self) -> bool:
        """Whether everybody has heard of everything that happened, the past included."""
        with (
            contextlib.closing(psycopg2.connect(self.info["database_read_url"])) as connection,
            connection.cursor() as cursor,
        ):
            cursor.execute("SELECT NOT EXISTS (SELECT FROM events_eventdelivery WHERE state = 'pending')")
            return cursor.fetchone()[0]

    def processes(self) -> list[int]:
        return list(self.info["pids"].values())

    def stop(self, number: int) -> int:
        self.process.send_signal(number)
        return self.process.wait(STOPPED_WITHIN)


def get(url: str, key: str = "") -> tuple[int, str]:
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    request = urllib.request.Request(url, headers=headers)  # noqa: S310 - the demo's own addresses
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
        return answer.status, answer.read().decode()


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{pid}/stat")
    return not (state.exists() and state.read_text().rpartition(")")[2].split()[0] == "Z")


def test_the_demo_from_the_first_start_to_the_second(tmp_path):
    demo = Demo(tmp_path)
    try:
        info = demo.wait_until_ready()

        assert set(info) >= KEYS
        assert set(info["pids"]) >= {"web", "worker", "beat", "postgres", "valkey"}
        assert set(info["second_merchant"]) == {"slug", "api_key", "login", "password"}
        assert demo.info_file.stat().st_mode & 0o777 == 0o600
        for name in ("dashboard_url", "tracking_url", "look_up_url", "survey_url", "points_url", "mailbox_url"):
            assert get(info[name])[0] == 200, name
        for value in (info["login"], info["password"], info["api_key"], info["mailbox_url"], info["tracking_url"]):
            assert value in demo.output

        # Past orders are history: only today's were written about.
        demo.wait_for(lambda: "nps_survey" in demo.journeys("HS-2001"), MAILS_WITHIN)
        demo.wait_for(lambda: "ready_for_pickup" in demo.journeys("HS-2002"), MAILS_WITHIN)
        assert demo.journeys("HS-2001") == {
            "order_confirmation", "shipped", "out_for_delivery", "delivered", "points_earned", "nps_survey",
        }  # fmt: skip
        assert demo.journeys("HS-2002") == {
            "order_confirmation", "shipped", "out_for_delivery", "failed_attempt", "ready_for_pickup",
        }  # fmt: skip
        assert demo.journeys("HS-2003") >= {"order_confirmation", "shipped", "delayed"}
        assert demo.journeys("HS-2008") == set()
        on_phones = [one["channel"] for one in json.loads(get(info["sms_json_url"])[1])]
        # Two parcels of HS-2004 go out at once, and one message tells of both.
        assert sorted(on_phones) == ["sms", "sms", "whatsapp"]
        demo.wait_for(lambda: len(demo.mails()) == 40, MAILS_WITHIN)
        demo.wait_for(demo.has_dealt_with_all, MAILS_WITHIN)
        counts = demo.counts()
        assert counts["orders_order"] == 309
        assert counts["accounts_merchant"] == counts["accounts_apikey"] == 2

        processes = demo.processes()
        assert demo.stop(signal.SIGTERM) == 0
        assert not demo.info_file.exists()
        assert [pid for pid in processes if is_alive(pid)] == []

        demo = Demo(tmp_path)
        again = demo.wait_until_ready()

        for name in ("base_url", "login", "password", "api_key", "second_merchant", "tracking_url", "points_url"):
            assert again[name] == info[name], name
        time.sleep(8)  # whatever would be sent a second time has been sent by now
        assert demo.counts() == counts
        assert len(demo.mails()) == 40

        # Nobody ends the children of a supervisor that is killed, except they themselves.
        processes = demo.processes()
        demo.stop(signal.SIGKILL)
        demo.wait_for(lambda: not any(is_alive(pid) for pid in processes), STOPPED_WITHIN)
    finally:
        demo.process.kill()
        demo.process.wait()


def test_a_taken_port_is_said_in_one_sentence(tmp_path):
    import socket

    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "manage.py", "demo", "--port", str(port), "--data", str(tmp_path)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    assert done.returncode == 1
    assert done.stderr == f"Port {port} is taken. Choose another: --port {port + 1}, or 0 for any.\n"


def test_starting_over_forgets_what_was_stored_but_nothing_else(tmp_path):
    from postpurchase.demo.command import forget

    for name in ("servers/postgres/x", "mailbox/mails/1.eml", "logs/web.log", "demo.json", "mine.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")

    forget(tmp_path)

    left = sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file())
    assert [name for name in left if not name.endswith("in-use")] == ["mine.txt"]
