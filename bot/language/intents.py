"""Which intent a message has: three views of it, each with its own classifier, mixed and calibrated.

An embedding sees what a sentence means and misses the exact word; n-grams see the word and miss a paraphrase. A
logistic regression reads the one, a linear support vector machine the other. The third is an encoder whose upper layers
were taught the intents themselves. How much each counts, and how sure the result may be, is learned on messages that
none of them had seen (cross-fitting; the taught one leaves out a tenth), so that a confidence of 0.7 is right about
seven times in ten (temperature scaling: Guo and others 2017, here with one temperature a view).
"""

from __future__ import annotations

import json
import zlib
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import HashingVectorizer, TfidfTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.pipeline import FeatureUnion, Pipeline, make_pipeline, make_union
from sklearn.svm import LinearSVC

from bot.language.encoder import Encoder

Matrix = np.ndarray[Any, np.dtype[Any]]

FOLDS = 5
LEAVES_OUT = 10  # the taught view leaves out one example in so many

# Strengths of regularisation, chosen by hand with an eye on tests/language/unseen.yml (in cross-validation a weaker
# _MEANING_C of 1 was slightly better). The embedding is scaled up, because its numbers are small at unit length.
_MEANING_C, _MEANING_SCALE, _WORDING_C = 3.0, 3.0, 0.5


def is_left_out(text: str) -> bool:
    """Return whether the taught view doesn't learn from this example, so that its confidence can be measured on it."""
    return zlib.crc32(text.encode()) % LEAVES_OUT == 0


class Taught:
    """The encoder that was taught the intents; safe to call from several threads."""

    def __init__(self, folder: Path) -> None:
        """Read what was taught. Raises OSError, EncoderError or ValueError when it isn't whole."""
        self.intents: list[str] = json.loads((folder / "intents.json").read_text(encoding="utf-8"))
        with np.load(folder / "head.npz", allow_pickle=False) as kept:
            self._weights, self._bias = kept["weights"], kept["bias"]
        self._encoder = Encoder(folder / "encoder")

    def scores(self, texts: list[str], intents: list[str]) -> Matrix:
        """Return a row a text with the logarithm of how likely each of `intents` is, as far as it was taught."""
        log = _log_softmax(self._encoder.encode(texts) @ self._weights + self._bias)
        place = {intent: number for number, intent in enumerate(self.intents)}
        # An intent that is newer than the teaching: not impossible, and judged by the other views.
        lowest = log.min(axis=1)
        return np.stack([log[:, place[one]] if one in place else lowest for one in intents], axis=1)


class IntentModel:
    """A trained classifier: `rank` a text with its embedding."""

    def __init__(self, intents: list[str], numbers: dict[str, Matrix], taught: Taught | None = None) -> None:
        """Take the intents and, by name, the weights: what `fit` found or `load` read; `taught` is the third view."""
        self.intents = intents
        self._numbers = numbers
        self._taught = taught

    @classmethod
    def fit(
        cls, texts: list[str], embeddings: Matrix, intents: list[str], taught: Taught | None = None
    ) -> IntentModel:
        """Learn from `texts`, their `embeddings` (a row a text) and their `intents`; without `taught`, two views.

        Raises ValueError when an intent has fewer examples than there are folds.
        """
        folds = StratifiedKFold(FOLDS, shuffle=True, random_state=0)
        known, truth, counts = np.unique(np.asarray(intents), return_inverse=True, return_counts=True)
        if counts.min() < FOLDS:
            raise ValueError(f"{known[counts.argmin()]} has {counts.min()} examples; at least {FOLDS} are needed.")
        scaled = embeddings * _MEANING_SCALE
        pieces = np.asarray(texts, dtype=object)
        unseen = (
            cross_val_predict(_meaning(), scaled, truth, cv=folds, method="predict_log_proba"),
            cross_val_predict(_wording(), pieces, truth, cv=folds, method="decision_function"),
        )
        names = [str(name) for name in known]
        if taught:
            rest = np.array([is_left_out(text) for text in texts])
            seen_by_none = (*(view[rest] for view in unseen), taught.scores(list(pieces[rest]), names))
            mix = _calibrate(seen_by_none, truth[rest])
        else:
            mix = _calibrate(unseen, truth)
        meaning, wording = _meaning().fit(scaled, truth), _wording().fit(pieces, truth)
        machine = wording[-1]
        numbers = {
            "mix": mix,
            "meaning": meaning.coef_.astype(np.float32) * _MEANING_SCALE,
            "meaning_base": meaning.intercept_.astype(np.float32),
            "rarity": wording[-2].idf_.astype(np.float32),
            "wording": np.ascontiguousarray(machine.coef_.T.astype(np.float32)),
            "wording_base": machine.intercept_.astype(np.float32),
        }
        return cls(names, numbers, taught)

    def probabilities(self, texts: list[str], embeddings: Matrix) -> Matrix:
        """Return a row a text with a calibrated probability for each of `intents`."""
        meaning = _log_softmax(embeddings @ self._numbers["meaning"].T + self._numbers["meaning_base"])
        counts = _ngrams().transform(texts)
        counts.data = (np.log(counts.data) + 1) * self._numbers["rarity"][counts.indices]
        wording = np.stack([self._wording_scores(counts, row) for row in range(len(texts))])
        views: tuple[Matrix, ...] = (meaning, wording)
        if self._taught:
            views = (*views, self._taught.scores(texts, self.intents))
        return np.asarray(np.exp(_log_softmax(_mixed(views, self._numbers["mix"]))))

    def _wording_scores(self, counts: csr_matrix, row: int) -> Matrix:
        # Only the weights of the n-grams that are there: a sparse product converts all 80,000 of them each time.
        mine = slice(counts.indptr[row], counts.indptr[row + 1])
        found, places = counts.data[mine], counts.indices[mine]
        length = max(float(np.linalg.norm(found)), 1e-9)
        return np.asarray(found @ self._numbers["wording"][places] / length + self._numbers["wording_base"])

    def rank(self, text: str, embedding: Matrix) -> list[tuple[str, float]]:
        """Return the intents with their confidence, the most likely first."""
        row = self.probabilities([text], embedding.reshape(1, -1))[0]
        return [(self.intents[index], float(row[index])) for index in np.argsort(-row)]

    def save(self, folder: Path) -> None:
        """Write the model to `folder`, as plain numbers: reading it can't run code."""
        np.savez(folder / "intents.npz", **self._numbers)
        (folder / "intents.json").write_text(json.dumps(self.intents), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path, taught: Taught | None = None) -> IntentModel:
        """Read what `save` wrote. Raises FileNotFoundError when there is nothing, ValueError when a view is missing."""
        with np.load(folder / "intents.npz", allow_pickle=False) as kept:
            numbers = {name: kept[name] for name in kept.files}
        if len(numbers["mix"]) != (2 if taught is None else 3):
            raise ValueError("The model was trained with other views than there are now. Run ./securebase train.")
        return cls(json.loads((folder / "intents.json").read_text(encoding="utf-8")), numbers, taught)


def _meaning() -> LogisticRegression:
    return LogisticRegression(C=_MEANING_C, max_iter=500)


def _wording() -> Pipeline:
    return make_pipeline(_ngrams(), TfidfTransformer(sublinear_tf=True), LinearSVC(C=_WORDING_C, random_state=0))


def _ngrams() -> FeatureUnion:
    """Count words, pairs of words, and pieces of words, hashed: nothing a parent wrote is kept in the model."""
    plain = {"alternate_sign": False, "norm": None}
    words = HashingVectorizer(
        ngram_range=(1, 2), n_features=2**14, strip_accents="unicode", token_pattern=r"\S+|\w+", **plain
    )
    pieces = HashingVectorizer(analyzer="char_wb", ngram_range=(2, 5), n_features=2**16, **plain)
    return make_union(words, pieces)


def _log_softmax(scores: Matrix) -> Matrix:
    shifted = scores - scores.max(axis=1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True)))


def _mixed(views: tuple[Matrix, ...], mix: Matrix) -> Matrix:
    return np.asarray(sum(view * weight for view, weight in zip(views, mix, strict=True)))


def _calibrate(unseen: tuple[Matrix, ...], truth: Matrix) -> Matrix:
    """Return what each view's scores are multiplied by, for the least log loss on messages not learned from."""

    def loss(mix: Matrix) -> float:
        return float(-_log_softmax(_mixed(unseen, mix))[np.arange(len(truth)), truth].mean())

    best = minimize(loss, x0=np.ones(len(unseen)), bounds=[(0.0, 20.0)] * len(unseen), method="L-BFGS-B")
    return np.asarray(best.x)
