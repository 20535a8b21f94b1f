"""One step of the action server: a tracker as Rasa sends it, and what an action makes of it."""

from __future__ import annotations

import asyncio
from functools import cache
from typing import Any

import yaml
from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from bot.settings import ROOT

Event = dict[str, Any]


@cache
def domain() -> dict[str, Any]:
    """Return the domain as Rasa sends it with each call."""
    content: dict[str, Any] = yaml.safe_load((ROOT / "domain.yml").read_text())
    return content


def tracker(
    slots: dict[str, Any] | None = None,
    events: list[Event] | None = None,
    text: str = "",
    loop: str | None = None,
    sender: str = "ana",
    **latest: Any,
) -> Tracker:
    """Return a conversation; slots that nobody filled are None, as Rasa sends them."""
    filled = {**dict.fromkeys(domain()["slots"]), **(slots or {})}
    active = {"name": loop} if loop else {}
    return Tracker(sender, filled, {"text": text, **latest}, events or [], False, None, active, "action_listen")


class Step:
    """What an action answered: `slots` it set, responses it `said`, all its `events` and `messages`."""

    def __init__(self, action: Action, seen: Tracker) -> None:
        dispatcher = CollectingDispatcher()
        self.events: list[Event] = asyncio.run(action.run(dispatcher, seen, domain()))  # type: ignore[arg-type]
        self.messages: list[dict[str, Any]] = dispatcher.messages

    @property
    def slots(self) -> dict[str, Any]:
        return {event["name"]: event["value"] for event in self.events if event["event"] == "slot"}

    @property
    def loops(self) -> list[str | None]:
        return [event["name"] for event in self.events if event["event"] == "active_loop"]

    @property
    def said(self) -> list[str]:
        return [message["response"] for message in self.messages]


def ran(name: str) -> dict[str, Any]:
    """Return the event that an action was executed."""
    return {"event": "action", "name": name}


def loop(name: str | None, at: float = 0.0) -> Event:
    return {"event": "active_loop", "name": name, "timestamp": at}


def bot(text: str | None) -> Event:
    return {"event": "bot", "text": text}
