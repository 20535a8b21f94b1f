"""The last resort of every channel: a parent who wrote something gets an answer, whatever is broken.

The answers are read from `domain.yml` once at start-up and kept as plain text, so that neither the model, the
store, the action server nor Rasa's own turn is needed to give one.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable

from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker

from bot.assistant.alerts import desk
from bot.assistant.channels.incoming import cleaned
from bot.assistant.safety_policy import response_for
from bot.assistant.voice import Voice
from bot.care.alerts import AlertDesk, Signal
from bot.language.risk.detector import detector
from bot.settings import ROOT

logger = logging.getLogger(__name__)

Handler = Callable[[UserMessage], Awaitable[None]]

PART_MISSING = "utter_part_missing"
CANNOT_SCREEN = "utter_cannot_screen"

# What a message without a word becomes: in a crisis silence has its own answer.
SILENCE = "/nothing_said"


class Guard:
    """Wraps a channel's handler: cleans what comes in, and speaks when the turn said nothing."""

    def __init__(self, texts: dict[str, str], intents: frozenset[str], alerts: AlertDesk) -> None:
        """Take the static texts by response name, a button's intents, and the desk that alerts go to."""
        self._texts = texts
        self._intents = intents
        self._alerts = alerts

    @classmethod
    def load(cls, alerts: AlertDesk | None = None) -> Guard:
        """Read the texts from the domain; `alerts` is the desk to use (default: this process's).

        Raises what Rasa raises for a broken domain: better at start-up.
        """
        domain = Domain.from_file(str(ROOT / "domain.yml"))
        voice, nobody = Voice(domain=domain), DialogueStateTracker.from_events("nobody", [], domain.slots)
        texts = {}
        for name in domain.responses:
            if _STATIC.match(name) or name in (PART_MISSING, CANNOT_SCREEN):
                message = voice.say(name, nobody, "guard", {})
                if message:
                    texts[name] = str(message["text"])
        return cls(texts, frozenset(domain.intents) - {"risk", "restart", "back", "session_start"}, alerts or desk())

    async def handle(self, message: UserMessage, handler: Handler) -> None:
        """Let `handler` take the turn, and answer in its place when it raises or says nothing.

        `message.output_channel` is a collecting channel. The parent's words are never logged.
        """
        channel = message.output_channel
        if not isinstance(channel, CollectingOutputChannel):
            raise TypeError(f"The guard counts what is said, and can't with {type(channel).__name__}.")
        message.text = cleaned(message.text, self._intents) or SILENCE
        if given := (message.metadata or {}).get("message_id"):
            message.message_id = str(given)  # the sender's own, so that a message sent twice is one alert
        failed = False
        try:
            await handler(message)
        except (Exception, asyncio.CancelledError) as error:
            logger.error("A turn failed with %s.", type(error).__name__)
            failed = True
        if failed or not channel.messages:
            answer, signal = self._last_resort(message)
            if signal:
                self._alerts.take(signal)
            if not channel.messages:
                await channel.send_text_message(message.sender_id, answer)

    def _last_resort(self, message: UserMessage) -> tuple[str, Signal | None]:
        """Return what to say when the turn failed, and what the clinic has to know."""
        try:
            finding = detector().detect(str(message.text))
        except Exception as error:
            logger.error("The screener failed with %s.", type(error).__name__)
            return self._texts[CANNOT_SCREEN], None
        if finding.urgency == "none" and not finding.asks:
            return self._texts[PART_MISSING], None
        name = response_for(finding.category, finding.urgency, finding.evidence, finding.asks)
        said = self._texts.get(name) or self._texts[CANNOT_SCREEN]
        if finding.urgency == "none":
            return said, None
        identity = str(message.message_id)
        return said, Signal(identity, message.sender_id, finding.category, finding.urgency, finding.evidence, name)


# An offer needs a conversation in which it is taken up.
_STATIC = re.compile(r"utter_(?:crisis_(?!offer)|concern_|ask_safe)")
