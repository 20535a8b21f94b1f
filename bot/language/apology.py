"""What makes this apology repair, or not: the flaws of shared/CONTENT.md, the words that show them, one suggestion."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.language.excuse import find_excuse
from bot.language.reviewer import TASKS, Reviewer
from bot.language.suggestion import suggestion

# Reported on every apology that states no next step; alone it doesn't make an apology insincere (shared/CONTENT.md).
HARMLESS = "no_repair_plan"

# From here on a flaw is named; chosen as the learning was (review_learning.py).
_NAMED = 0.4

# From here on a flaw is so likely that a parent is told in the middle of a conversation.
_CERTAIN = 0.8


@dataclass(frozen=True)
class ApologyReview:
    """`flaws`: by name, in CONTENT.md's order; `words`: the words that show a flaw, where it shows in words.

    `certain`: whether the verdict leaves little doubt.
    """

    sincere: bool
    flaws: tuple[str, ...]
    words: Mapping[str, str]
    suggestion: str
    certain: bool


def review_apology(text: str, reviewer: Reviewer) -> ApologyReview:
    """Review an apology to a child, as the parent wrote it, in any spelling.

    The verdict and the flaws agree: a sincere apology has no flaw but a missing next step, an insincere one at least
    one other. Never raises for any text; an empty one is not specific.
    """
    marks = reviewer.marks("apology", text)
    named = TASKS["apology"][1:]
    worst = max(marks[flaw] for flaw in named if flaw != HARMLESS)
    sincere = marks["sincere"] > worst
    flaws = {flaw for flaw in named if marks[flaw] >= _NAMED}
    if sincere:
        flaws &= {HARMLESS}
    elif not flaws - {HARMLESS}:
        flaws.add(max((flaw for flaw in named if flaw != HARMLESS), key=lambda flaw: marks[flaw]))
    ordered = tuple(flaw for flaw in named if flaw in flaws)
    words = {flaw: shown for flaw in ordered if flaw != HARMLESS and (shown := _shown(flaw, text, reviewer))}
    certain = (marks["sincere"] if sincere else worst) >= _CERTAIN
    return ApologyReview(sincere, ordered, words, suggestion("apology", ordered, words, text), certain)


def _shown(flaw: str, text: str, reviewer: Reviewer) -> str:
    """Return the words that show `flaw`: those a pattern finds, else those without which the flaw is gone."""
    found = find_excuse(text)
    return found.excuse if found and found.flaw == flaw else reviewer.shown_by("apology", flaw, text)
