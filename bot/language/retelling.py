"""A parent's words about a child, turned into words said to the child.

"screamed at my son over his shoes" becomes "screamed at you over your shoes". First it is settled who the
child is (`mentions`), because "he" may be a brother and "they" a pair of shoes; then each word that means
the child is replaced, and the verbs that belong to it agree.
"""

from __future__ import annotations

import re

from spacy.tokens import Doc, Span, Token

from bot.language.grammar import (
    begins_noun_phrase,
    can_be,
    her_is_possessive,
    is_base,
    is_gerund,
    is_past,
    plain_present,
    skip_adverbs,
    tokens,
    verb_base,
)
from bot.language.mentions import FORMS, PRONOUN, who_is_meant
from bot.language.wording import as_sentence, written
from bot.language.words import words

_WITH_YOU = {"is": "are", "was": "were", "has": "have", "does": "do", "'s": "'re"}
_OTHER_SUBJECTS = frozenset({"i", "we", "it", "you", "that", "who", "which", "this"})


def to_child(text: str, name: str | None = None, sentence: bool = False) -> str:
    """Return what a parent says about a child as words said to that child, otherwise in the parent's wording.

    `text` is free text in any spelling; `name` the child's name, where it is known. Chat spelling is put
    right, other people stay other people ("his dad" -> "your dad"), words inside double quotation marks
    stay. `sentence`: begin with a capital letter and end with a mark. Never raises; empty gives empty.
    """
    doc = tokens(written(text))
    child = who_is_meant(doc, name)
    said = [token.text for token in doc]
    quoted = _inside_quotes(doc)
    for span in child.spans:
        if span.start not in quoted:
            _replace_name(doc, span, said)
    inside = {place for span in child.spans for place in range(span.start, span.end)}
    for token in doc:
        if PRONOUN.get(token.lower_) in child.pronouns and token.i not in quoted | inside:
            _replace_pronoun(doc, token, said)
    retold = "".join(
        word + (token.whitespace_ if word else "") for word, token in zip(said, doc, strict=True)
    )
    retold = re.sub(r" +([,.!?;:])", r"\1", " ".join(retold.split()))
    return as_sentence(retold) if sentence else retold


def _inside_quotes(doc: Doc) -> frozenset[int]:
    """Return the places of the words between double quotation marks: what somebody said stays as said."""
    marks = [token.i for token in doc if token.text == '"']
    return frozenset(
        place for start, end in zip(marks[::2], marks[1::2], strict=False) for place in range(start, end)
    )


def _replace_name(doc: Doc, span: Span, said: list[str]) -> None:
    for place in range(span.start, span.end):
        said[place] = ""
    after = span.end
    owns = after < len(doc) and doc[after].lower_ in ("'s", "'") and not doc[span.end - 1].whitespace_
    last = span.end - 1
    if owns and (doc[after].text == "'" or _is_owned(doc, after + 1)):
        said[last], said[after] = "", _like(span[0], "your")
        return
    both = span[0].lower_ == "both"
    said[last] = _like(span[0], "both of you" if both else "you")
    if last + 1 < len(doc) and not doc[last].whitespace_ and doc[last + 1].is_alpha:
        said[last] += " "
    _agree(doc, after, said)


def _is_owned(doc: Doc, start: int) -> bool:
    """Tell "my son's new shoes" from "my son's tired"."""
    if not begins_noun_phrase(doc, start):
        return False
    word = doc[start].lower_
    alone = start + 1 >= len(doc) or doc[start + 1].is_stop or doc[start + 1].is_punct
    return not (alone and (is_gerund(word) or (can_be(word, "adj") and is_past(word)) or doc[start].like_num))


def _replace_pronoun(doc: Doc, token: Token, said: list[str]) -> None:
    role = FORMS[PRONOUN[token.lower_]][token.lower_]
    if role == "her":
        role = "possessive" if her_is_possessive(doc, token.i) else "object"
    if role == "possessive" and token.lower_ == "his" and not begins_noun_phrase(doc, token.i + 1):
        role = "owned"
    new = {"subject": "you", "object": "you", "possessive": "your", "owned": "yours", "self": "yourself"}[
        role
    ]
    if token.lower_ == "themselves":
        new = "yourselves"
    said[token.i] = _like(token, new)
    if role == "subject":
        _agree(doc, token.i + 1, said)
        _agree_before(doc, token.i, said)


def _like(old: Token, new: str) -> str:
    return (
        new.capitalize()
        if old.text[:1].isupper() and old.i == 0 or (old.is_title and _opens_sentence(old))
        else new
    )


def _opens_sentence(token: Token) -> bool:
    return token.i == 0 or token.doc[token.i - 1].text in '.!?"'


def _agree_before(doc: Doc, subject: int, said: list[str]) -> None:
    """Turn "is he", "why doesn't she" round with the subject; "the thing is he ..." stays."""
    place = subject - 1
    if place >= 0 and doc[place].lower_ == "n't":
        place -= 1
    if place < 0 or doc[place].lower_ not in ("is", "was", "has", "does"):
        return
    opener = doc[place - 1] if place else None
    if (
        opener is None
        or opener.is_punct
        or opener.lower_ in {"why", "how", "what", "when", "where", "who", "and", "but", "so", "than", "like"}
    ):
        said[place] = _like(doc[place], _WITH_YOU[doc[place].lower_])


def _agree(doc: Doc, start: int, said: list[str]) -> None:
    """Make the verbs of the child, from `start` on, agree with "you", through "and" as far as the subject
    lasts.
    """
    place = skip_adverbs(doc, start)
    if place >= len(doc):
        return
    if doc[place].lower_ == "'s":
        said[place] = "'ve" if _has_not_is(doc, place + 1) else "'re"
    elif (
        not _agree_verb(doc, place, said)
        and not is_past(doc[place].text)
        and doc[place].lower_ not in _FINITE
    ):
        return
    for joint in range(place + 1, len(doc)):
        if (
            doc[joint].text in ".!?;"
            or doc[joint].lower_ in _OTHER_SUBJECTS
            or PRONOUN.get(doc[joint].lower_)
            and FORMS[PRONOUN[doc[joint].lower_]][doc[joint].lower_] == "subject"
        ):
            return
        if doc[joint].lower_ in ("and", "or", "but", "then"):
            after = skip_adverbs(doc, joint + 1)
            if after < len(doc) and (
                doc[after].lower_ in ("is", "was", "has", "does") or _continues(doc, place, joint, after)
            ):
                _agree_verb(doc, after, said)


_FINITE = frozenset(
    {
        "had",
        "did",
        "can",
        "ca",
        "could",
        "will",
        "wo",
        "would",
        "'d",
        "'ll",
        "should",
        "must",
        "might",
        "were",
        "are",
        "have",
        "do",
    }
)


def _agree_verb(doc: Doc, place: int, said: list[str]) -> bool:
    word = doc[place].lower_
    if word in _WITH_YOU:
        said[place] = _WITH_YOU[word]
        return True
    plain = plain_present(doc[place].text)
    if plain is None or word in ("us", "yes", "this", "his", "its", "'s"):
        return False
    said[place] = plain
    return True


def _continues(doc: Doc, first: int, joint: int, place: int) -> bool:
    """Say whether the word after "and" is a second verb ("screams and throws things"), not a second thing
    ("cars and trucks").
    """
    if plain_present(doc[place].text) is None:
        return False
    if not can_be(doc[place].text, "noun"):
        return True
    if joint - 1 == first:
        return True
    if place + 1 >= len(doc):
        return False
    return doc[place + 1].lower_ in _AFTER_VERB or begins_noun_phrase(doc, place + 1)


_AFTER_VERB = frozenset(words("grammar")["after_verb"])


def _has_not_is(doc: Doc, start: int) -> bool:
    """Tell the "'s" of "he's been" and "he's lost his shoe" from the one of "he's tired"."""
    place = skip_adverbs(doc, start)
    if place >= len(doc):
        return False
    word = doc[place].lower_
    if word in ("been", "got", "had", "gotten", "become"):
        return True
    if word.endswith("ing") or is_base(word) and not is_past(word) or not verb_base(word):
        return False
    follower = doc[place + 1] if place + 1 < len(doc) else None
    takes_object = follower is not None and follower.lower_ in {
        "a",
        "an",
        "the",
        "my",
        "his",
        "her",
        "it",
        "me",
        "us",
        "all",
        "their",
        "him",
    }
    return (
        takes_object
        or not can_be(word, "adj")
        and word not in ("upset", "overwhelmed", "overtired", "asleep")
    )
