"""How a parent says their own mood is, on the check-in's scale from 1 (very low) to 5 (good)."""

from __future__ import annotations

import re
from functools import lru_cache

from spacy.tokens import Doc

from bot.language.words import words

LOWEST, HIGHEST = 1, 5

_NUMBER = re.compile(
    r"\b(?:(?P<of>[1-5])\s*(?:/|out of|of)\s*5"
    r"|(?:mood|feeling|about|like|maybe|a|an)\s+(?P<said>[1-5])"
    r"|^\s*(?P<bare>[1-5]))"
    r"(?![\d.:]|\s*(?:yo|yr|year|month|am|pm|kid|hour|min))",
    re.IGNORECASE,
)


def find_mood(doc: Doc) -> int | None:
    """Return 1 to 5 for a number on the scale or a phrase of data/words/moods.yml, or None.

    The first number wins; of phrases the longest that stands in the message.
    """
    text = doc.text.lower().replace("’", "'")
    number = _NUMBER.search(text)
    if number:
        return int(next(part for part in number.groups() if part))
    found = [(len(phrase), mood) for phrase, mood in _phrases() if re.search(rf"\b{re.escape(phrase)}\b", text)]
    return max(found)[1] if found else None


@lru_cache
def _phrases() -> list[tuple[str, int]]:
    return [(phrase, int(mood)) for mood, phrases in words("moods").items() for phrase in phrases]
