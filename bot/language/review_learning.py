"""Teaches the reviewer on the labelled sentences of `data/reviews`: both reviews in one encoder."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bot.language.reviewer import TASKS
from bot.language.teaching import any_of, teach

# Chosen on one writer's sentences after learning from the others': all layers learn, because the examples are few and
# what makes a flaw is often one small word.
EPOCHS, LAYERS = 6, 6

DATA = Path(__file__).resolve().parents[2] / "data" / "reviews"
LABELS = [(task, mark) for task, marks in TASKS.items() for mark in marks]


class ReviewExampleError(ValueError):
    """A line of examples that can't be used; the message names file and line."""


@dataclass(frozen=True)
class Sentence:
    """An invented sentence of a parent, with the marks that a clinician would make: the good one, or the flaws."""

    task: str
    text: str
    marks: frozenset[str]


def read_sentences(path: Path, task: str) -> list[Sentence]:
    """Return the sentences of a JSON-lines file of `task`. Raises ReviewExampleError, or OSError."""
    good, *flaws = TASKS[task]
    found = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            fields: dict[str, Any] = json.loads(line)
            marks = frozenset(fields["flaws"]) | ({good} if fields[good] else set())
            if not fields["text"].strip() or not marks <= {good, *flaws}:
                raise ValueError("no text, or a mark that is not known")
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise ReviewExampleError(f"{path}, line {number}: {error}") from error
        found.append(Sentence(task, str(fields["text"]), marks))
    return found


def main(arguments: Sequence[str]) -> None:
    """Learn from this repository's sentences, into the folder that the first argument names; print each pass."""
    folder = Path(arguments[0])
    folder.mkdir(parents=True)
    (folder / "labels.json").write_text(json.dumps(LABELS), encoding="utf-8")
    sentences = [one for task in TASKS for one in read_sentences(DATA / f"{task}.jsonl", task)]
    truth = np.array([[_truth(one, task, mark) for task, mark in LABELS] for one in sentences])
    texts = [one.text for one in sentences]
    teach(texts, truth, any_of, EPOCHS, folder, lambda line: print(line, flush=True), LAYERS)


def _truth(sentence: Sentence, task: str, mark: str) -> int:
    if task != sentence.task:
        return -1
    return int(mark in sentence.marks)


if __name__ == "__main__":
    main(sys.argv[1:])
