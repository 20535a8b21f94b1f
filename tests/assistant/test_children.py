"""What was told of one child is not said of another, and comes back with its own."""

from __future__ import annotations

from typing import Any

import pytest
from rasa.shared.core.events import ActionExecuted, Event, SlotSet, UserUttered
from rasa.shared.core.slots import AnySlot, TextSlot
from rasa.shared.core.trackers import DialogueStateTracker

from bot.assistant.children import ASIDE, kept_apart
from bot.assistant.entities import entities_in
from bot.language.pipeline import read

SLOTS = {"child_name": "child_name", "pronoun": "pronoun", "age_band": "age_band", "child_feeling": "feeling"}


def talk(*messages: str) -> dict[str, Any]:
    """Return the slots of the child after these messages, taken up one by one as the assistant does."""
    slots = [*(TextSlot(name, mappings=[{}]) for name in SLOTS), AnySlot(ASIDE, mappings=[{}])]
    tracker = DialogueStateTracker("family", slots)
    for text in messages:
        entities = entities_in(read(text))
        tracker.update(ActionExecuted("action_listen"))
        tracker.update(UserUttered(text, entities=entities))
        told = {one["entity"]: one["value"] for one in entities}
        taken: list[Event] = [SlotSet(name, told[entity]) for name, entity in SLOTS.items() if entity in told]
        tracker.update_with_events(taken, None)
        tracker.update_with_events(kept_apart(tracker), None)
    return {name: tracker.get_slot(name) for name in SLOTS}


def test_one_child_is_learned_bit_by_bit() -> None:
    known = talk("my daughter is upset", "she's 4 and it's the shoes", "her name is Mia")
    assert (known["child_name"], known["pronoun"], known["age_band"]) == ("Mia", "she", "preschool")


@pytest.mark.parametrize(
    "text",
    [
        "now his sister is screaming too",
        "and my daughter won't eat",
        "my other one hides under the table",
        "Zara is crying as well",
    ],
)
def test_another_child_takes_nothing_along(text: str) -> None:
    known = talk("my son Leo is 9 and so angry", text)
    assert known["child_name"] in (None, "Zara") and known["age_band"] is None and known["child_feeling"] is None


def test_the_first_child_comes_back_with_what_was_told() -> None:
    known = talk("my son Leo is 9", "and my daughter Mia is 4", "back to Leo, he hides")
    assert (known["child_name"], known["pronoun"], known["age_band"]) == ("Leo", "he", "school_age")
    known = talk("my son Leo is 9", "my daughter Mia is 4", "back to my son")
    assert (known["child_name"], known["age_band"]) == ("Leo", "school_age")


def test_the_other_one_of_two() -> None:
    known = talk("my son Leo is 9", "my daughter Mia is 4", "my other one is quiet today")
    assert (known["child_name"], known["age_band"]) == ("Leo", "school_age")


@pytest.mark.parametrize(
    "text", ["he hit his sister", "her dad says no", "my husband is away", "he's sad about it", "/deny"]
)
def test_people_beside_the_child_change_nothing(text: str) -> None:
    known = talk("my son Leo is 9", text)
    assert (known["child_name"], known["pronoun"], known["age_band"]) == ("Leo", "he", "school_age")


def test_a_named_child_stays_who_it_is() -> None:
    known = talk("Mia is 4 and she bites", "he said it was her")
    assert (known["child_name"], known["pronoun"]) == ("Mia", "she")
