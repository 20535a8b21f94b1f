"""The safety plan: kept after a yes, and shown again. The plan itself is said without any action."""

from __future__ import annotations

import asyncio

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher
from sqlalchemy.exc import SQLAlchemyError

from actions.careful import CarefulAction, Events, told
from bot.care.plans import Plan, keep, recall

_SLOTS = ("plan_signs", "plan_helps", "plan_people")


class ActionKeepSafetyPlan(CarefulAction):
    """Keeps the plan that the form gathered, after the parent's yes."""

    def name(self) -> str:
        """Return the action's name in the domain."""
        return "action_keep_safety_plan"

    async def answer(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        """Set `plan_kept` to what really happened."""
        signs, helps, people = (told(tracker, slot) for slot in _SLOTS)
        try:
            kept = await asyncio.to_thread(keep, Plan(tracker.sender_id, signs or "", helps, people))
        except OSError:
            return [SlotSet("plan_kept", "failed")]
        return [SlotSet("plan_kept", kept)]


class ActionRecallSafetyPlan(CarefulAction):
    """Finds the plan of this conversation, or the one that was kept."""

    def name(self) -> str:
        """Return the action's name in the domain."""
        return "action_recall_safety_plan"

    async def answer(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        """Set `plan_found`, and the plan's slots when it was kept in another conversation."""
        if tracker.get_slot(_SLOTS[0]):
            return [SlotSet("plan_found", "yes")]  # its general lines are better than an error
        try:
            plan = await asyncio.to_thread(recall, tracker.sender_id)
        except SQLAlchemyError:
            return [SlotSet("plan_found", "yes")]  # its general lines are better than an error
        if plan is None:
            return [SlotSet("plan_found", "no")]
        values = (plan.signs, plan.helps, plan.people)
        return [
            SlotSet("plan_found", "yes"),
            *(SlotSet(slot, value) for slot, value in zip(_SLOTS, values, strict=True)),
        ]
