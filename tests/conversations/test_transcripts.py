"""The transcripts under docs/ say what the assistant would say today: a difference in the words shows here.

They are written by `docs/transcripts/record.py` from the running assistant; run it again when the words changed.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
import yaml

from bot.language.play import scenes
from bot.language.words import words
from bot.settings import ROOT
from tests.conversations.spoken import Responses

FOLDER = ROOT / "docs" / "transcripts"
PARENTS = yaml.safe_load((FOLDER / "parents.yml").read_text(encoding="utf-8"))
JOURNEYS = {
    "name_feelings", "co_regulation", "repair", "boundaries", "responsiveness", "exploration", "encouragement",
    "separation", "withdrawal", "behaviour", "screen_time", "village", "own_childhood", "learn_secure_base",
    "starting_therapy", "child_low_mood", "practise", "check_in", "support",
}  # fmt: skip
_BUTTONS = re.compile(r"(?: `\[[^`]*\]`)+$")


@cache
def spoken() -> Responses:
    return Responses.of_domain(yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8")))


@cache
def said_by_actions() -> tuple[re.Pattern[str], ...]:
    """Return what is said word for word from data: the played child, reviews, services."""
    played = [text for one in scenes().values() for texts in one.answers.values() for text in texts]
    played += [text for one in scenes().values() for text in (one.setting, one.opens)]
    reviewed = [text for one in words("practise").values() for texts in one.values() for text in texts]
    for task in ("apology", "validation"):
        for kinds in words("reviews")[task]["suggestions"].values():
            reviewed += [text for texts in kinds.values() for text in texts]
    regions = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in (ROOT / "data" / "support").glob("*.yml")]
    services = {one["about"] for region in regions for one in region["services"]}
    found = [re.escape(text) for text in played]
    found += [".+?".join(re.escape(piece) for piece in re.split(r"{\w+}", text)) for text in reviewed]
    found += [f"(?s:.*){re.escape(text)}(?s:.*)" for text in services]
    return tuple(re.compile(one) for one in found)


def messages(path: Path) -> list[str]:
    """Return what the assistant says in a transcript, message by message, without the buttons."""
    blocks = re.findall(r"(?m)(?:^>.*\n)+", path.read_text(encoding="utf-8"))
    texts = ["\n".join(line.removeprefix(">").strip() for line in block.splitlines()) for block in blocks]
    return [_BUTTONS.sub("", text) for text in texts]


@pytest.mark.parametrize("name", sorted(PARENTS))
def test_every_message_is_one_of_today(name: str) -> None:
    said = messages(FOLDER / f"{name}.md")
    assert len(said) >= 12
    for text in said:
        known = spoken().names(text) or any(one.fullmatch(text) for one in said_by_actions())
        assert known, f"Nobody says this any more; record the transcript again: {text}"


@pytest.mark.parametrize("name", sorted(PARENTS))
def test_the_parent_s_lines_are_those_of_the_script(name: str) -> None:
    lines = re.findall(r"(?m)^\*\*Parent:\*\* (.+)$", (FOLDER / f"{name}.md").read_text(encoding="utf-8"))
    assert lines == PARENTS[name]["says"] and len(lines) >= 12


def test_there_is_one_for_each_journey() -> None:
    assert set(PARENTS) >= JOURNEYS


def test_words_that_nobody_says_are_found() -> None:
    assert not spoken().names("Validate their emotions and be consistent.")
