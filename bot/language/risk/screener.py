"""The rule-based risk screener: is anybody in danger in this message?

Standard library and YAML only, so that it works with every other part broken.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path

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
    `evidence`: the ids of the rules, most urgent first; `id:denied` and `id:past` count as support only.
    """

    category: str
    urgency: str
    categories: tuple[str, ...]
    evidence: tuple[str, ...]

    def to_dict(self) -> dict[str, str | list[str]]:
        """The finding as it is printed: plain strings and lists."""
        parts = asdict(self).items()
        return {name: list(value) if isinstance(value, tuple) else value for name, value in parts}


NOTHING = Finding("none", "none", (), ())


@dataclass(frozen=True)
class _Hit:
    pattern: Pattern
    category: str
    urgency: Urgency
    evidence: str


class Screener:
    """Screens messages with one set of rules; holds no state between messages, safe in threads."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules

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
        return _finding([hit for hit in hits if hit.pattern.unless not in found])

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
            stranger = who is Who.OTHER or (
                who is Who.CHILD and not self._rules.context.own_child(sentence[: span[1]])
            )
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
                return _Hit(pattern, category, Urgency.SUPPORT, f"{pattern.id}:denied")
            if self._rules.context.past(sentences, number, *span):
                return _Hit(pattern, category, Urgency.SUPPORT, f"{pattern.id}:past")
        moved = category != pattern.category
        urgency = max(pattern.urgency, self._rules.least[category]) if moved else pattern.urgency
        return _Hit(pattern, category, urgency, pattern.id)


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


def _finding(hits: list[_Hit]) -> Finding:
    if not hits:
        return NOTHING
    hits = sorted(hits, key=lambda hit: (-hit.urgency, CATEGORIES.index(hit.category)))
    categories = tuple(dict.fromkeys(hit.category for hit in hits))
    evidence = tuple(dict.fromkeys(hit.evidence for hit in hits))
    return Finding(hits[0].category, hits[0].urgency.label, categories, evidence)
