"""Who the child is in a parent's message: which pronouns and which names mean the child.

"he" may be a brother, "they" a pair of shoes, "the baby" the sibling; a few rules about who else is named
settle it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from spacy.tokens import Doc, Span

from bot.language.grammar import (
    OTHER_PEOPLE,
    can_be,
    her_is_possessive,
    is_adverb,
    is_past,
    skip_adverbs,
    tokens,
    verb_base,
)
from bot.language.words import flat, words

_LISTS = words("mentions")
_PEOPLE: dict[str, list[str]] = words("grammar")["people"]
_GENDER = {word: gender for gender in ("he", "she") for word in _PEOPLE[gender]}
_CHILDREN: dict[str, list[str]] = _LISTS["children"]
FORMS = {
    "he": {"he": "subject", "him": "object", "his": "possessive", "himself": "self"},
    "she": {"she": "subject", "her": "her", "hers": "owned", "herself": "self"},
    "they": {
        "they": "subject",
        "them": "object",
        "em": "object",
        "their": "possessive",
        "theirs": "owned",
        "themselves": "self",
        "themself": "self",
    },
}
PRONOUN = {form: gender for gender, forms in FORMS.items() for form in forms}


def _any_of(listed: list[str] | frozenset[str]) -> str:
    return "|".join(re.escape(word).replace(r"\ ", " ") for word in sorted(listed, key=len, reverse=True))


_AGE = rf"(?:\d{{1,2}}|{_any_of(words('duration')['ones'])})"
_PERIOD = "years?|yrs?|months?|mos?|weeks?|wks?|days?"
_AGED = rf"(?:{_AGE}(?: and a half)?[ -]?(?:{_PERIOD})?[ -]?(?:olds?|yo)|{_AGE} ?[ym]/?o)"
_NAMED = re.compile(
    rf"\b(?:(?:(?P<both>both|all|each|one)(?: of)? )?(?P<det>{_any_of(_LISTS['determiners'])}) |^|\bboth )"
    rf"(?:(?:{_any_of(_LISTS['modifiers'])}|{_AGED}),? )*"
    rf"(?P<head>(?:{_any_of(flat(_CHILDREN))}|{_AGED}))(?![\w-])"
    r"(?P<age>(?:,? \(?(?:aged? |who is )?\d{1,2}(?: years? old| months? old|yo)?\)?(?= |$|,|'s),?)?)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Mentions:
    """Which words of a message mean the child: pronouns of these genders, and these spans of tokens."""

    pronouns: frozenset[str]
    spans: tuple[Span, ...]


def who_is_meant(doc: Doc, name: str | None) -> Mentions:
    """Return which words of `doc` mean the child; `name` is the child's name where it is known."""
    named = _named(doc, name)
    present = [gender for token in doc if (gender := PRONOUN.get(token.lower_))]
    singular = list(dict.fromkeys(gender for gender in present if gender != "they"))
    first_gender = next((g for span in named if (g := _gender_of(span)) in ("he", "she")), None)
    if first_gender:
        # "my daughter ... my son": the one who is told of first is the child who is spoken to.
        keep = tuple(
            span for span in named if _gender_of(span) in (first_gender, "one") or _gender_of(span) == "name"
        )
        return Mentions(frozenset({first_gender}), keep)
    named = _without_late_generics(doc, named)
    if singular:
        return Mentions(frozenset(_singular(doc, singular, bool(named))), named)
    if "they" in present and _they_is_child(doc, named):
        return Mentions(frozenset({"they"}), named)
    return Mentions(frozenset(), named)


def _named(doc: Doc, name: str | None) -> tuple[Span, ...]:
    """Find the spans that name the child: "my 4 year old", "the kids", the name itself."""
    spans: list[Span] = []
    for match in _NAMED.finditer(doc.text):
        span = doc.char_span(match.start(), match.end(), alignment_mode="contract")
        if (
            span is None
            or not match["head"]
            or (not match["det"] and match.start() > 0 and not match[0].lower().startswith("both"))
        ):
            continue
        if not match["det"] and not _starts_alone(doc, span):
            continue
        after = doc[span.end].lower_ if span.end < len(doc) else ""
        if (
            (match["det"] or "the").lower() == "the"
            and after in _LISTS["not_theirs"]
            and len(doc) > span.end + 1
        ):
            continue
        if can_be(after, "noun") and after in OTHER_PEOPLE:  # "the girl friend", "my baby brother"
            continue
        spans.append(_with_own_name(doc, span, name))
    taken = {place for span in spans for place in range(span.start, span.end)}
    if name and name.strip():
        wanted = [token.lower_ for token in tokens(name.strip())]
        for start in range(len(doc) - len(wanted) + 1):
            run = doc[start : start + len(wanted)]
            if [token.lower_ for token in run] == wanted and start not in taken and _is_the_name(run):
                spans.append(run)
    return tuple(sorted(spans, key=lambda span: span.start))


def _starts_alone(doc: Doc, span: Span) -> bool:
    """Say whether a bare "toddler" or "kids" opens the message as its subject ("toddler won't sleep")."""
    if span.end >= len(doc):
        return False
    after = doc[skip_adverbs(doc, span.end) if skip_adverbs(doc, span.end) < len(doc) else span.end]
    return after.lower_ in {
        "is",
        "was",
        "has",
        "wo",
        "did",
        "does",
        "are",
        "were",
        "have",
        "do",
        "'s",
        "ca",
        "could",
        "would",
        "had",
    } or (is_past(after.text) and not can_be(after.text, "noun"))


def _with_own_name(doc: Doc, span: Span, name: str | None) -> Span:
    """Stretch "my son" over the name that follows it ("my son Leo"), so that only "you" is left."""
    if span.end >= len(doc):
        return span
    token = doc[span.end]
    known = (name or "").strip().lower()
    follows = token.lower_ == known if known else False
    title = (
        token.is_title and token.is_alpha and token.lower_ not in _LISTS["not_names"] and not token.is_stop
    )
    return doc[span.start : span.end + 1] if follows or title else span


def _is_the_name(run: Span) -> bool:
    """A name that is also a word ("Will", "Grace") counts only with its capital."""
    word = run[0]
    ordinary = word.is_stop or can_be(word.lower_, "verb") or can_be(word.lower_, "adj")
    return not ordinary or word.text[:1].isupper()


def _gender_of(span: Span) -> str:
    """Return the pronoun that goes with a naming of the child: he, she, one, several, or name when it is
    only a name.
    """
    text = f" {span.text.lower()} "
    for gender in ("several", "he", "she", "one"):
        if any(f" {word} " in text for word in _CHILDREN[gender]):
            return gender
    if re.search(r"olds\b", text):
        return "several"
    return "one" if re.search(r"\b(?:old|[ym]/?o)\b", text) else "name"


def _without_late_generics(doc: Doc, named: tuple[Span, ...]) -> tuple[Span, ...]:
    """Drop "the baby" after a "he" or a "my son": it is the sibling then."""
    kept: list[Span] = []
    for span in named:
        earlier = any(PRONOUN.get(token.lower_) in ("he", "she") for token in doc[: span.start])
        generic = span[0].lower_ == "the" and _gender_of(span) == "one"
        if not (generic and (earlier or kept)):
            kept.append(span)
    return tuple(kept)


def _singular(doc: Doc, genders: list[str], child_named: bool) -> list[str]:
    """Of the genders of the pronouns in a message, return those that are the child's."""
    adults: dict[str, int] = {}
    evidence: list[str] = []
    for token in doc:
        word = token.lower_
        before = doc[token.i - 1].lower_ if token.i else ""
        if (word in OTHER_PEOPLE or word in _GENDER) and token.i:
            opener = next(
                (t.lower_ for t in reversed(doc[max(0, token.i - 3) : token.i]) if t.lower_ in _DETERMINERS),
                "",
            )
            if opener in ("his", "her") and PRONOUN[opener] not in adults:
                evidence.append(PRONOUN[opener])
            if opener not in ("his", "her") or word in _GENDER:
                adults.setdefault(_GENDER.get(word, ""), token.i)
        is_object = word == "him" or (word == "her" and not her_is_possessive(doc, token.i))
        if is_object and before not in ("without", "than"):
            evidence.append(PRONOUN[word])
    if len(genders) == 1:
        only = genders[0]
        first = next(token.i for token in doc if PRONOUN.get(token.lower_) == only)
        is_adult = only in adults and adults[only] < first and only not in evidence and not child_named
        return [] if is_adult else genders
    owners = [gender for gender in evidence if gender not in adults]
    return (owners or [gender for gender in genders if gender not in adults] or evidence or genders)[:1]


_SEVERAL_OTHERS = frozenset(
    word for word in _PEOPLE["they"] if word.endswith("s") or word in ("people", "class", "team", "everyone")
)
_DETERMINERS = frozenset({"my", "our", "the", "a", "his", "her", "their", "some", "another"})


def _they_is_child(doc: Doc, named: tuple[Span, ...]) -> bool:
    if any(_gender_of(span) in ("several", "one", "name") for span in named):
        return True
    for token in doc:
        if token.lower_ in _SEVERAL_OTHERS:
            return False  # "her friends said they ..."
        role = FORMS["they"].get(token.lower_)
        if role == "subject":
            follower = skip_adverbs(doc, token.i + 1)
            rest = [t for t in doc[follower : follower + 3] if not is_adverb(t.text)]
            if any(
                verb_base(t.text) in _LISTS["human_doings"] or t.lower_ in _LISTS["human_states"]
                for t in rest
            ):
                return True
        if role == "object" and token.i:
            before = doc[token.i - 1]
            if verb_base(before.text) in _LISTS["said_to"]:
                return True
            if before.lower_ in ("at", "to", "with") and token.i > 1:
                spoken = doc[token.i - 2]
                if (verb_base(spoken.text) or spoken.lower_) in _LISTS[
                    "spoken_at"
                ] or spoken.lower_ in _LISTS["spoken_at"]:
                    return True
    return False
