"""Conversations built from events, as Rasa records them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

from rasa.core.actions.action import create_bot_utterance
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, Event, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.settings import ROOT

LISTEN = "action_listen"


@cache
def real_domain() -> Domain:
    """Return the product's domain."""
    return Domain.from_file(str(ROOT / "domain.yml"))


def tracker_of(events: Iterable[Event] = (), domain: Domain | None = None, sender: str = "ana") -> DialogueStateTracker:
    """Return a conversation in which `events` happened."""
    return DialogueStateTracker.from_events(sender, list(events), (domain or real_domain()).slots)


def says(text: str, intent: str = "inform", sure: float = 0.9, **parse: Any) -> list[Event]:
    """Return what is recorded when the assistant listened and the parent wrote `text`."""
    known: dict[str, Any] = {"intent": {"name": intent, "confidence": sure}, "entities": [], "text": text, **parse}
    return [ActionExecuted(LISTEN), UserUttered(text, known["intent"], [], known)]


def utters(name: str, message: dict[str, Any] | None = None) -> list[Event]:
    """Return what is recorded when response `name` was said, as `message` or in any words."""
    spoken = {"text": f"({name})", "utter_action": name, **(message or {})}
    return [ActionExecuted(name), create_bot_utterance(spoken)]
