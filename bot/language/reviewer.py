"""What a sentence that a parent would say to a child does: the taught part of both reviews, apology and validation.

It is the sentence encoder with its upper layers taught on `data/reviews/`, and a linear layer on top: one number for
each mark that a clinician would make. `review_learning.py` teaches it; here it only reads.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from bot.language.encoder import Encoder

Array = np.ndarray[Any, np.dtype[Any]]

TASKS = {
    "apology": (
        "sincere",
        "but_excuse",
        "conditional_if",
        "blames_child",
        "not_specific",
        "no_ownership",
        "demands_forgiveness",
        "bribe",
        "minimises",
        "no_repair_plan",
    ),
    "validation": (
        "validating",
        "dismisses",
        "fixes_first",
        "questions_why",
        "punishes_feeling",
        "compares",
        "no_feeling_word",
        "shames",
    ),
}
"""The marks of each review (shared/CONTENT.md): first the one that a sentence should bear, then its flaws."""

# Where one thing ends and the next begins: a full stop or a comma, and the words that join or take back.
_JOINTS = re.compile(
    r"(?<=[.!?;:,…])\s+|\n+|\s+(?=(?:but|because|cos|cause|if|when|so|and|even|although|though|however|just|now|then)\b)",
    re.IGNORECASE,
)
_LONGEST_WORDS = 16  # words to show; a parent reads them back in one sentence


class Reviewer:
    """Marks single messages; safe to call from several threads."""

    def __init__(self, encoder: Encoder, labels: list[tuple[str, str]], weights: dict[str, Array]) -> None:
        """Take a taught encoder, what its columns mean (task and mark), and the layer on top."""
        self._encoder = encoder
        self._labels = labels
        self._weights = weights

    @classmethod
    def load(cls, folder: Path) -> Reviewer:
        """Read what was taught. Raises OSError, EncoderError or ValueError when it isn't whole."""
        labels = [(str(task), str(mark)) for task, mark in json.loads((folder / "labels.json").read_text())]
        with np.load(folder / "head.npz", allow_pickle=False) as kept:
            weights = {name: kept[name] for name in kept.files}
        return cls(Encoder(folder / "encoder"), labels, weights)

    def marks(self, task: str, text: str) -> dict[str, float]:
        """Return how likely `text` bears each mark of `task`, from 0 to 1."""
        scores = self._encoder.encode([text])[0] @ self._weights["weights"] + self._weights["bias"]
        likely = 1 / (1 + np.exp(-scores))
        return {
            mark: float(value)
            for (of, mark), value in zip(self._labels, likely, strict=True)
            if of == task
        }

    def shown_by(self, task: str, mark: str, text: str) -> str:
        """Return the part of `text` without which it bears `mark` least: the words that show it, as they were written.

        A text that can't be divided is returned whole, or empty when it is too long to be read back.
        """
        starts = [0, *(joint.end() for joint in _JOINTS.finditer(text)), len(text)]
        spans = [(one, next_one) for one, next_one in zip(starts, starts[1:], strict=False) if one < next_one]
        best = text
        if len(spans) > 1:
            left = [self.marks(task, text[:one] + text[next_one:])[mark] for one, next_one in spans]
            first, last = spans[int(np.argmin(left))]
            best = text[first:last]
        words = best.strip(" ,;:.!?\n")
        return words if len(words.split()) <= _LONGEST_WORDS else ""


@lru_cache(maxsize=1)
def reviewer(folder: Path) -> Reviewer:
    """Return the reviewer of `folder`, loaded once a process. Raises as `Reviewer.load`."""
    return Reviewer.load(folder)
