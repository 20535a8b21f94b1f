"""Two children of a family are kept apart: what was told of one is not said of the other.

A message that speaks of another child than the one talked about so far puts what is known of that one aside, and brings
back what is known of the other. Which child it is shows in a name, in "my son" after "my daughter", in "his sister is
...", in "my other one", or in another age.
"""

from __future__ import annotations

import re
from typing import Any

from rasa.shared.core.events import Event, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

ASIDE = "children"

# What is known of a child, by slot.
_KNOWN = ("child_name", "pronoun", "age_band", "child_feeling")
_ENTITIES = {"child_feeling": "feeling"}

_OTHER = re.compile(
    r"\b(?:my|our|the) other (?:son|daughter|child|kid|one|boy|girl|twin|teen|toddler)\b", re.IGNORECASE
)
_SIBLING = "sibling"

Child = dict[str, Any]


def kept_apart(tracker: DialogueStateTracker) -> list[Event]:
    """Return the slots to set, after the parent's latest message, so that they hold one child and not two mixed."""
    message = tracker.latest_message
    if message is None or not message.text or message.text.startswith("/"):
        return []
    told = {one["entity"]: one["value"] for one in message.entities or []}
    before = _before(tracker)
    if not any(before.values()):
        return []
    if not _is_another(before, told, message.text):
        # "She" may be anybody; a named child stays who it is.
        strays = told.get("pronoun") not in (None, before["pronoun"]) and not told.get("relation")
        return [SlotSet("pronoun", before["pronoun"])] if strays and before["child_name"] and before["pronoun"] else []
    aside = [child for child in tracker.get_slot(ASIDE) or [] if not _same(child, before)]
    found = _found(aside, told)
    now = {name: _told(told, name) or found.get(name) for name in _KNOWN}
    rest = [child for child in aside if child is not found]
    return [SlotSet(ASIDE, [*rest, before]), *(SlotSet(name, value) for name, value in now.items())]


def _before(tracker: DialogueStateTracker) -> Child:
    """Return what was known of the child before the latest message."""
    known: Child = dict.fromkeys(_KNOWN)
    open_names = set(_KNOWN)
    earlier = False
    for event in reversed(tracker.events):
        if isinstance(event, UserUttered):
            earlier = True
        elif earlier and isinstance(event, SlotSet) and event.key in open_names:
            known[event.key] = event.value
            open_names.discard(event.key)
        if not open_names:
            break
    return known


def _is_another(before: Child, told: dict[str, Any], text: str) -> bool:
    name, relation = told.get("child_name"), told.get("relation")
    if name and before["child_name"]:
        return str(name).casefold() != str(before["child_name"]).casefold()
    if relation == _SIBLING or _OTHER.search(text):
        return True
    if not relation:
        return False
    known = (before["pronoun"], told.get("pronoun"))
    other_age = before["age_band"] and told.get("age_band") not in (None, before["age_band"])
    return set(known) == {"he", "she"} or bool(other_age)


def _found(aside: list[Child], told: dict[str, Any]) -> Child:
    """Return what is known of the child that the message speaks of; nothing for one that is new."""
    name, pronoun = told.get("child_name"), told.get("pronoun")
    if name:
        named = [child for child in aside if str(child["child_name"]).casefold() == str(name).casefold()]
        return named[0] if named else {}
    fitting = [child for child in aside if pronoun in (None, "they", child["pronoun"])]
    return fitting[0] if len(fitting) == 1 else {}


def _told(told: dict[str, Any], name: str) -> Any:
    return told.get(_ENTITIES.get(name, name))


def _same(child: Child, other: Child) -> bool:
    return all(child[name] == other[name] for name in ("child_name", "pronoun"))
