"""Check-ins: saved once, and the truth told when they can't be."""

from __future__ import annotations

import asyncio
from datetime import date, datetime, timezone

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher
from sqlalchemy.exc import SQLAlchemyError

from actions.careful import CarefulAction, Events, told
from bot.care.checkins import Draft, keep, summary
from bot.language.moments import kind_of_moment
from bot.language.phrases import UNKNOWN
from bot.language.pipeline import read

_SLOTS = ("check_in_mood", "check_in_feeling", "check_in_moment", "check_in_helped", "check_in_note")


class ActionSaveCheckIn(CarefulAction):
    """Keeps the check-in that the form gathered, after the parent's yes."""

    def name(self) -> str:
        """Return the action's name in the domain."""
        return "action_save_check_in"

    async def answer(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        """Set `check_in_kept` to what really happened, and forget the answers once they are safe."""
        draft = _draft(tracker)
        try:
            kept = await asyncio.to_thread(keep, draft)
        except OSError:
            # The answers stay in their slots: "save it" starts the form, which then has nothing left to ask.
            return [SlotSet("check_in_kept", "failed")]
        forgotten = [SlotSet(slot, None) for slot in _SLOTS]
        return [SlotSet("check_in_kept", kept), SlotSet("check_ins_helped", draft.helped), *forgotten]


class ActionLookBack(CarefulAction):
    """Finds what there is to look back on."""

    def name(self) -> str:
        """Return the action's name in the domain."""
        return "action_look_back"

    async def answer(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        """Set the slots for the number of check-ins, the last day, the mood and what helped last."""
        try:
            seen = await asyncio.to_thread(summary, tracker.sender_id)
        except SQLAlchemyError:
            return [SlotSet("looked_back", "unavailable")]
        if seen.last is None or seen.mood is None:
            return [SlotSet("looked_back", "nothing")]
        return [
            SlotSet("looked_back", "something"),
            SlotSet("check_ins_count", str(seen.count)),
            SlotSet("check_ins_last_day", _day(seen.last.date())),
            SlotSet("check_ins_mood", f"{seen.mood:.0f}"),
            SlotSet("check_ins_helped", seen.helped),
        ]


def _draft(tracker: Tracker) -> Draft:
    """Return the check-in in the slots. Its occasion is the moment its form began, so that a repeat is the same."""
    began = next(
        event["timestamp"]
        for event in reversed(tracker.events)
        if event.get("event") == "active_loop" and event.get("name") == "check_in_form"
    )
    feeling = told(tracker, "check_in_feeling")
    moment = told(tracker, "check_in_moment")
    return Draft(
        sender=tracker.sender_id,
        occasion=str(began),
        mood=int(tracker.get_slot("check_in_mood")),
        child_feeling=None if feeling == UNKNOWN else feeling,
        moment_kind=kind_of_moment(read(moment)) if moment else None,
        moment=moment,
        helped=told(tracker, "check_in_helped"),
        note=told(tracker, "check_in_note"),
    )


def _day(day: date) -> str:
    """Return a day as a parent says it: "today", "yesterday", "on 3 May"."""
    ago = (datetime.now(timezone.utc).date() - day).days
    return {0: "today", 1: "yesterday"}.get(ago, f"on {day.day} {day:%B}")
