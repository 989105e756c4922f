"""What the demo says at the terminal: what it is doing, how far it is, and in the end where to look."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from typing import Any, TextIO


class Terminal:
    """Writes lines with the seconds since the start. Colours and moving numbers only where a person sits."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._started = time.monotonic()
        self._moves = out.isatty()
        self._colours = self._moves and "NO_COLOR" not in os.environ
        self._unfinished = ""

    def headline(self, text: str) -> None:
        self.say(f"\n  {self._bold(text)}   (Ctrl-C ends it)\n")

    def step(self, text: str) -> None:
        """Something is done."""
        seconds = f"{time.monotonic() - self._started:5.1f} s"
        self.say(f"  {self._faint(seconds)}  {text}")

    def progress(self, what: str, done: int, total: int) -> None:
        """How far something long is; at the end it becomes a step."""
        if done >= total:
            self._erase()
            self.step(f"{what}: {total}")
        elif self._moves:
            self._erase()
            self._unfinished = f"           {what}: {done} of {total}"
            self._out.write(self._unfinished)
            self._out.flush()

    def say(self, text: str) -> None:
        self._erase()
        self._out.write(text + "\n")
        self._out.flush()

    def addresses(self, info: Mapping[str, Any]) -> None:
        """The few addresses worth opening, and what is needed to get in."""
        second = info["second_merchant"]
        rows = (
            ("Mailbox", info["mailbox_url"], "what the shops send, fills within a minute"),
            ("Tracking page", info["tracking_url"], ""),
            ("Dashboard", info["dashboard_url"], ""),
            ("  log-in", info["login"], f"password  {info['password']}"),
            ("  other merchant", second["login"], f"password  {second['password']}"),
            ("API", info["api_docs_url"], ""),
            ("  key", info["api_key"], ""),
        )
        self.say("")
        for name, value, remark in rows:
            self.say(f"  {self._bold(f'{name:<16}')} {value}" + (f"   {self._faint(remark)}" if remark else ""))
        self.say("")

    def _erase(self) -> None:
        if self._unfinished:
            self._out.write("\r" + " " * len(self._unfinished) + "\r")
            self._unfinished = ""

    def _bold(self, text: str) -> str:
        return f"\033[1m{text}\033[0m" if self._colours else text

    def _faint(self, text: str) -> str:
        return f"\033[2m{text}\033[0m" if self._colours else text
