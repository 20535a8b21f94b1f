"""What the parent did, in their own words and in the past: "i totally lost it and screamed at my son"
holds "screamed at my son".
"""

from __future__ import annotations

import re

from spacy.tokens import Doc

from bot.language.clauses import has_own_verb, phrases, stands_at, without_trailing
from bot.language.grammar import (
    AUXILIARIES,
    NEGATIONS,
    can_be,
    is_adverb,
    is_gerund,
    is_past,
    past_of,
    skip_adverbs,
    verb_base,
)
from bot.language.words import words

_LISTS = words("rupture")
_CHILD: str = _LISTS["child"]
_ACTS, _WEAK = (
    {verb: re.compile(rf"(?:{after.replace('<child>', _CHILD)})") for verb, after in _LISTS[kind].items()}
    for kind in ("acts", "weak")
)
_OMITTED = {
    helper: re.compile(after.replace("<child>", _CHILD)) for helper, after in _LISTS["omissions"].items()
}
_ADULTS = "|".join(
    sorted(
        (*words("grammar")["people"]["she"], *words("grammar")["people"]["he"], *_LISTS["adults"]),
        key=len,
        reverse=True,
    )
)
_ON_ADULT = re.compile(
    r"(?:at|on|with|to)? ?(?:my|his|her|their|our|the) (?!(?:little |big |baby )?(?:brother|sister))"
    rf"(?:\w+ )?(?:{_ADULTS})\b(?!'s)"
)
_TARGET = re.compile(rf"(?:\w+ ){{0,3}}?{_CHILD}")
_NOT_DONE = frozenset(_LISTS["not_done"])
_HAPPENED = frozenset(_LISTS["happened"])
_STOPS, _TRAILING = (phrases(_LISTS[key]) for key in ("stops", "trailing"))
_OPENS_SUBCLAUSE = frozenset(words("trigger")["opens_subclause"]) - {"and", "since", "than"} | {"who"}
_SUBJECTS = frozenset({"i", "he", "she", "we", "they", "it", "you", "who", "im", "ive"})
_MARKS = frozenset(".!?\n;:()…")
MAX_WORDS = 22

# Where the account of the act ends and the wish to mend it begins: "broke my promise and want to apologise".
_AND_NOW = re.compile(
    r"\s+(?:and|but|so) (?:i |now )*(?:want|wanna|need|feel|would|don't know|have no idea|am|was)\b.*", re.IGNORECASE
)


def find_rupture(doc: Doc) -> str | None:
    """Return what the parent did to the child as a past-tense phrase without "I" ("snapped at her for
    spilling the milk").

    `doc` is any spaCy Doc of the message. Other people's acts, acts that were not done or are only feared,
    and habits without an act give None. What was done goes before that the temper was lost; the first
    telling before later ones.
    """
    found: list[tuple[int, int, int]] = []
    for place in range(len(doc)):
        strength = _strength(doc, place)
        if strength and _is_own(doc, place):
            found.append((-strength, place, _start(doc, place)))
    if not found:
        return None
    _, place, start = min(found)
    end = _end(doc, place)
    phrase = _in_past(doc, start, place, end)
    return _AND_NOW.sub("", phrase) if phrase else phrase


def is_act(doc: Doc, place: int) -> bool:
    """Say whether the verb at `place`, in the past or in -ing, with what follows it, is something that
    hurts a child.
    """
    return _strength(doc, place) > 0


def _strength(doc: Doc, place: int) -> int:
    """Return how plainly the word at `place` is an act: 0 not at all, 1 only a lost temper, 2 an act, 3 an
    act on the child.
    """
    token = doc[place]
    if _is_omission(doc, place):
        return 2
    if not (is_past(token.text) or is_gerund(token.text) or token.lower_ in ("was", "being", "been")):
        return 0
    base = verb_base(token.text)
    following = " ".join(doc[place + 1 : place + 14].text.replace("’", "'").split())
    following = re.split(r"[.!?;\n]", following)[0].strip()
    lowered = re.sub(r"\b(?!(?:[A-Z][a-z]+)\b)\S+", lambda word: word[0].lower(), following)
    if _ON_ADULT.match(lowered):
        return 0
    if base in _ACTS and _ACTS[base].match(lowered):
        if base in ("freak", "flip", "blow") and not _TARGET.search(following[:25]):
            return 1
        return 3 if _TARGET.match(lowered) or base in ("slam", "break", "miss", "forget") else 2
    return 1 if base in _WEAK and _WEAK[base].match(lowered) else 0


def _is_omission(doc: Doc, place: int) -> bool:
    """Say whether "didn't listen", "wasn't there" begins at `place`: what was not done can hurt too."""
    if (
        place + 2 >= len(doc)
        or doc[place].lower_ not in ("did", "was")
        or doc[place + 1].lower_ not in NEGATIONS
    ):
        return False
    after = skip_adverbs(doc, place + 2)
    rest = doc[after : after + 8].text.lower()
    return bool(_OMITTED[doc[place].lower_].match(rest))


def _is_own(doc: Doc, place: int) -> bool:
    """Say whether the verb at `place` is the parent's own and was really done."""
    before, helpers = _before_verb(doc, place)
    helper_set = set(helpers)
    gerund = is_gerund(doc[place].text) or doc[place].lower_ == "being"
    regretted = "should" in helper_set or (helper_set & {"had", "have"} and _wished(doc, place))
    if helper_set & (_NOT_DONE | NEGATIONS) and not regretted:
        return False
    if not gerund and helper_set & {
        "was",
        "were",
        "am",
        "is",
        "'m",
        "m",
        "got",
        "get",
        "be",
        "been",
        "being",
    }:
        return False  # "I was yelled at"
    if gerund and not _gerund_happened(doc, place, before, helpers):
        return False
    return _subject(doc, before, place) == "i"


def _before_verb(doc: Doc, place: int) -> tuple[int, list[str]]:
    """Return the place of the word before the verb and all its helpers, and those helpers."""
    helpers: list[str] = []
    at = place - 1
    light = {
        "keep",
        "kept",
        "keeps",
        "keeping",
        "ended",
        "end",
        "up",
        "started",
        "start",
        "began",
        "begin",
        "caught",
        "myself",
        "to",
        "not",
        "hate",
    }
    while at >= 0 and (
        doc[at].lower_
        in AUXILIARIES
        | NEGATIONS
        | light
        | {"'m", "m", "'ve", "ve", "'d", "'ll", "almost", "nearly", "of", "like"}
        or (is_adverb(doc[at].text) and doc[at].lower_ not in ("then", "both"))
    ):
        helpers.append(doc[at].lower_)
        at -= 1
    return at, helpers


def _wished(doc: Doc, place: int) -> bool:
    return any(token.lower_ in ("wish", "regret") for token in doc[max(0, place - 6) : place])


def _gerund_happened(doc: Doc, place: int, before: int, helpers: list[str]) -> bool:
    """Say whether a verb in -ing tells what was done: "I've been yelling", "ended up yelling", "guilty for
    yelling".
    """
    if before >= 0 and doc[before].lower_ in ("and", ",") and not helpers:
        earlier = next((t.i for t in reversed(doc[max(0, before - 9) : before]) if is_gerund(t.text)), None)
        return earlier is not None and _gerund_happened(doc, earlier, *_before_verb(doc, earlier))
    if any(verb_base(helper) in _HAPPENED or helper in _HAPPENED for helper in helpers):
        return not {"going", "stop"} & {token.lower_ for token in doc[max(0, place - 4) : place]}
    if before >= 0 and doc[before].lower_ in _LISTS["owned_for"]:
        return any(token.lower_ in _LISTS["regret"] for token in doc[max(0, before - 5) : before])
    return before >= 0 and doc[before].lower_ in ("regret", "by")


def _subject(doc: Doc, before: int, place: int) -> str:
    """Return the subject of the verb at `place`: "i", or "other" for anybody else."""
    at = before
    while at >= 0 and doc[at].text not in _MARKS:
        word = doc[at].lower_
        if word in ("i", "im", "ive"):
            return "i"
        if word in _SUBJECTS and not (word in ("it", "you") and not has_own_verb(doc, at)):
            return "other"
        joint = word in ("and", "then", ",", "or")
        if not joint and at == before and (is_gerund(doc[place].text) is False) and _closes_subject(doc, at):
            return "other"
        at -= 1
    # Nobody is named: chat leaves out "I", but only an act on the child shows that it is the parent's.
    following = doc[place + 1 : place + 6].text
    opens = before < 0 or doc[before].text in _MARKS or doc[before].lower_ in ("and", "then", ",", "just")
    if opens and (following.lower().startswith("my ") or verb_base(doc[place].text) == "miss"):
        return "i"
    return (
        "i"
        if opens and (re.search(_CHILD, following.lower()) or re.search(r"\b[A-Z][a-z]+\b", following))
        else ("i" if is_gerund(doc[place].text) or doc[place].lower_ == "being" else "other")
    )


def _closes_subject(doc: Doc, at: int) -> bool:
    """Say whether the noun at `at` is the subject of the verb after it ("my husband | shouted")."""
    word = doc[at]
    return (
        word.is_alpha
        and word.lower_ not in ("up", "just")
        and (can_be(word.text, "noun") or word.is_title or not word.is_stop)
        and not (is_adverb(word.text))
    )


def _start(doc: Doc, place: int) -> int:
    """Return where the phrase starts: "ended up" is the parent's way of telling it and stays."""
    if place >= 2 and doc[place - 1].lower_ == "up" and doc[place - 2].lower_ == "ended":
        return place - 2
    return place


def _end(doc: Doc, place: int) -> int:
    end = len(doc)
    tells = verb_base(doc[place].text) in ("tell", "say", "call", "accuse", "make")
    for at in range(place + 1, len(doc)):
        word = doc[at].lower_
        if word in _MARKS or word in (",", "-", "–", '"') or doc[at].is_space or at - place > MAX_WORDS:
            end = at
            break
        if (
            any(stands_at(doc, at, stop) for stop in _STOPS)
            and not (tells and word in ("so", "now", "feel"))
            and not (word == "so" and at < place + 2)
        ):
            if (
                word == "so"
                and at + 1 < len(doc)
                and (can_be(doc[at + 1].text, "adv") or can_be(doc[at + 1].text, "adj"))
            ):
                continue
            if word == "feel" and doc[at - 1].lower_ in ("him", "her", "them", "to"):
                continue
            end = at
            break
        if word in ("and", "then") and not _act_continues(doc, at):
            end = at
            break
        if (
            word in _SUBJECTS
            and not tells
            and doc[at - 1].lower_ not in _OPENS_SUBCLAUSE
            and has_own_verb(doc, at)
        ):
            end = at
            break
    return without_trailing(doc, place + 1, end, _TRAILING)


def _act_continues(doc: Doc, joint: int) -> bool:
    """Say whether "and" goes on with what the parent did, or with another person it was done to."""
    at = skip_adverbs(doc, joint + 1)
    if at >= len(doc):
        return False
    word = doc[at]
    if is_past(word.text) or is_gerund(word.text):
        return _strength(doc, at) > 0
    return not verb_base(word.text) or can_be(word.text, "noun") or word.lower_ in ("over", "out")


def _in_past(doc: Doc, start: int, place: int, end: int) -> str:
    """Return the phrase with its verbs in -ing put into the past; "ended up yelling" is in the past
    already.
    """
    if start < place:
        return doc[start:end].text.strip()
    pieces = []
    for token in doc[start:end]:
        joined = token.i == place or (doc[token.i - 1].lower_ == "and" and is_gerund(token.text))
        text = (
            past_of(token.text)
            if joined and (is_gerund(token.text) or token.lower_ == "being" or _is_participle(token.text))
            else token.text
        )
        pieces.append((text.lower() if token.i == start else text) + token.whitespace_)
    return "".join(pieces).strip(" ,'\"")


def _is_participle(word: str) -> bool:
    """Say whether an irregular form is the participle only ("thrown"), which can't stand without "have"."""
    base = verb_base(word)
    return base is not None and word.lower().endswith(("n", "ne")) and past_of(base) != word.lower()
