"""What every action of ours shares: an exception reaches neither the log with a parent's words nor the parent raw."""

from __future__ import annotations

import logging
from abc import ABC, abstractmethod
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from bot.language.answers import tells_nothing

logger = logging.getLogger(__name__)

Events = list[dict[str, Any]]

PART_MISSING = "utter_part_missing"

# What a button for "nothing" or "I don't know" carries.
NOTHING = "-"


def told(tracker: Tracker, slot: str) -> str | None:
    """Return what the parent answered, or None where they said that there is nothing."""
    value = tracker.get_slot(slot)
    return None if value in (None, NOTHING) or tells_nothing(str(value)) else str(value)


class CarefulAction(Action, ABC):
    """An action whose failure is told to the parent honestly.

    rasa-sdk answers an exception with a body that holds the whole conversation, which Rasa then logs; so nothing may
    be raised here. What was said before the failure is still said.
    """

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> Events:
        """Answer, or say that this step can't be done now."""
        try:
            return await self.answer(dispatcher, tracker)
        except Exception as error:
            logger.error("%s failed with %s.", self.name(), type(error).__name__)
            dispatcher.utter_message(response=PART_MISSING)
            return []

    @abstractmethod
    async def answer(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        """Do what the action is for and return its events."""
