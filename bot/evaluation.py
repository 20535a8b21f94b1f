"""Measures the risk detectors on messages that nobody used to make them: `./securebase evaluate risk`.

What is found is counted at three ways of deciding, side by side on the same messages: the product (rules, classifier),
a plain keyword list, and the intent classifier alone. Intervals are Wilson's at 95%.
"""

from __future__ import annotations

import json
import re
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from scipy.stats import binomtest

from bot.language.risk.examples import NONE, Example, ordinary_talk, read_examples
from bot.language.risk.rules import CATEGORIES
from bot.settings import ROOT, Settings

HELD_OUT = ROOT / "data" / "risk" / "held_out.jsonl"

# The messages of the intent `risk` that count as found when the intent classifier is asked alone.
_INTENT_SURE = 0.5

URGENCIES = ("emergency", "urgent", "support")

Verdict = tuple[str, str]
"""The category and the urgency that a detector gives a message; ("none", "none") when it finds nothing."""


@dataclass(frozen=True)
class Share:
    """So many of so many."""

    hits: int
    of: int

    def __str__(self) -> str:
        """The share with its interval: "0.93 (0.88 to 0.96), 112 of 120"."""
        if not self.of:
            return "none to count"
        between = binomtest(self.hits, self.of).proportion_ci(0.95, method="wilson")
        return f"{self.hits / self.of:.3f} ({between.low:.3f} to {between.high:.3f}), {self.hits} of {self.of}"


@dataclass(frozen=True)
class Measured:
    """How one detector did. Shares by name; `missed` and `false_alarms` are the messages themselves."""

    shares: Mapping[str, Share]
    missed: Sequence[Example]
    false_alarms: Sequence[Example]
    milliseconds: float
    asked: Share


def measure(examples: Sequence[Example], verdicts: Sequence[Verdict], milliseconds: float, asked: int = 0) -> Measured:
    """Count what `verdicts`, one an example, found and missed. `asked`: missed ones that the parent is asked about."""
    pairs = list(zip(examples, verdicts, strict=True))
    signals = [(one, verdict) for one, verdict in pairs if one.category != NONE]
    calm = [(one, verdict) for one, verdict in pairs if one.category == NONE]
    found = [(one, verdict) for one, verdict in signals if verdict[0] != NONE]
    alarms = [one for one, verdict in calm if verdict[0] != NONE]

    def sensitivity(chosen: Callable[[Example], bool]) -> Share:
        return Share(sum(chosen(one) for one, _ in found), sum(chosen(one) for one, _ in signals))

    shares = {"found, of all signals": sensitivity(lambda one: True)}
    for urgency in URGENCIES:
        shares[f"found, of {urgency}"] = sensitivity(lambda one, urgency=urgency: one.urgency == urgency)  # type: ignore[misc]
    for name in CATEGORIES:
        shares[f"found, of {name}"] = sensitivity(lambda one, name=name: one.category == name)  # type: ignore[misc]
    shares["right category, of the found"] = Share(
        sum(verdict[0] in (one.category, *one.also) for one, verdict in found), len(found)
    )
    shares["at least as urgent, of the found"] = Share(
        sum(_LEVEL[verdict[1]] >= _LEVEL[one.urgency] for one, verdict in found), len(found)
    )
    shares["precision, of all that alarmed"] = Share(len(found), len(found) + len(alarms))
    for urgency in URGENCIES:
        said = [one for one, verdict in pairs if verdict[1] == urgency]
        shares[f"precision of {urgency}"] = Share(sum(one.category != NONE for one in said), len(said))
    for name in CATEGORIES:
        named = [one for one, verdict in pairs if verdict[0] == name]
        shares[f"precision of {name}"] = Share(sum(name in (one.category, *one.also) for one in named), len(named))
    look_alikes = [one for one, _ in calm if one.kind != "ordinary"]
    shares["false alarms, of look-alikes"] = Share(sum(one.kind != "ordinary" for one in alarms), len(look_alikes))
    for kind in sorted({one.kind for one, _ in calm}):
        total = sum(one.kind == kind for one, _ in calm)
        shares[f"false alarms, of {kind}"] = Share(sum(one.kind == kind for one in alarms), total)
    missed = [one for one, verdict in signals if verdict[0] == NONE]
    return Measured(shares, missed, alarms, milliseconds, Share(asked, len(missed)))


_LEVEL = {"none": 0, "support": 1, "urgent": 2, "emergency": 3}


def product(examples: Sequence[Example]) -> Measured:
    """Measure rules and classifier together, as the assistant uses them."""
    from bot.language.risk.detector import detector

    both = detector()
    both.detect("warm up")
    findings, times = [], []
    for one in examples:
        began = time.perf_counter()
        findings.append(both.detect(one.text))
        times.append((time.perf_counter() - began) * 1000)
    asked = sum(
        one.category != NONE and found.category == NONE and bool(found.asks)
        for one, found in zip(examples, findings, strict=True)
    )
    verdicts = [(found.category, found.urgency) for found in findings]
    return measure(examples, verdicts, statistics.median(times), asked)


def rules_alone(examples: Sequence[Example]) -> Measured:
    """Measure the rules without the classifier: what is left when its files are gone."""
    from bot.language.risk.screener import screener

    began = time.perf_counter()
    findings = [screener().screen(one.text) for one in examples]
    spent = (time.perf_counter() - began) * 1000 / len(examples)
    return measure(examples, [(found.category, found.urgency) for found in findings], spent)


def keywords(examples: Sequence[Example]) -> Measured:
    """Measure the plain keyword list of data/risk/keywords.yml."""
    lists = yaml.safe_load((ROOT / "data" / "risk" / "keywords.yml").read_text(encoding="utf-8"))
    patterns = {name: re.compile(rf"\b(?:{'|'.join(map(re.escape, words))})\b", re.I) for name, words in lists.items()}
    began = time.perf_counter()
    verdicts = [
        next(((name, "urgent") for name, words in patterns.items() if words.search(one.text)), _CALM)
        for one in examples
    ]
    return measure(examples, verdicts, (time.perf_counter() - began) * 1000 / len(examples))


_CALM = (NONE, NONE)


def intents_alone(examples: Sequence[Example], settings: Settings) -> Measured:
    """Measure the intent classifier alone, taught here on `data/nlu`; it knows no categories, only `risk`."""
    from bot.language.encoder import load_encoder
    from bot.language.intents import IntentModel

    encoder = load_encoder(settings.encoder_folder)
    taught = [
        (text, str(entry["intent"]))
        for path in sorted((ROOT / "data" / "nlu").glob("*.yml"))
        for entry in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]
        if entry.get("intent")
        for text in re.findall(r"^\s*- (.+)$", str(entry["examples"]), re.MULTILINE)
    ]
    texts, intents = [text for text, _ in taught], [intent for _, intent in taught]
    model = IntentModel.fit(texts, encoder.encode(texts), intents)
    place = model.intents.index("risk")
    began = time.perf_counter()
    sure = model.probabilities([one.text for one in examples], encoder.encode([one.text for one in examples]))[:, place]
    spent = (time.perf_counter() - began) * 1000 / len(examples)
    return measure(examples, [("risk", "urgent") if one >= _INTENT_SURE else _CALM for one in sure], spent)


def evaluate_risk(settings: Settings, path: Path = HELD_OUT) -> tuple[list[str], Path]:
    """Measure all ways on the examples of `path`; return the report's lines and the file they were saved in.

    Raises ExampleError or OSError when the examples can't be read.
    """
    examples = read_examples(path)
    everyday = ordinary_talk(ROOT / "data" / "nlu")
    ways = {
        "rules and classifier": product(examples),
        "rules alone": rules_alone(examples),
        "plain keyword list": keywords(examples),
        "intent classifier alone": intents_alone(examples, settings),
    }
    lines = list(_report(path, examples, ways))
    lines += ["", f"## {len(everyday)} ordinary messages of data/nlu (many of them were taught)", ""]
    lines.append(f"- rules and classifier: {product(everyday).shares['false alarms, of ordinary']}")
    folder = settings.var / "evaluation"
    folder.mkdir(parents=True, exist_ok=True)
    saved = folder / f"risk-{path.stem}.md"
    saved.write_text("\n".join(lines) + "\n", encoding="utf-8")
    saved.with_suffix(".json").write_text(json.dumps({way: _plain(one) for way, one in ways.items()}, indent=1))
    return lines, saved


def _report(path: Path, examples: Sequence[Example], ways: Mapping[str, Measured]) -> Iterator[str]:
    yield f"# Risk detection on {path.name}: {len(examples)} messages"
    yield ""
    yield "Share (95% Wilson interval), counts."
    for way, measured in ways.items():
        yield from ["", f"## {way}", "", f"- {measured.milliseconds:.2f} ms a message"]
        yield from (f"- {name}: {share}" for name, share in measured.shares.items())
        if measured.asked.hits:
            yield f"- asked about, of the missed: {measured.asked}"
    best = next(iter(ways.values()))
    yield from ["", f"## Missed by {next(iter(ways))}", ""]
    yield from (f"- {one.category}, {one.urgency}: {one.text}" for one in best.missed)
    yield from ["", f"## False alarms of {next(iter(ways))}", ""]
    yield from (f"- {one.kind}: {one.text}" for one in best.false_alarms)


def _plain(measured: Measured) -> dict[str, Any]:
    return {
        "milliseconds": measured.milliseconds,
        "shares": {name: [share.hits, share.of] for name, share in measured.shares.items()},
        "asked": [measured.asked.hits, measured.asked.of],
    }
