"""What is understood of messages that nobody used to make the assistant: `./securebase evaluate understanding|reviews`.

Beside the product, as it is trained, stand spaCy's text classifier and the pipeline of `rasa init`, each trained on the
same examples. The held-out files were written by other writers than the examples, apart from them.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import spacy
import yaml
from spacy.training import Example
from spacy.util import minibatch
from thinc.util import fix_random_seed

from benchmarks.measures import f1, keep, share, show
from benchmarks.stock import RESULTS, stock_config, trained_stock
from benchmarks.understanding import (
    TRAINED_ON,
    Examples,
    Ranking,
    _lines,
    feeling_figures,
    intent_figures,
    our_rankings,
    rankings_of,
    read_examples,
    show_intents,
    thresholds,
)
from bot.language.apology import review_apology
from bot.language.review_learning import read_sentences
from bot.language.reviewer import TASKS, Reviewer
from bot.language.validation import review_validation
from bot.settings import ROOT, Settings

UNDERSTANDING = ROOT / "data" / "held_out" / "understanding.jsonl"
REVIEWS = ROOT / "data" / "reviews"

OURS, SPACY, STOCK = "Secure Base", "spaCy textcat", "stock"
SPACY_EPOCHS = 8
SHARES = (0.25, 0.5, 0.75, 1.0)


def held_out(path: Path = UNDERSTANDING) -> Examples:
    """Return the held-out messages with their intents."""
    lines = _lines(path)
    return Examples([line["text"] for line in lines], [line["intent"] for line in lines])


def evaluate_understanding(model: Path, stock_epochs: int, say: Callable[[str], None]) -> Path:
    """Print the comparison on the held-out messages and return where it was saved.

    `model`: the product's trained model. `stock_epochs`: how long stock is trained (about two minutes each); 0 leaves
    it out.
    """
    known, unseen = read_examples(TRAINED_ON), held_out()
    ours = thresholds(yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8")))
    rankings = {OURS: rankings_of(model, unseen)}
    say("Training spaCy's text classifier.")
    rankings[SPACY] = spacy_rankings(known, unseen)
    if stock_epochs:
        rankings[STOCK] = rankings_of(trained_stock(say, stock_epochs).model, unseen)
    limits = {OURS: ours, SPACY: ours, STOCK: thresholds(stock_config())}
    figures = {name: intent_figures(unseen.intents, ranked, limits[name]) for name, ranked in rankings.items()}
    show_intents("Held out", figures)
    say("Learning from a part of the examples.")
    curve = learning_curve(known, unseen)
    show("Learning curve, without the taught view", ["examples", "right intent"], curve)
    told = feeling_figures(UNDERSTANDING)
    show("Feelings and ages, held out", ["", "value"], [(key.replace("_", " "), one) for key, one in told.items()])
    return keep(RESULTS, "held_out", {"intents": figures, "learning_curve": curve, "feelings": told})


def learning_curve(known: Examples, unseen: Examples) -> list[tuple[int, Any]]:
    """Return for growing parts of the examples how many there are and the share of right intents."""
    order = list(range(len(known)))
    random.Random(0).shuffle(order)
    found = []
    for part in SHARES:
        some = known.pick(order[: int(len(order) * part)])
        ranked = our_rankings(some, unseen)
        right = share(one[0][0] == wanted for one, wanted in zip(ranked, unseen.intents, strict=True))
        found.append((len(some), right))
    return found


def spacy_rankings(known: Examples, unseen: Examples) -> list[Ranking]:
    """Return what spaCy's own text classifier, trained on `known`, makes of `unseen`."""
    fix_random_seed(0)
    nlp = spacy.blank("en")
    architecture = {
        "@architectures": "spacy.TextCatBOW.v3",
        "exclusive_classes": True,
        "ngram_size": 2,
        "no_output_layer": False,
        "length": 2**18,
    }
    categories = nlp.add_pipe("textcat", config={"model": architecture})
    intents = sorted(set(known.intents))
    for intent in intents:
        categories.add_label(intent)  # type: ignore[attr-defined]
    examples = [
        Example.from_dict(nlp.make_doc(text), {"cats": {one: float(one == intent) for one in intents}})
        for text, intent in zip(known.texts, known.intents, strict=True)
    ]
    optimizer = nlp.initialize(lambda: examples)
    for _ in range(SPACY_EPOCHS):
        random.Random(0).shuffle(examples)
        for batch in minibatch(examples, 64):  # type: ignore[no-untyped-call]
            nlp.update(batch, sgd=optimizer)
    docs = nlp.pipe(unseen.texts)
    return [sorted(doc.cats.items(), key=lambda pair: -pair[1]) for doc in docs]


def evaluate_reviews(settings: Settings) -> Path:
    """Print how both reviews do on the held-out sentences and return where it was saved."""
    taught = Reviewer.load(settings.reviews_folder)
    kept: dict[str, Any] = {}
    for task, review in (("apology", review_apology), ("validation", review_validation)):
        good, *flaws = TASKS[task]
        sentences = read_sentences(REVIEWS / f"held_out_{task}.jsonl", task)
        found = [review(one.text, taught) for one in sentences]
        verdict = share(
            getattr(one, good) == (good in sentence.marks) for one, sentence in zip(found, sentences, strict=True)
        )
        pairs = [(set(one.flaws), sentence.marks - {good}) for one, sentence in zip(found, sentences, strict=True)]
        by_flaw = {
            flaw: f1(
                sum(flaw in said and flaw in true for said, true in pairs),
                sum(flaw in said for said, _ in pairs),
                sum(flaw in true for _, true in pairs),
            )
            for flaw in flaws
        }
        micro = f1(
            sum(len(said & true) for said, true in pairs),
            sum(len(said) for said, _ in pairs),
            sum(len(true) for _, true in pairs),
        )
        macro = sum(by_flaw.values()) / len(by_flaw)
        rows = [(f"{good} or not", verdict), ("flaws F1, micro", micro), ("flaws F1, macro", macro), *by_flaw.items()]
        show(f"{task}: {len(sentences)} held-out sentences", ["", "value"], rows)
        kept[task] = {"verdict": verdict, "micro": micro, "macro": macro, "flaws": by_flaw}
    return keep(RESULTS, "reviews", kept)
