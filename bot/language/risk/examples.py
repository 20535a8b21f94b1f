"""The labelled messages: what the classifier learns from, and what it is measured on."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from bot.language.risk.rules import CATEGORIES
from bot.language.risk.urgency import Urgency

NONE = "none"


class ExampleError(ValueError):
    """A line of examples that can't be used; the message names file and line."""


@dataclass(frozen=True)
class Example:
    """An invented message with what a clinician would say of it.

    `category`: of shared/RISK.md; `also`: others that are there as well. `kind`: for `none`, what it looks like
    ("idiom", "play", "ordinary", ...). `writer`: who wrote it, so that a writer's manner is not learned as danger.
    """

    text: str
    category: str
    urgency: str
    writer: str
    kind: str = ""
    also: tuple[str, ...] = ()


def read_examples(path: Path) -> list[Example]:
    """Return the examples of a JSON-lines file, or of every one in a folder. Raises ExampleError, or OSError."""
    files = sorted(path.glob("*.jsonl")) if path.is_dir() else [path]
    return [example for file in files for example in _of(file)]


def ordinary_talk(folder: Path) -> list[Example]:
    """Return what parents say to the assistant on any day: the examples of the intents in Rasa's NLU files.

    Those of the intents that may themselves be danger or close to it are left out.
    """
    return [
        Example(text, NONE, "none", path.stem, "ordinary")
        for path in sorted(folder.glob("*.yml"))
        for entry in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]
        if entry.get("intent") not in _NEAR_DANGER
        for text in re.findall(r"^\s*- (.+)$", str(entry.get("examples", "")), re.MULTILINE)
    ]


_NEAR_DANGER = {None, "risk", "keep_secret", "make_safety_plan", "show_safety_plan"}


def _of(path: Path) -> Iterator[Example]:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            fields = json.loads(line)
            example = Example(**{**fields, "also": tuple(fields.get("also", ()))})
            Urgency.from_label(example.urgency)
            if not {example.category, *example.also} <= {NONE, *CATEGORIES} or not example.text.strip():
                raise ValueError("no known category, or no text")
        except (ValueError, TypeError, KeyError) as error:
            raise ExampleError(f"{path}, line {number}: {error}") from error
        yield example
