"""The child's age in a message, and the band of ages it belongs to.

Numbers are read first ("three and a half", "3½", "18"), then each in turn is asked what it counts: the words
after it (a unit, a school year, or something else counted) and those before it (whose, when, how nearly).
"""

import re
from dataclasses import dataclass
from typing import Literal, get_args

from spacy.tokens import Doc, Token

from bot.language.numbers import numbers
from bot.language.pipeline import cues, is_word
from bot.language.quantities import DAY, UNITS, Reading, norm_at, with_unit
from bot.language.schooling import school_age

AgeBand = Literal["baby", "toddler", "preschool", "school_age", "teen"]

OLDEST = 18 * 12 + 11  # months: to the day before the nineteenth birthday
_BAND_STARTS = (0, 12, 36, 72, 156)  # months; the bands of the stage-by-stage advice (CONTENT.md)
_NEARLY, _AROUND, _TO_BE = cues("ages", "nearly"), cues("ages", "around"), cues("ages", "am_to_be")
_MEASURED, _LASTING = cues("ages", "measured"), cues("ages", "lasting")
_OTHER_TIME, _COMPARED = cues("ages", "other_time"), cues("ages", "compared")
_NOT_PERSONS = cues("ages", "not_persons")
_LONG_AGO = frozenset({"since", "when", "until", "till", "til"})
_WHEN, _SOON = cues("ages", "months_and_seasons"), cues("ages", "soon")
_FILLERS, _SHORT = cues("ages", "fillers"), cues("ages", "short_answer")
# Said before a number that is not reached yet, as sets of words: "not quite", "will be", "coming up to"
_TO_COME = [
    set(phrase.split())
    for phrase in (
        "not quite",
        "not yet",
        "will be",
        "gonna be",
        "going be",
        "to be",
        "coming up",
        "close to",
        "going on",
    )
]
_PERSON = frozenset({"he", "she", "they", "who", "her", "him", "them"})
_WORD_BANDS: dict[str, AgeBand] = {
    "baby": "baby", "toddler": "toddler", "preschooler": "preschool", "kindergartner": "preschool",
    "tween": "school_age", "teenager": "teen",
}  # fmt: skip
_ASIDE = _NEARLY | {",", "(", ":", "-", "just", "only", "now", "age", "aged"}
_SHORT_MESSAGE = 14  # tokens: a longer message that begins with a number is rarely an answer to "how old"


@dataclass(frozen=True)
class Age:
    """A child's age in whole months, and where in the text it stands (characters)."""

    months: int
    start: int
    end: int


def find_age(doc: Doc) -> Age | None:
    """The age of the child the message is about: the first that is told, in months, 0 to 227.

    None when no age is told, and for ages of grown-ups, siblings or another time ("since he was 2").
    "Nearly", "turning" and a birthday to come count as one month less; a school year as the age at which most
    children begin it (Ontario: grade n at 5 + n years; England: year n at 4 + n).
    """
    found: list[Age] = []
    taken = -1
    for number in numbers(doc):
        if number.start < taken:
            continue
        reading = with_unit(doc, number)
        taken = reading.end
        if _is_age(doc, reading):
            months = int(reading.months + 1e-6) - _birthday_to_come(doc, reading)
            if 0 <= months <= OLDEST:
                found.append(_age(doc, months, reading.start, reading.end))
    school = school_age(doc)
    if school is not None:
        found.append(_age(doc, *school))
    if found:
        return min(found, key=lambda age: age.start)
    first = next((ent for ent in doc.ents if ent.label_ == "child" or ent.label_ == "other_child"), None)
    if first is not None and first.text.lower().endswith("newborn") and first.label_ == "child":
        return Age(0, first.start_char, first.end_char)
    return None


def age_band(months: int) -> AgeBand:
    """The band of months: baby 0-11, toddler 12-35, preschool 36-71, school_age 72-155, teen 156-227.

    Raises ValueError outside these.
    """
    if not 0 <= months <= OLDEST:
        raise ValueError(f"not a child's age in months: {months}")
    bands: tuple[AgeBand, ...] = get_args(AgeBand)
    return bands[sum(months >= start for start in _BAND_STARTS) - 1]


def band_in(doc: Doc) -> AgeBand | None:
    """The band of ages a message tells: by a range ("3-5", "13 or older"), an age, or a word ("toddler")."""
    ranged = _range(doc.text)
    if ranged is not None:
        return ranged
    age = find_age(doc)
    if age is not None:
        return age_band(age.months)
    older = False  # once a child is named, "the baby" is the sibling: "he's jealous of the baby"
    for token in doc:
        if token.ent_type_ == "band":
            return next(band for band in get_args(AgeBand) if band == token.ent_id_)
        older = older or token.norm_ in _PERSON or token.ent_id_.startswith(("he.", "she."))
        band = _word_band(token)
        if band is not None and not (older and band == "baby"):
            return band
    return None


def _word_band(token: Token) -> AgeBand | None:
    """The band that a word for the child carries: "toddler", "teenager"; a "baby girl" may be of any age."""
    if token.ent_type_ != "child" or token.ent_iob_ != "B":
        return None
    return _WORD_BANDS.get(token.ent_id_.partition(".")[2])


_YRS = r"(?:\s*(?:years?|yrs?|y)?(?:\s*olds?)?)"
_TO = r"\s*(?:-|–|—|to|and|until)\s*"
_FROM_TO = re.compile(rf"\W*(?:ages?d?|between)?\s*(\d\d?){_YRS}{_TO}(\d\d?){_YRS}\W*", re.I)
_UNDER = re.compile(rf"\W*(?:under|less than|younger than|below|<)\s*(?:a|one|1){_YRS}\W*", re.I)
_AND_UP = re.compile(rf"\W*(?:over\s+)?(\d\d?){_YRS}\s*(?:\+|(?:or|and) (?:older|over|up)|plus)\W*", re.I)


def _range(text: str) -> AgeBand | None:
    """The band of a message that is only a range of ages in years, by the middle of the range."""
    text = text.strip()
    if len(text) > 40:
        return None
    if _UNDER.fullmatch(text):
        return "baby"
    if found := _FROM_TO.fullmatch(text):
        low, high = int(found[1]), int(found[2])
        return age_band((low + high) * 6) if low < high <= 18 else None
    if (found := _AND_UP.fullmatch(text)) and int(found[1]) <= 18:
        return age_band(int(found[1]) * 12)
    return None


def _age(doc: Doc, months: int, start: int, end: int) -> Age:
    """An age over the tokens [start, end)."""
    return Age(months, doc[start].idx, doc[end - 1].idx + len(doc[end - 1]))


def _before(doc: Doc, reading: Reading) -> tuple[list[str], Token | None]:
    """The words like "is nearly" before a reading, nearest first, and the token that they follow."""
    near: list[str] = []
    i = reading.start - 1
    while i >= 0 and doc[i].norm_ in _AROUND and len(near) < 8 and not doc[i].text.startswith("\n"):
        near.append(doc[i].norm_)
        i -= 1
    return near, doc[i] if i >= 0 else None


def _is_age(doc: Doc, reading: Reading) -> bool:
    """Whether a reading is the present age of the parent's child."""
    near, head = _before(doc, reading)
    after = norm_at(doc, reading.end)
    if _of_somebody_else(doc, reading) or _at_another_time(doc, reading, near, head):
        return False
    if reading.old:
        return after not in ("older", "younger", "than")
    if reading.unit is not None:
        return _duration_is_age(doc, reading, near, head)
    if after in _MEASURED or doc[reading.end : reading.end + 1].text.startswith((":", "/", "%", "£", "$")):
        return after == "or" and _person_is(near, head)
    if "age" in near or "aged" in near:
        return True
    if head is not None and head.text in ("$", "£", "€", "#"):
        return False
    if _person_is(near, head) or {"turned", "turning", "turns", "turn"} & set(near):
        return head is None or head.norm_ not in _NOT_PERSONS or "turned" in near and head.norm_ == "just"
    return _beside_child(doc, reading, near, head) or _is_answer(doc, reading)


def _person_is(near: list[str], head: Token | None) -> bool:
    """Whether a person "is", "turns" or "will be" what follows."""
    if not set(near) & _TO_BE or head is None:
        return False
    if head.norm_ in _PERSON or head.ent_type_ == "child":
        return True
    # "Leo is 4", "leo is 4": any word but those that say a time or a score
    if not head.is_alpha or head.norm_ in _NOT_PERSONS or head.ent_type_:
        return False
    after_child = head.i > 0 and head.nbor(-1).ent_type_ == "child"
    return head.is_title or after_child or not is_word(head.lower_)


def _beside_child(doc: Doc, reading: Reading, near: list[str], head: Token | None) -> bool:
    """Whether a bare number stands right beside the child: "my son (7)", "DD7", "Leo, 4,"."""
    if head is None or not set(near) <= _ASIDE:
        return False
    if head.ent_type_ == "child":
        return True
    closed = norm_at(doc, reading.end) in (")", ",", ".", "")
    named = head.is_title and head.is_alpha and head.norm_ not in _NOT_PERSONS and head.ent_type_ == ""
    return bool(near) and near[-1] in (",", "(") and closed and named


def _is_answer(doc: Doc, reading: Reading) -> bool:
    """Whether a short message begins with this number: "7", "seven!", "7, he's in bed"."""
    opening = doc[: reading.start]
    if len(doc) > _SHORT_MESSAGE or any(t.norm_ not in _FILLERS and not t.is_punct for t in opening):
        return False
    following = doc[reading.end : reading.end + 1]
    ended = not following or following.text[0] in ",.!?;)\n" or not following.text[0].isascii()
    return ended or following[0].norm_ in _SHORT


def _duration_is_age(doc: Doc, reading: Reading, near: list[str], head: Token | None) -> bool:
    """Whether a number with a unit and no "old" is an age: "she's 18 months", "my 18 month girl", "18mo"."""
    after = norm_at(doc, reading.end)
    following = doc[reading.end] if reading.end < len(doc) else None
    if (
        after in _LASTING
        and not (after == "in" and norm_at(doc, reading.end + 1) in _WHEN)
        and after != "now"
    ):
        return False
    if following is not None and following.ent_type_ == "child" and not near:
        return head is None or head.norm_ not in ("for", "in", "last", "past", "every")
    person = _person_is(near, head) and "going" not in near or _beside_child(doc, reading, near, head)
    ended = following is None or following.is_punct or following.norm_ in ("now", "almost")
    whole = reading.start == 0 and ended and UNITS.get(reading.unit or "") != DAY
    glued = reading.unit in ("mo", "mos", "m", "y") and not doc[reading.end - 2].whitespace_
    owned = not near and (head is None or head.norm_ in ("my", "our", "a", "with"))
    return person or whole or (glued and owned)


def _of_somebody_else(doc: Doc, reading: Reading) -> bool:
    """Whether the years are those of the parent, another grown-up, a sibling, or nobody in particular."""
    near, head = _before(doc, reading)
    # what follows: "my 10 year old brother", "his 2 year old sister"
    follow = reading.end
    while follow < len(doc) and doc[follow].norm_ in ("little", "big", "baby", "half", "step", "twin"):
        follow += 1
    if follow < len(doc) and doc[follow].ent_type_ in ("adult", "other_child"):
        return True
    if head is None:
        return False
    if head.norm_ in ("i", "we") or (head.norm_ in ("am", "'m", "me") and not reading.old):
        return True
    if head.norm_ in ("other", "those", "these", "some", "most", "many", "few"):
        return True
    if head.ent_type_ in ("adult", "other_child"):
        return True
    if head.norm_ in _PERSON and head.i and not set(near) & {"(", ","}:
        earlier = [t for t in doc[max(head.sent.start, head.i - 4) : head.i] if t.ent_type_]
        return (
            bool(earlier)
            and earlier[-1].ent_type_ == "other_child"
            and not any(t.norm_ in _PERSON or t.norm_ == "his" for t in doc[: head.i])
        )
    return False


def _at_another_time(doc: Doc, reading: Reading, near: list[str], head: Token | None) -> bool:
    """Whether the number is of another time or a comparison: "since he was 2", "like a 2 year old"."""
    clause = [token.norm_ for token in doc[max(0, reading.start - 6) : reading.start]]
    if "was" in clause[-3:] or "were" in clause[-3:]:
        return True
    if head is None:
        return False
    before = head.norm_
    if before in _LONG_AGO or (
        not reading.old and before in _OTHER_TIME | {"for", "in", "past", "last", "every", "than"}
    ):
        return True
    if (before in _PERSON or head.ent_type_ == "child") and set(near) & (_TO_BE | {"turned"}):
        i = head.i - 1 - (norm_at(doc, head.i - 1) in ("my", "our", "the"))
        return norm_at(doc, i) in _OTHER_TIME | _COMPARED | {"though"}
    return "a" in near and ("like" in near or before in _COMPARED)


def _birthday_to_come(doc: Doc, reading: Reading) -> int:
    """1 when the number is not reached yet ("nearly 5", "turning 3 in June", "5 in March"), else 0."""
    near, _ = _before(doc, reading)
    words_before = set(near)
    coming = bool(words_before & (_NEARLY | {"turns", "turn", "under"}))
    coming = coming or any(phrase <= words_before for phrase in _TO_COME)
    if reading.unit is None and "turned" not in words_before:
        after, then = norm_at(doc, reading.end), norm_at(doc, reading.end + 1)
        coming = coming or after in _SOON or (after in ("in", "this", "on") and then in _WHEN)
    return int(coming)
