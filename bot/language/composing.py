"""An apology in the parent's own words, said to the child.

Its shape is the one the two seed articles give: sorry for the act, what the child needed, that it was mine,
what I'll do, a fresh start (shared/CONTENT.md). The parent's answers are free text of any shape; the phrases
that join them, by age, stand in data/words/apology.yml.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass

from bot.language.answers import said_need, said_plan
from bot.language.excuse import Excuse, find_excuse
from bot.language.grammar import is_base, is_gerund, is_past, past_of, tokens, verb_base
from bot.language.retelling import to_child
from bot.language.rupture import find_rupture, is_act
from bot.language.wording import as_sentence, written
from bot.language.words import words

__all__ = ["Apology", "Excuse", "act_of", "compose", "find_excuse", "is_apology"]

_LISTS = words("apology")
_LEAD, _OWN, _HELPERS, _STOPS, _THINGS = (
    re.compile(_LISTS[key], re.IGNORECASE) for key in ("lead", "own", "helpers", "stops", "things")
)
_NEVER = frozenset(_LISTS["never_acts"])
_APOLOGISES = re.compile("|".join(_LISTS["apologises"]), re.IGNORECASE)
_ORDER = ("sorry", "need", "mine", "plan", "again")
_LONGEST_ACT = 24  # words


@dataclass(frozen=True)
class Apology:
    """The parent's part of an apology, each piece already said to the child and without its full stop."""

    act: str
    need: str | None
    plan: str | None


def is_apology(draft: str) -> bool:
    """Say whether `draft` apologises or owns the act, rather than adding something to an apology."""
    return bool(_APOLOGISES.search(draft.replace("’", "'")))


def compose(
    act: str,
    need: str | None = None,
    plan: str | None = None,
    name: str | None = None,
    age_band: str | None = None,
) -> str:
    """Return an apology of the parent's own words, to be said to the child.

    `act`, `need`, `plan`: the parent's answers to what happened, what the child needed, what they will do
    next time; any free text, about the child or to the child. `name`: the child's, so that it becomes "you".
    `age_band`: baby, toddler, preschool, school_age or teen (unknown: school age). Unknown, empty and
    blaming answers are left out, and so is an excuse inside an answer. Never raises; the same answers give
    the same words.
    """
    apology = _apology(_unquoted(act), _unquoted(need), _unquoted(plan), name)
    phrases: dict[str, list[str]] = _LISTS["phrases"][_LISTS["band"].get(age_band or "", _LISTS["default"])]
    seed = zlib.crc32("|".join((apology.act, apology.need or "", apology.plan or "")).encode())
    pieces = {"need": apology.need, "plan": apology.plan}
    said = []
    for part in _ORDER:
        if part not in phrases or (part in pieces and not pieces[part]):
            continue
        if part == "sorry":
            said.append(_sorry(apology.act, phrases["sorry"], seed))
            continue
        text = phrases[part][seed % len(phrases[part])].format(need=apology.need, plan=apology.plan)
        if part == "plan" and apology.plan and not re.match(r"(?:I|we|you)\b", apology.plan):
            text = f"{apology.plan}."  # it brings its own time: "Tomorrow I'll ..."
        said.append(as_sentence(text))
    return " ".join(said)


def act_of(draft: str) -> str | None:
    """Return what the parent is sorry for as a past-tense phrase without "I", None when no act is named.

    `draft`: a drafted apology ("sorry for yelling") or a bare answer ("i shouted", "screaming at him"). Who
    it was done to stays as written; "not listening" becomes "didn't listen".
    """
    text = written(draft)
    for piece in re.split(r"[.!?\n…]+", text):
        lead = _LEAD.match(piece)
        rest = piece[lead.end() :] if lead else piece
        for candidate in (rest, piece[: lead.start()] if lead else ""):
            found = _act_in(candidate.strip(" ,:;-\"'"), owned=lead is not None)
            if found:
                return found
    return find_rupture(tokens(text))


def _unquoted(answer: str | None) -> str:
    """Return an answer whose own quotation marks don't end those that the apology will stand in."""
    return re.sub(r'["“”]', "'", answer or "")


def _apology(act: str, need: str | None, plan: str | None, name: str | None) -> Apology:
    done = _said_act(act, name)
    return Apology(done, said_need(need, name) if need else None, said_plan(plan, name) if plan else None)


def _said_act(act: str, name: str | None) -> str:
    """Return the act said to the child, or a thing to be sorry for ("what I said"), or nothing when none
    can be read.
    """
    found = act_of(act)
    if found:
        return to_child(found, name)
    text = written(act)
    lead = _LEAD.match(text)
    rest = _STOPS.split(text[lead.end() :] if lead else text)[0].strip(" ,")
    return to_child(rest, name) if _THINGS.match(rest) and len(rest.split()) <= _LONGEST_ACT else ""


def _sorry(act: str, phrases: list[str], seed: int) -> str:
    if not act:
        return str(_LISTS["no_act"][0])
    if _THINGS.match(act):
        return str(_LISTS["for_thing"]).format(act=act)
    return phrases[seed % len(phrases)].format(act=act)


def _act_in(piece: str, owned: bool) -> str | None:
    """Read one clause: its subject and helpers off, its verbs in the past."""
    own = _OWN.match(piece)
    rest = (piece[own.end() :] if own else piece).strip(" ,")
    rest = _HELPERS.sub("", rest)
    rest = _STOPS.split(rest)[0].strip(" ,:;-\"'")
    if not rest or len(rest.split()) > _LONGEST_ACT:
        return None
    doc = tokens(rest)
    first = doc[0].lower_
    if first in ("not", "never") and len(doc) > 1 and is_gerund(doc[1].text):
        verb = verb_base(doc[1].text) or doc[1].lower_
        tail = rest[doc[1].idx + len(doc[1].text) :]
        return f"wasn't{tail}" if verb == "be" else f"didn't {verb}{tail}"
    if first in ("did", "was", "could", "ca", "wo") and len(doc) > 1 and doc[1].lower_ == "n't":
        return rest if first in ("did", "was", "could") and (own or is_act(doc, 0)) else None
    if first in _NEVER - {"being"} or not verb_base(first):
        return None
    if is_gerund(first) or first == "being":
        allowed = owned or own is not None or is_act(doc, 0) or len(doc) > 1
    elif is_past(first):
        allowed = own is not None or is_act(doc, 0) or (len(doc) > 1 and not owned)
    else:
        allowed = is_base(first) and is_act(tokens(past_of(first) + rest[len(first) :]), 0)
    return _all_past(rest) if allowed else None


def _all_past(rest: str) -> str:
    """Put the first verb, and each verb in -ing after "and", into the past."""
    doc = tokens(rest)
    said = []
    for token in doc:
        opens = token.i == 0
        joined = (
            token.i > 0
            and doc[token.i - 1].lower_ in ("and", "then")
            and (is_gerund(token.text) or token.lower_ == "being")
        )
        said.append(
            (past_of(token.text) if joined or (opens and not _is_past_form(token.text)) else token.text)
            + token.whitespace_
        )
    text = "".join(said)
    return text[:1].lower() + text[1:] if not text.startswith(("I ", "I'")) else text


def _is_past_form(word: str) -> bool:
    base = verb_base(word)
    return word.lower() in ("was", "were", "did", "had") or (
        is_past(word) and not (base and word.lower() != past_of(base) and word.lower().endswith("n"))
    )
