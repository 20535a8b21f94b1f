"""What makes a sentence to an upset child validate, or not: the flaws of shared/CONTENT.md, and one suggestion."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.language.reviewer import TASKS, Reviewer
from bot.language.suggestion import suggestion

# From here on a flaw is named; chosen as the learning was (review_learning.py).
_NAMED = 0.4

# Not a flaw of any words but of what is missing.
_MISSING = "no_feeling_word"


@dataclass(frozen=True)
class ValidationReview:
    """`flaws`: by name, in CONTENT.md's order; `words`: the words that show a flaw, where it shows in words."""

    validating: bool
    flaws: tuple[str, ...]
    words: Mapping[str, str]
    suggestion: str


def review_validation(text: str, reviewer: Reviewer) -> ValidationReview:
    """Review what a parent says, or would say, to an upset child, in any spelling.

    The verdict and the flaws agree: what validates has no flaw, what doesn't has at least one. Never raises.
    """
    marks = reviewer.marks("validation", text)
    named = TASKS["validation"][1:]
    validating = marks["validating"] > max(marks[flaw] for flaw in named)
    flaws = set() if validating else {flaw for flaw in named if marks[flaw] >= _NAMED}
    if not validating and not flaws:
        flaws.add(max(named, key=lambda flaw: marks[flaw]))
    ordered = tuple(flaw for flaw in named if flaw in flaws)
    words = {
        flaw: shown
        for flaw in ordered
        if flaw != _MISSING and (shown := reviewer.shown_by("validation", flaw, text))
    }
    return ValidationReview(validating, ordered, words, suggestion("validation", ordered, words, text))
