"""Teaches the risk classifier on the examples of `data/risk/examples`, with ordinary talk of `data/nlu`."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np

from bot.language.risk.classifier import NONE, Label, RiskClassifier
from bot.language.risk.examples import Example, ordinary_talk, read_examples
from bot.language.teaching import Array, one_of, teach

# Chosen, as those of `teaching`, on messages of authors that were left out of learning, never on the held-out file.
EPOCHS = 3

# How often a pass reads the intents' examples: what parents say most is short, and must not be taken for a hint.
ORDINARY = 2

# An urgency other than its category's usual one becomes a label of its own only with this many examples.
FEWEST = 20

DATA = Path(__file__).resolve().parents[3] / "data"


def learn(examples: Sequence[Example], folder: Path, say: Callable[[str], None]) -> None:
    """Learn from `examples` and write the classifier to `folder`, which exists.

    `say` hears of each pass over the examples. Raises EncoderError when the encoder's weights are missing or altered.
    """
    labels, places = labels_of(examples)
    RiskClassifier.save_labels(folder, labels)
    teach([example.text for example in examples], np.eye(len(labels))[places], one_of, EPOCHS, folder, say)


def main(arguments: Sequence[str]) -> None:
    """Learn from this repository's examples, into the folder that the first argument names; print each pass."""
    folder = Path(arguments[0])
    folder.mkdir(parents=True)
    examples = read_examples(DATA / "risk" / "examples") + ORDINARY * ordinary_talk(DATA / "nlu")
    learn(examples, folder, lambda line: print(line, flush=True))


def labels_of(examples: Iterable[Example]) -> tuple[list[Label], Array]:
    """Return the labels, and for each example the number of its own."""
    pairs = [(example.category, example.urgency) for example in examples]
    counts = Counter(pairs)
    usual = {category: max((p for p in counts if p[0] == category), key=lambda p: counts[p]) for category, _ in pairs}
    kept = sorted({pair if counts[pair] >= FEWEST else usual[pair[0]] for pair in pairs}, key=lambda p: p[0] != NONE)
    place = {label: number for number, label in enumerate(kept)}
    return kept, np.array([place.get(pair, place[usual[pair[0]]]) for pair in pairs])


if __name__ == "__main__":
    main(sys.argv[1:])
