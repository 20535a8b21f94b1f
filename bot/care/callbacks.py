"""Call-backs: a parent asks the clinic to ring. The number is encrypted; the request is never lost and never twice."""

from __future__ import annotations

import re
import uuid
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Literal

from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from bot.care.database import session
from bot.care.journal import Journal
from bot.care.models import CallbackRequest, utc_now
from bot.care.secrecy import keyed_hash

JOURNAL = "callback_requests"

# The fewest digits of a number that somebody can be rung on (ITU-T E.164 knows none under seven in our regions).
_FEWEST_DIGITS = 7
_NUMBER = re.compile(r"\+?\(?\d[\d\s().\-/]{5,}\d")
_IDS = uuid.UUID("a0c7f0fd-1a4b-4bd3-9f1c-7f4c4a2c9d10")

Kept = Literal["stored", "waiting"]


@dataclass(frozen=True)
class Request:
    """A wish to be called. `occasion`: the same when a request is repeated. `at`: UTC, ISO 8601."""

    sender: str
    occasion: str
    number: str
    when: str | None = None
    at: str = field(default_factory=lambda: utc_now().isoformat())

    @property
    def id(self) -> str:
        """The same for the same occasion."""
        return str(uuid.uuid5(_IDS, f"{self.sender}\n{self.occasion}"))


def number_in(text: str) -> str | None:
    """Return the telephone number in a parent's words, as they wrote it, or None."""
    for found in _NUMBER.findall(text):
        if sum(char.isdigit() for char in found) >= _FEWEST_DIGITS:
            return str(found).strip()
    return None


def ask(request: Request) -> Kept:
    """Keep the request for the clinic, in the journal when the store is down. Raises OSError when neither works."""
    try:
        store(request)
        return "stored"
    except (SQLAlchemyError, OSError):
        Journal(JOURNAL).append(asdict(request))
        return "waiting"


def store(request: Request) -> None:
    """Write the request unless it is there already. Raises SQLAlchemyError when it can't."""
    try:
        with session() as opened:
            if opened.get(CallbackRequest, request.id) is None:
                opened.add(
                    CallbackRequest(
                        id=request.id,
                        conversation_hash=keyed_hash(request.sender),
                        number=request.number,
                        suits=request.when,
                        asked_at=datetime.fromisoformat(request.at),
                    )
                )
    except IntegrityError:  # another process wrote the same request in this moment
        return


def deliver_waiting() -> int:
    """Store what waits in the journal and return how many requests were stored."""
    return Journal(JOURNAL).deliver(lambda entry: store(Request(**entry)))
