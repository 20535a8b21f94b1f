"""After all conversations: nobody's words stand in a log or, readable, in a file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from bot.language.risk.screener import screener
from bot.settings import ROOT
from tests.conversations.installation import Installation
from tests.conversations.script import conversations

# What a parent wrote is found again by three words in a row, or by one that this repository never uses.
_RUN = 3
_RARE = 6  # letters

# An alert names the rules that found it, and "wants-to-die" is one; parents don't write with hyphens.
_IDS = sorted((pattern.id for pattern in screener().rules.patterns if "-" in pattern.id), key=len, reverse=True)
_RULE_IDS = re.compile("|".join(map(re.escape, _IDS)))


def test_no_part_ended_by_itself(running: Installation) -> None:
    assert sorted(running.running) == ["actions", "assistant", "worker"]
    assert all(running.alive(name) for name in running.running)


def test_no_log_holds_what_a_parent_wrote(running: Installation) -> None:
    runs, rare = _telling(_written())
    assert len(runs) > 500
    assert len(rare) > 10
    for path in sorted(running.logs.glob("*.log")):
        if path.name == "training.log":
            continue  # about examples, before any parent
        words = _words(path.read_text(encoding="utf-8", errors="replace"))
        assert not runs & set(_in_a_row(words)), path.name
        assert not rare & set(words), path.name


def test_no_file_holds_what_a_parent_wrote(running: Installation) -> None:
    runs, rare = _telling(_written())
    for path in _files(running.settings.var):
        words = _words(_RULE_IDS.sub(" ", path.read_bytes().decode("utf-8", errors="replace")))
        assert not runs & set(_in_a_row(words)), path.name
        assert not rare & set(words), path.name


def _files(var: Path) -> Iterator[Path]:
    """Yield what a running installation writes: the database, the journal, whatever else there may be."""
    for path in sorted(var.rglob("*")):
        if path.is_file() and not {"encoder", "log"} & set(path.relative_to(var).parts):
            yield path


def _written() -> list[str]:
    return [turn.parent for one in conversations() for turn in one.turns if turn.parent]


def _telling(texts: list[str]) -> tuple[set[tuple[str, ...]], set[str]]:
    """Return runs of words and single words by which these texts are known."""
    ours: set[str] = set()
    for folder in ("bot", "actions", "data"):
        for path in (ROOT / folder).rglob("*.*"):
            if path.suffix in (".py", ".yml"):
                ours.update(_words(path.read_text(encoding="utf-8")))
    ours.update(_words((ROOT / "domain.yml").read_text(encoding="utf-8")))
    words = [_words(text) for text in texts]
    runs = {run for text in words for run in _in_a_row(text) if sum(map(len, run)) > 9}
    return runs, {word for text in words for word in text if len(word) >= _RARE} - ours


def _in_a_row(words: list[str]) -> Iterator[tuple[str, ...]]:
    return zip(*(words[start:] for start in range(_RUN)), strict=False)


def _words(text: str) -> list[str]:
    return re.findall(r"\w+(?:'\w+)?", text.lower())
