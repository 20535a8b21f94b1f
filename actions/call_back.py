"""A call from the clinic: whether there is one that calls, and the request itself."""

from __future__ import annotations

import asyncio

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.careful import CarefulAction, Events, told
from bot.care.callbacks import Request, ask, number_in
from bot.settings import settings


class ActionSeeClinic(CarefulAction):
    """Looks whether a clinic stands behind this chat."""

    def name(self) -> str:
        """Return the action's name in the domain."""
        return "action_see_clinic"

    async def answer(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        """Set `call_back` to whether a call is possible."""
        return [SlotSet("call_back", "possible" if settings().clinic else "impossible")]


class ActionAskForCall(CarefulAction):
    """Puts the request where the clinic sees it."""

    def name(self) -> str:
        """Return the action's name in the domain."""
        return "action_ask_for_call"

    async def answer(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        """Set `call_back` to what really happened. The number is not kept in the conversation."""
        number = number_in(told(tracker, "call_back_number") or "")
        if number is None:
            return [SlotSet("call_back", "no_number")]
        began = next(
            event["timestamp"]
            for event in reversed(tracker.events)
            if event.get("event") == "active_loop" and event.get("name") == "call_back_form"
        )
        request = Request(tracker.sender_id, str(began), number, told(tracker, "call_back_time"))
        try:
            await asyncio.to_thread(ask, request)
        except OSError:
            return [SlotSet("call_back", "failed")]
        return [SlotSet("call_back", "asked"), SlotSet("call_back_number", None), SlotSet("call_back_time", None)]
