"""What an English word can be, and its other forms, without a tagger.

spaCy's lookup tables know which words can be nouns, verbs or adjectives; its rule lemmatizer finds the base
form. What a word *is* in a sentence is decided here from its neighbours, which is enough for the short
sentences of a chat.
"""

from __future__ import annotations

from functools import lru_cache

import spacy
from spacy.pipeline import Lemmatizer
from spacy.tokens import Doc

from bot.language.pipeline import nlp
from bot.language.words import flat, words

_WORDS = words("grammar")
_PAST: dict[str, str] = _WORDS["past"]
_PAST_FORMS = frozenset(_PAST.values()) | {"were"}
_AFTER_POSSESSIVE = frozenset(_WORDS["after_possessive"])
_NEVER_POSSESSED = frozenset(_WORDS["never_possessed"])
_ENDING_ADJECTIVES = frozenset(_WORDS["ending_adjectives"])
_BETWEEN = frozenset(_WORDS["between"])
OTHER_PEOPLE = flat(_WORDS["people"])
AUXILIARIES = frozenset(_WORDS["auxiliaries"])
_VOWELS = frozenset("aeiou")
CONTRACTED = frozenset({"'s", "'re", "'ve", "'d", "'ll", "'m", "s", "re", "ve", "d", "ll", "m"})
NEGATIONS = frozenset({"not", "n't", "nt", "n’t", "never"})


@lru_cache(maxsize=1)
def _lemmatizer() -> Lemmatizer:
    """Return spaCy's rule lemmatizer, which knows every form a word can have (the pipeline's knows only
    one).
    """
    language = spacy.blank("en")
    lemmatizer = language.add_pipe("lemmatizer", config={"mode": "rule"})
    language.initialize()
    assert isinstance(lemmatizer, Lemmatizer)
    return lemmatizer


def tokens(text: str) -> Doc:
    """Return `text` cut into words, contractions apart ("hes" -> "he", "s"), nothing else decided."""
    return nlp().make_doc(text)


@lru_cache(maxsize=1)
def _index() -> dict[str, frozenset[str]]:
    table = _lemmatizer().lookups.get_table("lemma_index")
    return {part: frozenset(table[part]) for part in ("noun", "verb", "adj", "adv")}


@lru_cache(maxsize=20_000)
def base_forms(word: str, part: str) -> tuple[str, ...]:
    """Return the dictionary forms `word` can have as a `part` of speech ("noun", "verb", "adj"); none if
    it can't be one.
    """
    if not word.isalpha():
        return ()
    doc = Doc(_lemmatizer().vocab, words=[word.lower()], pos=[part.upper()])
    found = _lemmatizer().rule_lemmatize(doc[0])
    return tuple(form for form in found if form in _index()[part])


def can_be(word: str, part: str) -> bool:
    """Say whether `word`, in any of its forms, can be a "noun", "verb", "adj" or "adv"."""
    word = word.lower()
    return word in _index()[part] or (part != "adv" and bool(base_forms(word, part)))


def verb_base(word: str) -> str | None:
    """Return the base form of a verb ("screamed" -> "scream"), None when the word can't be a verb."""
    word = word.lower()
    forms = base_forms(word, "verb")
    if word in forms or not forms:
        return word if forms else None
    # "hates" is from hate, not from hat, which would have doubled its last letter; "singing" is from sing.
    with_e = [
        form for form in forms if form.endswith("e") and form[-2:-1] not in _VOWELS and form[-3:-2] in _VOWELS
    ]
    return (with_e or list(forms))[0]


def is_base(word: str) -> bool:
    """Say whether `word` can be a verb in its bare form ("count", "stay")."""
    return word.lower() in _index()["verb"] and not word.lower().endswith("ing")


def is_past(word: str) -> bool:
    """Say whether `word` can be a verb in the past tense ("screamed", "threw", "hit")."""
    word = word.lower()
    if word in _PAST_FORMS:
        return True
    base = verb_base(word)
    return (
        base is not None
        and word != base
        and (word.endswith("ed") or base not in _PAST)
        and not word.endswith(("s", "ing"))
    )


def is_gerund(word: str) -> bool:
    """Say whether `word` is the -ing form of a verb."""
    return word.lower().endswith("ing") and verb_base(word) not in (None, word.lower())


def past_of(verb: str) -> str:
    """Return the past tense of a verb given in any form ("screaming" -> "screamed", "thrown" -> "threw")."""
    base = verb_base(verb) or verb.lower()
    if base in _PAST:
        return _PAST[base]
    doubled = f"{base}{base[-1]}ed"
    if base_forms(doubled, "verb") == (base,) and not base.endswith("e"):
        return doubled
    if base.endswith("e"):
        return f"{base}d"
    if base.endswith("y") and base[-2:-1] not in _VOWELS:
        return f"{base[:-1]}ied"
    return f"{base}ed"


def plain_present(word: str) -> str | None:
    """Return the form that goes with "you" for a verb that goes with "he" ("wants" -> "want"), None if it
    isn't one.
    """
    base = verb_base(word)
    return base if base and word.lower().endswith("s") and base != word.lower() else None


def is_adverb(word: str) -> bool:
    """Say whether `word` may stand between a subject and its verb ("really", "quietly")."""
    word = word.lower()
    return word in _BETWEEN or (word.endswith("ly") and can_be(word, "adv") and not can_be(word, "noun"))


def skip_adverbs(doc: Doc, start: int) -> int:
    """Return the position of the first token from `start` that is not an adverb (may be past the end)."""
    while start < len(doc) and is_adverb(doc[start].text):
        start += 1
    return start


def begins_noun_phrase(doc: Doc, start: int) -> bool:
    """Say whether the words from `start` name a thing that can be somebody's ("new blue cup"; not
    "yesterday").
    """
    for place in range(start, min(start + 6, len(doc))):
        token = doc[place]
        word = token.lower_
        if word in _ENDING_ADJECTIVES:
            # "her only toy", but "told her only once"; "her back hurts", but "called her back".
            return place + 1 < len(doc) and begins_noun_phrase(doc, place + 1)
        if word in _AFTER_POSSESSIVE or token.like_num:
            if word in ("name", "side", "bottom", "top", "front", "part", "own"):
                return True
            continue
        if word == "really" or (word.endswith("ly") and can_be(word, "adv") and not can_be(word, "noun")):
            continue
        if word in _NEVER_POSSESSED or token.is_stop or word in CONTRACTED or word in NEGATIONS:
            return False
        if not any(character.isalnum() for character in word):
            return False
        if can_be(word, "noun"):
            return True
        if can_be(word, "adj") or is_gerund(word) or is_past(word):
            continue
        return not can_be(word, "verb")
    return False


def her_is_possessive(doc: Doc, place: int) -> bool:
    """Say whether the "her" at `place` is the one of "her cup" rather than the one of "told her"."""
    after = place + 1
    if after >= len(doc) or not begins_noun_phrase(doc, after):
        return False
    governor = verb_base(doc[place - 1].text) if place else None
    if governor is None:
        return True
    word, follower = doc[after].lower_, doc[after + 1] if after + 2 <= len(doc) else None
    if governor in _WORDS["then_does"] and is_base(word):
        if governor == "make":
            return word not in _WORDS["made_to_do"]
        return word in OTHER_PEOPLE
    closes = follower is None or follower.is_stop or follower.is_punct
    if (
        governor in _WORDS["then_is"]
        and closes
        and (can_be(word, "adj") or is_gerund(word))
        and word not in OTHER_PEOPLE
    ):
        return governor in ("see", "hear", "watch", "find", "want", "need") and not is_gerund(word)
    if doc[after].like_num and governor in (*_WORDS["then_gets"], *_WORDS["then_gets_counted"]):
        return False  # "read her two stories"
    if governor in _WORDS["then_gets"] and word not in OTHER_PEOPLE:
        given = word in _WORDS["without_article"] or (word.endswith("s") and can_be(word, "noun"))
        passed_on = follower is not None and follower.lower_ in (
            "to",
            "away",
            "back",
            "up",
            "on",
            "down",
            "about",
            "that",
        )
        return not given or passed_on
    return True
