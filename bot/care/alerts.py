"""Alerts: that somebody may be in danger, kept for the clinic. Never lost, never twice, never with a parent's words.

An alert goes to the disk first (an encrypted journal) and to the database from there, so that a database that is down
delays it and loses nothing. When not even the disk takes it, it waits in memory and is tried again.
"""

from __future__ import annotations

import logging
import threading
import uuid
from collections import deque
from dataclasses import asdict, dataclass, field
from datetime import datetime

from sqlalchemy.exc import IntegrityError

from bot.care.database import session
from bot.care.journal import Journal
from bot.care.models import Alert, utc_now
from bot.care.secrecy import keyed_hash

logger = logging.getLogger(__name__)

JOURNAL = "alerts"

# Seconds between two tries to put on the disk what could not be put there.
PAUSE = 2.0

URGENCIES = ("none", "support", "urgent", "emergency")

_IDS = uuid.UUID("0e0b7a0e-6a55-4d0f-8e0c-3c6a9c1f4b52")


@dataclass(frozen=True)
class Signal:
    """What is known of a message that shows danger.

    `message_id`: the channel's or Rasa's id of the message; two signals of one message are one alert. `sender`: the
    channel's id of the parent. `evidence`: rule ids and how sure the classifier was. `answer`: the response that was
    given, "" while it isn't known. `words`: the message, only when the parent agreed to share it. `at`: UTC, ISO 8601.
    """

    message_id: str
    sender: str
    category: str
    urgency: str
    evidence: tuple[str, ...] = ()
    answer: str = ""
    words: str | None = None
    at: str = field(default_factory=lambda: utc_now().isoformat())

    def __post_init__(self) -> None:
        """Raise ValueError for an urgency that is none."""
        if self.urgency not in URGENCIES[1:]:
            raise ValueError(f"An alert is {', '.join(URGENCIES[1:])}, not {self.urgency!r}.")

    @property
    def id(self) -> str:
        """The same for the same message, however often it is handed in."""
        return str(uuid.uuid5(_IDS, f"{self.sender}\n{self.message_id}"))


class AlertDesk:
    """Takes signals from the assistant without ever holding up its answer."""

    def __init__(self, journal: Journal | None = None) -> None:
        """Take the journal (default: this installation's)."""
        self._journal = journal or Journal(JOURNAL)
        self._unwritten: deque[Signal] = deque()
        self._lock = threading.Lock()
        self._retrying = False

    def take(self, signal: Signal) -> None:
        """Put the signal on the disk; when that fails, keep it in memory and try again until it works."""
        with self._lock:
            self._unwritten.append(signal)
        self._write()

    def unwritten(self) -> int:
        """Return how many signals are not on the disk yet."""
        return len(self._unwritten)

    def _write(self) -> None:
        with self._lock:
            while self._unwritten:
                try:
                    self._journal.append(asdict(self._unwritten[0]))
                except Exception as error:
                    logger.error("An alert can't be written (%s); it is tried again.", type(error).__name__)
                    self._try_again()
                    return
                self._unwritten.popleft()

    def _try_again(self) -> None:
        if self._retrying:
            return
        self._retrying = True
        timer = threading.Timer(PAUSE, self._retry)
        timer.daemon = True
        timer.start()

    def _retry(self) -> None:
        with self._lock:
            self._retrying = False
        self._write()


def store(signal: Signal) -> None:
    """Write the alert, or make the one of the same message more urgent. Raises SQLAlchemyError when it can't."""
    for last in (False, True):
        try:
            _store(signal)
            return
        except IntegrityError:  # another process wrote the same message in this moment: now it is there to be joined
            if last:
                raise


def deliver_waiting() -> int:
    """Store what waits in the journal and return how many signals were stored."""
    return Journal(JOURNAL).deliver(lambda entry: store(Signal(**{**entry, "evidence": tuple(entry["evidence"])})))


def _store(signal: Signal) -> None:
    with session() as opened:
        known: Alert | None = opened.get(Alert, signal.id)
        if known is None:
            opened.add(
                Alert(
                    id=signal.id,
                    conversation_hash=keyed_hash(signal.sender),
                    category=signal.category,
                    urgency=signal.urgency,
                    evidence=",".join(signal.evidence),
                    answer=signal.answer,
                    words=signal.words,
                    at=datetime.fromisoformat(signal.at),
                )
            )
            return
        if URGENCIES.index(signal.urgency) > URGENCIES.index(str(known.urgency)):
            known.category, known.urgency = signal.category, signal.urgency
        both = [*filter(None, str(known.evidence).split(",")), *signal.evidence]
        known.evidence = ",".join(dict.fromkeys(both))
        known.answer = signal.answer or known.answer
        known.words = signal.words or known.words
