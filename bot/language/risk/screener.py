"""The rule-based risk screener: is anybody in danger in this message?

Standard library and YAML only, so that it works with every other part broken.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from bot.language.risk.context import Who
from bot.language.risk.notation import Form
from bot.language.risk.rules import CATEGORIES, Frame, Pattern, Rules, load, sentence_keys
from bot.language.risk.urgency import Urgency

Span = tuple[int, int]

FOLDER = Path(__file__).resolve().parents[3] / "data" / "risk"


@dataclass(frozen=True)
class Finding:
    """What a message was found to say.

    `category`: the most urgent of `categories`, or "none". `urgency`: none, support, urgent or emergency.
    `evidence`: the ids of the rules, most urgent first; `id:denied` and `id:past` were found and do not count.
    `urgencies`: one for each of `categories`. `asks`: the category that a parent has to be asked about, because
    something was found that doesn't count or isn't sure; "" for none. `now`: it may be happening at this moment.
    `plain`: it was said in the plainest words.
    """

    category: str
    urgency: str
    categories: tuple[str, ...]
    evidence: tuple[str, ...]
    urgencies: tuple[str, ...] = ()
    asks: str = ""
    now: bool = False
    plain: bool = False

    def to_dict(self) -> dict[str, str | list[str]]:
        """The finding as it is printed, in the fixed form of shared/RISK.md."""
        return {
            "category": self.category,
            "urgency": self.urgency,
            "categories": list(self.categories),
            "evidence": list(self.evidence),
        }

    def record(self) -> dict[str, Any]:
        """The finding as it is kept with its message: plain strings, lists and a yes or no."""
        return {**self.to_dict(), "asks": self.asks, "now": self.now}


NOTHING = Finding("none", "none", (), ())


@dataclass(frozen=True)
class _Hit:
    pattern: Pattern
    category: str
    urgency: Urgency
    evidence: str
    counts: bool = True


class Screener:
    """Screens messages with one set of rules; holds no state between messages, safe in threads."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules

    @property
    def rules(self) -> Rules:
        """The rules it screens with."""
        return self._rules

    @classmethod
    def load(cls, folder: Path = FOLDER) -> "Screener":
        """A screener with the rules in `folder`; raises ``RuleError`` naming the file and the pattern."""
        return cls(load(folder))

    def screen(self, text: str, distressed: bool = False) -> Finding:
        """Who is in danger, if anybody, in `text`; never raises for any ``str``.

        `distressed`: distress was voiced in the last turns. Idioms then clear nothing, and phrases too weak
        to count by themselves ("I'm done") count.
        """
        sentences = self._rules.normaliser.sentences(text)
        hits = [hit for number in range(len(sentences)) for hit in self._hits(sentences, number, distressed)]
        found = {hit.pattern.id for hit in hits}
        return _finding([hit for hit in hits if hit.pattern.unless not in found], self._rules.least)

    def _hits(self, sentences: tuple[str, ...], number: int, distressed: bool) -> Iterable[_Hit]:
        sentence = sentences[number]
        keys = sentence_keys(sentence)
        frames: list[tuple[Frame, Span]] | None = [] if distressed else None
        for pattern, form, span in self._rules.pattern_index.found(sentence, keys):
            if (pattern.weak and not distressed) or not _any(pattern.needs, sentences):
                continue
            who = self._who(pattern, sentences, number, span)
            category = pattern.category
            if pattern.who and who not in pattern.who:
                category = pattern.if_about.get(who, "")
            if not category:
                continue
            if frames is None:
                frames = [(frame, place) for frame, _, place in self._rules.frame_index.found(sentence, keys)]
            names = {pattern.id, pattern.category, category}
            stranger = who is Who.OTHER or (who is Who.CHILD and not self._rules.context.own_child(sentence[: span[1]]))
            if not any(_clears(frame, place, names, span, stranger) for frame, place in frames):
                yield self._weigh(pattern, form, category, sentences, number, span)

    def _who(self, pattern: Pattern, sentences: tuple[str, ...], number: int, span: Span) -> Who:
        if pattern.spoken:
            return self._rules.context.speaker(sentences, number, span[0])
        return self._rules.context.who(sentences, number, *span)

    def _weigh(
        self, pattern: Pattern, form: Form, category: str, sentences: tuple[str, ...], number: int, span: Span
    ) -> _Hit:
        if not pattern.holds:
            if self._rules.context.denied(sentences[number], *span, form.negatives):
                return _Hit(pattern, category, pattern.urgency, f"{pattern.id}:denied", counts=False)
            if self._rules.context.past(sentences, number, *span):
                return _Hit(pattern, category, pattern.urgency, f"{pattern.id}:past", counts=False)
        moved = category != pattern.category
        least = self._rules.least[category]
        urgency = max(pattern.urgency, least) if moved else pattern.urgency
        # Lighter than its category can be (a denial, a bereavement): something to ask about.
        return _Hit(pattern, category, urgency, pattern.id, counts=urgency >= min(least, Urgency.URGENT))


@lru_cache(maxsize=1)
def screener() -> Screener:
    """The screener with the rules of this repository, loaded once."""
    return Screener.load()


def _any(forms: tuple[Form, ...], sentences: tuple[str, ...]) -> bool:
    return not forms or any(form.regex.search(sentence) for form in forms for sentence in sentences)


def _clears(frame: Frame, place: Span, names: set[str], span: Span, stranger: bool) -> bool:
    if frame.clears and frame.clears.isdisjoint(names):
        return False
    if frame.reach == "sentence":
        return stranger
    return place[0] < span[1] and span[0] < place[1]


def _finding(hits: list[_Hit], least: Mapping[str, Urgency]) -> Finding:
    hits = sorted(hits, key=lambda hit: (not hit.counts, -hit.urgency, CATEGORIES.index(hit.category)))
    evidence = tuple(dict.fromkeys(hit.evidence for hit in hits))
    counting = [hit for hit in hits if hit.counts]
    if not counting:
        # An old low mood that is over is heard and not asked about; an old wish to die is.
        grave = [hit.category for hit in hits if least[hit.category] >= Urgency.URGENT]
        return replace(NOTHING, evidence=evidence, asks=grave[0] if grave else "")
    urgencies: dict[str, str] = {}
    for hit in counting:
        urgencies.setdefault(hit.category, hit.urgency.label)
    return Finding(
        category=counting[0].category,
        urgency=counting[0].urgency.label,
        categories=tuple(urgencies),
        evidence=evidence,
        urgencies=tuple(urgencies.values()),
        now=any(hit.pattern.now for hit in counting),
        plain=any(hit.pattern.plain for hit in counting),
    )
