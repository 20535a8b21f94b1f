"""The last resort of every channel: a parent who wrote something gets an answer, whatever is broken.

The answers are read from `domain.yml` once at start-up and kept as plain text, so that neither the model, the
store, the action server nor Rasa's own turn is needed to give one.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
from collections.abc import Awaitable, Callable, Sequence

from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker

from bot.assistant.channels.incoming import cleaned
from bot.assistant.safety_policy import response_for
from bot.assistant.voice import Voice
from bot.language.risk.screener import screener
from bot.settings import ROOT

logger = logging.getLogger(__name__)

Handler = Callable[[UserMessage], Awaitable[None]]

EMPTY = "utter_menu"
PART_MISSING = "utter_part_missing"
CANNOT_SCREEN = "utter_ask_safe"


class Guard:
    """Wraps a channel's handler: cleans what comes in, and speaks when the turn said nothing."""

    def __init__(self, texts: dict[str, str], empties: Sequence[str], intents: frozenset[str]) -> None:
        """Take the static texts by response name, those for an empty message in turn, and a button's intents."""
        self._texts = texts
        self._empties = itertools.cycle(empties)
        self._intents = intents

    @classmethod
    def load(cls) -> Guard:
        """Read the texts from the domain. Raises what Rasa raises for a broken domain: better at start-up."""
        domain = Domain.from_file(str(ROOT / "domain.yml"))
        voice, nobody = Voice(domain=domain), DialogueStateTracker.from_events("nobody", [], domain.slots)
        texts = {}
        for name in domain.responses:
            if name.startswith(("utter_crisis_", "utter_concern_")) or name in _LAST_RESORT:
                message = voice.say(name, nobody, "guard", {})
                texts[name] = str(message["text"]) if message else ""
        empties = [str(variation["text"]) for variation in domain.responses[EMPTY]]
        return cls(texts, empties, frozenset(domain.intents) - {"risk", "restart", "back", "session_start"})

    async def handle(self, message: UserMessage, handler: Handler) -> None:
        """Let `handler` take the turn, and answer in its place when it raises or says nothing.

        `message.output_channel` is a collecting channel. The parent's words are never logged.
        """
        channel = message.output_channel
        if not isinstance(channel, CollectingOutputChannel):
            raise TypeError(f"The guard counts what is said, and can't with {type(channel).__name__}.")
        message.text = cleaned(message.text, self._intents)
        if not message.text:
            await channel.send_text_message(message.sender_id, next(self._empties))
            return
        try:
            await handler(message)
        except (Exception, asyncio.CancelledError) as error:
            logger.error("A turn failed with %s.", type(error).__name__)
        if not channel.messages:
            await channel.send_text_message(message.sender_id, self._last_resort(message.text))

    def _last_resort(self, text: str) -> str:
        try:
            finding = screener().screen(text)
        except Exception as error:
            logger.error("The screener failed with %s.", type(error).__name__)
            return self._texts[CANNOT_SCREEN]
        if finding.urgency == "none":
            return self._texts[PART_MISSING]
        answer = response_for(finding.category, finding.urgency, finding.evidence)
        return self._texts.get(answer) or self._texts[CANNOT_SCREEN]


_LAST_RESORT = {EMPTY, PART_MISSING, CANNOT_SCREEN}
