"""Which intent a message has: two views of it, each with its own classifier, mixed and calibrated.

An embedding sees what a sentence means and misses the exact word; n-grams see the word and miss a paraphrase.
Each view gets a logistic regression; their probabilities are multiplied with a weight, and one temperature makes
the confidence honest. Weight and temperature are learned on messages that the classifiers had not seen
(cross-fitting), so that a confidence of 0.7 is right about seven times in ten (Guo and others 2017).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import skops.io
from scipy.optimize import minimize
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.pipeline import FeatureUnion, Pipeline, make_pipeline, make_union

Matrix = np.ndarray[Any, np.dtype[Any]]

FOLDS = 5


class IntentModel:
    """A trained classifier: `rank` a text with its embedding."""

    def __init__(self, meaning: LogisticRegression, wording: Pipeline, weight: float, temperature: float) -> None:
        """Take the two fitted classifiers, the weight of meaning (0 to 1) and the temperature (above 0)."""
        self._meaning = meaning
        self._wording = wording
        self.weight = weight
        self.temperature = temperature

    @property
    def intents(self) -> list[str]:
        """The intents it knows."""
        return [str(name) for name in self._meaning.classes_]

    @classmethod
    def fit(cls, texts: list[str], embeddings: Matrix, intents: list[str]) -> IntentModel:
        """Learn from `texts`, their `embeddings` (a row a text) and their `intents`.

        Raises ValueError when an intent has fewer examples than there are folds.
        """
        folds = StratifiedKFold(FOLDS, shuffle=True, random_state=0)
        labels = np.asarray(intents)
        unseen = [
            cross_val_predict(_meaning(), embeddings, labels, cv=folds, method="predict_proba"),
            cross_val_predict(_wording(), np.asarray(texts, dtype=object), labels, cv=folds, method="predict_proba"),
        ]
        known, truth = np.unique(labels, return_inverse=True)
        weight, temperature = _calibrate(_log(unseen[0]), _log(unseen[1]), truth)
        return cls(_meaning().fit(embeddings, labels), _wording().fit(texts, labels), weight, temperature)

    def probabilities(self, texts: list[str], embeddings: Matrix) -> Matrix:
        """Return a row a text with a calibrated probability for each of `intents`."""
        meaning = _log(self._meaning.predict_proba(embeddings))
        wording = _log(self._wording.predict_proba(texts))
        return _mix(meaning, wording, self.weight, self.temperature)

    def rank(self, text: str, embedding: Matrix) -> list[tuple[str, float]]:
        """Return the intents with their confidence, the most likely first."""
        row = self.probabilities([text], embedding.reshape(1, -1))[0]
        order = np.argsort(-row)
        return [(self.intents[index], float(row[index])) for index in order]

    def save(self, folder: Path) -> None:
        """Write the model to `folder`. The format can't run code when it is read (skops)."""
        skops.io.dump(vars(self), folder / "intents.skops")

    @classmethod
    def load(cls, folder: Path) -> IntentModel:
        """Read what `save` wrote. Raises FileNotFoundError when there is nothing."""
        kept = skops.io.load(folder / "intents.skops", trusted=[])
        return cls(kept["_meaning"], kept["_wording"], kept["weight"], kept["temperature"])


def _meaning() -> LogisticRegression:
    return LogisticRegression(C=30, max_iter=2000)


def _wording() -> Pipeline:
    return make_pipeline(_ngrams(), LogisticRegression(C=10, max_iter=400))


def _ngrams() -> FeatureUnion:
    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, strip_accents="unicode", token_pattern=r"\S+")
    pieces = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, min_df=2)
    return make_union(words, pieces)


def _log(probabilities: Matrix) -> Matrix:
    return np.asarray(np.log(np.clip(probabilities, 1e-9, 1.0)))


def _mix(meaning: Matrix, wording: Matrix, weight: float, temperature: float) -> Matrix:
    score = (weight * meaning + (1 - weight) * wording) / temperature
    odds = np.exp(score - score.max(axis=1, keepdims=True))
    return np.asarray(odds / odds.sum(axis=1, keepdims=True))


def _calibrate(meaning: Matrix, wording: Matrix, truth: Matrix) -> tuple[float, float]:
    """Return the weight and temperature with the least log loss on messages not learned from."""

    def loss(values: Matrix) -> float:
        mixed = _mix(meaning, wording, float(values[0]), float(values[1]))
        return float(-np.log(np.clip(mixed[np.arange(len(truth)), truth], 1e-12, 1.0)).mean())

    best = minimize(loss, x0=np.array([0.5, 0.7]), bounds=[(0.0, 1.0), (0.1, 5.0)], method="L-BFGS-B")
    return float(best.x[0]), float(best.x[1])
