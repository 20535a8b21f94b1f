"""What the assistant understands of a single message: for `./securebase understand` and for measuring."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path
from typing import Any

from rasa.core.agent import Agent, load_agent
from rasa.utils.log_utils import configure_structlog

from bot.language.ages import find_age
from bot.language.feelings import find_feelings
from bot.language.pipeline import read
from bot.language.risk.detector import detector

FALLBACK = "nlu_fallback"


class Understanding:
    """A trained model that reads messages one at a time."""

    def __init__(self, agent: Agent) -> None:
        """Take a loaded agent."""
        self._agent = agent
        self._loop = asyncio.new_event_loop()

    @classmethod
    def load(cls, model: Path) -> Understanding:
        """Load the model file `model`. Raises what Rasa raises for a file that is none."""
        # Unless told otherwise Rasa prints each parse, a parent's words in it, to standard output.
        configure_structlog(logging.ERROR)
        return cls(asyncio.run(load_agent(str(model))))

    def read(self, text: str) -> dict[str, Any]:
        """Return intent, confidence, feelings (canonical, in order), age_months or None, category and urgency.

        `intent` is the likeliest even where the assistant is unsure; then `readings` has the two it would offer.
        """
        parse = self._loop.run_until_complete(self._agent.parse_message(text))
        unsure = parse["intent"]["name"] == FALLBACK
        likeliest = [one for one in parse.get("intent_ranking", []) if one["name"] != FALLBACK]
        intent = likeliest[0] if unsure else parse["intent"]
        doc = read(text)
        age = find_age(doc)
        finding = detector().detect(text)
        return {
            "intent": intent["name"],
            "confidence": round(float(intent["confidence"]), 4),
            "feelings": list(dict.fromkeys(feeling.name for feeling in find_feelings(doc))),
            "age_months": age.months if age else None,
            "category": finding.category,
            "urgency": finding.urgency,
            **({"readings": [one["name"] for one in likeliest[:2]]} if unsure else {}),
        }
