"""What set it off, in the parent's own words: "bc her tower fell shes 4" holds "her tower fell"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from spacy.tokens import Doc

from bot.language.clauses import (
    DETERMINERS,
    SUBJECTS,
    begins_age,
    begins_duration,
    clause_verb,
    has_own_verb,
    phrases,
    spelled,
    stands_at,
    without_trailing,
)
from bot.language.grammar import (
    AUXILIARIES,
    begins_noun_phrase,
    can_be,
    is_gerund,
    is_past,
    skip_adverbs,
    verb_base,
)
from bot.language.pipeline import read
from bot.language.words import words

_LISTS = words("trigger")
_STRONG = frozenset(_LISTS["plainest"])
_TIMES = frozenset(_LISTS["times"])
_UPSET = tuple(_LISTS["upset"])
_MOVES = frozenset(_LISTS["moves"])
_NOT = {
    kind: re.compile("|".join(f"(?:{pattern})" for pattern in patterns))
    for kind, patterns in _LISTS["not_triggers"].items()
}
_PHRASES = sorted(
    ((tuple(phrase.split()), kind) for kind, phrases in _LISTS["connectors"].items() for phrase in phrases),
    key=lambda phrase: -len(phrase[0]),
)
_QUESTIONS, _STOPS, _TRAILING = (phrases(_LISTS[key]) for key in ("questions", "stops", "trailing"))
_NOT_AFTER = {phrase: frozenset(before) for phrase, before in _LISTS["not_after"].items()}
_PARENTS_OWN = tuple(_LISTS["parents_own"])
_OPENS_CLAUSE = SUBJECTS | frozenset(_LISTS["opens_clause"])
_OPENS_SUBCLAUSE = frozenset(_LISTS["opens_subclause"])
# An answer without a verb is a thing only when it begins like one: "the blue cup", "his sister's party".
_NAMES_A_THING = re.compile(r"\s*(?:the|a|an|his|her|their|my|our|some|\w+['’]s)\s", re.IGNORECASE)
MAX_WORDS = 14  # a longer account cannot be said back in one breath


@dataclass(frozen=True)
class Trigger:
    """What set it off, in the parent's words. `kind`: "event" has a verb, "thing" is a noun phrase."""

    text: str
    kind: Literal["event", "thing"]


def find_trigger(doc: Doc) -> Trigger | None:
    """Return what set the child off, without the word that leads in to it; None when the message doesn't say.

    `doc` is any spaCy Doc of the message (`pipeline.read`); only its words are used. Of several causes the
    plainest ("because", "over") comes first, then the earliest.
    """
    found = [
        (phrase not in _STRONG, place, trigger)
        for place, phrase, kind, start in _connectors(doc)
        if (trigger := _read(doc, place, phrase, kind, start)) is not None
    ]
    return min(found, key=lambda candidate: candidate[:2])[2] if found else None


def answered_trigger(answer: str) -> Trigger | None:
    """Return what happened, from an answer to "what happened?", which needs no word to lead in to it.

    None when the answer tells no event or thing that can be said back in one breath.
    """
    clause = find_trigger(read(f"because {answer}"))
    if clause and clause.kind == "event":
        return clause
    return find_trigger(read(f"over {answer}")) if _NAMES_A_THING.match(answer) else None


def _connectors(doc: Doc) -> Iterator[tuple[int, str, str, int]]:
    """Give each connector: its place, its words, its kind, and where what follows it starts."""
    place = 0
    while place < len(doc):
        for phrase, kind in _PHRASES:
            if stands_at(doc, place, phrase):
                yield place, " ".join(phrase), kind, place + len(phrase)
                place += len(phrase) - 1
                break
        place += 1


def _read(doc: Doc, place: int, phrase: str, kind: str, start: int) -> Trigger | None:
    if not _leads_in(doc, place, phrase) or (kind == "clause" and _asks_how(doc, place)):
        return None
    start = _skip_openers(doc, start)
    end = _end(doc, start, leading=place == 0 or doc[place - 1].text in ".!?\n" or doc[place - 1].is_space)
    verb = clause_verb(doc, start, end)
    if kind == "thing" or (verb is None and kind == "either"):
        end = _end_of_thing(doc, start, end)
    text = doc[start:end].text.strip(" \"'*-")
    lowered = text.lower().replace("’", "'")
    if not text or len(text.split()) > MAX_WORDS or _NOT["any"].search(lowered):
        return None
    if verb is not None and kind != "thing":
        barred = _NOT["clause"].search(lowered) if kind == "clause" or phrase in _TIMES else None
        late = phrase in _TIMES and _NOT["times"].search(lowered)
        return None if barred or late else Trigger(text, "event")
    if kind in ("clause", "after_upset") or (phrase in _TIMES and _NOT["times"].search(lowered)):
        return None
    return Trigger(text, "thing") if _is_thing(doc, start, phrase) else None


def _asks_how(doc: Doc, place: int) -> bool:
    """Say whether the connector at `place` stands in a question about what to do ("what do I say when he
    cries").
    """
    start = max((token.i + 1 for token in doc[:place] if token.text in ".!?\n"), default=0)
    return any(stands_at(doc, at, question) for at in range(start, place) for question in _QUESTIONS)


def _end(doc: Doc, start: int, leading: bool) -> int:
    """Return where the trigger that begins at `start` stops.

    `leading`: it opens the sentence, so that the next subject begins what came of it ("when i said no he
    cried").
    """
    seen_verb = False
    for place in range(start, len(doc)):
        token, word = doc[place], spelled(doc[place])
        if place > start and (
            token.is_space
            or word in ".!?;:,()…–-\n"
            or not any(character.isalnum() or character in "'\"’#&" for character in word)
            or any(stands_at(doc, place, stop) for stop in _STOPS)
            or begins_age(doc, place)
            or begins_duration(doc, place)
            or (word in _STRONG and word not in ("over", "that"))
            or word in ("but", "so", "then", "and", "or", "nd", "&", "n")
            and (place + 1 >= len(doc) or spelled(doc[place + 1]) in _OPENS_CLAUSE)
            or (seen_verb and word in SUBJECTS and _runs_on(doc, place, leading))
        ):
            return without_trailing(doc, start, place, _TRAILING)
        base = verb_base(token.text)
        if place > start:
            finite = word in AUXILIARIES or word in ("'s", "s", "'m", "m")
            after_subject = spelled(doc[place - 1]) in SUBJECTS
            is_verb = base and (is_past(token.text) or not can_be(word, "noun") or after_subject)
            seen_verb = bool(seen_verb or finite or is_verb)
    return without_trailing(doc, start, len(doc), _TRAILING)


def _skip_openers(doc: Doc, start: int) -> int:
    """Step over "like", "apparently" and the like between the connector and the cause."""
    while start < len(doc) and spelled(doc[start]) in _LISTS["openers"]:
        start += 1
    return start


def _leads_in(doc: Doc, place: int, phrase: str) -> bool:
    """Say whether the words before a connector let it tell a cause."""
    before = [spelled(token) for token in doc[max(0, place - 8) : place]]
    last = before[-1] if before else ""
    if last in _NOT_AFTER.get(phrase, ()):
        return False
    if phrase == "over":
        spread = last == "all" and len(before) > 1 and before[-2] not in ("is", "was", "'s", "s", "be")
        return not spread and (verb_base(last) or last) not in _MOVES
    if phrase in ("about", "that"):
        near = [word for word in before if word.startswith(_UPSET)]
        parents_own = "i" in before and any(word.startswith(_PARENTS_OWN) for word in near)
        return bool(near) and not parents_own and (phrase == "about" or last.startswith(_UPSET))
    return True


def _runs_on(doc: Doc, place: int, leading: bool) -> bool:
    """Say whether the subject at `place` begins a new sentence that no mark sets off."""
    before = doc[place - 1]
    if spelled(before) in _OPENS_SUBCLAUSE or not has_own_verb(doc, place):
        return False
    told = any((verb_base(token.text) or "") in _LISTS["says"] for token in doc[max(0, place - 4) : place])
    if told and not (leading and can_be(before.text, "noun")):
        return False  # "I told him he couldn't"
    verb = doc[skip_adverbs(doc, place + 1)]
    relative = can_be(before.text, "noun") and verb_base(verb.text) in _LISTS["wanted"]
    return leading or not relative  # "the cup he wanted"


def _end_of_thing(doc: Doc, start: int, end: int) -> int:
    """Cut "the blue cup and threw it at me" after the cup."""
    for place in range(start + 1, end):
        word = spelled(doc[place])
        follower = skip_adverbs(doc, place + 1)
        after = doc[follower] if follower < end else None
        base = verb_base(after.text) if after is not None else None
        if word in ("and", "but", "so", "then") and after is not None:
            is_verb = base and (is_past(after.text) or not can_be(after.text, "noun"))
            if spelled(after) in AUXILIARIES or is_gerund(after.text) or is_verb:
                return without_trailing(doc, start, place, _TRAILING)
        if word in SUBJECTS - {"it"} and base not in _LISTS["wanted"]:
            return without_trailing(doc, start, place, _TRAILING)
    return end


def _is_thing(doc: Doc, start: int, phrase: str) -> bool:
    first = spelled(doc[start])
    pointed = first in DETERMINERS or first in ("something", "someone", "somebody") or doc[start].like_num
    if first == "what" and phrase in ("over", "about"):
        return start + 2 < len(doc)
    if phrase in _TIMES:
        return pointed or is_gerund(first)
    if first in SUBJECTS or first in AUXILIARIES:
        return False
    return pointed or is_gerund(first) or begins_noun_phrase(doc, start)
