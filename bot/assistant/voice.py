"""Chooses which variation of a response is said, and fills in the child and the region.

Rasa picks a variation at random, so the same sentence can come twice running, and a variation that names a
slot nobody filled is said with a hole in it. Here a variation can be said only when everything that it names is
known; among those the one said least in this conversation comes first, then the one that uses most of what the
parent told. What is said stands in `domain.yml`; nothing is worded here.
"""

from __future__ import annotations

import logging
import re
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from rasa.core.nlg import TemplatedNaturalLanguageGenerator
from rasa.core.nlg.generator import ResponseVariationFilter
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import BotUttered
from rasa.shared.core.slot_mappings import SlotMappingType
from rasa.shared.core.slots import Slot
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from bot.assistant.crisis import category_open
from bot.assistant.regions import lines_of
from bot.language.answers import tells_nothing
from bot.language.wording import written
from bot.language.words import words
from bot.settings import settings

logger = logging.getLogger(__name__)

NOTICE = "utter_software_notice"
# In a crisis nothing stands before the answer; it says itself that it comes from a program.
WITHOUT_NOTICE = ("utter_crisis_", "utter_ask_safe", "utter_cannot_screen", NOTICE)
# Whose variations keep the domain's order: the plainest first, others for later.
IN_ORDER = ("utter_ask_", "utter_crisis_", "utter_soothe", "utter_storm_")

# Of what a parent made themself nothing is left out.
FULLEST = ("utter_safety_plan",)

# What slots hold when a parent was asked and has no answer.
_UNTOLD = ("-", "unknown")

# Words of the parent's that are said back in quotation marks.
_LONGEST_QUOTE = 8

_PLACEHOLDER = re.compile(r"{([A-Za-z_]+)}")

_PRONOUNS: dict[str, dict[str, str]] = {name: words("pronouns")[name] for name in ("he", "she", "they")}

# Words that every variation may use: they don't show that it listened.
_ALWAYS_KNOWN = {name for forms in _PRONOUNS.values() for name in forms}


class Voice(TemplatedNaturalLanguageGenerator):
    """Rasa's response generator, with variations that fit, vary and leave no gaps."""

    def __init__(self, endpoint_config: EndpointConfig | None = None, domain: Domain | None = None) -> None:
        """Take the responses of `domain`; `endpoint_config` is what Rasa hands to any generator."""
        super().__init__((domain or Domain.empty()).responses)

    async def generate(
        self, utter_action: str, tracker: DialogueStateTracker, output_channel: str, **kwargs: Any
    ) -> dict[str, Any] | None:
        """Return the response to say, or None when the domain has none by this name.

        Raises nothing for a missing value: a variation that lacks one is passed over.
        """
        message = self.say(utter_action, tracker, output_channel, kwargs)
        if message and not _has_spoken(tracker) and not utter_action.startswith(WITHOUT_NOTICE):
            self._put_notice_first(message, tracker, output_channel)
        return message

    def say(
        self, name: str, tracker: DialogueStateTracker, channel: str, given: Mapping[str, Any]
    ) -> dict[str, Any] | None:
        """Return the variation of response `name` to say now, filled, or None; `given` adds to the slots' values."""
        return self._say(name, tracker, channel, self._values(tracker, given))

    def _say(
        self, name: str, tracker: DialogueStateTracker, channel: str, values: Mapping[str, Any]
    ) -> dict[str, Any] | None:
        if name not in self.responses:
            return None
        slots = tracker.current_slot_values()
        fitting = ResponseVariationFilter(self.responses).responses_for_utter_action(name, channel, slots)
        plain = [variation for variation in self.responses[name] if not variation.get("condition")]
        said = _said_in(tracker)
        last = _last_text(tracker)
        choice = None
        # The plain variations are the way out when each that fits this child has a gap or was just said.
        for pool in (fitting, plain):
            candidates = [self._filled(variation, values) for variation in pool if _known(variation, values)]
            candidates = [one for one in candidates if one.get("text") != last or last is None]
            if candidates:
                choice = min(candidates, key=self._order(name, said, tracker.sender_id))
                break
        if choice is None:
            repeatable = [variation for variation in fitting + plain if _known(variation, values)]
            if not repeatable:
                logger.error("No variation of %s can be said with what is known.", name)
                return None
            choice = self._filled(repeatable[0], values)
        choice.pop("condition", None)
        choice.pop("names", None)
        return choice

    @staticmethod
    def _filled(variation: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
        names = {name.lower() for name in _placeholders(variation)}
        message: dict[str, Any] = _fill(variation, values)
        message["names"] = len(names - _ALWAYS_KNOWN)
        message["variation"] = f"{zlib.crc32(repr(variation.get('text')).encode()):08x}"
        return message

    @staticmethod
    def _order(name: str, said: Counter[str], conversation: str) -> Callable[[dict[str, Any]], tuple[int, ...]]:
        """Return the key to choose by: said least, then naming most of what was told, then by chance.

        Questions, crisis answers and ways to soothe keep the domain's order: the plainest first, others for later.
        """

        def key(message: dict[str, Any]) -> tuple[int, ...]:
            mixed = f"{conversation}{message['variation']}"
            chance = 0 if name.startswith(IN_ORDER) else zlib.crc32(mixed.encode())
            if name in FULLEST:
                return -message["names"], said[message["variation"]], chance
            return said[message["variation"]], -message["names"], chance

        return key

    def _put_notice_first(self, message: dict[str, Any], tracker: DialogueStateTracker, channel: str) -> None:
        notice = self.say(NOTICE, tracker, channel, {})
        if notice and message.get("text"):
            message["text"] = f"{notice['text']}\n\n{message['text']}"

    @staticmethod
    def _values(tracker: DialogueStateTracker, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return everything a response may name, with and without a capital first letter."""
        slots = {
            name: value
            for name, value in tracker.current_slot_values().items()
            if value not in (None, *_UNTOLD) and not (name.startswith("plan_") and _tells_no_plan(str(value)))
        }
        for name in slots:
            if _told_in_text(tracker.slots[name]):
                slots[name] = _said_back(str(slots[name]))
        slots = {name: value for name, value in slots.items() if value != ""}
        lines = lines_of(slots.get("region"))
        values: dict[str, Any] = {**lines, "crisis_line": lines[f"{category_open(tracker)}_line"], **slots}
        if settings().clinic:
            values["clinic"] = settings().clinic
        values.update(_PRONOUNS.get(str(slots.get("pronoun")), _PRONOUNS["they"]))
        values["child"] = slots.get("child_name") or (
            values["them"] if slots.get("pronoun") else words("pronouns")["some_child"]
        )
        values.update({name: value for name, value in given.items() if value is not None})
        capitalised = {
            name[:1].upper() + name[1:]: value[:1].upper() + value[1:]
            for name, value in values.items()
            if isinstance(value, str)
        }
        return {**capitalised, **values}


def _told_in_text(slot: Slot) -> bool:
    """Return whether a slot holds a parent's answer as it was typed, to be quoted.

    What happened ("trigger_event") is read into a phrase first, and of a plan for bad hours nothing may be left out.
    """
    free = any(one.get("type") == SlotMappingType.FROM_TEXT.value for one in slot.mappings)
    return free and not slot.name.startswith(("plan_", "trigger_", "repair_", "check_in_"))


def _tells_no_plan(answer: str) -> bool:
    """Return whether an answer in the plan is none: nothing told, or a button of an earlier message."""
    return tells_nothing(answer) or answer.startswith("/")


def _said_back(answer: str) -> str:
    """Return an answer as it is quoted, or "" when it is too long to be said back or tells nothing."""
    answer = written(answer).strip(" .,;!")
    return "" if len(answer.split()) > _LONGEST_QUOTE or tells_nothing(answer) or answer.startswith("/") else answer


def _placeholders(part: Any) -> Iterator[str]:
    """Yield the names in braces in a response's texts, at any depth."""
    if isinstance(part, str):
        yield from _PLACEHOLDER.findall(part)
    elif isinstance(part, Mapping):
        for key, value in part.items():
            if key != "condition":
                yield from _placeholders(value)
    elif isinstance(part, list):
        for value in part:
            yield from _placeholders(value)


def _fill(part: Any, values: Mapping[str, Any]) -> Any:
    """Return a copy of a response, or a part of one, with the names in braces filled in.

    Rasa's own way takes the JSON of a button's payload for a name, logs the failure with what the parent told, and
    leaves the whole text as it was.
    """
    if isinstance(part, str):
        return _PLACEHOLDER.sub(lambda found: str(values.get(found[1], found[0])), part)
    if isinstance(part, Mapping):
        return {key: _fill(value, values) for key, value in part.items()}
    if isinstance(part, list):
        return [_fill(value, values) for value in part]
    return part


def _known(variation: Mapping[str, Any], values: Mapping[str, Any]) -> bool:
    return all(name in values for name in _placeholders(variation))


def _utterances(tracker: DialogueStateTracker) -> Iterator[BotUttered]:
    return (event for event in reversed(tracker.events) if isinstance(event, BotUttered))


def _said_in(tracker: DialogueStateTracker) -> Counter[str]:
    return Counter(event.metadata.get("variation", "") for event in _utterances(tracker))


def _last_text(tracker: DialogueStateTracker) -> str | None:
    last = next(_utterances(tracker), None)
    return last.text if last else None


def _has_spoken(tracker: DialogueStateTracker) -> bool:
    return next(_utterances(tracker), None) is not None
