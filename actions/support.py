"""Support: the right services for the need and the region, most urgent first."""

from __future__ import annotations

import asyncio

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.careful import CarefulAction, Events
from bot.care.support import Service, directory
from bot.settings import settings


class ActionFindSupport(CarefulAction):
    """Finds up to three services."""

    def name(self) -> str:
        """Return the action's name in the domain."""
        return "action_find_support"

    async def answer(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        """Set the slot `services`: a paragraph for each."""
        code = tracker.get_slot("region") or settings().region
        found = (await asyncio.to_thread(directory)).find(tracker.get_slot("need"), code)
        return [SlotSet("services", "\n\n".join(_paragraph(service) for service in found))]


def _paragraph(service: Service) -> str:
    """Say how to reach a service and what it does, its name once."""
    how = service.say if service.name in service.say else f"{service.name}: {service.say}"
    return f"{how[:1].upper()}{how[1:]}. {service.about}"
