"""The words that undo an apology, and the part that stands: "I'm sorry I screamed" | "but you never listen".

The flaws are those of shared/CONTENT.md ("Apologies that repair, and those that don't") that show in the
draft's own words; the patterns stand in data/words/excuse.yml in the order in which they are asked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from bot.language.retelling import to_child
from bot.language.words import words

Flaw = Literal["but_excuse", "conditional_if", "blames_child", "no_ownership", "demands_forgiveness"]


@dataclass(frozen=True)
class Excuse:
    """One flaw of a drafted apology: `kept` stands, `excuse` undoes it; both in written English, said to
    the child.
    """

    flaw: Flaw
    kept: str
    excuse: str


@dataclass(frozen=True)
class _Rule:
    flaw: Flaw
    patterns: tuple[re.Pattern[str], ...]
    unless: re.Pattern[str] | None
    not_with_an_act: bool


_RULES = tuple(
    _Rule(
        rule["flaw"],
        tuple(re.compile(pattern, re.IGNORECASE) for pattern in rule["patterns"]),
        re.compile(rule["unless"], re.IGNORECASE) if "unless" in rule else None,
        rule.get("not_with_an_act", False),
    )
    for rule in words("excuse")["flaws"]
)
_OWNED_ACT = re.compile(
    r"\bI (?!feel|felt|am|hope|think|guess|know|love|want)\w+(?:ed|t|ew|oke|ook|ent|ost|id|old)\b"
    r"|\bfor (?:\w+ly )?\w+ing\b"
)
_SORRY_ONLY = re.compile(r"^(?:(?:so|really|very|truly) )?sorry\b", re.IGNORECASE)


def find_excuse(text: str) -> Excuse | None:
    """Return the first thing in a drafted apology that undoes it, None when nothing does.

    `text`: the draft, to or about the child, in any spelling. `kept` may be empty when nothing of it stands
    ("mistakes were made"). "But I love you", "but that's no excuse", "but it wasn't your fault" undo
    nothing.
    """
    draft = to_child(text)
    for rule in _RULES:
        if rule.not_with_an_act and _OWNED_ACT.search(draft):
            continue
        for pattern in rule.patterns:
            found = _apply(draft, rule, pattern)
            if found:
                return found
    return None


def _apply(draft: str, rule: _Rule, pattern: re.Pattern[str]) -> Excuse | None:
    """Look for one pattern in each sentence; a sentence that is excused ("but I love you") doesn't excuse
    the next.
    """
    sentences = re.split(r"(?<=[.!?])\s+|\n+", draft)
    for number, sentence in enumerate(sentences):
        sentence = sentence.strip().rstrip(".!")
        match = pattern.search(sentence)
        if match is None or (rule.unless and rule.unless.search(match["excuse"].strip(" ,"))):
            continue
        earlier = [part for part in sentences[:number] if part.strip()]
        rest = match.groupdict().get("kept") or sentence[: match.start("excuse")]
        return Excuse(rule.flaw, _kept(" ".join([*earlier, rest])), match["excuse"].strip(" ,.!"))
    return None


def _kept(text: str) -> str:
    """Tidy what stands: "sorry" alone becomes "I'm sorry", no joint is left hanging."""
    text = re.sub(
        r"(?:[\s,;:–-]|\b(?:and|but|so|because|that|for|about|it's just)$)+$", "", text.strip()
    ).rstrip(".!")
    text = _SORRY_ONLY.sub(lambda sorry: f"I'm {sorry[0].lower()}", text)
    return text[:1].upper() + text[1:]
