"""Practice: the assistant plays the child, and answers each thing that a parent types in kind.

The scenes stand in `data/words/scenes.yml`, what is said about the parent's words afterwards in
`data/words/practise.yml`. What counts as in kind follows shared/CONTENT.md: a child softens when the feeling is seen,
and gets louder, or colder, when it is brushed aside.
"""

from __future__ import annotations

import zlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache

from bot.language.feelings import find_feelings
from bot.language.pipeline import read
from bot.language.validation import ValidationReview
from bot.language.words import words

EXCHANGES = 4
ENOUGH = 2  # sentences that validate, after which the child has settled

# How the child takes a flaw, the one that weighs most first.
_IN_KIND = {
    "shames": "escalates",
    "punishes_feeling": "escalates",
    "dismisses": "escalates",
    "compares": "escalates",
    "questions_why": "explains",
    "fixes_first": "resists",
    "no_feeling_word": "shrugs",
}
_STAYING = ("here", "with you", "stay", "not going")
_FEW = 12  # words

# A baby can't be talked to in typed words; the youngest scenes are a toddler's.
_BANDS = {"baby": "toddler"}
OFFERED = 4  # scenes to choose from: more buttons are a wall


@dataclass(frozen=True)
class Scene:
    """A moment to play: `answers` of the child by how it takes what was said; `words` that would fit."""

    id: str
    band: str
    title: str
    setting: str
    opens: str
    answers: dict[str, list[str]]
    words: str


@dataclass(frozen=True)
class Exchange:
    """What the parent typed in the play, and what it was."""

    line: str
    validating: bool
    flaws: tuple[str, ...]

    @classmethod
    def of(cls, line: str, review: ValidationReview | None) -> Exchange:
        """Make it from the parent's line and its review; a line that nobody could review is a neutral one."""
        return cls(line, review.validating, review.flaws) if review else cls(line, False, ())


@cache
def scenes() -> dict[str, Scene]:
    """Return all scenes by id."""
    ways = ("softens", "settles", "shrugs", "resists", "escalates", "explains")
    return {
        one["id"]: Scene(
            one["id"],
            one["band"],
            one["title"],
            one["setting"],
            one["opens"],
            {way: one[way] for way in ways},
            one["words"],
        )
        for one in words("scenes")
    }


def offered(band: str | None, seen: Collection[str]) -> list[Scene]:
    """Return the scenes to choose from for an age band (None: any age), those not `seen` first."""
    wanted = _BANDS.get(band or "", band)
    fitting = [scene for scene in scenes().values() if wanted in (None, scene.band)] or list(scenes().values())
    if wanted is None:  # one of each age rather than four toddlers
        fitting.sort(key=lambda scene: zlib.crc32(scene.id.encode()))
    return sorted(fitting, key=lambda scene: scene.id in seen)[:OFFERED]


def scene_like(text: str, band: str | None, seen: Collection[str]) -> Scene:
    """Return the scene whose title and setting share most words with `text`; the first on offer when none does."""
    said = set(text.lower().split())
    choices = offered(band, seen)
    rest = [scene for scene in scenes().values() if scene not in choices]
    return max([*choices, *rest], key=lambda scene: len(said & _content(scene)))


def _content(scene: Scene) -> set[str]:
    return {word for word in f"{scene.title} {scene.setting}".lower().replace(".", " ").split() if len(word) > 4}


def takes(exchanges: Sequence[Exchange]) -> str:
    """Return how the child takes the last of `exchanges`: softens, settles, shrugs, resists, escalates or explains."""
    last = exchanges[-1]
    if last.validating:
        return "settles" if sum(one.validating for one in exchanges) >= ENOUGH else "softens"
    return next((way for flaw, way in _IN_KIND.items() if flaw in last.flaws), "shrugs")


def answer(scene: Scene, exchanges: Sequence[Exchange], said: Collection[str]) -> str:
    """Return what the child says to the last of `exchanges`: in kind, and nothing that was `said` before."""
    choices = scene.answers[takes(exchanges)]
    fresh = [one for one in choices if one not in said] or choices
    return fresh[zlib.crc32(exchanges[-1].line.encode()) % len(fresh)]


def is_over(exchanges: Sequence[Exchange]) -> bool:
    """Return whether the play ends after `exchanges`: the child has settled, or it was four times."""
    return takes(exchanges) == "settles" or len(exchanges) >= EXCHANGES


def went_well(exchanges: Sequence[Exchange]) -> str | None:
    """Return one specific thing about the parent's best line, or None where there was none to point at."""
    good = [one for one in exchanges if one.validating]
    if good:
        best = good[-1]
        return _worded("well", _strength(best), best.line)
    short = next((one for one in exchanges if not set(one.flaws) & {"shames", "punishes_feeling", "dismisses"}), None)
    return _worded("well", "stayed" if len(exchanges) > 1 else "few_words", short.line) if short else None


def to_try(scene: Scene, exchanges: Sequence[Exchange]) -> str:
    """Return one thing to try another time, about the flaw that weighed most; words that fit the scene are in it."""
    weighty = [(flaw, one.line) for flaw in _IN_KIND for one in exchanges if flaw in one.flaws]
    flaw, line = weighty[0] if weighty else ("nothing", exchanges[-1].line)
    return _worded("try", flaw, line, scene.words)


def _strength(exchange: Exchange) -> str:
    said = exchange.line.lower()
    if any(word in said for word in _STAYING):
        return "stayed"
    if "?" in said and any(word in said for word in ("tell me", "want to", "like to")):
        return "asked_open"
    if len(said.split()) <= _FEW:
        return "few_words"
    return "validating_named" if find_feelings(read(exchange.line)) else "validating_no_word"


def _worded(kind: str, what: str, line: str, fitting: str = "") -> str:
    """Return a wording that can be said: a long line of the parent's isn't read back to them."""
    short = len(line.split()) <= 2 * _FEW
    choices: list[str] = [one for one in words("practise")[kind][what] if short or "{quote}" not in one]
    chosen = choices[zlib.crc32(line.encode()) % len(choices)]
    return chosen.format(quote=line.strip().rstrip("."), words=fitting)
