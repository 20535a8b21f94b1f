"""The second detector: a small neural reader of meaning, taught on `data/risk/examples/`, for what no rule foresaw.

It is the sentence encoder with its upper layers taught to tell danger from what only looks like it, and a linear layer
on top. `learning.py` teaches it; here it only reads.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from bot.language.encoder import Encoder

NONE = "none"

Array = np.ndarray[Any, np.dtype[Any]]

Label = tuple[str, str]
"""A category and its urgency; ("none", "none") is one as well."""


class RiskClassifier:
    """Reads single messages; safe to call from several threads."""

    def __init__(self, encoder: Encoder, labels: list[Label], weights: dict[str, Array]) -> None:
        """Take a taught encoder, the labels, and `weights` and `bias` of the layer on top (a column a label)."""
        self._encoder = encoder
        self._labels = labels
        self._weights = weights

    @classmethod
    def load(cls, folder: Path) -> RiskClassifier:
        """Read what was taught. Raises OSError, EncoderError or ValueError when it isn't whole."""
        labels = [(str(name), str(urgency)) for name, urgency in json.loads((folder / "labels.json").read_text())]
        with np.load(folder / "head.npz", allow_pickle=False) as kept:
            weights = {name: kept[name] for name in kept.files}
        return cls(Encoder(folder / "encoder"), labels, weights)

    @staticmethod
    def save_labels(folder: Path, labels: list[Label]) -> None:
        """Write what the columns of the layer on top mean; `teaching` writes the rest."""
        (folder / "labels.json").write_text(json.dumps(labels), encoding="utf-8")

    def probabilities(self, text: str) -> dict[Label, float]:
        """Return how likely each label is; they sum to 1."""
        scores = self._encoder.encode([text])[0] @ self._weights["weights"] + self._weights["bias"]
        likely = np.exp(scores - scores.max())
        return {label: float(value) for label, value in zip(self._labels, likely / likely.sum(), strict=True)}
