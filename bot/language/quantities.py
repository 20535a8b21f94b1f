"""A number with its unit, in months: "4y/o", "18 mths", "2 years and 3 months", "7f"."""

from dataclasses import dataclass

from spacy.tokens import Doc

from bot.language.numbers import Number, numbers
from bot.language.pipeline import cues

_WEEK, DAY = 12 / 52.1775, 12 / 365.2425  # in months, of the mean Gregorian year

UNITS: dict[str, float] = {
    **dict.fromkeys(cues("ages", "years"), 12.0),
    **dict.fromkeys(cues("ages", "months"), 1.0),
    **dict.fromkeys(cues("ages", "weeks"), _WEEK),
    **dict.fromkeys(cues("ages", "days"), DAY),
}


@dataclass(frozen=True)
class Reading:
    """A number with its unit: tokens [start, end), months, and what was said besides."""

    months: float
    start: int
    end: int
    unit: str | None
    old: bool


def norm_at(doc: Doc, i: int) -> str:
    """The norm of the token at i; empty outside the doc."""
    return doc[i].norm_ if 0 <= i < len(doc) else ""


def _skip_dash(doc: Doc, i: int) -> int:
    """The next index that is no hyphen."""
    return i + 1 if doc[i : i + 1].text in ("-", "–", "‐", "‑") else i


def with_unit(doc: Doc, number: Number) -> Reading:
    """A number with the unit that follows it; without one it counts years."""
    start, i = number.start, _skip_dash(doc, number.end)
    unit = norm_at(doc, i)
    # "4y/o", "4 y o"
    if unit == "y" and norm_at(doc, i + 1) in ("/", "o"):
        i += 2 if norm_at(doc, i + 1) == "/" else 1
        if norm_at(doc, i).startswith("o"):
            return _old(doc, number, 12.0, "yo", i + 1)
    if unit in ("m", "f") and norm_at(doc, i + 1) not in ("old", "o") and not _means_months(doc, number, i):
        return Reading(number.value * 12, start, i + 1, "sex", True)
    if unit not in UNITS:
        end = number.end
        old = norm_at(doc, i) in ("old", "olds") and i == number.end + 1
        return Reading(number.value * 12, start, i + 1 if old else end, None, old)
    return _old(doc, number, UNITS[unit], unit, i + 1)


def _means_months(doc: Doc, number: Number, i: int) -> bool:
    """Whether "7m", "18m" are months: a capital M or a small number is a boy, unless a baby is spoken of."""
    babyish = any(token.ent_id_ == "they.baby" for token in doc)
    return doc[i].text == "m" and (number.value > 12 or babyish)


def _old(doc: Doc, number: Number, months: float, unit: str, end: int) -> Reading:
    """A number with its unit, then "and a half", "and 3 months", "old"."""
    value = number.value * months
    if (
        norm_at(doc, end) == "and"
        and norm_at(doc, end + 1) == "a"
        and norm_at(doc, end + 2) in ("half", "bit")
    ):
        value += months / 2 if norm_at(doc, end + 2) == "half" else 0
        end += 3
    rest = end + (norm_at(doc, end) in ("and", ","))
    if months == 12 and rest < len(doc):
        more = next((n for n in numbers(doc) if n.start == rest), None)
        if more and UNITS.get(norm_at(doc, more.end)) == 1.0:
            value, end = value + more.value, more.end + 1
    i = _skip_dash(doc, end)
    of_age = norm_at(doc, i) == "of" and norm_at(doc, i + 1) == "age"
    written = norm_at(doc, i) in ("old", "olds", "o", "young")
    old = written or of_age or unit in ("yo", "yos", "y.o", "y.o.", "yro", "yrold")
    return Reading(value, number.start, i + 2 if of_age else i + 1 if written else end, unit, old)
