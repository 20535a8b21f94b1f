"""Hears every event of every conversation and hands on those that show danger, for the clinic to see.

Rasa publishes events to a broker after each turn; this one keeps none of them. A turn that fails before that is handed
on by the channel's guard. Both may report one message: its id makes it one alert.
"""

from __future__ import annotations

from asyncio import AbstractEventLoop
from functools import lru_cache
from typing import Any

from rasa.core.brokers.broker import EventBroker
from rasa.utils.endpoints import EndpointConfig

from bot.assistant.crisis import CRISIS
from bot.care.alerts import AlertDesk, Signal
from bot.language.risk.rules import CATEGORIES
from bot.language.risk.screener import screener

_LISTEN = "action_listen"


@lru_cache(maxsize=1)
def desk() -> AlertDesk:
    """Return this process's desk for alerts."""
    return AlertDesk()


class AlertBroker(EventBroker):
    """Turns findings into alerts, once a message, with the answer that was given."""

    def __init__(self, alerts: AlertDesk) -> None:
        """Take the desk that alerts go to."""
        self._alerts = alerts
        self._turns: dict[str, dict[str, Any]] = {}  # by sender, while a turn's events come in

    @classmethod
    async def from_endpoint_config(
        cls, broker_config: EndpointConfig, event_loop: AbstractEventLoop | None = None
    ) -> AlertBroker:
        """Make it with this process's desk; there is nothing to configure."""
        return cls(desk())

    def publish(self, event: dict[str, Any]) -> None:
        """Look at one event of a conversation, which has the keys of Rasa's events and `sender_id`."""
        sender = str(event.get("sender_id"))
        if event.get("event") == "user":
            self._turns[sender] = event
        elif event.get("event") == "action" and sender in self._turns:
            name = str(event.get("name"))
            if name.startswith("utter_"):
                self._answered(self._turns[sender], sender, name)
            elif name == _LISTEN:
                # A form may have taken the message as its answer, and no response was an action of its own.
                self._answered(self._turns[sender], sender, "")
                self._turns.pop(sender, None)

    def _answered(self, message: dict[str, Any], sender: str, answer: str) -> None:
        signal = signal_of(message, sender, answer)
        if signal is not None:
            self._alerts.take(signal)
            self._turns.pop(sender)  # the first thing said is the answer to the danger


def signal_of(message: dict[str, Any], sender: str, answer: str) -> Signal | None:
    """Return what is known of the danger in a user event that was answered with response `answer`, or None.

    The finding counts; without one, a crisis answer shows that danger was asked about and not denied.
    """
    finding = (message.get("parse_data") or {}).get("risk") or {}
    identity = str(message.get("message_id") or message.get("timestamp"))
    if finding.get("urgency", "none") != "none":
        evidence = tuple(finding["evidence"])
        return Signal(identity, sender, finding["category"], finding["urgency"], evidence, answer)
    opened = answer.removeprefix(CRISIS)
    if opened in CATEGORIES:
        urgency = screener().rules.least[opened].label
        return Signal(identity, sender, opened, urgency, ("answered when asked",), answer)
    if opened == "somebody":
        return Signal(identity, sender, "none", "emergency", ("answered when asked",), answer)
    return None
