"""Practice: the assistant plays the child; what the parent types is reviewed, and the child answers in kind."""

from __future__ import annotations

import json
from dataclasses import asdict

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.careful import CarefulAction, Events
from actions.reviews import validation_review
from bot.language.play import Exchange, Scene, answer, is_over, offered, scene_like, scenes, to_try, went_well
from bot.language.words import words


class ActionAskPractiseScene(CarefulAction):
    """Offers scenes for the child's age, those not played yet first."""

    def name(self) -> str:
        """Return the action's name in the domain; the form calls it to ask for its slot."""
        return "action_ask_practise_scene"

    async def answer(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        """Ask which moment to play, with a button for each; free text finds the nearest scene."""
        buttons = [
            {"title": scene.title, "payload": f"/inform{json.dumps({'scene': scene.id})}"}
            for scene in offered(tracker.get_slot("age_band"), _seen(tracker))
        ]
        dispatcher.utter_message(response="utter_ask_practise_scene", buttons=buttons)
        return []


class ActionBeginPlay(CarefulAction):
    """Opens the scene that was chosen."""

    def name(self) -> str:
        """Return the action's name in the domain."""
        return "action_begin_play"

    async def answer(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        """Set where the play is, what the child says first, and an empty record of the play."""
        seen = _seen(tracker)
        scene = _scene(tracker)
        return [
            SlotSet("practise_scene", scene.id),
            SlotSet("practise_seen", [*seen, scene.id]),
            SlotSet("play_setting", scene.setting),
            SlotSet("play_answer", scene.opens),
            SlotSet("play_log", []),
            SlotSet("play_state", None),
        ]


class ActionPlay(CarefulAction):
    """Lets the child answer, or ends the play and finds one thing that went well and one to try."""

    def name(self) -> str:
        """Return the action's name in the domain."""
        return "action_play"

    async def answer(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        """Set `play_answer` and `play_state`: goes_on, over, or left when the parent asked to leave it."""
        line = str(tracker.get_slot("play_line") or "")
        if line.startswith("/") or line.strip(" .!").lower() in words("plain_words")["leaves_play"]:
            return [SlotSet("play_state", "left"), SlotSet("play_log", [])]
        scene = _scene(tracker)
        played = _played(tracker)
        played.append(Exchange.of(line, validation_review(line)))
        said = {event.get("text") for event in tracker.events if event.get("event") == "bot"}
        events = [SlotSet("play_answer", answer(scene, played, said))]
        if not is_over(played):
            return [*events, SlotSet("play_log", [asdict(one) for one in played]), SlotSet("play_state", "goes_on")]
        return [
            *events,
            SlotSet("play_well", went_well(played)),
            SlotSet("play_try", to_try(scene, played)),
            SlotSet("play_log", []),
            SlotSet("play_state", "over"),
        ]


def _played(tracker: Tracker) -> list[Exchange]:
    log = tracker.get_slot("play_log")
    kept = log if isinstance(log, list) else []
    return [Exchange(one["line"], one["validating"], tuple(one["flaws"])) for one in kept]


def _scene(tracker: Tracker) -> Scene:
    """Return the scene that a button named, or the one nearest to what was typed."""
    chosen = str(tracker.get_slot("practise_scene"))
    return scenes().get(chosen) or scene_like(chosen, tracker.get_slot("age_band"), _seen(tracker))


def _seen(tracker: Tracker) -> list[str]:
    return list(tracker.get_slot("practise_seen") or [])
