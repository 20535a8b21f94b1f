"""Where a clause of a chat message begins and ends, without a parser and without trust in punctuation."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from spacy.tokens import Doc, Token

from bot.language.grammar import (
    AUXILIARIES,
    CONTRACTED,
    NEGATIONS,
    begins_noun_phrase,
    can_be,
    is_base,
    is_gerund,
    is_past,
    plain_present,
    skip_adverbs,
    verb_base,
)
from bot.language.words import words

_LISTS = words("clauses")
SUBJECTS = frozenset(_LISTS["subjects"])
DETERMINERS = frozenset(_LISTS["determiners"])
_OTHER_SUBJECTS = frozenset(_LISTS["other_subjects"])
_FINITE = AUXILIARIES | NEGATIONS | CONTRACTED
_AGE_LEADS = frozenset(_LISTS["age_leads"])
_AGE_UNITS = frozenset(_LISTS["age_units"])
_AGE_FOLLOWERS = frozenset(_LISTS["age_followers"])
_SHORT_AGE = re.compile(r"^\d{1,2}-?(?:yo|yrs?|m|mo|months?)$")
_TIME_UNIT = re.compile(r"^(?:\d*(?:mins?|minutes?|hrs?|hours?|secs?|seconds?)|ages|hours|days?|weeks?)$")
_SHORT_TIME = re.compile(r"^\d+(?:mins?|hrs?|h|hours?|minutes?)$")

Phrase = tuple[str, ...]


def phrases(listed: Iterable[str]) -> list[Phrase]:
    """Return phrases as tuples of words, the longest first."""
    return sorted((tuple(phrase.split()) for phrase in listed), key=len, reverse=True)


def spelled(token: Token) -> str:
    """Return a word in lower case with a plain apostrophe."""
    return token.lower_.replace("’", "'")


def stands_at(doc: Doc, place: int, phrase: Phrase) -> bool:
    """Say whether the words of `phrase` stand at `place`, contractions written together or apart."""
    for word in phrase:
        if place >= len(doc):
            return False
        joined, last = spelled(doc[place]), place
        while (
            joined != word and word.startswith(joined) and last + 1 < len(doc) and not doc[last].whitespace_
        ):
            last += 1
            joined += spelled(doc[last])
        if joined != word:
            return False
        place = last + 1
    return True


def without_trailing(doc: Doc, start: int, end: int, trailing: Sequence[Phrase]) -> int:
    """Return `end` stepped back over the phrases (and blanks) that may trail off, never before `start`."""
    while end > start:
        if doc[end - 1].is_space:
            end -= 1
            continue
        length = next(
            (len(p) for p in trailing if end - len(p) >= start and stands_at(doc, end - len(p), p)), 0
        )
        if not length:
            break
        end -= length
    return end


def has_own_verb(doc: Doc, subject: int) -> bool:
    """Say whether the pronoun at `subject` has a verb after it, so that it begins a clause."""
    after = skip_adverbs(doc, subject + 1)
    return after < len(doc) and bool(
        verb_base(doc[after].text) or spelled(doc[after]) in AUXILIARIES | CONTRACTED
    )


def begins_age(doc: Doc, place: int) -> bool:
    """Say whether an age begins here: "shes 4", "he is only 3", "4yo", "age 7", "and he's 5"."""
    at = place
    if spelled(doc[at]) in ("and", "btw", "my") and at + 1 < len(doc):
        at += 1
    told = False
    while at < len(doc) and spelled(doc[at]) in _AGE_LEADS:
        told, at = True, at + 1
    if at >= len(doc):
        return False
    if not doc[at].like_num:
        return bool(_SHORT_AGE.match(spelled(doc[at])))
    following = spelled(doc[at + 1]) if at + 1 < len(doc) else ""
    counts_things = bool(following) and can_be(following, "noun") and following not in _AGE_FOLLOWERS
    return (told and not counts_things) or following in _AGE_UNITS


def begins_duration(doc: Doc, place: int) -> bool:
    """Say whether "for an hour", "40 min", "all evening" begins here."""
    word = spelled(doc[place])
    near = [spelled(token) for token in doc[place + 1 : place + 5]]
    if word == "for" or (word == "the" and near[:1] in (["last"], ["past"])):
        return any(_TIME_UNIT.match(unit) for unit in near)
    if doc[place].like_num or word in ("half", "an"):
        return any(_TIME_UNIT.match(unit) for unit in near[:2])
    if _SHORT_TIME.match(word):
        return True
    return word == "all" and bool(near) and near[0] in ("evening", "morning", "day", "afternoon", "night")


def clause_verb(doc: Doc, start: int, end: int) -> int | None:
    """Return the place of the verb when the words are "somebody did something", None when they name a
    thing.
    """
    if start >= end:
        return None
    first = spelled(doc[start])
    if first in SUBJECTS | _OTHER_SUBJECTS:
        place = skip_adverbs(doc, start + 1)
        is_verb = place < end and (spelled(doc[place]) in _FINITE or verb_base(doc[place].text))
        return place if is_verb else None
    named = first in DETERMINERS or can_be(first, "noun") or (doc[start].is_alpha and not doc[start].is_stop)
    if is_gerund(first) or not named:
        return None
    noun = start + (first in DETERMINERS)
    for place in range(noun + 1, end):
        word = spelled(doc[place])
        if word in SUBJECTS or word in ("that", "who", "which"):
            return None  # "the cup he wanted"
        if _is_its_verb(doc, noun, place, end):
            return place
    return None


def _is_its_verb(doc: Doc, noun: int, place: int, end: int) -> bool:
    """Say whether the word at `place` is the verb of the noun phrase whose first noun may stand at `noun`."""
    token, word, before = doc[place], spelled(doc[place]), doc[place - 1]
    if word in _FINITE:
        owns = word in ("'s", "s") and place + 1 < end and begins_noun_phrase(doc, place + 1)
        return not owns
    if not can_be(before.lower_, "noun") and before.is_stop:
        return False
    if is_past(token.text):
        modifies = place == noun and can_be(word, "adj") and begins_noun_phrase(doc, place + 1)
        return not modifies
    if plain_present(token.text):
        takes_object = place + 1 < end and spelled(doc[place + 1]) in DETERMINERS | {"him", "me", "it", "at"}
        return takes_object or (not can_be(word, "noun") and before.lower_ not in ("and", "or"))
    return before.lower_.endswith("s") and is_base(word) and not can_be(word, "noun")
