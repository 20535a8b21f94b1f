"""Two independent detectors and a question: the rules, the trained classifier, and what to ask where they are unsure.

The rules need nothing but the standard library and YAML. The classifier adds what no rule foresaw; when its files are
missing or it fails, the rules work alone and `evidence` stays theirs.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from bot.language.risk.rules import CATEGORIES
from bot.language.risk.screener import NOTHING, Finding, Screener, screener
from bot.language.risk.urgency import Urgency
from bot.settings import settings

logger = logging.getLogger(__name__)

# From this probability of any danger on, the classifier's word counts by itself; from the lower one on, the parent is
# asked. Chosen on messages of two writers who were left out of a teaching; docs/safety.md says what is not clean in it.
SURE, UNSURE = 0.5, 0.2

# Where the classifier sees less danger than this in what the rules found, the two disagree: the parent is asked.
DOUBT = 0.1

# How sure it must be of another danger where somebody denied one, or spoke of long ago. The one that was denied or is
# past is asked about, however sure it is: it reads "I'm not suicidal" by its last word.
LONG_AGO = 0.95

# How likely a second category must be to be named beside the first.
ALSO = 0.4


# A low mood or a worn-out week is not asked about on suspicion: it would make a patient of a tired parent.
_GRAVE = frozenset(CATEGORIES) - {"parent_depression", "burnout", "substance_use"}


class Classifier(Protocol):
    """What the detector needs of a classifier."""

    def probabilities(self, text: str) -> Mapping[tuple[str, str], float]:
        """Return the probability of each (category, urgency), "none" included."""


class Detector:
    """Detects danger in single messages; holds no state between them, safe in threads."""

    def __init__(self, rules: Screener, classifier: Classifier | None) -> None:
        """Take both detectors; without a classifier the rules decide."""
        self._rules = rules
        self._classifier = classifier

    def detect(self, text: str, distressed: bool = False) -> Finding:
        """Return who is in danger, if anybody, in `text`; raises nothing that the rules don't raise.

        `distressed`: distress was voiced in the last turns; idioms then clear nothing.
        """
        ruled = self._rules.screen(text, distressed)
        try:
            learned = self._classifier.probabilities(text) if self._classifier else {}
        except Exception as error:  # a second opinion that fails must not take the first one away
            logger.error("The risk classifier failed with %s.", type(error).__name__)
            learned = {}
        return _joined(ruled, learned) if learned else ruled


def _joined(ruled: Finding, learned: Mapping[tuple[str, str], float]) -> Finding:
    """Return what both say together: the rules' finding, more urgent or wider where the classifier is sure."""
    by_category = {
        name: sum(sure for (category, _), sure in learned.items() if category == name) for name in CATEGORIES
    }
    danger = sum(by_category.values())
    likeliest = max(by_category, key=lambda name: by_category[name])
    noted = f"classifier:{likeliest}:{danger:.2f}"
    objects = ruled.urgency != "none" and danger < DOUBT and not (ruled.now or ruled.plain)
    denied = ruled.asks == likeliest and any(one.endswith((":denied", ":past")) for one in ruled.evidence)
    unheard = ruled.urgency == "none" and (denied or danger < (LONG_AGO if ruled.evidence else SURE))
    if objects or unheard:
        suspected = ruled.category if objects else ruled.asks or (likeliest if danger >= UNSURE else "")
        asks = suspected if suspected in _GRAVE else ""
        return replace(NOTHING, evidence=(*ruled.evidence, *((noted,) if asks else ())), asks=asks)
    named = [likeliest] if danger >= SURE else []
    named += [name for name in CATEGORIES if by_category[name] >= ALSO and name not in named]
    urgencies = {name: _urgency(name, learned) for name in named}
    for name, label in zip(ruled.categories, ruled.urgencies, strict=True):
        urgencies[name] = max(urgencies.get(name, Urgency.NONE), Urgency.from_label(label))
    ordered = sorted(urgencies, key=lambda name: (-urgencies[name], name not in ruled.categories, -by_category[name]))
    return Finding(
        category=ordered[0],
        urgency=urgencies[ordered[0]].label,
        categories=tuple(ordered),
        evidence=(*ruled.evidence, *((noted,) if named else ())),
        urgencies=tuple(urgencies[name].label for name in ordered),
        now=ruled.now,
    )


def doubted(finding: Finding) -> Finding:
    """Return a finding that doesn't count: the parent is asked about it, where it is grave."""
    asks = finding.category if finding.category in _GRAVE else ""
    return replace(NOTHING, evidence=finding.evidence, asks=asks)


def _urgency(category: str, learned: Mapping[tuple[str, str], float]) -> Urgency:
    """Return the likeliest urgency of `category`."""
    options = {label: sure for (name, label), sure in learned.items() if name == category}
    return Urgency.from_label(max(options, key=lambda label: options[label]))


@lru_cache(maxsize=1)
def detector() -> Detector:
    """Return this installation's detector, loaded once; with the rules alone while no classifier is trained."""
    return Detector(screener(), _classifier(settings().risk_folder))


def _classifier(folder: Path) -> Classifier | None:
    try:
        from bot.language.risk.classifier import RiskClassifier

        return RiskClassifier.load(folder)
    except Exception as error:  # missing or broken files, or a library that won't load: the rules go on
        logger.warning("No risk classifier (%s): the rules screen alone.", type(error).__name__)
        return None
