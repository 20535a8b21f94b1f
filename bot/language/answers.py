"""A parent's short answers on the way to an apology, as sentences for the child: what you needed, what I
will do.

Answers come in any shape ("help", "for me to just stay", "a hug i think", "idk"). Each function finds the
shape, puts it into words said to the child, and gives None for "I don't know" and for an answer that blames
the child, because neither belongs in an apology.
"""

from __future__ import annotations

import re

from bot.language.grammar import can_be, is_base, is_gerund, is_past, past_of, tokens, verb_base
from bot.language.retelling import to_child
from bot.language.wording import written
from bot.language.words import words

_LISTS = words("answers")
_UNKNOWN = re.compile(_LISTS["unknown"], re.IGNORECASE)
_DOUBTS = re.compile(_LISTS["doubts"], re.IGNORECASE)
_HEDGES = re.compile(_LISTS["hedges"], re.IGNORECASE)
_NEED_BLAMES, _TO_BE = (re.compile(_LISTS["need"][key], re.IGNORECASE) for key in ("blaming", "to_be"))
_STATES = frozenset(_LISTS["need"]["states"])
_FROM_PARENT = frozenset(_LISTS["need"]["from_parent"])
_NEEDED: str = _LISTS["need"]["needed"]
_WERE: str = _LISTS["need"]["were"]
_PLAN = {key: re.compile(_LISTS["plan"][key], re.IGNORECASE) for key in _LISTS["plan"]["patterns"]}
_NOUNS: dict[str, str] = _LISTS["plan"]["nouns"]
_WILL: str = _LISTS["plan"]["will"]
_TRY: str = _LISTS["plan"]["try"]
_TRY_NOT: str = _LISTS["plan"]["try_not"]
_MAX_WORDS = 28  # longer than a child listens to
_OWN_CLAUSE = re.compile(r"^(?:I|I'm|I'd|I've|it|we|my|the|there|everything|school)\b", re.IGNORECASE)


def tells_nothing(answer: str) -> bool:
    """Say whether an answer only says that there is none: "nope", "nothing at all", "I don't know, sorry"."""
    return bool(_UNKNOWN.match(answer.strip().replace("’", "'")))


def said_need(answer: str, name: str | None = None) -> str | None:
    """Return what the child needed as a sentence said to the child, without a full stop ("You needed help").

    `answer` is the parent's free text, `name` the child's name where known. None when the parent doesn't
    know, or when the answer is about what the child ought to have done.
    """
    clauses: list[str] = []
    for piece in _pieces(answer):
        if _NEED_BLAMES.search(piece):
            continue
        clause = _need_clause(piece, name, first=not clauses)
        if clause and sum(len(done.split()) for done in clauses) + len(clause.split()) <= _MAX_WORDS:
            clauses.append(clause)
    if not clauses:
        return None
    joined = clauses[0]
    for clause in clauses[1:3]:
        # "You needed help. You couldn't find it." is one breath: "You needed help and couldn't find it."
        joined += (
            " and " + re.sub(r"^You (?!and\b)", "", clause)
            if clause.startswith("You ") and joined.startswith("You ")
            else f". {clause}"
        )
    return joined


def said_plan(answer: str, name: str | None = None) -> str | None:
    """Return what the parent will do as a clause without a full stop, beginning with who does it ("I'll
    count to ten").

    It may open with a time ("Tomorrow I'll ..."). What is not to happen again is tried, not promised, since
    a broken promise hurts twice. None when the parent doesn't know, or when the plan is the child's duty.
    """
    for piece in _pieces(answer):
        if _PLAN["blaming"].search(piece):
            continue
        time = _PLAN["when"].match(piece)
        clause = _plan_clause(piece[time.end() :] if time else piece, name)
        if clause and len(clause.split()) <= _MAX_WORDS:
            return f"{time['when'].capitalize()} {clause}" if time else clause
    return None


def _pieces(answer: str) -> list[str]:
    """Cut an answer into its sentences, in written English and without hedges; "I don't know" leaves none."""
    text = written(answer)
    if _UNKNOWN.match(text):
        return []
    cleaned = []
    for piece in re.split(r"[.!?;\n…]+(?:\s|$)|(?<=\S) - |:\)|:\(", text):
        piece = _HEDGES.sub(" ", _DOUBTS.sub(" ", piece))
        piece = re.sub(r"\s+([,.])", r"\1", " ".join(piece.split())).strip(' ,.-–"()?!*:;…')
        piece = re.sub(
            r"^(?:and|but|so|or|just|then|because|that)\b[ ,]*(?=\w)", "", piece, flags=re.IGNORECASE
        )
        if any(character.isalnum() for character in piece) and not _UNKNOWN.match(piece):
            cleaned.append(piece)
    return cleaned


# --- what the child needed --------------------------------------------------------------------------


def _need_clause(piece: str, name: str | None, first: bool) -> str | None:
    said = to_child(piece, name)
    lowered = said.lower()
    if re.match(r"^you (?:just |only |really )*(?:need|want)(?:ed|s)? you\b", lowered) or lowered.startswith(
        "you to "
    ):
        return None
    lead = re.match(
        r"^(?:what )?you (?:really |just )*(?:needed|wanted) (?:from me )?(?:was|is) (?P<rest>.+)$", lowered
    )
    if lead:
        return _needed(said[lead.start("rest") :])
    if re.match(r"you\b(?!r)", lowered) or (lowered.startswith("your ") and _has_verb_second(said)):
        return _capital(_in_past_need(said))
    if re.match(
        r"^(?:just |only |really )*(?:needed|wanted|felt|was|were|couldn't|didn't|wasn't|had|missed|got)\b",
        lowered,
    ):
        bare = re.sub(r"^(?:just|only|really) ", "", said, flags=re.IGNORECASE)
        return "You " + _small(
            re.sub(
                r"^was\b",
                "were",
                re.sub(r"^wasn't\b", "weren't", bare, flags=re.IGNORECASE),
                flags=re.IGNORECASE,
            )
        )
    if _OWN_CLAUSE.match(said) and _has_verb_second(said):
        return None if first else _capital(said)
    return _needed(said)


def _needed(said: str) -> str | None:
    """Put a thing, a doing or a state into "You needed ..." or "You were ..."."""
    said = re.sub(r"^(?:just|only|really|to have just) ", "", _small(said), flags=re.IGNORECASE)
    said = re.sub(r"^for (?=(?:me|us|someone|somebody|your \w+) to\b)", "", said)
    doc = tokens(said)
    if not len(doc):
        return None
    first, second = doc[0].lower_, doc[1].lower_ if len(doc) > 1 else ""
    content = [
        token.lower_
        for token in doc
        if token.lower_ not in ("and", ",", "or", "really", "very", "so", "too", "just", "over", "a", "bit")
    ]
    if (
        content
        and content[0] in _STATES
        and all(w in _STATES or (can_be(w, "adj") and not can_be(w, "noun")) for w in content)
    ):
        return _WERE.format(said)
    if _TO_BE.match(said):
        verb = verb_base(first) or first
        return _NEEDED.format(f"to {verb}{said[len(doc[0].text) :]}")
    if (
        is_base(first)
        and first not in ("to", "me")
        and (first in _FROM_PARENT and (second or not can_be(first, "noun")) or not can_be(first, "noun"))
    ):
        noun_like = can_be(first, "noun") and second in ("from", "and", "in", "about", "of", "for", "")
        if not noun_like:
            who = "me to" if first in _FROM_PARENT or re.search(r"\byou(?:r)?\b", said) else "to"
            return _NEEDED.format(f"{who} {said}")
    if re.search(r"\byou\b", said) and is_base(first) and second in ("you", "with", "your", "to"):
        return _NEEDED.format(f"me to {said}")
    return _NEEDED.format(said)


def _in_past_need(said: str) -> str:
    """Put "you need", "you want" into the past: the need was then."""
    return re.sub(
        r"^(you (?:just |only |really )*)(need|want)s?\b",
        lambda m: f"{m[1]}{past_of(m[2])}",
        said,
        flags=re.IGNORECASE,
    )


def _has_verb_second(said: str) -> bool:
    doc = tokens(said)
    return any(
        token.lower_
        in ("'m", "'d", "'ve", "'s", "was", "were", "is", "did", "had", "should", "could", "would")
        or is_past(token.text)
        for token in doc[1:4]
    )


# --- what the parent will do ------------------------------------------------------------------------


def _plan_clause(piece: str, name: str | None) -> str | None:
    said = to_child(_PLAN["openers"].sub("", piece), name)
    said = re.sub(r" (?:next time|in future|from now on)$", "", said, flags=re.IGNORECASE).strip(" ,")
    if not said or _UNKNOWN.match(said):
        return None
    ours = _PLAN["same_subject"].match(said)
    if ours:
        rest = said[ours.end() :]
        return f"we'll {_small(rest)}" if _is_doing(rest) else f"we {_small(rest)}"
    if _PLAN["child_does"].match(said):
        return _small(said)
    if re.match(r"^(?:you|he|she|they|it|there)\b", said, re.IGNORECASE):
        return None
    parts = [_doing(part) for part in _split_doings(said)]
    done = [part for part in parts if part]
    if not done:
        return None
    # What I'll do comes before what I'll try not to do, or the "not" would swallow it.
    ordered = sorted(done, key=lambda part: part.startswith(_TRY_NOT))
    return _WILL.format(" and ".join(ordered))


def _split_doings(said: str) -> list[str]:
    """Cut "not yell and walk away" at the "and" that begins a second doing."""
    parts = re.split(r",? (?:and|then|and then) (?=\S)|, (?=\S)", said)
    merged: list[str] = []
    for part in parts:
        starts = (
            merged
            and (_is_doing(part) or _PLAN["not"].match(part) or _PLAN["lead"].match(part))
            and (
                _PLAN["not"].match(merged[-1])
                or _PLAN["not"].match(part)
                or _PLAN["lead"].match(part)
                or is_gerund(part.split()[0])
            )
        )
        if merged and not starts:
            between = said[
                said.find(merged[-1]) + len(merged[-1]) : said.find(
                    part, said.find(merged[-1]) + len(merged[-1])
                )
            ]
            merged[-1] = f"{merged[-1]}{between}{part}"
        else:
            merged.append(part)
    return merged


def _is_doing(text: str) -> bool:
    first = text.split()[0].strip(",").lower() if text.split() else ""
    return is_base(first) or is_gerund(first) or first in ("be", "try")


def _doing(said: str) -> str | None:
    """Return one doing in its bare form ("counting to ten" -> "count to ten", "not yell" -> "try not to
    yell").
    """
    negative = False
    trying = False
    previous = None
    while said != previous:
        previous = said
        if _PLAN["trying"].match(said):
            trying, said = True, _PLAN["trying"].sub("", said)
        if _PLAN["not"].match(said):
            negative, said = True, _PLAN["not"].sub("", said)
        said = _PLAN["lead"].sub("", said)
    said = _small(said.strip(" ,"))
    doc = tokens(said)
    if not len(doc):
        return None
    first = doc[0]
    bare = said
    if is_gerund(first.text) or (is_past(first.text) and not is_base(first.text)) or first.lower_ == "been":
        bare = (verb_base(first.text) or first.text) + said[len(first.text) :]
    elif not is_base(first.text) or (can_be(first.text, "noun") and first.is_stop and len(doc) == 1):
        return _with_noun(said, negative)
    bare = re.sub(r"\band (\w+ing)\b", lambda m: f"and {verb_base(m[1])}" if is_gerund(m[1]) else m[0], bare)
    if negative:
        return f"{_LISTS['plan']['try_not']} {bare}"
    return f"try to {bare}" if trying else bare


def _with_noun(said: str, negative: bool) -> str | None:
    """Turn a thing into a doing: "a deep breath" -> "take a deep breath"."""
    head = next((token.lower_ for token in reversed(tokens(said)) if token.lower_ in _NOUNS), None)
    if negative:
        return f"{_LISTS['plan']['try_not']} have {said}" if said else None
    first = said.split()[0].lower()
    if head:
        return f"{_LISTS['plan']['nouns'][head]} {said}"
    adjective = can_be(first, "adj") and not can_be(first, "noun")
    if (
        adjective
        and all(
            can_be(t.text, "adj") or t.lower_ in ("and", "with", "you", "more", "less", "about")
            for t in tokens(said)
        )
        or first in ("more", "less", "calmer", "gentler")
        and len(said.split()) > 1
        and can_be(said.split()[1], "adj")
    ):
        return f"try to be {said}"
    return _TRY.format(said)


def _small(text: str) -> str:
    """Return `text` with a small first letter, unless it begins with "I" or another capital that stays."""
    return text if re.match(r"^(?:I\b|I'|[A-Z]{2})", text) else text[:1].lower() + text[1:]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
