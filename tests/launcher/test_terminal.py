"""The chat in the terminal, against a small real HTTP server in the assistant's place."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from rich.console import Console

from bot.terminal import EMERGENCY, LONGEST_PAUSE, Conversation


class Assistant:
    """Answers each message with the next of `answers`, and keeps what it was sent."""

    def __init__(self) -> None:
        self.answers: list[Any] = []
        self.received: list[dict[str, str]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                outer.received.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                answer = outer.answers.pop(0)
                self.send_response(200 if isinstance(answer, list) else 500)
                self.end_headers()
                self.wfile.write(json.dumps(answer).encode() if isinstance(answer, list) else b"oops")

            def log_message(self, *_: Any) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}/webhooks/rest/webhook"


@pytest.fixture
def assistant() -> Iterator[Assistant]:
    made = Assistant()
    threading.Thread(target=made.server.serve_forever, daemon=True).start()
    yield made
    made.server.shutdown()
    made.server.server_close()


class Terminal:
    def __init__(self, address: str) -> None:
        self.screen = io.StringIO()
        self.slept: list[float] = []
        console = Console(file=self.screen, width=60)
        self.conversation = Conversation(address, console, self.slept.append)

    def say(self, typed: str) -> str:
        before = len(self.screen.getvalue())
        self.conversation.say(typed)
        return self.screen.getvalue()[before:]


@pytest.fixture
def terminal(assistant: Assistant) -> Terminal:
    return Terminal(assistant.address)


TWO_CHOICES = {
    "text": "Which is nearer?",
    "buttons": [
        {"title": "Angry", "payload": '/inform{"feeling": "anger"}'},
        {"title": "Sad", "payload": "/sad"},
    ],
}


def test_number_picks_a_quick_reply_and_words_stay_words(assistant: Assistant, terminal: Terminal) -> None:
    assistant.answers = [[TWO_CHOICES], [TWO_CHOICES], [{"text": "fine"}], [{"text": "fine"}]]
    shown = terminal.say("hello")
    assert "1  Angry" in shown and "2  Sad" in shown
    terminal.say(" 1 ")
    terminal.say("both, I think")
    terminal.say("2")  # the choices of an earlier answer are gone
    assert [sent["message"] for sent in assistant.received] == [
        "hello",
        '/inform{"feeling": "anger"}',
        "both, I think",
        "2",
    ]


def test_number_that_is_no_choice_is_sent_as_it_is(assistant: Assistant, terminal: Terminal) -> None:
    assistant.answers = [[TWO_CHOICES], [TWO_CHOICES], [TWO_CHOICES]]
    for typed in ("hello", "3", "0"):
        terminal.say(typed)
    assert [sent["message"] for sent in assistant.received] == ["hello", "3", "0"]


def test_typed_command_is_not_obeyed(assistant: Assistant, terminal: Terminal) -> None:
    assistant.answers = [[{"text": "ok"}]]
    terminal.say("  //restart")
    assert assistant.received[0]["message"] == "restart"


def test_one_chat_is_one_sender_and_two_chats_are_two(assistant: Assistant, terminal: Terminal) -> None:
    assistant.answers = [[{"text": "ok"}]] * 3
    terminal.say("a")
    terminal.say("b")
    Terminal(assistant.address).say("c")
    senders = [sent["sender"] for sent in assistant.received]
    assert senders[0] == senders[1] != senders[2]


def test_breath_is_waited_for_after_its_words(assistant: Assistant, terminal: Terminal) -> None:
    assistant.answers = [
        [
            {"text": "Breathe in."},
            {"custom": {"pause_seconds": 4}},
            {"text": "And out.", "custom": {"pause_seconds": 1.5}},
        ]
    ]
    shown = terminal.say("help me breathe")
    assert shown.index("Breathe in.") < shown.index("·") < shown.index("And out.")
    assert sum(terminal.slept) == 5.5


@pytest.mark.parametrize("seconds", [1e9, -5, "ten", None, [1]])
def test_pause_that_makes_no_sense_keeps_nobody_waiting(
    assistant: Assistant, terminal: Terminal, seconds: Any
) -> None:
    assistant.answers = [[{"text": "Go on.", "custom": {"pause_seconds": seconds}}]]
    assert "Go on." in terminal.say("x")
    assert sum(terminal.slept) <= LONGEST_PAUSE


def test_brackets_in_an_answer_are_shown_and_not_obeyed(assistant: Assistant, terminal: Terminal) -> None:
    assistant.answers = [[{"text": "I yelled [about the cup], [bold]sorry[/bold]"}]]
    assert "[about the cup], [bold]sorry[/bold]" in terminal.say("x")


@pytest.mark.parametrize("answer", [[], None], ids=["nothing", "error"])
def test_silence_and_errors_are_told_with_the_emergency_hint(
    assistant: Assistant, terminal: Terminal, answer: Any
) -> None:
    assistant.answers = [answer, [{"text": "back again"}]]
    assert EMERGENCY in " ".join(terminal.say("x").split())
    assert "back again" in terminal.say("y")


def test_unreachable_assistant_is_told_honestly() -> None:
    shown = " ".join(Terminal("http://127.0.0.1:9/").say("is anyone there").split())
    assert "not read" in shown and EMERGENCY in shown


@pytest.mark.parametrize("ending", [EOFError, KeyboardInterrupt])
def test_talk_skips_blank_lines_and_ends_kindly(
    assistant: Assistant, terminal: Terminal, monkeypatch: pytest.MonkeyPatch, ending: type[BaseException]
) -> None:
    typed = iter(["", "   ", "/", "hello"])

    def type_next(*_: Any) -> str:
        for line in typed:
            return line
        raise ending

    monkeypatch.setattr("builtins.input", type_next)
    assistant.answers = [[{"text": "hi"}]]
    terminal.conversation.talk()
    assert [sent["message"] for sent in assistant.received] == ["hello"]
    assert "Take care." in terminal.screen.getvalue()
