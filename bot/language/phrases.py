"""Sentences a parent can say out loud to a child, by age and feeling, with what happened in the parent's own words."""

from __future__ import annotations

import zlib
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

from bot.language.retelling import to_child
from bot.language.trigger import answered_trigger
from bot.language.words import words

UNKNOWN = "unknown"


@dataclass(frozen=True)
class Situation:
    """What is known of the moment: the child's age band, the feeling ("sad", "sad and worried"), what set it off.

    `event` has a verb ("her tower fell"), `thing` is a noun phrase ("the blue cup"); both in the parent's words.
    """

    age_band: str | None = None
    feeling: str | None = None
    event: str | None = None
    thing: str | None = None
    name: str | None = None


def storm_words(situation: Situation, said: Collection[str] = ()) -> str:
    """Return the few words for the middle of a storm; of those not in `said`, if any is left.

    A pleasant feeling is left out: what is told of it is how the child was before, or is again.
    """
    if situation.feeling in words("phrases")["pleasant"]:
        situation = replace(situation, feeling=None)
    return _choose("storm", situation, said)


def feeling_words(situation: Situation, said: Collection[str] = ()) -> str:
    """Return a sentence that names the feeling, for this age; of those not in `said`, if any is left."""
    return _choose("naming", situation, said)


def _choose(kind: str, situation: Situation, said: Collection[str]) -> str:
    templates: dict[str, list[str]] = words("phrases")[kind]
    band = situation.age_band if situation.age_band in templates else "default"
    values = _values(situation, band or "default")
    filled = [text for template in templates[str(band)] if (text := _fill(template, values))]
    fresh = [text for text in filled if text not in said] or filled
    # Those that use most of what the parent told come first; chance, fixed by the words themselves, decides ties.
    return min(fresh, key=lambda text: (-_told(text, values), zlib.crc32(text.encode())))


def _fill(template: str, values: dict[str, str]) -> str | None:
    try:
        return template.format_map(values)
    except KeyError:
        return None


def _told(text: str, values: dict[str, str]) -> int:
    return sum(values[name] in text for name in ("event", "thing", "so_feeling") if name in values)


def _values(situation: Situation, band: str) -> dict[str, str]:
    values: dict[str, str] = {}
    if situation.thing:
        values["thing"] = to_child(situation.thing, situation.name).rstrip(".!? ")
    told = answered_trigger(situation.event) if situation.event else None
    if told:
        said = to_child(told.text, situation.name, sentence=told.kind == "event")
        values[told.kind] = said.rstrip(".!? ")
    feeling = _feeling_for(situation.feeling, band)
    if feeling:
        values["so_feeling"] = feeling
    return values


def _feeling_for(feeling: str | None, band: str) -> str | None:
    """Return the feeling in words that a child of this age uses, or None when it isn't known."""
    if not feeling or feeling == UNKNOWN:
        return None
    spoken: dict[str, Any] = words("phrases")["spoken"]
    parts = []
    for name in feeling.split(" and "):
        forms = spoken.get(name, {})
        parts.append(str(forms.get(band) or forms.get("default") or name))
    return " and ".join(dict.fromkeys(parts))


def guesses(happened: str | None, age_band: str | None) -> tuple[str, str]:
    """Return the two feelings that are likeliest for what happened, as canonical names.

    Cues and their feelings stand in data/words/guesses.yml; which feelings a child of an age can name follows
    shared/CONTENT.md (2-3: basic feelings; from 9: mixed ones).
    """
    listed = words("guesses")
    text = f" {(happened or '').lower()} "
    by_band: dict[str, list[str]] = listed["by_band"]
    cues = [cue for cue in listed["cues"] if any(f" {word}" in text for word in cue["words"])]
    found = [feeling for cue in cues for feeling in cue["feelings"]]
    found += by_band.get(age_band or "", by_band["default"])
    first, second = list(dict.fromkeys(found))[:2]
    return first, second
