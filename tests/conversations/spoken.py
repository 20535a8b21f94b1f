"""Which response of the domain a message is, whatever wording it has today.

REST gives only text, so a message is compared with every variation of a response, with the placeholders open. The
responses are those of the model that runs.
"""

from __future__ import annotations

import json
import re
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

PLACEHOLDER = re.compile(r"{([A-Za-z_]+)}")

# What stands for the child is one of few words; any other placeholder may be anything.
_CHILD = {
    "they": "he|she|they",
    "them": "him|her|them",
    "their": "his|her|their",
    "theyre": "he's|she's|they're",
    "are_they": "is he|is she|are they",
}
_NOTICE = "utter_software_notice"


@dataclass(frozen=True)
class Responses:
    """The responses of a domain, by name."""

    patterns: dict[str, tuple[re.Pattern[str], ...]]
    buttons: tuple[tuple[str, str], ...]
    intents: frozenset[str]
    known: dict[str, list[str]] = field(default_factory=dict)

    @classmethod
    def of_model(cls, model: Path) -> Responses:
        """Read them from a trained model."""
        with tarfile.open(model) as archive:
            metadata = next(member for member in archive if member.name.endswith("metadata.json"))
            content = archive.extractfile(metadata)
            assert content is not None
            domain = json.load(content)["domain"]
        return cls.of_domain(domain)

    @classmethod
    def of_domain(cls, domain: dict[str, Any]) -> Responses:
        """Take them from a domain as Rasa writes it."""
        patterns = {
            name: tuple(_pattern(text) for text in _texts(variations))
            for name, variations in domain["responses"].items()
        }
        for name, variations in domain["responses"].items():
            for question in sorted({_question(one) for one in variations} if any(map(_question, variations)) else ()):
                answers = [one for one in variations if _question(one) == question]
                patterns[f"{name}/{question or 'overview'}"] = tuple(_pattern(text) for text in _texts(answers))
        buttons = {
            (name, button["payload"])
            for name, variations in domain["responses"].items()
            for variation in variations
            for button in variation.get("buttons", [])
            if not PLACEHOLDER.search(button["payload"])
        }
        intents = {intent if isinstance(intent, str) else next(iter(intent)) for intent in domain["intents"]}
        return cls(patterns, tuple(sorted(buttons)), frozenset(intents))

    def is_one_of(self, name: str, message: str) -> bool:
        """Return whether `message` is a variation of response `name`.

        Raises KeyError for a response that the domain doesn't have, and ValueError for one that is nothing but
        what an action puts into it.
        """
        if not self.patterns[name]:
            raise ValueError(f"{name} has no words of its own: use `says`.")
        return self._is_said(name, self._without_notice(message))

    def names(self, message: str) -> list[str]:
        """Return the names of all responses that `message` may be a variation of."""
        if message not in self.known:
            text = self._without_notice(message)
            self.known[message] = [name for name in self.patterns if self._is_said(name, text)]
        return self.known[message]

    def _is_said(self, name: str, text: str) -> bool:
        return any(_may_begin(pattern, text) and pattern.fullmatch(text) for pattern in self.patterns[name])

    def _without_notice(self, message: str) -> str:
        head, _, rest = message.partition("\n\n")
        is_notice = any(pattern.fullmatch(head) for pattern in self.patterns.get(_NOTICE, ()))
        return rest if rest and is_notice else message


def _question(variation: dict[str, Any]) -> str:
    """Return which question a variation answers, where a response has answers to several; else ""."""
    conditions = variation.get("condition") or []
    return next((str(one["value"]) for one in conditions if one["name"] == "question"), "")


def _texts(variations: list[dict[str, Any]]) -> Iterator[str]:
    """Yield the wordings; one that is a placeholder alone would match any message."""
    for variation in variations:
        text = str(variation.get("text") or "").strip()
        if PLACEHOLDER.sub("", text).strip(' ".:,'):
            yield text


def _pattern(text: str) -> re.Pattern[str]:
    pieces = PLACEHOLDER.split(text)  # words and placeholders' names in turn
    open_ends = [re.escape(piece) if number % 2 == 0 else _stand_in(piece) for number, piece in enumerate(pieces)]
    return re.compile("".join(open_ends), re.DOTALL)


_LITERAL = re.compile(r"(?:\\.|[^\\.?*+(){}\[\]|^$])+")


@cache
def _beginning(pattern: str) -> str:
    """Return the plain words that a pattern begins with: comparing these first saves most of the matching."""
    plain = _LITERAL.match(pattern)
    return re.sub(r"\\(.)", r"\1", plain[0]) if plain else ""


def _may_begin(pattern: re.Pattern[str], text: str) -> bool:
    return text.startswith(_beginning(pattern.pattern))


def _stand_in(name: str) -> str:
    child = _CHILD.get(name.lower())
    return f"(?i:{child})" if child else ".+?"
