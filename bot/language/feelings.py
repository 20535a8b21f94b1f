"""The feelings a message speaks of: which, how strong, the child's or the parent's own.

The words are in data/words/feelings.yml and reach this module as entities of the pipeline. Here is only what
the words around them do: a negation or a wish takes a feeling away, an adverb makes it stronger or milder,
and `bearer.py` says whose it is.
"""

import re
from dataclasses import dataclass
from typing import Literal

from spacy.tokens import Doc, Span, Token

from bot.language.bearer import bearer
from bot.language.pipeline import cues, sentence_of
from bot.language.words import words

Intensity = Literal["mild", "plain", "strong"]

_LIGHT, _LICENCE = cues("feelings", "light"), cues("feelings", "licence")
_CANNOT_LEAD, _OWNERS = (
    cues("feelings", "cannot_lead"),
    cues("feelings", "first_owner") | {"his", "her", "their"},
)
_PERSONS = cues("feelings", "third") | cues("feelings", "third_object") | {"i", "we", "me", "us", "it"}
_PEOPLE = frozenset({"child", "adult", "other_child"})
_DEGREES: dict[str, str] = {w: how for how, listed in words("feelings")["degree"].items() for w in listed}
_GROUPS = words("feelings")["groups"]
_FRAME = frozenset(_GROUPS["be"]) | frozenset(_GROUPS["feel"]) | _DEGREES.keys()
_TAIL = frozenset({"that", "because", "by", "about", "when", "over", "and"})
_REACH = 12  # tokens a negation or a wish may stand before its feeling


@dataclass(frozen=True)
class Feeling:
    """One feeling: its canonical name, how strong, whose, and where in the text (characters)."""

    name: str
    intensity: Intensity
    whose: Literal["child", "parent"]
    start: int
    end: int


def find_feelings(doc: Doc) -> list[Feeling]:
    """The feelings that the message says are there, in order of mention.

    A denied feeling ("not angry", "never happy any more") and a wished one ("I want him to be happy") are
    left out, and so are those of another grown-up ("my husband is furious"), neither the child's nor
    the parent's. `whose` is the parent's when I or we feel it, else the child's.
    """
    found = []
    for ent in doc.ents:
        if ent.label_ != "feeling" or _absent(ent):
            continue
        whose = bearer(ent)
        if whose is not None:
            name, strength = ent.ent_id_.split(".")
            said = _bare(ent)
            found.append(Feeling(name, _intensity(ent, strength), whose, said.start_char, said.end_char))
    return found


def _bare(ent: Span) -> Span:
    """A feeling without the verb and the "that" its pattern needed around it: "'s hurt that" -> "hurt"."""
    start, end = ent.start, ent.end
    while start + 1 < end and ent.doc[start].norm_ in _FRAME:
        start += 1
    while start + 1 < end and ent.doc[end - 1].norm_ in _TAIL:
        end -= 1
    return ent.doc[start:end]


def _absent(ent: Span) -> bool:
    """Whether the words before a feeling deny it or only wish for it.

    Reads leftwards as long as the words can carry a negation on; a person on the way needs a verb that takes
    a clause ("I don't think he is angry"), or the negation is another clause's ("she won't he's sad").
    """
    doc, first = ent.doc, sentence_of(ent).start
    licensed, infinitive = True, False
    for i in range(ent.start - 1, max(first, ent.start - _REACH) - 1, -1):
        token = doc[i]
        label, norm = token.ent_type_, token.norm_
        if label == "assertion" or norm in _CANNOT_LEAD:
            return False
        if label == "negation":
            return licensed
        if label == "wish":
            return (
                infinitive
                or doc[i].norm_ in ("to", "until", "till", "til")
                or norm.startswith(("hop", "wish"))
            )
        if norm in ("and", ","):
            if not (_is(doc, i - 1, "feeling") and (_is(doc, i + 1, "feeling") or _is(doc, i + 1, "degree"))):
                return False
        elif norm in _OWNERS and i + 1 < ent.start and doc[i + 1].ent_type_ in _PEOPLE:
            continue
        elif label in _PEOPLE or norm in _PERSONS:
            licensed = False
        elif norm in _LICENCE:
            licensed = True
        elif norm == "as" and _is(doc, i - 1, "feeling"):
            return False  # "not so much angry as sad"
        elif label not in ("degree", "feeling") and norm not in _LIGHT and norm not in _OWNERS:
            return False
        infinitive = infinitive or norm == "to"
    return False


def _is(doc: Doc, i: int, label: str) -> bool:
    """Whether the token at i, if there is one, has the label."""
    return 0 <= i < len(doc) and doc[i].ent_type_ == label


def _degree(token: Token) -> str | None:
    """What a token does to the strength of the feeling beside it: "strong", "mild", or None."""
    return token.ent_id_ if token.ent_type_ == "degree" else _DEGREES.get(token.norm_)


def _intensity(ent: Span, own: str) -> Intensity:
    """How strong: the adverb decides, else capitals and stretched letters, else the word itself."""
    doc, beside = ent.doc, [_degree(token) for token in ent[:-1]]
    i, first = ent.start - 1, sentence_of(ent).start
    while i >= first and (_degree(doc[i]) or doc[i].norm_ in ("a", "the", "more", "and", "of")):
        beside.append(_degree(doc[i]))
        i -= 1
    after = doc[ent.end] if ent.end < len(doc) else None
    phrase = _entity_text(after) if after is not None and after.ent_type_ == "degree" else ""
    if after is not None and (" " in phrase or phrase in ("af", "asf")):
        beside.append(after.ent_id_)
    if "mild" in beside:
        return "plain" if own == "strong" else "mild"
    if "strong" in beside or own == "strong" or _loud(ent):
        return "strong"
    return "mild" if own == "mild" else "plain"


def _entity_text(token: Token) -> str:
    """The text of the entity that begins at a token."""
    doc, end = token.doc, token.i + 1
    while end < len(doc) and doc[end].ent_iob_ == "I":
        end += 1
    return doc[token.i : end].text


def _loud(ent: Span) -> bool:
    """Capitals in a message that is not all capitals, or letters held down: "she is FURIOUS", "saaaad"."""
    shouted = ent.text.isupper() and len(ent.text) > 2 and not ent.doc.text.isupper()
    return shouted or re.search(r"([a-z])\1\1", ent.text.lower()) is not None
