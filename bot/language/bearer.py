"""Whose a feeling is: the child's, the parent's own, or another grown-up's.

Without a parser: the nearest person before the feeling who can be its subject, read leftwards in the
sentence. "I'm frustrated because he is scared": he, then I. A person that something is done to ("I yelled at
him and feel guilty") is passed over, unless the feeling is done to them ("it makes him sad").
"""

from typing import Literal

from spacy.tokens import Doc, Span, Token

from bot.language.pipeline import cues, sentence_of

Bearer = Literal["child", "parent"]

_FIRST, _FIRST_OBJECT = cues("feelings", "first"), cues("feelings", "first_object")
_THIRD, _THIRD_OBJECT = cues("feelings", "third"), cues("feelings", "third_object")
_FIRST_OWNER, _BEFORE_NOUN = cues("feelings", "first_owner"), cues("feelings", "before_noun")
_CAUSATIVE, _NO_SUBJECT = cues("feelings", "causative"), cues("feelings", "no_subject_before")
_SPEECH, _LOUD_SPEECH, _CALLED = (
    cues("feelings", "speech"),
    cues("feelings", "loud_speech"),
    cues("feelings", "called"),
)
_HEDGE, _HEDGED, _TOWARD = cues("feelings", "hedge"), cues("feelings", "hedged"), cues("feelings", "toward")
_FEELS_FIRST, _ELIDED_OWN = cues("feelings", "feels_first"), cues("feelings", "elided_own")
_FEELS_BY, _OWN_PHRASES = cues("feelings", "feels_by"), cues("feelings", "own_phrases")
_NOT_BEFORE_OWNER = cues("feelings", "not_before_owner")
_INNER_FIRST = frozenset({"i", "my", "me", "myself", "our", "us"})
_INNER_THIRD = frozenset({"his", "her", "their", "him", "them", "himself", "herself", "he", "she"})
_CHILDREN = frozenset({"child", "other_child"})


def bearer(ent: Span) -> Bearer | None:
    """Whose the feeling in `ent` is; None when another grown-up's. The child's where nothing is said."""
    inside = {token.norm_ for token in ent}
    if inside & _INNER_THIRD:
        return None if any(token.ent_type_ == "adult" for token in _before(ent, 3)) else "child"
    if ent.text.lower() in _OWN_PHRASES or inside & _INNER_FIRST and not _own_words_of_child(ent):
        return "parent"
    return _owner(ent) or _subject(ent)


def _before(ent: Span, reach: int) -> Span:
    """Up to `reach` tokens of the same sentence before an entity."""
    return ent.doc[max(sentence_of(ent).start, ent.start - reach) : ent.start]


def _own_words_of_child(ent: Span) -> bool:
    """Whether the first "I" or "my" of an entity, or the I before it, is a child's reported speech."""
    start = ent.start
    return any(
        _quoted(ent.doc, i, sentence_of(ent).start)
        for i in range(max(sentence_of(ent).start, start - 3), start + 1)
    )


def _owner(ent: Span) -> Bearer | None:
    """The owner of a feeling that is a thing or a trait: "my anger", "his jealousy", "my anxious boy"."""
    doc, i, first = ent.doc, ent.start - 1, sentence_of(ent).start
    while i >= first and (
        doc[i].ent_type_ == "degree" or doc[i].norm_ in ("own", "big", "little", "sweet", "poor")
    ):
        i -= 1
    if i < first or doc[i].norm_ not in _BEFORE_NOUN:
        return None
    for token in doc[ent.end : min(ent.end + 4, len(doc))]:
        if token.ent_type_ in _CHILDREN or token.norm_ in ("year", "yr", "yo", "month"):
            return "child"
        if (
            token.norm_ in _NOT_BEFORE_OWNER
            or token.norm_ in _FIRST_OWNER
            or token.is_punct
            and token.text != "-"
        ):
            break
    if doc[i].norm_ in _FIRST_OWNER:
        return "parent"
    return "child" if doc[i].norm_ in ("his", "her", "their") else None


def _subject(ent: Span) -> Bearer | None:
    """The nearest subject before the feeling, or what stands for one."""
    doc, first, first_person_verb = ent.doc, sentence_of(ent).start, False
    i = ent.start - 1
    while i >= first:
        token = doc[i]
        norm, label = token.norm_, token.ent_type_
        if norm in _FEELS_FIRST and _alone(doc, i, first):
            first_person_verb = True  # "... and feel so guilty": a child would be "feels"
        elif norm in _FIRST:
            hedged = _only_a_hedge(doc, i, ent.start)
            return "child" if hedged or _quoted(doc, i, first) else "parent"
        elif norm in _FIRST_OBJECT:
            joined = doc[i + 1].norm_ == "and"
            if joined or (i > first and doc[i - 1].norm_ in _CAUSATIVE):
                return "parent"
        elif not first_person_verb and (
            norm in _THIRD
            or (norm in _THIRD_OBJECT and _done_to(doc, i, first))
            or (label in _CHILDREN and _can_lead(doc, i, ent))
        ):
            return "child"
        elif label == "adult" and not first_person_verb and _can_lead(doc, i, ent):
            if doc[i + 1].norm_ in _SPEECH:
                return "child"
            joined = any(t.norm_ in _FIRST_OBJECT for t in doc[max(first, i - 3) : i])
            return "parent" if joined else None
        i -= 1
    return "parent" if first_person_verb else _unsaid(ent)


def _alone(doc: Doc, i: int, first: int) -> bool:
    """Whether the "feel" or "am" at i has no other subject near it: "Honestly feel so guilty"."""
    before = doc[max(first, i - 2) : i]
    named = any(
        t.norm_ in _FEELS_BY | _THIRD | _THIRD_OBJECT or t.ent_type_ in _CHILDREN for t in before[-1:]
    )
    return not named and not any(t.norm_ in _FEELS_BY for t in before)


def _done_to(doc: Doc, i: int, first: int) -> bool:
    """Whether him or her at i is who the following words are about: "made him", "saw her looking"."""
    return (i > first and doc[i - 1].norm_ in _CAUSATIVE) or doc[i + 1].norm_ not in _NO_SUBJECT


def _can_lead(doc: Doc, i: int, ent: Span) -> bool:
    """Whether the person that ends at i is the subject of what follows, or right before the feeling."""
    return i + 1 == ent.start or doc[i + 1].norm_ not in _NO_SUBJECT


def _only_a_hedge(doc: Doc, i: int, end: int) -> bool:
    """Whether the I at i only guesses: "I think left out", "I'd say more embarrassed"."""
    between = [token.norm_ for token in doc[i + 1 : end] if token.ent_type_ != "degree"]
    guesses = bool(set(between) & (_HEDGE - {"'d", "would", "am"}))
    return guesses and all(norm in _HEDGE or norm in _HEDGED for norm in between)


def _quoted(doc: Doc, i: int, first: int) -> bool:
    """Whether the I at i is spoken by the child: 'she said "I'm sad"', "he keeps saying im bored"."""
    k, marked = i - 1, False
    while k >= first and (
        doc[k].is_punct or doc[k].is_quote or doc[k].norm_ in _CALLED or doc[k].norm_ in _FIRST_OBJECT
    ):
        marked = marked or doc[k].is_quote or doc[k].text == ":"
        k -= 1
    if k < first or not (doc[k].norm_ in _SPEECH or (marked and doc[k].norm_ in _LOUD_SPEECH)):
        return False
    for token in reversed(list(doc[max(first, k - 4) : k])):
        if token.norm_ in _FIRST or token.norm_ in _FIRST_OBJECT:
            return False
        if token.norm_ in _THIRD or token.ent_type_ in _CHILDREN:
            return True
    return False


def _unsaid(ent: Span) -> Bearer:
    """Nobody stands before the feeling: what follows may tell, else it is the child's."""
    doc, sent = ent.doc, sentence_of(ent)
    rest = [token for token in doc[ent.end : sent.end]]
    if rest and rest[0].norm_ in _TOWARD and len(rest) > 1 and _toward_child(rest[1:]):
        return "parent"
    others = any(t.norm_ in _THIRD | _THIRD_OBJECT or t.ent_type_ in _CHILDREN for t in sent)
    aside = (_HEDGE - {"am"}) | _SPEECH  # "left out I think", "don't be sad I said"
    speaks = any(t.norm_ in _FIRST and not (t.i + 1 < len(doc) and t.nbor().norm_ in aside) for t in rest)
    speaks = speaks or any(t.norm_ in _FIRST_OBJECT and t.nbor(-1).norm_ not in _TOWARD for t in rest[1:])
    if speaks and not others:
        return "parent"
    if ent.ent_id_.split(".")[0] in _ELIDED_OWN and not others:
        if any(token.norm_ == "feeling" for token in _before(ent, 3)):
            return "parent"
        told = [t for t in doc[: sent.start] if t.norm_ in _FIRST or t.norm_ in _THIRD]
        if told and told[-1].norm_ in _FIRST:
            return "parent"  # "I snapped again. So ashamed."
    return "child"


def _toward_child(rest: list[Token]) -> bool:
    """Whether these words are the child as an object: "him", "her.", "my son", not "her sister"."""
    head = rest[0].norm_
    if head in _FIRST_OWNER:
        return any(token.ent_type_ == "child" for token in rest[1:4])
    ends = len(rest) == 1 or rest[1].is_punct or rest[1].norm_ in _NO_SUBJECT
    return head in ("him", "them") or (head == "her" and ends)
