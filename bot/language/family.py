"""The child a message is about: pronoun, relation and name, as far as the parent wrote them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from spacy.tokens import Doc, Span, Token

from bot.language.pipeline import cues, is_word

Pronoun = Literal["he", "she", "they"]

_HE = frozenset({"he", "him", "his", "himself"})
_SHE = frozenset({"she", "her", "hers", "herself"})
_OTHERS, _OURS, _HAVING = cues("family", "others"), cues("family", "ours"), cues("family", "having")
_VERBS, _NAMING, _AFTER_NAME = (
    cues("family", "people_verbs"),
    cues("family", "naming"),
    cues("family", "after_name"),
)
_TITLES, _NOT_NAMES, _WORD_NAMES = (
    cues("family", "titles"),
    cues("family", "not_names"),
    cues("family", "word_names"),
)
_DOUBTFUL = cues("family", "doubtful_names")
# "son" says of itself that it is family; these may be anybody's
_ANYBODYS = cues("family", "anybodys")


# "now his sister is melting down": the story is the sibling's from here on.
_SIBLING_NOW = re.compile(
    r"\W*(?:(?:now|and|so|ok|okay|oh|great|then)\W+){0,3}(?:his|her|their) (?:\w+ )?(?P<who>sister|brother)"
    r"(?:'s| is| was| has| won'?t| keeps| just| started)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Child:
    """What a message says about who the child is; None where it says nothing."""

    pronoun: Pronoun | None
    relation: str | None
    name: str | None


def find_child(doc: Doc) -> Child:
    """The child the message is about.

    A relation decides first ("my son" is he), the family's own before anybody's; then the first he or she
    that cannot be about a grown-up named before it; "they" only stays when neither is there.
    `relation` is the plain family word ("son" for lad, DS, little man). `name` is as typed.
    """
    sibling = _SIBLING_NOW.match(doc.text)
    if sibling:
        return Child("she" if sibling["who"].lower() == "sister" else "he", "sibling", None)
    ids = [ent.ent_id_.split(".") for ent in doc.ents if ent.label_ == "child" and is_ours(ent)]
    mentions: list[tuple[str, str]] = [(who, kind) for who, kind in ids]
    if not mentions:
        return Child(_spoken_pronoun(doc), None, _name(doc))
    who, relation = mentions[0]
    if who == "they":
        # "my teenager ... she", "my kids ... my son": a neutral word first, a plainer one tells more
        plainer = next(((who, kind) for who, kind in mentions if who != "they"), None)
        if plainer is not None:
            who, relation = plainer
    pronoun: Pronoun = "he" if who == "he" else "she" if who == "she" else _spoken_pronoun(doc) or "they"
    return Child(pronoun, relation, _name(doc))


def is_ours(ent: Span) -> bool:
    """Whether a child entity is the parent's own: "my little boy", "boy, 4", not "a boy" or "her girl"."""
    if ent.text.lower() not in _ANYBODYS and ent[-1].norm_ not in _ANYBODYS:
        return True
    if ent[0].norm_ in _OURS:
        return True
    for token in reversed(list(_same_phrase_before(ent))):
        if token.norm_ in _OURS:
            return True
        if token.norm_ in ("a", "an"):
            return token.i > 0 and token.nbor(-1).norm_ in _HAVING
        if token.norm_ in _OTHERS:
            return False
        if token.norm_ == "the":
            return ent[-1].norm_ not in ("boy", "boys", "girl", "girls", "lad", "lass")
        if token.like_num:
            return True
    return ent.start == ent.sent.start


def _same_phrase_before(ent: Span) -> Iterator[Token]:
    """Up to six tokens before an entity, nearest last, back to the last full stop."""
    start = max(ent.sent.start, ent.start - 6)
    yield from ent.doc[start : ent.start]


def _spoken_pronoun(doc: Doc) -> Pronoun | None:
    """The first he or she of the message that is not about a grown-up who was named before it."""
    adults: set[str] = set()
    for token in doc:
        if token.ent_type_ == "adult":
            if any(t.norm_ in ("i", "am") for t in doc[max(token.sent.start, token.i - 4) : token.i]):
                continue  # "I'm a single dad"
            owned = token.i > 0 and token.nbor(-1).norm_ in ("his", "her")
            who = token.ent_id_
            # "his teacher says he": he is spoken for; a partner or a doctor may be either
            adults |= {"he", "she"} if who == "they" and not owned else {who} - {"they"}
        elif token.ent_type_ == "child":
            adults.discard(token.ent_id_.split(".")[0])
            if token.ent_id_.startswith("they"):
                adults.clear()
        elif token.norm_ in _HE and "he" not in adults:
            return "he"
        elif token.norm_ in _SHE and "she" not in adults:
            return "she"
    return None


def _name(doc: Doc) -> str | None:
    """The child's name: after a relation or "called", else a capitalised word that acts as a person."""
    for ent in doc.ents:
        if ent.label_ == "child":
            found = _name_from(doc, ent.end)
            if found:
                return found
    for token in doc[:-1]:
        if token.norm_ in _NAMING and not _belongs_to_adult(token):
            skip = 1 + (token.nbor().norm_ in ("is", "'s", ":"))
            following = doc[token.i + skip] if token.i + skip < len(doc) else None
            if following is not None and _could_be_name(following, certain=True):
                return following.text
    return next((t.text for t in doc if _is_subject_name(t)), None)


def _name_from(doc: Doc, start: int) -> str | None:
    """A name directly after a relation: "my son Leo", "our daughter (Priya)", "my son leo is"."""
    while start < len(doc) and doc[start].text in (",", "(", "-", "–"):
        start += 1
    if start >= len(doc):
        return None
    token, after = doc[start], doc[start + 1] if start + 1 < len(doc) else None
    if _could_be_name(token, certain=True) and token.text[0].isupper():
        return token.text
    known = is_word(token.lower_) or token.norm_ != token.lower_ or token.ent_type_
    lowered = token.is_alpha and len(token) > 2 and not known and token.lower_ not in _NOT_NAMES
    glued = start > 0 and doc[start - 1].is_punct
    return token.text if lowered and not glued and after is not None and _follows_name(after) else None


def _follows_name(token: Token) -> bool:
    """Whether this token can stand after a person's name."""
    return token.norm_ in _VERBS or token.text in _AFTER_NAME or token.norm_ in _AFTER_NAME or token.like_num


def _belongs_to_adult(token: Token) -> bool:
    """Whether "named" or "name" is about a grown-up, a friend or the parent."""
    before = token.doc[max(token.sent.start, token.i - 4) : token.i]
    people = [t for t in before if t.ent_type_ in ("child", "adult", "other_child") or t.norm_ in ("my", "i")]
    return bool(people) and people[-1].ent_type_ != "child"


def _could_be_name(token: Token, *, certain: bool) -> bool:
    """Whether a token is shaped like a name. `certain`: the words around it say that a name stands here."""
    if not token.is_alpha or len(token) < 2 or token.lower_ in _NOT_NAMES:
        return False
    if token.ent_type_ in ("child", "adult", "other_child", "feeling"):
        return False
    shouted = token.is_upper and len(token) > 1
    if not token.text[0].isupper() or (shouted and not certain):
        return False
    if token.lower_ in _DOUBTFUL and not certain:
        return False
    return token.lower_ in _WORD_NAMES or not (is_word(token.lower_) or token.is_stop)


def _is_subject_name(token: Token) -> bool:
    """A capitalised word, not in the dictionary, in the place of a person: "our Priya won't", "Leo is 4"."""
    if not _could_be_name(token, certain=False):
        return False
    before = token.nbor(-1) if token.i else None
    if before is not None:
        if before.norm_ in _TITLES or before.norm_ in _OTHERS - {"that"} or before.is_title and before.i:
            return False
        if before.ent_type_ in ("adult", "other_child") or before.norm_ in ("in", "from", "the", "on", "am"):
            return False
        if before.norm_ == "and" and token.i > 1 and token.nbor(-2).ent_type_ in ("adult", "other_child"):
            return False
    after = token.nbor() if token.i + 1 < len(token.doc) else None
    opening = token.is_sent_start or before is None
    if before is not None and before.norm_ == "our":
        return True
    if opening:
        return after is not None and (after.norm_ in _VERBS or after.text in "(," or after.like_num)
    return not (after is not None and after.is_title)
