"""The age that a school year tells: "grade 2", "2nd grade", "year 4", "JK", "in reception"."""

import re

from spacy.tokens import Doc, Token

from bot.language.numbers import numbers
from bot.language.pipeline import cues
from bot.language.words import words

_ORDINALS = {word: value for value, word in enumerate(words("ages")["cues"]["ordinals"], start=1)}
_NO_SCHOOL, _TEACHING = cues("ages", "no_school"), cues("ages", "teaching")
# Age in months at the start. Ontario: JK and SK in the years a child turns 4 and 5, grade 1 at 6; England:
# reception in the September after the fourth birthday.
_CLASSES = {"kindergarten": 60, "kinder": 60, "jk": 48, "sk": 60, "reception": 48, "pre-k": 48}
_GRADES = frozenset({"grade", "grader", "graders", "gr"})
_IN = frozenset(
    {"in", "into", "start", "started", "starts", "starting", "is", "'s", "of", "finished", "my", "our"}
)


def school_age(doc: Doc) -> tuple[int, int, int] | None:
    """Months and the tokens [start, end) of the first school year that a message tells, or None.

    A grade n in Canada and the United States begins at 5 + n years, a year n in England at 4 + n.
    """
    if any(token.norm_ in _TEACHING for token in doc):
        return None
    values = {number.start: number for number in numbers(doc)}
    for token in doc:
        i, norm = token.i, token.norm_
        after = doc[i + 1].norm_ if i + 1 < len(doc) else ""
        before = doc[i - 1].norm_ if i else ""
        if norm in _GRADES or (_school_word(token) and i + 1 in values):
            grade, start, end = _grade(doc, i, values.get(i + 1))
            later = doc[end].norm_ if end < len(doc) else ""
            british = norm in ("year", "yr", "y", "p")
            if grade is None or later in _NO_SCHOOL or (later in ("of", "old", "ago", "olds")):
                continue
            if british and not (before in _IN or i == 0 or token.is_title):
                continue
            if 1 <= grade <= (13 if british else 12):
                return (4 + grade if british else 5 + grade) * 12, start, end
        elif norm in _CLASSES and after not in _NO_SCHOOL:
            if norm in ("jk", "sk", "reception") and not (before in _IN or token.is_upper or i == 0):
                continue
            return _CLASSES[norm], i, i + 1
    return None


def _school_word(token: Token) -> bool:
    """Whether a number after this token may be a school year: "year 4", "class 3", Scotland's "P3"."""
    return token.norm_ in ("year", "yr", "y", "class") or (token.text == "P" and not token.whitespace_)


def _grade(doc: Doc, i: int, number: object) -> tuple[int | None, int, int]:
    """The number of the grade named at token i, before ("2nd grade") or after it ("grade 2")."""
    if i and doc[i].norm_ in _GRADES:
        k = i - 2 if doc[i - 1].text == "-" and i > 1 else i - 1
        ordinal = re.fullmatch(r"(\d\d?)(?:st|nd|rd|th)", doc[k].norm_)
        value = int(ordinal[1]) if ordinal else _ORDINALS.get(doc[k].norm_)
        if value is not None:
            return value, k, i + 1
    following = next((n for n in numbers(doc) if n.start == i + 1), None)
    if number is None or following is None or following.value % 1:
        return None, i, i
    return int(following.value), i, following.end
