"""The classifier: both views count, its confidence means something, and it is kept as plain numbers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bot.language.intents import FOLDS, IntentModel

KINDS = {
    "fruit": ["apple", "pear", "plum", "cherry", "melon", "grape", "lemon", "peach", "mango", "papaya"],
    "tools": ["hammer", "saw", "drill", "wrench", "chisel", "plane", "pliers", "ruler", "level", "clamp"],
    "birds": ["robin", "wren", "heron", "crow", "finch", "swift", "eagle", "raven", "stork", "goose"],
}
FRAMES = ["a {} over there", "I saw one {} today", "{} please"]
TEXTS = [frame.format(word) for words in KINDS.values() for word in words for frame in FRAMES]
INTENTS = [kind for kind, words in KINDS.items() for _ in words for _ in FRAMES]


def directions(intents: list[str], noise: float = 0.25) -> np.ndarray[Any, np.dtype[np.float32]]:
    """Return embeddings that point the same way for one intent, with some noise, at unit length."""
    random = np.random.default_rng(7)
    axes = {kind: random.normal(size=32) for kind in KINDS}
    rows = np.array([axes[kind] + noise * random.normal(size=32) * 5 for kind in intents])
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


EMBEDDINGS = directions(INTENTS)


@pytest.fixture(scope="module")
def model() -> IntentModel:
    return IntentModel.fit(TEXTS, EMBEDDINGS, INTENTS)


def test_it_learns(model: IntentModel) -> None:
    found = model.probabilities(TEXTS, EMBEDDINGS).argmax(axis=1)
    assert np.mean([model.intents[index] == kind for index, kind in zip(found, INTENTS, strict=True)]) > 0.98


def test_it_understands_what_it_has_not_seen(model: IntentModel) -> None:
    rows = directions(INTENTS, noise=0.2)
    texts = [f"number {place}" for place in range(len(INTENTS))]
    found = model.probabilities(texts, rows).argmax(axis=1)
    assert np.mean([model.intents[index] == kind for index, kind in zip(found, INTENTS, strict=True)]) > 0.8


def test_probabilities_are_probabilities(model: IntentModel) -> None:
    rows = model.probabilities(TEXTS, EMBEDDINGS)
    assert rows.shape == (len(TEXTS), 3)
    assert np.allclose(rows.sum(axis=1), 1) and (rows >= 0).all()


def test_it_is_unsure_where_nothing_speaks_for_anything(model: IntentModel) -> None:
    ((_, unsure), *_) = model.rank("zzz", EMBEDDINGS.mean(axis=0))
    ((_, sure), *_) = model.rank(TEXTS[0], EMBEDDINGS[0])
    assert unsure < sure


def test_rank_is_sorted_and_complete(model: IntentModel) -> None:
    ranked = model.rank(TEXTS[40], EMBEDDINGS[40])
    assert {name for name, _ in ranked} == set(KINDS)
    assert [sure for _, sure in ranked] == sorted((sure for _, sure in ranked), reverse=True)


def test_both_views_count() -> None:
    """With meaningless embeddings the wording must do it, and the other way round."""
    random = np.random.default_rng(3)
    noise = random.normal(size=EMBEDDINGS.shape).astype(np.float32)
    noise /= np.linalg.norm(noise, axis=1, keepdims=True)
    by_wording = IntentModel.fit([f"{kind} {text}" for kind, text in zip(INTENTS, TEXTS, strict=True)], noise, INTENTS)
    assert by_wording.rank("tools over there", noise[0])[0][0] == "tools"
    by_meaning = IntentModel.fit(["same words"] * len(TEXTS), EMBEDDINGS, INTENTS)
    assert by_meaning.rank("same words", EMBEDDINGS[45])[0][0] == INTENTS[45] == "tools"


def test_confidence_falls_when_the_truth_is_random() -> None:
    random = np.random.default_rng(5)
    shuffled = list(random.permutation(INTENTS))
    lost = IntentModel.fit(TEXTS, EMBEDDINGS, [str(kind) for kind in shuffled])
    sure = lost.probabilities([f"new {place}" for place in range(30)], directions(INTENTS[:30])).max(axis=1)
    assert sure.mean() < 0.6, "it is sure of what can't be known"


def test_learning_twice_gives_the_same(model: IntentModel) -> None:
    again = IntentModel.fit(TEXTS, EMBEDDINGS, INTENTS)
    assert np.allclose(again.probabilities(TEXTS, EMBEDDINGS), model.probabilities(TEXTS, EMBEDDINGS))


def test_what_is_kept_ranks_the_same_and_holds_no_text(model: IntentModel, tmp_path: Path) -> None:
    model.save(tmp_path)
    loaded = IntentModel.load(tmp_path)
    assert np.array_equal(loaded.probabilities(TEXTS, EMBEDDINGS), model.probabilities(TEXTS, EMBEDDINGS))
    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"fruit" in kept and b"papaya" not in kept


def test_nothing_kept_is_said(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        IntentModel.load(tmp_path)


def test_a_file_with_code_in_it_is_refused(tmp_path: Path, model: IntentModel) -> None:
    model.save(tmp_path)
    np.savez(tmp_path / "intents.npz", mix=np.array([print, len], dtype=object))
    with pytest.raises(ValueError, match="allow_pickle"):
        IntentModel.load(tmp_path)


def test_an_intent_with_fewer_examples_than_folds_is_refused() -> None:
    few = TEXTS[:60] + ["a goose", "a stork"]
    intents = INTENTS[:60] + ["birds"] * 2
    assert FOLDS > 2
    with pytest.raises(ValueError, match="birds has 2 examples"):
        IntentModel.fit(few, directions(intents), intents)


@pytest.mark.parametrize("odd", ["", " ", "😭", "ابني", "x" * 20_000, "\u0000"])
def test_any_text_is_ranked(model: IntentModel, odd: str) -> None:
    ranked = model.rank(odd, EMBEDDINGS[0])
    assert np.isfinite([sure for _, sure in ranked]).all()
