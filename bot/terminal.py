"""A conversation in the terminal, over the same REST channel that other programs use."""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from bot.processes import answers, die_with_parent
from bot.settings import ROOT
from bot.startup import Problem

EMERGENCY = "If someone is in danger, call your local emergency number."
UNREACHABLE = f"I can't be reached right now, so I have not read what you wrote. {EMERGENCY}"
NO_ANSWER = f"I have no answer to that just now. Please try saying it another way. {EMERGENCY}"

LONGEST_PAUSE = 60.0  # seconds; no breath in the journeys takes longer
ANSWER_WITHIN = 60.0  # seconds

Choices = list[tuple[str, str]]


class Conversation:
    """One person at the terminal, talking to the assistant at the REST address `rest`."""

    def __init__(self, rest: str, console: Console, sleep: Callable[[float], None] = time.sleep) -> None:
        """Begin a conversation under a name of its own; `sleep` waits out the pauses of a guided breath."""
        self._rest = rest
        self._console = console
        self._sleep = sleep
        self._sender = f"terminal-{secrets.token_hex(8)}"
        self._choices: Choices = []

    def talk(self) -> None:
        """Read what is typed and show what is answered until the input ends or Ctrl-C."""
        self._console.print("Write as you would to a friend. Ctrl-D ends the chat.\n", style="dim")
        try:
            while True:
                typed = self._console.input("[bold]you>[/bold] ")
                if typed.strip("/ \t"):
                    self.say(typed)
        except (EOFError, KeyboardInterrupt):
            self._console.print("\nTake care.")

    def say(self, typed: str) -> None:
        """Send what was typed, the number of a quick reply or words, and show the answer."""
        try:
            response = httpx.post(
                self._rest,
                json={"sender": self._sender, "message": self._message(typed)},
                timeout=ANSWER_WITHIN,
                trust_env=False,
            )
            messages = response.raise_for_status().json()
        except (httpx.HTTPError, ValueError):
            self._show_text(UNREACHABLE)
            return
        self._choices = []
        for message in messages:
            self._show(message)
        if not messages:
            self._show_text(NO_ANSWER)
        for number, (title, _) in enumerate(self._choices, start=1):
            self._console.print(Padding(Text(f"{number}  {title}", "cyan"), (0, 0, 0, 4)))

    def _message(self, typed: str) -> str:
        words = typed.strip()
        if words.isdecimal() and 1 <= int(words) <= len(self._choices):
            return self._choices[int(words) - 1][1]
        # Rasa obeys what begins with a slash as a command; a parent's words are never one.
        return words.lstrip("/ ")

    def _show(self, message: dict[str, Any]) -> None:
        if text := message.get("text"):
            self._show_text(text)
        if image := message.get("image"):
            self._show_text(image)
        for button in message.get("buttons") or []:
            self._choices.append((button["title"], button.get("payload") or button["title"]))
        custom = message.get("custom")
        if isinstance(custom, dict) and isinstance(custom.get("pause_seconds"), int | float):
            self._pause(min(max(float(custom["pause_seconds"]), 0.0), LONGEST_PAUSE))

    def _show_text(self, text: str) -> None:
        self._console.print(Padding(Text(text), (0, 0, 0, 2)))

    def _pause(self, seconds: float) -> None:
        """Let `seconds` pass, with a dot for each."""
        self._console.print("  ", end="")
        while seconds > 0:
            self._sleep(min(1.0, seconds))
            seconds -= 1.0
            self._console.print("·", end=" ", style="dim")
        self._console.print()


@contextmanager
def background_run(address: str, log: Path, wait: float = 180.0) -> Iterator[None]:
    """Keep `./securebase run` going while the block lasts; its output goes to `log`.

    Enters the block when `address` answers. Raises Problem when the parts end or don't answer within `wait`
    seconds.
    """
    with log.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "bot.cli", "run"],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C ends the chat first, which then stops the parts
            preexec_fn=die_with_parent,
        )
    try:
        until = time.monotonic() + wait
        while not answers(address):
            if process.poll() is not None or time.monotonic() > until:
                raise Problem(f"The assistant did not start; what it said is in {log}. {EMERGENCY}")
            time.sleep(0.5)
        yield
    finally:
        if process.poll() is None:
            os.kill(process.pid, signal.SIGTERM)
            process.wait()
