"""A chat message as written English: apostrophes, capital I, and the short forms spelled out."""

from __future__ import annotations

import re

from spacy.tokens import Doc, Token

from bot.language.grammar import CONTRACTED, begins_noun_phrase, is_base, tokens, verb_base
from bot.language.words import words

_LISTS = words("wording")
_SHORTHAND: dict[str, str] = words("phone")["shorthand"]
_SPELLED: dict[str, str] = {w: m for w, m in _SHORTHAND.items() if w not in _LISTS["kept"]} | _LISTS[
    "spelled"
]
_RUNS: dict[str, str] = _LISTS["runs"]
_RUN = re.compile(
    r"(?<!\w)(?:" + "|".join(re.escape(run) for run in sorted(_RUNS, key=len, reverse=True)) + r")(?!\w)",
    re.I,
)


_SENTENCE_START = re.compile(r"(?:^|(?<=[.!?]\s))[a-z]")


def written(text: str, sentence: bool = False) -> str:
    """Return `text` with chat spelling put right ("im", "dont", "i", "bc") and every other word as it was
    typed.

    `sentence`: begin with a capital letter and end with a full stop where no other mark ends it.
    """
    text = re.sub(r"[‘’`´]", "'", text).replace("“", '"').replace("”", '"')
    text = _RUN.sub(lambda run: _RUNS[run[0].lower()], text)
    text = re.sub(r"\b[A-Z]{3,}\b", _shouted, " ".join(text.split()))
    doc = tokens(text)
    spelled = "".join(_spelled(doc, place) + doc[place].whitespace_ for place in range(len(doc)))
    spelled = re.sub(r"\s+([,.!?;:])", r"\1", " ".join(spelled.split()))
    return as_sentence(spelled) if sentence else spelled


def as_sentence(text: str) -> str:
    """Return `text` with a capital letter at the start of each sentence and a mark at the end; empty stays empty."""
    text = text.strip()
    if not text:
        return ""
    capital = _SENTENCE_START.sub(lambda start: start[0].upper(), text)
    return capital if capital[-1] in '.!?…"' else f"{capital.rstrip(',;:-– ')}."


def _shouted(word: re.Match[str]) -> str:
    """Give "DONT" in small letters, for spaCy knows contractions only so; other shouting stays as it is."""
    small = word[0].lower()
    return small if len(tokens(small)) > 1 else word[0]


def _spelled(doc: Doc, place: int) -> str:
    token = doc[place]
    word, before = token.lower_, doc[place - 1] if place else None
    joined = before is not None and not before.whitespace_ and before.text[-1:].isalpha()
    if word == "nt" and joined:
        return "n't"
    if joined and f"'{word}" in CONTRACTED and not word.startswith("'"):
        return f"'{word}"
    if word == "i":
        return "I"
    if word == "ill" and _follows(doc, place, "ill_then"):
        return "I'll"
    if word == "id" and _follows(doc, place, "id_then"):
        return "I'd"
    if word == "its" and not (_takes_object(before) and begins_noun_phrase(doc, place + 1)):
        return "it's" if token.is_lower else "It's"
    if word == "lets" and (before is None or before.is_punct):
        return "let's"
    if word in _SPELLED and not joined:
        return _SPELLED[word]
    return token.text


def _takes_object(before: Token | None) -> bool:
    """Say whether a thing's "its" may follow this word: "in its box", "lost its lid"; but "when its time",
    "said its mine".
    """
    if before is None:
        return False
    word = before.lower_
    return word in _LISTS["its_after"] or (
        verb_base(word) is not None and word not in _LISTS["its_not_after"] and not before.is_stop
    )


def _follows(doc: Doc, place: int, listed: str) -> bool:
    """Say whether "ill" or "id" at `place` has a verb after it, and nobody who is ill before it."""
    if place + 1 >= len(doc):
        return False
    before = doc[place - 1].lower_ if place else ""
    after = doc[place + 1].lower_
    if before in _LISTS["not_ill"]:
        return False
    return after in _LISTS[listed] or (listed == "ill_then" and is_base(after) and not doc[place + 1].is_stop)
