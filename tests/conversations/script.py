"""Conversations written down as YAML (README.md beside this file), and how one is held with the assistant."""

from __future__ import annotations

import re
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from ruamel.yaml import YAML

from tests.conversations.installation import WORKER_WITHIN, Installation, wait_until
from tests.conversations.spoken import Responses

FOLDER = Path(__file__).parent
ANSWER_WITHIN = 60.0  # seconds

_EXPECTS = {"says", "never", "response", "not_response", "buttons", "database"}
_SENDS = {"parent", "button"}
_BREAKS = {"without", "again_with"}


@dataclass(frozen=True)
class Answer:
    """What the assistant said in one turn, and the quick replies it offered."""

    messages: tuple[dict[str, Any], ...] = ()

    @property
    def texts(self) -> list[str]:
        """The messages that hold words, in order."""
        return [message["text"] for message in self.messages if message.get("text")]

    @property
    def buttons(self) -> list[tuple[str, str]]:
        """Title and payload of each quick reply."""
        return [
            (button["title"], button["payload"]) for message in self.messages for button in message.get("buttons", [])
        ]

    @property
    def titles(self) -> list[str]:
        """What stands on the quick replies."""
        return [title for title, _ in self.buttons]

    def responses(self, responses: Responses) -> list[str]:
        """Return the names of the responses that its messages may be."""
        return [name for text in self.texts for name in responses.names(text)]

    def payload(self, wanted: str) -> str:
        """Return the payload of the quick reply `wanted`: its title, a part of it, or its payload."""
        exact = [payload for title, payload in self.buttons if wanted in (title, payload)]
        near = [payload for title, payload in self.buttons if wanted.lower() in title.lower()]
        found = exact or near
        assert len(set(found)) == 1, f"{wanted!r} is not one of the quick replies {self.buttons}"
        return found[0]

    def __str__(self) -> str:
        """Show it as a parent sees it."""
        titles = "".join(f" [{title}]" for title in self.titles)
        return " | ".join(self.texts) + titles


@dataclass
class Talk:
    """One parent's conversation: sends, and keeps what was said."""

    installation: Installation
    sender: str
    last: Answer = field(default_factory=Answer)
    written: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def say(self, message: str) -> Answer:
        """Send a message or a payload and return the answer."""
        reply = httpx.post(
            self.installation.rest,
            json={"sender": self.sender, "message": message},
            timeout=ANSWER_WITHIN,
            trust_env=False,
        )
        reply.raise_for_status()
        if not message.startswith("/"):
            self.written.append(message)
        self.last = Answer(tuple(reply.json()))
        self.said += self.last.texts
        return self.last


@dataclass(frozen=True)
class Turn:
    """What the parent does, what is broken before it, and what is expected of the answer."""

    parent: str | None
    button: str | None
    without: tuple[str, ...]
    again_with: tuple[str, ...]
    expects: dict[str, Any]

    @classmethod
    def read(cls, content: dict[str, Any]) -> Turn:
        """Take a turn from YAML. Raises ValueError for a key that is unknown or a message that is missing."""
        unknown = set(content) - _EXPECTS - _SENDS - _BREAKS
        if unknown or len(_SENDS & set(content)) != 1:
            raise ValueError(f"A turn has one of {_SENDS}, and no {unknown or 'other key'}: {content}")
        return cls(
            _repeated(content.get("parent")),
            content.get("button"),
            tuple(_listed(content.get("without"))),
            tuple(_listed(content.get("again_with"))),
            {name: content[name] for name in _EXPECTS & set(content)},
        )


@dataclass(frozen=True)
class Conversation:
    """A title and turns."""

    title: str
    turns: tuple[Turn, ...]
    path: Path

    @classmethod
    def read(cls, path: Path) -> Conversation:
        """Read one file. Raises ValueError when it isn't written as the README says."""
        content = YAML(typ="safe").load(path)  # YAML 1.2, as Rasa reads it: yes and no are words
        if set(content) != {"conversation", "turns"}:
            raise ValueError(f"{path.name} has {set(content)}.")
        return cls(content["conversation"], tuple(Turn.read(turn) for turn in content["turns"]), path)

    @property
    def name(self) -> str:
        """Folder and file, as the test is called."""
        return str(self.path.relative_to(FOLDER).with_suffix(""))


def conversations() -> list[Conversation]:
    """Return all that are written down, in the order of their names."""
    return [Conversation.read(path) for path in sorted(FOLDER.glob("*/*.yml"))]


class Outage:
    """What is broken at the moment, and put right at the end of the block."""

    def __init__(self, installation: Installation) -> None:
        """Break nothing yet."""
        self._installation = installation
        self._broken: dict[str, ExitStack] = {}

    def __enter__(self) -> Outage:
        """Begin with everything in order."""
        return self

    def __exit__(self, *_: object) -> None:
        """Put everything right."""
        self.again_with(*list(self._broken))

    def without(self, *names: str) -> None:
        """Stop the action server (`actions`), or take away the `database` or the `journal`."""
        for name in names:
            stack = self._broken[name] = ExitStack()
            if name == "actions":
                self._installation.stop("actions")
                stack.callback(self._installation.start, "actions")
            else:
                breaks = {
                    "database": self._installation.without_database,
                    "journal": self._installation.without_journal,
                }
                stack.enter_context(breaks[name]())

    def again_with(self, *names: str) -> None:
        """Put these right."""
        for name in names:
            self._broken.pop(name).close()


def unmet(turn: Turn, talk: Talk, responses: Responses) -> list[str]:
    """Return which of the turn's expectations the last answer doesn't meet, a sentence each."""
    answer, found = talk.last, []
    whole = "\n".join(answer.texts)
    for pattern in _listed(turn.expects.get("says")):
        if not re.search(pattern, whole, re.IGNORECASE | re.DOTALL):
            found.append(f"It doesn't say {pattern!r}.")
    for pattern in _listed(turn.expects.get("never")):
        if match := re.search(pattern, whole, re.IGNORECASE | re.DOTALL):
            found.append(f"It says {match[0]!r}.")
    for name in _listed(turn.expects.get("response")):
        if not any(responses.is_one_of(one, text) for one in name.split(" or ") for text in answer.texts):
            found.append(f"No message is a variation of {name}, but of {answer.responses(responses)}.")
    for name in _listed(turn.expects.get("not_response")):
        if any(responses.is_one_of(name, text) for text in answer.texts):
            found.append(f"A message is a variation of {name}.")
    for wanted in _listed(turn.expects.get("buttons")):
        if not any(wanted in (title, payload) for title, payload in answer.buttons):
            found.append(f"{wanted!r} is not offered.")
    if "database" in turn.expects:
        found += _unkept(turn.expects["database"], talk)
    return found


def _unkept(expected: dict[str, Any], talk: Talk) -> list[str]:
    """Compare the sender's rows with `check_ins`, their number, and columns of the newest one."""
    number, columns = expected["check_ins"], {name: expected[name] for name in expected if name != "check_ins"}
    if expected.get("soon"):  # the worker brings what was waiting
        del columns["soon"]
        wait_until(lambda: len(talk.installation.check_ins(talk.sender)) >= number, "a waiting check-in", WORKER_WITHIN)
    rows = talk.installation.check_ins(talk.sender)
    if len(rows) != number:
        return [f"{len(rows)} check-ins are kept, not {number}."]
    return [
        f"{name} is {rows[-1][name]!r}, not {value!r}." for name, value in columns.items() if rows[-1][name] != value
    ]


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _repeated(parent: Any) -> str | None:
    """Return a message; `{words: ..., times: n}` stands for a long one."""
    if isinstance(parent, dict):
        return str(parent["words"]) * int(parent["times"])
    return None if parent is None else str(parent)
