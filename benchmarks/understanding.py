"""How well messages are understood: `./.venv/bin/python -m benchmarks.understanding --help`.

Intents are measured twice: by stratified cross-validation over data/nlu, and on messages that were never trained on.
Beside ours stands the pipeline of `rasa init`, trained on the same examples. Feelings and ages are measured on
files of their own. Tables are Markdown; everything is kept as JSON under results/.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
import yaml
from sklearn.model_selection import StratifiedKFold

from benchmarks.measures import Share, calibration_error, console, f1, keep, reliability, share, show
from benchmarks.stock import EPOCHS, RESULTS, stock_config, trained_stock
from bot.language.ages import find_age
from bot.language.encoder import load_encoder
from bot.language.feelings import find_feelings
from bot.language.intents import IntentModel
from bot.language.pipeline import read
from bot.language.words import words
from bot.settings import ROOT, settings
from bot.training import ensure_encoder

TRAINED_ON = ROOT / "data" / "nlu"
TESTS = ROOT / "tests" / "language"
UNSEEN = (TESTS / "unseen.yml", TESTS / "unseen_unsure.yml")
UNSEEN_FEELINGS = TESTS / "unseen_feelings.jsonl"

TWIN = 0.8

ELSEWHERE = "out_of_scope"
NOT_UNDERSTOOD = "nlu_fallback"

OURS, STOCK = "Secure Base", "stock"

Ranking = list[tuple[str, float]]


@dataclass(frozen=True)
class Examples:
    """Messages and the intent that each has."""

    texts: list[str]
    intents: list[str]

    def __len__(self) -> int:
        """How many there are."""
        return len(self.texts)

    def pick(self, places: Sequence[int]) -> Examples:
        """Return those at `places`."""
        return Examples([self.texts[place] for place in places], [self.intents[place] for place in places])


@dataclass(frozen=True)
class Thresholds:
    """When a message counts as not understood: its confidence is low, or the second reading is close behind."""

    lowest: float
    closest: float

    def unsure(self, ranking: Ranking) -> bool:
        """Return whether the parent would be asked instead of answered."""
        return ranking[0][1] < self.lowest or ranking[0][1] - ranking[1][1] < self.closest


def read_examples(*places: Path) -> Examples:
    """Return the examples of Rasa NLU files or folders of such. Raises KeyError for a file of another kind."""
    files = [file for place in places for file in (sorted(place.glob("*.yml")) if place.is_dir() else [place])]
    found = [
        (line.removeprefix("- ").strip(), entry["intent"])
        for file in files
        for entry in yaml.safe_load(file.read_text(encoding="utf-8"))["nlu"]
        for line in entry["examples"].splitlines()
        if line.startswith("- ")
    ]
    return Examples([text for text, _ in found], [intent for _, intent in found])


def thresholds(config: dict[str, Any]) -> Thresholds:
    """Return the thresholds of a configuration's fallback."""
    fallback = next(part for part in config["pipeline"] if part["name"] == "FallbackClassifier")
    return Thresholds(fallback["threshold"], fallback["ambiguity_threshold"])


def our_rankings(known: Examples, unknown: Examples) -> list[Ranking]:
    """Return what our classifier, trained on `known`, makes of `unknown`."""
    encoder = load_encoder(settings().encoder_folder)
    model = IntentModel.fit(known.texts, encoder.encode(known.texts), known.intents)
    return [model.rank(text, row) for text, row in zip(unknown.texts, encoder.encode(unknown.texts), strict=True)]


def rankings_of(model: Path, unknown: Examples) -> list[Ranking]:
    """Return what a trained Rasa model makes of `unknown`, before its fallback has its say."""
    # Imported here: TensorFlow takes seconds, and ours is measured without it.
    from rasa.core.agent import Agent
    from rasa.utils.log_utils import configure_structlog

    configure_structlog(logging.WARNING)  # or each message is printed
    agent = Agent.load(str(model))

    async def parse() -> list[Ranking]:
        parses = [await agent.parse_message(text) for text in unknown.texts]
        return [
            [(one["name"], one["confidence"]) for one in parsed["intent_ranking"] if one["name"] != NOT_UNDERSTOOD]
            for parsed in parses
        ]

    return asyncio.run(parse())


def train_stock_nlu(known: Examples, epochs: int, folder: Path) -> Path:
    """Train the stock pipeline alone on `known` in `folder` and return the model."""
    from rasa.model_training import train_nlu

    by_intent: dict[str, list[str]] = {}
    for text, intent in zip(known.texts, known.intents, strict=True):
        by_intent.setdefault(intent, []).append(text)
    entries = [
        {"intent": intent, "examples": "".join(f"- {text}\n" for text in texts)} for intent, texts in by_intent.items()
    ]
    data, config = folder / "nlu.yml", folder / "config.yml"
    data.write_text(yaml.safe_dump({"version": "3.1", "nlu": entries}, allow_unicode=True), encoding="utf-8")
    config.write_text(yaml.safe_dump(stock_config(epochs, with_policies=False)), encoding="utf-8")
    trained = train_nlu(str(config), str(data), str(folder))
    if trained is None:
        raise RuntimeError("The stock pipeline could not be trained.")
    return Path(trained)


def without_twins(examples: Examples, unseen: Examples) -> list[int]:
    """Return the places in `unseen` of messages that resemble no training example of `examples`.

    Two messages whose embeddings have a cosine of `TWIN` or more count as the same message in other words ("gotta run,
    bus is here" and "gotta run, the school bus is here"): to get such a one right is memory, not understanding.
    """
    encoder = load_encoder(settings().encoder_folder)
    nearest = (encoder.encode(unseen.texts) @ encoder.encode(examples.texts).T).max(axis=1)
    return [int(place) for place in np.flatnonzero(nearest < TWIN)]


def cross_validated(examples: Examples, folds: int, stock_epochs: int | None) -> tuple[Examples, list[Ranking]]:
    """Return `examples` in another order, and what a classifier makes of each that learned from the other folds.

    `stock_epochs` None: our classifier; a number: the stock pipeline, trained that long.
    """
    order: list[int] = []
    rankings: list[Ranking] = []
    parts = StratifiedKFold(folds, shuffle=True, random_state=7).split(examples.texts, examples.intents)
    for number, (known, unknown) in enumerate(parts, start=1):
        began = time.monotonic()
        if stock_epochs is None:
            rankings += our_rankings(examples.pick(known), examples.pick(unknown))
        else:
            with tempfile.TemporaryDirectory() as scratch:
                model = train_stock_nlu(examples.pick(known), stock_epochs, Path(scratch))
                rankings += rankings_of(model, examples.pick(unknown))
        order += list(unknown)
        console.print(f"fold {number} of {folds}: {time.monotonic() - began:.0f} s")
    return examples.pick(order), rankings


def intent_figures(truth: list[str], rankings: list[Ranking], limits: Thresholds) -> dict[str, Any]:
    """Return everything that is measured about intents for one classifier on one set of messages."""
    first = [ranking[0][0] for ranking in rankings]
    right = [name == wanted for name, wanted in zip(first, truth, strict=True)]
    asked = [limits.unsure(ranking) for ranking in rankings]
    offered = [wanted in _offered(ranking) for ranking, wanted in zip(rankings, truth, strict=True)]
    tenths = reliability([ranking[0][1] for ranking in rankings], right)
    ours, wanted_of, right_of = Counter(first), Counter(truth), Counter(np.array(truth)[np.array(right)])
    per_intent = {name: f1(right_of[name], ours[name], wanted_of[name]) for name in sorted(wanted_of)}
    elsewhere = [(name, ask) for name, ask, wanted in zip(first, asked, truth, strict=True) if wanted == ELSEWHERE]
    confused = Counter((wanted, name) for name, wanted in zip(first, truth, strict=True) if name != wanted)
    return {
        "messages": len(truth),
        "accuracy": share(right),
        "top2": share(wanted in [name for name, _ in rank[:2]] for rank, wanted in zip(rankings, truth, strict=True)),
        "right_or_offered": share(there if ask else hit for hit, ask, there in zip(right, asked, offered, strict=True)),
        "asked": share(asked),
        "sure_and_wrong": share(not ask and not hit for ask, hit in zip(asked, right, strict=True)),
        "out_of_scope_recall": share(name == ELSEWHERE for name, _ in elsewhere),
        "out_of_scope_not_mistaken": share(name == ELSEWHERE or ask for name, ask in elsewhere),
        "macro_f1": float(np.mean(list(per_intent.values()))),
        "calibration_error": calibration_error(tenths),
        "reliability": tenths,
        "f1": per_intent,
        "confused": [(*pair, count) for pair, count in confused.most_common(25)],
    }


def _offered(ranking: Ranking) -> list[str]:
    """Return the two readings on the buttons when a message was not understood (actions/conversation.py)."""
    return [name for name, _ in ranking[:10] if name in words("buttons")["readings"]][:2]


def feeling_figures(path: Path = UNSEEN_FEELINGS) -> dict[str, Any]:
    """Return feelings' micro F1 over sets, and how often the age is exact where one is told and absent elsewhere."""
    lines = _lines(path)
    docs = [read(line["text"]) for line in lines]
    found = [{feeling.name for feeling in find_feelings(doc)} for doc in docs]
    wanted = [set(line["feelings"]) for line in lines]
    both = sum(len(one & other) for one, other in zip(found, wanted, strict=True))
    told = [age.months if (age := find_age(doc)) else None for doc in docs]
    ages = [(age, line["age_months"]) for age, line in zip(told, lines, strict=True)]
    counts = (sum(map(len, found)), sum(map(len, wanted)))
    return {
        "messages": len(lines),
        "feelings_f1": f1(both, *counts),
        "feelings_precision": Share(both, counts[0]),
        "feelings_recall": Share(both, counts[1]),
        "feelings_set_exact": share(one == other for one, other in zip(found, wanted, strict=True)),
        "age_exact": share(age == true for age, true in ages if true is not None),
        "age_false": share(age is not None for age, true in ages if true is None),
    }


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def show_intents(title: str, by_system: dict[str, dict[str, Any]]) -> None:
    """Print the comparison, and for ours (or the only one) calibration, confusions and F1 by intent."""
    rows = {
        "accuracy": "right intent",
        "top2": "right among the first two",
        "right_or_offered": "right, or on a button when unsure",
        "asked": "asked instead of answered",
        "sure_and_wrong": "answered, and wrong",
        "macro_f1": "F1, mean over intents",
        "out_of_scope_recall": "out of scope, recognised",
        "out_of_scope_not_mistaken": "out of scope, recognised or asked",
        "calibration_error": "expected calibration error",
    }
    count = next(iter(by_system.values()))["messages"]
    show(
        f"{title}: {count} messages",
        ["", *by_system],
        [[words_, *(figures[name] for figures in by_system.values())] for name, words_ in rows.items()],
    )
    for name, figures in by_system.items():
        show(
            f"{title}: how sure {name} was, and how often right",
            ["confidence", "messages", "mean confidence", "right"],
            [
                [f"{tenth.low:.1f}-{tenth.low + 0.1:.1f}", tenth.count, tenth.confidence, tenth.accuracy]
                for tenth in figures["reliability"]
            ],
        )
    name, figures = next(iter(by_system.items()))
    show(f"{title}: what {name} confused most", ["was", "taken for", "times"], figures["confused"][:15])
    weakest = sorted(figures["f1"].items(), key=lambda pair: pair[1])
    show(f"{title}: F1 by intent, {name}, weakest first", ["intent", "F1"], weakest)


def main(
    folds: Annotated[int, typer.Option(help="Folds of the cross-validation; 0: leave it out.")] = 5,
    skip_stock: Annotated[bool, typer.Option(help="Measure ours alone.")] = False,
    skip_stock_cv: Annotated[bool, typer.Option(help="Stock on the unseen messages only.")] = False,
    stock_epochs: Annotated[int, typer.Option(help="How often stock's DIET sees the data.")] = EPOCHS,
    stale_stock: Annotated[bool, typer.Option(help="Take the last trained stock, though data changed since.")] = False,
) -> None:
    """Measure what is understood, ours beside the pipeline of `rasa init`."""
    os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
    ensure_encoder(settings(), console.print)
    examples, unseen = read_examples(TRAINED_ON), read_examples(*UNSEEN)
    limits = thresholds(yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8")))
    stock_limits = thresholds(stock_config())
    kept: dict[str, Any] = {"examples": len(examples), "stock_epochs": stock_epochs, "folds": folds}

    by_system = {OURS: our_rankings(examples, unseen)}
    figures = {OURS: intent_figures(unseen.intents, by_system[OURS], limits)}
    if not skip_stock:
        project = trained_stock(console.print, stock_epochs, stale=stale_stock)
        kept["stock_training_seconds"] = project.seconds
        by_system[STOCK] = rankings_of(project.model, unseen)
        figures[STOCK] = intent_figures(unseen.intents, by_system[STOCK], stock_limits)
    show_intents("Never trained on", figures)
    kept["unseen"] = figures
    alone = without_twins(examples, unseen)
    kept["without_twins"] = {
        name: share(rankings[place][0][0] == unseen.intents[place] for place in alone)
        for name, rankings in by_system.items()
    }
    show(
        f"Never trained on, and like no training example: {len(alone)} messages",
        ["", *by_system],
        [["right intent", *kept["without_twins"].values()]],
    )

    if folds:
        mixed, rankings = cross_validated(examples, folds, None)
        figures = {OURS: intent_figures(mixed.intents, rankings, limits)}
        if not skip_stock and not skip_stock_cv:
            mixed, rankings = cross_validated(examples, folds, stock_epochs)
            figures[STOCK] = intent_figures(mixed.intents, rankings, stock_limits)
        show_intents(f"Cross-validation, {folds} folds", figures)
        kept["cross_validation"] = figures

    kept["feelings"] = feeling_figures()
    show("Feelings, never seen", ["", "value"], [(key.replace("_", " "), one) for key, one in kept["feelings"].items()])
    console.print(f"Kept in {keep(RESULTS, 'understanding', kept)}")


if __name__ == "__main__":
    typer.run(main)
