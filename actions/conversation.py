"""What a conversation already holds, and the actions that keep it going: readings when unsure, coming back."""

from __future__ import annotations

import re

from rasa_sdk import Tracker
from rasa_sdk.events import ActiveLoop, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.careful import CarefulAction, Events
from bot.language.phrases import Situation
from bot.language.words import words

_QUOTED = re.compile(r"\"([^\"]+)\"")

# What ends a form before its questions are answered: "stop", or something more urgent.
_LEAVES = "action_deactivate_loop"


def situation(tracker: Tracker) -> Situation:
    """Return what the parent has told about the moment."""
    return Situation(
        age_band=tracker.get_slot("age_band"),
        feeling=tracker.get_slot("child_feeling"),
        event=tracker.get_slot("trigger_event"),
        thing=tracker.get_slot("trigger_thing"),
        name=tracker.get_slot("child_name"),
    )


def said_so_far(tracker: Tracker) -> set[str]:
    """Return every sentence in quotation marks that this conversation has offered."""
    texts = [event.get("text") or "" for event in tracker.events if event.get("event") == "bot"]
    return {sentence for text in texts for sentence in _QUOTED.findall(text)}


class ActionFindReadings(CarefulAction):
    """Finds the two likeliest readings of a message that was not understood."""

    def name(self) -> str:
        """Return the action's name in the domain."""
        return "action_find_readings"

    async def answer(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        """Set the slots of the two buttons: what each says, in a parent's words, and its intent."""
        titles: dict[str, str] = words("buttons")["readings"]
        ranking = [entry["name"] for entry in tracker.latest_message.get("intent_ranking", [])]
        one, two = ([name for name in ranking if name in titles] + list(titles))[:2]
        return [
            SlotSet("reading_one", titles[one]),
            SlotSet("reading_one_intent", one),
            SlotSet("reading_two", titles[two]),
            SlotSet("reading_two_intent", two),
        ]


class ActionResume(CarefulAction):
    """Goes back to the journey that was left unfinished last."""

    def name(self) -> str:
        """Return the action's name in the domain."""
        return "action_resume"

    async def answer(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        """Open the form again, which then asks its open question; or set `left_open` to nothing."""
        form = tracker.active_loop.get("name") or _left_unfinished(tracker)
        return [SlotSet("left_open", None), ActiveLoop(form)] if form else [SlotSet("left_open", "nothing")]


def _left_unfinished(tracker: Tracker) -> str | None:
    """Return the form that was active last, unless it ended by itself, its questions answered."""
    ended_by = None
    for event in reversed(tracker.events):
        if event.get("event") == "action":
            ended_by = ended_by or event.get("name")
        if event.get("event") != "active_loop":
            continue
        if event.get("name"):
            return str(event["name"]) if ended_by == _LEAVES else None
        ended_by = None
    return None
