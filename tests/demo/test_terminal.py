"""What the demo says at the terminal."""

import io

from postpurchase.demo.terminal import Terminal

INFO = {
    "mailbox_url": "http://127.0.0.1:8001/",
    "tracking_url": "http://127.0.0.1:8000/t/abc",
    "dashboard_url": "http://127.0.0.1:8000/dashboard/",
    "api_docs_url": "http://127.0.0.1:8000/api/v1/docs/",
    "login": "klara@haselstube.example.com",
    "password": "ahorn-linde-12345",
    "api_key": "pp_secret",
    "second_merchant": {"login": "toni@wimpel-wiese.example.com", "password": "tanne-ulme-54321"},
}


class Screen(io.StringIO):
    """A terminal with a person in front of it."""

    def isatty(self) -> bool:
        return True


def test_the_addresses_log_ins_and_the_key_are_printed_once_each():
    out = io.StringIO()

    Terminal(out).addresses(INFO)

    for value in (*(value for value in INFO.values() if isinstance(value, str)), *INFO["second_merchant"].values()):
        assert out.getvalue().count(value) == 1
    assert "\033" not in out.getvalue()


def test_progress_moves_for_a_person_and_is_silent_in_a_log():
    screen, log = Screen(), io.StringIO()

    for out in (screen, log):
        terminal = Terminal(out)
        terminal.progress("Past orders", 100, 320)
        terminal.progress("Past orders", 320, 320)

    assert "Past orders: 100 of 320" in screen.getvalue()
    assert log.getvalue().count("Past orders") == 1
    assert log.getvalue().endswith("Past orders: 320\n")


def test_colours_can_be_switched_off(monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    screen = Screen()

    Terminal(screen).headline("postpurchase demo")

    assert "\033" not in screen.getvalue()
