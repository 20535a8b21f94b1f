"""What `language` reads in a message, as the entities that slots are filled from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from spacy.tokens import Doc

from bot.care.needs import need_in
from bot.care.support import directory
from bot.language.ages import age_band, band_in, find_age
from bot.language.duration import find_duration
from bot.language.family import find_child
from bot.language.feelings import find_feelings
from bot.language.moods import find_mood
from bot.language.rupture import find_rupture
from bot.language.trigger import find_trigger
from bot.language.wording import written
from bot.settings import settings

# A number alone ("7") is an age only where an age was asked; such an answer is short.
_BARE_ANSWER_TOKENS = 4

Entity = dict[str, Any]


def entities_in(doc: Doc) -> list[Entity]:
    """Return the entities of a message as Rasa keeps them; at most one of a kind."""
    return [
        {"entity": name, "value": value, "start": start, "end": end, "confidence_entity": 1.0}
        for name, value, start, end in _found(doc)
    ]


def _found(doc: Doc) -> Iterator[tuple[str, Any, int, int]]:
    whole = (0, len(doc.text))
    yield from _feelings(doc)
    yield from _ages(doc)
    child = find_child(doc)
    if child.pronoun:
        yield ("pronoun", child.pronoun, *whole)
    if child.relation:
        yield ("relation", child.relation, *whole)
    if child.name:
        yield ("child_name", child.name, *whole)
    trigger = find_trigger(doc)
    if trigger:
        yield (f"trigger_{trigger.kind}", written(trigger.text), *whole)
    for name, value in (
        ("duration", find_duration(doc)),
        ("rupture", find_rupture(doc)),
        ("need", need_in(doc.text)),
        ("region", directory().region_named(doc.text, here=settings().region)),
    ):
        if value:
            yield (name, value, *whole)
    mood = find_mood(doc)
    if mood:
        yield ("mood", str(mood), *whole)


def _feelings(doc: Doc) -> Iterator[tuple[str, Any, int, int]]:
    """Yield the child's feelings as one value, two mixed ones joined: "sad and worried"."""
    feelings = [feeling for feeling in find_feelings(doc) if feeling.whose == "child"]
    names = list(dict.fromkeys(feeling.name for feeling in feelings))[:2]
    if names:
        yield ("feeling", " and ".join(names), feelings[0].start, feelings[0].end)


def _ages(doc: Doc) -> Iterator[tuple[str, Any, int, int]]:
    age = find_age(doc)
    band = band_in(doc)
    bare = age is not None and len(doc) <= _BARE_ANSWER_TOKENS
    if age:
        yield ("age_months", age.months, age.start, age.end)
    if band:
        yield ("bare_age_band" if bare else "age_band", age_band(age.months) if age else band, 0, len(doc.text))
