"""What a parent answers when they were asked about danger: yes, no, "I'm safe", "don't tell anyone", ...

The forms stand in `data/risk/answers.yml`, in the notation of the risk rules, so that spelling, texting and slips are
put right the same way. Standard library and YAML only: it works with every other part broken.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from bot.language.risk.normalise import Normaliser
from bot.language.risk.notation import Form, Notation
from bot.language.risk.rules import RuleError, Rules, sentence_keys
from bot.language.risk.screener import FOLDER, screener


class Answer(str, Enum):
    """What a message says to somebody who asked about danger."""

    YES = "yes"
    NO = "no"
    UNSURE = "unsure"
    SAFE = "safe"
    DANGER = "danger"
    MISUNDERSTOOD = "misunderstood"
    SECRET = "secret"
    REACHED = "reached"
    ALONE = "alone"
    PARTNER = "partner"
    NOTHING = "nothing"
    STEADY = "steady"
    PLAN = "plan"
    CALL = "call"
    NUMBER = "number"
    GOODBYE = "goodbye"
    GO_ON = "go_on"
    ELSEWHERE = "elsewhere"
    TOLD = "told"


_FILE_KEYS = {"words", "besides", "groups"}
_GROUP_KEYS = {"answer", "says", "whole"}
_QUESTION_MARKS = frozenset("?\uff1f\u061f")


@dataclass(frozen=True)
class Group:
    """Forms that give one answer.

    `whole`: it counts only when the whole message is made of such forms, so that a "no" with anything else beside
    it, "no but ...", is never taken for a plain no.
    """

    answer: Answer
    says: tuple[Form, ...]
    whole: bool


class AnswerReader:
    """Reads answers with one set of forms; holds no state, safe in threads."""

    def __init__(self, normaliser: Normaliser, groups: tuple[Group, ...], besides: tuple[Form, ...]) -> None:
        """Take the groups in order of precedence, and what may stand beside the forms of a whole answer."""
        self._normaliser = normaliser
        self._groups = groups
        self._parts = (*(form for group in groups if group.whole for form in group.says), *besides)

    @classmethod
    def load(cls, rules: Rules, path: Path = FOLDER / "answers.yml") -> "AnswerReader":
        """Read the forms, and the spelling and words beside them. Raises RuleError naming the file."""
        try:
            content = yaml.safe_load(path.read_text(encoding="utf-8"))
            _expect(set(content) == _FILE_KEYS, f"expected the keys {', '.join(sorted(_FILE_KEYS))}")
            words = yaml.safe_load((path.parent / "words.yml").read_text(encoding="utf-8")) | content["words"]
            shared = {str(name): list(map(str, says)) for name, says in words.items()}
            notation = Notation(shared, rules.normaliser.expand)
            groups = tuple(_groups(content["groups"], notation))
            besides = tuple(notation.form(str(says)) for says in content["besides"])
            # A word the forms look for is not a name, as in "oh God no".
            says = (*(pattern.says for pattern in rules.patterns), *(frame.says for frame in rules.frames))
            forms = (besides, *(group.says for group in groups), *says)
            known = {word for some in forms for form in some for word in form.words}
            normaliser = Normaliser(path.parent / "spelling.yml", known)
        except (OSError, ValueError, KeyError, AttributeError, TypeError, yaml.YAMLError) as error:
            raise RuleError(f"{path}: {error}") from error
        return cls(normaliser, groups, besides)

    def read(self, text: str) -> Answer | None:
        """Return the answer of the first group, in the file's order, that `text` fits; None when none does.

        Never raises for any ``str``.
        """
        sentences = self._normaliser.sentences(text)
        if not sentences:
            return Answer.NOTHING
        message = f" {' '.join(sentence.strip() for sentence in sentences)} "
        keys = sentence_keys(message)
        whole: bool | None = None
        for group in self._groups:
            texts = (message,) if group.whole else sentences
            forms = _worth_trying(group.says, keys)
            if not any(form.regex.search(part) for form in forms for part in texts):
                continue
            if group.whole and whole is None:
                # "No?" and "safe?" ask back.
                whole = _QUESTION_MARKS.isdisjoint(text) and self._is_whole(message, keys)
            if whole or not group.whole:
                return group.answer
        return None

    def _is_whole(self, message: str, keys: frozenset[str]) -> bool:
        """Whether the forms of whole answers, and what may stand beside them, make up the message end to end."""
        forms = tuple(_worth_trying(self._parts, keys))
        reached = {1}
        for start in range(1, len(message)):
            if start in reached:
                reached |= {match.end() for form in forms if (match := form.regex.match(message, start))}
        return len(message) in reached


def _worth_trying(forms: tuple[Form, ...], keys: frozenset[str]) -> Iterator[Form]:
    return (form for form in forms if not form.keys or not form.keys.isdisjoint(keys))


def _groups(entries: list[dict[str, Any]], notation: Notation) -> Iterator[Group]:
    for entry in entries:
        answer = Answer(entry["answer"])
        strays = set(entry) - _GROUP_KEYS
        _expect(not strays, f"{answer.value}: unknown {', '.join(sorted(strays))}")
        _expect(isinstance(entry["says"], list), f"{answer.value}: says is not a list")
        yield Group(answer, tuple(notation.form(str(says)) for says in entry["says"]), bool(entry.get("whole", False)))


def _expect(holds: bool, otherwise: str) -> None:
    if not holds:
        raise ValueError(otherwise)


@lru_cache(maxsize=1)
def answer_reader() -> AnswerReader:
    """Return the reader with the forms of this repository, loaded once."""
    return AnswerReader.load(screener().rules)
